"""What a person does with parked messages: replay them, or discard them with a name beside it."""

from __future__ import annotations

from dataclasses import replace

from queues.message import Message
from queues.queue import Clock, publish
from queues.worker import open_gate
from store import outbox, parked
from store.database import Connection


def replay(conn: Connection, parked_id: int, by: str, clock: Clock) -> bool:
    """Publish a parked message again, with all its tries; False when it was replayed or discarded before.

    Raises:
        NotFound: there is no such parked message.
        Undecodable: it cannot be read, so it can only be discarded.
    """
    message = Message.from_json(parked.parked_message(conn, parked_id).body)
    if not parked.settle(conn, parked_id, "replayed", by, clock()):
        return False
    outbox.forget(conn, message.step, message.message_id)
    return publish(conn, replace(message.again(failed=False), failures=0), clock())


def discard(conn: Connection, parked_id: int, by: str, clock: Clock) -> bool:
    """Give a parked message up; the next of its key, if one waits, goes on. False when it was settled before.

    Raises:
        NotFound: there is no such parked message.
    """
    row = parked.parked_message(conn, parked_id)
    if not parked.settle(conn, parked_id, "discarded", by, clock()):
        return False
    if row.step != "unreadable":
        message = Message.from_json(row.body)
        if message.key:
            open_gate(conn, [message], clock)
    return True
