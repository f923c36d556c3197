"""The outbox and the inbox: work that was published with the data it is about, and work that has been done.

Every message is first a row here, written in the transaction whose result it announces. On the embedded engine
consumers lease rows straight from this table; with a broker a relay publishes them. Either way ``sent_at`` says that
the row has done its duty. Sent rows are kept for days, so that what a broker loses can be sent again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from store.database import Connection, Database, insert_new
from store.tables import gated_message, inbox, outbox, parked


@dataclass(frozen=True)
class OutboxRow:
    """One attempt at one message: ``body`` is its JSON, ``step`` who does it, ``available_at`` when at the earliest."""

    message_id: str
    attempt: int
    step: str
    body: str
    available_at: datetime


@dataclass(frozen=True)
class LeasedRow:
    """A row handed to one consumer; ``deliveries`` counts how often it was handed out, this time included."""

    id: int
    step: str
    body: str
    deliveries: int


def put(conn: Connection, *rows: OutboxRow) -> int:
    """Write messages in the caller's transaction and ring the bell on commit; how many were not there already."""
    Database.announce(conn)
    return len(insert_new(conn, outbox, *map(vars, rows), returning=outbox.c.message_id))


def next_due_in_s(conn: Connection, now: datetime, steps: Sequence[str] | None = None) -> float | None:
    """Seconds until the next row becomes due by itself, None when none will; of all steps, or of some."""
    later = sa.select(sa.func.min(outbox.c.available_at)).where(outbox.c.sent_at.is_(None), outbox.c.available_at > now)
    if steps is not None:
        later = later.where(outbox.c.step.in_(steps))
    due = conn.execute(later).scalar()
    return None if due is None else float((due - now).total_seconds())


def first_times(conn: Connection, step: str, message_ids: Iterable[str], at: datetime) -> set[str]:
    """Note that a step does messages; those that were not done before, so that no effect is repeated."""
    rows = [{"step": step, "message_id": message_id, "done_at": at} for message_id in message_ids]
    return set(insert_new(conn, inbox, *rows, returning=inbox.c.message_id))


def forget(conn: Connection, step: str, message_id: str) -> None:
    """Take back :func:`first_time`: the step did not do the message after all."""
    conn.execute(sa.delete(inbox).where(inbox.c.step == step, inbox.c.message_id == message_id))


# ---------------------------------------------------------------- leases: the embedded engine


def lease(
    conn: Connection, steps: Sequence[str], owner: str, limit: int, now: datetime, duration_s: float
) -> list[LeasedRow]:
    """Hand out up to ``limit`` due rows of the steps, oldest first; nobody else gets them until the lease ends."""
    due = (
        sa.select(outbox.c.id)
        .where(
            outbox.c.sent_at.is_(None),
            outbox.c.available_at <= now,
            outbox.c.step.in_(steps),
            sa.or_(outbox.c.leased_until.is_(None), outbox.c.leased_until < now),
        )
        .order_by(outbox.c.available_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)  # left out on SQLite, where the whole transaction is alone anyway
    )
    taken = (
        sa.update(outbox)
        .where(outbox.c.id.in_(due))
        .values(
            lease_owner=owner,
            leased_until=now + timedelta(seconds=duration_s),
            deliveries=outbox.c.deliveries + 1,
        )
        .returning(outbox.c.id, outbox.c.step, outbox.c.body, outbox.c.deliveries)
    )
    return [LeasedRow(*row) for row in sorted(conn.execute(taken))]


def complete(conn: Connection, row_ids: Sequence[int], owner: str, at: datetime) -> int:
    """Mark leased rows done; how many were ours. With fewer than were asked for the caller must roll back."""
    done = (
        sa.update(outbox)
        .where(outbox.c.id.in_(row_ids), outbox.c.lease_owner == owner, outbox.c.sent_at.is_(None))
        .values(sent_at=at, lease_owner=None, leased_until=None)
    )
    return conn.execute(done).rowcount


def give_back(conn: Connection, row_id: int, owner: str, available_at: datetime) -> None:
    """End a lease early: the row is due again at ``available_at``."""
    conn.execute(
        sa.update(outbox)
        .where(outbox.c.id == row_id, outbox.c.lease_owner == owner)
        .values(lease_owner=None, leased_until=None, available_at=available_at)
    )


