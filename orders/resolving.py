"""What a person decides about review holds: accept, reject a line or the order, ask the customer. Pure, as the desk is.

What became of a rule's word stays with it (``review_results.disposition``), and is told on the timeline.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from orders import desk
from orders.amending import amend
from orders.changing import cancelled_line
from orders.control import HoldRow
from orders.masters import Catalogue, Customer
from orders.order import OrderError, SalesOrder
from orders.outcome import Change, OrderEvent
from orders.values import CancelReason, HoldKind, LineStatus


class Act(StrEnum):
    """The ways to resolve a hold."""

    ACCEPT = "accept"
    LEARN = "learn"
    CORRECT = "correct"
    REJECT_LINE = "reject-line"
    REJECT_ORDER = "reject-order"
    ASK = "ask"


class NothingToResolve(OrderError):
    """The order has no open review hold of this rule and these figures."""

    code = "nothing-to-resolve"


class CannotResolve(OrderError):
    """The hold cannot be resolved in this way; the message says which ways there are."""

    code = "cannot-resolve"


def meant(order: SalesOrder, rule: str | None, figures: Mapping[str, str]) -> tuple[HoldRow, ...]:
    """The order's open review holds of a rule, or of all, whose figures hold these.

    Raises:
        NothingToResolve: there is none.
    """
    found = tuple(hold for hold in order.open_holds(HoldKind.REVIEW) if is_meant(hold, rule, figures))
    if not found:
        which = " ".join(filter(None, (rule, ", ".join(f"{name} {value}" for name, value in figures.items()))))
        raise NothingToResolve(f"order {order.order_number} has no open review hold {which}".rstrip())
    return found


def is_meant(hold: HoldRow, rule: str | None, figures: Mapping[str, str]) -> bool:
    """Whether a hold is of a rule and has these figures."""
    return rule in (None, hold.rule) and all(hold.figures.get(name) == value for name, value in figures.items())


def accept(order: SalesOrder, holds: Sequence[HoldRow], act: Act, by: str, note: str, at: datetime) -> Change:
    """What the rules said is all right this time; whether the order goes on is for the next check to say."""
    marked = disposed(order, holds, act, by, at)
    only = frozenset(hold.hold_id for hold in holds)
    return desk.let_holds_go(marked, HoldKind.REVIEW, by, note, at, only=only)


def reject_lines(
    order: SalesOrder,
    holds: Sequence[HoldRow],
    by: str,
    note: str,
    at: datetime,
    catalogue: Catalogue,
    customer: Customer | None,
) -> Change:
    """The lines the holds speak of are not taken, and the customer is told so; with no line left, nor is the order.

    Raises:
        CannotResolve: a hold speaks of the order as a whole.
    """
    numbers = {_line_no(order, hold) for hold in holds}
    lines = tuple(
        cancelled_line(line, CancelReason.OTHER) if line.line_no in numbers else line for line in order.content.lines
    )
    marked = disposed(order, holds, Act.REJECT_LINE, by, at)
    if all(line.line_status is LineStatus.CANCELLED for line in lines):
        return desk.reject(marked, f"by {by}, all lines: {note}")
    wanted = order.content.model_copy(update={"lines": lines})
    change = amend(marked, wanted, by, at, catalogue, customer, note)
    told = OrderEvent("line.rejected", f"line {', '.join(map(str, sorted(numbers)))}, by {by}: {note}".rstrip(": "))
    return replace(change, events=(told, *change.events))


def _line_no(order: SalesOrder, hold: HoldRow) -> int:
    path = hold.field_path or ""
    if not path.startswith("lines["):
        raise CannotResolve(
            f"order {order.order_number}: {hold.rule} speaks of the order as a whole; accept or correct it, or reject "
            "the order"
        )
    return int(path[len("lines[") : path.index("]")])


def ask(order: SalesOrder, holds: Sequence[HoldRow], by: str, question: str, at: datetime) -> Change:
    """The customer is asked: the holds stay, and what was asked stands with them.

    Raises:
        CannotResolve: nothing is asked.
    """
    if not question:
        raise CannotResolve("what is the customer to be asked? give a text")
    asked = {hold.hold_id for hold in holds}
    marked = disposed(order, holds, Act.ASK, by, at)
    kept = tuple(
        hold.model_copy(update={"question": question[:500]}) if hold.hold_id in asked else hold for hold in order.holds
    )
    rules = ", ".join(dict.fromkeys(hold.rule for hold in holds))
    told = OrderEvent("customer.asked", f"{rules}, by {by}: {question}")
    return Change(marked.model_copy(update={"holds": kept}), (told,))


def disposed(order: SalesOrder, holds: Sequence[HoldRow], act: Act, by: str, at: datetime) -> SalesOrder:
    """The order with a mark on what the rules said: what became of it, by whom, when."""
    spoken = {(hold.rule, hold.field_path or "") for hold in holds}
    mark = {"disposition": str(act), "by": by, "at": at}
    results = tuple(
        one.model_copy(update=mark) if (one.rule, one.field_path) in spoken else one for one in order.review_results
    )
    return order.model_copy(update={"review_results": results})
