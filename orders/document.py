"""The canonical content: what any order document says, whichever road it came by.

One :class:`PurchaseOrder` holds a typed order, an EDI order, a webstore order or a customer's spreadsheet; a sales
order keeps it as numbered revisions. Its change, response, ship notice and invoice stand in modules of their own and
are named here too: this is the room's one door for documents. Field names are the names in maps, screens, papers and
JSON. Three kinds of need:

* a field without ``None`` in its type is needed to save;
* a field marked ``needed_to="approve"`` must be filled before the order may go on to the dock
  (:func:`missing_to_approve` lists those that are not);
* everything else is optional.

What the customer said and what we say stand side by side (``price_as_received`` beside ``unit_price``,
``part_as_ordered`` beside ``part``): what was sent is never overwritten. Input that no field names goes to
``extensions``, and ``provenance`` says for each field which segment, path, rule or person it came from.

Dates are named by their meaning (``*_date``, ``cancel_after``), moments end in ``_at`` and carry their offset.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field

from orders import values as v
from orders.advice import AdviceError, AdviceItem, ApplicationAdvice, InventoryAdvice, InventoryLine, StockFigure
from orders.change import ChangeAction, LineChange, PurchaseOrderChange
from orders.content import (
    Address,
    AllowanceCharge,
    Attachment,
    Content,
    Identifier,
    Note,
    PartCrossReference,
    Party,
    PriceBreak,
    Reference,
    TaxLine,
)
from orders.control import Approval, ChangeLogEntry, HoldRow, OrderControl, ReviewResult
from orders.header import SCHEMA_VERSION, OrderHeader
from orders.invoice import Invoice, InvoiceLine
from orders.line import Component, Line, LineContent, Packing, Pricing, Schedule, quantity_for
from orders.response import LineAnswer, OrderResponse, ResponseLine
from orders.shipment import Package, ShipNotice, ShippedLine, ShippedOrder

__all__ = [
    "DOCUMENTS",
    "SCHEMA_VERSION",
    "SPEAKS_OF_AN_EARLIER_ORDER",
    "Address",
    "AdviceError",
    "AdviceItem",
    "AllowanceCharge",
    "ApplicationAdvice",
    "Approval",
    "Attachment",
    "ChangeLogEntry",
    "Component",
    "Content",
    "Document",
    "HoldRow",
    "Identifier",
    "InventoryAdvice",
    "InventoryLine",
    "Invoice",
    "InvoiceLine",
    "Line",
    "LineAnswer",
    "LineChange",
    "LineContent",
    "Note",
    "OrderControl",
    "OrderHeader",
    "OrderResponse",
    "Package",
    "Packing",
    "PartCrossReference",
    "Party",
    "PriceBreak",
    "Pricing",
    "PurchaseOrder",
    "PurchaseOrderChange",
    "Reference",
    "ResponseLine",
    "ReviewResult",
    "Schedule",
    "ShipNotice",
    "ShippedLine",
    "ShippedOrder",
    "StockFigure",
    "TaxLine",
    "change_from",
    "missing_in_head",
    "missing_to_approve",
    "quantity_for",
]


class PurchaseOrder(OrderHeader):
    """A buyer's order as a document, after translation and at every later revision."""

    kind: Literal["purchase-order"] = "purchase-order"
    lines: tuple[Line, ...] = Field(default=(), description="what is ordered")


SPEAKS_OF_AN_EARLIER_ORDER = frozenset({v.Purpose.CHANGE, v.Purpose.REPLACE, v.Purpose.CANCEL, v.Purpose.DUPLICATE})
"""Purposes of an order document that is no new order: :func:`change_from` says what it is."""

Document = Annotated[
    PurchaseOrder | PurchaseOrderChange | OrderResponse | ShipNotice | Invoice | InventoryAdvice | ApplicationAdvice,
    Field(discriminator="kind"),
]
"""Any document, told apart by its ``kind``."""

DOCUMENTS: dict[str, type[OrderHeader]] = {
    "purchase-order": PurchaseOrder,
    "purchase-order-change": PurchaseOrderChange,
    "order-response": OrderResponse,
    "ship-notice": ShipNotice,
    "invoice": Invoice,
    "inventory-advice": InventoryAdvice,
    "application-advice": ApplicationAdvice,
}
"""The model of each kind of document."""


def change_from(order: PurchaseOrder) -> PurchaseOrderChange:
    """An order sent again to replace, cancel or change the one before, as the change it is.

    A replacement names all lines there are to be; what it does not name is gone.
    """
    is_whole = order.purpose_code not in (v.Purpose.CHANGE, v.Purpose.CANCEL)
    fields = {name: getattr(order, name) for name in order.model_fields_set if name in PurchaseOrderChange.model_fields}
    action = ChangeAction.DELETE if order.purpose_code is v.Purpose.CANCEL else ChangeAction.REPLACE
    lines = tuple(
        LineChange.model_validate({**{name: getattr(line, name) for name in line.model_fields_set}, "action": action})
        for line in order.lines
    )
    return PurchaseOrderChange.model_validate(
        {**fields, "kind": "purchase-order-change", "lines": lines, "is_whole": is_whole}
    )


def missing_to_approve(order: PurchaseOrder) -> Iterator[str]:
    """Paths of the fields that must be filled before the order may go to the dock and are not.

    Only the ship-to party's address is demanded; a party that is code only is completed from the masters first.
    """
    yield from missing_in_head(order)
    for line in order.lines:
        names = _missing(line)
        if names and line.line_status is not v.LineStatus.CANCELLED:
            yield from (f"lines[{line.line_no}].{name}" for name in names)


def missing_in_head(order: PurchaseOrder) -> Iterator[str]:
    """The same of everything but the lines' own fields."""
    yield from _missing(order)
    ship_to = order.party(v.PartyRole.SHIP_TO)
    if ship_to is None:
        yield "parties.ship_to"
    elif ship_to.address is None:
        yield "parties.ship_to.address"
    else:
        yield from (f"parties.ship_to.address.{name}" for name in _missing(ship_to.address))
    if not order.lines:
        yield "lines"


def _missing(part: Content) -> list[str]:
    """Names of the fields that are needed and empty."""
    needed, values = _needed_to_approve(type(part)), vars(part)
    if all(map(values.get, needed)):  # most parts
        return []
    return [name for name in needed if (value := values[name]) is None or (isinstance(value, str) and not value)]


@functools.cache
def _needed_to_approve(model: type[Content]) -> tuple[str, ...]:
    needed = []
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra
        if isinstance(extra, dict) and extra.get("needed_to") == "approve":
            needed.append(name)
    return tuple(needed)
