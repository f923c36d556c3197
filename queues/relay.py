"""The relay: publishes outbox rows to the broker, and publishes again what the broker has lost.

A crash between the broker's confirm and the commit that marks a row sent publishes the message a second time; the inbox
makes that harmless. Several relays may run: each locks the rows it takes.
"""

from __future__ import annotations

import logging
import threading
import time
from datetime import timedelta

from queues.errors import BrokerUnavailable
from queues.queue import Clock
from queues.rabbitmq import Publisher
from store import outbox
from store.database import Database
from store.errors import StoreUnavailable

BATCH = 200
LOOK_AGAIN_S = 0.25
"""How often to look without being told: new rows ring the bell, and the next that comes due by itself is waited for."""
SWEEP_EVERY_S = 60.0
LOST_AFTER_S = 600.0
"""A message nobody has done, parked or retried this long after it was sent is sent again."""
LOOK_BACK_DAYS = 2
"""How far back the sweeper looks; older losses are replayed by a person."""

log = logging.getLogger("dockgate.relay")


class Relay:
    """Moves due outbox rows to the broker on a thread of its own."""

    def __init__(
        self, database: Database, publisher: Publisher, clock: Clock, *, lost_after_s: float = LOST_AFTER_S
    ) -> None:
        self._database = database
        self._publisher = publisher
        self._clock = clock
        self._lost_after_s = lost_after_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)

    def start(self) -> None:
        self._database.listen()
        self._publisher.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._database.bell.ring()
        self._thread.join(15)
        self._publisher.close()

    def step(self) -> int:
        """Publish one batch of due rows; how many the broker confirmed.

        Raises:
            BrokerUnavailable: the broker does not answer; the rows stay as they are.
            StoreUnavailable: the database does not answer.
        """
        with self._database.write() as conn:
            rows = outbox.due(conn, self._clock(), BATCH)
            if not rows:
                return 0
            confirmed = self._publisher.publish(rows)
            if confirmed:
                outbox.mark_sent(conn, confirmed, self._clock())
            return len(confirmed)

    def sweep(self) -> int:
        """Make due again what was sent long ago and never heard of; how many messages that were."""
        now = self._clock()
        with self._database.write() as conn:
            lost = outbox.send_again(
                conn, now - timedelta(days=LOOK_BACK_DAYS), now - timedelta(seconds=self._lost_after_s)
            )
        if lost:
            log.warning("messages lost by the broker are sent again", extra={"count": lost})
        return lost

    def _idle_s(self) -> float:
        with self._database.read() as conn:
            next_due_s = outbox.next_due_in_s(conn, self._clock())
        return LOOK_AGAIN_S if next_due_s is None else min(LOOK_AGAIN_S, next_due_s)

    def _run(self) -> None:
        swept = time.monotonic()
        while not self._stopping.is_set():
            heard = self._database.bell.heard()
            try:
                if self._publisher.is_up.wait(0.5) and self.step() == 0:
                    self._database.bell.wait(heard, self._idle_s())
                if time.monotonic() - swept > SWEEP_EVERY_S:
                    swept = time.monotonic()
                    self.sweep()
            except (BrokerUnavailable, StoreUnavailable) as error:
                log.warning("relay waits", extra={"reason": str(error)})
                self._stopping.wait(0.5)
            except Exception:
                log.exception("relay failed, goes on")
                self._stopping.wait(0.5)
