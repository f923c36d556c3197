"""The commands over sales orders: list, show, enter, amend, cancel, release, ship, reprint."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway import clerk, export, views
from gateway.clerk import Hand
from gateway.export import Rows
from gateway.files import DocumentInvalid, documents_in
from gateway.operations import find_order, release_order, reprint
from gateway.reviewing import blanket_for
from gateway.road import Road
from gateway.terminal import USAGE, HomeOption, JsonOption, fail, known_errors, opened, screen, show_json, user
from orders.document import PurchaseOrder
from orders.order import SalesOrder
from orders.values import CancelReason, HoldKind
from store import credit, orders

order_app = typer.Typer(no_args_is_help=True, help="Sales orders: list, show, enter, amend, cancel, release, reprint.")

OrderName = Annotated[str, typer.Argument(metavar="ID", help="Order number, order id, or the customer's PO number.")]
Reason = Annotated[str, typer.Option("--note", help="Why; kept with the order.")]


@order_app.command("list")
def order_list(
    state: Annotated[str | None, typer.Option(help="Only orders in this state.")] = None,
    held: Annotated[str | None, typer.Option(help="Only orders with an open hold: credit or review.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sales orders, newest first. Example: dockgate order list --held credit"""
    if held not in (None, *HoldKind):
        fail(f"unknown kind of hold {held!r}; known: {', '.join(HoldKind)}", USAGE)
    with opened(home) as road, road.database.read() as conn:
        found = orders.listed(conn, state=state, held=HoldKind(held) if held else None)
    if as_json:
        for row in found:
            show_json(vars(row))
    else:
        screen.print(views.orders_table(found))


@order_app.command("export")
def order_export(
    to: Annotated[Path, typer.Option(help="The file to write: .csv or .xlsx.")],
    rows: Annotated[Rows, typer.Option(help="A row for each order, or for each delivery of each line.")] = Rows.ORDER,
    state: Annotated[str | None, typer.Option(help="Only orders in this state.")] = None,
    partner: Annotated[str | None, typer.Option(help="Only orders of this partner.")] = None,
    home: HomeOption = None,
) -> None:
    """Orders as a table. Example: dockgate order export --to orders.xlsx --rows delivery"""
    if to.suffix.lower() not in (".csv", ".xlsx"):
        fail(f"{to} is neither .csv nor .xlsx", USAGE)
    with opened(home) as road:
        known_errors(lambda: export.write(road, export.Wanted(state, partner), rows, to))


@order_app.command("show")
def order_show(
    name: Annotated[str, typer.Argument(metavar="ID")], home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """One sales order: state, holds, lines. Example: dockgate order show SO-100001"""
    with opened(home) as road, road.database.read() as conn:
        order = known_errors(lambda: find_order(conn, name))
        blanket = blanket_for(conn, order)
        decisions = credit.decisions_of(conn, order.order_id)
    if as_json:
        show_json(order.model_dump(mode="json", exclude_none=True) | {"credit_decisions": list(map(vars, decisions))})
    else:
        screen.print(views.order_view(order, blanket))
        if decisions:
            screen.print(views.decisions_table(decisions))


@order_app.command("release")
def order_release(
    name: Annotated[str, typer.Argument(metavar="ID")],
    kind: Annotated[str | None, typer.Option(help="Only holds of this kind: credit or review.")] = None,
    note: Annotated[str, typer.Option(help="Why; kept with the order.")] = "",
    reason: Annotated[str, typer.Option(help="A code of the credit policy's list.", metavar="CODE")] = "",
    home: HomeOption = None,
) -> None:
    """Let go of an order's holds; with none left it goes on to the dock.

    Example: dockgate order release SO-100002 --note "paid this morning"
    """
    if kind not in (None, *HoldKind):
        fail(f"unknown kind of hold {kind!r}; known: {', '.join(HoldKind)}", USAGE)
    with opened(home) as road:
        order = known_errors(lambda: _released(road, name, note, kind, reason))
    screen.print(f"{order.order_number} is {order.order_state}", highlight=False)


def _released(road: Road, name: str, note: str, kind: str | None, reason: str) -> SalesOrder:
    return release_order(road, name, user(), note, HoldKind(kind) if kind else None, reason_code=reason)


@order_app.command("reprint")
def order_reprint(print_job: Annotated[str, typer.Argument(metavar="PRINT_JOB")], home: HomeOption = None) -> None:
    """Print a page again, marked REPRINT. Example: dockgate order reprint PJ-SO-100001-1-pick-list"""
    with opened(home) as road:
        job = known_errors(lambda: reprint(road, print_job, user()))
    screen.print(f"{job.print_job_id} for printer {job.printer}", highlight=False)


@order_app.command("enter")
def order_enter(
    file: Annotated[Path, typer.Argument(metavar="DOCUMENT.json", help="A purchase order as JSON.")],
    draft: Annotated[bool, typer.Option("--draft", help="Keep it as a draft; submit it later.")] = False,
    home: HomeOption = None,
) -> None:
    """Enter an order by hand; it takes the road of all others. Example: dockgate order enter order.json"""
    document = known_errors(lambda: _document(file))
    with opened(home) as road:
        _tell(known_errors(lambda: clerk.enter_order(road, document, Hand(user()), is_draft=draft)))


@order_app.command("submit")
def order_submit(name: OrderName, home: HomeOption = None) -> None:
    """A draft is done. Example: dockgate order submit SO-100004"""
    with opened(home) as road:
        _tell(known_errors(lambda: clerk.submit_order(road, name, Hand(user()))))


@order_app.command("amend")
def order_amend(
    name: OrderName,
    to: Annotated[Path | None, typer.Option("--to", help="The whole order as JSON.", metavar="JSON")] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", help="One value by path; several may be given.", metavar="PATH=VALUE")
    ] = None,
    note: Reason = "",
    home: HomeOption = None,
) -> None:
    """Correct an order: a new revision, decided upon anew; papers that are out become void.

    Example: dockgate order amend SO-100002 --set lines[2].quantity=12 --note "customer rang"
    """
    if (to is None) == (not changes):
        fail("give either --to JSON or --set PATH=VALUE", USAGE)
    wanted: PurchaseOrder | dict[str, Any]
    wanted = known_errors(lambda: _document(to)) if to else dict(map(_assignment, changes or ()))
    with opened(home) as road:
        _tell(known_errors(lambda: clerk.amend_order(road, name, wanted, Hand(user(), reason=note))))


