"""The small types an order is made of: amounts, quantities, codes. No behaviour, only meaning and limits.

Money, prices and quantities are :class:`decimal.Decimal`, never float, and never NaN or infinite. On our own JSON they
are strings, so that no reader can round them. Identifiers of other records (``Ref``) are text.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, WithJsonSchema

Ref = Annotated[str, Field(max_length=80)]
"""The key of another record: a customer, a part, a site, a user."""

Str2 = Annotated[str, Field(max_length=2)]
Str3 = Annotated[str, Field(max_length=3)]
Str4 = Annotated[str, Field(max_length=4)]
Str5 = Annotated[str, Field(max_length=5)]
Str6 = Annotated[str, Field(max_length=6)]
Str10 = Annotated[str, Field(max_length=10)]
Str12 = Annotated[str, Field(max_length=12)]
Str20 = Annotated[str, Field(max_length=20)]
Str30 = Annotated[str, Field(max_length=30)]
Str35 = Annotated[str, Field(max_length=35)]
Str48 = Annotated[str, Field(max_length=48)]
Str50 = Annotated[str, Field(max_length=50)]
Str60 = Annotated[str, Field(max_length=60)]
Str64 = Annotated[str, Field(max_length=64)]
Str80 = Annotated[str, Field(max_length=80)]
Str100 = Annotated[str, Field(max_length=100)]
Str200 = Annotated[str, Field(max_length=200)]
Str500 = Annotated[str, Field(max_length=500)]
Text = Annotated[str, Field(max_length=10_000)]
"""Free text of a note or clause. The limit is ours: no standard note is longer, and a page must still print."""


def _decimal(digits: int, places: int) -> Any:
    return Field(max_digits=digits, decimal_places=places, allow_inf_nan=False)


Money = Annotated[Decimal, _decimal(18, 4)]
"""An amount in the order's currency (``currency``), four decimals kept."""
UnitPrice = Annotated[Decimal, _decimal(18, 6)]
"""The price of ``price_basis_qty`` units (one, if that is empty), six decimals kept."""
Quantity = Annotated[Decimal, _decimal(18, 6)]
"""A count or measure in the unit named beside it."""
Percent = Annotated[Decimal, _decimal(7, 4)]
Rate = Annotated[Decimal, _decimal(9, 6)]
ExchangeRate = Annotated[Decimal, _decimal(18, 9)]
Confidence = Annotated[Decimal, _decimal(5, 4)]
Seconds = Annotated[Decimal, _decimal(12, 3)]
Coordinate = Annotated[Decimal, _decimal(9, 6)]


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("a time needs its offset from UTC")
    return moment


def _fraction(value: object) -> object:
    return Fraction(value) if isinstance(value, str | int) else value


Timestamp = Annotated[datetime, AfterValidator(_aware)]
"""A moment with its offset. The sender's offset is kept; our own moments are UTC."""
ExactFraction = Annotated[
    Fraction,
    BeforeValidator(_fraction),
    PlainSerializer(lambda value: f"{value.numerator}/{value.denominator}", return_type=str),
    WithJsonSchema({"type": "string", "pattern": "^-?[0-9]+(/[0-9]+)?$"}),
]
"""An exact ratio such as 12/1 (a case of twelve), so that chains of conversions never lose a cent."""


class Purpose(StrEnum):
    """What the sender wants done with the document (X12 BEG01, EDIFACT 1225)."""

    ORIGINAL = "original"
    CHANGE = "change"
    REPLACE = "replace"
    CANCEL = "cancel"
    DUPLICATE = "duplicate"
    CONFIRM = "confirm"
    TEST = "test"


class OrderType(StrEnum):
    STAND_ALONE = "stand-alone"
    BLANKET = "blanket"
    RELEASE = "release"
    DROP_SHIP = "drop-ship"
    SAMPLE = "sample"
    RUSH = "rush"
    RMA_REPLACEMENT = "rma-replacement"
    CONSIGNMENT = "consignment"
    NEW = "new"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    RUSH = "rush"


class PartyRole(StrEnum):
    SOLD_TO = "sold-to"
    SHIP_TO = "ship-to"
    BILL_TO = "bill-to"
    MARK_FOR = "mark-for"
    ULTIMATE_CONSIGNEE = "ultimate-consignee"
    BUYER = "buyer"
    ORIGINATOR = "originator"
    SUPPLIER = "supplier"
    SHIP_FROM = "ship-from"
    REMIT_TO = "remit-to"
    FORWARDER = "forwarder"
    CARRIER = "carrier"
    PAYER = "payer"
    OTHER = "other"


class AddressStatus(StrEnum):
    AS_RECEIVED = "as-received"
    NORMALISED = "normalised"
    OVERRIDDEN = "overridden"
    UNDELIVERABLE = "undeliverable"


class PaymentMethod(StrEnum):
    ON_ACCOUNT = "on-account"
    PREPAID_CARD = "prepaid-card"
    COD = "cod"
    ACH = "ach"
    LETTER_OF_CREDIT = "letter-of-credit"
    MARKETPLACE = "marketplace"


class PaymentStatus(StrEnum):
    NONE = "none"
    AUTHORISED = "authorised"
    CAPTURED = "captured"
    PARTIALLY_PAID = "partially-paid"
    REFUNDED = "refunded"
    VOIDED = "voided"


class FreightPayment(StrEnum):
    PREPAID = "prepaid"
    COLLECT = "collect"
    THIRD_PARTY = "third-party"
    PREPAID_AND_ADD = "prepaid-and-add"
    CUSTOMER_PICKUP = "customer-pickup"
    DEFINED_BY_BUYER_AND_SELLER = "defined-by-buyer-and-seller"


