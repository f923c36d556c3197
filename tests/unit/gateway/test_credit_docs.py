"""What docs/credit.md says is so."""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path

from gateway.credit import read_policy
from orders.credit import credit_decision
from orders.credit_account import CreditAccount
from orders.credit_case import Standing
from orders.credit_policy import CreditRules, Rules
from orders.values import CreditState
from tests import factories
from tests.factories import NOON

DOCS = (Path(__file__).parents[3] / "docs" / "credit.md").read_text("utf-8")


def test_policy_of_the_docs_is_one() -> None:
    (text,) = re.findall(r"```toml\n(.*?)```", DOCS, re.DOTALL)
    policy = read_policy(text)
    assert [band.role for band in policy.bands] == ["clerk", "manager", "director"]
    assert policy.rules_for(group="retail", partner="acme").rules.C3.days == 20


def test_every_rule_is_in_the_table() -> None:
    assert re.findall(r"^\| (C\d+) \|", DOCS, re.MULTILINE) == list(Rules.model_fields)


def test_worked_example_adds_up() -> None:
    account = CreditAccount(
        customer="C-1", credit_limit=Decimal(10_000), receivables=Decimal(6000), unapplied_payments=Decimal(500)
    )
    line = factories.line(quantity=Decimal(1), part_as_ordered=(), price_as_received=Decimal(2600))
    order = factories.entered(lines=(line,)).order
    standing = Standing(account, account, (account,), {"USD": Decimal(2000)})
    decision = credit_decision(order, standing, CreditRules.model_validate({"rules": {"C2": {"percent": "1"}}}), NOON)
    assert (decision.state, [stop.rule for stop in decision.stops]) == (CreditState.OK, ["C2"])
    assert decision.snapshot["exposure"] == "10100.00"
    assert "6,000 − 500 + 1,000 + 1,000 + 2,600 = 10,100" in DOCS
