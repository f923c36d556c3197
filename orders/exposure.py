"""What an order still puts at risk: shipped and not invoiced, or promised and not shipped. To the cent.

The order's grand total is spread over its deliveries by their share of the line amounts, so that charges, allowances
and tax go where the goods go. Tax that a marketplace collects is in no total of ours and so in no exposure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction

from orders.document import PurchaseOrder, Schedule
from orders.fulfilling import NOT_GOODS, Delivery, deliveries
from orders.money import minor_unit
from orders.order import SalesOrder
from orders.values import Commitment, LineStatus, OrderState, OrderType, PaymentMethod, PaymentStatus

ZERO = Decimal(0)
COMMITTED = frozenset(
    {OrderState.APPROVED, OrderState.RELEASED, OrderState.CHANGE_PENDING, OrderState.CANCEL_REQUESTED}
)
"""States in which we have said yes: what is not shipped yet counts."""


@dataclass(frozen=True)
class OpenAmount:
    """What one order puts at risk, in its own currency."""

    shipped: Decimal = ZERO
    """Has left and is on no invoice yet."""
    undated: Decimal = ZERO
    """Is to be shipped; nobody said when."""
    dated: Mapping[date, Decimal] = field(default_factory=dict)
    """Is to be shipped, by day."""

    @property
    def total(self) -> Decimal:
        return self.shipped + self.undated + sum(self.dated.values(), ZERO)

    @property
    def latest(self) -> date | None:
        """The last day something is to be shipped on."""
        return max(self.dated, default=None)

    def until(self, horizon: date | None) -> Decimal:
        """What counts when only the days to the horizon do; None: all do."""
        if horizon is None:
            return self.total
        near = (amount for day, amount in self.dated.items() if day <= horizon)
        return self.shipped + self.undated + sum(near, ZERO)


def is_paid_elsewhere(content: PurchaseOrder) -> bool:
    """Nothing of it is ever owed on account: a marketplace pays, or a card that has been authorised."""
    if content.payment_method is PaymentMethod.MARKETPLACE:
        return True
    is_sure = content.payment_status in (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED)
    return content.payment_method is PaymentMethod.PREPAID_CARD and is_sure


def open_amount(order: SalesOrder, *, as_approved: bool = False) -> OpenAmount:
    """What the order puts at risk as it stands.

    Firm deliveries count once the order is approved; planned ones never do, nor does a blanket order, whose releases
    do. What was prepaid pays what is invoiced first, then what has left, then what goes next.

    Args:
        as_approved: count it as if we had said yes, for the decision whether to.
    """
    content = order.content
    is_sold = not content.test_indicator and content.order_type is not OrderType.BLANKET
    if not is_sold or is_paid_elsewhere(content) or not content.grand_total:
        return OpenAmount()
    counts = as_approved or order.order_state in COMMITTED
    prepaid = content.prepaid_amount or ZERO
    if _is_whole(order) and not prepaid:  # most orders
        day, total = _day(content, None), content.grand_total
        if not counts:
            return OpenAmount()
        return OpenAmount(dated={day: total}) if day else OpenAmount(undated=total)
    parts = _rounded(_shares(order), minor_unit(content.currency))
    _gone, prepaid = _paid(parts.pop(_INVOICED, ZERO), prepaid)
    shipped, prepaid = _paid(parts.pop(_SHIPPED, ZERO), prepaid)
    undated, prepaid = _paid(parts.pop(_UNDATED, ZERO), prepaid)
    dated: dict[date, Decimal] = {}
    for kind, amount in sorted(parts.items()):
        if kind not in (_CANCELLED, _PLANNED):
            left, prepaid = _paid(amount, prepaid)
            dated |= {date.fromisoformat(kind): left} if left else {}
    return OpenAmount(shipped, undated, dated) if counts else OpenAmount(shipped)


_CANCELLED, _INVOICED, _SHIPPED, _UNDATED, _PLANNED = "!0", "!1", "!2", "!3", "~"
"""Kinds of share beside the days, sorted as they are rounded: what is over first, planned deliveries last."""


def _paid(amount: Decimal, prepaid: Decimal) -> tuple[Decimal, Decimal]:
    """What is left of an amount after a prepayment, and of the prepayment."""
    used = min(amount, prepaid)
    return amount - used, prepaid - used


def _rounded(shares: Mapping[str, Fraction], places: int) -> dict[str, Decimal]:
    """The shares in whole minor units: running sums are rounded, so that the parts add up to the rounded whole."""
    unit = 10**places
    rounded: dict[str, Decimal] = {}
    running, before = Fraction(0), 0
    for kind in sorted(shares):
        running += shares[kind]
        here = int(running * unit + Fraction(1, 2))
        rounded[kind] = Decimal(here - before).scaleb(-places)
        before = here
    return rounded


def _shares(order: SalesOrder) -> dict[str, Fraction]:
    """The grand total, spread over what became or becomes of the goods; of free goods, by the piece."""
    content = order.content
    if _is_whole(order):
        day = _day(content, None)
        return {day.isoformat() if day else _UNDATED: Fraction(content.grand_total or ZERO)}
    goods = [line for line in content.lines if line.line_type not in NOT_GOODS and line.quantity]
    weights = {line.line_no: Fraction(line.extended_price or ZERO) for line in goods}
    if not any(weights.values()):
        weights = {line.line_no: Fraction(line.quantity) for line in goods}
    ordered, total = sum(weights.values(), Fraction(0)), Fraction(content.grand_total or ZERO)
    if not ordered:
        return {_UNDATED: total}
    shares: defaultdict[str, Fraction] = defaultdict(Fraction)
    for line in goods:
        if line.line_status is LineStatus.CANCELLED:
            shares[_CANCELLED] += weights[line.line_no] * total / ordered
    for one in deliveries(order):
        if weight := weights.get(one.line.line_no):
            for kind, quantity in _pieces(content, one):
                shares[kind] += weight * Fraction(quantity) / Fraction(one.line.quantity) * total / ordered
    return shares


def _is_whole(order: SalesOrder) -> bool:
    """Whether all of it goes at once and nothing has happened yet."""
    if order.progress:
        return False
    return not any(line.schedules or line.line_status is not LineStatus.OPEN for line in order.content.lines)


def _pieces(content: PurchaseOrder, one: Delivery) -> Iterator[tuple[str, Decimal]]:
    """How much of a delivery is invoiced, has left, was cancelled, and is still to go."""
    progress = one.progress
    yield _INVOICED, progress.invoiced
    yield _SHIPPED, progress.shipped - progress.invoiced
    yield _CANCELLED, max(ZERO, one.quantity - one.wanted)
    schedule = next((each for each in one.line.schedules if each.schedule_no == one.schedule_no), None)
    if schedule and schedule.commitment is Commitment.PLANNED:
        yield _PLANNED, one.left
        return
    day = _day(content, schedule)
    yield day.isoformat() if day else _UNDATED, one.left


def _day(content: PurchaseOrder, schedule: Schedule | None) -> date | None:
    """The day a delivery is to go, as near as the customer said; an earlier day never hides a risk."""
    said = (schedule.requested_ship_date, schedule.requested_delivery_date, schedule.not_before) if schedule else ()
    of_order = (content.requested_ship_date, content.requested_delivery_date, content.ship_not_before)
    return next((day for day in (*said, *of_order) if day is not None), None)
