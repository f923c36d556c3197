"""The language of the house's own rules: what it can say, what it refuses, and that nothing gets out of it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import completing
from orders.document import PurchaseOrder, Schedule
from orders.expressions import MOST_STEPS, ExpressionInvalid, ExpressionTooCostly, expression
from orders.own_rules import OwnRule, ready
from tests import factories
from tests.factories import NOON

TODAY = NOON.date()


def order(**values: Any) -> PurchaseOrder:
    schedules = (
        Schedule(schedule_no=1, quantity=Decimal(4), requested_ship_date=TODAY + timedelta(days=2)),
        Schedule(schedule_no=2, quantity=Decimal(6), requested_ship_date=TODAY + timedelta(days=9)),
    )
    lines = (factories.line(1, schedules=schedules), factories.line(2, quantity=Decimal(3), price_as_received=None))
    document = factories.purchase_order(**{"lines": lines, "tags": ("vip",), "department_number": "217"} | values)
    return completing.completed(document, factories.catalogue(), factories.customer())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3 - 4 / 8", Decimal("6.5")),
        ("-(2 + 3) * 2", Decimal(-10)),
        ("0.1 + 0.2 = 0.3", True),
        ("1 / 0", None),
        ("1 / 0 > 5", False),
        ("grand_total", Decimal("120.25")),
        ("count(lines)", Decimal(2)),
        ("count(lines.schedules)", Decimal(2)),
        ("count(lines, count(schedules) > 1)", Decimal(1)),
        ("sum(lines, quantity * unit_price) = lines_total", True),
        ("sum(lines.schedules, quantity)", Decimal(10)),
        ("max(lines, quantity) - min(lines, quantity)", Decimal(7)),
        ("any(lines, part = 'W-100' and quantity >= 10)", True),
        ("all(lines, quantity >= 10)", False),
        ("any(lines, price_as_received = none)", True),
        ("any(lines, any(schedules, quantity > 5 and part in ('W-100')))", True),
        ("not all(lines, extended_price < grand_total / 2)", True),
        ("partner in ('acme', 'bell')", True),
        ("partner not in ('acme', 'bell')", False),
        ("'vip' in tags", True),
        ("any(parties, role = 'ship-to' and address.country = 'US')", True),
        ("days(min(lines.schedules, requested_ship_date), today)", Decimal(2)),
        ("max(lines.schedules, requested_ship_date) < '2026-03-12'", True),
        ("weekday(today)", "mon"),
        ("starts(department_number, '2') and ends(department_number, '7')", True),
        ("length(department_number)", Decimal(3)),
        ("first(promo_code, department_number, 'none')", "217"),
        ("promo_code = none and not (promo_code != none)", True),
        ("promo_code < 'a' or promo_code > 'a'", False),
        ("abs(2 - 5) == 3", True),
        ("true and not false", True),
    ],
)
def test_language_says(text: str, value: Any) -> None:
    assert expression(text)(order(), TODAY) == value


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "at 1: something is missing at the end"),
        ("grand_totl > 5", "at 1: PurchaseOrder has no field 'grand_totl'; did you mean grand_total?"),
        ("any(lines, quantiy > 5)", "at 12: Line has no field 'quantiy'; did you mean quantity?"),
        ("5 > ", "at 4: something is missing at the end"),
        ("(1 + 2", "at 7: ')' is needed"),
        ("1 2", "at 3: '2' is not understood here"),
        ("lines.quantity > 5", "at 1: lines.quantity is a list"),
        ("lines", "at 1: lines is a list"),
        ("lower(parties.name) = 'x'", "at 7: parties.name is a list: write any(parties, name ...)"),
        ("any(grand_total, true)", "at 5: grand_total is no list"),
        ("any(lines)", "what of lines?"),
        ("sums(lines, quantity)", "there is no function 'sums'; did you mean sum?"),
        ("days(today)", "days takes 2 values"),
        ("partner.name = 'x'", "partner has no fields of its own"),
        ("'open", "is not understood here"),
        ("and true", "'and' stands where a value is needed"),
        ("1 not 2", "'in' is needed"),
        ("partner; import os", "';' is not understood here"),
        ("__class__", "has no field '__class__'"),
        ("lines.__class__.__mro__", "has no field '__class__'"),
        ("model_dump(partner)", "there is no function 'model_dump'"),
        ("(" * 30 + "1" + ")" * 30, "nested deeper than"),
        ("1" + " + 1" * 300, "parts in one rule"),
        ("1" * 3000, "characters"),
    ],
)
def test_what_cannot_be_read_names_the_place_and_what_would_do(text: str, told: str) -> None:
    with pytest.raises(ExpressionInvalid) as caught:
        expression(text)
    assert told in str(caught.value)


def test_what_takes_too_long_on_one_order_is_stopped() -> None:
    many = order(lines=tuple(factories.line(n) for n in range(1, 101)))
    costly = expression("any(lines, any(lines, any(lines, quantity < 0)))")
    with pytest.raises(ExpressionTooCostly, match=str(MOST_STEPS)):
        costly(many, TODAY)


def test_rule_that_takes_too_long_holds_the_order_and_says_so() -> None:
    many = order(lines=tuple(factories.line(n) for n in range(1, 101)))
    rule = OwnRule(code="X1", when="any(lines, any(lines, any(lines, quantity < 0)))", message="never")
    (said,) = ready(rule).speaks(many, TODAY)
    assert "X1 cannot be asked" in said.reason


def test_message_is_filled_with_figures() -> None:
    rule = OwnRule(
        code="X7", when="grand_total > 100", message="{grand_total} of {partner}: {count(lines)} lines, {promo_code}"
    )
    (said,) = ready(rule).speaks(order(), TODAY)
    assert said.reason == "120.25 of acme: 2 lines, nothing"
    assert said.figures == {"grand_total": "120.25", "partner": "acme", "count(lines)": "2", "promo_code": "nothing"}


def test_fault_in_a_message_names_the_rule() -> None:
    with pytest.raises(ExpressionInvalid, match="X7: at 1: PurchaseOrder has no field 'grand'"):
        ready(OwnRule(code="X7", when="true", message="{grand}"))


WORDS = """any all count sum min max ( ) , lines schedules quantity part partner today and or not in none true + - * /
    < > = != >= 'x' 7 0.5 days lower . ; __class__ grand_total parties address.country requested_ship_date"""
words = st.sampled_from(WORDS.split())


@given(st.lists(words, max_size=25).map(" ".join))
def test_any_text_is_refused_or_has_a_plain_value(text: str) -> None:
    try:
        found = expression(text)
    except ExpressionInvalid:
        return
    assert isinstance(found(order(), TODAY), Decimal | str | date | bool | None)


@given(st.text(max_size=60))
def test_any_characters_are_refused_or_have_a_plain_value(text: str) -> None:
    try:
        found = expression(text)
    except ExpressionInvalid:
        return
    assert isinstance(found(order(), None), Decimal | str | date | bool | None)


numbers = st.decimals(min_value=-1000, max_value=1000, places=3, allow_nan=False)


@given(numbers, numbers, numbers)
def test_arithmetic_is_exact_and_binds_as_one_learns_at_school(a: Decimal, b: Decimal, c: Decimal) -> None:
    def written(value: Decimal) -> str:
        return f"(-{-value})" if value < 0 else f"{value}"

    text = f"{written(a)} - {written(b)} * {written(c)} + {written(a)}"
    assert expression(text)(order(), TODAY) == a - b * c + a
