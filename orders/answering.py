"""What we say to an order or a change, line by line: the document behind an 855, an 865 or an ORDRSP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from orders.change import ChangeAction, PurchaseOrderChange
from orders.document import Line, PurchaseOrder
from orders.matching import Matched, MatchedLine, Meaning, new_quantity
from orders.order import SalesOrder
from orders.response import Answer, LineAnswer, LineStatement, OrderResponse, ResponseLine
from orders.values import LineStatus, OrderState, Purpose

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


def received(order: SalesOrder, on: date) -> OrderResponse:
    """Word that an order has come, before it is decided."""
    head: dict[str, Any] = {name: getattr(order.content, name) for name in _SAME}
    return OrderResponse(
        purpose_code=Purpose.ORIGINAL,
        answer=Answer.RECEIVED,
        order_number=order.order_number,
        response_date=on,
        **head,
    )


def answer_to_order(order: SalesOrder, document: PurchaseOrder, on: date) -> OrderResponse:
    """Our word on an order as it was sent: line by line what we keep, what differs, and what we refuse.

    Args:
        order: as it was decided: approved, or rejected or cancelled, and then nothing of it is taken.
        document: what the customer sent.
        on: day of the answer.
    """
    is_refused = order.order_state in (OrderState.REJECTED, OrderState.CANCELLED)
    sent = {line.line_no: line for line in document.lines}
    content = order.content
    lines = tuple(
        _answered_line(content, line, sent.get(line.line_no), is_refused)
        for line in content.lines
        if line.line_no in sent or line.quantity
    )
    statements = {answer.statement for line in lines for answer in line.answers}
    if is_refused or statements == {LineStatement.REJECTED}:
        answer = Answer.REJECTED
    elif statements <= {LineStatement.ACCEPTED}:
        answer = Answer.ACCEPTED
    else:
        answer = Answer.ACCEPTED_WITH_CHANGES
    head: dict[str, Any] = {name: getattr(content, name) for name in _SAME}
    return OrderResponse(
        responds_to="order",
        purpose_code=Purpose.ORIGINAL,
        answer=answer,
        order_number=order.order_number,
        response_date=on,
        lines=lines,
        **head,
    )


def _answered_line(content: PurchaseOrder, line: Line, sent: Line | None, is_refused: bool) -> ResponseLine:
    """A line with what we say of it; a line in several deliveries says it of each."""
    fields: dict[str, Any] = {name: getattr(line, name) for name in _OF_A_LINE}
    price = line.unit_price if line.unit_price is not None else line.price_as_received
    ordered = sent.quantity if sent else line.quantity
    if is_refused or line.line_status is LineStatus.CANCELLED:
        answers = [LineAnswer(statement=LineStatement.REJECTED, quantity=ordered, uom=line.uom)]
    else:
        answers = list(_statements(content, line, sent))
    return ResponseLine(
        line_no=line.line_no, quantity=line.quantity, agreed_price=price, answers=tuple(answers), **fields
    )


def _statements(content: PurchaseOrder, line: Line, sent: Line | None) -> Iterator[LineAnswer]:
    said = _difference(line, sent)
    ship_date = content.promised_ship_date
    if not line.schedules:
        day = content.promised_delivery_date
        yield LineAnswer(statement=said, quantity=line.quantity, uom=line.uom, ship_date=ship_date, delivery_date=day)
    for schedule in line.schedules:
        wanted = schedule.requested_delivery_date or schedule.requested_ship_date
        is_later = schedule.promised_date is not None and wanted is not None and schedule.promised_date != wanted
        statement = LineStatement.CHANGED_DATE if is_later and said is LineStatement.ACCEPTED else said
        yield LineAnswer(
            statement=statement,
            quantity=schedule.quantity,
            uom=schedule.uom or line.uom,
            ship_date=ship_date or schedule.requested_ship_date,
            delivery_date=schedule.promised_date or schedule.requested_delivery_date,
        )


def _difference(line: Line, sent: Line | None) -> LineStatement:
    """How what we keep differs from what was sent; several differences are "changed"."""
    if sent is None:
        return LineStatement.CHANGED
    theirs = sent.price_as_received
    differs = {
        LineStatement.CHANGED_QUANTITY: line.quantity != sent.quantity,
        LineStatement.CHANGED_PRICE: None not in (theirs, line.unit_price) and line.unit_price != theirs,
        LineStatement.SUBSTITUTED: line.substitute_for is not None,
    }
    found = [statement for statement, is_so in differs.items() if is_so]
    return LineStatement.ACCEPTED if not found else found[0] if len(found) == 1 else LineStatement.CHANGED


def answer_to_change(
    change: PurchaseOrderChange,
    matched: Matched,
    order_number: str,
    on: date,
    meaning: Meaning = "total",
    *,
    is_refused: bool = False,
) -> OrderResponse:
    """Our word on a change: taken where it fits the order, refused line by line where it does not.

    Args:
        matched: the change laid beside the order as it was before.
        is_refused: nothing of it is taken: it came too late, or a person or the dock said no.
    """
    refused = {problem.line for problem in matched.problems}
    if is_refused:
        refused = {_name(one) for one in matched.lines}
    lines = tuple(
        _line(number, one, refused, meaning) for number, one in enumerate(matched.lines, 1) if one.by != "absence"
    )
    all_refused = bool(lines) and all(_name(one) in refused for one in matched.lines)
    if is_refused or all_refused:
        answer = Answer.REJECTED
    else:
        answer = Answer.ACCEPTED_WITH_CHANGES if refused else Answer.ACCEPTED
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
