"""Our word to the customer: the answer to an order or a change once it is decided, notices of what was shipped."""

from __future__ import annotations

from datetime import datetime

from gateway.deciding import Cause, answer_agreed, is_answerable, keep
from gateway.outbound import send_document
from gateway.road import Road
from gateway.split_orders import part_of
from orders.answering import answer_to_change, answer_to_order
from orders.control import Unanswered
from orders.document import OrderResponse, PurchaseOrder, PurchaseOrderChange
from orders.fulfilling import invoice as invoiced
from orders.matching import Meaning, match
from orders.notices import invoice, ship_notice
from orders.order import SalesOrder
from orders.outcome import Change
from orders.values import AcknowledgmentState
from partners.partner import Direction, TradingPartner
from queues.message import Message
from queues.worker import Write
from store import numbers, orders, partners, transmissions
from store.database import Connection

SHIP_NOTICES = ("856", "DESADV")
INVOICES = ("810", "880", "INVOIC")
CHANGES = ("860", "876", "ORDCHG")
FIRST_INVOICE = 100_000


def answer(road: Road, message: Message) -> Write:
    """Answer the documents of the customer that are owed an answer, by the agreements for sending one."""

    def write(conn: Connection) -> None:
        order = orders.order_by_id(conn, message.body["order_id"])
        if not order.unanswered or not is_answerable(order):
            return  # answered before, or changed again meanwhile
        profile = partners.partner_by_name(conn, order.content.partner or "")
        now = road.clock()
        for owed in order.unanswered:
            wanted = answer_agreed(profile, owed)
            if wanted is None:
                continue
            response = _response(conn, order, owed, profile, now)
            sent = send_document(road, conn, profile, wanted, response, message.transmission_id)
            order = order.model_copy(update={"acknowledgment_id": sent})
        done = {"unanswered": (), "acknowledgment_state": AcknowledgmentState.SENT}
        keep(road, conn, Change(order.model_copy(update=done)), profile, Cause(transmission_id=message.transmission_id))

    return write


def _response(
    conn: Connection, order: SalesOrder, owed: Unanswered, profile: TradingPartner, now: datetime
) -> OrderResponse:
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
    """A shipment has left: the ship notice and the invoice go out, where they were agreed."""

    def write(conn: Connection) -> None:
        order = orders.order_by_id(conn, message.body["order_id"])
        profile = partners.partner_by_name(conn, order.content.partner or "")
        now = road.clock()
        shipment = orders.shipment_by_id(conn, message.body["shipment_id"])
        if notice := profile.sends(*SHIP_NOTICES):
            send_document(road, conn, profile, notice.document, ship_notice(order, shipment, now.date()))
        wanted = profile.sends(*INVOICES)
        if wanted and any(one.shipped > one.invoiced for one in order.progress):
            number = f"INV-{FIRST_INVOICE + numbers.next_number(conn, 'invoice')}"
            send_document(road, conn, profile, wanted.document, invoice(order, number, now.date()))
            keep(road, conn, invoiced(order, number), profile, Cause(transmission_id=message.transmission_id))

    return write
