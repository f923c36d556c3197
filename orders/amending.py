"""Corrections, cancellations and taking back: what may happen to an order after it was entered, at any stage.

Before anything is picked the desk decides alone, and papers that are out become void. Once the dock has goods in hand
it is asked first. What has left cannot be changed any more.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from orders.completing import completed
from orders.control import HoldRow, Unanswered
from orders.desk import validated
from orders.diff import Difference, differences
from orders.document import PurchaseOrder
from orders.fulfilling import cancelled_rest, goods_of
from orders.life import Verb
from orders.masters import Catalogue, Customer
from orders.order import OrderError, PendingChange, SalesOrder, after, may
from orders.outcome import Change, OrderEvent, let_go, moved, off_the_dock
from orders.review_head import controls_agree
from orders.values import CancelReason, FulfilmentState, OrderState

SHOWN_DIFFERENCES = 5


class BelowShipped(OrderError):
    """A delivery cannot become smaller than what has left already; amend it to at least that."""

    code = "below-shipped"


class NothingChanged(OrderError):
    """The order is as it was: what was sent does not differ from it."""

    code = "nothing-changed"


def amend(
    order: SalesOrder,
    content: PurchaseOrder,
    by: str,
    at: datetime,
    catalogue: Catalogue,
    customer: Customer | None,
    reason: str = "",
) -> Change:
    """The order's content becomes another: a new revision, decided upon anew; or the dock is asked first.

    Args:
        content: the whole order as it is to be. Our figures in it are computed again.

    Raises:
        IllegalTransition: the order is gone, or ended.
        NothingChanged: the content is the one it has.
        BelowShipped: more has left than a delivery would be.
    """
    wanted = completed(_without_spent_controls(order.content, content), catalogue, customer)
    changed = differences(order.content, wanted)
    if not changed:
        raise NothingChanged(f"order {order.order_number} is so already: nothing was changed")
    _check_shipped(order, wanted)
    if may(order, Verb.ASK_TO_AMEND):
        pending = PendingChange(content=wanted, by=by, at=at, reason=reason[:500] or None)
        told = OrderEvent("change.asked", f"the dock is asked: {in_short(changed)}")
        return moved(order, Verb.ASK_TO_AMEND, told, pending=pending)
    update, stopped = off_the_dock(order)
    told = OrderEvent("order.amended", in_short(changed) + (f": {reason}" if reason else ""))
    amended = moved(order, Verb.AMEND, told, *stopped, content=wanted, revision=order.revision + 1, **update)
    change = Change(amended.order, amended.events, is_new_content=True, reason=reason or None)
    return change if order.order_state is OrderState.DRAFT else change.then(validated(change.order))


def _without_spent_controls(before: PurchaseOrder, content: PurchaseOrder) -> PurchaseOrder:
    """Control figures that fitted have done their work: they are of the order as it was sent, not as it is corrected.

    Figures that did not fit stay, until the correction makes them fit or a person accepts the difference.
    """
    if content.lines == before.lines or not controls_agree(before):
        return content
    return content.model_copy(
        update={"total_as_received": None, "line_count_as_received": None, "hash_total_as_received": None}
    )


def confirm_change(order: SalesOrder, by: str, at: datetime) -> Change:
    """The dock has put back what it had picked: the change that waited becomes the order.

    Raises:
        IllegalTransition: no change waits.
        BelowShipped: meanwhile more has left than a delivery would be.
    """
    after(order, Verb.CONFIRM_CHANGE)
    pending = order.pending
    assert pending is not None, "a pending change has its content"
    _check_shipped(order, pending.content)
    put_back = tuple(one.model_copy(update={"picked": one.shipped, "packed": one.shipped}) for one in order.progress)
    told = OrderEvent("change.confirmed", f"by the dock ({by})")
    changed = moved(
        order,
        Verb.CONFIRM_CHANGE,
        told,
        content=pending.content,
        revision=order.revision + 1,
        pending=None,
        progress=put_back,
    )
    goods = goods_of(changed.order, FulfilmentState.OPEN)
    confirmed = Change(
        changed.order.model_copy(update={"fulfilment_state": goods}), changed.events, True, pending.reason
    )
    return confirmed.then(validated(confirmed.order))


def refuse_change(order: SalesOrder, by: str, reason: str) -> Change:
    """The dock cannot change it any more: the order stays as it was.

    Raises:
        IllegalTransition: no change waits.
    """
    told = OrderEvent("change.refused", f"by {by}: {reason}")
    return moved(order, Verb.REFUSE_CHANGE, told, pending=None, unanswered=_refused(order))


def cancel(order: SalesOrder, reason: CancelReason, by: str, at: datetime, note: str = "") -> Change:
    """The whole order is cancelled; what is picked, only when the dock says so; what has left stays sold.

    Raises:
        IllegalTransition: everything has left, or the order has ended.
    """
    told = f"{reason}, by {by}" + (f": {note}" if note else "")
    if may(order, Verb.ASK_TO_CANCEL):
        return moved(order, Verb.ASK_TO_CANCEL, OrderEvent("cancel.asked", told), pending=None, cancel_reason=reason)
    if may(order, Verb.CANCEL_THE_REST):
        return _rest_cancelled(order.model_copy(update={"cancel_reason": reason}), told, by, at)
    update, stopped = off_the_dock(order)
    return _ended(order, Verb.CANCEL, told, by, at, reason, *stopped, **update)


def confirm_cancel(order: SalesOrder, by: str, at: datetime) -> Change:
    """The dock has put everything back: the order is cancelled, or what of it has not left.

    Raises:
        IllegalTransition: nobody asked for it.
    """
    told = f"the dock ({by}) has put the goods back"
    if may(order, Verb.CANCEL_THE_REST):
        return _rest_cancelled(order, told, by, at)
    reason = order.cancel_reason or CancelReason.OTHER
    return _ended(order, Verb.CONFIRM_CANCEL, told, by, at, reason, fulfilment_state=FulfilmentState.OPEN, progress=())


def refuse_cancel(order: SalesOrder, by: str, reason: str) -> Change:
    """The dock cannot stop it any more: the order goes on.

    Raises:
        IllegalTransition: nobody asked for it.
    """
    told = OrderEvent("cancel.refused", f"by {by}: {reason}")
    return moved(order, Verb.REFUSE_CANCEL, told, cancel_reason=None, unanswered=_refused(order))


def take_back(order: SalesOrder, by: str, reason: str) -> Change:
    """A release was a mistake: nothing is picked yet, the papers are void, the order stays approved.

    Raises:
        IllegalTransition: it is not at the dock, or the dock has begun.
    """
    update, stopped = off_the_dock(order)
    told = OrderEvent("order.taken_back", f"by {by}: {reason}")
    return moved(order, Verb.TAKE_BACK, told, *stopped, dock_released_at=None, printed_at=None, **update)


def reopen(order: SalesOrder, by: str, reason: str) -> Change:
    """An ended order lives again, and is checked again as if it had just come.

    Raises:
        IllegalTransition: it has not ended, or goods of it have left.
    """
    told = OrderEvent("order.reopened", f"by {by}: {reason}")
    fields: dict[str, Any] = {"cancel_reason": None, "cancelled_by": None, "cancelled_at": None, "waivers": ()}
    change = moved(order, Verb.REOPEN, told, **fields)
    return change.then(validated(change.order))


def _refused(order: SalesOrder) -> tuple[Unanswered, ...]:
    """The dock said no: so do we, to every change that is not answered yet."""
    return tuple(
        one.model_copy(update={"is_refused": True}) if one.responds_to == "change" else one for one in order.unanswered
    )


def in_short(changed: tuple[Difference, ...]) -> str:
    """What changed, for one line of a timeline."""
    told = [f"{one.path} {_shown(one.before)} → {_shown(one.after)}" for one in changed[:SHOWN_DIFFERENCES]]
    more = len(changed) - len(told)
    return "; ".join(told) + (f"; {more} more" if more > 0 else "")


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    return "…" if isinstance(value, dict | list) else str(value)[:40]


def _check_shipped(order: SalesOrder, wanted: PurchaseOrder) -> None:
    lines = {line.line_no: line for line in wanted.lines}
    for one in order.progress:
        line = lines.get(one.line_no)
        schedules = {schedule.schedule_no: schedule.quantity for schedule in line.schedules} if line else {}
        left = schedules.get(one.schedule_no, 0) if schedules else line.quantity if line else 0
        if one.shipped > left:
            raise BelowShipped(
                f"order {order.order_number}, line {one.line_no}, delivery {one.schedule_no}: "
                f"{one.shipped.normalize():f} have left, so it cannot become {left:f}"
            )


def _rest_cancelled(order: SalesOrder, told: str, by: str, at: datetime) -> Change:
    rest = cancelled_rest(order)
    return moved(
        order,
        Verb.CANCEL_THE_REST,
        OrderEvent("order.rest_cancelled", told),
        pending=None,
        progress=rest.progress,
        holds=_without_holds(order, by, at),
        fulfilment_state=goods_of(rest, order.fulfilment_state),
    )


def _without_holds(order: SalesOrder, by: str, at: datetime) -> tuple[HoldRow, ...]:
    return tuple(let_go(hold, by, at, "cancelled") if hold.is_open else hold for hold in order.holds)


def _ended(
    order: SalesOrder,
    verb: Verb,
    told: str,
    by: str,
    at: datetime,
    reason: CancelReason,
    *events: OrderEvent,
    **fields: Any,
) -> Change:
    return moved(
        order,
        verb,
        OrderEvent("order.cancelled", told),
        *events,
        holds=_without_holds(order, by, at),
        pending=None,
        cancel_reason=reason,
        cancelled_by=by,
        cancelled_at=at,
        **fields,
    )
