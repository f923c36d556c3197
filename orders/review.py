"""Review: what a careful clerk would look at before the dock starts. Rule numbers R1 ... are ours.

Each rule is a function from the priced order to its stops; :func:`review` runs them all, so that a person sees
everything at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from orders.document import Line, PurchaseOrder
from orders.rules import Stop, plain
from orders.values import HoldKind, LineStatus, Severity

ZERO = Decimal(0)
CENT = Decimal("0.01")
LEAST_TOTAL_TOLERANCE = Decimal("0.05")
FACTORS_OF_A_WRONG_BASIS = (Decimal(100), Decimal(1000))


@dataclass(frozen=True)
class Tolerances:
    """How far the customer's price may be from ours before rule R1 stops: percent, or amount per price basis."""

    price_percent: Decimal = ZERO
    price_amount: Decimal = Decimal("0.05")


def review(order: PurchaseOrder, tolerances: Tolerances) -> tuple[Stop, ...]:
    """Every stop and note the rules have for a priced order."""
    return tuple(stop for rule in _RULES for stop in rule(order, tolerances))


def _price_differs(order: PurchaseOrder, tolerances: Tolerances) -> Iterator[Stop]:
    for line in order.lines:
        variance, listed = line.price_variance, line.price_list_price
        if variance is None or listed is None or line.price_as_received is None:
            continue
        if abs(variance) <= max(tolerances.price_amount, listed * tolerances.price_percent / 100):
            continue
        rule, hint = "R1", ""
        if _looks_like_a_wrong_basis(line.price_as_received, listed):
            rule, hint = "R2", "; it looks like a price for another number of units"
        yield _hold(
            rule,
            f"line {line.line_no}: customer's price {plain(line.price_as_received)} against ours {plain(listed)}, "
            f"difference {plain(variance)}{hint}",
            _path(line, "price_as_received"),
            customer_price=plain(line.price_as_received),
            our_price=plain(listed),
            difference=plain(variance),
        )


def _looks_like_a_wrong_basis(theirs: Decimal, ours: Decimal) -> bool:
    if not theirs or not ours:
        return False
    ratio = max(theirs / ours, ours / theirs)
    return any(abs(ratio / factor - 1) < CENT * 5 for factor in FACTORS_OF_A_WRONG_BASIS)


def _part_unknown(order: PurchaseOrder, _: Tolerances) -> Iterator[Stop]:
    for line in order.lines:
        if line.part is None:
            ids = ", ".join(f"{one.qualifier} {one.value}" for one in line.part_as_ordered) or "no part number"
            yield _hold(
                "R3", f"line {line.line_no}: no part of ours for {ids}", _path(line, "part"), part_as_ordered=ids
            )


def _price_missing(order: PurchaseOrder, _: Tolerances) -> Iterator[Stop]:
    for line in order.lines:
        if line.unit_price is not None or line.part is None:
            continue
        if line.price_as_received is not None and line.uom_factor is not None:
            yield _hold(
                "R22",
                f"line {line.line_no}: our price of {line.part} is in another currency than {order.currency}",
                _path(line, "unit_price"),
                currency=order.currency or "",
            )
        elif line.price_as_received is None:
            yield _hold(
                "R1",
                f"line {line.line_no}: no price, neither from the customer nor on our list",
                _path(line, "unit_price"),
            )


def _unit_unknown(order: PurchaseOrder, _: Tolerances) -> Iterator[Stop]:
    for line in order.lines:
        if line.stock_uom is None or line.stock_quantity is not None:
            continue
        if line.uom_factor is None:
            why = f"nobody has said how many {line.stock_uom} are in one {line.uom}: add it to the part's conversions"
        else:
            why = f"{plain(line.quantity)} {line.uom} are no whole number of {line.stock_uom}"
        yield _hold("R6", f"line {line.line_no}: {why}", _path(line, "uom"), uom=line.uom, stock_uom=line.stock_uom)


def _quantity_odd(order: PurchaseOrder, _: Tolerances) -> Iterator[Stop]:
    for line in order.lines:
        if line.quantity <= 0 and line.line_status is not LineStatus.CANCELLED:
            yield _hold("R7", f"line {line.line_no}: quantity {plain(line.quantity)}", _path(line, "quantity"))


def controls_agree(order: PurchaseOrder) -> bool:
    """Whether the customer's control figures, where there are any, fit the order as it is."""
    return not any(stop.severity is Severity.HOLD for stop in _totals_differ(order, Tolerances()))


def _totals_differ(order: PurchaseOrder, _: Tolerances) -> Iterator[Stop]:
    if order.grand_total is None and order.lines:
        yield _hold("R15", "the order's total is larger than any we can keep: look at its amounts", "grand_total")
    theirs = order.total_as_received
    if theirs is not None and order.grand_total is not None:
        tolerance = max(CENT * len(order.lines), LEAST_TOTAL_TOLERANCE)
        difference = theirs - order.grand_total
        if difference:
            yield Stop(
                HoldKind.REVIEW,
                "R15",
                f"customer's total {plain(theirs)} against ours {plain(order.grand_total)}",
                Severity.HOLD if abs(difference) > tolerance else Severity.NOTE,
                "total_as_received",
                {"customer_total": plain(theirs), "our_total": plain(order.grand_total)},
            )
    count = order.line_count_as_received
    if count is not None and count != len(order.lines):
        yield _hold(
            "R15", f"customer counted {count} lines, the order has {len(order.lines)}", "line_count_as_received"
        )


def _schedules_differ(order: PurchaseOrder, _: Tolerances) -> Iterator[Stop]:
    for line in order.lines:
        scheduled = sum((schedule.quantity for schedule in line.schedules), ZERO)
        if line.schedules and scheduled != line.quantity:
            yield _hold(
                "R16",
                f"line {line.line_no}: deliveries sum to {plain(scheduled)}, ordered are {plain(line.quantity)}",
                _path(line, "schedules"),
                scheduled=plain(scheduled),
                ordered=plain(line.quantity),
            )


def _hold(rule: str, reason: str, field_path: str, **figures: str) -> Stop:
    return Stop(HoldKind.REVIEW, rule, reason, field_path=field_path, figures=figures)


def _path(line: Line, field: str) -> str:
    return f"lines[{line.line_no}].{field}"


_RULES: tuple[Callable[[PurchaseOrder, Tolerances], Iterator[Stop]], ...] = (
    _price_differs,
    _price_missing,
    _part_unknown,
    _unit_unknown,
    _quantity_odd,
    _totals_differ,
    _schedules_differ,
)
