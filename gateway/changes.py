"""Changes that customers send: laid beside their order, or kept until it comes."""

from __future__ import annotations

from datetime import datetime

from uuid_utils.compat import uuid7

from gateway.road import Road
from gateway.timeline import order_events
from orders import desk
from orders.document import PurchaseOrder, PurchaseOrderChange
from orders.order import SalesOrder
from orders.spreading import spread
from queues.message import Message
from queues.queue import publish_in_order
from store import events, orders, transmissions
from store.database import Connection
from store.events import Event
from store.transmissions import StoredDocument


def take(road: Road, conn: Connection, document: StoredDocument, change: PurchaseOrderChange, message: Message) -> None:
    """The order desk hears of a change. One that comes before its order waits for it; nothing is lost."""
    if document.order_id is not None:
        return  # several orders of its PO woke it, the first was enough
    now = road.clock()
    found = _orders_of(conn, change)
    if not found or _is_more_to_come(conn, change):
        note = f"no order for PO {change.customer_po_number} yet: the change waits for it"
        waiting = Event(now, "change.waiting", "waiting", note=note, transmission_id=document.transmission_id)
        events.record(conn, waiting)
        return
    for order, part in zip(found, spread(change, [one.content for one in found]), strict=True):
        if part is not None:
            received = desk.change_received(order, part, document.transmission_id, now, f"H-{uuid7().hex}")
            orders.save(conn, received.order, is_new_content=False, actor=desk.SYSTEM, at=now)
            events.record(conn, *order_events(received, now, desk.SYSTEM, document.transmission_id))
    transmissions.link_order(conn, document.document_id, found[0].order_id)


def wake(conn: Connection, order: SalesOrder, now: datetime) -> None:
    """An order has come: changes that wait for it are taken, in the order they came."""
    content = order.content
    if not content.customer_po_number:
        return
    key = _po(content)
    for one in transmissions.waiting_changes(conn, content.partner or "", content.customer_po_number):
        if isinstance(one.content, PurchaseOrderChange) and _po(one.content) == key:
            body = {"document_id": one.document_id}
            woken = Message("enter", f"wake:{uuid7().hex}", body, one.transmission_id, key=key)
            publish_in_order(conn, woken, now)


def _po(content: PurchaseOrder | PurchaseOrderChange) -> str:
    """What orders of one PO have alike, also where there is one for each store."""
    return desk.idempotency_key(content.model_copy(update={"store": None}))


def _orders_of(conn: Connection, change: PurchaseOrderChange) -> list[SalesOrder]:
    """The orders a change may speak of: what stands for no store first, then store by store."""
    every = orders.orders_of_po(conn, change.partner or "", change.customer_po_number or "")
    mine = [one for one in every if _po(one.content) == _po(change)]
    return sorted(mine, key=lambda one: one.content.store is not None)


def _is_more_to_come(conn: Connection, change: PurchaseOrderChange) -> bool:
    """Whether a part of the PO is still on its way to the desk: a change is for all of it."""
    coming = transmissions.orders_to_come(conn, change.partner or "", change.customer_po_number or "")
    return any(isinstance(one.content, PurchaseOrder) and _po(one.content) == _po(change) for one in coming)
