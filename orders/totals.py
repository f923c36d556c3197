"""What an order comes to: rounded lines, allowances and charges, tax. Our figures; the customer's are controls.

    grand total = lines - allowances + charges + tax + rounding

Freight is among the charges; ``freight_total`` says how much of them it is. What is only told or billed back later, and
tax a marketplace collects, is in no total.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from orders.document import AllowanceCharge, Line, PurchaseOrder, TaxLine
from orders.money import MOST_MONEY, ZERO, Rounding, allocated, as_decimal
from orders.values import HandlingMethod, PercentBasis

FREIGHT_CODES = frozenset({"D240", "D500", "FC"})
"""Codes that say a charge is for carrying the goods (X12 1300, EDIFACT 7161 and UNTDID 7161)."""
NOT_ON_THE_INVOICE = frozenset({HandlingMethod.INFORMATION_ONLY, HandlingMethod.BILL_BACK})


class Settled(NamedTuple):
    """One allowance or charge with what it comes to."""

    entry: AllowanceCharge
    amount: Decimal

    @property
    def signed(self) -> Decimal:
        return self.amount if self.entry.is_charge else -self.amount


def totalled(order: PurchaseOrder, rounding: Rounding | None = None) -> PurchaseOrder:
    """The order with its totals. Percentages of the head are taken of the rounded lines."""
    rounding = rounding or Rounding()
    currency = order.currency
    lines_total = rounding.money(sum((line.extended_price or ZERO for line in order.lines), ZERO), currency)
    settled = [*of_the_head(order, lines_total, rounding)]
    for line in order.lines:
        if line.allowances or line.schedules:
            settled += of_a_line(line, currency, rounding)
    allowances = sum((one.amount for one in settled if not one.entry.is_charge), ZERO)
    charges = [one for one in settled if one.entry.is_charge]
    freight = sum((one.amount for one in charges if one.entry.code in FREIGHT_CODES), ZERO)
    charged = sum((one.amount for one in charges), ZERO)
    if not freight and order.freight_charge_to_customer:
        freight = rounding.money(order.freight_charge_to_customer, currency)
        charged += freight
    net = lines_total - allowances + charged
    tax, elsewhere = _tax(order, net, rounding)
    added = -elsewhere if order.prices_include_tax else tax
    totals: dict[str, Decimal | None] = {
        "lines_total": lines_total,
        "allowances_total": allowances,
        "charges_total": charged,
        "freight_total": freight or None,
        "tax_total": tax,
        "grand_total": net + added + (order.rounding_adjustment or ZERO),
    }
    if any(abs(one) >= MOST_MONEY for one in totals.values() if one is not None):
        totals = dict.fromkeys(totals)  # no such sum can be kept: review says so
    return order.model_copy(update=totals)


def net_amounts(order: PurchaseOrder, rounding: Rounding | None = None) -> tuple[Decimal, ...]:
    """What each line comes to with its own allowances and its share of the head's; together they are the net total.

    The head's amounts are shared out by the lines' amounts, largest remainder first.
    """
    rounding = rounding or Rounding()
    currency = order.currency
    own = [
        (line.extended_price or ZERO) + sum((one.signed for one in of_a_line(line, currency, rounding)), ZERO)
        for line in order.lines
    ]
    lines_total = rounding.money(sum((line.extended_price or ZERO for line in order.lines), ZERO), currency)
    head = sum((one.signed for one in of_the_head(order, lines_total, rounding)), ZERO)
    exact = sum((line.extended_price or ZERO for line in order.lines), ZERO)
    weights = [line.extended_price or ZERO for line in order.lines]
    shares = allocated(head + lines_total - exact, weights, currency)
    return tuple(one + share for one, share in zip(own, shares, strict=True))


def of_the_head(order: PurchaseOrder, lines_total: Decimal, rounding: Rounding) -> Iterator[Settled]:
    """The head's allowances and charges with their amounts."""
    quantities: dict[str | None, Decimal] = {}
    if any(one.rate is not None and one.rate_quantity is None for one in order.allowances):
        for line in order.lines:
            for unit in (line.uom, None):
                quantities[unit] = quantities.get(unit, ZERO) + line.quantity
    yield from settled_entries(order.allowances, lines_total, quantities, order.currency, rounding)


