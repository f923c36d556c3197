"""What review asks of orders before: usual quantities, orders like this one, and what is left of blanket orders."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from statistics import median

import sqlalchemy as sa

from orders.document import PurchaseOrder
from orders.known import Past
from orders.order import SalesOrder
from orders.values import OrderState
from store.database import Connection
from store.orders import order_by_id
from store.tables import order_line, order_revision, sales_order

LAST = 50
"""Earlier orders that say what is usual; and the last orders of a partner that may be the same as one that comes."""
PAGE = 200
NOT_TAKEN = (str(OrderState.CANCELLED), str(OrderState.REJECTED), str(OrderState.DRAFT))


@dataclass(frozen=True)
class LikeOrder:
    """An order that another may be a repeat of."""

    order_id: str
    order_number: str
    total: Decimal | None
    received_at: datetime


def usual_quantities(
    conn: Connection, partners: Collection[str], parts: Collection[str], since: datetime, without: Collection[str]
) -> Mapping[str, Mapping[tuple[str, str], Past]]:
    """By partner, then part and unit: how often it was ordered since, and the median of the last quantities."""
    place = sa.func.row_number().over(
        partition_by=(sales_order.c.partner, order_line.c.part, order_line.c.uom), order_by=order_line.c.order_id.desc()
    )
    lines = (
        sa.select(sales_order.c.partner, order_line.c.part, order_line.c.uom, order_line.c.quantity, place.label("n"))
        .join(sales_order, sales_order.c.order_id == order_line.c.order_id)
        .where(
            order_line.c.part.in_(sorted(parts)),
            sales_order.c.partner.in_(sorted(partners)),
            sales_order.c.received_at >= since,
            sales_order.c.order_state.not_in(NOT_TAKEN),
            sales_order.c.order_id.not_in(sorted(without)),
        )
        .subquery()
    )
    found: dict[str, dict[tuple[str, str], list[Decimal]]] = defaultdict(lambda: defaultdict(list))
    for partner, part, uom, quantity, _ in conn.execute(sa.select(lines).where(lines.c.n <= LAST)):
        found[partner][part, uom].append(quantity.normalize())
    return {
        partner: {key: Past(len(quantities), median(quantities)) for key, quantities in by_part.items()}
        for partner, by_part in found.items()
    }


def last_orders(conn: Connection, partner: str) -> list[LikeOrder]:
    """The last orders of a partner that were not taken back."""
    columns = (sales_order.c.order_id, sales_order.c.order_number, sales_order.c.grand_total, sales_order.c.received_at)
    query = sa.select(*columns).where(sales_order.c.partner == partner, sales_order.c.order_state.not_in(NOT_TAKEN))
    return [LikeOrder(*row) for row in conn.execute(query.order_by(sales_order.c.order_id.desc()).limit(LAST))]


def contents(conn: Connection, order_ids: Sequence[str]) -> dict[str, PurchaseOrder]:
    """What orders say now, by order id."""
    latest = sa.and_(
        order_revision.c.order_id == sales_order.c.order_id, order_revision.c.revision == sales_order.c.revision
    )
    query = sa.select(sales_order.c.order_id, order_revision.c.content).join(order_revision, latest)
    rows = conn.execute(query.where(sales_order.c.order_id.in_(list(order_ids))))
    return {order_id: PurchaseOrder.model_validate_json(content) for order_id, content in rows}


def blankets(conn: Connection, partner: str, po: str, *, lock: bool = False) -> list[tuple[str, str, PurchaseOrder]]:
    """Orders of a PO that are no release of it and were not taken back: order id, number and content.

    Args:
        lock: until the transaction ends no other release is measured against them.
    """
    query = sa.select(sales_order.c.order_id, sales_order.c.order_number).where(
        sales_order.c.partner == partner,
        sales_order.c.customer_po_number == po,
        sa.or_(sales_order.c.release_number.is_(None), sales_order.c.release_number == ""),
        sales_order.c.order_state.not_in(NOT_TAKEN),
    )
    query = query.order_by(sales_order.c.order_id)
    rows = conn.execute(query.with_for_update() if lock else query).all()
    said = contents(conn, [row.order_id for row in rows])
    return [(row.order_id, row.order_number, said[row.order_id]) for row in rows]


def drawn(conn: Connection, partner: str, po: str, without: Collection[str]) -> dict[tuple[str, str], Decimal]:
    """By part and unit: what releases of a PO have drawn."""
    query = (
        sa.select(order_line.c.part, order_line.c.uom, order_line.c.quantity)
        .join(sales_order, sales_order.c.order_id == order_line.c.order_id)
        .where(
            sales_order.c.partner == partner,
            sales_order.c.customer_po_number == po,
            sales_order.c.release_number.is_not(None),
            sales_order.c.release_number != "",
            sales_order.c.order_state.not_in(NOT_TAKEN),
            sales_order.c.order_id.not_in(sorted(without)),
        )
    )
    found: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    for part, uom, quantity in conn.execute(query):
        found[part or "", uom] += quantity.normalize()  # PostgreSQL writes six decimals, SQLite what was sent
    return found


def entered_since(conn: Connection, since: datetime) -> int:
    """How many orders came since."""
    query = sa.select(sa.func.count()).select_from(sales_order).where(_since(since))
    return conn.execute(query).scalar_one()


def orders_since(conn: Connection, since: datetime) -> Iterator[SalesOrder]:
    """The orders that came since, as they stand, the newest first; in the memory of a few."""
    before = None
    while True:
        query = sa.select(sales_order.c.order_id).where(_since(since)).order_by(sales_order.c.order_id.desc())
        if before is not None:
            query = query.where(sales_order.c.order_id < before)
        ids = list(conn.execute(query.limit(PAGE)).scalars())
        if not ids:
            return
        yield from (order_by_id(conn, order_id) for order_id in ids)
        before = ids[-1]


def _since(since: datetime) -> sa.ColumnElement[bool]:
    """An order's id counts up with the time of its entry: nothing older than a day before is looked at."""
    first = f"{int((since - timedelta(days=1)).timestamp() * 1000):012x}"
    return sa.and_(sales_order.c.order_id >= first, sales_order.c.received_at >= since)
