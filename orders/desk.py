"""The order desk: an order is entered, decided upon and let go to the dock.

Nothing here reads a clock, a database or a file: time, ids and masters are arguments. A verb takes the order as it
stands and answers with a :class:`Change`. What happens to an order later stands in :mod:`orders.amending` and
:mod:`orders.fulfilling`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from orders.completing import completed
from orders.control import HoldRow, ReviewResult, Unanswered, Waiver
from orders.credit import CreditDecision
from orders.diff import differences, fingerprint
from orders.document import PurchaseOrder, PurchaseOrderChange, missing_in_head, missing_to_approve
from orders.life import Verb
from orders.masters import Catalogue, Customer
from orders.order import NotForTheDock, SalesOrder, UnknownHold, may
from orders.outcome import SYSTEM, Change, NewId, OrderEvent, held, hold_row, let_go, moved
from orders.rules import Stop, counted
from orders.values import CreditState, FulfilmentState, HoldKind, OrderState, OrderType, Severity

SHOWN_MISSING = 10
"""Missing fields an event names; the order's page shows them all."""


@dataclass(frozen=True)
class Entry:
    """What the road knows about a document that is about to become an order; its number may still be to come."""

    order_id: str
    order_number: str
    transmission_id: str
    map_name: str
    at: datetime
    document_id: str = ""
    fingerprint: str = ""
    """Of the document, where it is known already."""


def enter(document: PurchaseOrder, entry: Entry, catalogue: Catalogue, customer: Customer | None) -> Change:
    """A document becomes a sales order: completed from the masters, priced, totalled, and validated or set aside."""
    order = _new(document, entry, catalogue, customer, idempotency_key(document))
    return Change(order, (_entered(order.content),), is_new_content=True).then(validated(order))


def _entered(content: PurchaseOrder) -> OrderEvent:
    return OrderEvent(
        "order.entered", f"{counted(len(content.lines), 'line')}, {content.grand_total} {content.currency}"
    )


def settled(change: Change, order: SalesOrder) -> Change:
    """The same change of an order whose prices were agreed on meanwhile; its entry is told with the new total."""
    events = (_entered(order.content) if event.what == "order.entered" else event for event in change.events)
    return replace(change, order=order, events=tuple(events))


def numbered(change: Change, order_number: str) -> Change:
    """The same with the order's number: one that is prepared ahead gets it as it is stored."""
    return replace(change, order=change.order.model_copy(update={"order_number": order_number}))


def draft(document: PurchaseOrder, entry: Entry, catalogue: Catalogue, customer: Customer | None) -> Change:
    """A clerk begins to type an order: it is kept as far as it is, and nothing is asked of it yet."""
    order = _new(document, entry, catalogue, customer, f"draft|{entry.order_id}")
    told = OrderEvent("order.drafted", f"by {document.entered_by or 'nobody'}")
    drafted = order.model_copy(update={"order_state": OrderState.DRAFT})
    return Change(drafted, (told,), is_new_content=True)


def submit(order: SalesOrder) -> Change:
    """The clerk is done: from here a typed order takes the road of all others."""
    key = idempotency_key(order.content) if order.content.customer_po_number else f"typed|{order.order_id}"
    update = {"idempotency_key": key, "document_fingerprint": fingerprint(order.content)}
    return Change(order, (OrderEvent("order.submitted"),)).then(validated(order.model_copy(update=update)))


def _new(
    document: PurchaseOrder, entry: Entry, catalogue: Catalogue, customer: Customer | None, key: str
) -> SalesOrder:
    return SalesOrder(
        order_id=entry.order_id,
        order_number=entry.order_number,
        idempotency_key=key,
        transmission_ids=(entry.transmission_id,) if entry.transmission_id else (),
        map_revision=entry.map_name or None,
        customer=customer.customer if customer else None,
        document_fingerprint=entry.fingerprint or fingerprint(document),
        unanswered=_owed(entry),
        content=completed(document, catalogue, customer),
    )


