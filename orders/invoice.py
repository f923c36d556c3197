"""What we ask to be paid: X12 810 and 880, EDIFACT INVOIC."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

from pydantic import Field

from orders.content import about
from orders.header import OrderHeader
from orders.line import LineContent
from orders.values import Money, Quantity, Str3, Str30, Str50


class InvoiceType(StrEnum):
    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    DEBIT_NOTE = "debit-note"


class InvoiceLine(LineContent):
    """One line invoiced; ``unit_price`` is what is asked."""

    line_no: int = Field(description="number within the invoice")
    quantity: Quantity | None = about("invoiced")
    uom: Str3 | None = about("its unit")
    customer_po_number: Str50 | None = about("its order, where an invoice is for several")


class Invoice(OrderHeader):
    """An invoice or credit note."""

    kind: Literal["invoice"] = "invoice"
    invoice_type: InvoiceType | None = about("which way the money goes")
    invoice_number: Str30 | None = about("our number")
    invoice_date: date | None = about("day of the invoice")
    order_number: Str30 | None = about("our sales order number")
    shipment_number: Str30 | None = about("our number of the shipment")
    bill_of_lading: Str30 | None = about("number of the bill of lading")
    shipped_on: date | None = about("left us")
    total_due: Money | None = about("to be paid in all (X12 TDS01, EDIFACT MOA 9 or 77)")
    discount_total: Money | None = about("cash discount if paid in time")
    quantity_total: Quantity | None = about("units invoiced in all")
    quantity_total_uom: Str3 | None = about("their unit")
    gross_weight: Quantity | None = about("of what was shipped")
    weight_uom: Str3 | None = about("unit of the weight")
    lines: tuple[InvoiceLine, ...] = Field(default=(), description="what is charged")
