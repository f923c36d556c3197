"""The worker: take a message, run its step, settle by the table of outcomes, drain on request.

A step reads what it needs and answers with a function that writes the result; the worker runs that function in one
transaction together with the inbox row, the gate and the queue's own bookkeeping. So a step may run twice, and takes
effect once. What it does before the transaction goes on beside other threads' waiting for the database.

=========  ================================================  ====================================================
outcome    when                                              what the worker does
=========  ================================================  ====================================================
done       the step returned and its transaction committed   settles the delivery
retry      the error says ``retry = True``                   publishes the next attempt: 15 s, 1 m, 5 m, 15 m, 1 h
retry      an error of unknown kind                          the same, three times in all
retry      the error asks for ``after_s`` seconds            publishes the next attempt for then; no try is used up
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
from functools import partial
from types import MappingProxyType

from queues.errors import LeaseLost
from queues.message import Message
from queues.queue import DELIVERY_LIMIT, Clock, Delivery, Queue, publish
from store import gate, outbox, parked
from store.database import Connection, Database
from store.errors import Conflict, StoreUnavailable

Write = Callable[[Connection], None]
"""Writes the result of a step and the next messages; runs in the worker's transaction."""
Step = Callable[[Message], Write]
WriteOfSome = Callable[[Connection, Sequence[Message]], None]
"""Writes the results of those messages that are to take effect now."""
StepOfMany = Callable[[Sequence[Message]], WriteOfSome]
"""A step that does several messages in one transaction, each as if it were alone."""

RETRY_DELAYS_S: Sequence[float] = (15, 60, 300, 900, 3600)
TRIES_OF_UNKNOWN_ERRORS = 3
MANY = 128
"""Messages done in one transaction at most: enough to share its cost, few enough to repeat one by one."""
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
        of_many: steps that are faster with many messages at once; when one of them fails, each is done alone.
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
        of_many: Mapping[str, StepOfMany] = MappingProxyType({}),
        reached: Callable[[str], None] = lambda point: None,
        retry_delays_s: Sequence[float] = RETRY_DELAYS_S,
    ) -> None:
        self._database = database
        self._queue = queue
        self._steps = steps
        self._of_many = of_many
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
                    self._handle_with_others(delivery)
            except StoreUnavailable as error:
                log.warning("database is away", extra={"reason": str(error)})
                self._stopping.wait(OUTAGE_WAITS_S[1])
            except Exception:
                # The thread must outlive whatever one message does to it; the message itself is delivered again.
                log.exception("worker failed outside a step")
                self._stopping.wait(OUTAGE_WAITS_S[1])

    def run_until_idle(self, idle_s: float = 0.0, *, at_most: int | None = None) -> int:
        """Do what there is to do and return when nothing came for ``idle_s``, or ``at_most`` messages were handled.

        Returns:
            How many were.
        """
        handled = 0
        while (at_most is None or handled < at_most) and (delivery := self._queue.take(idle_s)):
            handled += self._handle_with_others(delivery, MANY if at_most is None else min(MANY, at_most - handled))
        return handled

    def _handle_with_others(self, first: Delivery, limit: int = MANY) -> int:
        """Bring a delivery, and others of its step that are at hand, to their outcomes; how many they were."""
        step = first.message.step if first.message else ""
        deliveries = [first]
        if step in self._of_many:
            deliveries += self._queue.take_more(step, limit - 1)
        if len(deliveries) == 1 or not self._done_together(step, deliveries):
            for delivery in deliveries:
                self.handle(delivery)
        return len(deliveries)

    def _done_together(self, step: str, deliveries: Sequence[Delivery]) -> bool:
        """All of them in one transaction; False when that failed, and nothing was done."""
        started = time.perf_counter()
        messages = [one.message for one in deliveries if one.message and not one.problem]
        if len(messages) < len(deliveries) or any(one.deliveries > 1 for one in deliveries):
            return False  # something is odd with one of them: let each show by itself what it is
        try:
            write = self._of_many[step](messages)
            with self._database.write() as conn:
                self._take_effect(conn, messages, write)
                self._queue.complete(conn, *deliveries)
                self._reached(f"before-commit:{step}")
            for _ in deliveries:
                self._reached(f"after-commit:{step}")
        except Exception as error:
            log.info("many at once failed, each is done alone", extra={"step": step, "reason": str(error)})
            return False
        self._reached("before-ack")
        for delivery in deliveries:
            self._queue.settle(delivery)
        ms = round((time.perf_counter() - started) * 1000, 1)
        log.info("step done for many", extra={"step": step, "count": len(deliveries), "ms": ms})
        return True

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
                    self._take_effect(conn, [message], partial(_alone, write))
                    self._queue.complete(conn, delivery)
                    self._reached(f"before-commit:{message.step}")
                self._reached(f"after-commit:{message.step}")
                break
            except Conflict:
                if not left:
                    raise
        return Outcome.DONE

    def _take_effect(self, conn: Connection, messages: Sequence[Message], write: WriteOfSome) -> None:
        """Each message's effect, once and in its turn; those whose turn has not come are kept at the gate."""
        now = self._clock()
        name = messages[0].step
        seqs: dict[str, int] = {}
        for one in messages:
            if one.key:
                seqs[one.key] = min(one.seq, seqs.get(one.key, one.seq))
        turns = gate.turns(conn, name, seqs) if seqs else {}
        admitted = []
        for one in messages:
            is_later = one.key and (turns[one.key] is gate.Turn.LATER or one.seq > seqs[one.key])
            if is_later:
                gate.keep(conn, name, one.key, one.seq, gate.GatedMessage(one.message_id, one.attempt, one.to_json()))
            else:
                admitted.append(one)
        new = outbox.first_times(conn, name, [one.message_id for one in admitted], now) if admitted else set()
        if new:
            write(conn, [one for one in admitted if one.message_id in new])
        open_gate(conn, [one for one in admitted if one.key], self._clock)

    def _failed(self, delivery: Delivery, message: Message, error: Exception) -> Outcome:
        may_retry = getattr(error, "retry", None)
        asked_s = getattr(error, "after_s", None)  # the other end names the time: to wait for it is no failure
        allowed = len(self._retry_delays_s) if may_retry else TRIES_OF_UNKNOWN_ERRORS - 1
        reason = f"{getattr(error, 'code', type(error).__name__)}: {error}"
        if may_retry is False or (asked_s is None and message.failures >= allowed):
            return self._park(delivery, reason, traceback.format_exc())
        delay_s = self._retry_delays_s[min(message.failures, len(self._retry_delays_s) - 1)]
        if asked_s is not None:
            delay_s = float(asked_s)
        with self._database.write() as conn:
            publish(conn, message.again(failed=asked_s is None), self._clock(), delay_s=delay_s)
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


def _alone(write: Write, conn: Connection, _messages: Sequence[Message]) -> None:
    """A step of one message knows what it writes."""
    write(conn)


def open_gate(conn: Connection, messages: Sequence[Message], clock: Clock) -> None:
    """Let the next message of each key go on, now that these have passed or were given up."""
    if not messages:
        return
    for waiting in gate.pass_on(conn, messages[0].step, {one.key: one.seq for one in messages}):
        publish(conn, Message.from_json(waiting.body).again(failed=False), clock())


def _outage_waits() -> Iterator[float]:
    """Longer and longer, then the longest for ever."""
    yield from OUTAGE_WAITS_S
    yield from itertools.repeat(OUTAGE_WAITS_S[-1])
