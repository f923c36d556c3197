"""What an order comes to, by worked examples of the standards and by rules of our own."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orders.document import AllowanceCharge, Line, PurchaseOrder, TaxLine
from orders.money import allocated
from orders.totals import net_amounts, totalled
from orders.values import HandlingMethod, PercentBasis
from tests import factories


def amount_of(*amounts: str) -> tuple[Line, ...]:
    return tuple(factories.line(number, extended_price=Decimal(amount)) for number, amount in enumerate(amounts, 1))


def less(**values: Any) -> AllowanceCharge:
    return AllowanceCharge(is_charge=False, **values)


def plus(**values: Any) -> AllowanceCharge:
    return AllowanceCharge(is_charge=True, **values)


def order(*amounts: str, **values: Any) -> PurchaseOrder:
    return totalled(factories.purchase_order(lines=amount_of(*amounts), **values))


# ---------------------------------------------------------------- worked examples


def test_peppol_bis_billing_base_example() -> None:
    """PEPPOL BIS Billing 3.0, base-example.xml: 7 at 400 and -3 at 500, insurance 25, VAT 25 percent: 1656.25."""
    found = order("2800", "-1500", allowances=(plus(amount=Decimal(25)),), tax_lines=(TaxLine(tax_rate=Decimal(25)),))
    assert (found.lines_total, found.charges_total) == (1300, 25)
    assert (found.tax_total, found.grand_total) == (Decimal("331.25"), Decimal("1656.25"))


def test_ubl_order_example() -> None:
    """UBL 2.1, UBL-Order-2.1-Example.xml: lines 6000 and 225, 100 on and 100 off, 100 tax told beside: payable 6225."""
    found = order(
        "6000", "225", allowances=(less(amount=Decimal(100)), plus(amount=Decimal(100))), tax_amount_total=Decimal(100)
    )
    assert (found.lines_total, found.allowances_total, found.charges_total) == (6225, 100, 100)
    assert found.grand_total == 6225


def test_en_16931_sums_follow_its_rules_co_10_to_co_16() -> None:
    """EN 16931-1, BR-CO-10 to 16: lines; less allowances, plus charges; plus VAT; plus rounding is what is due."""
    found = order(
        "1000.00",
        "250.55",
        allowances=(less(percent=Decimal(10)), plus(amount=Decimal("30.00"))),
        tax_lines=(TaxLine(tax_rate=Decimal(20)),),
        rounding_adjustment=Decimal("0.01"),
    )
    assert (found.lines_total, found.allowances_total, found.charges_total) == (
        Decimal("1250.55"),
        Decimal("125.06"),
        Decimal("30.00"),
    )
    assert (found.tax_total, found.grand_total) == (Decimal("231.10"), Decimal("1386.60"))


def test_edifact_steps_of_calculation_stand_on_one_another() -> None:
    """EDIFACT 1227 (calculation sequence) in ALC: the second step is taken of what the first one leaves."""
    entries = (less(percent=Decimal(5), sequence=2), less(percent=Decimal(10), sequence=1))
    assert order("1000", allowances=entries).grand_total == Decimal("855.00")


def test_edifact_allowances_of_one_step_are_taken_of_the_same_base() -> None:
    entries = (less(percent=Decimal(5), sequence=1), less(percent=Decimal(10), sequence=1))
    assert order("1000", allowances=entries).grand_total == Decimal("850.00")


def test_x12_rate_is_counted_by_its_quantity_or_by_the_lines_in_its_unit() -> None:
    """X12 SAC08, 09 and 10: 0.05 a piece for 200, or for whatever the lines in that unit come to."""
    assert order("100", allowances=(plus(rate=Decimal("0.05"), rate_quantity=Decimal(200)),)).charges_total == 10
    found = order("100", "50", allowances=(plus(rate=Decimal("0.05"), rate_uom="EA"),))
    assert found.charges_total == Decimal("1.00")
    assert order("100", allowances=(plus(rate=Decimal("0.05"), rate_uom="LB"),)).charges_total == 0


# ---------------------------------------------------------------- rules


def test_lines_are_rounded_once_and_then_summed() -> None:
    assert order("0.34", "0.34", "0.34").lines_total == Decimal("1.02")


def test_totals_take_allowances_off_and_add_charges_and_tax() -> None:
    found = order(
        "100.00",
        allowances=(
            less(percent=Decimal("2.5")),
            plus(amount=Decimal("12.34")),
            plus(rate=Decimal("0.10"), rate_quantity=Decimal(5)),
            plus(amount=Decimal(99), handling_method=HandlingMethod.INFORMATION_ONLY),
            less(amount=Decimal(50), handling_method=HandlingMethod.BILL_BACK),
        ),
        tax_lines=(TaxLine(tax_amount=Decimal("7")), TaxLine(tax_amount=Decimal(3), collected_by_marketplace=True)),
    )
    assert (found.allowances_total, found.charges_total) == (Decimal("2.50"), Decimal("12.84"))
    assert found.grand_total == Decimal("117.34")


def test_percentage_may_be_taken_of_what_those_before_it_leave() -> None:
    entries = (less(percent=Decimal(10)), less(percent=Decimal(10), percent_basis=PercentBasis.AFTER_PREVIOUS))
    assert order("1000", allowances=entries).allowances_total == Decimal("190.00")


def test_allowances_of_a_line_are_taken_of_the_line() -> None:
    line = factories.line(extended_price=Decimal("100.00"), allowances=(less(percent=Decimal(10)),))
    found = totalled(factories.purchase_order(lines=(line, *amount_of("50")[:1])))
    assert (found.lines_total, found.allowances_total) == (Decimal("150.00"), Decimal("10.00"))


def test_freight_is_among_the_charges_and_told_apart() -> None:
    found = order("100", allowances=(plus(amount=Decimal(12), code="D240"),), freight_charge_to_customer=Decimal(12))
    assert (found.charges_total, found.freight_total, found.grand_total) == (12, 12, 112)
    assert order("100", freight_charge_to_customer=Decimal(9)).grand_total == 109


def test_tax_inside_the_prices_is_told_and_not_added() -> None:
    found = order("119.00", prices_include_tax=True, tax_lines=(TaxLine(tax_rate=Decimal(19)),))
    assert (found.tax_total, found.grand_total) == (Decimal("19.00"), Decimal("119.00"))


def test_tax_inside_the_prices_that_a_marketplace_keeps_is_not_owed_to_us() -> None:
    tax = TaxLine(tax_amount=Decimal(19), collected_by_marketplace=True)
    found = order("119.00", prices_include_tax=True, tax_lines=(tax,))
    assert (found.tax_total, found.grand_total) == (0, 100)


def test_taxes_of_lines_count_when_the_head_has_none() -> None:
    line = factories.line(extended_price=Decimal(100), taxes=(TaxLine(tax_rate=Decimal(7)),))
    assert totalled(factories.purchase_order(lines=(line,))).tax_total == 7
    head = (TaxLine(tax_amount=Decimal("7.00")),)
    assert totalled(factories.purchase_order(lines=(line,), tax_lines=head)).grand_total == 107


@pytest.mark.parametrize(("currency", "off"), [("JPY", "3"), ("USD", "3.33"), ("KWD", "3.333"), ("CLF", "3.3333")])
def test_percentage_is_rounded_to_the_coin_of_the_currency(currency: str, off: str) -> None:
    found = order("33.3333", currency=currency, allowances=(less(percent=Decimal(10)),))
    assert found.allowances_total == Decimal(off)


def test_allowance_of_the_head_is_shared_out_to_the_cent() -> None:
    found = order("33.33", "33.33", "33.34", allowances=(less(amount=Decimal("10.00")),))
    assert net_amounts(found) == (Decimal("30.00"), Decimal("30.00"), Decimal("30.00"))
    assert allocated(Decimal("10.00"), [Decimal(1)] * 3, "USD") == (Decimal("3.34"), Decimal("3.33"), Decimal("3.33"))