def lease_owners(conn: Connection) -> list[str]:
    """Who holds leases now."""
    held = sa.select(outbox.c.lease_owner).where(outbox.c.lease_owner.is_not(None), outbox.c.sent_at.is_(None))
    return list(conn.execute(held.distinct()).scalars())


def free_leases(conn: Connection, owner: str) -> int:
    """Free all leases of an owner that is known to be gone; how many there were."""
    freed = (
        sa.update(outbox)
        .where(outbox.c.lease_owner == owner, outbox.c.sent_at.is_(None))
        .values(lease_owner=None, leased_until=None)
    )
    Database.announce(conn)
    return conn.execute(freed).rowcount


# ---------------------------------------------------------------- relaying: a broker beside the database


@dataclass(frozen=True)
class DueRow:
    """A row to be published."""

    id: int
    message_id: str
    attempt: int
    step: str
    body: str


def due(conn: Connection, now: datetime, limit: int) -> list[DueRow]:
    """Unsent rows whose time has come, oldest first, locked so that a second relay takes others."""
    rows = (
        sa.select(outbox.c.id, outbox.c.message_id, outbox.c.attempt, outbox.c.step, outbox.c.body)
        .where(outbox.c.sent_at.is_(None), outbox.c.available_at <= now)
        .order_by(outbox.c.available_at, outbox.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [DueRow(*row) for row in conn.execute(rows)]


def mark_sent(conn: Connection, row_ids: Sequence[int], at: datetime) -> None:
    """The broker has confirmed these rows."""
    conn.execute(sa.update(outbox).where(outbox.c.id.in_(row_ids)).values(sent_at=at))


def send_again(conn: Connection, sent_after: datetime, sent_before: datetime) -> int:
    """Make rows due again that were sent in a span of time and of which nothing was heard: the broker lost them.

    Returns how many there were.
    """
    lost = sa.update(outbox).where(outbox.c.sent_at.between(sent_after, sent_before), _nothing_heard())
    Database.announce(conn)
    return conn.execute(lost.values(sent_at=None)).rowcount


def under_way(conn: Connection, sent_after: datetime) -> int:
    """Messages that are not done, parked, kept at the gate or tried again: still in the outbox, or at the broker."""
    is_open = sa.or_(outbox.c.sent_at.is_(None), sa.and_(outbox.c.sent_at >= sent_after, _nothing_heard()))
    return int(conn.execute(sa.select(sa.func.count()).select_from(outbox).where(is_open)).scalar_one())


def _nothing_heard() -> sa.ColumnElement[bool]:
    """A message is heard of when its step did it, parked it, keeps it at the gate, or wrote a later attempt."""
    later = outbox.alias("later")
    is_mine = (outbox.c.step, outbox.c.message_id)
    heard = [
        sa.select(table.c.step).where(table.c.step == is_mine[0], table.c.message_id == is_mine[1])
        for table in (inbox, gated_message)
    ]
    of_this_attempt = sa.select(parked.c.step).where(
        parked.c.step == is_mine[0], parked.c.message_id == is_mine[1], parked.c.attempt == outbox.c.attempt
    )
    again = sa.select(later.c.id).where(later.c.message_id == outbox.c.message_id, later.c.attempt > outbox.c.attempt)
    return sa.and_(*(sa.not_(query.exists()) for query in (*heard, of_this_attempt, again)))


def prune(conn: Connection, sent_before: datetime) -> int:
    """Forget messages that were sent and done before a day; how many outbox rows went."""
    conn.execute(sa.delete(inbox).where(inbox.c.done_at < sent_before))
    return conn.execute(sa.delete(outbox).where(outbox.c.sent_at < sent_before)).rowcount


def waiting(conn: Connection) -> dict[str, int]:
    """How many messages each step still has to do (on the embedded engine), or the relay to publish."""
    rows = sa.select(outbox.c.step, sa.func.count()).where(outbox.c.sent_at.is_(None)).group_by(outbox.c.step)
    return dict(conn.execute(rows).all())


def oldest_due(conn: Connection, now: datetime) -> datetime | None:
    """Since when the oldest message has been waiting that could be done now; None when nothing waits."""
    due_now = sa.select(sa.func.min(outbox.c.available_at)).where(
        outbox.c.sent_at.is_(None), outbox.c.available_at <= now
    )
    return conn.execute(due_now).scalar()
