"""Changes that customers send: laid beside their order, or kept until it comes."""

from __future__ import annotations

from datetime import datetime

from uuid_utils.compat import uuid7

from gateway.road import Road
from gateway.timeline import order_events
from orders import desk
from orders.document import PurchaseOrderChange
from orders.order import SalesOrder
from queues.message import Message
from queues.queue import publish_in_order
from store import events, orders, transmissions
from store.database import Connection
from store.events import Event
from store.transmissions import StoredDocument


def take(road: Road, conn: Connection, document: StoredDocument, change: PurchaseOrderChange, message: Message) -> None:
    """The order desk hears of a change. One that comes before its order waits for it; nothing is lost."""
    now = road.clock()
    order = orders.order_by_key(conn, desk.idempotency_key(change))
    if order is None:
        note = f"no order for PO {change.customer_po_number} yet: the change waits for it"
        waiting = Event(now, "change.waiting", "waiting", note=note, transmission_id=document.transmission_id)
        events.record(conn, waiting)
        return
    received = desk.change_received(order, change, document.transmission_id, now, f"H-{uuid7().hex}")
    saved = orders.save(conn, received.order, is_new_content=False, actor=desk.SYSTEM, at=now)
    transmissions.link_order(conn, document.document_id, saved.order_id)
    events.record(conn, *order_events(received, now, desk.SYSTEM, document.transmission_id))


def wake(conn: Connection, order: SalesOrder, now: datetime) -> None:
    """An order has come: changes that wait for it are taken, in the order they came."""
    content = order.content
    if not content.customer_po_number:
        return
    key = desk.idempotency_key(content)
    for one in transmissions.waiting_changes(conn, content.partner or "", content.customer_po_number):
        if isinstance(one.content, PurchaseOrderChange) and desk.idempotency_key(one.content) == key:
            body = {"document_id": one.document_id}
            message = Message("enter", f"enter:{one.document_id}:woken", body, one.transmission_id, key=key)
            publish_in_order(conn, message, now)
