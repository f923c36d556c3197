"""What the API answers, field by field: what is not listed here does not leave the box. Decimals and ids are text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from gateway.console.context import NoteText
from orders.rules import plain


def _plain(value: object) -> object:
    return plain(value) if isinstance(value, Decimal) else value


Figure = Annotated[str, BeforeValidator(_plain)]
"""A decimal as text: no exponent, the same from every database."""
IdText = Annotated[str, BeforeValidator(str)]


class Answer(BaseModel):
    """Reads its fields from objects of the store and the order desk."""

    model_config = ConfigDict(from_attributes=True)


class Problem(Answer):
    code: str = Field(description="stable, for programs")
    message: str = Field(description="for people: what stands in the way")


class OrderSummary(Answer):
    order_id: str
    order_number: str
    partner: str
    customer_po_number: str
    order_state: str
    credit_state: str
    fulfilment_state: str
    currency: str | None
    grand_total: Figure | None
    line_count: int
    received_at: datetime


class Hold(Answer):
    hold_id: str
    kind: str
    rule: str
    reason: str
    figures: dict[str, Any]
    set_by: str
    set_at: datetime
    released_by: str | None
    released_at: datetime | None
    release_note: str | None


class PartId(Answer):
    qualifier: str
    value: str


class ScheduleRow(Answer):
    schedule_no: int
    quantity: Figure
    requested_ship_date: date | None
    requested_delivery_date: date | None
    ship_to: str | None


class LineRow(Answer):
    line_no: int
    customer_line_ref: str | None
    part: str | None
    part_as_ordered: list[PartId]
    description: str | None
    quantity: Figure
    uom: str
    unit_price: Figure | None
    price_as_received: Figure | None
    extended_price: Figure | None
    schedules: list[ScheduleRow]


class PostalAddress(Answer):
    line1: str | None
    line2: str | None
    city: str | None
    region: str | None
    postal_code: str | None
    country: str | None


class PartyRow(Answer):
    role: str
    party_code: str | None
    name: str | None
    address: PostalAddress | None


class PrintJobRow(Answer):
    print_job_id: str
    order_id: str
    order_revision: int
    document: str
    printer: str
    media_type: str
    copies: int
    sha256: str | None = Field(description="none until its page is rendered")
    state: str
    reason: str | None
    reprint_of: str | None
    requested_at: datetime
    settled_at: datetime | None


class Totals(Answer):
    currency: str | None
    lines_total: Figure | None
    allowances_total: Figure | None
    charges_total: Figure | None
    freight_total: Figure | None
    tax_total: Figure | None
    grand_total: Figure | None


class OrderContent(Totals):
    partner: str | None
    customer_po_number: str | None
    customer_po_date: date | None
    release_number: str | None
    received_at: datetime | None
    requested_ship_date: date | None
    requested_delivery_date: date | None
    ship_not_before: date | None
    ship_no_later: date | None
    cancel_after: date | None
    test_indicator: bool | None
    payment_terms: str | None
    carrier_scac: str | None
    parties: list[PartyRow]
    lines: list[LineRow]


class OrderDetail(Answer):
    order_id: str
    order_number: str
    order_state: str
    credit_state: str
    fulfilment_state: str
    customer: str | None
    revision: int
    version: int
    printed_at: datetime | None
    transmission_ids: list[str]
    holds: list[Hold]
    content: OrderContent


class BlanketRow(Answer):
    line_no: int
    part: str | None
    uom: str
    agreed: Figure
    drawn: Figure
    left: Figure = Field(description="below zero: more was released than agreed")


class BlanketDetail(Answer):
    order_number: str
    valid_from: date | None
    valid_until: date | None
    lines: list[BlanketRow]


class ChangedField(BaseModel):
    path: str = Field(description="such as lines[2].quantity")
    before: Any = Field(description="null: there was nothing")
    after: Any = Field(description="null: there is nothing any more")


class RevisionRow(BaseModel):
    revision: int
    actor: str
    reason: str | None
    at: datetime
    changes: list[ChangedField]


class TimelineEntry(BaseModel):
    at: datetime
    ms: int = Field(description="milliseconds since the last byte came in")
    stage: str
    actor: str
    what: str
    ref: str


class Timeline(BaseModel):
    order: str
    po: str
    events: list[TimelineEntry]


class ReleaseRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    kind: str | None = Field(default=None, max_length=20, description="credit or review; all when none is named")
    note: NoteText = Field(default="", max_length=400, description="why; kept with the hold")
    reason_code: str = Field(default="", max_length=30, description="why credit is passed over, of the policy's list")


class TransmissionRow(Answer):
    transmission_id: str
    direction: str
    channel: str
    transport_id: str
    partner: str | None
    name: str
    sha256: str
    size_bytes: int
    state: str
    reason: str | None
    answers: str | None
    at: datetime


class DocumentRow(Answer):
    document_id: str
    kind: str
    partner: str
    customer_po_number: str | None
    map: str
    order_id: str | None


class TransmissionDetail(TransmissionRow):
    findings: list[dict[str, Any]]
    documents: list[DocumentRow]
    answered_by: list[str] = Field(description="the transmissions that acknowledge this one")


class ParkedRow(Answer):
    parked_id: IdText
    step: str
    message_id: str
    attempt: int
    reason: str
    transmission_id: str | None
    parked_at: datetime
    state: str
    settled_at: datetime | None
    settled_by: str | None


class ParkedDetail(ParkedRow):
    body: str
    traceback: str
