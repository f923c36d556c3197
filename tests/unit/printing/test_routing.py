"""Which printer a paper goes to."""

from __future__ import annotations

import pytest

from printing.printer import PrinterMisconfigured, UnknownPrinter
from printing.routing import Rule, route, rule_problems, rules_from

RULES = (
    Rule("seattle-1", site="seattle"),
    Rule("slips", document="packing-slip", partner="bigbox"),
    Rule("ups-desk", carrier="UPSN"),
    Rule("dock-1", document="pick-list"),
)


def test_the_first_rule_that_fits_decides() -> None:
    assert route("packing-slip", partner="bigbox", site="seattle", rules=RULES) == "seattle-1"
    assert route("packing-slip", partner="bigbox", carrier="UPSN", rules=RULES) == "slips"
    assert route("packing-slip", partner="acme", carrier="UPSN", rules=RULES) == "ups-desk"
    assert route("pick-list", partner="acme", rules=RULES) == "dock-1"


def test_a_condition_is_not_met_by_what_is_not_known() -> None:
    assert route("pick-list", rules=(Rule("a", partner="bigbox"), Rule("b"))) == "b"


def test_case_does_not_matter() -> None:
    assert route("Pick-List", carrier="upsn", rules=(Rule("a", document="pick-list", carrier="UPSN"),)) == "a"


def test_no_rule_and_no_fallback_prints_nowhere_and_says_what_is_missing() -> None:
    with pytest.raises(UnknownPrinter, match="packing-slip, partner acme, carrier FDEG; add one"):
        route("packing-slip", partner="acme", carrier="FDEG", rules=RULES)


def test_the_fallback_is_used_only_when_nothing_fits() -> None:
    assert route("packing-slip", partner="acme", rules=RULES, fallback="office") == "office"
    assert route("pick-list", rules=RULES, fallback="office") == "dock-1"


def test_rules_are_read_from_settings() -> None:
    assert rules_from([{"printer": " dock-1 ", "document": "pick-list"}]) == (Rule("dock-1", document="pick-list"),)


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ({"printer": "a", "documnet": "x"}, "did you mean document"),
        ({"printer": "a", "zzz": "x"}, "known are printer, site"),
        ({"document": "x"}, "says no printer"),
        ({"printer": ""}, "must be a text"),
        ({"printer": 1}, "must be a text"),
    ],
)
def test_a_rule_that_makes_no_sense_is_refused(table: dict[str, object], message: str) -> None:
    with pytest.raises(PrinterMisconfigured, match=message):
        rules_from([table])


def test_rules_nobody_reaches_and_printers_nobody_has_are_named() -> None:
    rules = (Rule("dock-1", document="pick-list"), Rule("dock-2", document="pick-list", partner="acme"), Rule("gone"))
    problems = rule_problems(rules, ["dock-1", "dock-2"])
    assert "rule 2 (document pick-list, partner acme → dock-2) is never used" in problems[0]
    assert "there is no printer 'gone'" in problems[1]
    assert len(problems) == 2
