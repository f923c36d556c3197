"""A line with our part, our unit and our price beside the customer's. Exact fractions until the amount is rounded.

A line is completed again whenever its order changes, so doing it twice gives the same.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any, NamedTuple

from orders.document import Line, Schedule
from orders.masters import BY_HAND, WITHOUT_REFERENCE, Catalogue, Part
from orders.money import EXACTLY, MOST_MONEY, MOST_PRICE, ZERO, as_decimal
from orders.prices import NO_PRICE, Answer, Asked, Price, price_of
from orders.units import ONE, converted, factor
from orders.values import BreakCounting, PriceBasis, PriceSource

SET_BY_A_PERSON = frozenset({PriceSource.MANUAL_OVERRIDE, PriceSource.QUOTE, PriceSource.PROMOTION})
"""Where a price is from that a person has set: it is kept."""
OURS = frozenset({PriceSource.PRICE_LIST, PriceSource.CONTRACT})
"""Where a price is from that is looked up anew."""
WHERE = {PriceSource.CUSTOMER: "the customer's", None: "none"}
Exact = Decimal | Fraction
SINGLE = Decimal(1)
"""The price basis where none is named."""
MOST_AMOUNT = MOST_MONEY - 1
"""An amount below it can be kept, however it is rounded."""
AMOUNT_PLACES = 12
"""Decimals of an amount before it is rounded to the coin: far more than any price times any quantity has."""


class Match(NamedTuple):
    """What our masters say of a line before it is priced: our part, and the line's unit in the part's.

    ``uom_factor`` None says that nobody knows how to convert; ``stock_quantity`` None beside a factor, that the result
    would not be whole.
    """

    part: Part | None
    uom: str
    uom_factor: Fraction | None
    stock_quantity: Decimal | None
    fields: dict[str, Any]
    """The line's fields that follow from it."""


def matched(line: Line, catalogue: Catalogue, on: date) -> Match:
    """Our part for a line, and the quantity in the unit we stock it in."""
    if line.part_match_rule == BY_HAND and line.part:
        part, rule = catalogue.parts.get(line.part), BY_HAND
    else:
        part, rule = catalogue.resolve(line.part_as_ordered, on)
        if part is None and line.part and line.part in catalogue.parts:
            part, rule = catalogue.parts[line.part], line.part_match_rule or BY_HAND
    uom = line.uom
    if not is_completed(line) and line.uom_as_received:
        uom = catalogue.units.get(line.uom_as_received, uom)
    fields: dict[str, Any] = {"part_match_rule": rule or None, "uom": uom}
    if part is None:
        fields |= {"stock_uom": None, "uom_factor": None, "stock_quantity": None}
        return Match(None, uom, None, None, fields)
    reference = None
    if rule not in WITHOUT_REFERENCE:
        reference = next((found for one in line.part_as_ordered if (found := catalogue.reference(one, on))), None)
        if reference is not None and reference.our_part != part.part:
            reference = None
    by = factor(uom, part, reference, line.uom_as_received)
    stock = None if by is None else converted(line.quantity, by, part.uom, part)
    fields |= {
        "part": part.part,
        "description": line.description or part.description,
        "pack_qty": line.pack_qty or (reference.pack_qty if reference else None) or part.pack_qty,
        "stock_uom": part.uom,
        "uom_factor": by,
        "stock_quantity": stock,
    }
    return Match(part, uom, by, stock, fields)


def is_completed(line: Line) -> bool:
    """Whether the line went through :func:`priced` before: what a clerk has changed since must stay."""
    return line.price_source is not None or line.stock_uom is not None


def priced(
    line: Line, match: Match, catalogue: Catalogue, currency: str | None, on: date, of_the_part: Decimal
) -> tuple[Line, str]:
    """A line with our part, our price, what differs from the customer's, and its amount; and where the price stands.

    Prices stand per the customer's price basis: one who prices per hundred is compared per hundred. What a person has
    set stays, and so does a line of no charge. Without any price of ours the customer's is taken, and ``price_source``
    says so; with one that cannot be used (another currency, a unit nobody can convert) there is no price at all.

    Args:
        match: what :func:`matched` found for the line.
        catalogue: our masters.
        currency: the order's.
        on: the day of the order, for which a price must hold.
        of_the_part: how much the whole order asks of the part, in the part's unit.
    """
    part = match.part
    basis, theirs = line.price_basis_qty or SINGLE, line.price_as_received
    asked = Asked(match.uom, match.uom_factor, line.quantity, of_the_part, on, currency)
    found = price_of(part, asked, catalogue) if part else NO_PRICE
    listed = _shown(found.price, basis) if found.price else None
    if listed is not None and listed >= MOST_PRICE:
        found, listed = Answer(is_barred=True), None
    price, exact, source = _chosen(line, found, listed)
    schedules = _deliveries(line, part, asked, catalogue, found)
    amount = _amount(line, schedules, exact)
    where = found.price.where if found.price and source in OURS else WHERE.get(source, "set by a person")
    done = line.model_copy(
        update=match.fields
        | {
            "unit_price": price,
            "price_source": source,
            "price_list_price": listed,
            "price_variance": None if theirs is None or listed is None else theirs - listed,
            "schedules": schedules,
            "extended_price": None if amount is None else catalogue.rounding.line(amount, currency),
            **_margin(line, match, amount, basis, currency),
        }
    )
    return done, where


