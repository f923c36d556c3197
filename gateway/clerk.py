"""What clerk, credit manager and dock do to an order by hand; console, JSON API and command line all call these.

Each is one transaction: the order as it stands, one verb of the desk, credit and review where the verb asks for them,
and everything that follows. ``version`` is what the person saw; a change since then is not overwritten unseen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from uuid_utils.compat import uuid7

from gateway import changes, credit, deciding
from gateway.catalogues import catalogue_of
from gateway.deciding import Cause
from gateway.operations import find_order
from gateway.road import Road
from gateway.split_orders import part_of
from orders import amending, desk, fulfilling
from orders.approving import Leave
from orders.correcting import corrected
from orders.credit_policy import Stage
from orders.document import PurchaseOrder, PurchaseOrderChange
from orders.fulfilling import Shipment, ShipmentLine
from orders.life import Verb
from orders.order import OrderError, SalesOrder, may
from orders.outcome import Change
from orders.rules import Stop
from orders.values import CancelReason, HoldKind, OrderState
from queues.message import Message
from queues.queue import publish
from store import masters, orders, requests, transmissions
from store.database import Connection
from store.errors import Conflict

TYPED = "typed"
"""Channel of orders that a clerk or a program enters without a transmission."""


class Outdated(Conflict):
    """The order was changed since the caller looked at it: look again, then decide."""

    code = "outdated"
    retry = False


class NoChangeHeld(OrderError):
    """No open hold of the order was set by a customer's change."""

    code = "no-change-held"


@dataclass(frozen=True)
class Hand:
    """Who acts, on which version of the order, and why.

    ``key`` and ``what`` are a program's: the same request again is answered, not done again.
    """

    by: str
    version: int | None = None
    reason: str = ""
    key: str = ""
    what: str = ""


def enter_order(road: Road, document: PurchaseOrder, hand: Hand, *, is_draft: bool = False) -> SalesOrder:
    """A typed order: kept as a draft, or submitted to the road all orders take.

    Raises:
        AlreadyExists: its partner, PO number and release have an order.
    """
    now = road.clock()
    order_id = uuid7().hex
    typed = document.model_copy(
        update={
            "channel": document.channel or TYPED,
            "received_at": document.received_at or now,
            "entered_by": hand.by,
        }
    )
    with road.database.write() as conn:
        if hand.key and (known := requests.order_of(conn, hand.key, hand.what)):
            return orders.order_by_id(conn, known)
        profile = deciding.profile_named(conn, typed.partner)
        customer = masters.customer_by_id(conn, profile.customer)
        catalogue = catalogue_of(conn, profile, customer, typed)
        entry = desk.Entry(order_id, orders.new_numbers(conn, [order_id])[order_id], "", "", now)
        change = desk.draft(typed, entry, catalogue, customer)
        if not is_draft:
            change = deciding.decided(conn, change.then(desk.submit(change.order)), profile, now)
        order = deciding.enter(road, conn, change, profile, Cause(hand.by))
        _note(conn, hand, order, now)
        return order


def submit_order(road: Road, name: str, hand: Hand) -> SalesOrder:
    """A draft, or an incomplete order, is done: it takes the road of all others.

    Raises:
        IllegalTransition: it is neither.
    """
    return _acted(road, name, hand, lambda order, at: desk.submit(order))


def amend_order(road: Road, name: str, content: PurchaseOrder | Mapping[str, Any], hand: Hand) -> SalesOrder:
    """Correct an order: its whole content, or values by path (:mod:`orders.correcting`).

    Raises:
        CannotCorrect, NothingChanged, BelowShipped, IllegalTransition: see the classes.
    """

    def verb(conn: Connection, order: SalesOrder, at: datetime) -> Change:
        whole = content if isinstance(content, PurchaseOrder) else corrected(order.content, content)
        customer = masters.customer_by_id(conn, order.customer)
        catalogue = catalogue_of(conn, deciding.profile_named(conn, whole.partner), customer, whole)
        return amending.amend(order, whole, hand.by, at, catalogue, customer, hand.reason)

    return _done(road, name, hand, verb)


