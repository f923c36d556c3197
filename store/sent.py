"""Documents we have sent, and whether their partner has acknowledged them; the alarm for those nobody answered.

States: waiting, not expected; accepted, accepted-with-errors, partly, rejected as the partner said; overdue when it
said nothing in time. Control numbers are kept without leading zeros: partners give them back with and without.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from store.database import Connection
from store.tables import sent_document

WAITING, NOT_EXPECTED, OVERDUE = "waiting", "not expected", "overdue"


@dataclass(frozen=True)
class SentDocument:
    """One document on its way; ``due_at`` is when an acknowledgment must have come, None when none was agreed."""

    transmission_id: str
    partner: str
    kind: str
    set_id: str
    customer_po_number: str | None
    functional_id: str
    interchange_control_number: str
    group_control_number: str
    set_control_number: str
    sent_at: datetime
    due_at: datetime | None
    state: str
    answered_by: str | None = None
    answered_at: datetime | None = None
    reason: str | None = None


_COLUMNS = [column for column in sent_document.c if column.name != "id"]


def add(conn: Connection, row: SentDocument) -> None:
    """Record a document that goes out."""
    numbers = {name: _bare(getattr(row, name)) for name in _NUMBERS}
    conn.execute(sa.insert(sent_document), vars(row) | numbers)


def matching(
    conn: Connection,
    partner: str,
    *,
    interchange: str | None = None,
    functional_id: str | None = None,
    group: str | None = None,
    set_number: str | None = None,
) -> list[SentDocument]:
    """The partner's documents with these numbers, newest first; what is None is not asked for."""
    query = sa.select(*_COLUMNS).where(sent_document.c.partner == partner)
    for column, value in (
        (sent_document.c.interchange_control_number, interchange),
        (sent_document.c.group_control_number, group),
        (sent_document.c.set_control_number, set_number),
    ):
        if value is not None:
            query = query.where(column == _bare(value))
    if functional_id is not None:
        query = query.where(sent_document.c.functional_id == functional_id)
    return [SentDocument(*row) for row in conn.execute(query.order_by(sent_document.c.sent_at.desc()))]


def about(conn: Connection, partner: str, customer_po_number: str, set_id: str) -> list[SentDocument]:
    """The partner's documents of a set about a PO, newest first."""
    query = sa.select(*_COLUMNS).where(
        sent_document.c.partner == partner,
        sent_document.c.customer_po_number == customer_po_number,
        sent_document.c.set_id == set_id,
    )
    return [SentDocument(*row) for row in conn.execute(query.order_by(sent_document.c.sent_at.desc()))]


def answer(
    conn: Connection, document: SentDocument, state: str, answered_by: str, at: datetime, reason: str | None
) -> None:
    """Note what the partner said of a document. A later word takes the place of an earlier one."""
    conn.execute(
        sa.update(sent_document)
        .where(
            sent_document.c.transmission_id == document.transmission_id,
            sent_document.c.set_control_number == document.set_control_number,
        )
        .values(state=state, answered_by=answered_by, answered_at=at, reason=reason)
    )


def fall_due(conn: Connection, now: datetime) -> list[SentDocument]:
    """Marks what should have been answered by now as overdue; the documents, each given once."""
    due = sa.and_(sent_document.c.state == WAITING, sent_document.c.due_at < now)
    found = [SentDocument(*row) for row in conn.execute(sa.select(*_COLUMNS).where(due))]
    if found:
        conn.execute(sa.update(sent_document).where(due).values(state=OVERDUE))
    return found


def is_due(conn: Connection, now: datetime) -> bool:
    """Whether anything should have been answered by now and is not marked yet."""
    due = sa.and_(sent_document.c.state == WAITING, sent_document.c.due_at < now)
    return conn.execute(sa.select(sent_document.c.id).where(due).limit(1)).first() is not None


def counts(conn: Connection) -> dict[str, int]:
    """How many documents are in each state."""
    query = sa.select(sent_document.c.state, sa.func.count()).group_by(sent_document.c.state)
    return {state: int(count) for state, count in conn.execute(query)}


def recent(conn: Connection, limit: int = 100, state: str | None = None) -> Sequence[SentDocument]:
    """Documents sent, newest first; of one state if wanted."""
    query = sa.select(*_COLUMNS).order_by(sent_document.c.sent_at.desc(), sent_document.c.id.desc()).limit(limit)
    if state is not None:
        query = query.where(sent_document.c.state == state)
    return [SentDocument(*row) for row in conn.execute(query)]


_NUMBERS = ("interchange_control_number", "group_control_number", "set_control_number")


def _bare(number: str) -> str:
    return number.lstrip("0") or number