def _owed(entry: Entry) -> tuple[Unanswered, ...]:
    if not entry.document_id:
        return ()
    return (Unanswered(document_id=entry.document_id, responds_to="order", revision=1),)


def validated(order: SalesOrder) -> Change:
    """The order is ready to be decided upon; or it lacks what no rule asks for, and waits on a list until it is filled.

    A line's part and price are asked for by review rules, which show them beside what the customer sent.
    """
    missing = list(missing_in_head(order.content))
    if missing:
        return moved(order, Verb.SET_ASIDE, _lacks(missing))
    return moved(order, Verb.VALIDATE) if may(order, Verb.VALIDATE) else Change(order)


def _still_missing(order: SalesOrder) -> list[str]:
    """What the dock needs and nobody said it may do without: a person may let a line go as the customer wrote it."""
    accepted = {
        hold.field_path
        for hold in order.holds
        if hold.kind is HoldKind.REVIEW and not hold.is_open and hold.released_by != SYSTEM
    }
    missing = missing_to_approve(order.content)
    return [path for path in missing if path.replace(".extended_price", ".unit_price") not in accepted]


def _lacks(missing: Iterable[str]) -> OrderEvent:
    names = list(missing)
    more = f" and {len(names) - SHOWN_MISSING} more" if len(names) > SHOWN_MISSING else ""
    return OrderEvent("order.incomplete", f"needed before the dock can start: {', '.join(names[:SHOWN_MISSING])}{more}")


def idempotency_key(document: PurchaseOrder | PurchaseOrderChange) -> str:
    """Partner, PO number, release, and store where one PO is for many: one order, however often it is sent.

    A document without a PO number is known by its id in the source system: two of them are not the same order.
    """
    number = document.customer_po_number or f"({document.channel_order_id or ''})"
    parts = (document.partner, number, document.release_number, *([document.store] if document.store else []))
    return "|".join(part or "" for part in parts)


def check(
    order: SalesOrder, credit: CreditDecision | None, stops: tuple[Stop, ...], at: datetime, new_id: NewId
) -> Change:
    """Credit and review have spoken: the order is held for a person, rejected, or approved and released to the dock.

    A check asked for again (a change, money that came in) takes back the holds of the one before that no longer stand.
    What a person accepted stays accepted while its figures are the same.

    Args:
        credit: the credit decision, or None where no check was agreed.
        stops: what the review rules said.
    """
    said = (*(credit.stops if credit else ()), *stops)
    refusals = [stop for stop in said if stop.severity is Severity.REJECT and may(order, Verb.REJECT)]
    holding = [stop for stop in said if stop.severity is not Severity.NOTE and stop not in refusals]
    holds, events = _reconciled(order, holding, at, new_id)
    events = (*_noted(credit), *events)
    order = order.model_copy(
        update={
            "credit_state": _credit_state(credit, holds),
            "credit_snapshot": dict(credit.snapshot) if credit else None,
            "review_results": _results(order, stops),
            "holds": holds,
        }
    )
    if refusals:
        return Change(order, events).then(reject(order, "; ".join(f"{one.rule}: {one.reason}" for one in refusals)))
    return go_on(order, at, events)


def check_for_the_dock(order: SalesOrder, credit: CreditDecision, at: datetime, new_id: NewId) -> Change:
    """An approved order goes to the dock if credit, asked again, lets it; else it stays approved, and is held.

    Raises:
        IllegalTransition, NotForTheDock: see :func:`release`.
    """
    others = [hold for hold in order.open_holds() if hold.source != "check"]
    if others or why_kept(order) or not may(order, Verb.RELEASE):
        return release(order, at)
    holding = [stop for stop in credit.stops if stop.severity is not Severity.NOTE]
    holds, events = _reconciled(order, holding, at, new_id)
    update = {"holds": holds, "credit_state": _credit_state(credit, holds), "credit_snapshot": dict(credit.snapshot)}
    change = Change(order.model_copy(update=update), (*_noted(credit), *events))
    return change if change.order.open_holds() else change.then(release(change.order, at))


