"""The commands over review: rules from draft to use, what-if, and holds resolved from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.app import open_road
from gateway.clerk import Hand, enter_order
from gateway.cli import app
from gateway.demo import load_demo
from gateway.settings import load_settings
from orders.document import Identifier
from tests import factories

runner = CliRunner()
RULES = '[[rules]]\ncode = "X1"\nwhen = "grand_total > 50"\nmessage = "{grand_total} is a lot"\n'


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A box with two orders: one at our price, one at another."""
    road = open_road(load_settings(tmp_path / "home"), migrate=True)
    load_demo(road)
    part = (Identifier(qualifier="VP", value="WG-1001"),)
    for price in (None, "7.50"):
        line = factories.line(part_as_ordered=part, price_as_received=price)
        enter_order(road, factories.purchase_order(partner="northwind", channel=None, lines=(line,)), Hand("ann"))
    road.database.close()
    return tmp_path / "home"


@pytest.fixture
def rules(tmp_path: Path) -> str:
    path = tmp_path / "rules.toml"
    path.write_text(RULES, "utf-8")
    return str(path)


def run(*words: str, code: int = 0) -> str:
    result = runner.invoke(app, [*words])
    assert result.exit_code == code, result.output
    return result.output


def test_rules_go_from_file_to_draft_to_use(home: Path, rules: str) -> None:
    at = ("--home", str(home))
    assert "1 own rules can be used" in run("rule", "check", rules)
    assert "no rules of the house's own" in run("rule", "list", *at)
    assert "revision 1 is kept" in run("rule", "import", rules, *at)
    assert "revision 1 is in use" in run("rule", "activate", *at)
    assert json.loads(run("rule", "list", "--json", *at))["is_active"] is True
    shown = [json.loads(line) for line in run("rule", "show", "--json", *at).splitlines()]
    assert {"R1", "R26", "X1"} <= {one["rule"] for one in shown}
    assert "grand_total > 50" in run("rule", "show", *at)


def test_what_if_names_the_orders_that_would_be_held_and_why(home: Path, rules: str, tmp_path: Path) -> None:
    at = ("--home", str(home), "--days", "3660")
    told = run("rule", "try", rules, *at, code=1)
    assert "is a lot" in told
    assert "2 orders more would be held" in told
    found = [json.loads(line) for line in run("rule", "try", rules, "--json", *at, code=1).splitlines()]
    assert [one["would_hold"] for one in found] == [["R1", "X1"], ["X1"]]
    (tmp_path / "wrong.toml").write_text(RULES.replace("grand_total >", "grand >"), "utf-8")
    assert "X1: at 1" in run("rule", "try", str(tmp_path / "wrong.toml"), *at, code=3)


def test_holds_are_resolved_and_what_was_not_is_told(home: Path) -> None:
    at = ("--home", str(home))
    told = run("order", "resolve", "--rule", "R1", "--figure", "part=WG-1001", "--note", "by phone", *at)
    assert "SO-100002 released" in told
    assert json.loads(run("order", "resolve", "SO-100001", "--json", *at, code=1))["code"] == "nothing-to-resolve"
    assert "write NAME=VALUE" in run("order", "resolve", "--figure", "part", *at, code=2)
