"""Every verb's way into the store: credit and review have their word, then all that follows goes in one transaction.

What follows from a change of an order: the row, its revision and its events; print jobs when it is let go to the dock;
void papers when it leaves it; an answer to the customer once it is decided.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from uuid_utils.compat import uuid7

from gateway import credit
from gateway.credit import CreditDesk
from gateway.papers import Wanted, request_papers, void_papers
from gateway.reviewing import ReviewDesk
from gateway.road import Road
from gateway.telling import Cause as Cause
from gateway.telling import Told, tell
from orders import desk
from orders.control import Unanswered
from orders.life import UNDECIDED
from orders.masters import Customer
from orders.order import SalesOrder
from orders.outcome import SYSTEM, Change, OrderEvent
from orders.values import AcknowledgmentState, OrderState
from partners.partner import Agreement, Storefront, TradingPartner, nobody
from queues.message import Message
from queues.queue import publish, publish_all
from store import orders, partners
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


class Decisions:
    """Credit and review for the orders of one transaction; what they need is read once for all of them.

    A customer's account is locked: two orders of one customer cannot both be measured against the same headroom.
    """

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self._profiles: dict[str, TradingPartner] = {}
        self._credit = CreditDesk(conn)
        self.reviews = ReviewDesk(conn)

    def profile(self, name: str) -> TradingPartner:
        """A partner's profile."""
        if name not in self._profiles:
            self._profiles[name] = profile_named(self._conn, name)
        return self._profiles[name]

    def lock(self, partners: Iterable[str]) -> None:
        """Lock the accounts of many, in one order for all who do: two never wait for each other."""
        for name in sorted({self.profile(partner).customer or "" for partner in partners}):
            self.customer(name or None)

    def customer(self, name: str | None) -> Customer | None:
        """A customer's record, locked until the transaction ends."""
        return self._credit.customer(name)

    def decided(self, change: Change, profile: TradingPartner, at: datetime) -> Change:
        """The change with what credit and review say of it, if the order waits for their word."""
        order = change.order
        if order.order_state not in UNDECIDED:
            return change
        if change.is_new_content:
            order = self.reviews.with_agreed_prices(order, profile)
            change = change if order is change.order else desk.settled(change, order)
        said = self._credit.decide(order, profile, at)
        stops = self.reviews.stops(order, profile, self.customer, at)
        checked = change.then(desk.check(order, said, stops, at, new_hold_id))
        self._credit.take(checked.order)
        return checked

    def keep(self) -> None:
        """Note what credit said, with every figure."""
        self._credit.keep()


def decided(conn: Connection, change: Change, profile: TradingPartner, at: datetime) -> Change:
    """The change with what credit and review say of it, if the order waits for their word."""
    decisions = Decisions(conn)
    changed = decisions.decided(change, profile, at)
    decisions.keep()
    return changed


@dataclass(frozen=True)
class Kept:
    """A change of an order on its way into the store."""

    change: Change
    profile: TradingPartner
    cause: Cause


def enter(road: Road, conn: Connection, change: Change, profile: TradingPartner, cause: Cause) -> SalesOrder:
    """Store a new order with everything that follows from its entry.

    Raises:
        AlreadyExists: partner, PO number and release have an order already.
    """
    return enter_all(road, conn, [Kept(change, profile, cause)])[0]


def enter_all(road: Road, conn: Connection, entered: Sequence[Kept]) -> list[SalesOrder]:
    """Store new orders with everything that follows from their entry, in a few statements for all of them.

    Raises:
        AlreadyExists: partner, PO number and release of one of them have an order already.
    """
    stored = [_answering(one.change.order, one.profile) for one in entered]
    actors = [one.cause.actor for one in entered]
    orders.add(conn, *zip(stored, actors, strict=True), at=road.clock())
    _follow(road, conn, list(zip(entered, stored, strict=True)))
    return stored


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
    _follow(road, conn, [(Kept(change, profile, cause), order)])
    return order


def _follow(road: Road, conn: Connection, kept: Sequence[tuple[Kept, SalesOrder]]) -> None:
    now = road.clock()
    released: list[Wanted] = []
    answers: list[Message] = []
    for one, order in kept:
        change, cause = one.change, one.cause
        credit.follow(conn, change, order, now)
        if change.happened("dock.stopped"):
            # Released again in the same breath, it is the release before that is void.
            stopped = order.dock_release - change.happened("order.released")
            void_papers(conn, road, order, one.profile, stopped, cause.transmission_id)
        if change.happened("order.released"):
            released += [
                Wanted(order, one.profile, document, cause.transmission_id)
                for document in one.profile.printing.documents
            ]
        if any(may_answer(order, one.profile, owed) for owed in order.unanswered):
            name, body = f"answer:{order.order_id}:{order.version}", {"order_id": order.order_id}
            answers.append(Message("answer", name, body, cause.transmission_id))
    tell(conn, [Told(one.change, order, one.cause) for one, order in kept], now)
    request_papers(conn, road, released)
    if answers:
        publish_all(conn, answers, now)


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


def answer_agreed(profile: TradingPartner, owed: Unanswered) -> Agreement | Storefront | None:
    """By what our answer goes out: the partner's store, or an agreement; None when the partner wants none."""
    if profile.storefront and profile.storefront.answers:
        return profile.storefront
    return profile.sends("order-response", *ANSWERS[owed.responds_to])


def alarm_unanswered(conn: Connection, now: datetime) -> list[SalesOrder]:
    """Orders whose customer should have our answer by now; each is marked, and told on its timeline, once."""
    overdue = []
    for order_id in orders.answers_overdue(conn, now):
        order = orders.order_by_id(conn, order_id)
        marked = order.model_copy(update={"acknowledgment_state": AcknowledgmentState.OVERDUE})
        note = f"the customer should have our answer by {order.answer_due_at:%Y-%m-%d %H:%M} UTC"
        stored = orders.save(conn, marked, is_new_content=False, actor=SYSTEM, at=now)
        tell(conn, [Told(Change(stored, (OrderEvent("answer.overdue", note),)), stored, Cause())], now)
        overdue.append(stored)
    return overdue


def look_again(road: Road, conn: Connection, order: SalesOrder, cause: Cause) -> SalesOrder:
    """Credit and review look at an order again; holds whose time is over are let go.

    An approved order that nothing stops any more goes to the dock. One that is decided, or ended, stays as it is.
    """
    now = road.clock()
    profile = profile_of(conn, order)
    change = desk.expired(order, now)
    is_stopped = any(hold.source != "check" for hold in change.order.open_holds()) or desk.why_kept(order)
    if order.order_state in UNDECIDED:
        change = decided(conn, change, profile, now)
    elif order.order_state is OrderState.APPROVED and order.open_holds() and not is_stopped:
        change = change.then(credit.release(conn, change.order, profile, now))
    return order if change == Change(order) else keep(road, conn, change, profile, cause)


def wake_expired(conn: Connection, now: datetime) -> None:
    """Orders with a hold whose time is over are looked at again."""
    for order_id, version in orders.holds_expired(conn, now):
        # Named for the order as it stands: asked for again before it was done, it is done once.
        publish(conn, Message("check", f"check:{order_id}:expired:{version}", {"order_id": order_id}), now)
