"""Money to the cent: rounding once a line, prices per hundred, currencies with 0, 2 and 3 decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orders.document import AllowanceCharge, TaxLine
from orders.pricing import extended, minor_unit, priced, round_money, totalled
from orders.values import HandlingMethod, PriceBasis, PriceSource
from tests import factories


@pytest.mark.parametrize(("currency", "decimals"), [("USD", 2), ("JPY", 0), ("KWD", 3), (None, 2), ("EUR", 2)])
def test_minor_unit_is_that_of_the_currency(currency: str | None, decimals: int) -> None:
    assert minor_unit(currency) == decimals


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [("2.345", "USD", "2.35"), ("2.344", "USD", "2.34"), ("-2.345", "USD", "-2.35"), ("2.5", "JPY", "3")],
)
def test_money_is_rounded_half_up_to_the_minor_unit(amount: str, currency: str, rounded: str) -> None:
    assert round_money(Decimal(amount), currency) == Decimal(rounded)


@pytest.mark.parametrize(
    ("quantity", "price", "basis", "amount"),
    [
        ("3", "0.335", None, "1.01"),
        ("250", "17.90", "100", "44.75"),
        ("5", "12.00", "1000", "0.06"),
        ("1", "9", "0", "9"),
    ],
)
def test_amount_is_quantity_times_price_for_its_basis(
    quantity: str, price: str, basis: str | None, amount: str
) -> None:
    got = extended(Decimal(quantity), Decimal(price), Decimal(basis) if basis else None, "USD")
    assert got == Decimal(amount)


def test_our_price_comes_from_the_list_and_the_customers_stays_beside_it() -> None:
    line = priced(factories.line(price_as_received=Decimal("9.00")), factories.catalogue(), "USD")
    assert (line.part, line.unit_price, line.price_as_received) == ("W-100", Decimal("9.25"), Decimal("9.00"))
    assert (line.price_variance, line.price_source) == (Decimal("-0.25"), PriceSource.PRICE_LIST)
    assert line.extended_price == Decimal("92.50")


def test_price_per_hundred_is_compared_per_hundred() -> None:
    line = factories.line(
        price_as_received=Decimal("925"), price_basis_code=PriceBasis.PER_HUNDRED, price_basis_qty=Decimal(100)
    )
    line = priced(line, factories.catalogue(), "USD")
    assert (line.price_list_price, line.price_variance) == (Decimal("925.00"), Decimal(0))
    assert line.extended_price == Decimal("92.50")


def test_without_a_list_price_the_customers_price_is_taken_and_said_so() -> None:
    catalogue = factories.catalogue(factories.part(list_price=None))
    line = priced(factories.line(), catalogue, "USD")
    assert (line.unit_price, line.price_source, line.price_variance) == (Decimal("9.25"), PriceSource.CUSTOMER, None)


def test_line_of_no_charge_stays_free() -> None:
    line = priced(factories.line(price_basis_code=PriceBasis.NO_CHARGE), factories.catalogue(), "USD")
    assert (line.unit_price, line.extended_price) == (Decimal(0), Decimal("0.00"))


def test_lines_are_rounded_once_and_then_summed() -> None:
    lines = tuple(factories.line(number, extended_price=Decimal("0.34")) for number in (1, 2, 3))
    assert totalled(factories.purchase_order(lines=lines)).lines_total == Decimal("1.02")


def test_totals_take_allowances_off_and_add_charges_and_tax() -> None:
    order = factories.purchase_order(
        lines=(factories.line(extended_price=Decimal("100.00")),),
        allowances=(
            AllowanceCharge(is_charge=False, percent=Decimal("2.5")),
            AllowanceCharge(is_charge=True, amount=Decimal("12.34")),
            AllowanceCharge(is_charge=True, rate=Decimal("0.10"), rate_quantity=Decimal(5)),
            AllowanceCharge(is_charge=True, amount=Decimal(99), handling_method=HandlingMethod.INFORMATION_ONLY),
        ),
        tax_lines=(TaxLine(tax_amount=Decimal("7")), TaxLine(tax_amount=Decimal(3), collected_by_marketplace=True)),
    )
    order = totalled(order)
    assert (order.allowances_total, order.charges_total) == (Decimal("2.50"), Decimal("12.84"))
    assert order.grand_total == Decimal("117.34")