class ShipComplete(StrEnum):
    COMPLETE_ORDER = "complete-order"
    COMPLETE_LINE = "complete-line"
    BACKORDER_OK = "backorder-ok"
    NO_BACKORDER = "no-backorder"


class LabelSource(StrEnum):
    OWN_CARRIER = "own-carrier"
    CHANNEL_SUPPLIED = "channel-supplied"
    NONE = "none"


class TaxType(StrEnum):
    SALES = "sales"
    USE = "use"
    VAT = "vat"
    GST = "gst"
    EXCISE = "excise"
    OTHER = "other"


class TaxSource(StrEnum):
    AS_RECEIVED = "as-received"
    OWN_TABLE = "own-table"
    NONE = "none"


class PercentBasis(StrEnum):
    LINES_TOTAL = "lines-total"
    LINE = "line"
    UNIT_PRICE = "unit-price"
    AFTER_PREVIOUS = "after-previous"


class HandlingMethod(StrEnum):
    OFF_INVOICE = "off-invoice"
    BILL_BACK = "bill-back"
    INFORMATION_ONLY = "information-only"


class NoteKind(StrEnum):
    INTERNAL = "internal"
    TO_CUSTOMER = "to-customer"
    TO_DOCK = "to-dock"
    TO_LABEL = "to-label"
    INVOICE = "invoice"


class PrintOn(StrEnum):
    """The papers a note must appear on."""

    PICK_LIST = "pick-list"
    PACKING_SLIP = "packing-slip"
    BILL_OF_LADING = "bill-of-lading"
    CARTON_LABEL = "carton-label"
    INVOICE = "invoice"


class LineStatus(StrEnum):
    OPEN = "open"
    HELD = "held"
    CHANGED = "changed"
    BACKORDERED = "backordered"
    CANCELLED = "cancelled"
    COMPLETE = "complete"


class LineType(StrEnum):
    PART = "part"
    KIT_PARENT = "kit-parent"
    KIT_COMPONENT = "kit-component"
    SERVICE = "service"
    COMMENT = "comment"
    CHARGE = "charge"


class ComponentRelationship(StrEnum):
    """What a component is to its line (X12 SLN03)."""

    INCLUDED = "included"
    ADDED = "added"
    DELETED = "deleted"
    SUBSTITUTED = "substituted"


class Bucket(StrEnum):
    """How a forecast quantity is spread (X12 FST03)."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    FLEXIBLE = "flexible"


class PriceBasis(StrEnum):
    """How the price is to be read (X12 PO105); the count itself stands in ``price_basis_qty``."""

    EACH = "each"
    PER_HUNDRED = "per-hundred"
    PER_THOUSAND = "per-thousand"
    PER_WEIGHT = "per-weight"
    CONTRACT = "contract"
    CATALOGUE = "catalogue"
    NO_CHARGE = "no-charge"
    OTHER = "other"


class PriceSource(StrEnum):
    PRICE_LIST = "price-list"
    CONTRACT = "contract"
    QUOTE = "quote"
    PROMOTION = "promotion"
    CUSTOMER = "customer"
    MANUAL_OVERRIDE = "manual-override"


class Commitment(StrEnum):
    FIRM = "firm"
    PLANNED = "planned"
    IMMEDIATE = "immediate"


class BreakCounting(StrEnum):
    """What a quantity break counts."""

    LINE = "line"
    DELIVERY = "delivery"
    ORDER = "order"
    CONTRACT_TO_DATE = "contract-to-date"


class LotControl(StrEnum):
    NONE = "none"
    RECORD = "record"
    SINGLE_LOT = "single-lot"
    REQUIRED_LOT = "required-lot"


class LabelType(StrEnum):
    GS1_128 = "gs1-128"
    VICS = "vics"
    CUSTOMER = "customer"
    NONE = "none"


class CancelReason(StrEnum):
    CUSTOMER_REQUEST = "customer-request"
    CANCEL_AFTER_PASSED = "cancel-after-passed"
    CREDIT = "credit"
    NOT_AVAILABLE = "not-available"
    DUPLICATE = "duplicate"
    ENTRY_ERROR = "entry-error"
    OTHER = "other"


class OrderState(StrEnum):
    """The order axis. The legal moves between its values stand in :mod:`orders.order`."""

    RECEIVED = "received"
    DRAFT = "draft"
    INCOMPLETE = "incomplete"
    VALIDATED = "validated"
    IN_CREDIT = "in credit"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    RELEASED = "released"
    CHANGE_PENDING = "change pending"
    CANCEL_REQUESTED = "cancel requested"
    CANCELLED = "cancelled"
    REJECTED = "rejected"
    INVOICED = "invoiced"
    CLOSED = "closed"


class CreditState(StrEnum):
    NOT_CHECKED = "not checked"
    NOT_REQUIRED = "not required"
    OK = "ok"
    HOLD = "hold"
    WAIVED = "waived"
    REJECTED = "rejected"


class FulfilmentState(StrEnum):
    OPEN = "open"
    RELEASED = "released"
    PRINTED = "printed"
    PICKING = "picking"
    PACKED = "packed"
    PARTLY_SHIPPED = "partly shipped"
    SHIPPED = "shipped"


class AcknowledgmentState(StrEnum):
    NOT_DUE = "not due"
    DUE = "due"
    SENT = "sent"
    OVERDUE = "overdue"


class InvoiceState(StrEnum):
    NOT_DUE = "not due"
    DUE = "due"
    SENT = "sent"


class HoldKind(StrEnum):
    CREDIT = "credit"
    REVIEW = "review"


class Severity(StrEnum):
    """How much a business rule's result weighs: shown only, or the order stops."""

    NOTE = "note"
    HOLD = "hold"
    REJECT = "reject"
