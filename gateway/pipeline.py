"""The road on one page: every step from received bytes to paper and acknowledgment.

Each step reads what it needs, calls one pure room, and answers with a function that writes the result **and** the next
messages in the worker's one transaction. A step may run twice and takes effect once.

    translate → enter (credit, review, release) → render → print → follow
        │         └→ answer (855, 865, ORDRSP) ──┐
        └─────────────────────→ send ←───────────┴─ notify (856, 810, DESADV, INVOIC), feed (an ERP's own format)

What our own warehouse says has left is shipped (ship); what happens to an order may be a call to somebody (webhook).
Answers and notices for a store's order are told to the store's own API (write-back).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from gateway import (
    answers,
    confirming,
    credit,
    deciding,
    entering,
    feeding,
    printing_steps,
    translation,
    webhooks,
    write_back,
)
from gateway.channels import folder
from gateway.deciding import Cause
from gateway.road import Road
from gateway.storefronts.stores import Stores
from partners.partner import PartnerError
from queues.message import Message
from queues.worker import Step, StepOfMany, Write
from store import events, orders, partners, transmissions
from store.database import Connection
from store.events import Event

ROAD_STEPS = ("translate", "enter", "check", "answer", "notify", "render", "feed", "ship", "send")
PRINT_STEPS = ("print", "follow")
CALL_STEPS = ("webhook", write_back.STEP)
STEPS = ROAD_STEPS + PRINT_STEPS + CALL_STEPS


class NoChannel(PartnerError):
    """The partner has no channel an answer could go out by: add one to the profile and replay the message."""

    code = "no-channel"


def steps(road: Road) -> Mapping[str, Step]:
    """Every step's name and function, ready for a worker."""
    functions: dict[str, Callable[[Road, Message], Write]] = {
        "translate": translation.translate,
        "enter": enter,
        "check": check,
        "answer": answers.answer,
        "notify": answers.notify,
        "render": printing_steps.render,
        "print": printing_steps.print_page,
        "follow": printing_steps.follow,
        "feed": feeding.feed,
        "ship": confirming.ship,
        "send": send,
        "webhook": webhooks.call,
        write_back.STEP: partial(write_back.write_back, Stores(road)),
    }
    return {name: partial(function, road) for name, function in functions.items()}


def steps_of_many(road: Road) -> Mapping[str, StepOfMany]:
    """Steps that are faster with many messages at once."""
    return {"enter": partial(entering.enter, road)}


def enter(road: Road, message: Message) -> Write:
    """The order desk takes one document, as :func:`gateway.entering.enter` takes many."""
    write = entering.enter(road, [message])
    return lambda conn: write(conn, [message])


def check(road: Road, message: Message) -> Write:
    """Credit and review look at an order again: money came in, a limit or a master has changed.

    ``then`` names orders of the same customer that want the same headroom; they follow one by one.
    """

    def write(conn: Connection) -> None:
        order = orders.order_by_id(conn, message.body["order_id"])
        deciding.look_again(road, conn, order, Cause(transmission_id=message.transmission_id))
        credit.check_in_turn(conn, message.body.get("then", []), road.clock())

    return write


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