def of_a_line(line: Line, currency: str | None, rounding: Rounding) -> Iterator[Settled]:
    """The allowances and charges of a line and of its deliveries, with their amounts."""
    if line.allowances:
        quantities = {line.uom: line.quantity, None: line.quantity}
        yield from settled_entries(line.allowances, line.extended_price or ZERO, quantities, currency, rounding)
    for one in line.schedules:
        if one.allowances:
            share = Fraction(one.quantity) / Fraction(line.quantity) if line.quantity else Fraction(0)
            base = as_decimal(Fraction(line.extended_price or ZERO) * share)
            if one.unit_price is not None:
                basis = one.price_basis_qty or line.price_basis_qty or Decimal(1)
                base = as_decimal(Fraction(one.quantity) * Fraction(one.unit_price) / Fraction(basis))
            quantities = {one.uom or line.uom: one.quantity, None: one.quantity}
            yield from settled_entries(one.allowances, base, quantities, currency, rounding)


def settled_entries(
    entries: Iterable[AllowanceCharge],
    base: Decimal,
    quantities: dict[str | None, Decimal],
    currency: str | None,
    rounding: Rounding,
) -> Iterator[Settled]:
    """What allowances and charges come to, each rounded once, in the order they are stacked.

    Those of one step (``sequence``) are taken of the same base; a later step, of what the steps before leave. An entry
    without a step is taken of the full base, unless it says ``after-previous``.

    Args:
        entries: allowances and charges of one place.
        base: what percentages are taken of.
        quantities: by unit, what a rate counts when it names no quantity; None: all of it.
        currency: the order's.
        rounding: how each amount is rounded.
    """
    running = of_the_step = base
    step: int | None = None
    for entry in sorted(entries, key=lambda one: one.sequence or 0):
        if entry.sequence is None or entry.sequence != step:
            of_the_step, step = running, entry.sequence
        is_stacked = entry.percent_basis is PercentBasis.AFTER_PREVIOUS or (
            entry.percent_basis is None and entry.sequence is not None
        )
        amount = rounding.money(_amount(entry, of_the_step if is_stacked else base, quantities), currency)
        if entry.handling_method in NOT_ON_THE_INVOICE:
            continue
        running += amount if entry.is_charge else -amount
        yield Settled(entry, amount)


def _amount(entry: AllowanceCharge, base: Decimal, quantities: dict[str | None, Decimal]) -> Decimal:
    """The amount that is stated, before a percentage, before a rate: who states it has done the sum."""
    if entry.amount is not None:
        return entry.amount
    if entry.percent is not None:
        return base * entry.percent / 100
    quantity = entry.rate_quantity if entry.rate_quantity is not None else quantities.get(entry.rate_uom, ZERO)
    return (entry.rate or ZERO) * quantity


def _tax(order: PurchaseOrder, net: Decimal, rounding: Rounding) -> tuple[Decimal, Decimal]:
    """The tax we charge, and that which a marketplace collects.

    The head's taxes are those of the whole order; only without any are the lines' taxes summed. The customer's own sum
    (``tax_amount_total``) is a control: some add it to what they pay, some do not.
    """
    rows = [(row, net) for row in order.tax_lines]
    if not rows:
        rows = [(row, line.extended_price or ZERO) for line in order.lines for row in line.taxes]
    ours = elsewhere = ZERO
    for row, base in rows:
        amount = rounding.money(_of_a_row(row, base, bool(order.prices_include_tax)), order.currency)
        if row.collected_by_marketplace:
            elsewhere += amount
        else:
            ours += amount
    return ours, elsewhere


def _of_a_row(row: TaxLine, base: Decimal, is_inside: bool) -> Decimal:
    if row.tax_amount is not None:
        return row.tax_amount
    if row.tax_rate is None or row.tax_exempt_code:
        return ZERO
    if row.tax_basis is not None:
        return row.tax_basis * row.tax_rate / 100
    return base * row.tax_rate / (100 + row.tax_rate) if is_inside else base * row.tax_rate / 100
