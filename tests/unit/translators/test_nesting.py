"""HL and CPS loops: each stands in the loop it names, nothing is lost, and what is wrong is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from translators.findings import Finding
from translators.limits import MAX_FINDINGS_PER_SET, MAX_NESTING
from translators.nesting import nest
from translators.translate import inspect
from translators.tree import Loop, Segment


def flat(*triggers: str, tag: str = "HL") -> Loop:
    root = Loop()
    root.loops[tag] = []
    for position, text in enumerate(triggers, 3):
        loop = Loop()
        loop.segments[tag] = [Segment([tag, *text.split("*")], position)]
        root.loops[tag].append(loop)
    return root


def picture(loop: Loop, tag: str = "HL") -> list[object]:
    """Own numbers, each followed by those below it."""
    found: list[object] = []
    for one in loop.loops.get(tag, []):
        found.append(one.segments[tag][0].elements[1])
        if below := picture(one, tag):
            found.append(below)
    return found


def told(findings: list[Finding]) -> list[tuple[int | None, int | None, str]]:
    return [(one.where.position, one.where.element, one.weight.value) for one in findings]


def test_each_loop_stands_in_the_one_it_names_in_the_order_of_the_file() -> None:
    root = flat("1**S", "2*1*O", "3*2*I", "4*2*I", "5*1*O", "6*5*I")
    assert nest(root, "HL") == []
    assert picture(root) == ["1", ["2", ["3", "4"], "5", ["6"]]]


def test_cps_of_a_despatch_advice_is_nested_by_the_same_elements() -> None:
    root = flat("1", "2*1", "3*2", tag="CPS")
    assert nest(root, "CPS") == []
    assert picture(root, "CPS") == ["1", ["2", ["3"]]]


def test_leading_zeros_do_not_count() -> None:
    root = flat("01**S", "02*1*O")
    assert nest(root, "HL") == []
    assert picture(root) == ["01", ["02"]]


def test_a_set_without_such_loops_stays_as_it_is() -> None:
    assert nest(Loop(), "HL") == []


@pytest.mark.parametrize(
    ("triggers", "expected", "shape"),
    [
        (("1**S", "2*9*O"), [(4, 2, "reject")], ["1", "2"]),
        (("1*0*S", "2*1*O"), [(3, 2, "warning")], ["1", ["2"]]),
        (("1**S", "3*2*I", "2*1*O"), [(4, 2, "warning")], ["1", ["2", ["3"]]]),
        (("1**S", "2*1*O", "2*1*O"), [(5, 1, "warning")], ["1", ["2", "2"]]),
        (("1**S", "2*1*O", "2*1*O", "3*2*I"), [(5, 1, "warning"), (6, 2, "reject")], ["1", ["2", "2", ["3"]]]),
        (("1**S", "*1*O"), [(4, 1, "warning")], ["1", [""]]),
        (("1**S", "2*2*O"), [(4, 2, "reject")], ["1", "2"]),
        (("1*2*S", "2*1*O"), [(3, 2, "warning"), (4, 2, "reject")], ["2", ["1"]]),
    ],
    ids=["no-parent", "zero-on-top", "parent-later", "twice", "twice-and-named", "no-number", "itself", "circle"],
)
def test_what_is_wrong_is_told_and_nothing_is_lost(
    triggers: tuple[str, ...], expected: list[tuple[int, int, str]], shape: list[object]
) -> None:
    root = flat(*triggers)
    assert told(nest(root, "HL")) == expected
    assert picture(root) == shape


def test_what_is_too_deep_is_told_once_and_hangs_at_the_deepest_place() -> None:
    root = flat("1**S", *(f"{number}*{number - 1}*I" for number in range(2, MAX_NESTING + 5)))
    assert [one.code.value for one in nest(root, "HL")] == ["hierarchy-too-deep"]
    depth, loop = 0, root
    while "HL" in loop.loops:
        depth, loop = depth + 1, loop.loops["HL"][0]
    assert depth == MAX_NESTING


def test_findings_are_limited() -> None:
    root = flat(*("1*1*I" for _ in range(5_000)))
    assert len(nest(root, "HL")) <= MAX_FINDINGS_PER_SET + 2


def test_a_ship_notice_with_a_wrong_parent_is_refused_at_hl02(
    wire: Callable[..., bytes], one_set: Callable[..., list[str]]
) -> None:
    body = "BSN*00*SHIP-1*20260302*1200\nHL*1**S\nHL*2*7*O\nPRF*PO-1"
    found = list(inspect(wire([one_set(body, set_id="856")], functional_id="SH")).all_findings())
    assert [(one.code.value, one.where.segment, one.where.position, one.where.element) for one in found] == [
        ("hierarchy-wrong", "HL", 4, 2)
    ]


def test_a_despatch_advice_with_a_wrong_parent_is_told_at_its_cps() -> None:
    raw = (
        b"UNB+UNOC:3+ACME:14+DOCKGATE:14+260302:1200+77'UNH+1+DESADV:D:96A:UN'BGM+351+SHIP-9+9'CPS+1'CPS+2+7'"
        b"UNT+5+1'UNZ+1+77'"
    )
    found = [one for one in inspect(raw).all_findings() if one.code.value == "hierarchy-wrong"]
    assert [(one.where.segment, one.where.position, one.where.element) for one in found] == [("CPS", 4, 2)]
