"""What docs/credit.md says is so."""

from __future__ import annotations

import re
from pathlib import Path

from gateway.credit import read_policy
from orders.credit_policy import Rules

DOCS = (Path(__file__).parents[3] / "docs" / "credit.md").read_text("utf-8")


def test_policy_of_the_docs_is_one() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    policy = read_policy(text)
    assert [band.role for band in policy.bands] == ["clerk", "manager", "director"]
    assert policy.rules_for(group="retail", partner="acme").rules.C3.days == 20


def test_every_rule_is_in_the_table() -> None:
    assert re.findall(r"^\| (C\d+) \|", DOCS, re.MULTILINE) == list(Rules.model_fields)


def test_worked_example_adds_up() -> None:
    assert "6,000 − 500 + 1,000 + 1,000 + 2,600 = 10,100" in DOCS
    assert 6000 - 500 + 1000 + 1000 + 2600 == 10_100
