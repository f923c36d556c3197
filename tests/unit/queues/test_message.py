"""Messages: small, versioned, and nothing unreadable gets past the door."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queues.errors import Undecodable
from queues.message import MAX_BYTES, Message
from queues.queue import decoded

MESSAGE = Message("enter", "m1", {"document_id": "D-1"}, "TR-1", key="acme|PO", seq=3)


def test_message_reads_back_as_it_was_written() -> None:
    assert Message.from_json(MESSAGE.to_json()) == MESSAGE


def test_next_attempt_keeps_its_identity_and_counts_failures() -> None:
    again = MESSAGE.again(failed=True).again(failed=False)
    assert (again.message_id, again.attempt, again.failures) == ("m1", 3, 1)


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"step":1}', b"\xff\xfe", "x" * (MAX_BYTES + 1)])
def test_what_is_no_message_is_undecodable(text: str | bytes) -> None:
    with pytest.raises(Undecodable):
        Message.from_json(text)


def test_message_of_a_newer_version_is_refused() -> None:
    with pytest.raises(Undecodable, match="newer"):
        Message.from_json(MESSAGE.to_json().replace('"version":1', '"version":2'))


@given(st.text())
def test_any_text_is_decoded_or_explained(text: str) -> None:
    delivery = decoded(text, 1, None)
    assert (delivery.message is None) == bool(delivery.problem)
    assert delivery.raw == text
