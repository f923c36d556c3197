"""The house's rules as a text: what is wrong in it is named with the nearest thing that would do."""

from __future__ import annotations

import pytest

from gateway.rule_texts import RulesInvalid, read_rules

WHOLE = """
[review.R7]
times_median = 5

[[rules]]
code = "X1"
when = "any(lines, quantity > 1000)"
message = "{max(lines, quantity)} of one part"
"""


def test_text_holds_settings_and_own_rules() -> None:
    house = read_rules(WHOLE)
    assert house.review.R7.times_median == 5
    assert [rule.code for rule in house.rules] == ["X1"]
    assert read_rules("").rules == ()


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("times_median", "times_medan", "did you mean 'times_median'"),
        ("[review.R7]", "[review.R77]", "review.R77: unknown key; did you mean 'R7'"),
        ("> 1000", "> nothing", "X1: at 23: Line has no field 'nothing'"),
        ('"X1"', '"Y1"', "rules[1].code"),
        ("{max(lines", "{max(linse", "did you mean lines?"),
        ("[[rules]]", '[[rules]]\ncode = "X1"\nwhen = "true"\nmessage = "m"\n[[rules]]', "two rules of this code"),
    ],
)
def test_fault_is_named(was: str, now: str, told: str) -> None:
    with pytest.raises(RulesInvalid) as caught:
        read_rules(WHOLE.replace(was, now))
    assert told in str(caught.value)