def waived(order: SalesOrder, waiver: Waiver) -> Change:
    """Leave to go on in spite of credit is given before credit stops it."""
    told = OrderEvent("credit.waived", f"by {waiver.by}" + (f": {waiver.note}" if waiver.note else ""))
    return Change(order.model_copy(update={"waivers": (*order.waivers, waiver)}), (told,))


def is_waived(order: SalesOrder, stop: Stop, at: datetime) -> bool:
    """Whether a person has given leave to go on in spite of this stop."""
    return stop.kind is HoldKind.CREDIT and any(_holds_good(waiver, order, at) for waiver in order.waivers)


def _noted(credit: CreditDecision | None) -> tuple[OrderEvent, ...]:
    notes = (stop for stop in credit.stops if stop.severity is Severity.NOTE) if credit else ()
    return tuple(OrderEvent("credit.noted", f"{stop.rule}: {stop.reason}") for stop in notes)


def _credit_state(credit: CreditDecision | None, holds: tuple[HoldRow, ...]) -> CreditState:
    if credit is None:
        return CreditState.NOT_REQUIRED
    if credit.state in _STOPPED and not any(hold.is_open for hold in holds if hold.kind is HoldKind.CREDIT):
        return CreditState.WAIVED
    return credit.state


_STOPPED = frozenset({CreditState.HOLD, CreditState.REJECTED})


def _reconciled(
    order: SalesOrder, stops: list[Stop], at: datetime, new_id: NewId
) -> tuple[tuple[HoldRow, ...], tuple[OrderEvent, ...]]:
    """The order's holds after a check: those that still stand, those taken back, and the new ones."""
    said = {_said(stop.rule, stop.field_path, stop.figures): stop for stop in stops}
    events: list[OrderEvent] = []
    holds: list[HoldRow] = []
    for hold in order.holds:
        saying = _said(hold.rule, hold.field_path or "", hold.figures)
        if hold.source != "check":
            holds.append(hold)
        elif hold.is_open and saying not in said:
            holds.append(let_go(hold, SYSTEM, at, "no longer stands"))
            events.append(OrderEvent("hold.released", f"{hold.kind} {hold.rule}: no longer stands"))
        else:
            holds.append(hold)
            if hold.is_open or (hold.kind is HoldKind.REVIEW and hold.released_by != SYSTEM):
                said.pop(saying, None)
    new = [hold_row(stop, at, new_id()) for stop in said.values() if not is_waived(order, stop, at)]
    return (*holds, *new), (*events, *map(held, new))


def _said(rule: str, field_path: str, figures: dict[str, Any]) -> tuple[str, str, str]:
    return rule, field_path, repr(sorted(figures.items()))


def _holds_good(waiver: Waiver, order: SalesOrder, at: datetime) -> bool:
    """Leave was given for one revision, up to an amount, until a day."""
    total = order.content.grand_total or 0
    return (
        waiver.revision == order.revision
        and (waiver.up_to is None or total <= waiver.up_to)
        and (waiver.until is None or at.date() <= waiver.until)
    )


def go_on(order: SalesOrder, at: datetime, events: tuple[OrderEvent, ...] = ()) -> Change:
    """Where the order stands now that its holds are known: in credit, in review, or approved and released."""
    if order.open_holds(HoldKind.CREDIT):
        return moved(order, Verb.HOLD_FOR_CREDIT, *events)
    if order.open_holds():
        return moved(order, Verb.HOLD_FOR_REVIEW, *events)
    missing = _still_missing(order)
    if missing:
        return moved(order, Verb.SET_ASIDE, *events, _lacks(missing))
    approved = moved(order, Verb.APPROVE, *events, OrderEvent("order.approved"))
    kept = why_kept(approved.order)
    if kept:
        return approved.told(OrderEvent("order.kept", kept))
    return approved.then(release(approved.order, at))


