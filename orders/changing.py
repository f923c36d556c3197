"""What customers change: their 860 or ORDCHG, or an order sent again, becomes an amended or cancelled order.

What fits is done at once; what does not fit, or comes too late, is held for a person (rule R10) with nothing done. A
change that comes while an earlier one waits for the dock is laid on top of that one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from orders.amending import BelowShipped, NothingChanged, amend, cancel
from orders.change import ChangeAction, LineChange, PurchaseOrderChange
from orders.content import Content
from orders.control import Unanswered
from orders.desk import stopped
from orders.diff import fingerprint
from orders.document import Line, PurchaseOrder
from orders.life import Verb
from orders.line import LineContent, Schedule
from orders.masters import Catalogue, Customer
from orders.matching import Matched, MatchedLine, Meaning, match, new_quantity
from orders.order import SalesOrder, may
from orders.outcome import Change, OrderEvent
from orders.rules import Stop
from orders.values import CancelReason, HoldKind, LineStatus

T = TypeVar("T", bound=Content)
CUSTOMER = "customer"
RULE = "R10"
_NOT_OF_THE_ORDER = frozenset(
    {"customer_po_number", "customer_po_date", "release_number", "store", "purpose_code", "order_type", "channel"}
    | {"channel_order_id", "channel_order_ref", "partner", "placed_at", "received_at", "change_sequence"}
    | {
        "provenance",
        "extensions",
        "schema_version",
        "lines",
        "kind",
        "is_whole",
        "unplaced",
        "change_number",
        "change_date",
    }
    | {"parties", "notes", "references", "total_as_received", "line_count_as_received", "hash_total_as_received"}
)
"""What a change's head says of itself, or needs more than to be put in place of the order's."""
_OF_THE_CHANGE = frozenset({"line_no", "action", "quantity", "quantity_left", "uom", "line_status", "extensions"})


@dataclass(frozen=True)
class Taking:
    """How a customer's change is to be taken.

    ``document_id`` names it among the documents; ``meaning`` is what the partner's quantities say; with
    ``as_far_as_it_fits`` a person has decided that lines which do not fit are left out.
    """

    document_id: str
    transmission_id: str
    at: datetime
    hold_id: str
    meaning: Meaning = "total"
    as_far_as_it_fits: bool = False


def take(
    order: SalesOrder, change: PurchaseOrderChange, how: Taking, catalogue: Catalogue, customer: Customer | None
) -> Change:
    """The order after a customer's change: amended, cancelled, waiting for the dock, or held for a person."""
    mark = fingerprint(change)
    order = order.model_copy(
        update={"transmission_ids": tuple(dict.fromkeys((*order.transmission_ids, how.transmission_id)))}
    )
    if mark in order.changes_taken and not how.as_far_as_it_fits:
        return Change(order, (OrderEvent("change.repeated", "the same change came before: nothing to do"),))
    base = order.pending.content if order.pending else order.content
    found = match(change, base)
    received = OrderEvent("change.received", found.summary)
    order = order.model_copy(update={"changes_taken": (*order.changes_taken, mark)})
    if too_late := _why_not(order, found):
        return _held(order, change, f"{too_late}: {found.summary}", how, received)
    if found.problems and not how.as_far_as_it_fits:
        return _held(order, change, found.summary, how, received)
    owed = Unanswered(document_id=how.document_id, responds_to="change", revision=order.revision)
    order = order.model_copy(update={"unanswered": (*order.unanswered, owed)})
    note = f"change {change.change_number or ''} of the customer".replace("  ", " ")
    if found.is_cancellation:
        done = cancel(order, CancelReason.CUSTOMER_REQUEST, CUSTOMER, how.at, note)
        return Change(done.order, (received, *done.events), done.is_new_content)
    wanted = changed_content(base, change, found, how.meaning)
    try:
        done = amend(order, wanted, CUSTOMER, how.at, catalogue, customer, note)
    except NothingChanged:
        return Change(order, (received, OrderEvent("change.repeated", "the order is so already")))
    except BelowShipped as error:
        return _held(order, change, str(error), how, received)
    return Change(done.order, (received, *done.events), done.is_new_content, done.reason)


def _why_not(order: SalesOrder, found: Matched) -> str:
    """Why the order can take no change any more; "" when it can."""
    verbs = (Verb.CANCEL, Verb.ASK_TO_CANCEL, Verb.CANCEL_THE_REST) if found.is_cancellation else _AMENDING
    if any(may(order, verb) for verb in verbs):
        return ""
    return f"the order is {order.order_state}, its goods {order.fulfilment_state}"


_AMENDING = (Verb.AMEND, Verb.ASK_TO_AMEND)


