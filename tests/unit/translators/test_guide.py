"""A partner's guide tightens and loosens a set; what is against it has its own finding at its own place."""

from __future__ import annotations

import tomllib
from collections.abc import Callable

import pytest

from translators.findings import Finding, GuideInvalid
from translators.guide import guided
from translators.interchange import InterchangeOpened, SetRead
from translators.walking import Structure
from translators.x12 import reader
from translators.x12.schemas import schema, segment_specs

Wire = Callable[..., bytes]
Told = list[tuple[str, str | None, int | None, int | None]]


def found(raw: bytes, guide: str) -> list[Finding]:
    structure = Structure()
    for event in reader.read([raw]):
        if isinstance(event, InterchangeOpened):
            structure.begin(event.header)
        if isinstance(event, SetRead):
            walked = structure.walk(event, guided(schema("850"), segment_specs(), tomllib.loads(guide)))
            assert walked is not None
            return walked.findings
    raise AssertionError("no set came")


def told(raw: bytes, guide: str) -> Told:
    return [(one.code.value, one.where.segment, one.where.position, one.where.element) for one in found(raw, guide)]


@pytest.mark.parametrize(
    ("guide", "expected"),
    [
        ('structure."PO1/PID" = { use = "must" }', ("loop-too-seldom", "PID", 7, None)),
        ('structure."REF" = { use = "must" }', ("segment-too-seldom", "REF", 3, None)),
        ('structure."PO1" = { least = 2 }', ("loop-too-seldom", "PO1", 7, None)),
        ('structure."N1/N3" = { least = 2 }', ("segment-too-seldom", "N3", 5, None)),
        ('structure."N1/N4" = { use = "not used" }', ("segment-not-used", "N4", 5, None)),
        ('structure."CTT" = { use = "not used" }', ("segment-not-used", "CTT", 7, None)),
        ('elements."BEG.02" = { codes = ["NE"] }', ("code-not-in-guide", "BEG", 2, 2)),
        ('elements."BEG.03" = { most = 5 }', ("element-too-long", "BEG", 2, 3)),
        ('elements."BEG.03" = { least = 20 }', ("element-too-short", "BEG", 2, 3)),
        ('elements."BEG.04" = { use = "must" }', ("element-missing", "BEG", 2, 4)),
        ('elements."PO1.04" = { use = "not used" }', ("element-not-used", "PO1", 6, 4)),
    ],
)
def test_what_the_guide_tightens_is_told(
    wire: Wire, order: str, guide: str, expected: tuple[str, str, int, int | None]
) -> None:
    assert told(wire(order), guide) == [expected]


@pytest.mark.parametrize(
    ("old", "new", "guide"),
    [
        ("PO1*1*12*EA*9.25*PE*VN*AB-100*UP*012345678905\n", "", 'structure."PO1" = { use = "may" }'),
        ("CTT*1", "CTT*1\nCTT*1", 'structure."CTT" = { most = 2 }'),
        ("BEG*00", "BEG*Z9", 'elements."BEG.01" = { codes = ["Z9"] }'),
        ("PO-1001", "", 'elements."BEG.03" = { use = "may" }'),
        ("*OH*", "*OHIO*", 'elements."N4.02" = { most = 4 }'),
        ("CTT*1", "REF*DP*1\nCTT*1", 'structure."PO1/REF" = { least = 1 }'),
    ],
)
def test_what_the_guide_allows_is_fine(wire: Wire, order: str, old: str, new: str, guide: str) -> None:
    assert old in order
    assert told(wire(order.replace(old, new, 1)), guide) == []


def test_a_loop_that_comes_often_enough_is_fine(wire: Wire, order: str) -> None:
    twice = order.replace("CTT", "PO1*2*1*EA****\nCTT")
    assert told(wire(twice), 'structure."PO1" = { least = 2 }') == []
    assert told(wire(twice), 'structure."PO1" = { least = 3 }') == [("loop-too-seldom", "PO1", 8, None)]


def test_a_guide_changes_nothing_for_others(wire: Wire, order: str) -> None:
    guide = 'structure."PO1/PID" = { use = "must" }\nelements."BEG.02" = { codes = ["NE"] }'
    assert len(found(wire(order), guide)) == 2
    assert found(wire(order), "") == []


@pytest.mark.parametrize(
    ("guide", "message"),
    [
        ('structure."PO1/PIDD" = { use = "must" }', "a 850 has no such place; did you mean 'PO1/PID'?"),
        ('structure."PO1" = { usage = "must" }', "PO1: unknown key 'usage'; did you mean 'use'?"),
        ('structure."PO1" = { use = "musst" }', "use is one of must, may, not used; got 'musst'; did you mean 'must'?"),
        ('structure."PO1" = { most = 0 }', "most must be a count, got 0"),
        ('structure."PO1" = { least = "2" }', "least must be a count, got '2'"),
        ('structure."CTT" = { least = 3, most = 2 }', "cannot both be"),
        ('structure."CTT" = "must"', "must be a table"),
        ("structure = 1", "structure: must be a table"),
        ('struct."CTT" = { use = "may" }', "the guide: unknown key 'struct'; did you mean 'structure'?"),
        ('elements."BEG02" = { use = "must" }', "a tag and two digits"),
        ('elements."BEG.99" = { use = "must" }', "BEG has the elements 01 to 12"),
        ('elements."BEGG.02" = { use = "must" }', "a tag and two digits"),
        ('elements."BGE.02" = { use = "must" }', "no such segment is known; did you mean"),
        ('elements."BEG.02" = { codes = "NE" }', "codes must be a list of texts"),
        ('elements."BEG.03" = { least = 9, most = 5 }', "cannot both be"),
    ],
)
def test_a_guide_that_cannot_be_used_says_where_and_what_is_near(guide: str, message: str) -> None:
    with pytest.raises(GuideInvalid, match=message.replace("?", "\\?").replace("(", "\\(")):
        guided(schema("850"), segment_specs(), tomllib.loads(guide))
