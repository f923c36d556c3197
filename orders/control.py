"""State, control and audit of a sales order: what is ours about it, never the customer's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from pydantic import Field, JsonValue

from orders import values as v
from orders.content import Content, about
from orders.values import Money, Quantity, Ref, Str30, Str80, Str200, Str500, Timestamp


class HoldRow(Content):
    """A business stop as the order shows it: the figures it was set for, and who let go of it."""

    hold_id: Ref
    kind: v.HoldKind
    rule: Str30
    reason: Str500
    figures: dict[str, JsonValue] = Field(default_factory=dict)
    set_by: Ref
    set_at: Timestamp
    released_by: Ref | None = None
    released_at: Timestamp | None = None
    release_note: Str500 | None = None
    expires_at: Timestamp | None = None
    field_path: Str200 | None = about("the field it speaks of")
    question: Str500 | None = about("what the customer was asked about it")
    source: Literal["check", "document", "person"] = Field(
        default="check", description="a check holds until the next check finds otherwise; the others, until let go"
    )

    @property
    def is_open(self) -> bool:
        return self.released_at is None


class ReviewResult(Content):
    """One review rule that spoke, and what became of it."""

    rule: Str30
    severity: v.Severity
    field_path: Str200
    message: Str500
    expected: Str200 | None = None
    actual: Str200 | None = None
    tolerance: Str200 | None = None
    disposition: Str30 | None = None
    by: Ref | None = None
    at: Timestamp | None = None


class Approval(Content):
    """One step of an approval chain."""

    step: int
    role: Str30
    user: Ref
    decision: Literal["approved", "rejected"]
    comment: Str500 | None = None
    at: Timestamp
    revision: int = Field(default=1, description="the revision it is good for")
    reason_code: Str30 | None = None


class Waiver(Content):
    """Leave to go on in spite of a credit stop: for one revision, up to an amount, until a day."""

    revision: int
    up_to: Money | None = None
    until: date | None = None
    by: Ref
    at: Timestamp
    reason_code: Str30 | None = None
    note: Str500 | None = None


class Progress(Content):
    """How far one delivery of one line is, in the line's unit. A line without schedules is delivery 1 of itself."""

    line_no: int
    schedule_no: int
    picked: Quantity = Decimal(0)
    packed: Quantity = Decimal(0)
    shipped: Quantity = Decimal(0)
    invoiced: Quantity = Decimal(0)
    cancelled: Quantity = Decimal(0)


class Unanswered(Content):
    """A customer's document we owe our word on, once the order is decided."""

    document_id: Ref
    responds_to: Literal["order", "change"]
    revision: int = Field(description="the revision it was laid beside")
    is_refused: bool = False


class ChangeLogEntry(Content):
    """Who changed what, when and why: one row for each revision or transition."""

    at: Timestamp
    actor: Ref
    what: Str80
    reason: Str500 | None = None
    via: Str30 | None = None
    from_value: Str200 | None = None
    to_value: Str200 | None = None


class OrderControl(Content):
    """State, control and audit of a sales order: ours, never the customer's."""

    order_id: Ref = Field(description="internal key, a version 7 UUID")
    order_number: Str30 = Field(description="our sales order number")
    order_state: v.OrderState = v.OrderState.RECEIVED
    credit_state: v.CreditState = v.CreditState.NOT_CHECKED
    fulfilment_state: v.FulfilmentState = v.FulfilmentState.OPEN
    holds: tuple[HoldRow, ...] = ()
    credit_snapshot: dict[str, JsonValue] | None = about("every figure the last credit decision used")
    review_results: tuple[ReviewResult, ...] = ()
    approvals: tuple[Approval, ...] = ()
    unanswered: tuple[Unanswered, ...] = Field(default=(), description="documents of the customer to be answered")
    waivers: tuple[Waiver, ...] = ()
    progress: tuple[Progress, ...] = Field(default=(), description="deliveries the dock has begun with")
    dock_release: int = Field(default=0, description="how often it was released to the dock: papers belong to one")
    version: int = Field(default=1, description="optimistic lock, raised by every transition")
    idempotency_key: Str200 = Field(description="channel, account, id in the source and change sequence: unique")
    duplicate_of: Ref | None = about("order this one repeats")
    original_order: Ref | None = about("order this one replaces")
    transmission_ids: tuple[Ref, ...] = Field(default=(), description="archived bytes it came from")
    map_revision: Ref | None = about("map that read it")
    change_log: tuple[ChangeLogEntry, ...] = ()
    acknowledgment_state: v.AcknowledgmentState | None = about("business acknowledgment: 855, ORDRSP or the store's")
    answer_due_at: Timestamp | None = about("when the customer must have our answer")
    acknowledgment_id: Ref | None = about("transmission it went out with")
    invoice_state: v.InvoiceState | None = about("invoice")
    invoice_number: Str30 | None = about("invoice number")
    dock_released_at: Timestamp | None = about("released to the dock")
    printed_at: Timestamp | None = about("first paper out")
    print_job_id: Ref | None = about("latest print job")
    printer: Ref | None = about("printer of that job")
    shipped_at: Timestamp | None = about("left the dock")
    tracking: tuple[Str80, ...] = Field(default=(), description="tracking numbers")
    cancel_reason: v.CancelReason | None = about("why it was cancelled")
    cancelled_by: Ref | None = about("who cancelled it")
    cancelled_at: Timestamp | None = about("when")
    checkout_to_print_s: v.Seconds | None = about("measured from the buyer's click to paper")
    checkout_to_ship_s: v.Seconds | None = about("measured from the buyer's click to the truck")
    locked: bool = Field(default=False, description="nobody may change it")
    pii_erase_after: date | None = about("day the buyer's personal data must be erased")
