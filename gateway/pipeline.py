"""The road on one page: every step from received bytes to paper and acknowledgment.

Each step reads what it needs, calls one pure room, and answers with a function that writes the result **and** the next
messages in the worker's one transaction. A step may run twice and takes effect once.

    translate → enter → check → papers → print → follow
        └─────→ send (acknowledgments)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from uuid_utils.compat import uuid7

from gateway import changes, printing_steps, translation
from gateway.channels import folder
from gateway.road import Road
from gateway.timeline import order_events
from orders import desk
from orders.credit import credit_decision
from orders.document import PurchaseOrder, PurchaseOrderChange
from orders.order import SalesOrder
from orders.review import Tolerances, review
from orders.values import OrderState
from partners.partner import PartnerError
from queues.message import Message
from queues.queue import publish
from queues.worker import Step, Write
from store import events, masters, orders, partners, transmissions
from store.database import Connection
from store.events import Event

ROAD_STEPS = ("translate", "enter", "check", "papers", "send")
PRINT_STEPS = ("print", "follow")
STEPS = ROAD_STEPS + PRINT_STEPS


class NoChannel(PartnerError):
    """The partner has no channel an answer could go out by: add one to the profile and replay the message."""

    code = "no-channel"


def steps(road: Road) -> Mapping[str, Step]:
    """Every step's name and function, ready for a worker."""
    functions: dict[str, Callable[[Road, Message], Write]] = {
        "translate": translation.translate,
        "enter": enter,
        "check": check,
        "papers": printing_steps.papers,
        "print": printing_steps.print_page,
        "follow": printing_steps.follow,
        "send": send,
    }
    return {name: partial(function, road) for name, function in functions.items()}


def enter(road: Road, message: Message) -> Write:
    """The order desk takes a document: a new order, a repeat of one it has, or a change of one."""

    def write(conn: Connection) -> None:
        now = road.clock()
        document = transmissions.document_by_id(conn, message.body["document_id"])
        if isinstance(document.content, PurchaseOrderChange):
            changes.take(road, conn, document, document.content, message)
            return
        content = document.content
        assert isinstance(content, PurchaseOrder), "only orders are entered"
        profile = partners.partner_by_name(conn, document.partner)
        existing = orders.order_by_key(conn, desk.idempotency_key(content))
        if existing is not None:
            hold_id = f"H-{uuid7().hex}"
            refuse = profile.review.duplicate_po == "refuse"
            change = desk.repeated(existing, content, document.transmission_id, now, hold_id, refuse=refuse)
            order = orders.save(conn, change.order, is_new_content=False, actor=desk.SYSTEM, at=now)
        else:
            order_id = uuid7().hex
            entry = desk.Entry(order_id, orders.new_number(conn, order_id), document.transmission_id, document.map, now)
            catalogue = masters.catalogue_for(conn, document.partner, content)
            customer = masters.customer_by_id(conn, profile.customer)
            change = desk.enter(content, entry, catalogue, customer)
            order = change.order
            orders.add(conn, order, desk.SYSTEM, now)
            publish(conn, _about(order, "check", message), now)
        transmissions.link_order(conn, document.document_id, order.order_id)
        events.record(conn, *order_events(change, now, desk.SYSTEM, document.transmission_id))
        changes.wake(conn, order, now)

    return write


def check(road: Road, message: Message) -> Write:
    """Credit and review: the order is held for a person, or approved and released to the dock.

    The decision is taken inside the transaction, with the customer's account locked: two orders of one customer cannot
    both be measured against the same headroom.
    """

    def write(conn: Connection) -> None:
        now = road.clock()
        order = orders.order_by_id(conn, message.body["order_id"])
        if order.order_state is not OrderState.VALIDATED:
            return  # decided before, or cancelled meanwhile
        profile = partners.partner_by_name(conn, order.content.partner or "")
        credit = None
        if profile.credit.check:
            customer = masters.lock_customer(conn, order.customer)
            open_total = orders.open_orders_total(conn, order.customer or "", without=order.order_id)
            credit = credit_decision(order.content, customer, open_total)
        policy = profile.review
        tolerances = Tolerances(policy.price_tolerance_percent, policy.price_tolerance_amount)
        stops = review(order.content, tolerances) if policy.check else ()
        change = desk.check(order, credit, stops, now, lambda: f"H-{uuid7().hex}")
        save_change(conn, change, message, road)

    return write


def save_change(conn: Connection, change: desk.Change, message: Message, road: Road, actor: str = desk.SYSTEM) -> None:
    """Store how an order stands after a verb, tell its timeline, and ask for papers once it is released."""
    now = road.clock()
    order = orders.save(conn, change.order, is_new_content=change.is_new_content, actor=actor, at=now)
    events.record(conn, *order_events(change, now, actor, message.transmission_id))
    if any(event.what == "order.released" for event in change.events):
        publish(conn, _about(order, "papers", message), now)


def send(road: Road, message: Message) -> Write:
    """An answer goes out by the partner's channel; the same name again replaces the same bytes."""
    with road.database.read() as conn:
        outbound = transmissions.transmission_by_id(conn, message.body["transmission_id"])
        profile = partners.partner_by_name(conn, outbound.partner or "")
    if not profile.channels:
        raise NoChannel(f"partner {profile.partner} has no channel for {outbound.name}: add one, then replay this")
    path = folder.send(road, profile.channels[0], outbound.name, road.archive.load(outbound.sha256))
    road.reached("after-send")

    def write(conn: Connection) -> None:
        transmissions.settle(conn, outbound.transmission_id, "sent")
        sent = Event(
            road.clock(),
            "transmission.sent",
            "acknowledged",
            note=outbound.name,
            ref=str(path),
            transmission_id=outbound.transmission_id,
        )
        events.record(conn, sent)

    return write


def _about(order: SalesOrder, step: str, cause: Message) -> Message:
    """A message about an order; its id is the same however often the cause is worked on."""
    body = {"order_id": order.order_id}
    return Message(step, f"{step}:{order.order_id}:{order.revision}", body, cause.transmission_id)
