"""What we answer to an order or to a change of it: X12 855 and 865, EDIFACT ORDRSP."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from orders.content import Content, Identifier, about
from orders.header import OrderHeader
from orders.line import LineContent
from orders.values import Quantity, Ref, Str3, Str30, UnitPrice


class Answer(StrEnum):
    """What is said of the order as a whole (X12 587, EDIFACT 1225/4343)."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_CHANGES = "accepted-with-changes"
    RECEIVED = "received"
    REJECTED = "rejected"
    REJECTED_WITH_COUNTER_OFFER = "rejected-with-counter-offer"


class LineStatement(StrEnum):
    """What is said of a line or a part of its quantity (X12 668, EDIFACT 1229)."""

    ACCEPTED = "accepted"
    BACKORDERED = "backordered"
    CHANGED = "changed"
    CHANGED_DATE = "changed-date"
    CHANGED_PRICE = "changed-price"
    CHANGED_QUANTITY = "changed-quantity"
    DELETED = "deleted"
    ON_HOLD = "on-hold"
    REJECTED = "rejected"
    REJECTED_UNKNOWN_PART = "rejected-unknown-part"
    SHIPPED = "shipped"
    SUBSTITUTED = "substituted"


class LineAnswer(Content):
    """One statement on a quantity of a line; a line that is split has several."""

    statement: LineStatement = Field(description="what becomes of the quantity")
    quantity: Quantity | None = about("how much of the line")
    uom: Str3 | None = about("its unit")
    ship_date: date | None = about("day it is to leave us")
    delivery_date: date | None = about("day it is to arrive")
    part: tuple[Identifier, ...] = Field(default=(), description="ids of what is sent instead")
    reason: Str30 | None = about("why, by a code of the partner's")


class ResponseLine(LineContent):
    """One line of the answer: the line as we keep it, and what is said of it."""

    line_no: int = Field(description="number within the answer")
    action: Ref | None = about("which change of the buyer's it answers (X12 POC02)")
    quantity: Quantity | None = about("ordered quantity as we have it")
    quantity_left: Quantity | None = about("what is left to receive (X12 POC04)")
    uom: Str3 | None = about("unit of the quantity")
    agreed_price: UnitPrice | None = about("the price we will invoice")
    answers: tuple[LineAnswer, ...] = Field(default=(), description="statements; their quantities add up to the line's")


class OrderResponse(OrderHeader):
    """Our word on an order (855) or on a change (865)."""

    kind: Literal["order-response"] = "order-response"
    responds_to: Literal["order", "change"] = Field(default="order", description="what is answered")
    answer: Answer | None = about("what is said of the whole")
    response_number: Str30 | None = about("our number of this answer")
    response_date: date | None = about("day of the answer")
    order_number: Str30 | None = about("our sales order number")
    change_number: Str30 | None = about("the buyer's number of the change that is answered")
    lines: tuple[ResponseLine, ...] = Field(default=(), description="line by line")
