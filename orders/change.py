"""What a buyer wants changed in an order: X12 860, EDIFACT ORDCHG, or an order sent again with another purpose."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from orders.content import about
from orders.header import OrderHeader
from orders.line import LineContent
from orders.values import Quantity, Str3, Str30


class ChangeAction(StrEnum):
    """What is to happen to a line (X12 670, EDIFACT 1229)."""

    ADD = "add"
    DELETE = "delete"
    CHANGE = "change"
    INCREASE = "increase"
    DECREASE = "decrease"
    REPLACE = "replace"
    RESCHEDULE = "reschedule"
    CHANGE_PRICE = "change-price"
    CHANGE_QUANTITY = "change-quantity"
    CHANGE_PART = "change-part"
    NO_CHANGE = "no-change"


class LineChange(LineContent):
    """One line of a change. What is None stays as it was."""

    line_no: int = Field(description="number within the change")
    action: ChangeAction = Field(description="what is to happen to the line")
    quantity: Quantity | None = about("the new quantity; its meaning is the action's")
    quantity_left: Quantity | None = about("what is left to receive (X12 POC04)")
    uom: Str3 | None = about("unit of the quantities")


class PurchaseOrderChange(OrderHeader):
    """A change to an order we have, or are about to get. Its purpose says whether all of it is meant."""

    kind: Literal["purchase-order-change"] = "purchase-order-change"
    change_number: Str30 | None = about("the buyer's number of this change")
    change_date: date | None = about("day of the change")
    is_whole: bool | None = about("true: lines not named here are gone; false: they stay")
    unplaced: tuple[str, ...] | None = about("what of it could be given to none of the orders of its PO")
    lines: tuple[LineChange, ...] = Field(default=(), description="lines spoken of, in the sender's order")
