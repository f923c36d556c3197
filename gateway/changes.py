"""Changes that customers send: laid beside their order, or kept until it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from gateway import deciding
from gateway.answers import quantities_of
from gateway.catalogues import catalogue_of
from gateway.road import Road
from orders import changing, desk
from orders.document import PurchaseOrderChange
from orders.order import SalesOrder
from queues.message import Message
from queues.queue import publish_in_order
from store import events, masters, orders, transmissions
from store.database import Connection
from store.events import Event
from store.transmissions import StoredDocument


def take(
    road: Road, conn: Connection, document: StoredDocument, change: PurchaseOrderChange, cause: deciding.Cause
) -> None:
    """The order desk hears of a change. One that comes before its order waits for it; nothing is lost."""
    now = road.clock()
    order = orders.order_by_key(conn, desk.idempotency_key(change))
    if order is None:
        note = f"no order for PO {change.customer_po_number} yet: the change waits for it"
        waiting = Event(now, "change.waiting", "waiting", note=note, transmission_id=document.transmission_id)
        events.record(conn, waiting)
        return
    apply(road, conn, order, document, change, cause)
    transmissions.link_orders(conn, {document.document_id: order.order_id})


def apply(
    road: Road,
    conn: Connection,
    order: SalesOrder,
    document: StoredDocument,
    change: PurchaseOrderChange,
    cause: deciding.Cause,
    *,
    as_far_as_it_fits: bool = False,
) -> SalesOrder:
    """Lay a customer's change over its order, and decide upon the order anew."""
    now = road.clock()
    profile = deciding.profile_of(conn, order)
    how = changing.Taking(
        document.document_id,
        document.transmission_id,
        now,
        deciding.new_hold_id(),
        quantities_of(profile),
        as_far_as_it_fits,
    )
    customer = masters.customer_by_id(conn, order.customer)
    catalogue = catalogue_of(conn, profile, customer, order.content, change)
    taken = changing.take(order, change, how, catalogue, customer)
    return deciding.keep(road, conn, deciding.decided(conn, taken, profile, now), profile, cause)


def wake(conn: Connection, entered: Sequence[SalesOrder], now: datetime) -> None:
    """Orders have come: changes that wait for them are taken, in the order they came."""
    keys = {desk.idempotency_key(order.content) for order in entered}
    numbers = {order.content.customer_po_number for order in entered}
    for one in transmissions.waiting_changes(conn, sorted(number for number in numbers if number)):
        if isinstance(one.content, PurchaseOrderChange) and (key := desk.idempotency_key(one.content)) in keys:
            body = {"document_id": one.document_id}
            message = Message("enter", f"enter:{one.document_id}:woken", body, one.transmission_id, key=key)
            publish_in_order(conn, message, now)
