"""A line of an order and its deliveries: each schedule with its own quantity, dates, destination and price."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pydantic import Field, JsonValue

from orders import values as v
from orders.content import AllowanceCharge, Content, Identifier, Note, Party, PriceBreak, Reference, TaxLine, about
from orders.values import (
    ExactFraction,
    Money,
    Percent,
    Quantity,
    Ref,
    Str2,
    Str3,
    Str4,
    Str6,
    Str10,
    Str12,
    Str20,
    Str30,
    Str35,
    Str60,
    Str80,
    Str200,
    Text,
    UnitPrice,
)


class Schedule(Content):
    """One delivery of a line with its own quantity, dates, destination and price."""

    schedule_no: int = Field(description="number within the line, stable for life")
    quantity: Quantity = Field(description="how much of the line this delivery is")
    uom: Str3 | None = about("unit, if not the line's")
    commitment: v.Commitment | None = about("firm, planned or at once")
    bucket: v.Bucket | None = about("how long a time the quantity is spread over, from its date on")
    requested_ship_date: date | None = about("customer asks us to ship on")
    requested_delivery_date: date | None = about("customer asks for arrival on")
    not_before: date | None = about("first day of the window")
    not_after: date | None = about("last day of the window")
    time_window: Str30 | None = about("hours of the day")
    promised_date: date | None = about("our answer")
    promised_by: Ref | None = about("who or what promised")
    promise_revision: int | None = about("how often the promise changed")
    ship_to: Ref | None = about("destination, if not the order's: the party code of a ship-to")
    mark_for: Ref | None = about("store the cartons are marked for")
    dock_door: Str20 | None = about("door at the customer")
    unit_price: UnitPrice | None = about("price of this delivery; empty means the line's")
    price_basis_qty: Quantity | None = about("units the price is for")
    price_source: v.PriceSource | None = about("where the price is from")
    carrier_scac: Str4 | None = about("carrier, if not the order's")
    service_level: Str10 | None = about("service, if not the order's")
    freight_payment: v.FreightPayment | None = about("who pays the freight, if not as on the order")
    release_number: Str30 | None = about("kanban or call-off number")
    allowances: tuple[AllowanceCharge, ...] = Field(default=(), description="allowances and charges of this delivery")
    schedule_status: v.LineStatus | None = about("state of this delivery")
    quantity_released: Quantity | None = about("released to the dock")
    quantity_picked: Quantity | None = about("picked")
    quantity_shipped: Quantity | None = about("shipped")


def quantity_for(schedules: Iterable[Schedule], store: str) -> tuple[Decimal, tuple[Schedule, ...]]:
    """What of a line goes to a store, and its deliveries there if they say more than how much."""
    mine = [one for one in schedules if one.ship_to == store]
    dated = any(one.model_fields_set - {"schedule_no", "quantity", "uom", "ship_to"} for one in mine)
    there = (one.model_copy(update={"ship_to": None, "schedule_no": number}) for number, one in enumerate(mine, 1))
    return sum((one.quantity for one in mine), start=Decimal(0)), tuple(there) if dated else ()


class Packing(Content):
    """What a line needs for lots, serial numbers, cartons, pallets and labels."""

    lot_control: v.LotControl | None = about("how strictly lots are kept")
    required_lot: Str35 | None = about("the lot the customer wants")
    min_shelf_life_days: int | None = about("days of shelf life left on arrival")
    best_before_date: date | None = about("earliest best-before date accepted")
    serial_required: bool | None = about("serial numbers must be recorded")
    serials: tuple[Str80, ...] = Field(default=(), description="serial numbers named or shipped")
    pack_qty: Quantity | None = about("units in a carton (X12 PO401)")
    inner_pack: Quantity | None = about("units in an inner pack (X12 PO414)")
    pack_uom: Str3 | None = about("unit of the pack")
    packaging_code: Str20 | None = about("kind of packing")
    returnable_container: bool | None = about("the container comes back")
    gross_weight: Quantity | None = about("weight with packing")
    weight_uom: Str3 | None = about("unit of the weight")
    volume: Quantity | None = about("volume in the sender's unit")
    dimensions: JsonValue = about("length, width, height with their unit")
    carton_marks: Str200 | None = about("text the cartons must carry")
    label_type: v.LabelType | None = about("which carton label")
    ticket_text: Str200 | None = about("price ticket text")
    ucc_prefix: Str10 | None = about("GS1 company prefix for the labels")
    pallet_ti: int | None = about("cartons in a pallet layer")
    pallet_hi: int | None = about("layers on a pallet")


class Pricing(Content):
    """What a line costs: the customer's figures and ours, side by side."""

    unit_price: UnitPrice | None = about("our agreed price", needed_to="approve")
    price_as_received: UnitPrice | None = about("the customer's price")
    price_basis_code: v.PriceBasis | None = about("how the price is to be read")
    price_basis_qty: Quantity | None = about("units the price is for; empty means one")
    price_source: v.PriceSource | None = about("where our price is from")
    price_list_price: UnitPrice | None = about("list price on the day")
    price_variance: UnitPrice | None = about("customer's price less ours, per price basis")
    msrp: UnitPrice | None = about("recommended retail price")
    retail_price: UnitPrice | None = about("shelf price for tickets")
    cost: UnitPrice | None = about("our cost; not everyone may see it")
    margin_percent: Percent | None = about("margin; not everyone may see it")
    discount_percent: Percent | None = about("line discount in percent")
    discount_amount: Money | None = about("line discount as an amount")
    tax_category: Ref | None = about("how the line is taxed")
    taxes: tuple[TaxLine, ...] = Field(default=(), description="taxes of the line")
    allowances: tuple[AllowanceCharge, ...] = Field(default=(), description="allowances and charges of the line")
    price_breaks: tuple[PriceBreak, ...] = Field(default=(), description="prices by quantity")
    extended_price: Money | None = about("quantity times price, rounded once", needed_to="approve")
    extended_as_received: Money | None = about("the customer's line amount: a control, never used to compute")


