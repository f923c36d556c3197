"""Credit: what stops an order, with both numbers in the reason and every figure kept."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orders.credit import credit_decision
from orders.document import PurchaseOrder
from orders.values import CreditState, PaymentMethod, PaymentStatus
from tests import factories

NONE = Decimal(0)


def order(total: str = "1000", **values: object) -> PurchaseOrder:
    return factories.purchase_order(grand_total=Decimal(total), **values)


def test_order_within_the_limit_is_ok_and_its_figures_are_kept() -> None:
    decision = credit_decision(order(), factories.customer(receivables=Decimal(4000)), Decimal(2000))
    assert (decision.state, decision.stops) == (CreditState.OK, ())
    assert decision.snapshot["exposure"] == "7000"


def test_order_that_meets_the_limit_exactly_is_ok() -> None:
    assert credit_decision(order("10000"), factories.customer(), NONE).state is CreditState.OK


def test_credit_hold_names_limit_exposure_and_order_total() -> None:
    decision = credit_decision(order("1000.01"), factories.customer(receivables=Decimal(9000)), NONE)
    assert decision.state is CreditState.HOLD
    (stop,) = decision.stops
    assert stop.rule == "C1"
    assert all(figure in stop.reason for figure in ("10000 USD", "10000.01", "1000.01"))


def test_other_open_orders_count_toward_the_exposure() -> None:
    assert credit_decision(order(), factories.customer(), Decimal("9000.01")).state is CreditState.HOLD


def test_what_is_prepaid_is_taken_off_the_exposure() -> None:
    paid = order("12000", prepaid_amount=Decimal(2000))
    assert credit_decision(paid, factories.customer(), NONE).state is CreditState.OK


@pytest.mark.parametrize(("days", "rules"), [(10, []), (11, ["C3"])])
def test_old_debt_stops_new_orders(days: int, rules: list[str]) -> None:
    late = factories.customer(past_due=Decimal(50), past_due_days=days)
    assert [stop.rule for stop in credit_decision(order(), late, NONE).stops] == rules


@pytest.mark.parametrize("customer", [None, factories.customer(credit_limit=None)])
def test_customer_without_a_credit_file_is_held(customer: object) -> None:
    assert [stop.rule for stop in credit_decision(order(), customer, NONE).stops] == ["C8"]  # type: ignore[arg-type]


def test_order_in_another_currency_is_held() -> None:
    assert [stop.rule for stop in credit_decision(order(currency="EUR"), factories.customer(), NONE).stops] == ["C14"]


def test_captured_prepaid_order_needs_no_credit() -> None:
    paid = order(payment_method=PaymentMethod.PREPAID_CARD, payment_status=PaymentStatus.CAPTURED)
    assert credit_decision(paid, None, NONE).state is CreditState.NOT_REQUIRED


def test_prepaid_order_whose_payment_is_pending_is_held() -> None:
    pending = order(payment_method=PaymentMethod.PREPAID_CARD)
    assert [stop.rule for stop in credit_decision(pending, None, NONE).stops] == ["C10"]


def test_marketplace_order_needs_no_credit() -> None:
    assert credit_decision(order(payment_method=PaymentMethod.MARKETPLACE), None, NONE).stops == ()
