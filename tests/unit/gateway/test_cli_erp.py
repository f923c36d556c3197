"""Webhooks and exports from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.cli import app
from gateway.settings import FILE_NAME
from tests.receiver import receiving

runner = CliRunner()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A fresh box that may call this machine."""
    (tmp_path / FILE_NAME).write_text('[outbound]\nallow = ["127.0.0.1"]\n', "utf-8")
    assert runner.invoke(app, ["migrate", "--home", str(tmp_path)]).exit_code == 0
    return tmp_path


def run(home: Path, *words: str, expected: int = 0) -> str:
    result = runner.invoke(app, [*words, "--home", str(home)])
    assert result.exit_code == expected, result.output
    return result.output


def test_webhook_is_added_tried_listed_without_its_secret_and_removed(home: Path) -> None:
    with receiving() as receiver:
        name, secret = run(home, "webhook", "add", receiver.url, "--events", "order.released, order.shipped").split()
        assert "answered 204" in run(home, "webhook", "test", name)
        receiver.answer = lambda call: 500
        assert "answered 500" in run(home, "webhook", "test", name, expected=1)
    listed = run(home, "webhook", "list", "--json")
    assert json.loads(listed)["events"] == ["order.released", "order.shipped"]
    assert secret not in listed + run(home, "webhook", "list")
    assert run(home, "webhook", "rotate", name).strip() != secret
    run(home, "webhook", "remove", name)
    assert "no webhook" in run(home, "webhook", "remove", name, expected=3)


def test_orders_are_exported_as_the_files_name_says(home: Path, tmp_path: Path) -> None:
    run(home, "order", "export", "--to", str(tmp_path / "orders.csv"), "--rows", "delivery")
    run(home, "order", "export", "--to", str(tmp_path / "orders.xlsx"))
    assert (tmp_path / "orders.csv").read_text("utf-8-sig").startswith("order_id,order_number,")
    assert (tmp_path / "orders.xlsx").read_bytes()[:2] == b"PK"
    run(home, "order", "export", "--to", str(tmp_path / "orders.pdf"), expected=2)