@order_app.command("cancel")
def order_cancel(
    name: OrderName,
    reason: Annotated[CancelReason, typer.Option(help="Why, as a code.")] = CancelReason.CUSTOMER_REQUEST,
    note: Reason = "",
    home: HomeOption = None,
) -> None:
    """Cancel what has not left; once goods are picked the dock is asked.

    Example: dockgate order cancel SO-100002 --note "customer rang"
    """
    with opened(home) as road:
        _tell(known_errors(lambda: clerk.cancel_order(road, name, reason, Hand(user(), reason=note))))


@order_app.command("hold")
def order_hold(
    name: OrderName,
    kind: Annotated[HoldKind, typer.Option(help="credit or review.")] = HoldKind.REVIEW,
    until: Annotated[datetime | None, typer.Option(help="Let it go by itself then, in UTC.")] = None,
    note: Reason = "",
    home: HomeOption = None,
) -> None:
    """Stop an order until somebody releases it, or until a time.

    Example: dockgate order hold SO-100002 --until 2026-03-09 --note "call them first"
    """
    last = until.replace(tzinfo=UTC) if until else None
    with opened(home) as road:
        _tell(known_errors(lambda: clerk.hold_order(road, name, kind, Hand(user(), reason=note), until=last)))


@order_app.command("take-back")
def order_take_back(name: OrderName, note: Reason = "", home: HomeOption = None) -> None:
    """Undo a release while nothing is picked. Example: dockgate order take-back SO-100002 --note "wrong customer" """
    with opened(home) as road:
        _tell(known_errors(lambda: clerk.take_back(road, name, Hand(user(), reason=note))))


@order_app.command("dock-answer")
def order_dock_answer(
    name: OrderName,
    is_done: Annotated[bool, typer.Option("--done/--too-late", help="Goods are put back, or it is too late.")],
    note: Reason = "",
    home: HomeOption = None,
) -> None:
    """The dock's word on a change or cancellation that waits for it. Example: dockgate order dock-answer SO-9 --done"""
    with opened(home) as road:
        _tell(known_errors(lambda: clerk.dock_answers(road, name, Hand(user(), reason=note), is_done=is_done)))


def _document(file: Path) -> PurchaseOrder:
    found = documents_in(file)
    if len(found) != 1 or not isinstance(found[0], PurchaseOrder):
        raise DocumentInvalid(f"{file} holds {len(found)} documents; give one purchase order")
    return found[0]


def _assignment(text: str) -> tuple[str, str | None]:
    path, equals, value = text.partition("=")
    if not equals:
        fail(f"{text!r} is no correction: write PATH=VALUE, such as lines[2].quantity=12", USAGE)
    return path.strip(), value or None


def _tell(order: SalesOrder) -> None:
    screen.print(f"{order.order_number} is {order.order_state}", highlight=False)
    for hold in order.open_holds():
        screen.print(f"  {hold.kind} {hold.rule}: {hold.reason}", highlight=False, markup=False)
