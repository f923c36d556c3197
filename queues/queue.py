"""The contract every queue keeps, and how work gets into one.

Publishing is the same on every engine: a row in the outbox, in the transaction whose result it announces. Taking work
differs. The embedded engine leases the rows themselves; a broker gets them from the relay and delivers them.

A worker calls, for each delivery: the step, then :meth:`Queue.complete` inside the step's transaction, then
:meth:`Queue.settle` after the commit. Dying in between costs a second delivery, never a lost or doubled effect.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from queues.errors import Undecodable
from queues.message import Message
from store import gate, outbox
from store.database import Connection

Clock = Callable[[], datetime]

DELIVERY_LIMIT = 10
"""Deliveries after which a message is parked unseen: it kills its worker each time."""


@dataclass(frozen=True)
class Delivery:
    """A message handed to one worker.

    Attributes:
        message: what to do; None when the bytes are no message (then ``problem`` says why).
        raw: the bytes or text as delivered, for parking.
        deliveries: how often it was handed out, this time included.
        token: the engine's own handle.
    """

    message: Message | None
    raw: str
    deliveries: int
    token: Any
    problem: str = ""


class Queue(Protocol):
    """Where work waits between steps."""

    def take(self, timeout_s: float) -> Delivery | None:
        """The next message for this process's steps, or None when none came in time or the queue is draining."""

    def take_more(self, step: str, limit: int) -> list[Delivery]:
        """Up to ``limit`` further messages for one step that are at hand now; nothing is waited for."""

    def complete(self, conn: Connection, *deliveries: Delivery) -> None:
        """Note in the step's transaction that they are done.

        Raises:
            LeaseLost: somebody else has the message now; the transaction must be rolled back.
        """

    def settle(self, delivery: Delivery) -> None:
        """The transaction is committed: the message need not be delivered again."""

    def give_back(self, delivery: Delivery) -> None:
        """The step could not be tried now: hand the message out again soon."""

    def drain(self) -> None:
        """Hand out no more work; what was handed out may still be settled."""

    def close(self) -> None:
        """Drain, and let go of connections."""

    def problems(self) -> list[str]:
        """What is wrong with the engine now and how to mend it; empty when nothing is."""


def publish(conn: Connection, message: Message, now: datetime, *, delay_s: float = 0) -> bool:
    """Announce work in the caller's transaction; False when this attempt was announced before."""
    return publish_all(conn, [message], now, delay_s=delay_s) == 1


def publish_all(conn: Connection, messages: Iterable[Message], now: datetime, *, delay_s: float = 0) -> int:
    """Announce several pieces of work in the caller's transaction; how many were not announced before."""
    at = now + timedelta(seconds=delay_s)
    rows = (outbox.OutboxRow(one.message_id, one.attempt, one.step, one.to_json(), at) for one in messages)
    return outbox.put(conn, *rows)


def publish_in_order(conn: Connection, message: Message, now: datetime) -> bool:
    """Announce work that must pass its step after all earlier work of the same key."""
    seq = gate.issue(conn, message.step, message.key)
    return publish(
        conn,
        Message(message.step, message.message_id, message.body, message.transmission_id, key=message.key, seq=seq),
        now,
    )


def decoded(raw: str, deliveries: int, token: Any) -> Delivery:
    """A delivery from what an engine handed over, readable or not."""
    try:
        return Delivery(Message.from_json(raw), raw, deliveries, token)
    except Undecodable as error:
        return Delivery(None, raw, deliveries, token, str(error))
