"""Documents of every kind by every EDIFACT base map: what is read is kept, and what is written is read again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orders.document import Document
from tests.edifact_random import Where, codes_of, interchange, random_message
from tests.property.test_x12_documents import filled, plain, texts, without
from translators.findings import Severity
from translators.interchange import PartyId
from translators.maps.bases import base_map
from translators.outgoing import PROVISIONAL, Outgoing
from translators.translate import Translation, read, standard_agreement
from translators.writing import write

MESSAGES = ["ORDERS", "ORDCHG", "ORDRSP", "DESADV", "INVOIC", "DELFOR"]
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
OURS = Outgoing(PartyId("14", "US"), PartyId("14", "THEM"), "D:01B:UN", "UNOC:3")
DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
BEYOND_TEXT = {("UNS", 1, 1), ("CPS", 1, 1), ("CPS", 2, 1), ("PAT", 3, 3), ("PAT", 3, 4), ("DTM", 1, 3)}


def translated(raw: bytes) -> Translation:
    return read(raw, standard_agreement, AT, "folder")


def document(segments: list[str], set_id: str) -> Document:
    translation = translated(interchange(set_id, segments))
    assert [one.message for one in translation.findings if one.weight is Severity.REJECT] == []
    return translation.documents[0].document


@pytest.mark.parametrize("set_id", MESSAGES)
@given(seed=st.integers(0, 2**32))
@example(seed=32568708)  # an ORDRSP that dates the order it answers by DTM+4
@example(seed=4347544)  # an ORDCHG of two orders, of which the second alone has a date
@settings(max_examples=40, deadline=None)
def test_what_is_read_is_written_and_read_again_the_same(set_id: str, seed: int) -> None:
    first = document(random_message(set_id, Random(seed)), set_id)
    wanted = base_map(f"edifact-{set_id.lower()}")
    if not isinstance(first, wanted.model):
        return  # an order that speaks of an earlier one is a change, and goes out as one
    made = write(wanted, first, OURS, PROVISIONAL, AT)
    assert [one.message for one in made.findings if one.weight is Severity.REJECT] == []
    again = translated(made.data).documents[0].document
    here, there = (plain(one.model_dump(mode="json")) for one in (first, again))
    assert without(here, made.lost) == without(filled(here, there), made.lost)


@pytest.mark.parametrize("set_id", MESSAGES)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_every_component_is_in_a_field_or_in_the_extensions_or_is_a_code_of_the_map(set_id: str, seed: int) -> None:
    segments = random_message(set_id, Random(seed))
    kept = "\n".join(texts(document(segments, set_id).model_dump(mode="json")))
    kept += DAY.sub(r"\1\2\3", kept)
    assert [one for one in spoken(set_id, segments) if one[1] not in kept] == []


def spoken(set_id: str, segments: list[str]) -> Iterator[tuple[Where, str]]:
    """The components that mean themselves: no codes, no marks of the structure, no weeks that become days."""
    understood = codes_of(set_id)
    for segment in segments:
        tag, *elements = segment.split("+")
        for at, element in enumerate(elements, 1):
            for number, text in enumerate(element.split(":"), 1):
                if text and text not in understood.get((tag, at, number), ()) and (tag, at, number) not in BEYOND_TEXT:
                    yield (tag, at, number), text
