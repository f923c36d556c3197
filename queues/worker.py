"""The worker: take a message, run its step, settle by the table of outcomes, drain on request.

A step reads what it needs and answers with a function that writes the result; the worker runs that function in one
transaction together with the inbox row, the gate and the queue's own bookkeeping. So a step may run twice, and takes
effect once.

=========  ================================================  ====================================================
outcome    when                                              what the worker does
=========  ================================================  ====================================================
done       the step returned and its transaction committed   settles the delivery
retry      the error says ``retry = True``                   publishes the next attempt: 15 s, 1 m, 5 m, 15 m, 1 h
retry      an error of unknown kind                          the same, three times in all
parked     ``retry = False``, no tries left, unreadable      keeps message, reason and traceback for a person
parked     delivered more than ten times                     the same: it kills its worker each time
waiting    the database does not answer                      holds the message and tries again until it does
=========  ================================================  ====================================================

Refused input and held orders are results of a step, not failures: the step stores them and is done.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum

from queues.errors import LeaseLost
from queues.message import Message
from queues.queue import DELIVERY_LIMIT, Clock, Delivery, Queue, publish
from store import gate, outbox, parked
from store.database import Connection, Database
from store.errors import Conflict, StoreUnavailable

Write = Callable[[Connection], None]
"""Writes the result of a step and the next messages; runs in the worker's transaction."""
Step = Callable[[Message], Write]

RETRY_DELAYS_S: Sequence[float] = (15, 60, 300, 900, 3600)
TRIES_OF_UNKNOWN_ERRORS = 3
CONFLICT_TRIES = 5
"""How often a step is repeated at once when a row changed under it, before it counts as a failure."""
OUTAGE_WAITS_S = (0.25, 0.5, 1, 2, 5)

log = logging.getLogger("dockgate.worker")


class Outcome(StrEnum):
    DONE = "done"
    RETRY = "retry"
    PARKED = "parked"
    LOST = "lost"
    GIVEN_BACK = "given back"