def _shown(price: Price, basis: Decimal) -> Decimal:
    """A price as it is written, for so many units, without needless zeros."""
    if price.ratio is ONE and basis == 1:
        return price.stated.normalize() + 0
    return as_decimal(price.per_unit * Fraction(basis)).normalize() + 0


def _chosen(
    line: Line, found: Answer, listed: Decimal | None
) -> tuple[Decimal | None, Exact | None, PriceSource | None]:
    """The price as it is shown per basis, the same per unit as it is counted with, and where it is from."""
    basis_code, before = line.price_basis_code, line.price_source
    if basis_code and basis_code is PriceBasis.NO_CHARGE:
        return ZERO, ZERO, PriceSource.CUSTOMER
    if before and before in SET_BY_A_PERSON and line.unit_price is not None:
        return line.unit_price, _per_unit(line.unit_price, line.price_basis_qty), before
    if found.price is not None:
        exact = found.price.stated if found.price.ratio is ONE else found.price.per_unit
        return listed, exact, found.price.source
    if found.is_barred or line.price_as_received is None:
        return None, None, None
    return line.price_as_received, _per_unit(line.price_as_received, line.price_basis_qty), PriceSource.CUSTOMER


def _per_unit(price: Decimal, basis: Decimal | None) -> Exact:
    return Fraction(price) / Fraction(basis) if basis and basis != 1 else price


def _deliveries(
    line: Line, part: Part | None, asked: Asked, catalogue: Catalogue, found: Answer
) -> tuple[Schedule, ...]:
    """The schedules with prices of their own: the customer's for a delivery, or a break that one reaches by itself."""
    schedules = line.schedules
    if not schedules or line.price_basis_code is PriceBasis.NO_CHARGE or line.price_source in SET_BY_A_PERSON:
        return schedules
    by_delivery = found.price is not None and found.price.counting is BreakCounting.DELIVERY
    if not by_delivery and all(one.unit_price is None and one.price_source is None for one in schedules):
        return schedules
    return tuple(_delivery(one, line, part, asked, catalogue, by_delivery) for one in schedules)


def _delivery(
    one: Schedule, line: Line, part: Part | None, asked: Asked, catalogue: Catalogue, by_delivery: bool
) -> Schedule:
    if one.unit_price is not None and one.price_source not in OURS:
        return one if one.price_source else one.model_copy(update={"price_source": PriceSource.CUSTOMER})
    answer = NO_PRICE
    if by_delivery and part is not None:
        answer = price_of(part, asked._replace(quantity=one.quantity), catalogue)
    if answer.price is None:
        return one.model_copy(update={"unit_price": None, "price_source": None})
    basis = one.price_basis_qty or line.price_basis_qty or Decimal(1)
    price = _shown(answer.price, basis)
    if price >= MOST_PRICE:
        return one.model_copy(update={"unit_price": None, "price_source": None})
    return one.model_copy(update={"unit_price": price, "price_source": answer.price.source})


def _amount(line: Line, schedules: tuple[Schedule, ...], exact: Exact | None) -> Decimal | None:
    """What the line comes to: quantity times price, or the sum of its deliveries where these have prices of their own.

    What no delivery covers is counted at the line's price.
    """
    own = [one for one in schedules if one.unit_price is not None] if schedules else []
    if not own and isinstance(exact, Decimal):
        total = EXACTLY.multiply(line.quantity, exact)
        return total if abs(total) < MOST_AMOUNT else None
    amount = Fraction(0)
    rest = Fraction(line.quantity)
    if line.price_basis_code is not PriceBasis.NO_CHARGE:
        for one in own:
            assert one.unit_price is not None
            amount += Fraction(one.quantity) * Fraction(
                _per_unit(one.unit_price, one.price_basis_qty or line.price_basis_qty)
            )
            rest -= Fraction(one.quantity)
    if own and len(own) == len(schedules) and rest < 0:
        rest = Fraction(0)
    if rest and exact is None:
        return None
    total = as_decimal(amount + rest * Fraction(exact or 0), AMOUNT_PLACES)
    return total if abs(total) < MOST_AMOUNT else None


def _margin(
    line: Line, match: Match, amount: Decimal | None, basis: Decimal, currency: str | None
) -> dict[str, Decimal | None]:
    """Our cost per price basis and the margin in percent, where both are known and in one currency."""
    part, by = match.part, match.uom_factor
    if part is None or part.cost is None or by is None or currency not in (None, part.currency):
        return {"cost": line.cost, "margin_percent": line.margin_percent}
    cost = Fraction(part.cost) * by
    margin = None
    if amount:
        share = 1 - cost * Fraction(line.quantity) / Fraction(amount)
        margin = as_decimal(100 * share, 4) if abs(share) < 9 else None
    shown = as_decimal(cost * Fraction(basis)).normalize() + 0
    return {"cost": shown if shown < MOST_PRICE else None, "margin_percent": margin}
