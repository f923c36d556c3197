"""Documents of every kind by every base map: what is read is kept, and what is written is read again."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orders.document import Document
from tests.x12_random import random_set
from tests.x12_sets import interchange
from translators.findings import Severity
from translators.interchange import PartyId
from translators.maps.bases import base_map, base_map_names
from translators.outgoing import PROVISIONAL, Outgoing
from translators.translate import Translation, read, standard_agreement
from translators.writing import write

SETS = [name.removeprefix("x12-") for name in base_map_names() if name.startswith("x12-")]
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
OURS = Outgoing(PartyId("ZZ", "DOCKGATE"), PartyId("01", "007940297"), "004010", "00401")
NOT_THE_SETS = {"extensions", "provenance", "channel_order_id", "partner", "received_at"}
MUSTS = {"package_count", "customer_po_number", "handling_method", "uom", "uom_as_received", "commitment", "bucket"}
WORD = re.compile(r"[A-Z]{4,5}[0-9]{2,}")
COUNTS = {"schedule_no", "line_count_as_received", "hash_total_as_received", "quantity_total"}


def translated(raw: bytes) -> Translation:
    return read(raw, standard_agreement, AT, "folder")


def plain(value: Any) -> Any:
    """A document without what stands beside the set, and without fields that are empty."""
    if isinstance(value, dict):
        kept = {name: plain(one) for name, one in value.items() if name not in NOT_THE_SETS | COUNTS}
        return {name: one for name, one in kept.items() if one not in (None, [], {}, ())}
    if isinstance(value, list):
        rows = [plain(one) for one in value]
        return rows if any("line_no" in row for row in rows) else sorted(rows, key=said)
    return value


def said(row: Any) -> str:
    """What a row says whatever the standard must have added: rows of one kind may be written in another order."""
    return str({name: one for name, one in row.items() if name not in MUSTS} if isinstance(row, dict) else row)


def texts(value: Any) -> set[str]:
    """Every text anywhere in a document."""
    if isinstance(value, dict):
        return set().union(*(texts(one) for name, one in value.items() if name != "provenance"))
    if isinstance(value, list):
        return set().union(*(texts(one) for one in value))
    return set(str(value).split("\n"))


def document(segments: list[str], set_id: str) -> Document:
    translation = translated(interchange(set_id, segments))
    assert [one.message for one in translation.findings if one.weight is Severity.REJECT] == []
    return translation.documents[0].document


@pytest.mark.parametrize("set_id", SETS)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_what_is_read_is_written_and_read_again_the_same(set_id: str, seed: int) -> None:
    first = document(random_set(set_id, Random(seed)), set_id)
    wanted = base_map(f"x12-{set_id}")
    if not isinstance(first, wanted.model):
        return  # an order that speaks of an earlier one is a change, and goes out as one
    made = write(wanted, first, OURS, PROVISIONAL, AT)
    again = translated(made.data)
    if told := [one for one in made.findings if one.weight is Severity.REJECT]:
        assert again.documents == () or told
        return  # a field the standard cannot do without is not there, and whoever sends it has been told
    here, there = (plain(one.model_dump(mode="json")) for one in (first, again.documents[0].document))
    assert without(here, made.lost) == without(filled(here, there), made.lost)


@pytest.mark.parametrize("set_id", SETS)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_every_word_of_a_set_is_in_a_field_or_in_the_extensions(set_id: str, seed: int) -> None:
    segments = random_set(set_id, Random(seed))
    kept = "\n".join(texts(document(segments, set_id).model_dump(mode="json")))
    words = {one for segment in segments for one in segment.split("*")[1:] if WORD.fullmatch(one)}
    assert {one for one in words if one not in kept} == set()


def filled(before: Any, after: Any) -> Any:
    """What was written, without what had to be said for the standard's sake and was not said before."""
    if isinstance(before, dict) and isinstance(after, dict):
        return {
            name: filled(before.get(name), one) for name, one in after.items() if name in before or name not in MUSTS
        }
    if isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        return [filled(*pair) for pair in zip(before, after, strict=True)]
    return after


def without(data: Any, lost: tuple[str, ...]) -> Any:
    """The document without the rows and fields that were told as lost: the first step of each name."""
    for name in lost:
        data.pop(name.partition("[")[0].partition(".")[0], None)
    return data