class Worker:
    """Runs steps from one queue.

    Args:
        database: where results go.
        queue: where messages come from.
        steps: each step's name and function.
        clock: the time now, in UTC.
        reached: told the name of each point of a message's way that a crash must not hurt; tests kill or wait there.
        retry_delays_s: how long to wait before each further attempt.
    """

    def __init__(
        self,
        database: Database,
        queue: Queue,
        steps: Mapping[str, Step],
        clock: Clock,
        *,
        reached: Callable[[str], None] = lambda point: None,
        retry_delays_s: Sequence[float] = RETRY_DELAYS_S,
    ) -> None:
        self._database = database
        self._queue = queue
        self._steps = steps
        self._clock = clock
        self._reached = reached
        self._retry_delays_s = retry_delays_s
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, threads: int = 1) -> None:
        """Work in the background until :meth:`stop`."""
        for number in range(threads):
            thread = threading.Thread(target=self._run, name=f"worker-{number}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self, timeout_s: float = 30) -> bool:
        """Drain: take no more work, finish what is begun; False when that took longer than ``timeout_s``."""
        self._stopping.set()
        self._queue.drain()
        end = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, end - time.monotonic()))
        self._queue.close()
        return not any(thread.is_alive() for thread in self._threads)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                if delivery := self._queue.take(0.5):
                    self.handle(delivery)
            except StoreUnavailable as error:
                log.warning("database is away", extra={"reason": str(error)})
                self._stopping.wait(OUTAGE_WAITS_S[1])
            except Exception:
                # The thread must outlive whatever one message does to it; the message itself is delivered again.
                log.exception("worker failed outside a step")
                self._stopping.wait(OUTAGE_WAITS_S[1])

    def run_until_idle(self, idle_s: float = 0.0) -> int:
        """Do what there is to do and return when nothing came for ``idle_s``; how many messages were handled."""
        handled = 0
        while delivery := self._queue.take(idle_s):
            self.handle(delivery)
            handled += 1
        return handled

    def handle(self, delivery: Delivery) -> Outcome:
        """Bring one delivery to its outcome."""
        started = time.perf_counter()
        outcome = self._outcome(delivery)
        if outcome in (Outcome.DONE, Outcome.RETRY, Outcome.PARKED):
            self._reached("before-ack")
            self._queue.settle(delivery)
        ms = round((time.perf_counter() - started) * 1000, 1)
        message = delivery.message
        if message is not None:
            log.info(
                "step %s",
                outcome,
                extra={
                    "step": message.step,
                    "message_id": message.message_id,
                    "transmission_id": message.transmission_id,
                    "attempt": message.attempt,
                    "ms": ms,
                },
            )
        return outcome

    def _outcome(self, delivery: Delivery) -> Outcome:
        for wait_s in _outage_waits():
            try:
                return self._try(delivery)
            except StoreUnavailable as error:
                log.warning("database is away, message is kept", extra={"reason": str(error)})
                if self._stopping.wait(wait_s):
                    break
        return Outcome.GIVEN_BACK

    def _try(self, delivery: Delivery) -> Outcome:
        message = delivery.message
        if message is None or delivery.problem:
            return self._park(delivery, delivery.problem or "unreadable", "")
        if delivery.deliveries > DELIVERY_LIMIT:
            return self._park(delivery, f"delivered {delivery.deliveries} times: it kills its worker each time", "")
        step = self._steps.get(message.step)
        if step is None:
            return self._park(delivery, f"no step {message.step!r} in this program", "")
        try:
            return self._do(step, message, delivery)
        except LeaseLost:
            return Outcome.LOST
        except StoreUnavailable:
            raise
        except Exception as error:
            return self._failed(delivery, message, error)

    def _do(self, step: Step, message: Message, delivery: Delivery) -> Outcome:
        for left in reversed(range(CONFLICT_TRIES)):
            try:
                write = step(message)
                with self._database.write() as conn:
                    self._take_effect(conn, message, write)
                    self._queue.complete(conn, delivery)
                    self._reached(f"before-commit:{message.step}")
                self._reached(f"after-commit:{message.step}")
                break
            except Conflict:
                if not left:
                    raise
        return Outcome.DONE

    def _take_effect(self, conn: Connection, message: Message, write: Write) -> None:
        now = self._clock()
        if message.key:
            turn = gate.turn(conn, message.step, message.key, message.seq)
            if turn is gate.Turn.LATER:
                kept = gate.GatedMessage(message.message_id, message.attempt, message.to_json())
                gate.keep(conn, message.step, message.key, message.seq, kept)
                return
        if outbox.first_time(conn, message.step, message.message_id, now):
            write(conn)
        if message.key:
            open_gate(conn, message, self._clock)

    def _failed(self, delivery: Delivery, message: Message, error: Exception) -> Outcome:
        may_retry = getattr(error, "retry", None)
        allowed = len(self._retry_delays_s) if may_retry else TRIES_OF_UNKNOWN_ERRORS - 1
        reason = f"{getattr(error, 'code', type(error).__name__)}: {error}"
        if may_retry is False or message.failures >= allowed:
            return self._park(delivery, reason, traceback.format_exc())
        delay_s = self._retry_delays_s[min(message.failures, len(self._retry_delays_s) - 1)]
        with self._database.write() as conn:
            publish(conn, message.again(failed=True), self._clock(), delay_s=delay_s)
            self._queue.complete(conn, delivery)
        log.warning(
            "will retry",
            extra={
                "step": message.step,
                "message_id": message.message_id,
                "transmission_id": message.transmission_id,
                "reason": reason,
                "delay_s": delay_s,
            },
        )
        return Outcome.RETRY

    def _park(self, delivery: Delivery, reason: str, trace: str) -> Outcome:
        message = delivery.message
        with self._database.write() as conn:
            parked.park(
                conn,
                step=message.step if message else "unreadable",
                message_id=message.message_id
                if message
                else f"unreadable-{hashlib.sha256(delivery.raw.encode()).hexdigest()[:32]}",
                attempt=message.attempt if message else 1,
                body=delivery.raw,
                reason=reason,
                traceback=trace,
                transmission_id=message.transmission_id if message else None,
                at=self._clock(),
            )
            self._queue.complete(conn, delivery)
        log.error("parked: a person must act", extra={"reason": reason, "step": message.step if message else ""})
        return Outcome.PARKED


def open_gate(conn: Connection, message: Message, clock: Clock) -> None:
    """Let the next message of the same key go on, now that this one has passed or was given up."""
    waiting = gate.pass_on(conn, message.step, message.key, message.seq)
    if waiting is not None:
        publish(conn, Message.from_json(waiting.body).again(failed=False), clock())


def _outage_waits() -> Iterator[float]:
    """Longer and longer, then the longest for ever."""
    yield from OUTAGE_WAITS_S
    yield from itertools.repeat(OUTAGE_WAITS_S[-1])
