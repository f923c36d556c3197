"""A good order and its bad twins: what the structure says about each, and that one slip gives one finding."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from translators.findings import Finding
from translators.translate import inspect

Wire = Callable[..., bytes]


def findings(raw: bytes) -> list[Finding]:
    return list(inspect(raw).all_findings())


def told(raw: bytes) -> list[tuple[str, str | None, int | None, int | None]]:
    return [(one.code.value, one.where.segment, one.where.position, one.where.element) for one in findings(raw)]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("BEG*00*SA*PO-1001**20260302\n", "", ("segment-missing", "BEG", 2, None)),
        ("PO1*1*12*EA*9.25*PE*VN*AB-100*UP*012345678905\n", "", ("segment-missing", "PO1", 6, None)),
        ("N3*7", "ZZZ*7", ("segment-unknown", "ZZZ", 4, None)),
        ("N3*7", "PO3*AB*****1*EA\nN3*7", ("segment-unexpected", "PO3", 4, None)),
        ("CTT*1", "CTT*1\nCTT*1", ("loop-repeats", "CTT", 8, None)),
        ("N1*ST", "DTM*002*20260401\nREF*DP*038\nN1*ST", ("segment-out-of-place", "REF", 4, None)),
        ("N3*7 MILL LANE", "N3*A\nN3*B\nN3*C", ("segment-repeats", "N3", 6, None)),
        ("BEG*00", "BEG*99", ("code-unknown", "BEG", 2, 1)),
        ("*20260302", "*20240230", ("date-invalid", "BEG", 2, 5)),
        ("*20260302", "*2024131", ("date-invalid", "BEG", 2, 5)),
        ("PO-1001", "", ("element-missing", "BEG", 2, 3)),
        ("PO-1001", "P" * 51, ("element-too-long", "BEG", 2, 3)),
        ("*OH*", "*O*", ("element-too-short", "N4", 5, 2)),
        ("*12*EA", "*1_000*EA", ("number-invalid", "PO1", 6, 2)),
        ("*12*EA", "*12,5*EA", ("number-invalid", "PO1", 6, 2)),
        ("*12*EA", "*NaN*EA", ("number-invalid", "PO1", 6, 2)),
        ("*12*EA", "*1e9*EA", ("number-invalid", "PO1", 6, 2)),
        ("*12*EA", "*+-1*EA", ("number-invalid", "PO1", 6, 2)),
        ("*12*EA", "*1.2.3*EA", ("number-invalid", "PO1", 6, 2)),
        ("HILLTOP", "HILL\x07TOP", ("character-invalid", "N1", 3, 2)),
        ("HILLTOP", "HILL>TOP", ("separator-in-data", "N1", 3, 2)),
        ("N3*7 MILL LANE", "N3*7 MILL LANE*A*B*C", ("elements-too-many", "N3", 4, 3)),
        ("CTT*1", "CTT*one", ("number-invalid", "CTT", 7, 1)),
    ],
)
def test_one_slip_gives_one_finding_at_its_place(
    wire: Wire, order: str, old: str, new: str, expected: tuple[str, str, int, int | None]
) -> None:
    assert old in order
    assert told(wire(order.replace(old, new, 1))) == [expected]


@pytest.mark.parametrize("number", ["12", "0", "-3", ".5", "12.", "12.000001", "0012"])
def test_plain_numbers_have_no_finding(wire: Wire, order: str, number: str) -> None:
    assert told(wire(order.replace("*12*EA", f"*{number}*EA"))) == []


@pytest.mark.parametrize("day", ["20240229", "20000229", "260302", "20991231"])
def test_days_of_the_calendar_have_no_finding(wire: Wire, order: str, day: str) -> None:
    assert told(wire(order.replace("*20260302", f"*{day}"))) == []


@pytest.mark.parametrize("day", ["20230229", "19000229", "20260431", "20261301", "20260100", "00000000", "99991231"])
def test_other_days_are_found(wire: Wire, order: str, day: str) -> None:
    assert [one[0] for one in told(wire(order.replace("*20260302", f"*{day}")))] == ["date-invalid"]


def test_separators_behind_the_last_element_are_no_finding(wire: Wire, order: str) -> None:
    assert told(wire(order.replace("N3*7 MILL LANE", "N3*7 MILL LANE***"))) == []


def test_a_rich_order_walks_without_a_finding(wire: Wire) -> None:
    body = """BEG*00*SA*PO-1**20260302
CUR*BY*USD
REF*DP*038
PER*BD*ANN*TE*5551234
FOB*PP
SAC*A*F810***500
ITD*14*3*2**10**30
DTM*002*20260401
TD5**2*UPSN
N9*ZZ*1
MSG*MIND THE STEP
N1*ST*DC 4*92*04
N1*BT*HEAD OFFICE
N3*1 HIGH ST
PO1*1*10*EA*1**VN*A
PID*F****SPADE
MEA*PD*WT*2*LB
PO4*5
SDQ*EA*92*0001*4*0002*6
DTM*010*20260320
SCH*10*EA***002*20260401
N9*ZZ*2
MSG*THIS SIDE UP
N1*Z7*STORE 1*92*0001
SLN*1**I*2*EA****VN*BOLT
AMT*1*10
PO1*2*1*EA
CTT*2
AMT*TT*11"""
    assert told(wire(body)) == []


def test_findings_of_a_set_are_limited(wire: Wire, order: str) -> None:
    body = order.replace("CTT*1", "ZZZ*1\n" * 500 + "CTT*1")
    found = findings(wire(body))
    assert len(found) == 100


def test_a_rejecting_finding_is_kept_even_past_the_limit(wire: Wire, order: str) -> None:
    body = order.replace("CTT*1", "ZZZ*1\n" * 500 + "CTT*one")
    assert findings(wire(body))[-1].rejects
