"""A message: a unit of work between steps, small JSON with ids in it, never the bytes themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Self

from pydantic import TypeAdapter, ValidationError

from queues.errors import Undecodable

VERSION = 1
"""Raised when a field changes its meaning; a newer version than ours is refused, never guessed at."""
MAX_BYTES = 1 << 20


@dataclass(frozen=True)
class Message:
    """What a step is asked to do.

    Attributes:
        step: who does it.
        message_id: the same for every attempt, so that a step takes effect once.
        body: ids and small values the step needs.
        transmission_id: what it all began with; it goes from socket to paper, and into every log line.
        key, seq: messages of one key pass the step in the order of ``seq`` (see :mod:`store.gate`); "" for any order.
        attempt: how often the message was published, counted from 1.
        failures: how often the step has failed at it.
    """

    step: str
    message_id: str
    body: dict[str, Any] = field(default_factory=dict)
    transmission_id: str | None = None
    key: str = ""
    seq: int = 0
    attempt: int = 1
    failures: int = 0
    version: int = VERSION

    def to_json(self) -> str:
        """The message as it goes through the outbox and the broker."""
        return _JSON.dump_json(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The message a text holds.

        Raises:
            Undecodable: it holds none, or one of a newer version, or one that is far too long.
        """
        if len(text) > MAX_BYTES:
            raise Undecodable(f"{len(text)} bytes are no message of ours: {MAX_BYTES} is the most")
        try:
            message = _JSON.validate_json(text)
        except ValidationError as error:
            raise Undecodable(f"not a message: {error.errors(include_url=False)[0]['msg']}") from None
        if message.version > VERSION:
            raise Undecodable(f"message version {message.version} is newer than {VERSION}: update this worker")
        return message  # type: ignore[return-value]

    def again(self, *, failed: bool) -> Self:
        """The next attempt at the same message."""
        return replace(self, attempt=self.attempt + 1, failures=self.failures + failed)


_JSON = TypeAdapter(Message)
