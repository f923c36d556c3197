"""The timeline: one row for everything that happened, from raw bytes to paper. Append-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from store.database import Connection, insert_many
from store.tables import acknowledgment, document, event, transmission


@dataclass(frozen=True)
class Event:
    """Something that happened.

    ``what`` is noun.past (``transmission.received``), ``stage`` the part of the road, ``actor`` a user or ``system``,
    ``ref`` the id or path it speaks of. The three ids tie it to its timelines.
    """

    at: datetime
    what: str
    stage: str
    actor: str = "system"
    note: str = ""
    ref: str = ""
    transmission_id: str | None = None
    order_id: str | None = None
    print_job_id: str | None = None


_COLUMNS = (
    event.c.at,
    event.c.what,
    event.c.stage,
    event.c.actor,
    event.c.note,
    event.c.ref,
    event.c.transmission_id,
    event.c.order_id,
    event.c.print_job_id,
)


def record(conn: Connection, *events: Event) -> None:
    """Append events in the transaction that makes them true."""
    insert_many(conn, event, [vars(one) for one in events])


def order_timeline(conn: Connection, order_id: str) -> list[Event]:
    """Everything about an order and the transmissions it came by or was answered with, oldest first."""
    came_by = sa.select(document.c.transmission_id).where(document.c.order_id == order_id)
    answered = sa.select(acknowledgment.c.answered_by).where(acknowledgment.c.transmission_id.in_(came_by))
    of_order = sa.or_(
        event.c.order_id == order_id,
        sa.and_(
            event.c.order_id.is_(None),
            sa.or_(event.c.transmission_id.in_(came_by), event.c.transmission_id.in_(answered)),
        ),
    )
    return _events(conn, of_order)


def transmission_timeline(conn: Connection, transmission_id: str) -> list[Event]:
    """Everything about a transmission, the orders it brought and the answers it got, oldest first."""
    orders = sa.select(document.c.order_id).where(document.c.transmission_id == transmission_id)
    answers = sa.select(transmission.c.transmission_id).where(transmission.c.answers == transmission_id)
    of_transmission = sa.or_(
        event.c.transmission_id == transmission_id,
        event.c.order_id.in_(orders),
        event.c.transmission_id.in_(answers),
    )
    return _events(conn, of_transmission)


def _events(conn: Connection, condition: sa.ColumnElement[bool]) -> list[Event]:
    rows = conn.execute(sa.select(*_COLUMNS).where(condition).order_by(event.c.at, event.c.id))
    return [Event(**row._mapping) for row in rows]


def latest_at(conn: Connection) -> datetime | None:
    """When the last event happened, None when nothing has yet."""
    return conn.execute(sa.select(event.c.at).order_by(event.c.id.desc()).limit(1)).scalar()
