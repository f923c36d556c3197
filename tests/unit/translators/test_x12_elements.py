"""What the elements of a segment ask of each other, and that pattern and look agree on it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from translators.translate import inspect
from translators.x12 import elements as looked
from translators.x12.elements import faults, pattern
from translators.x12.schemas import Condition, ElementSpec, conditions, segment_specs

Wire = Callable[..., bytes]


def told(raw: bytes) -> list[tuple[str, str | None, int | None]]:
    found = inspect(raw).all_findings()
    return [(one.code.value, one.where.segment, one.where.element) for one in found]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("*92*0007", "*92", ("condition-unmet", "N1", 4)),
        ("*92*0007", "**0007", ("condition-unmet", "N1", 3)),
        ("*HILLTOP STORE 7*92*0007", "", ("condition-unmet", "N1", 2)),
        ("*UP*012345678905", "*UP", ("condition-unmet", "PO1", 9)),
        ("*UP*012345678905", "**012345678905", ("condition-unmet", "PO1", 8)),
        ("*OH*44101*US", "*OH*44101*US***CA", ("exclusion-broken", "N4", 7)),
        ("*44101*US", "*44101*US\nREF*DP", ("condition-unmet", "REF", 2)),
    ],
)
def test_one_broken_condition_gives_one_finding(
    wire: Wire, order: str, old: str, new: str, expected: tuple[str, str, int | None]
) -> None:
    assert old in order
    assert told(wire(order.replace(old, new, 1))) == [expected]


def test_a_repetition_where_none_may_be_is_told_as_such(wire: Wire, order: str) -> None:
    raw = wire(order.replace("HILLTOP", "HILL^TOP"), version="00501").replace(b"*U*00501", b"*^*00501")
    assert told(raw) == [("element-repeats", "N1", 2)]


THREE = tuple(ElementSpec("an", 1, 9, False) for _ in range(3))
WORDS = st.lists(st.sampled_from(["", "A"]), max_size=3)


@pytest.mark.parametrize(
    "kinds", [("P", (1, 2)), ("P", (2, 3)), ("P", (1, 3)), ("P", (1, 2, 3)), ("R", (2, 3)), ("E", (1, 2, 3)),
              ("C", (1, 3)), ("C", (3, 1, 2)), ("L", (1, 2, 3)), ("L", (3, 1, 2))], ids=str
)  # fmt: skip
@given(values=WORDS)
def test_pattern_and_look_agree_on_every_kind_of_condition(
    kinds: tuple[str, tuple[int, ...]], values: list[str]
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(looked, "conditions", lambda: {"QQ": (Condition(*kinds),)})
        patch.setattr(looked, "segment_specs", lambda: {"QQ": THREE})
        looked.pattern.cache_clear()
        matches = pattern("QQ", THREE, "*", ">", "").fullmatch("*".join(["QQ", *values])) is not None
        found = list(faults(["QQ", *values], ">"))
    looked.pattern.cache_clear()
    assert matches == (not found)
    assert {code.value for code, *_ in found} <= {"condition-unmet", "exclusion-broken"}


def test_conditions_speak_of_elements_their_segment_has() -> None:
    for tag, asked in conditions().items():
        assert all(1 <= at <= len(segment_specs()[tag]) for one in asked for at in one.elements), tag
