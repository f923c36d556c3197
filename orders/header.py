"""What the head of any order document says: identity, dates, terms, freight, tax, totals, parties, notes.

An order, its change, its response, a ship notice and an invoice speak of the same things in the same words; a rule of a
map or a field on a screen is the same in all of them.
"""

from __future__ import annotations

from datetime import date

from pydantic import Field, JsonValue

from orders import values as v
from orders.content import AllowanceCharge, Attachment, Content, Note, Party, Reference, TaxLine, about
from orders.values import (
    Money,
    Percent,
    Quantity,
    Ref,
    Str3,
    Str4,
    Str5,
    Str10,
    Str20,
    Str30,
    Str35,
    Str50,
    Str80,
    Str200,
    Str500,
    Text,
    Timestamp,
)

SCHEMA_VERSION = 1
"""Raised when a field changes its meaning, so that a stored revision can be read as what it was."""


class Identity(Content):
    """Which order this is, for the customer and for the channel it came by."""

    customer_po_number: Str50 | None = about("the buyer's order number", needed_to="approve")
    customer_po_date: date | None = about("date of the purchase order")
    release_number: Str30 | None = about("release against a blanket order, or call-off number")
    store: Ref | None = about("the store this part is for, of an order for several")
    change_sequence: int | None = about("how often the buyer has changed this order")
    purpose_code: v.Purpose | None = about("what the sender wants done")
    order_type: v.OrderType | None = about("kind of order")
    channel: Ref | None = about("channel, storefront or console it came in by", needed_to="save")
    channel_order_id: Str80 | None = about("id in the source system; empty only for a typed order", needed_to="save")
    channel_order_ref: Str80 | None = about("the source system's number for people")
    partner: Ref | None = about("trading partner it was read for", needed_to="approve")
    placed_at: Timestamp | None = about("when the buyer placed it")
    received_at: Timestamp | None = about("when its bytes were archived", needed_to="save")
    language: Str5 | None = about("language of papers and mail")
    sales_rep: Ref | None = about("person who owns the order")
    sales_team: Ref | None = about("team that owns the order")
    entered_by: Ref | None = about("the clerk, or 'system'")
    company: Ref | None = about("legal entity that sells")
    division: Ref | None = about("division that sells")
    department_number: Str10 | None = about("department at a retailer")
    merchandise_type: Str20 | None = about("kind of merchandise at a retailer")
    promo_code: Str20 | None = about("event or promotion")
    test_indicator: bool | None = about("a test: never released to the dock")
    valid_from: date | None = about("first day of a blanket or offer")
    valid_until: date | None = about("last day of a blanket or offer")
    priority: v.Priority | None = about("sorting on the dock")
    rush: bool | None = about("the customer pays for haste")
    tags: tuple[Str80, ...] = Field(default=(), description="free tags")


class RequestedDates(Content):
    """When the customer wants it and what we promised."""

    requested_ship_date: date | None = about("customer asks us to ship on")
    requested_delivery_date: date | None = about("customer asks for arrival on")
    ship_not_before: date | None = about("ship window opens")
    ship_no_later: date | None = about("ship window closes")
    deliver_not_before: date | None = about("delivery window opens")
    deliver_no_later: date | None = about("delivery window closes")
    cancel_after: date | None = about("the order is void after this day")
    promised_ship_date: date | None = about("our commitment to ship")
    promised_delivery_date: date | None = about("our commitment to arrive")
    sla_due_at: Timestamp | None = about("the storefront's ship-by promise")


class Terms(Content):
    """How it is paid."""

    payment_terms: Ref | None = about("our terms record", needed_to="approve")
    discount_percent: Percent | None = about("cash discount")
    discount_days: int | None = about("days it may be taken")
    discount_due_date: date | None = about("last day it may be taken")
    net_days: int | None = about("days until payment is due")
    net_due_date: date | None = about("day payment is due")
    terms_text: Str200 | None = about("terms in words")
    payment_method: v.PaymentMethod | None = about("how it is paid")
    payment_status: v.PaymentStatus | None = about("how far payment has got")
    payment_reference: Str80 | None = about("transaction at the payment service")
    prepaid_amount: Money | None = about("already paid or authorised")
    contract_number: Str35 | None = about("contract")
    quote_number: Str35 | None = about("our quote it answers")
    terms_and_conditions: Text | None = about("the buyer's conditions")


