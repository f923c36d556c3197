"""Two kinds of news: stock (X12 846), and what an application made of a document (X12 824, EDIFACT APERAK)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from orders.content import Content, Reference, about
from orders.header import OrderHeader
from orders.line import LineContent
from orders.values import Quantity, Str3, Str10, Str20, Str30, Str50, Str80, Str500


class StockFigure(Content):
    """One quantity of a part: what kind of stock, how much, from when."""

    stock: Str20 = Field(description="on-hand, available, on-order, allocated, or the sender's code")
    quantity: Quantity = Field(description="how much")
    uom: Str3 | None = about("its unit")
    available_on: date | None = about("day it can be had")


class InventoryLine(LineContent):
    """One part and its stock."""

    line_no: int = Field(description="number within the advice")
    figures: tuple[StockFigure, ...] = Field(default=(), description="stock by kind")


class InventoryAdvice(OrderHeader):
    """Stock of parts at a place and time."""

    kind: Literal["inventory-advice"] = "inventory-advice"
    advice_number: Str30 | None = about("the sender's number")
    advice_date: date | None = about("day the figures are of")
    report_type: Str10 | None = about("whose stock, by a code")
    lines: tuple[InventoryLine, ...] = Field(default=(), description="part by part")


class Verdict(StrEnum):
    """What an application made of a document."""

    ACCEPTED = "accepted"
    ACCEPTED_WITH_CHANGES = "accepted-with-changes"
    PARTLY_ACCEPTED = "partly-accepted"
    REJECTED = "rejected"


class AdviceError(Content):
    """One fault the application found."""

    error_code: Str10 | None = about("by a code")
    error_text: Str500 | None = about("in words")
    bad_value: Str80 | None = about("what was sent")
    expected: Str80 | None = about("what was wanted")


class AdviceItem(Content):
    """The verdict on one document."""

    verdict: Verdict = Field(description="what became of it")
    ref_type: Str3 | None = about("which number names it")
    ref_value: Str80 | None = about("that number")
    set_id: Str10 | None = about("set or message of ours that is spoken of")
    group_control_number: Str20 | None = about("control number of its group")
    set_control_number: Str20 | None = about("control number of the set")
    references: tuple[Reference, ...] = Field(default=(), description="other numbers of the document")
    errors: tuple[AdviceError, ...] = Field(default=(), description="what was wrong")


class ApplicationAdvice(OrderHeader):
    """A partner's application speaks of documents of ours, or ours of theirs, after the syntax was fine."""

    kind: Literal["application-advice"] = "application-advice"
    advice_number: Str50 | None = about("the sender's number")
    advice_date: date | None = about("day of the advice")
    items: tuple[AdviceItem, ...] = Field(default=(), description="document by document")