def why_kept(order: SalesOrder) -> str:
    """Why an approved order does not go to the dock; "" when it does."""
    if order.content.test_indicator:
        return "a test order never reaches the dock"
    if order.content.order_type is OrderType.BLANKET:
        return "a blanket order is shipped by its releases"
    return ""


def release(order: SalesOrder, at: datetime) -> Change:
    """To the dock: papers are asked for.

    Raises:
        IllegalTransition: the order is not approved.
        NotForTheDock: it is a test or a blanket order, or something stops it.
    """
    kept = why_kept(order) or "; ".join(f"{hold.kind} {hold.rule}: {hold.reason}" for hold in order.open_holds())
    if kept:
        raise NotForTheDock(f"order {order.order_number} cannot be released: {kept}")
    if order.fulfilment_state is FulfilmentState.SHIPPED:
        return moved(order, Verb.RELEASE, OrderEvent("order.complete", "all of it has left: there is nothing to pick"))
    goods = FulfilmentState.RELEASED if order.fulfilment_state is FulfilmentState.OPEN else order.fulfilment_state
    return moved(
        order,
        Verb.RELEASE,
        OrderEvent("order.released", "to the dock"),
        fulfilment_state=goods,
        dock_released_at=at,
        dock_release=order.dock_release + 1,
    )


def release_holds(
    order: SalesOrder,
    kind: HoldKind | None,
    by: str,
    note: str,
    at: datetime,
    waiver: Waiver | None = None,
    only: frozenset[str] | None = None,
) -> Change:
    """A person lets go of the order's open holds, of one kind or of all; with none left it goes on.

    Args:
        only: ids of the holds that are meant; None means all.
        waiver: how far leave to go on in spite of credit stops reaches; else this revision and its total.

    Raises:
        UnknownHold: there is no open hold of this kind.
    """
    change = let_holds_go(order, kind, by, note, at, waiver, only)
    return change.then(go_on(change.order, at)) if may(change.order, Verb.APPROVE) else change


def let_holds_go(
    order: SalesOrder,
    kind: HoldKind | None,
    by: str,
    note: str,
    at: datetime,
    waiver: Waiver | None = None,
    only: frozenset[str] | None = None,
) -> Change:
    """The same, and the order stays where it is: what it goes on to is for a check to say.

    Raises:
        UnknownHold: there is no open hold of this kind.
    """
    open_holds = [hold for hold in order.open_holds(kind) if only is None or hold.hold_id in only]
    if not open_holds:
        kinds = f"{kind} " if kind else ""
        raise UnknownHold(f"order {order.order_number} has no open {kinds}hold; it is {order.order_state}")
    freed = {hold.hold_id for hold in open_holds}
    holds = tuple(let_go(hold, by, at, note) if hold.hold_id in freed else hold for hold in order.holds)
    update: dict[str, Any] = {"holds": holds, "unanswered": (*order.unanswered, *_refusals(order, open_holds))}
    if any(hold.kind is HoldKind.CREDIT for hold in open_holds):
        given = waiver or Waiver(revision=order.revision, up_to=order.content.grand_total, by=by, at=at)
        update |= {"credit_state": CreditState.WAIVED, "waivers": (*order.waivers, given)}
    events = tuple(OrderEvent("hold.released", f"{hold.kind} {hold.rule}: {note}".rstrip(": ")) for hold in open_holds)
    return Change(order.model_copy(update=update), events)


def freed(order: SalesOrder, hold: HoldRow, by: str, note: str, at: datetime) -> Change:
    """One hold is let go because what it was set for is being done; the order does not go on by that alone."""
    holds = tuple(let_go(one, by, at, note) if one.hold_id == hold.hold_id else one for one in order.holds)
    told = OrderEvent("hold.released", f"{hold.kind} {hold.rule}: {note}".rstrip(": "))
    return Change(order.model_copy(update={"holds": holds}), (told,))


