"""Review: each rule stops what it is for and leaves the rest alone."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from orders import completing
from orders.document import Identifier, PurchaseOrder, Schedule
from orders.review import asked_by, review
from orders.review_policy import Price, ReviewRules
from orders.rules import Stop
from orders.values import Severity
from tests import factories


def completed(**values: Any) -> PurchaseOrder:
    order = factories.purchase_order(**values)
    return completing.completed(order, factories.catalogue(), factories.customer())


def within(percent: str, amount: str) -> ReviewRules:
    return ReviewRules(R1=Price(percent=Decimal(percent), amount=Decimal(amount)))


EXACT = within("0", "0")


def said(order: PurchaseOrder, settings: ReviewRules = EXACT) -> tuple[Stop, ...]:
    return review(order, asked_by(settings))


def rules(order: PurchaseOrder, settings: ReviewRules = EXACT) -> list[str]:
    return [stop.rule for stop in said(order, settings) if stop.severity is Severity.HOLD]


def test_unit_that_cannot_be_converted_or_does_not_come_out_whole_is_a_stop() -> None:
    line = factories.line(uom="CS", quantity=Decimal(1))
    for conversions, told in (
        ({}, "nobody has said how many EA are in one CS"),
        ({"CS": "5/2"}, "no whole number of EA"),
    ):
        catalogue = factories.catalogue(factories.part(conversions=conversions))
        order = completing.completed(factories.purchase_order(lines=(line,)), catalogue, factories.customer())
        (stop,) = [one for one in said(order) if one.rule == "R6"]
        assert told in stop.reason


def test_price_of_ours_in_another_currency_is_a_stop() -> None:
    order = factories.purchase_order(currency="EUR")
    assert rules(completing.completed(order, factories.catalogue(), factories.customer())) == ["R23"]


def test_order_as_agreed_passes_without_a_word() -> None:
    assert said(completed()) == ()


@pytest.mark.parametrize(
    ("price", "settings", "stops"),
    [
        ("9.26", EXACT, ["R1"]),
        ("9.24", EXACT, ["R1"]),
        ("9.30", within("0", "0.05"), []),
        ("9.31", within("0", "0.05"), ["R1"]),
        ("9.43", within("2", "0"), []),
        ("9.44", within("2", "0"), ["R1"]),
        ("925", EXACT, ["R2"]),
        ("0.00925", EXACT, ["R2"]),
    ],
)
def test_price_that_differs_beyond_tolerance_is_held(price: str, settings: ReviewRules, stops: list[str]) -> None:
    order = completed(lines=(factories.line(price_as_received=Decimal(price)),))
    assert rules(order, settings) == stops


def test_price_hold_names_both_prices() -> None:
    order = completed(lines=(factories.line(price_as_received=Decimal("7.5")),))
    (stop,) = said(order)
    assert "7.50" in stop.reason
    assert "9.25" in stop.reason
    assert stop.field_path == "lines[1].price_as_received"


def test_line_without_any_price_is_held() -> None:
    order = factories.purchase_order(lines=(factories.line(price_as_received=None),))
    order = completing.completed(order, factories.catalogue(factories.part(list_price=None)), factories.customer())
    assert rules(order) == ["R1"]


def test_unknown_part_is_held_with_the_ids_the_customer_sent() -> None:
    unknown = factories.line(part_as_ordered=(Identifier(qualifier="BP", value="XYZ"),))
    (stop,) = [stop for stop in said(completed(lines=(unknown,))) if stop.rule == "R3"]
    assert "BP XYZ" in stop.reason


@pytest.mark.parametrize("quantity", ["0", "-5"])
def test_quantity_that_cannot_be_is_held(quantity: str) -> None:
    assert "R7" in rules(completed(lines=(factories.line(quantity=Decimal(quantity)),)))


@pytest.mark.parametrize(
    ("total", "severity"),
    [("92.50", None), ("92.54", Severity.NOTE), ("93.00", Severity.HOLD), ("9250", Severity.HOLD)],
)
def test_customers_total_is_a_control(total: str, severity: Severity | None) -> None:
    stops = said(completed(total_as_received=Decimal(total)))
    assert [stop.severity for stop in stops] == ([severity] if severity else [])


def test_line_count_that_differs_is_held() -> None:
    assert rules(completed(line_count_as_received=2)) == ["R15"]


def test_deliveries_must_sum_to_the_line() -> None:
    def order(second: int) -> PurchaseOrder:
        schedules = (Schedule(schedule_no=1, quantity=Decimal(4)), Schedule(schedule_no=2, quantity=Decimal(second)))
        return completed(lines=(factories.line(schedules=schedules),))

    assert rules(order(6)) == []
    assert rules(order(5)) == ["R16"]
