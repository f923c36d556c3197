"""Steps that call somebody: a call cannot be taken back, so whose turn it is, is asked before it is made."""

from __future__ import annotations

from queues.message import Message
from store import gate
from store.database import Connection
from store.errors import Conflict


def is_too_early(conn: Connection, message: Message) -> bool:
    """Whether a message of its key is before it; the worker keeps it at the gate until its turn."""
    return gate.turn(conn, message.step, message.key, message.seq) is gate.Turn.LATER


def write_too_early(conn: Connection) -> None:
    """What a step that is too early writes. The worker does not come so far, but for a message that passed just now.

    Raises:
        Conflict: always; the step is done again, and calls.
    """
    raise Conflict("the call before it has just passed")
