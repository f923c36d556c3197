"""The feed step: an order goes to a partner of our own, such as the ERP, in the format agreed with it.

The partner's agreement says when (``feed = ["approved", "cancelled"]``) and by which map; each happening is written
once.
"""

from __future__ import annotations

from gateway.outbound import send_agreed
from gateway.road import Road
from gateway.telling import is_fed
from orders.content import Reference
from orders.document import Identifier, Line, PurchaseOrder
from orders.fulfilling import rolled_up
from orders.order import SalesOrder
from orders.values import Purpose
from queues.message import Message
from queues.worker import Write
from store import orders, partners
from store.database import Connection

OUR_NUMBER = "VN"
"""Our order number among the references of what is written (X12 128: vendor order number)."""
OUR_PART = "VP"
"""Our part number among the part's ids (X12 235: vendor's part)."""
PURPOSES = {
    "order.amended": Purpose.REPLACE,
    "order.cancelled": Purpose.CANCEL,
    "order.rejected": Purpose.CANCEL,
}
"""What the receiver is to do with it, where that is not to take a new order."""


def feed(road: Road, message: Message) -> Write:
    """Write an order out. What is no longer agreed is not written."""

    def write(conn: Connection) -> None:
        body = message.body
        profile = partners.partner_by_name(conn, body["partner"])
        same = (one for one in profile.agreements if (one.document, one.map) == (body["document"], body["map"]))
        agreement = next((one for one in same if is_fed(one, body["what"])), None)
        if agreement is None:
            return
        order = orders.order_by_id(conn, body["order_id"])
        document = fed_document(conn, order, body["revision"], body["what"])
        send_agreed(road, conn, profile, agreement, document, message.transmission_id, order.order_id)

    return write


def fed_document(conn: Connection, order: SalesOrder, revision: int, what: str) -> PurchaseOrder:
    """The order as the revision says it, with our number, parts and prices; of the last revision, with what
    is picked and shipped."""
    is_last = order.revision == revision
    content = rolled_up(order) if is_last else orders.revision_of(conn, order.order_id, revision).content
    ours = Reference(ref_type=OUR_NUMBER, ref_value=order.order_number)
    others = tuple(one for one in content.references if one.ref_type != OUR_NUMBER)
    purpose, lines = PURPOSES.get(what, Purpose.ORIGINAL), tuple(map(_ours, content.lines))
    return content.model_copy(update={"references": (ours, *others), "purpose_code": purpose, "lines": lines})


def _ours(line: Line) -> Line:
    """The line with our part number and our price where a map looks for the customer's."""
    update: dict[str, object] = {}
    if line.part:
        others = (one for one in line.part_as_ordered if one.qualifier != OUR_PART)
        update["part_as_ordered"] = (Identifier(qualifier=OUR_PART, value=line.part), *others)
    if line.unit_price is not None:
        update["price_as_received"] = line.unit_price
    return line.model_copy(update=update)
