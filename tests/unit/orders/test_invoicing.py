"""What is invoiced: to the cent what the order says, whole or in parts, nothing twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orders import fulfilling, notices
from orders.document import AllowanceCharge, Invoice, Line, Schedule
from orders.fulfilling import Shipment, ShipmentLine
from orders.order import SalesOrder
from orders.values import FulfilmentState, OrderState
from tests import factories
from tests.factories import NOON


def plus(amount: str, **values: Any) -> AllowanceCharge:
    return AllowanceCharge(is_charge=True, amount=Decimal(amount), **values)


def order_of(*lines: Line, **values: Any) -> SalesOrder:
    order = factories.entered(factories.purchase_order(lines=lines, **values)).order
    ready = {"order_state": OrderState.RELEASED, "fulfilment_state": FulfilmentState.PRINTED}
    return order.model_copy(update=ready)


def shipped(order: SalesOrder, *what: tuple[int, int, int]) -> SalesOrder:
    lines = tuple(
        ShipmentLine(line_no=line_no, schedule_no=schedule_no, quantity=Decimal(quantity))
        for line_no, schedule_no, quantity in what
    )
    shipment = Shipment(shipment_id=f"S-{len(order.progress)}", shipped_at=NOON, lines=lines)
    return fulfilling.ship(order, shipment).order


def billed(order: SalesOrder) -> tuple[Invoice, SalesOrder]:
    return notices.invoice(order, "I-1", NOON.date()), fulfilling.invoice(order, "I-1").order


def test_whole_order_is_invoiced_as_it_was_promised() -> None:
    line = factories.line(allowances=(plus("3.00"),))
    order = order_of(line, allowances=(plus("12.00", code="D240"),))
    found, _ = billed(shipped(order, (1, 1, 10)))
    assert found.grand_total == order.content.grand_total == Decimal("107.50")
    assert (found.freight_total, found.lines[0].allowances) == (12, (plus("3.00"),))


def test_fixed_charges_stand_on_the_first_of_several_invoices() -> None:
    line = factories.line(allowances=(plus("3.00"),))
    order = order_of(line, freight_charge_to_customer=Decimal(12))
    first, order = billed(shipped(order, (1, 1, 4)))
    second, _ = billed(shipped(order, (1, 1, 6)))
    assert (first.grand_total, second.grand_total) == (Decimal("52.00"), Decimal("55.50"))


def test_fixed_charge_of_a_line_is_not_told_again_with_its_second_delivery() -> None:
    schedules = tuple(Schedule(schedule_no=number, quantity=Decimal(5)) for number in (1, 2))
    order = order_of(factories.line(schedules=schedules, allowances=(plus("3.00"),)))
    first, order = billed(shipped(order, (1, 1, 5)))
    second, _ = billed(shipped(order, (1, 2, 5)))
    assert (first.grand_total, second.grand_total) == (Decimal("49.25"), Decimal("46.25"))


def test_delivery_at_its_own_price_and_basis_is_a_line_apart() -> None:
    schedules = (
        Schedule(schedule_no=1, quantity=Decimal(4), unit_price=Decimal(900), price_basis_qty=Decimal(100)),
        Schedule(schedule_no=2, quantity=Decimal(6)),
    )
    order = order_of(factories.line(schedules=schedules))
    found, _ = billed(shipped(order, (1, 1, 4), (1, 2, 6)))
    assert sorted(line.extended_price or 0 for line in found.lines) == [Decimal("36.00"), Decimal("55.50")]
    assert found.grand_total == order.content.grand_total


def test_price_without_an_even_decimal_is_invoiced_to_the_cent_of_the_order() -> None:
    order = order_of(factories.line())
    exact = order.content.lines[0].model_copy(update={"extended_price": Decimal("92.51")})
    order = order.model_copy(update={"content": order.content.model_copy(update={"lines": (exact,)})})
    found, _ = billed(shipped(order, (1, 1, 10)))
    assert found.lines[0].extended_price == Decimal("92.51")
