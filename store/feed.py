"""The feed of changes: everything that happened to orders, in one order that never skips what is committed late.

A change is written in the transaction that makes it true, without a position. Whoever reads the feed first gives
positions, under a lock, to what is committed by then. So a position that is not there yet can only be a later one, and
a reader that goes on from the last position it saw has seen all before it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from store import numbers
from store.database import Connection, Database, insert_many
from store.erp_tables import order_change

LOCK = "changes"
"""The counter whose row is locked by whoever gives positions."""


@dataclass(frozen=True)
class OrderChange:
    """Something that happened to an order; ``version`` is the order's after it."""

    order_id: str
    order_number: str
    version: int
    what: str
    note: str
    at: datetime


def append(conn: Connection, changes: Sequence[OrderChange]) -> None:
    """Write changes in the transaction that makes them true."""
    insert_many(conn, order_change, [vars(one) for one in changes])


def since(database: Database, position: int, limit: int) -> list[tuple[int, OrderChange]]:
    """Changes after a position, each with its own; fewer than ``limit`` only when there are no more now."""
    with database.read() as conn:
        is_new = bool(_unplaced(conn, 1))  # asked first: what another reader places from here on is found below
        found = _after(conn, position, limit)
        if len(found) == limit or not is_new:
            return found
    with database.write() as conn:
        numbers.next_number(conn, LOCK)  # whoever comes now waits here until these positions are committed
        last = conn.execute(sa.select(sa.func.max(order_change.c.position))).scalar() or 0
        places = [{"row": row, "place": place} for place, row in enumerate(_unplaced(conn, limit), last + 1)]
        if places:
            is_it = order_change.c.id == sa.bindparam("row")
            conn.execute(sa.update(order_change).where(is_it).values(position=sa.bindparam("place")), places)
        return _after(conn, position, limit)


def _unplaced(conn: Connection, limit: int) -> Sequence[int]:
    query = sa.select(order_change.c.id).where(order_change.c.position.is_(None)).order_by(order_change.c.id)
    return conn.execute(query.limit(limit)).scalars().all()


def _after(conn: Connection, position: int, limit: int) -> list[tuple[int, OrderChange]]:
    columns: Any = [order_change.c[name] for name in OrderChange.__dataclass_fields__]
    query = sa.select(order_change.c.position, *columns).where(order_change.c.position > position)
    rows = conn.execute(query.order_by(order_change.c.position).limit(limit))
    return [(place, OrderChange(*values)) for place, *values in rows]
