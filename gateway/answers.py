"""Our word to the customer: the answer to an order or a change once it is decided, notices of what was shipped."""

from __future__ import annotations

from datetime import datetime

from gateway import write_back
from gateway.catalogues import rounding_of
from gateway.deciding import Cause, answer_agreed, keep, may_answer, profile_of
from gateway.outbound import send_agreed
from gateway.road import Road
from gateway.split_orders import part_of
from orders.answering import answer_to_change, answer_to_order, received
from orders.control import Unanswered
from orders.document import OrderResponse, PurchaseOrder, PurchaseOrderChange
from orders.fulfilling import invoice as invoiced
from orders.matching import Meaning, match
from orders.notices import invoice, ship_notice
from orders.order import SalesOrder
from orders.outcome import Change
from orders.values import AcknowledgmentState
from partners.partner import Answering, Direction, Storefront, TradingPartner
from queues.message import Message
from queues.worker import Write
from store import numbers, orders, transmissions
from store.database import Connection

SHIP_NOTICES = ("856", "DESADV")
INVOICES = ("810", "880", "INVOIC")
CHANGES = ("860", "876", "ORDCHG")
FIRST_INVOICE = 100_000


def answer(road: Road, message: Message) -> Write:
    """Answer the documents of the customer that are owed an answer, by the agreements for sending one."""

    def write(conn: Connection) -> None:
        order = orders.order_by_id(conn, message.body["order_id"])
        profile = profile_of(conn, order)
        now, left = road.clock(), []
        for owed in order.unanswered:
            agreement = answer_agreed(profile, owed)
            if agreement is None:
                continue
            if not may_answer(order, profile, owed):
                left.append(owed)
                continue
            response, cause = _response(conn, order, owed, agreement, profile, now), message.transmission_id
            if isinstance(agreement, Storefront):
                sent = write_back.tell_answer(road, conn, profile, order, response, cause)
            else:
                sent = send_agreed(road, conn, profile, agreement, response, cause)
            order = order.model_copy(update={"acknowledgment_id": sent})
        if len(left) == len(order.unanswered):
            return  # answered before, or changed again meanwhile
        state = AcknowledgmentState.DUE if left else AcknowledgmentState.SENT
        done = order.model_copy(update={"unanswered": tuple(left), "acknowledgment_state": state})
        keep(road, conn, Change(done), profile, Cause(transmission_id=message.transmission_id))

    return write


def _response(
    conn: Connection,
    order: SalesOrder,
    owed: Unanswered,
    agreement: Answering,
    profile: TradingPartner,
    now: datetime,
) -> OrderResponse:
    if agreement.when == "received" and owed.responds_to == "order":
        return received(order, now.date())
    document = transmissions.document_by_id(conn, owed.document_id).content
    if isinstance(document, PurchaseOrderChange):
        before = orders.revision_of(conn, order.order_id, owed.revision).content
        change = part_of(conn, order, before, document)
        meaning, found = quantities_of(profile), match(change, before)
        number, day = order.order_number, now.date()
        return answer_to_change(change, found, number, day, meaning, is_refused=owed.is_refused)
    assert isinstance(document, PurchaseOrder), "only orders and their changes are answered"
    return answer_to_order(order, document, now.date())


def quantities_of(profile: TradingPartner) -> Meaning:
    """What the partner's new quantities mean, by the agreement for their changes."""
    of_changes = (one for one in profile.agreements if one.direction is Direction.IN and one.document in CHANGES)
    return next((one.quantities for one in of_changes), "total")


def notify(road: Road, message: Message) -> Write:
    """A shipment has left: the ship notice and the invoice go out, where they were agreed; the store is told."""

    def write(conn: Connection) -> None:
        order = orders.order_by_id(conn, message.body["order_id"])
        profile = profile_of(conn, order)
        now = road.clock()
        shipment = orders.shipment_by_id(conn, message.body["shipment_id"])
        if write_back.is_told(profile, order):
            write_back.tell_shipment(road, conn, profile, order, shipment, message.transmission_id)
        if notice := profile.sends("ship-notice", *SHIP_NOTICES):
            send_agreed(road, conn, profile, notice, ship_notice(order, shipment, now.date()))
        wanted = profile.sends("invoice", *INVOICES)
        if wanted and any(one.shipped > one.invoiced for one in order.progress):
            number = f"INV-{FIRST_INVOICE + numbers.next_number(conn, 'invoice')}"
            made = invoice(order, number, now.date(), rounding_of(profile))
            send_agreed(road, conn, profile, wanted, made)
            keep(road, conn, invoiced(order, number), profile, Cause(transmission_id=message.transmission_id))

    return write
