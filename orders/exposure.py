"""What an order still puts at risk: shipped and not invoiced, or promised and not shipped. To the cent.

The order's grand total is spread over its deliveries by their share of the line amounts, so that charges, allowances
and tax go where the goods go. Tax that a marketplace collects is in no total of ours and so in no exposure.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, localcontext
from fractions import Fraction

from orders.document import Line, PurchaseOrder, Schedule
from orders.fulfilling import NOT_GOODS, deliveries
from orders.money import EXACTLY, minor_unit, round_money
from orders.order import SalesOrder
from orders.values import Commitment, LineStatus, OrderState, OrderType, PaymentMethod, PaymentStatus

ZERO, ONE = Decimal(0), Decimal(1)
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
    if content.payment_method is not PaymentMethod.PREPAID_CARD:
        return False
    return content.payment_status in (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED)


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
        day, total = _day(content, None), round_money(content.grand_total, content.currency)
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
    weights = {line.line_no: line.extended_price or ZERO for line in goods}
    if not any(weights.values()):
        weights = {line.line_no: line.quantity for line in goods}
    ordered, total = sum(weights.values(), ZERO), Fraction(content.grand_total or ZERO)
    if not ordered:
        return {_UNDATED: total}
    # Weight times quantity by kind and by the quantity it is divided by: a fraction for each delivery of ten thousand
    # lines would take seconds.
    parts: defaultdict[str, defaultdict[Decimal, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    with localcontext(EXACTLY):
        for line in goods:
            if line.line_status is LineStatus.CANCELLED:
                parts[_CANCELLED][ONE] += weights[line.line_no]
        for line, kind, quantity in _gone_and_to_go(order) if order.progress else _to_go(content, goods):
            if quantity:
                parts[kind][line.quantity] += weights.get(line.line_no, ZERO) * quantity
    return {
        kind: sum((Fraction(each) / Fraction(of) for of, each in some.items()), Fraction(0)) * total / Fraction(ordered)
        for kind, some in parts.items()
    }


def _is_whole(order: SalesOrder) -> bool:
    """Whether all of it goes at once and nothing has happened yet."""
    if order.progress:
        return False
    is_open = LineStatus.OPEN
    # Asked several times of every order.
    return all(line["line_status"] is is_open and not line["schedules"] for line in map(vars, order.content.lines))


def _to_go(content: PurchaseOrder, goods: Iterable[Line]) -> Iterator[tuple[Line, str, Decimal]]:
    """Every delivery of an order of which nothing is picked or shipped yet."""
    for line in goods:
        if line.line_status is not LineStatus.CANCELLED:
            for schedule in line.schedules:
                yield line, _kind(content, schedule), schedule.quantity
            if not line.schedules:
                yield line, _kind(content, None), line.quantity


def _gone_and_to_go(order: SalesOrder) -> Iterator[tuple[Line, str, Decimal]]:
    """How much of every delivery is invoiced, has left, was cancelled, and is still to go."""
    for one in deliveries(order):
        line, progress = one.line, one.progress
        yield line, _INVOICED, progress.invoiced
        yield line, _SHIPPED, progress.shipped - progress.invoiced
        yield line, _CANCELLED, max(ZERO, one.quantity - one.wanted)
        schedule = next((each for each in line.schedules if each.schedule_no == one.schedule_no), None)
        yield line, _kind(order.content, schedule), one.left


def _kind(content: PurchaseOrder, schedule: Schedule | None) -> str:
    if schedule and schedule.commitment is Commitment.PLANNED:
        return _PLANNED
    day = _day(content, schedule)
    return day.isoformat() if day else _UNDATED


def _day(content: PurchaseOrder, schedule: Schedule | None) -> date | None:
    """The day a delivery is to go, as near as the customer said; an earlier day never hides a risk."""
    said = (schedule.requested_ship_date, schedule.requested_delivery_date, schedule.not_before) if schedule else ()
    of_order = (content.requested_ship_date, content.requested_delivery_date, content.ship_not_before)
    return next((day for day in (*said, *of_order) if day is not None), None)