def _held(order: SalesOrder, change: PurchaseOrderChange, why: str, how: Taking, received: OrderEvent) -> Change:
    figures = {"document": how.document_id, "transmission": how.transmission_id, "change": change.change_number or ""}
    reason = f"the customer changes PO {change.customer_po_number}: {why}"
    stop = Stop(HoldKind.REVIEW, RULE, reason, figures=figures)
    done = stopped(order, stop, how.at, how.hold_id)
    return Change(done.order, (received, *done.events))


def changed_content(
    content: PurchaseOrder, change: PurchaseOrderChange, found: Matched, meaning: Meaning = "total"
) -> PurchaseOrder:
    """The order's content with a change laid over it; lines that do not fit stay as they are."""
    misfits = {problem.line for problem in found.problems}
    updates: dict[int, Line] = {}
    added: list[Line] = []
    numbers = max((line.line_no for line in content.lines), default=0)
    for one in found.lines:
        if (one.change.customer_line_ref or str(one.change.line_no)) in misfits and one.by != "absence":
            continue
        if one.line is not None:
            updates[one.line.line_no] = _changed(one.line, one, meaning)
        elif one.change.action in (ChangeAction.ADD, ChangeAction.REPLACE):
            added.append(_added(one.change, numbers + len(added) + 1))
    head = {
        name: value
        for name, value in change
        if name in change.model_fields_set and name not in _NOT_OF_THE_ORDER and value not in (None, ())
    }
    lines = (*(updates.get(line.line_no, line) for line in content.lines), *added)
    return content.model_copy(
        update={
            **head,
            "parties": _replaced(content.parties, change.parties, "role"),
            "references": _replaced(content.references, change.references, "ref_type"),
            "notes": (*content.notes, *(note for note in change.notes if note not in content.notes)),
            "change_sequence": change.change_sequence or (content.change_sequence or 0) + 1,
            "lines": lines,
            # The customer's control figures were of the order before.
            "total_as_received": change.total_as_received if change.is_whole else None,
            "line_count_as_received": None,
            "hash_total_as_received": None,
        }
    )


def _changed(line: Line, one: MatchedLine, meaning: Meaning) -> Line:
    change = one.change
    if change.action is ChangeAction.NO_CHANGE:
        return line
    if change.action is ChangeAction.DELETE:
        return cancelled_line(line, CancelReason.CUSTOMER_REQUEST)
    said: dict[str, Any] = {
        name: value
        for name, value in change
        if name in change.model_fields_set and name not in _OF_THE_CHANGE and value not in (None, (), {})
    }
    quantity = new_quantity(one, meaning)
    if quantity is not None and quantity != line.quantity:
        said["quantity"] = quantity
        if "schedules" not in said and len(line.schedules) == 1:
            said["schedules"] = (line.schedules[0].model_copy(update={"quantity": quantity}),)
    if "schedules" in said:
        said["schedules"] = _numbered(said["schedules"], line.schedules)
    if change.uom and change.uom != line.uom:
        said["uom"] = change.uom
    return line.model_copy(update=said)


def cancelled_line(line: Line, reason: CancelReason) -> Line:
    """The line with nothing left to ship."""
    return line.model_copy(
        update={
            "line_status": LineStatus.CANCELLED,
            "cancel_reason": reason,
            "quantity_cancelled": line.quantity,
            "quantity": line.quantity * 0,
            "schedules": (),
        }
    )


def _numbered(schedules: tuple[Schedule, ...], before: tuple[Schedule, ...]) -> tuple[Schedule, ...]:
    """New deliveries keep the numbers of those before that had the same dates and destination."""
    known = {_identity(one): one.schedule_no for one in before}
    taken = {known[_identity(one)] for one in schedules if _identity(one) in known}
    free = iter(number for number in range(1, len(schedules) + len(before) + 1) if number not in taken)
    numbered: list[Schedule] = []
    for one in schedules:
        number = known.pop(_identity(one), None) or next(free)
        numbered.append(one.model_copy(update={"schedule_no": number}))
    return tuple(numbered)


def _identity(one: Schedule) -> tuple[Any, ...]:
    return one.requested_ship_date, one.requested_delivery_date, one.ship_to, one.mark_for


def _added(change: LineChange, line_no: int) -> Line:
    fields = {name: getattr(change, name) for name in change.model_fields_set if name in LineContent.model_fields}
    return Line.model_validate(
        {**fields, "line_no": line_no, "quantity": change.quantity or 0, "uom": change.uom or "EA"}
    )


def _replaced(before: Iterable[T], now: Iterable[T], name: str) -> tuple[T, ...]:
    """Entries of a list with those put in their place whose key, a field, is the same; new ones at the end."""
    new = {getattr(one, name): one for one in now}
    kept = [new.pop(getattr(one, name), one) for one in before]
    return (*kept, *new.values())
