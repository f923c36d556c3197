"""What left the dock: X12 856, EDIFACT DESADV. Orders in a shipment, packages in an order, lines in a package."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, time
from itertools import count
from typing import Literal

from pydantic import Field, JsonValue

from orders.content import Content, Note, Party, Reference, about
from orders.header import OrderHeader
from orders.line import LineContent
from orders.values import Quantity, Str2, Str3, Str4, Str10, Str20, Str30, Str35, Str50, Str80


class ShippedLine(LineContent):
    """How much of a line is in the package or shipment."""

    line_no: int = Field(description="number within what holds it")
    quantity: Quantity | None = about("shipped")
    uom: Str3 | None = about("its unit")
    quantity_ordered: Quantity | None = about("ordered")
    customer_po_number: Str50 | None = about("its order, where packages hold lines of several")
    lot: Str35 | None = about("lot it is from")
    expires_on: date | None = about("best before, or expiry")


class Package(Content):
    """A carton or a pallet; a pallet may hold cartons."""

    package_no: int = Field(description="number within what holds it")
    package_kind: Literal["pallet", "carton"] | None = about("what it is")
    sscc: Str20 | None = about("Serial Shipping Container Code, 18 digits, with or without its application identifier")
    tracking_number: Str50 | None = about("the carrier's number")
    marks: Str80 | None = about("other marks on it")
    package_count: Quantity | None = about("how many like it")
    package_type: Str10 | None = about("kind of packing by a code")
    gross_weight: Quantity | None = about("with packing")
    weight_uom: Str3 | None = about("unit of the weight")
    packages: tuple[Package, ...] = Field(default=(), description="what stands on the pallet")
    lines: tuple[ShippedLine, ...] = Field(default=(), description="what is in it")
    extensions: dict[str, JsonValue] = Field(default_factory=dict, description="input that no field names")


class ShippedOrder(Content):
    """What of one order is in the shipment."""

    customer_po_number: Str50 | None = about("the buyer's order number")
    customer_po_date: date | None = about("its date")
    release_number: Str30 | None = about("release against a blanket order")
    order_number: Str30 | None = about("our sales order number")
    department_number: Str10 | None = about("department at a retailer")
    package_type: Str10 | None = about("kind of packing by a code")
    package_count: Quantity | None = about("cartons of the order")
    gross_weight: Quantity | None = about("with packing")
    weight_uom: Str3 | None = about("unit of the weight")
    parties: tuple[Party, ...] = Field(default=(), description="such as the store it is marked for")
    references: tuple[Reference, ...] = Field(default=(), description="other numbers of the order")
    notes: tuple[Note, ...] = Field(default=(), description="words on the order")
    packages: tuple[Package, ...] = Field(default=(), description="what it is packed in")
    lines: tuple[ShippedLine, ...] = Field(default=(), description="what is shipped without a package of its own")
    extensions: dict[str, JsonValue] = Field(default_factory=dict, description="input that no field names")


class ShipNotice(OrderHeader):
    """A shipment as the customer is to hear of it before it arrives."""

    kind: Literal["ship-notice"] = "ship-notice"
    shipment_number: Str30 | None = about("our number of the shipment")
    notice_date: date | None = about("day of the notice")
    notice_time: time | None = about("hour of the notice, the sender's clock")
    structure: Str4 | None = about("how it is built up (X12 1005): 0001 shipment, order, package, line")
    shipped_on: date | None = about("left us")
    delivery_on: date | None = about("expected to arrive")
    bill_of_lading: Str30 | None = about("number of the bill of lading")
    pro_number: Str30 | None = about("the carrier's number of the freight")
    trailer_number: Str20 | None = about("trailer or container")
    seal_number: Str20 | None = about("its seal")
    package_type: Str10 | None = about("kind of packing by a code")
    package_count: Quantity | None = about("cartons or pallets in all")
    gross_weight: Quantity | None = about("of the whole shipment")
    weight_uom: Str3 | None = about("unit of the weight")
    transport_stage: Str2 | None = about("which leg the carrier has")
    orders: tuple[ShippedOrder, ...] = Field(default=(), description="orders in the shipment")

    def in_rows(self) -> ShipNotice:
        """The same goods with one line in each package, as a table has them: a row is a line in a package.

        Lines of one carton, or under one tracking number, are told by its number in each row.
        """
        rows = (one.model_copy(update={"packages": tuple(_one_line_each(one)), "lines": ()}) for one in self.orders)
        return self.model_copy(update={"orders": tuple(rows)})


def _one_line_each(order: ShippedOrder) -> Iterator[Package]:
    places = count(1)
    for package in order.packages:
        for line in package.lines or (None,):
            lines = (line.model_copy(update={"line_no": 1}),) if line else ()
            yield package.model_copy(update={"package_no": next(places), "lines": lines})
    for line in order.lines:
        yield Package(package_no=next(places), lines=(line.model_copy(update={"line_no": 1}),))