def cancel_order(road: Road, name: str, reason: CancelReason, hand: Hand) -> SalesOrder:
    """Cancel what has not left; once goods are picked the dock is asked."""
    return _acted(road, name, hand, lambda order, at: amending.cancel(order, reason, hand.by, at, hand.reason))


def reject_order(road: Road, name: str, hand: Hand) -> SalesOrder:
    """The order is not taken, and the customer is told so where that was agreed."""
    return _acted(road, name, hand, lambda order, at: desk.reject(order, f"by {hand.by}: {hand.reason}"))


def reopen_order(road: Road, name: str, hand: Hand) -> SalesOrder:
    """An ended order lives again and is checked anew."""
    return _acted(road, name, hand, lambda order, at: amending.reopen(order, hand.by, hand.reason))


def hold_order(road: Road, name: str, kind: HoldKind, hand: Hand, *, until: datetime | None = None) -> SalesOrder:
    """A person stops the order until somebody lets it go, or a time; it leaves the dock if nothing is picked."""

    def verb(order: SalesOrder, at: datetime) -> Change:
        stop = Stop(kind, "manual", hand.reason or f"held by {hand.by}")
        taken = amending.take_back(order, hand.by, stop.reason) if may(order, Verb.TAKE_BACK) else Change(order)
        return taken.then(desk.stopped(taken.order, stop, at, deciding.new_hold_id(), "person", hand.by, until))

    return _acted(road, name, hand, verb)


def release_to_dock(road: Road, name: str, hand: Hand) -> SalesOrder:
    """An approved order goes to the dock, of a partly shipped one what is left; unless credit, asked again, says no.

    Raises:
        IllegalTransition, NotForTheDock: see the classes.
        StoppedByCredit: what is left may not go; an order that has not begun is held instead.
    """

    def verb(conn: Connection, order: SalesOrder, at: datetime) -> Change:
        profile = deciding.profile_of(conn, order)
        if order.order_state is not OrderState.RELEASED:
            return credit.release(conn, order, profile, at)
        change = fulfilling.release_rest(order, at)
        credit.require(conn, order, profile, at, Stage.RELEASE)
        return change

    return _done(road, name, hand, verb)


def waive_credit(road: Road, name: str, leave: Leave, hand: Hand) -> SalesOrder:
    """Leave to go on in spite of credit: its holds are let go, and later checks of this revision do not stop it.

    Raises:
        ApprovalNeeded, ReasonNeeded: the credit policy asks for more.
    """
    return _done(road, name, hand, lambda conn, order, at: credit.give_leave(conn, order, leave, at, HoldKind.CREDIT))


def take_back(road: Road, name: str, hand: Hand) -> SalesOrder:
    """Undo a release while nothing is picked: the papers are void."""
    return _acted(road, name, hand, lambda order, at: amending.take_back(order, hand.by, hand.reason))


def dock_answers(road: Road, name: str, hand: Hand, *, is_done: bool) -> SalesOrder:
    """The dock's word on a change or a cancellation that waits for it."""

    def verb(order: SalesOrder, at: datetime) -> Change:
        if order.order_state is OrderState.CANCEL_REQUESTED:
            if is_done:
                return amending.confirm_cancel(order, hand.by, at)
            return amending.refuse_cancel(order, hand.by, hand.reason)
        if is_done:
            return amending.confirm_change(order, hand.by, at)
        return amending.refuse_change(order, hand.by, hand.reason)

    return _acted(road, name, hand, verb)


def pick_order(
    road: Road, name: str, lines: Iterable[ShipmentLine], hand: Hand, *, is_packed: bool = False
) -> SalesOrder:
    """The dock has goods in hand, or in cartons."""
    picked = tuple(lines)
    return _acted(road, name, hand, lambda order, at: fulfilling.pick(order, picked, hand.by, packed=is_packed))


