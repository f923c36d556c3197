"""What one order puts at risk, at every stage of its life."""

from __future__ import annotations

import itertools
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orders import desk, fulfilling
from orders.document import AllowanceCharge, Line, Schedule, TaxLine
from orders.exposure import OpenAmount, open_amount
from orders.fulfilling import Shipment, ShipmentLine
from orders.order import SalesOrder
from orders.values import Commitment, LineType, OrderState, OrderType, PaymentMethod, PaymentStatus
from tests import factories
from tests.factories import NOON

_ids = itertools.count()
MARCH, MAY = date(2026, 3, 20), date(2026, 5, 20)


def approved(**values: Any) -> SalesOrder:
    return desk.check(factories.entered(**values).order, None, (), NOON, lambda: f"H-{next(_ids)}").order


def shipped(order: SalesOrder, quantity: int, *, is_final: bool = False) -> SalesOrder:
    lines = (ShipmentLine(line_no=1, quantity=Decimal(quantity)),)
    left = Shipment(shipment_id=f"S-{next(_ids)}", shipped_at=NOON, lines=lines, is_final=is_final)
    return fulfilling.ship(order, left).order


def delivered(*quantities: tuple[int, date | None], planned: bool = False) -> Line:
    schedules = tuple(
        Schedule(
            schedule_no=place,
            quantity=Decimal(quantity),
            requested_ship_date=day,
            commitment=Commitment.PLANNED if planned and place > 1 else Commitment.FIRM,
        )
        for place, (quantity, day) in enumerate(quantities, 1)
    )
    return factories.line(quantity=Decimal(sum(quantity for quantity, _ in quantities)), schedules=schedules)


def test_approved_order_counts_whole_and_one_that_waits_does_not_count() -> None:
    assert open_amount(approved()).total == Decimal("92.50")
    waiting = factories.entered().order
    assert open_amount(waiting) == OpenAmount()
    assert open_amount(waiting, as_approved=True).total == Decimal("92.50")


def test_amount_at_risk_is_in_whole_coins_whatever_the_total_is() -> None:
    order = approved()
    odd = order.model_copy(update={"content": order.content.model_copy(update={"grand_total": Decimal("92.505")})})
    assert open_amount(odd).total == Decimal("92.51")


def test_every_delivery_counts_its_share_though_no_quantity_divides_evenly() -> None:
    lines = tuple(
        delivered((number, MARCH), (2, MAY), (1, None)).model_copy(update={"line_no": number}) for number in range(1, 8)
    )
    order = approved(lines=lines)
    total = order.content.grand_total
    assert total is not None
    at_risk = open_amount(order)
    assert at_risk.total == total
    pieces = sum(line.quantity for line in lines)
    assert at_risk.dated == {MARCH: total * 28 / pieces, MAY: total * 14 / pieces}
    assert at_risk.undated == total * 7 / pieces


def test_what_has_left_counts_until_it_is_invoiced_and_the_rest_until_it_leaves() -> None:
    order = shipped(approved(), 4)
    assert (open_amount(order).shipped, open_amount(order).undated) == (Decimal("37.00"), Decimal("55.50"))
    invoiced = fulfilling.invoice(order, "INV-1").order
    assert (open_amount(invoiced).shipped, open_amount(invoiced).undated) == (0, Decimal("55.50"))
    assert open_amount(shipped(invoiced, 6)).total == Decimal("55.50")


def test_what_will_not_be_shipped_does_not_count() -> None:
    assert open_amount(shipped(approved(), 4, is_final=True)).total == Decimal("37.00")


def test_tax_and_charges_go_where_the_goods_go_and_not_a_cent_is_lost() -> None:
    tax = (TaxLine(tax_amount=Decimal("7.01")), TaxLine(tax_amount=Decimal(50), collected_by_marketplace=True))
    order = shipped(approved(tax_lines=tax), 3)
    assert order.content.grand_total == Decimal("99.51")
    assert (open_amount(order).shipped, open_amount(order).total) == (Decimal("29.85"), Decimal("99.51"))


def test_service_that_nobody_ships_goes_with_the_goods() -> None:
    service = factories.line(2, quantity=Decimal(1), line_type=LineType.SERVICE, part="SET-UP", part_as_ordered=())
    order = shipped(approved(lines=(factories.line(), service)), 10)
    assert open_amount(order).shipped == Decimal("101.75")


def test_charge_on_free_goods_goes_by_the_piece() -> None:
    charge = (AllowanceCharge(is_charge=True, amount=Decimal(20)),)
    free = factories.line(part="X", part_as_ordered=(), price_as_received=Decimal(0))
    order = shipped(approved(lines=(free,), allowances=charge), 4)
    assert (open_amount(order).shipped, open_amount(order).undated) == (Decimal("8.00"), Decimal("12.00"))


def test_only_firm_deliveries_up_to_the_horizon_count() -> None:
    order = approved(lines=(delivered((4, MARCH), (6, MAY)),))
    assert open_amount(order).until(MARCH) == Decimal("37.00")
    assert open_amount(order).until(None) == Decimal("92.50")
    assert open_amount(order).latest == MAY
    planned = approved(lines=(delivered((4, MARCH), (6, MAY), planned=True),))
    assert open_amount(planned).total == Decimal("37.00")


def test_day_of_the_order_is_that_of_deliveries_that_name_none() -> None:
    order = approved(lines=(delivered((4, None), (6, MAY)),), requested_ship_date=MARCH)
    assert open_amount(order).dated == {MARCH: Decimal("37.00"), MAY: Decimal("55.50")}


@pytest.mark.parametrize(
    "values",
    [
        {"order_type": OrderType.BLANKET},
        {"test_indicator": True},
        {"payment_method": PaymentMethod.MARKETPLACE},
        {"payment_method": PaymentMethod.PREPAID_CARD, "payment_status": PaymentStatus.CAPTURED},
    ],
)
def test_blanket_test_and_paid_orders_put_nothing_at_risk(values: dict[str, Any]) -> None:
    order = factories.entered(**values).order.model_copy(update={"order_state": OrderState.APPROVED})
    assert open_amount(order) == OpenAmount()


def test_prepayment_covers_what_went_first() -> None:
    order = shipped(approved(prepaid_amount=Decimal(50)), 4)
    assert (open_amount(order).shipped, open_amount(order).undated) == (0, Decimal("42.50"))
    invoiced = fulfilling.invoice(order, "INV-1").order
    assert open_amount(invoiced).total == Decimal("42.50")


def test_what_left_beyond_what_was_ordered_counts_too() -> None:
    line = factories.line(qty_tolerance_over=Decimal(10))
    assert open_amount(shipped(approved(lines=(line,)), 11)).shipped == Decimal("101.75")


def test_currency_without_decimals_is_split_in_whole_units() -> None:
    order = shipped(approved(currency="JPY", lines=(factories.line(part="W", part_as_ordered=()),)), 3)
    assert (open_amount(order).shipped, open_amount(order).undated) == (Decimal(28), Decimal(65))
