"""Every verb's way into the store: credit and review have their word, then all that follows goes in one transaction.

What follows from a change of an order: the row, its revision and its events; print jobs when it is let go to the dock;
void papers when it leaves it; an answer to the customer once it is decided.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from uuid_utils.compat import uuid7

from gateway import credit
from gateway.papers import request_papers, void_papers
from gateway.road import Road
from gateway.timeline import order_events
from orders import desk
from orders.control import Unanswered
from orders.life import UNDECIDED
from orders.order import SalesOrder
from orders.outcome import SYSTEM, Change, OrderEvent
from orders.review import Tolerances, review
from orders.values import AcknowledgmentState, OrderState
from partners.partner import Agreement, TradingPartner, nobody
from queues.message import Message
from queues.queue import publish
from store import events, orders, partners
from store.database import Connection
from store.errors import NotFound

ANSWERS = {"order": ("855", "ORDRSP"), "change": ("865", "ORDRSP")}
"""The sets an answer may go out as, by what it answers."""
_OPEN_QUESTION = UNDECIDED | {
    OrderState.RECEIVED,
    OrderState.DRAFT,
    OrderState.INCOMPLETE,
    OrderState.CHANGE_PENDING,
    OrderState.CANCEL_REQUESTED,
}
"""States in which we cannot give our word yet."""


@dataclass(frozen=True)
class Cause:
    """Who or what changes an order: a user or ``system``, by a transmission or not."""

    actor: str = SYSTEM
    transmission_id: str | None = None


def new_hold_id() -> str:
    """The key of a new hold."""
    return f"H-{uuid7().hex}"


def profile_of(conn: Connection, order: SalesOrder) -> TradingPartner:
    """The policies an order is treated by."""
    return profile_named(conn, order.content.partner)


def profile_named(conn: Connection, name: str | None) -> TradingPartner:
    """A partner's profile; or the usual policies, for an order that no partner of ours sent."""
    try:
        return partners.partner_by_name(conn, name or "")
    except NotFound:
        return nobody(name or "")


def decided(conn: Connection, change: Change, profile: TradingPartner, at: datetime) -> Change:
    """The change with what credit and review say of it, if the order waits for their word.

    The customer's account is locked: two orders of one customer cannot both be measured against the same headroom.
    """
    order = change.order
    if order.order_state not in UNDECIDED:
        return change
    said = credit.decide(conn, order, profile, at)
    policy = profile.review
    tolerances = Tolerances(policy.price_tolerance_percent, policy.price_tolerance_amount)
    stops = review(order.content, tolerances) if policy.check else ()
    return change.then(desk.check(order, said, stops, at, new_hold_id))


def enter(road: Road, conn: Connection, change: Change, profile: TradingPartner, cause: Cause) -> SalesOrder:
    """Store a new order with everything that follows from its entry.

    Raises:
        AlreadyExists: partner, PO number and release have an order already.
    """
    now = road.clock()
    order = _answering(change.order, profile)
    orders.add(conn, order, cause.actor, now)
    _follow(road, conn, change, order, profile, cause)
    return order


def keep(road: Road, conn: Connection, change: Change, profile: TradingPartner, cause: Cause) -> SalesOrder:
    """Store how an order stands after a verb, with everything that follows; the order with its new version.

    Raises:
        Conflict: somebody changed the order since it was read.
        AlreadyExists: a typed order was given the partner, PO number and release of another.
    """
    now = road.clock()
    order = orders.save(
        conn,
        _answering(change.order, profile),
        is_new_content=change.is_new_content,
        actor=cause.actor,
        at=now,
        reason=change.reason,
    )
    _follow(road, conn, change, order, profile, cause)
    return order


def _follow(
    road: Road, conn: Connection, change: Change, order: SalesOrder, profile: TradingPartner, cause: Cause
) -> None:
    now = road.clock()
    events.record(conn, *order_events(change, now, cause.actor, cause.transmission_id))
    credit.follow(conn, change, order, now)
    if change.happened("dock.stopped"):
        # Released again in the same breath, it is the release before that is void.
        stopped = order.dock_release - change.happened("order.released")
        void_papers(conn, road, order, profile, stopped, cause.transmission_id)
    if change.happened("order.released"):
        request_papers(conn, road, order, profile, cause.transmission_id)
    if any(may_answer(order, profile, owed) for owed in order.unanswered):
        body = {"order_id": order.order_id}
        publish(conn, Message("answer", f"answer:{order.order_id}:{order.version}", body, cause.transmission_id), now)


def may_answer(order: SalesOrder, profile: TradingPartner, owed: Unanswered) -> bool:
    """Whether the customer can have our word: the order is decided, or they want to know no more than that it came."""
    agreement = answer_agreed(profile, owed)
    at_once = agreement is not None and agreement.when == "received" and owed.responds_to == "order"
    return at_once or order.order_state not in _OPEN_QUESTION


def _answering(order: SalesOrder, profile: TradingPartner) -> SalesOrder:
    """The order owing only such answers as the partner wants to get, and until when."""
    agreed = [(owed, answer_agreed(profile, owed)) for owed in order.unanswered]
    owed = tuple(one for one, agreement in agreed if agreement)
    if owed == order.unanswered and (not owed or order.acknowledgment_state is not None):
        return order
    hours = [agreement.within_hours for _, agreement in agreed if agreement and agreement.within_hours]
    received = order.content.received_at
    due_at = received + timedelta(hours=float(min(hours))) if hours and received else None
    state = AcknowledgmentState.DUE if owed else order.acknowledgment_state
    return order.model_copy(update={"unanswered": owed, "acknowledgment_state": state, "answer_due_at": due_at})


def answer_agreed(profile: TradingPartner, owed: Unanswered) -> Agreement | None:
    """The agreement for sending our answer; None when the partner wants none."""
    return profile.sends(*ANSWERS[owed.responds_to])


def alarm_unanswered(conn: Connection, now: datetime) -> list[SalesOrder]:
    """Orders whose customer should have our answer by now; each is marked, and told on its timeline, once."""
    overdue = []
    for order_id in orders.answers_overdue(conn, now):
        order = orders.order_by_id(conn, order_id)
        marked = order.model_copy(update={"acknowledgment_state": AcknowledgmentState.OVERDUE})
        note = f"the customer should have our answer by {order.answer_due_at:%Y-%m-%d %H:%M} UTC"
        orders.save(conn, marked, is_new_content=False, actor=SYSTEM, at=now)
        events.record(conn, *order_events(Change(marked, (OrderEvent("answer.overdue", note),)), now, SYSTEM, None))
        overdue.append(marked)
    return overdue
