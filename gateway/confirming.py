"""The ship step: what our own warehouse says has left is shipped, order by order; what does not fit is parked."""

from __future__ import annotations

from gateway.clerk import Hand, ship_within
from gateway.operations import find_order
from gateway.road import Road
from orders.confirming import confirmed
from orders.shipment import ShipNotice
from partners.partner import Direction, TradingPartner
from queues.message import Message
from queues.queue import publish
from queues.worker import Write
from store import transmissions
from store.database import Connection
from store.transmissions import StoredDocument


def confirms(profile: TradingPartner, map_name: str) -> bool:
    """Whether what a map of the partner reads says what left our dock."""
    agreed = (one for one in profile.agreements if one.direction is Direction.IN and one.map == map_name)
    return any(one.ships for one in agreed)


def ask_for_shipments(conn: Connection, road: Road, stored: StoredDocument) -> None:
    """One message for each order of a confirmation: one that does not fit stops no other."""
    assert isinstance(stored.content, ShipNotice)
    for place in range(1, len(stored.content.orders) + 1):
        body = {"document_id": stored.document_id, "place": place}
        name = f"ship:{stored.document_id}.{place}"
        publish(conn, Message("ship", name, body, stored.transmission_id), road.clock())


def ship(road: Road, message: Message) -> Write:
    """Ship one order as a confirmation says.

    Raises:
        NotFound, Ambiguous, Unconfirmed, TooMuch, ShipmentDiffers, IllegalTransition: it is parked for a person.
    """

    def write(conn: Connection) -> None:
        stored = transmissions.document_by_id(conn, message.body["document_id"])
        notice, place = stored.content, message.body["place"]
        assert isinstance(notice, ShipNotice), "only ship notices are confirmations"
        said = notice.orders[place - 1]
        order = find_order(conn, said.order_number or said.customer_po_number or "")
        shipment = confirmed(order, notice, place, notice.received_at or road.clock())
        ship_within(road, conn, order, shipment, Hand(stored.partner), message.transmission_id)

    return write
