"""Money never leaks: parts add up, the order of lines does not matter, and nothing is ever a float."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from orders.completing import completed
from orders.document import AllowanceCharge, Line, PurchaseOrder, Schedule
from orders.masters import Catalogue
from orders.money import allocated, as_decimal
from orders.totals import net_amounts
from tests import factories

amounts = st.decimals("-100000", "100000", places=2)
currencies = st.sampled_from(["USD", "JPY", "KWD", "CLF"])
quantities = st.decimals("1", "5000", places=0)
percents = st.decimals("0", "100", places=4)


@given(amounts, st.lists(st.decimals("0", "10000", places=2), min_size=1, max_size=30), currencies)
def test_shares_add_up_to_the_amount(amount: Decimal, weights: list[Decimal], currency: str) -> None:
    assert sum(allocated(amount, weights, currency)) == amount


@given(amounts, st.lists(st.decimals("1", "10000", places=2), min_size=1, max_size=30))
def test_no_share_is_a_coin_away_from_what_is_fair(amount: Decimal, weights: list[Decimal]) -> None:
    for share, weight in zip(allocated(amount, weights, "USD"), weights, strict=True):
        assert abs(Fraction(share) - Fraction(amount) * Fraction(weight) / Fraction(sum(weights))) < Fraction(1, 100)


@given(st.fractions(), st.integers(0, 6))
def test_ratio_becomes_the_nearest_decimal(value: Fraction, places: int) -> None:
    assert abs(Fraction(as_decimal(value, places)) - value) * 2 <= Fraction(1, 10**places)


@st.composite
def lines(draw: st.DrawFn, number: int) -> Line:
    quantity = draw(quantities)
    cut = draw(st.decimals("0", quantity, places=0))
    own = draw(st.none() | st.decimals("0", "100", places=4))
    entries = tuple(
        AllowanceCharge(is_charge=draw(st.booleans()), percent=percent)
        for percent in draw(st.lists(percents, max_size=2))
    )
    schedules = (
        Schedule(schedule_no=1, quantity=cut, unit_price=own),
        Schedule(schedule_no=2, quantity=quantity - cut),
    )
    return factories.line(
        number, quantity=quantity, uom=draw(st.sampled_from(["EA", "DZN"])), schedules=schedules, allowances=entries
    )


def some_lines() -> st.SearchStrategy[list[Line]]:
    return st.integers(1, 8).flatmap(lambda count: st.tuples(*map(lines, range(1, count + 1))).map(list))


def order_of(rows: list[Line], off: Decimal, price: Decimal) -> tuple[Decimal, ...]:
    allowances = (AllowanceCharge(is_charge=False, percent=off),)
    document = factories.purchase_order(lines=tuple(rows), allowances=allowances)
    order = completed(document, factories.catalogue(factories.part(list_price=price)), factories.customer())
    assert order.grand_total is not None
    assert sum(net_amounts(order)) == order.grand_total
    assert completed(order, factories.catalogue(factories.part(list_price=price)), factories.customer()) == order
    assert not list(floats(order))
    return order.grand_total, *sorted(line.extended_price or Decimal(0) for line in order.lines)


def floats(value: object) -> list[object]:
    if isinstance(value, BaseModel):
        return [found for _, inner in value for found in floats(inner)]
    if isinstance(value, tuple | list):
        return [found for inner in value for found in floats(inner)]
    return [value] if isinstance(value, float) else []


@given(some_lines(), percents, st.decimals("0", "1000", places=6), st.randoms(use_true_random=False))
def test_order_of_the_lines_does_not_matter_and_the_parts_add_up(
    rows: list[Line], off: Decimal, price: Decimal, chance: random.Random
) -> None:
    shuffled = list(rows)
    chance.shuffle(shuffled)
    assert order_of(rows, off, price) == order_of(shuffled, off, price)


@given(
    st.decimals("0", "999999999999.999999", places=6),
    st.decimals("0", "999999999999.999999", places=6),
    st.decimals("0.000001", "999999999999.999999", places=6),
    st.decimals("0", "99999999999999.9999", places=4),
    st.fractions(Fraction(1, 10**9), 10**9),
)
def test_whatever_is_ordered_can_be_stored_and_read_back(
    quantity: Decimal, price: Decimal, basis: Decimal, charge: Decimal, size: Fraction
) -> None:
    part = factories.part(list_price=price, cost=price, conversions={"CS": size})
    entries = (AllowanceCharge(is_charge=True, amount=charge), AllowanceCharge(is_charge=True, rate=price))
    rows = tuple(
        factories.line(number, quantity=quantity, uom=uom, price_basis_qty=basis, allowances=entries)
        for number, uom in enumerate(("EA", "CS"), 1)
    )
    document = factories.purchase_order(lines=rows, allowances=entries)
    order = completed(document, factories.catalogue(part), factories.customer())
    assert PurchaseOrder.model_validate_json(order.model_dump_json()) == order


def test_empty_catalogue_completes_too() -> None:
    order = completed(factories.purchase_order(), Catalogue(), None)
    assert order.grand_total == Decimal("92.50")
