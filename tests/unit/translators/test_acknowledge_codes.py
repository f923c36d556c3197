"""Every code a 997 may say is said: a right order, broken in one place, for each of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from tests.factories import group_answers
from translators.limits import MAX_SET_SEGMENTS
from translators.outgoing import PROVISIONAL
from translators.translate import Translation
from translators.x12.acknowledge import ELEMENT_CODES, GROUP_CODES, SEGMENT_CODES, SET_CODES
from translators.x12.writer import write_997

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
Wire = Callable[..., bytes]
Read = Callable[[bytes], Translation]

SEGMENTS = {
    "1": ("N3*7", "ZZZ*7"),
    "2": ("N3*7 MILL LANE", "SCH*1*EA***002*20260401\nN3*7 MILL LANE"),
    "3": ("BEG*00*SA*PO-1001**20260302\n", ""),
    "4": ("CTT*1", "CTT*1\nCTT*1"),
    "5": ("N3*7 MILL LANE", "N3*A\nN3*B\nN3*C"),
    "6": ("N3*7 MILL LANE", "N3*7 MILL LANE\nBIG*20260302*1"),
    "7": ("N1*ST", "DTM*002*20260401\nREF*DP*038\nN1*ST"),
    "8": ("*12*EA", "*x*EA"),
}
ELEMENTS = {
    "1": ("PO-1001", ""),
    "2": ("*92*0007", "*92"),
    "3": ("N3*7 MILL LANE", "N3*A*B*C"),
    "4": ("*OH*", "*O*"),
    "5": ("*PE*", "*PEX*"),
    "6": ("*12*EA", "*1,5*EA"),
    "7": ("BEG*00", "BEG*99"),
    "8": ("20260302", "20260230"),
    "9": ("CTT*1", "DTM*002*20260401*2460\nCTT*1"),
    "10": ("*44101*US", "*44101*US***CA"),
    "12": ("HILLTOP", "HILL^TOP"),
    "13": ("HILLTOP", "HILL>TOP"),
}
SETS = {
    "1": ("ST*850*0001", "ST*000*0001"),
    "2": ("SE*8*0001~", ""),
    "3": ("SE*8*0001", "SE*8*0002"),
    "4": ("SE*8", "SE*9"),
    "5": ("*12*EA", "*x*EA"),
    "6": ("ST*850*0001", "ST**0001"),
    "7": ("ST*850*0001", "ST*850*"),
    "18": ("ST*850*0001", "ST*810*0001"),
}
GROUPS = {
    "2": ("*X*005010", "*X*5010"),
    "3": ("GE*1*77~", ""),
    "4": ("GE*1*77", "GE*1*78"),
    "5": ("GE*1*77", "GE*2*77"),
    "6": ("*77*X*", "*7a*X*"),
}


def told(raw: bytes, translated: Read, tag: str, first: int) -> set[str]:
    """The codes behind element ``first`` of every segment of this tag in the answers."""
    codes: set[str] = set()
    for answer in group_answers(translated(raw)):
        for line in write_997(answer, PROVISIONAL, AT).decode("ascii").replace("\n", "").split("~"):
            elements = line.split("*")
            if elements[0] == tag:
                codes.update(elements[first:] if tag in ("AK5", "AK9") else elements[first : first + 1])
    return codes


def newer(raw: bytes) -> bytes:
    return raw.replace(b"*U*00401*", b"*^*00501*").replace(b"*X*004010", b"*X*005010")


@pytest.mark.parametrize(("code", "change"), SEGMENTS.items(), ids=str)
def test_segment(wire: Wire, order: str, translated: Read, code: str, change: tuple[str, str]) -> None:
    assert change[0] in order
    assert told(newer(wire(order.replace(*change, 1))), translated, "AK3", 4) == {code}


@pytest.mark.parametrize(("code", "change"), ELEMENTS.items(), ids=str)
def test_element(wire: Wire, order: str, translated: Read, code: str, change: tuple[str, str]) -> None:
    assert change[0] in order
    assert told(newer(wire(order.replace(*change, 1))), translated, "AK4", 3) == {code}


@pytest.mark.parametrize(("code", "change"), SETS.items(), ids=str)
def test_set(wire: Wire, translated: Read, code: str, change: tuple[str, str]) -> None:
    raw = newer(wire()).decode("ascii")
    assert change[0] in raw
    assert code in told(raw.replace(*change, 1).encode("ascii"), translated, "AK5", 2)


def test_set_number_used_twice(wire: Wire, translated: Read, one_set: Callable[..., list[str]]) -> None:
    assert told(wire([one_set(), one_set()]), translated, "AK5", 2) == {"23"}


def test_set_too_large(wire: Wire, order: str, translated: Read) -> None:
    raw = wire(order.replace("CTT", "N3*A\n" * MAX_SET_SEGMENTS + "CTT"))
    assert told(raw, translated, "AK5", 2) == {"5"}


@pytest.mark.parametrize(("code", "change"), GROUPS.items(), ids=str)
def test_group(wire: Wire, translated: Read, code: str, change: tuple[str, str]) -> None:
    raw = newer(wire()).decode("ascii")
    assert change[0] in raw
    assert code in told(raw.replace(*change, 1).encode("ascii"), translated, "AK9", 5)


def test_group_number_used_twice(wire: Wire, translated: Read) -> None:
    once = newer(wire(trailer=())).decode("ascii")
    group = once[once.index("GS*") :] + "GE*1*77~"
    raw = once[: once.index("GS*")] + group * 2 + "IEA*2*000000001~"
    assert told(raw.encode("ascii"), translated, "AK9", 5) == {"19"}


def test_no_code_is_left_out() -> None:
    assert set(SEGMENT_CODES.values()) == set(SEGMENTS)
    assert set(ELEMENT_CODES.values()) == set(ELEMENTS)
    assert set(SET_CODES.values()) == {*SETS, "23"}
    # A group without a functional id (1) cannot be named in AK101, and is not answered.
    assert set(GROUP_CODES.values()) == {*GROUPS, "19", "1"}
