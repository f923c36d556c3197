"""The ledger's figures as a file and by the API, and credit for people and programs; on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.app import open_road
from gateway.cli import app
from gateway.console.app import create_app
from gateway.operations import find_order
from gateway.receivables import ReceivablesInvalid, import_receivables, read_receivables
from gateway.road import Road
from gateway.settings import load_settings
from orders.credit_account import CreditAccount
from orders.values import OrderState
from store import credit as store
from tests.asgi import Client
from tests.contract.test_changes import road
from tests.contract.test_credit import CUSTOMER, account, again, policy, typed
from tests.contract.test_operations import work
from tests.factories import NOON
from tests.workbooks import xlsx

__all__ = ["road"]


def on_file(road: Road, customer: str = CUSTOMER) -> CreditAccount:
    with road.database.read() as conn:
        found = store.account_by_id(conn, customer)
    assert found is not None
    return found


def test_file_of_accounts_brings_figures_their_age_and_held_orders_up_to_date(road: Road) -> None:
    account(road, receivables=Decimal(900), group="retail")
    order = typed(road, "300")
    table = f"Customer;Receivables;Unapplied payments\n{CUSTOMER};500.10;0.10\nC-2;7;\n"
    done = import_receivables(road, table.encode(), NOON - timedelta(hours=3))
    assert (done.accounts, done.checked) == (2, 1)
    work(road)
    assert again(road, order).order_state is OrderState.RELEASED
    kept = on_file(road)
    assert (kept.receivables, kept.unapplied_payments, kept.group) == (Decimal("500.10"), Decimal("0.10"), "retail")
    assert kept.as_of == NOON - timedelta(hours=3)


def test_file_of_open_items_says_what_is_owed_and_how_late(road: Road) -> None:
    account(road, receivables=Decimal(1))
    table = (
        f"customer,document,due_on,amount\n{CUSTOMER},INV-1,2026-02-10,70.50\n{CUSTOMER},CN-1,2026-03-30,-20\nC-2,,,\n"
    )
    import_receivables(road, table.encode())
    kept = on_file(road)
    assert (kept.receivables, kept.late(date(2026, 3, 2)), kept.days_late(date(2026, 3, 2))) == (
        Decimal("50.50"),
        Decimal("70.50"),
        20,
    )
    assert on_file(road, "C-2").receivables == 0
    assert [hold.rule for hold in typed(road, "1").open_holds()] == ["C3"]


def test_workbook_is_read_like_a_text_table(road: Road) -> None:
    import_receivables(road, xlsx([["customer", "receivables"], [CUSTOMER, "12.5"]]))
    assert on_file(road).receivables == Decimal("12.5")


@pytest.mark.parametrize(
    ("table", "fault"),
    [
        ("customer,owes\nA,1\n", "column 'owes' is not known"),
        ("receivables\n1\n", "there is no column customer"),
        (
            "customer,receivables\nA,1.000,50\n,5\nB,x\n",
            "row 2: more cells than the 2 columns; is a decimal comma unquoted?\nrow 3: no customer is named\nrow 4: ",
        ),
        ("customer,receivables\nA,1\nA,2\n", "row 3: customer A comes twice"),
        ("customer,document,due_on,amount\nA,I,soon,1\n", "row 2: due_on:"),
        ("customer,document,due_on,amount\nA,I,,1\n", "row 2: due_on: Field required"),
        ("customer,receivables\nA,1e5000\n", "row 2: receivables"),
        ("", "there is no column customer"),
        ('customer,receivables\nA,"1\n', "row 2"),
    ],
)
def test_file_that_cannot_be_taken_names_row_and_column_and_changes_nothing(road: Road, table: str, fault: str) -> None:
    with pytest.raises(ReceivablesInvalid) as raised:
        import_receivables(road, table.encode())
    assert fault in str(raised.value)
    with road.database.read() as conn:
        assert store.account_by_id(conn, "A") is None


@pytest.mark.parametrize(
    "data", [b"\xff\xfe\x00", b"PK\x03\x04rubbish", b"\x00" * 50, b"ISA*00*", b"<html>", b"customer,amount\nA\x00,\x00"]
)
def test_bytes_that_are_no_table_are_a_clear_refusal(data: bytes) -> None:
    with pytest.raises(ReceivablesInvalid):
        read_receivables(data)


def test_programs_put_accounts_rates_and_policy_and_read_what_was_decided(road: Road) -> None:
    client = Client(create_app(road), origin="http://localhost")
    put = client.request(
        "PUT", f"/api/v1/credit/accounts/{CUSTOMER}", json={"credit_limit": "1000", "receivables": 900.1}
    )
    assert (put.status_code, put.json()) == (200, {"checked": 0})
    order = typed(road, "300")
    found = client.get(f"/api/v1/credit/accounts/{CUSTOMER}").json()
    assert (found["figures"]["receivables"], found["figures"]["headroom"], found["held_orders"]) == (
        "900.10",
        "99.90",
        1,
    )
    assert found["account"]["as_of"]
    (decision,) = client.get(f"/api/v1/orders/{order.order_number}/credit").json()
    assert (decision["state"], decision["figures"]["exposure"]) == ("hold", "1200.10")
    assert client.post(f"/api/v1/credit/accounts/{CUSTOMER}/recheck").json() == {"checked": 1}
    waived = client.post(f"/api/v1/orders/{order.order_number}/waive-credit", json={"note": "paid by wire"})
    assert (waived.json()["order_state"], waived.json()["credit_state"]) == ("released", "waived")
    wrong = client.request("PUT", "/api/v1/credit/policy", json={"toml": "horizon = 3"})
    assert (wrong.status_code, wrong.json()["code"]) == (409, "credit-policy-invalid")
    client.request("PUT", "/api/v1/credit/policy", json={"toml": "horizon_days = 3"})
    assert client.get("/api/v1/credit/policy").json() == {"toml": "horizon_days = 3"}
    rate = client.request("PUT", "/api/v1/credit/rates/EUR/USD", json={"rate": "1.08"})
    assert rate.json() == {"rate": "1.08", "on": NOON.date().isoformat()}
    assert client.get("/api/v1/credit/accounts/nobody").status_code == 404


def test_release_by_a_program_names_its_reason(road: Road) -> None:
    policy(road, '[reasons]\npaid = "Money is on its way"')
    account(road)
    number = typed(road, "5000").order_number
    client = Client(create_app(road), origin="http://localhost")
    refused = client.post(f"/api/v1/orders/{number}/release", json={})
    assert (refused.status_code, refused.json()["code"]) == (409, "reason-needed")
    done = client.post(f"/api/v1/orders/{number}/release", json={"reason_code": "paid"})
    assert done.json()["order_state"] == "released"


def test_account_of_a_family_is_shown_without_locking_anything(road: Road) -> None:
    policy(road, "roll_up = true")
    account(road, parent="C-1")
    with road.database.write() as conn:
        store.put_account(conn, CreditAccount(customer="C-1", credit_limit=Decimal(10), receivables=Decimal(4)))
    client = Client(create_app(road), origin="http://localhost")
    assert client.get(f"/api/v1/credit/accounts/{CUSTOMER}").json()["figures"]["headroom"] == "6"


def test_commands_show_import_and_set(tmp_path: Path) -> None:
    home = ["--home", str(tmp_path)]
    runner = CliRunner()
    open_road(load_settings(tmp_path), migrate=True).database.close()
    (tmp_path / "r.csv").write_text("customer,receivables,credit_limit\nC-9,100,250\n", "utf-8")
    (tmp_path / "p.toml").write_text("horizon_days = 30\n", "utf-8")
    told = [
        runner.invoke(app, ["credit", *words, *home]).output
        for words in (
            ["import", str(tmp_path / "r.csv")],
            ["show", "C-9"],
            ["policy", str(tmp_path / "p.toml")],
            ["policy"],
            ["rate", "EUR", "USD", "1.085", "--on", "2026-03-02"],
            ["recheck", "C-9"],
            ["show", "C-9", "--json"],
        )
    ]
    assert "1 accounts; 0 held orders" in told[0]
    assert "headroom" in told[1]
    assert "150" in told[1]
    assert "revision 1 is in force" in told[2]
    assert told[3] == "horizon_days = 30\n"
    assert "1 EUR is 1.085 USD from 2026-03-02 on" in told[4]
    assert "0 held orders" in told[5]
    assert '"headroom": "150"' in told[6]


def test_console_asks_for_a_reason_and_shows_who_has_agreed(road: Road) -> None:
    bands = '[[bands]]\nrole = "boss"\npersons = 2\n[people]\nconsole = ["boss"]\n'
    policy(road, bands + '[reasons]\npaid = "Money is on its way"\n')
    account(road)
    number = typed(road, "5000").order_number
    client = Client(create_app(road), origin="http://localhost")
    assert "Money is on its way" in client.get(f"/orders/{number}").text
    with road.database.read() as conn:
        seen = " ".join(hold.hold_id for hold in find_order(conn, number).open_holds())
    form = {"kind": "credit", "seen": seen}
    assert "paid (Money is on its way)" in client.post(f"/orders/{number}/release", data=form).text
    assert client.post(f"/orders/{number}/release", data=form | {"reason_code": "paid"}).status_code == 303
    assert "Approved by console as boss" in client.get(f"/orders/{number}").text
