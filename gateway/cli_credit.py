"""The commands over credit: how a customer stands, the policy, the ledger's figures, rates, waivers."""

from __future__ import annotations

import sys
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated

import typer

from gateway import clerk, credit, views
from gateway.clerk import Hand
from gateway.operations import find_order
from gateway.receivables import import_receivables
from gateway.terminal import USAGE, HomeOption, JsonOption, fail, known_errors, opened, screen, show_json, user
from orders.approving import Leave
from orders.credit_case import Rate
from store import credit as store

credit_app = typer.Typer(no_args_is_help=True, help="Credit: show, policy, import, rate, recheck, waive, history.")

CustomerName = Annotated[str, typer.Argument(metavar="CUSTOMER")]
OrderName = Annotated[str, typer.Argument(metavar="ID", help="Order number, order id, or the customer's PO number.")]


@credit_app.command("show")
def credit_show(customer: CustomerName, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What a customer owes, has on order and may owe. Example: dockgate credit show C-1001"""
    with opened(home) as road, road.database.read() as conn:
        view = known_errors(lambda: credit.account_view(conn, customer, road.clock()))
    if as_json:
        show_json(view.to_json())
    else:
        screen.print(views.credit_view(view.to_json()))


@credit_app.command("policy")
def credit_policy(
    file: Annotated[Path | None, typer.Argument(metavar="TOML", help="Put this policy in force.")] = None,
    home: HomeOption = None,
) -> None:
    """Show the credit policy in force, or put another in its place. Example: dockgate credit policy credit.toml"""
    with opened(home) as road:
        if file is None:
            with road.database.read() as conn:
                sys.stdout.write(store.policy_text(conn))
            return
        text = file.read_text("utf-8")
        with road.database.write() as conn:
            revision = known_errors(lambda: credit.set_policy(conn, text, road.clock(), user()))
    screen.print(f"credit policy revision {revision} is in force", highlight=False)


@credit_app.command("import")
def credit_import(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="CSV or workbook: one row for each customer, or item.")],
    as_of: Annotated[datetime | None, typer.Option(help="When the figures were taken, in UTC; else now.")] = None,
    home: HomeOption = None,
) -> None:
    """Take the ledger's figures from a file; orders that credit holds are checked again.

    Example: dockgate credit import receivables.csv
    """
    data = file.read_bytes()
    with opened(home) as road:
        moment = as_of.replace(tzinfo=road.clock().tzinfo) if as_of else None
        done = known_errors(lambda: import_receivables(road, data, moment))
    screen.print(f"{done.accounts} accounts; {done.checked} held orders are checked again", highlight=False)


@credit_app.command("rate")
def credit_rate(
    currency: Annotated[str, typer.Argument(help="ISO 4217, such as EUR.")],
    base_currency: Annotated[str, typer.Argument(help="ISO 4217, such as USD.")],
    rate: Annotated[str, typer.Argument(help="Units of the second for one of the first.")],
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="From this day on; else today.")] = None,
    home: HomeOption = None,
) -> None:
    """Set an exchange rate from a day on. Example: dockgate credit rate EUR USD 1.0850 --on 2026-03-02"""
    units = _amount(rate)
    if units is None or units <= 0:
        fail(f"{rate!r} is no rate: give a number such as 1.0850", USAGE)
    with opened(home) as road, road.database.write() as conn:
        day = on.date() if on else road.clock().date()
        store.put_rate(conn, currency.upper(), base_currency.upper(), Rate(units, day))
    screen.print(f"1 {currency.upper()} is {units} {base_currency.upper()} from {day} on", highlight=False)


@credit_app.command("recheck")
def credit_recheck(customer: CustomerName, home: HomeOption = None) -> None:
    """Check every held order of a customer again, oldest first. Example: dockgate credit recheck C-1001"""
    with opened(home) as road, road.database.write() as conn:
        count = credit.recheck(conn, customer, road.clock())
    screen.print(f"{count} held orders are checked again", highlight=False)


@credit_app.command("waive")
def credit_waive(
    name: OrderName,
    reason: Annotated[str, typer.Option(help="A code of the policy's list.", metavar="CODE")] = "",
    note: Annotated[str, typer.Option(help="Why; kept with the order.")] = "",
    up_to: Annotated[str | None, typer.Option(help="Largest amount; else the order's.", metavar="AMOUNT")] = None,
    until: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; else none.")] = None,
    home: HomeOption = None,
) -> None:
    """Let an order go on in spite of credit, at this revision: now and at later checks.

    Example: dockgate credit waive SO-100002 --reason paid --up-to 5000 --until 2026-03-31
    """
    last: date | None = until.date() if until else None
    leave = Leave(user(), note, reason, _amount(up_to), last)
    with opened(home) as road:
        order = known_errors(lambda: clerk.waive_credit(road, name, leave, Hand(user(), reason=note)))
    screen.print(f"{order.order_number} is {order.order_state}", highlight=False)


@credit_app.command("history")
def credit_history(name: OrderName, home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every credit decision about an order with its figures. Example: dockgate credit history SO-100002"""
    with opened(home) as road, road.database.read() as conn:
        found = store.decisions_of(conn, known_errors(lambda: find_order(conn, name)).order_id)
    if as_json:
        for one in found:
            show_json(vars(one))
    else:
        screen.print(views.decisions_table(found))


def _amount(text: str | None) -> Decimal | None:
    if text is None:
        return None
    try:
        amount = Decimal(text)
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite():
        fail(f"{text!r} is no amount: give a number such as 5000.00", USAGE)
    return amount
