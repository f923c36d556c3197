"""Store write-back: what we say to an order and what has left, told to the store the order is from.

What is told is a document like those that go out by EDI: archived as a transmission, told in the order it happened
(one order's answers and shipments keep their order), tried again by the table of outcomes. The store's own API is
behind :mod:`gateway.storefronts`.
"""

from __future__ import annotations

from datetime import datetime

from gateway.outbound import keep_to_send
from gateway.road import Road
from gateway.storefronts.stores import Stores
from gateway.storefronts.words import Parcel, parcels
from gateway.turns import is_too_early, write_too_early
from orders.document import OrderResponse, ShipNotice
from orders.fulfilling import Shipment, deliveries
from orders.notices import ship_notice
from orders.order import SalesOrder
from partners.partner import TradingPartner
from queues.message import Message
from queues.queue import publish_in_order
from queues.worker import Write
from store import events, masters, orders, partners, transmissions
from store.database import Connection
from store.events import Event

STEP = "write-back"


def tell_answer(
    road: Road, conn: Connection, profile: TradingPartner, order: SalesOrder, response: OrderResponse, cause: str | None
) -> str:
    """Put our word on an order on its way to the store; the transmission's id."""
    return _tell(road, conn, profile, order, response, {}, cause)


def tell_shipment(
    road: Road, conn: Connection, profile: TradingPartner, order: SalesOrder, shipment: Shipment, cause: str | None
) -> str:
    """Put what has left on its way to the store; the transmission's id."""
    notice = ship_notice(order, shipment, road.clock().date())
    return _tell(road, conn, profile, order, notice, {"shipped_at": shipment.shipped_at.isoformat()}, cause)


def is_told(profile: TradingPartner, order: SalesOrder) -> bool:
    """Whether the order's store is to hear what has left; an order that a clerk typed has no store."""
    return bool(profile.storefront and profile.storefront.shipments and order.content.channel_order_id)


def _tell(
    road: Road,
    conn: Connection,
    profile: TradingPartner,
    order: SalesOrder,
    document: OrderResponse | ShipNotice,
    more: dict[str, str],
    cause: str | None,
) -> str:
    now, name = road.clock(), f"{document.kind}-{order.order_number}.json"
    data = document.model_dump_json(exclude_none=True, indent=1).encode()
    transmission_id = keep_to_send(road, conn, f"storefront:{profile.partner}", profile.partner, name, data)
    note = f"{document.kind} for the store of {profile.partner}"
    told = Event(now, "document.written", "written", note=note, ref=name, transmission_id=transmission_id)
    events.record(conn, told)
    body = {"transmission_id": transmission_id, "order_id": order.order_id, **more}
    name, key = f"{STEP}:{transmission_id}", f"{profile.partner}:{order.order_id}"
    publish_in_order(conn, Message(STEP, name, body, cause or transmission_id, key=key), now)
    return transmission_id


def _left(conn: Connection, data: bytes, shipped_at: datetime) -> tuple[Parcel, ...]:
    notice = ShipNotice.model_validate_json(data)
    carrier = masters.carrier_by_code(conn, notice.carrier_scac)
    return parcels(notice, shipped_at, carrier.name if carrier else None)


def write_back(stores: Stores, road: Road, message: Message) -> Write:
    """The step: tell the store one document.

    Raises:
        NoStorefront, CredentialMissing, StorefrontError, NetError: see the classes; some are tried again.
    """
    with road.database.read() as conn:
        if is_too_early(conn, message):
            return write_too_early
        outbound = transmissions.transmission_by_id(conn, message.body["transmission_id"])
        profile = partners.partner_by_name(conn, outbound.partner or "")
        order = orders.order_by_id(conn, message.body["order_id"])
        data = road.archive.load(outbound.sha256)
        shipped_at = message.body.get("shipped_at")
        left = _left(conn, data, datetime.fromisoformat(shipped_at)) if shipped_at else ()
    store, order_id = stores.open(profile), order.content.channel_order_id or ""
    if shipped_at:
        done = store.ship(order_id, left, is_complete=not any(one.left for one in deliveries(order)))
    else:
        done = store.answer(order_id, OrderResponse.model_validate_json(data))
    road.reached("after-write-back")

    def write(conn: Connection) -> None:
        transmissions.settle(conn, outbound.transmission_id, "sent")
        told = Event(
            road.clock(),
            "store.told",
            "acknowledged",
            note=f"{profile.partner}: {done}"[:1000],
            ref=outbound.name,
            transmission_id=outbound.transmission_id,
            order_id=order.order_id,
        )
        events.record(conn, told)

    return write
