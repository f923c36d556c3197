"""Parked messages: work set aside for a person, with its reason and traceback. Nothing is thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from store.database import Connection, insert_new
from store.errors import NotFound
from store.tables import parked


@dataclass(frozen=True)
class Parked:
    """One parked message. ``state``: open, replayed or discarded."""

    parked_id: int
    step: str
    message_id: str
    attempt: int
    body: str
    reason: str
    traceback: str
    transmission_id: str | None
    parked_at: datetime
    state: str
    settled_at: datetime | None
    settled_by: str | None


def park(
    conn: Connection,
    *,
    step: str,
    message_id: str,
    attempt: int,
    body: str,
    reason: str,
    traceback: str,
    transmission_id: str | None,
    at: datetime,
) -> None:
    """Set a message aside; parking the same attempt again changes nothing."""
    row = {"step": step, "message_id": message_id, "attempt": attempt, "body": body, "reason": reason}
    row |= {"traceback": traceback, "transmission_id": transmission_id, "parked_at": at, "state": "open"}
    insert_new(conn, parked, row)


def parked_message(conn: Connection, parked_id: int) -> Parked:
    """One parked message by its number.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(parked).where(parked.c.parked_id == parked_id)).first()
    if row is None:
        raise NotFound(f"no parked message {parked_id}: `dockgate parked list` shows what there is")
    return Parked(*row)


def parked_messages(conn: Connection, *, only_open: bool = True, limit: int = 200) -> list[Parked]:
    """Parked messages, newest first."""
    query = sa.select(parked).order_by(parked.c.parked_id.desc()).limit(limit)
    if only_open:
        query = query.where(parked.c.state == "open")
    return [Parked(*row) for row in conn.execute(query)]


def settle(conn: Connection, parked_id: int, state: str, by: str, at: datetime) -> bool:
    """Note that a person replayed or discarded a message; False when somebody did before."""
    done = (
        sa.update(parked)
        .where(parked.c.parked_id == parked_id, parked.c.state == "open")
        .values(state=state, settled_at=at, settled_by=by)
    )
    return conn.execute(done).rowcount == 1


def open_count(conn: Connection) -> int:
    """How many wait for a person."""
    return int(conn.execute(sa.select(sa.func.count()).where(parked.c.state == "open")).scalar_one())
