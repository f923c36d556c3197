"""A change beside its order: which line each change means, what does not fit, and what we answer."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from orders.answering import answer_to_change
from orders.change import ChangeAction, LineChange, PurchaseOrderChange
from orders.document import Identifier, Line, PurchaseOrder, change_from
from orders.matching import Matched, Meaning, match, new_quantity
from orders.response import Answer, LineStatement
from orders.values import Purpose
from tests import factories

ON = date(2026, 3, 6)


def line(number: int, part: str, quantity: int = 10, ref: str | None = None) -> Line:
    ids = (Identifier(qualifier="VN", value=part),)
    reference = ref if ref is not None else str(number)
    return factories.line(line_no=number, quantity=Decimal(quantity), part_as_ordered=ids, customer_line_ref=reference)


def change(action: ChangeAction, part: str = "", ref: str | None = None, **values: Any) -> LineChange:
    ids = (Identifier(qualifier="VN", value=part),) if part else ()
    return LineChange(line_no=1, action=action, customer_line_ref=ref, part_as_ordered=ids, **values)


def ordered(*lines: Line) -> PurchaseOrder:
    return factories.purchase_order(lines=lines or (line(1, "A"), line(2, "B")))


def changed(*lines: LineChange, **values: Any) -> PurchaseOrderChange:
    numbered = tuple(one.model_copy(update={"line_no": number}) for number, one in enumerate(lines, 1))
    return PurchaseOrderChange(customer_po_number="PO-1", lines=numbered, **values)


def codes(matched: Matched) -> list[str]:
    return [problem.code for problem in matched.problems]


def test_a_line_is_known_by_the_customers_number_however_it_is_padded() -> None:
    found = match(changed(change(ChangeAction.CHANGE, ref="0002")), ordered())
    assert [(one.line.line_no if one.line else None, one.by) for one in found.lines] == [(2, "line number")]
    assert codes(found) == []


def test_without_a_number_a_line_is_known_by_its_part() -> None:
    found = match(changed(change(ChangeAction.DELETE, "B")), ordered())
    assert [(one.line.line_no if one.line else None, one.by) for one in found.lines] == [(2, "part")]


def test_a_part_on_two_lines_is_no_match_and_is_told() -> None:
    found = match(changed(change(ChangeAction.CHANGE, "A")), ordered(line(1, "A"), line(2, "A")))
    assert found.lines[0].line is None
    assert codes(found) == ["line-ambiguous", "line-unknown"]


def test_what_is_added_is_no_line_yet() -> None:
    found = match(changed(change(ChangeAction.ADD, "NEW", ref="3")), ordered())
    assert (found.lines[0].line, codes(found)) == (None, [])


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (change(ChangeAction.ADD, "A", ref="1"), "line-exists"),
        (change(ChangeAction.DELETE, "Z", ref="9"), "line-unknown"),
        (change(ChangeAction.CHANGE_PRICE, "B", ref="1"), "part-differs"),
    ],
)
def test_what_does_not_fit_is_a_problem_with_a_code(wrong: LineChange, code: str) -> None:
    assert codes(match(changed(wrong), ordered())) == [code]


def test_a_line_spoken_of_twice_is_told() -> None:
    twice = changed(change(ChangeAction.CHANGE, ref="1"), change(ChangeAction.DELETE, ref="1"))
    assert codes(match(twice, ordered())) == ["line-twice"]


def test_a_replacement_deletes_what_it_does_not_name() -> None:
    replacement = change_from(ordered(line(1, "A", 7)).model_copy(update={"purpose_code": Purpose.REPLACE}))
    found = match(replacement, ordered())
    assert [(one.change.action, one.line.line_no if one.line else None, one.by) for one in found.lines] == [
        (ChangeAction.REPLACE, 1, "line number"),
        (ChangeAction.DELETE, 2, "absence"),
    ]
    assert found.summary == "1 x delete, 1 x replace"


def test_a_cancellation_means_the_whole_order_even_with_no_line() -> None:
    cancelled = change_from(factories.purchase_order(lines=(), purpose_code=Purpose.CANCEL))
    found = match(cancelled, ordered())
    assert found.is_cancellation
    assert found.summary == "the whole order is to be cancelled"


@pytest.mark.parametrize(
    ("action", "meaning", "expected"),
    [
        (ChangeAction.INCREASE, "total", 4),
        (ChangeAction.INCREASE, "difference", 14),
        (ChangeAction.DECREASE, "difference", 6),
        (ChangeAction.CHANGE_QUANTITY, "difference", 4),
        (ChangeAction.DELETE, "total", 0),
    ],
)
def test_the_new_quantity_is_read_as_the_partners_guide_says(
    action: ChangeAction, meaning: Meaning, expected: int
) -> None:
    found = match(changed(change(action, ref="1", quantity=Decimal(4))), ordered())
    assert new_quantity(found.lines[0], meaning) == expected


def test_the_answer_says_line_by_line_what_was_taken_and_what_was_not() -> None:
    asked = changed(
        change(ChangeAction.DECREASE, "A", ref="1", quantity=Decimal(4), uom="EA"),
        change(ChangeAction.DELETE, "Z", ref="9"),
        change(ChangeAction.ADD, "NEW", ref="3", quantity=Decimal(5), uom="CA"),
        change_number="2",
    )
    response = answer_to_change(asked, match(asked, ordered()), "SO-100001", ON)
    assert (response.answer, response.change_number, response.responds_to) == (
        Answer.ACCEPTED_WITH_CHANGES,
        "2",
        "change",
    )
    assert [(one.customer_line_ref, one.action, one.answers[0].statement, one.quantity) for one in response.lines] == [
        ("1", "decrease", LineStatement.CHANGED_QUANTITY, 4),
        ("9", "delete", LineStatement.REJECTED, None),
        ("3", "add", LineStatement.ACCEPTED, 5),
    ]


def test_a_change_that_fits_nowhere_is_refused_as_a_whole() -> None:
    asked = changed(change(ChangeAction.DELETE, "Z", ref="9"))
    assert answer_to_change(asked, match(asked, ordered()), "SO-100001", ON).answer is Answer.REJECTED