def expired(order: SalesOrder, at: datetime) -> Change:
    """Holds whose time is over are let go; where the order goes from there is for a check to say."""
    over = {hold.hold_id for hold in order.open_holds() if hold.expires_at and hold.expires_at < at}
    holds = tuple(let_go(hold, SYSTEM, at, "expired") if hold.hold_id in over else hold for hold in order.holds)
    told = tuple(OrderEvent("hold.expired", f"{hold.kind} {hold.rule}") for hold in holds if hold.hold_id in over)
    return Change(order.model_copy(update={"holds": holds}), told)


def _refusals(order: SalesOrder, freed: Iterable[HoldRow]) -> Iterator[Unanswered]:
    """Letting go of a hold that a customer's change set, and not taking the change, is a no to it."""
    for hold in freed:
        if hold.source == "document" and (document := hold.figures.get("document")):
            yield Unanswered(document_id=str(document), responds_to="change", revision=order.revision, is_refused=True)


def reject(order: SalesOrder, reason: str) -> Change:
    """The order is not taken.

    Raises:
        IllegalTransition: it is decided already.
    """
    return moved(order, Verb.REJECT, OrderEvent("order.rejected", reason))


def repeated(
    order: SalesOrder,
    document: PurchaseOrder,
    transmission_id: str,
    at: datetime,
    hold_id: str,
    *,
    refuse: bool = False,
) -> Change:
    """The same PO came again. The same content creates nothing; other content is held for a person (rule R9).

    Args:
        refuse: the partner's agreement refuses other content instead: the order stays as it is, and nobody is asked.
    """
    order = order.model_copy(update={"transmission_ids": (*order.transmission_ids, transmission_id)})
    if fingerprint(document) == order.document_fingerprint:
        return Change(order, (OrderEvent("order.repeated", "same content: nothing to do"),))
    changed = differences(order.content, document)
    told = [one.path for one in changed if one.after is not None][:5]
    if refuse:
        note = f"PO {document.customer_po_number} came again with other content ({', '.join(told)}): refused as agreed"
        return Change(order, (OrderEvent("document.refused", note),))
    stop = Stop(
        HoldKind.REVIEW,
        "R9",
        f"PO {document.customer_po_number} came again as an original with other content ({', '.join(told)}); "
        "releasing this hold keeps the order as it is",
        figures={"transmission": transmission_id},
    )
    return stopped(order, stop, at, hold_id)


def stopped(
    order: SalesOrder,
    stop: Stop,
    at: datetime,
    hold_id: str,
    source: str = "document",
    by: str = SYSTEM,
    until: datetime | None = None,
) -> Change:
    """A hold that no check set: from a document that came, or by a person. It stays until a person lets it go, or until
    its time is over.
    """
    hold = hold_row(stop, at, hold_id, source, by).model_copy(update={"expires_at": until})
    order = order.model_copy(update={"holds": (*order.holds, hold)})
    verb = Verb.HOLD_FOR_CREDIT if order.open_holds(HoldKind.CREDIT) else Verb.HOLD_FOR_REVIEW
    return moved(order, verb, held(hold)) if may(order, verb) else Change(order, (held(hold),))


def _results(order: SalesOrder, stops: tuple[Stop, ...]) -> tuple[ReviewResult, ...]:
    """What the rules said; what became of it stays with what is said again."""
    before = {(one.rule, one.field_path, one.message): one for one in order.review_results if one.disposition}
    results = (
        ReviewResult(
            rule=stop.rule, severity=stop.severity, field_path=stop.field_path[:200], message=stop.reason[:500]
        )
        for stop in stops
    )
    return tuple(before.get((one.rule, one.field_path, one.message), one) for one in results)
