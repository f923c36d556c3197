"""Picking, shipping, back orders and invoices, delivery by delivery."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest

from orders import desk, fulfilling
from orders.document import AllowanceCharge, Schedule
from orders.fulfilling import NothingToInvoice, Shipment, ShipmentLine, ShipmentPackage, TooMuch, UnknownDelivery
from orders.notices import invoice, ship_notice
from orders.order import SalesOrder
from orders.values import FulfilmentState, InvoiceState, LineStatus, OrderState, ShipComplete
from tests import factories
from tests.factories import NOON

_ids = itertools.count()
TWO_DELIVERIES = (
    Schedule(schedule_no=1, quantity=Decimal(4)),
    Schedule(schedule_no=2, quantity=Decimal(6), unit_price=Decimal("9.00")),
)


def released(**values: Any) -> SalesOrder:
    return desk.check(factories.entered(**values).order, None, (), NOON, lambda: "H-1").order


def of(*lines: tuple[int, int, int], **values: object) -> Shipment:
    shipped = tuple(
        ShipmentLine(line_no=line, schedule_no=delivery, quantity=Decimal(quantity))
        for line, delivery, quantity in lines
    )
    return Shipment.model_validate({"shipment_id": f"S-{next(_ids)}", "shipped_at": NOON, "lines": shipped} | values)


def two() -> SalesOrder:
    return released(lines=(factories.line(1, schedules=TWO_DELIVERIES), factories.line(2)))


def test_goods_stand_where_the_least_advanced_delivery_stands() -> None:
    order = released(lines=(factories.line(1), factories.line(2)))
    all_of = [ShipmentLine(line_no=number, quantity=Decimal(10)) for number in (1, 2)]
    order = fulfilling.pick(order, all_of[:1], "joe", packed=True).order
    assert order.fulfilment_state is FulfilmentState.PICKING
    order = fulfilling.pick(order, all_of[1:], "joe", packed=True).order
    assert order.fulfilment_state is FulfilmentState.PACKED
    order = fulfilling.ship(order, of((1, 1, 10))).order
    assert order.fulfilment_state is FulfilmentState.PARTLY_SHIPPED
    order = fulfilling.ship(order, of((2, 1, 10))).order
    assert (order.fulfilment_state, order.order_state) == (FulfilmentState.SHIPPED, OrderState.RELEASED)


def test_each_delivery_is_shipped_by_itself_and_the_rest_is_a_back_order() -> None:
    change = fulfilling.ship(two(), of((1, 1, 4), (2, 1, 7)))
    assert [event.what for event in change.events] == ["order.shipped", "order.backordered"]
    first, second = fulfilling.rolled_up(change.order).lines
    assert (first.quantity_shipped, first.quantity_backordered, first.line_status) == (4, None, LineStatus.OPEN)
    assert [one.schedule_status for one in first.schedules] == [LineStatus.COMPLETE, LineStatus.OPEN]
    assert (second.quantity_shipped, second.quantity_backordered) == (7, 3)
    left = fulfilling.left_to_ship(change.order).lines
    assert [(line.line_no, line.quantity) for line in left] == [(1, 6), (2, 3)]


def test_back_order_goes_to_the_dock_again_when_its_goods_are_there() -> None:
    order = fulfilling.ship(two(), of((1, 1, 4))).order
    change = fulfilling.release_rest(order, NOON)
    assert (change.order.dock_release, change.happened("order.released")) == (2, True)


@pytest.mark.parametrize("how", ["final", "no back order"])
def test_what_is_not_shipped_is_cancelled_when_no_back_order_is_wanted(how: str) -> None:
    wish = {"ship_complete": ShipComplete.NO_BACKORDER} if how == "no back order" else {}
    order = fulfilling.ship(released(**wish), of((1, 1, 7), is_final=how == "final")).order
    assert order.fulfilment_state is FulfilmentState.SHIPPED
    assert order.progress[0].cancelled == 3


def test_more_than_is_left_is_refused_beyond_what_the_customer_takes() -> None:
    with pytest.raises(TooMuch, match="12 are more than the 10 that are left"):
        fulfilling.ship(released(), of((1, 1, 12)))
    generous = released(lines=(factories.line(qty_tolerance_over=Decimal(20)),))
    assert fulfilling.ship(generous, of((1, 1, 12))).order.fulfilment_state is FulfilmentState.SHIPPED


def test_shipping_what_was_never_ordered_names_it() -> None:
    with pytest.raises(UnknownDelivery, match="delivery 1 of line 9"):
        fulfilling.ship(released(), of((9, 1, 1)))


def test_invoice_is_for_what_was_shipped_at_the_price_of_its_delivery() -> None:
    order = fulfilling.ship(two(), of((1, 1, 4), (1, 2, 6))).order
    document = invoice(order, "INV-1", NOON.date())
    assert [(line.quantity, line.unit_price, line.extended_price) for line in document.lines] == [
        (4, Decimal("9.25"), Decimal("37.00")),
        (6, Decimal("9.00"), Decimal("54.00")),
    ]
    assert document.total_due == Decimal("91.00")


def test_second_invoice_holds_only_what_left_since_and_no_fixed_charge_again() -> None:
    freight = AllowanceCharge(is_charge=True, code="D240", amount=Decimal("25.00"))
    discount = AllowanceCharge(is_charge=False, code="C310", percent=Decimal(10))
    order = fulfilling.ship(released(allowances=(freight, discount)), of((1, 1, 4))).order
    first = invoice(order, "INV-1", NOON.date())
    assert first.total_due == Decimal("37.00") + 25 - Decimal("3.70")
    order = fulfilling.invoice(order, "INV-1").order
    with pytest.raises(NothingToInvoice):
        fulfilling.invoice(order, "INV-2")
    order = fulfilling.ship(order, of((1, 1, 6))).order
    second = invoice(order, "INV-2", NOON.date())
    assert second.total_due == Decimal("55.50") - Decimal("5.55")
    done = fulfilling.invoice(order, "INV-2").order
    assert (done.order_state, done.invoice_state) == (OrderState.INVOICED, InvoiceState.SENT)
    assert fulfilling.close(done, "ann").order.order_state is OrderState.CLOSED


def test_ship_notice_says_what_lies_in_which_package() -> None:
    packages = (ShipmentPackage(package="1", sscc="003456789012345678", tracking_number="1Z"),)
    lines = (
        ShipmentLine(line_no=1, schedule_no=1, quantity=Decimal(4), package="1"),
        ShipmentLine(line_no=2, quantity=Decimal(10)),
    )
    shipment = Shipment(shipment_id="S-9", shipped_at=NOON, lines=lines, packages=packages, carrier_scac="UPSN")
    order = fulfilling.ship(two(), shipment).order
    notice = ship_notice(order, shipment, NOON.date())
    (shipped,) = notice.orders
    assert shipped.packages[0].sscc == "003456789012345678"
    assert [(line.quantity, line.quantity_ordered) for line in shipped.packages[0].lines] == [(4, 10)]
    assert [line.quantity for line in shipped.lines] == [10]
    assert (notice.carrier_scac, order.tracking) == ("UPSN", ("1Z",))