class Component(Content):
    """What one unit of a line is made up of: the pieces of a prepack or kit, or what is added to it or left out."""

    component_no: int = Field(description="number within the line")
    relationship: v.ComponentRelationship = Field(description="included, added or left out")
    customer_line_ref: Str20 | None = about("the customer's number of the piece")
    quantity: Quantity | None = about("how many of it in one unit of the line")
    uom: Str3 | None = about("their unit")
    price_as_received: UnitPrice | None = about("the customer's price of it")
    price_basis_code: v.PriceBasis | None = about("how the price is to be read")
    part_as_ordered: tuple[Identifier, ...] = Field(default=(), description="every id the customer sent for it")
    part: Ref | None = about("our part")
    description: Str80 | None = about("short description")
    size: Str60 | None = about("size")
    colour: Str60 | None = about("colour")
    style: Str60 | None = about("style")
    parties: tuple[Party, ...] = Field(default=(), description="parties that differ from the line's")


class LineContent(Packing, Pricing):
    """What any document may say of a line: the part, its price, its deliveries, its words."""

    part_as_ordered: tuple[Identifier, ...] = Field(default=(), description="every id the customer sent for the part")
    uom_as_received: Str10 | None = about("the customer's unit code")
    customer_line_ref: Str20 | None = about("the customer's line number, echoed on every answer")
    line_status: v.LineStatus | None = Field(
        default=v.LineStatus.OPEN, description="state of the line", json_schema_extra={"needed_to": "approve"}
    )
    line_type: v.LineType | None = about("part, kit, service, comment or charge")
    parent_line: int | None = about("line of the kit this one is part of")
    part: Ref | None = about("our part", needed_to="approve")
    part_match_rule: Str30 | None = about("how the part was found")
    part_match_confidence: v.Confidence | None = about("how sure the match is, 0 to 1")
    description: Str80 | None = about("short description")
    description_long: Text | None = about("long description")
    brand: Str60 | None = about("brand")
    model: Str60 | None = about("model")
    size: Str60 | None = about("size")
    colour: Str60 | None = about("colour")
    style: Str60 | None = about("style")
    options: dict[str, JsonValue] = Field(default_factory=dict, description="configuration chosen")
    revision_level: Str20 | None = about("engineering revision asked for")
    drawing_no: Str35 | None = about("drawing")
    stock_uom: Str3 | None = about("unit we stock the part in")
    uom_factor: ExactFraction | None = about("stock units in one ordered unit, exact")
    stock_quantity: Quantity | None = about("quantity in stock units")
    min_qty: Quantity | None = about("least the customer takes")
    max_qty: Quantity | None = about("most the customer takes")
    min_backorder: Quantity | None = about("least back order accepted")
    max_backorder: Quantity | None = about("most back order accepted")
    qty_tolerance_over: Percent | None = about("percent we may ship above")
    qty_tolerance_under: Percent | None = about("percent we may ship below")
    ship_from: Ref | None = about("site, if not the order's")
    lead_time_days: int | None = about("days we need")
    available_to_promise_date: date | None = about("first day we could ship all of it")
    substitution_allowed: bool | None = about("another part may be sent")
    substitute_for: Ref | None = about("the part this one stands in for")
    inspection_required: bool | None = about("must be inspected before shipping")
    source_inspection: bool | None = about("the customer inspects here")
    certificates_required: tuple[Str80, ...] = Field(default=(), description="papers that must go along")
    hazmat: bool | None = about("dangerous goods")
    un_number: Str6 | None = about("UN number of dangerous goods")
    country_of_origin: Str2 | None = about("ISO 3166-1 alpha-2")
    hs_code: Str12 | None = about("customs tariff number")
    cancel_reason: v.CancelReason | None = about("why the line was cancelled")
    hold_reason: Str80 | None = about("why the line is held")
    quantity_as_received: Quantity | None = about("the customer's quantity, where ours is in another unit")
    schedules: tuple[Schedule, ...] = Field(default=(), description="deliveries; none means the whole line at once")
    components: tuple[Component, ...] = Field(default=(), description="what one unit of the line is made up of")
    parties: tuple[Party, ...] = Field(default=(), description="parties that differ from the order's")
    references: tuple[Reference, ...] = Field(default=(), description="references of the line")
    notes: tuple[Note, ...] = Field(default=(), description="notes of the line")
    quantity_released: Quantity | None = about("released to the dock, over all schedules")
    quantity_picked: Quantity | None = about("picked")
    quantity_packed: Quantity | None = about("packed")
    quantity_shipped: Quantity | None = about("shipped")
    quantity_invoiced: Quantity | None = about("invoiced")
    quantity_cancelled: Quantity | None = about("cancelled")
    quantity_backordered: Quantity | None = about("back ordered")
    extensions: dict[str, JsonValue] = Field(default_factory=dict, description="input of the line that no field names")


class Line(LineContent):
    """One part, service or charge ordered, with its deliveries."""

    line_no: int = Field(description="our number, stable for life")
    quantity: Quantity = Field(description="ordered in all, the sum of the schedules")
    uom: Str3 = Field(description="unit, normalised by the partner's table")
