"""The queue of one box: workers lease the outbox rows themselves. The same class runs on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections import deque
from collections.abc import Sequence
from datetime import timedelta

from queues.errors import LeaseLost
from queues.queue import Clock, Delivery, decoded
from store import outbox
from store.database import Connection, Database

LEASE_S = 60.0
"""How long a worker may take; after that another may try. No step comes near it."""
LEASE_AT_ONCE = 8
LOOK_AGAIN_S = 0.2
"""How often to look without being told: of rows that another process wrote SQLite tells nobody."""
GIVE_BACK_S = 1.0
_BOOT = secrets.token_hex(4)
"""Tells this process from an earlier one that had the same process id."""


class EmbeddedQueue:
    """Hands out the outbox rows of the given steps.

    Args:
        database: where the outbox is.
        steps: the steps this process does.
        clock: the time now, in UTC.
    """

    def __init__(self, database: Database, steps: Sequence[str], clock: Clock) -> None:
        self._database = database
        self._steps = tuple(steps)
        self._clock = clock
        self._owner = f"{socket.gethostname()}:{os.getpid()}:{_BOOT}:{secrets.token_hex(4)}"
        self._leased: deque[outbox.LeasedRow] = deque()
        self._lock = threading.Lock()
        self._draining = threading.Event()
        database.listen()
        self._free_leases_of_the_dead()

    def _free_leases_of_the_dead(self) -> None:
        """A worker of this host that was killed left leases behind: its messages need not wait for them to end."""
        with self._database.write() as conn:
            for owner in outbox.lease_owners(conn):
                host, pid, boot, _ = owner.split(":")
                if host == socket.gethostname() and not _is_running(int(pid), boot):
                    outbox.free_leases(conn, owner)

    def take(self, timeout_s: float) -> Delivery | None:
        end = time.monotonic() + timeout_s
        while not self._draining.is_set():
            heard = self._database.bell.heard()
            if row := self._next_row():
                return decoded(row.body, row.deliveries, row.id)
            left_s = end - time.monotonic()
            if left_s <= 0:
                return None
            self._database.bell.wait(heard, min(left_s, self._idle_s()))
        return None

    def _idle_s(self) -> float:
        with self._database.read() as conn:
            next_due_s = outbox.next_due_in_s(conn, self._clock(), self._steps)
        return LOOK_AGAIN_S if next_due_s is None else min(LOOK_AGAIN_S, next_due_s)

    def _next_row(self) -> outbox.LeasedRow | None:
        with self._lock:
            if not self._leased:
                with self._database.write() as conn:
                    now = self._clock()
                    self._leased.extend(outbox.lease(conn, self._steps, self._owner, LEASE_AT_ONCE, now, LEASE_S))
            return self._leased.popleft() if self._leased else None

    def take_more(self, step: str, limit: int) -> list[Delivery]:
        with self._lock:
            rows = [row for row in self._leased if row.step == step][:limit]
            for row in rows:
                self._leased.remove(row)
            if len(rows) < limit and not self._draining.is_set():
                with self._database.write() as conn:
                    now, more = self._clock(), limit - len(rows)
                    rows += outbox.lease(conn, [step], self._owner, more, now, LEASE_S)
        return [decoded(row.body, row.deliveries, row.id) for row in rows]

    def complete(self, conn: Connection, *deliveries: Delivery) -> None:
        rows = [delivery.token for delivery in deliveries]
        if outbox.complete(conn, rows, self._owner, self._clock()) != len(rows):
            raise LeaseLost(f"of the outbox rows {rows} another worker has some now")

    def settle(self, delivery: Delivery) -> None:
        """Nothing to do: the row was marked done in the step's own transaction."""

    def give_back(self, delivery: Delivery) -> None:
        with self._database.write() as conn:
            soon = self._clock() + timedelta(seconds=GIVE_BACK_S)
            outbox.give_back(conn, delivery.token, self._owner, soon)

    def drain(self) -> None:
        self._draining.set()
        self._database.bell.ring()
        with self._lock:
            unseen, self._leased = list(self._leased), deque()
        if unseen:
            with self._database.write() as conn:
                for row in unseen:
                    outbox.give_back(conn, row.id, self._owner, self._clock())

    def close(self) -> None:
        self.drain()

    def problems(self) -> list[str]:
        return []


def _is_running(pid: int, boot: str) -> bool:
    if pid == os.getpid():
        return boot == _BOOT
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
