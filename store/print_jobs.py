"""Print jobs: one intent to print one paper once, and how far it got.

intent → sending → printed, in doubt, refused or canceled. ``sending`` is committed after the printer holds the bytes
and before it may let them out: a job found in this state after a crash may or may not have become paper.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import sqlalchemy as sa

from store.database import Connection, insert_new
from store.errors import NotFound
from store.tables import print_job

PrintState = Literal["intent", "sending", "printed", "in doubt", "refused", "canceled"]
SETTLED: tuple[PrintState, ...] = ("printed", "in doubt", "refused", "canceled")


@dataclass(frozen=True)
class PrintJob:
    """One paper for one printer. ``dock_release`` counts how often its order was let go to the dock.

    ``handle`` is the driver's name for what it holds; ``sha256`` the archived page, None until it is rendered.
    """

    print_job_id: str
    order_id: str
    order_revision: int
    dock_release: int
    document: str
    printer: str
    media_type: str
    copies: int
    sha256: str | None
    state: PrintState
    handle: str | None
    reason: str | None
    reprint_of: str | None
    requested_at: datetime
    settled_at: datetime | None


def request(conn: Connection, *jobs: PrintJob) -> set[str]:
    """Record intents; ids of those whose paper was not asked for before, for this release."""
    return set(insert_new(conn, print_job, *map(vars, jobs)))


def job_by_id(conn: Connection, print_job_id: str) -> PrintJob:
    """One print job.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(print_job).where(print_job.c.print_job_id == print_job_id)).first()
    if row is None:
        raise NotFound(f"no print job {print_job_id}")
    return PrintJob(*row)


def rendered(conn: Connection, print_job_id: str, sha256: str) -> bool:
    """Note which archived page a job prints; False when it has one already, or is void."""
    first = (
        sa.update(print_job)
        .where(print_job.c.print_job_id == print_job_id, print_job.c.sha256.is_(None), print_job.c.state == "intent")
        .values(sha256=sha256)
    )
    return conn.execute(first).rowcount == 1


def void(conn: Connection, order_id: str, dock_release: int, at: datetime, reason: str) -> int:
    """Papers of a release that no printer holds yet are not printed any more; how many there were."""
    moved = (
        sa.update(print_job)
        .where(
            print_job.c.order_id == order_id,
            print_job.c.dock_release == dock_release,
            print_job.c.state == "intent",
            print_job.c.document != "stop-notice",
        )
        .values(state="canceled", settled_at=at, reason=reason)
    )
    return conn.execute(moved).rowcount


def sending(conn: Connection, print_job_id: str, handle: str) -> bool:
    """The printer holds the bytes and is about to let them out; False when the job had left ``intent`` before."""
    moved = (
        sa.update(print_job)
        .where(print_job.c.print_job_id == print_job_id, print_job.c.state == "intent")
        .values(state="sending", handle=handle)
    )
    return conn.execute(moved).rowcount == 1


def settle(conn: Connection, print_job_id: str, state: PrintState, at: datetime, reason: str | None = None) -> bool:
    """The job has come to its end; False when it had before, and that end stands."""
    moved = (
        sa.update(print_job)
        .where(print_job.c.print_job_id == print_job_id, print_job.c.state.in_(("intent", "sending")))
        .values(state=state, settled_at=at, reason=reason)
    )
    return conn.execute(moved).rowcount == 1


def jobs_of(conn: Connection, order_id: str) -> list[PrintJob]:
    """The print jobs of an order, in the order they were asked for."""
    query = sa.select(print_job).where(print_job.c.order_id == order_id).order_by(print_job.c.requested_at)
    return [PrintJob(*row) for row in conn.execute(query)]


def recent(conn: Connection, *, state: str | None = None, limit: int = 100) -> list[PrintJob]:
    """Print jobs, newest first."""
    query = sa.select(print_job).order_by(print_job.c.requested_at.desc()).limit(limit)
    if state is not None:
        query = query.where(print_job.c.state == state)
    return [PrintJob(*row) for row in conn.execute(query)]


def counts(conn: Connection) -> dict[str, int]:
    """How many print jobs stand in each state."""
    query = sa.select(print_job.c.state, sa.func.count()).group_by(print_job.c.state)
    return dict(conn.execute(query).all())


def decide(conn: Connection, print_job_id: str, state: PrintState, at: datetime, reason: str) -> bool:
    """A person says what became of a job in doubt; False when somebody did before."""
    moved = (
        sa.update(print_job)
        .where(print_job.c.print_job_id == print_job_id, print_job.c.state == "in doubt")
        .values(state=state, settled_at=at, reason=reason)
    )
    return conn.execute(moved).rowcount == 1
