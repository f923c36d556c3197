"""What we say to an order or a change, line by line: the document behind an 855, an 865 or an ORDRSP."""

from __future__ import annotations

from datetime import date
from typing import Any

from orders.change import ChangeAction, PurchaseOrderChange
from orders.document import PurchaseOrder
from orders.matching import Matched, MatchedLine, Meaning, new_quantity
from orders.response import Answer, LineAnswer, LineStatement, OrderResponse, ResponseLine
from orders.values import Purpose

_SAME = ("customer_po_number", "customer_po_date", "release_number", "department_number", "currency", "parties")
"""Fields of the head that an answer repeats."""
_OF_A_LINE = ("part_as_ordered", "description", "customer_line_ref", "uom", "uom_as_received", "price_basis_code",
              "price_basis_qty")  # fmt: skip
_STATEMENTS = {
    ChangeAction.DELETE: LineStatement.DELETED,
    ChangeAction.RESCHEDULE: LineStatement.CHANGED_DATE,
    ChangeAction.CHANGE_PRICE: LineStatement.CHANGED_PRICE,
    ChangeAction.CHANGE_QUANTITY: LineStatement.CHANGED_QUANTITY,
    ChangeAction.INCREASE: LineStatement.CHANGED_QUANTITY,
    ChangeAction.DECREASE: LineStatement.CHANGED_QUANTITY,
    ChangeAction.CHANGE: LineStatement.CHANGED,
    ChangeAction.CHANGE_PART: LineStatement.SUBSTITUTED,
}


def accepted(order: PurchaseOrder, order_number: str, on: date) -> OrderResponse:
    """Our yes to the whole of an order, with the prices and dates we will keep."""
    lines = []
    for line in order.lines:
        said = LineAnswer(
            statement=LineStatement.ACCEPTED,
            quantity=line.quantity,
            uom=line.uom,
            ship_date=order.promised_ship_date,
            delivery_date=order.promised_delivery_date,
        )
        fields: dict[str, Any] = {name: getattr(line, name) for name in _OF_A_LINE}
        price = line.unit_price if line.unit_price is not None else line.price_as_received
        lines.append(
            ResponseLine(line_no=line.line_no, quantity=line.quantity, agreed_price=price, answers=(said,), **fields)
        )
    head: dict[str, Any] = {name: getattr(order, name) for name in _SAME}
    return OrderResponse(
        responds_to="order",
        purpose_code=Purpose.ORIGINAL,
        answer=Answer.ACCEPTED,
        order_number=order_number,
        response_date=on,
        lines=tuple(lines),
        **head,
    )


def answered(
    change: PurchaseOrderChange, matched: Matched, order_number: str, on: date, meaning: Meaning = "total"
) -> OrderResponse:
    """Our word on a change: taken where it fits the order, refused line by line where it does not."""
    refused = {problem.line for problem in matched.problems}
    lines = tuple(
        _line(number, one, refused, meaning) for number, one in enumerate(matched.lines, 1) if one.by != "absence"
    )
    all_refused = bool(lines) and all(_name(one) in refused for one in matched.lines)
    answer = Answer.ACCEPTED if not refused else Answer.REJECTED if all_refused else Answer.ACCEPTED_WITH_CHANGES
    head: dict[str, Any] = {name: getattr(change, name) for name in _SAME}
    return OrderResponse(
        responds_to="change",
        purpose_code=change.purpose_code or Purpose.CHANGE,
        answer=answer,
        order_number=order_number,
        change_number=change.change_number,
        response_date=on,
        lines=lines,
        **head,
    )


def _line(number: int, one: MatchedLine, refused: set[str], meaning: Meaning) -> ResponseLine:
    change, line = one.change, one.line
    is_refused = _name(one) in refused
    quantity = (line.quantity if line else change.quantity) if is_refused else new_quantity(one, meaning)
    uom = change.uom or (line.uom if line else None)
    statement = LineStatement.REJECTED if is_refused else _STATEMENTS.get(change.action, LineStatement.ACCEPTED)
    fields: dict[str, Any] = {name: getattr(change, name) for name in _OF_A_LINE if name != "uom"}
    return ResponseLine(
        line_no=number,
        action=change.action.value,
        quantity=quantity,
        uom=uom,
        agreed_price=change.price_as_received,
        answers=(LineAnswer(statement=statement, quantity=quantity, uom=uom),),
        **fields,
    )


def _name(one: MatchedLine) -> str:
    return one.change.customer_line_ref or str(one.change.line_no)