class Freight(Content):
    """How it goes there and who pays for that."""

    freight_payment: v.FreightPayment | None = about("who pays the freight", needed_to="approve")
    incoterm: Str3 | None = about("Incoterms code")
    incoterm_place: Str80 | None = about("the place the Incoterm names")
    title_passage_location: Str80 | None = about("where title passes")
    carrier_scac: Str4 | None = about("carrier, Standard Carrier Alpha Code")
    service_level: Str10 | None = about("ground, second day ...")
    carrier_service_requested: Str80 | None = about("carrier or service in the channel's words")
    transport_mode: Str10 | None = about("road, rail, air, parcel ...")
    third_party_account: Str30 | None = about("carrier account to be billed")
    freight_bill_to: Ref | None = about("party that gets the freight bill")
    routing_guide_ref: Str80 | None = about("routing guide to follow")
    ship_from: Ref | None = about("our site that ships")
    ship_complete: v.ShipComplete | None = about("whether parts of the order may go alone")
    saturday_delivery: bool | None = about("deliver on Saturday")
    signature_required: bool | None = about("someone must sign")
    insurance_amount: Money | None = about("insured value")
    packing_slip_required: bool | None = about("the customer wants a slip in the carton")
    gift: bool | None = about("no prices in the carton")
    gift_message: Str500 | None = about("words for the one who gets it")
    label_source: v.LabelSource | None = about("who makes the carrier label")
    freight_charge_to_customer: Money | None = about("freight we charge")
    freight_estimate: Money | None = about("freight we expect to pay")


class Taxes(Content):
    """Tax of the order as a whole."""

    prices_include_tax: bool | None = about("prices are gross")
    tax_amount_total: Money | None = about("all tax of the order")
    tax_calculation_source: v.TaxSource | None = about("who computed the tax")
    tax_lines: tuple[TaxLine, ...] = Field(default=(), description="taxes of the order")


class Totals(Content):
    """What it comes to: computed by us, with the customer's figures as controls."""

    currency: Str3 | None = about("ISO 4217", needed_to="approve")
    exchange_rate: v.ExchangeRate | None = about("base currency units for one unit of the order's currency")
    rate_date: date | None = about("day of the rate")
    base_currency: Str3 | None = about("our own currency")
    lines_total: Money | None = about("sum of the rounded lines")
    allowances_total: Money | None = about("sum of header allowances")
    charges_total: Money | None = about("sum of header charges")
    freight_total: Money | None = about("freight charged")
    tax_total: Money | None = about("tax charged")
    grand_total: Money | None = about("what the customer pays")
    rounding_adjustment: Money | None = about("rounding on the whole document")
    total_as_received: Money | None = about("the customer's total")
    line_count_as_received: int | None = about("lines the customer counted (X12 CTT01)")
    hash_total_as_received: Quantity | None = about("the customer's hash total (X12 CTT02)")


class OrderHeader(Totals, Taxes, Freight, Terms, RequestedDates, Identity):
    """Everything the head of an order document may hold, and where it came from."""

    parties: tuple[Party, ...] = Field(default=(), description="one per role")
    references: tuple[Reference, ...] = Field(default=(), description="other numbers of the order")
    internal_vendor_no: Str30 | None = about("vendor number inside the buyer's company")
    project: Str30 | None = about("project")
    cost_centre: Str30 | None = about("the buyer's cost centre")
    attachments: tuple[Attachment, ...] = Field(default=(), description="files that came along")
    notes: tuple[Note, ...] = Field(default=(), description="notes of the order")
    allowances: tuple[AllowanceCharge, ...] = Field(default=(), description="allowances and charges of the order")
    provenance: dict[str, str] = Field(default_factory=dict, description="field path to segment, rule or person")
    extensions: dict[str, JsonValue] = Field(default_factory=dict, description="input that no field names")
    schema_version: int = Field(default=SCHEMA_VERSION, description="version of this model the content was written for")

    def party(self, role: v.PartyRole) -> Party | None:
        """The party that plays a role, or None."""
        return next((party for party in self.parties if party.role is role), None)
