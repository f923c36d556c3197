"""Changes that customers send: laid beside their order, or kept until it comes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from uuid_utils.compat import uuid7

from gateway import deciding
from gateway.answers import quantities_of
from gateway.catalogues import catalogue_of
from gateway.road import Road
from gateway.split_orders import is_more_to_come, orders_of, po_key
from orders import changing
from orders.diff import fingerprint
from orders.document import PurchaseOrder, PurchaseOrderChange, change_from
from orders.order import SalesOrder
from orders.spreading import spread
from orders.values import Purpose
from partners.partner import Direction, TradingPartner
from queues.message import Message
from queues.queue import publish_in_order
from store import events, masters, transmissions
from store.database import Connection
from store.events import Event
from store.transmissions import StoredDocument


def take(
    road: Road, conn: Connection, document: StoredDocument, change: PurchaseOrderChange, cause: deciding.Cause
) -> None:
    """The order desk hears of a change. One that comes before its order waits for it; nothing is lost."""
    if document.order_id is not None:
        return  # several orders of its PO woke it, the first was enough
    now = road.clock()
    found = orders_of(conn, change)
    if not found or is_more_to_come(conn, change, found):
        note = f"no order for PO {change.customer_po_number} yet: the change waits for it"
        waiting = Event(now, "change.waiting", "waiting", note=note, transmission_id=document.transmission_id)
        events.record(conn, waiting)
        return
    for order, part in zip(found, spread(change, [one.content for one in found]), strict=True):
        if part is not None:
            apply(road, conn, order, document, part, cause)
    transmissions.link_orders(conn, {document.document_id: found[0].order_id})


def sent_again(
    conn: Connection, existing: SalesOrder, document: StoredDocument, profile: TradingPartner
) -> StoredDocument | None:
    """The document as the change it is, when it was agreed that an order sent again replaces the one before.

    The same content once more is no change, unless others came between.
    """
    agreed = (one for one in profile.agreements if one.map == document.map and one.direction is Direction.IN)
    content = document.content
    if not isinstance(content, PurchaseOrder) or all(one.resent != "change" for one in agreed):
        return None
    if fingerprint(content) == existing.document_fingerprint and not existing.changes_taken:
        return None
    change = change_from(content.model_copy(update={"purpose_code": Purpose.REPLACE}))
    if fingerprint(change) in existing.changes_taken[:-1]:  # back to what it was before: a change once more
        change = change.model_copy(update={"change_sequence": len(existing.changes_taken) + 1})
    return transmissions.now_is(conn, document.document_id, change)


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
    keys = {po_key(order.content) for order in entered}
    numbers = {order.content.customer_po_number for order in entered}
    for one in transmissions.waiting_changes(conn, sorted(number for number in numbers if number)):
        if isinstance(one.content, PurchaseOrderChange) and (key := po_key(one.content)) in keys:
            body = {"document_id": one.document_id}
            woken = Message("enter", f"wake:{uuid7().hex}", body, one.transmission_id, key=key)
            publish_in_order(conn, woken, now)