def ship_order(road: Road, name: str, shipment: Shipment, hand: Hand) -> SalesOrder:
    """Goods have left: the ship notice and the invoice follow where they were agreed. The same shipment again is known.

    Raises:
        UnknownDelivery, TooMuch, IllegalTransition: see the classes.
        StoppedByCredit: a credit rule of shipping stops it.
    """

    def verb(conn: Connection, order: SalesOrder, at: datetime) -> Change:
        if not orders.add_shipment(conn, order.order_id, shipment):
            return Change(order)
        change = fulfilling.ship(order, shipment)
        credit.require(conn, order, deciding.profile_of(conn, order), at, Stage.SHIP)
        body = {"order_id": order.order_id, "shipment_id": shipment.shipment_id}
        cause = order.transmission_ids[0] if order.transmission_ids else None
        publish(conn, Message("notify", f"notify:{shipment.shipment_id}", body, cause), at)
        return change

    return _done(road, name, hand, verb)


def invoice_order(road: Road, name: str, number: str, hand: Hand) -> SalesOrder:
    """What was shipped is invoiced elsewhere, under this number."""
    return _acted(road, name, hand, lambda order, at: fulfilling.invoice(order, number))


def close_order(road: Road, name: str, hand: Hand) -> SalesOrder:
    """Nothing more is to come of it."""
    return _acted(road, name, hand, lambda order, at: fulfilling.close(order, hand.by))


def take_change(road: Road, name: str, hand: Hand) -> SalesOrder:
    """Take a customer's change that is held, as far as it fits; lines that do not fit are refused in the answer.

    Raises:
        NoChangeHeld: no open hold was set by a change.
    """
    with road.database.write() as conn:
        order = _opened(conn, name, hand)
        holds = [hold for hold in order.open_holds() if hold.source == "document" and "document" in hold.figures]
        if not holds:
            raise NoChangeHeld(f"order {order.order_number} is not held by a change of the customer")
        hold = holds[0]
        document = transmissions.document_by_id(conn, str(hold.figures["document"]))
        assert isinstance(document.content, PurchaseOrderChange), "only changes hold an order by their document"
        freed = desk.freed(order, hold, hand.by, hand.reason, road.clock())
        profile = deciding.profile_of(conn, order)
        kept = deciding.keep(road, conn, freed, profile, _cause(order, hand))
        part = part_of(conn, order, order.content, document.content)
        return changes.apply(road, conn, kept, document, part, _cause(order, hand), as_far_as_it_fits=True)


def _acted(road: Road, name: str, hand: Hand, verb: Callable[[SalesOrder, datetime], Change]) -> SalesOrder:
    return _done(road, name, hand, lambda conn, order, at: verb(order, at))


def _done(road: Road, name: str, hand: Hand, verb: Callable[[Connection, SalesOrder, datetime], Change]) -> SalesOrder:
    with road.database.write() as conn:
        if hand.key and (known := requests.order_of(conn, hand.key, hand.what)):
            return orders.order_by_id(conn, known)
        order = _opened(conn, name, hand)
        now = road.clock()
        change = verb(conn, order, now)
        if change == Change(order):
            return order
        profile = deciding.profile_of(conn, order)
        kept = deciding.keep(road, conn, deciding.decided(conn, change, profile, now), profile, _cause(order, hand))
        _note(conn, hand, kept, now)
        return kept


def _opened(conn: Connection, name: str, hand: Hand) -> SalesOrder:
    order = find_order(conn, name)
    if hand.version is not None and hand.version != order.version:
        raise Outdated(
            f"order {order.order_number} was changed since you looked at it (version {hand.version}, now "
            f"{order.version}): look at it again"
        )
    return order


def _note(conn: Connection, hand: Hand, order: SalesOrder, at: datetime) -> None:
    if hand.key:
        requests.note(conn, hand.key, hand.what, order.order_id, at)


def _cause(order: SalesOrder, hand: Hand) -> Cause:
    return Cause(hand.by, order.transmission_ids[0] if order.transmission_ids else None)
