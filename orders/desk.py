"""The order desk: the verbs of an order's life. Each takes the order as it stands and says how it stands afterwards.

Nothing here reads a clock, a database or a file: time, ids and masters are arguments. A verb answers with a
:class:`Change`; whoever called it stores the order (checking ``version``), its new revision if the content changed, and
the events, in one transaction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from orders.credit import CreditDecision
from orders.diff import differences, fingerprint
from orders.document import Address, HoldRow, Party, PurchaseOrder, PurchaseOrderChange, ReviewResult
from orders.masters import Catalogue, Customer
from orders.matching import match
from orders.order import SalesOrder, UnknownHold, Verb, after, may
from orders.pricing import priced, totalled
from orders.rules import Stop
from orders.values import CreditState, FulfilmentState, HoldKind, PartyRole, Severity

SYSTEM = "system"


@dataclass(frozen=True)
class OrderEvent:
    """Something that happened to an order: ``what`` is noun.past, ``note`` is for people."""

    what: str
    note: str = ""


@dataclass(frozen=True)
class Change:
    """How the order stands after a verb, and what to tell about it. ``is_new_content`` asks for a new revision row."""

    order: SalesOrder
    events: tuple[OrderEvent, ...]
    is_new_content: bool = False


@dataclass(frozen=True)
class Entry:
    """What the road knows about a document that is about to become an order."""

    order_id: str
    order_number: str
    transmission_id: str
    map_name: str
    at: datetime


def enter(document: PurchaseOrder, entry: Entry, catalogue: Catalogue, customer: Customer | None) -> Change:
    """A document becomes a sales order: completed from the masters, priced, totalled, validated."""
    content = completed(document, catalogue, customer)
    order = SalesOrder(
        order_id=entry.order_id,
        order_number=entry.order_number,
        idempotency_key=idempotency_key(document),
        transmission_ids=(entry.transmission_id,),
        map_revision=entry.map_name,
        customer=customer.customer if customer else None,
        document_fingerprint=fingerprint(document),
        content=content,
    )
    order = order.model_copy(update={"order_state": after(order, Verb.VALIDATE)})
    return Change(
        order,
        (OrderEvent("order.entered", f"{len(content.lines)} lines, {content.grand_total} {content.currency}"),),
        is_new_content=True,
    )


def idempotency_key(document: PurchaseOrder | PurchaseOrderChange) -> str:
    """Partner, PO number, release, and store where one PO is for many: one order, however often it is sent.

    A document without a PO number is known by its id in the source system: two of them are not the same order.
    """
    number = document.customer_po_number or f"({document.channel_order_id or ''})"
    parts = (document.partner, number, document.release_number, *([document.store] if document.store else []))
    return "|".join(part or "" for part in parts)


def completed(document: PurchaseOrder, catalogue: Catalogue, customer: Customer | None) -> PurchaseOrder:
    """The document with everything our masters know: terms, ship-to address, parts, prices, totals.

    What the customer sent stays; only empty fields are filled, and ``provenance`` names the record that filled them.
    """
    filled: dict[str, Any] = {}
    if customer:
        filled = {
            "payment_terms": document.payment_terms or customer.payment_terms,
            "net_days": document.net_days if document.net_days is not None else customer.net_days,
            "freight_payment": document.freight_payment or customer.freight_payment,
            "carrier_scac": document.carrier_scac or customer.carrier_scac,
            "currency": document.currency or customer.currency,
            "parties": tuple(_known(party, customer) for party in document.parties),
        }
    source = f"customer record {customer.customer}" if customer else ""
    told = {name: source for name, value in filled.items() if name != "parties" and value != getattr(document, name)}
    currency = filled.get("currency", document.currency)
    lines = tuple(priced(line, catalogue, currency) for line in document.lines)
    return totalled(document.model_copy(update=filled | {"lines": lines, "provenance": document.provenance | told}))


def _known(party: Party, customer: Customer) -> Party:
    """The party with our key, and with the address on file when the sender gave only a code."""
    if party.role is not PartyRole.SHIP_TO:
        return party
    on_file = next((known for known in customer.ship_tos if known.code == party.party_code), None)
    if on_file is None:
        return party.model_copy(update={"party_ref": customer.customer})
    return party.model_copy(
        update={
            "party_ref": f"{customer.customer}/{on_file.code}",
            "name": party.name or on_file.name,
            "address": party.address if _is_usable(party.address) else on_file.address,
        }
    )


def _is_usable(address: Address | None) -> bool:
    return address is not None and bool(address.line1 and address.city)


def check(
    order: SalesOrder,
    credit: CreditDecision | None,
    stops: tuple[Stop, ...],
    at: datetime,
    new_id: Callable[[], str],
) -> Change:
    """Credit and review have spoken: the order is held for a person, or approved and released to the dock.

    Args:
        credit: the credit decision, or None where no check was agreed.
        stops: what the review rules said.
        new_id: makes the key of each hold.
    """
    said = (*(credit.stops if credit else ()), *stops)
    holds = tuple(_hold_row(stop, at, new_id()) for stop in said if stop.severity is Severity.HOLD)
    order = order.model_copy(
        update={
            "credit_state": credit.state if credit else CreditState.NOT_REQUIRED,
            "credit_snapshot": dict(credit.snapshot) if credit else None,
            "review_results": tuple(_result(stop) for stop in stops),
            "holds": order.holds + holds,
        }
    )
    events = tuple(OrderEvent("order.held", f"{hold.kind} {hold.rule}: {hold.reason}") for hold in holds)
    return go_on(order, at, events)


def go_on(order: SalesOrder, at: datetime, events: tuple[OrderEvent, ...] = ()) -> Change:
    """Where the order stands now that its holds are known: in credit, in review, or approved and released.

    A test order is approved and goes no further: no paper ever comes of it.
    """
    if order.open_holds(HoldKind.CREDIT):
        return _moved(order, Verb.HOLD_FOR_CREDIT, events)
    if order.open_holds():
        return _moved(order, Verb.HOLD_FOR_REVIEW, events)
    approved = _moved(order, Verb.APPROVE, (*events, OrderEvent("order.approved")))
    if order.content.test_indicator:
        return replace(
            approved, events=(*approved.events, OrderEvent("order.kept", "a test order never reaches the dock"))
        )
    released = approved.order.model_copy(update={"fulfilment_state": FulfilmentState.RELEASED, "dock_released_at": at})
    return _moved(released, Verb.RELEASE, (*approved.events, OrderEvent("order.released", "to the dock")))


def release_holds(order: SalesOrder, kind: HoldKind | None, by: str, note: str, at: datetime) -> Change:
    """A person lets go of the order's open holds, of one kind or of all.

    Raises:
        UnknownHold: there is no open hold of this kind.
    """
    open_holds = order.open_holds(kind)
    if not open_holds:
        kinds = f"{kind} " if kind else ""
        raise UnknownHold(f"order {order.order_number} has no open {kinds}hold; it is {order.order_state}")
    let_go = {hold.hold_id for hold in open_holds}
    holds = tuple(
        hold.model_copy(update={"released_by": by, "released_at": at, "release_note": note or None})
        if hold.hold_id in let_go
        else hold
        for hold in order.holds
    )
    update: dict[str, Any] = {"holds": holds}
    if any(hold.kind is HoldKind.CREDIT for hold in open_holds):
        update["credit_state"] = CreditState.WAIVED
    events = tuple(OrderEvent("hold.released", f"{hold.kind} {hold.rule}: {note}".rstrip(": ")) for hold in open_holds)
    order = order.model_copy(update=update)
    if not may(order, Verb.APPROVE):
        return _changed(order, events)
    return go_on(order, at, events)


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
        return _changed(order, (OrderEvent("order.repeated", "same content: nothing to do"),))
    changed = differences(order.content, document)
    told = [one.path for one in changed if one.after is not None][:5]
    if refuse:
        note = f"PO {document.customer_po_number} came again with other content ({', '.join(told)}): refused as agreed"
        return _changed(order, (OrderEvent("document.refused", note),))
    stop = Stop(
        HoldKind.REVIEW,
        "R9",
        f"PO {document.customer_po_number} came again as an original with other content ({', '.join(told)}); "
        "releasing this hold keeps the order as it is",
        figures={"transmission": transmission_id},
    )
    order = order.model_copy(update={"holds": (*order.holds, _hold_row(stop, at, hold_id))})
    events = (OrderEvent("order.held", f"{stop.kind} {stop.rule}: {stop.reason}"),)
    if not may(order, Verb.HOLD_FOR_REVIEW):
        return _changed(order, events)
    return go_on(order, at, events)


def change_received(
    order: SalesOrder, change: PurchaseOrderChange, transmission_id: str, at: datetime, hold_id: str
) -> Change:
    """The buyer wants something changed. It is laid beside the order, and a person decides (rule R20)."""
    found = match(change, order.content)
    order = order.model_copy(update={"transmission_ids": (*order.transmission_ids, transmission_id)})
    events: tuple[OrderEvent, ...] = (OrderEvent("change.received", found.summary),)
    stop = Stop(
        HoldKind.REVIEW,
        "R20",
        f"the customer changes PO {change.customer_po_number}: {found.summary}",
        figures={"transmission": transmission_id, "change": change.change_number or ""},
    )
    order = order.model_copy(update={"holds": (*order.holds, _hold_row(stop, at, hold_id))})
    events += (OrderEvent("order.held", f"{stop.kind} {stop.rule}: {stop.reason}"[:500]),)
    if not may(order, Verb.HOLD_FOR_REVIEW):
        return _changed(order, events)
    return go_on(order, at, events)


def printed(order: SalesOrder, at: datetime) -> Change:
    """Every paper of the order is out."""
    update = {"fulfilment_state": FulfilmentState.PRINTED, "printed_at": order.printed_at or at}
    return _changed(order.model_copy(update=update), (OrderEvent("order.printed", "every paper is out"),))


def _moved(order: SalesOrder, verb: Verb, events: tuple[OrderEvent, ...]) -> Change:
    return _changed(order.model_copy(update={"order_state": after(order, verb)}), events)


def _changed(order: SalesOrder, events: tuple[OrderEvent, ...]) -> Change:
    return Change(order, events)


def _hold_row(stop: Stop, at: datetime, hold_id: str) -> HoldRow:
    return HoldRow(
        hold_id=hold_id,
        kind=stop.kind,
        rule=stop.rule,
        reason=stop.reason[:500],
        figures=dict(stop.figures),
        set_by=SYSTEM,
        set_at=at,
    )


def _result(stop: Stop) -> ReviewResult:
    return ReviewResult(
        rule=stop.rule, severity=stop.severity, field_path=stop.field_path[:200], message=stop.reason[:500]
    )
