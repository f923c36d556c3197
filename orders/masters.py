"""Records an order is completed from: parts, prices, customers, the state of their accounts. None is needed to receive
one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Annotated

from pydantic import Field, field_validator

from orders.content import Address, Content, Identifier, PartCrossReference, about
from orders.money import Rounding
from orders.values import (
    BreakCounting,
    ExactFraction,
    FreightPayment,
    Money,
    Percent,
    PriceSource,
    Quantity,
    Ref,
    Str3,
    Str4,
    Str10,
    Str20,
    Str80,
    Str100,
    Str200,
    UnitPrice,
)

VENDOR_PART_QUALIFIERS = frozenset({"VP", "VN", "VC", "SA"})
"""Qualifiers that say "the seller's own part number" (X12 235, EDIFACT 7143)."""
GTIN_QUALIFIERS = frozenset({"UP", "UK", "EN", "UA", "SRV"})
"""Qualifiers that say "a GS1 number": UPC-A, GTIN-14, EAN-13."""
BY_HAND = "by hand"
"""The ``part_match_rule`` of a part a clerk has set: it is kept."""
OUR_NUMBER, GTIN = "our part number", "gtin"
WITHOUT_REFERENCE = frozenset({OUR_NUMBER, GTIN})
"""The ``part_match_rule`` of parts that were found because the customer told us no name of theirs."""
EVERYBODY = "*"
"""The partner of a unit code that holds for all who have none of their own."""

Factor = Annotated[ExactFraction, Field(gt=0)]
Positive = Annotated[Quantity, Field(gt=0)]


class Part(Content):
    """One of our parts as the order desk needs it."""

    part: Ref = Field(description="our part number", min_length=1)
    description: Str80
    uom: Str3 = Field(default="EA", description="unit it is stocked in, and that its prices are for", min_length=1)
    conversions: dict[Str3, Factor] = Field(
        default_factory=dict, description="how many of that unit are in one of another, exact: CS = 12"
    )
    decimals: dict[Str3, Annotated[int, Field(ge=0, le=6)]] = Field(
        default_factory=dict, description="decimals a quantity may have, where a unit is not counted as usual"
    )
    list_price: UnitPrice | None = Field(default=None, description="price of one unit")
    currency: Str3 = Field(default="USD", description="currency of the list price and of the cost")
    cost: UnitPrice | None = Field(default=None, description="what one unit costs us; not everyone may see it")
    is_active: bool = True
    superseded_by: Ref | None = None
    revision: Str20 | None = Field(default=None, description="engineering revision that is made now")
    gtin: Str20 | None = Field(default=None, description="GTIN without leading zeros")
    bin: Str20 | None = Field(default=None, description="where it lies, in walking order")
    pack_qty: Quantity | None = Field(default=None, description="units in a carton")
    pack_multiple: Positive | None = Field(default=None, description="it is sold in multiples of so many units")
    min_qty: Quantity | None = Field(default=None, description="fewest units on a line")
    max_qty: Quantity | None = Field(default=None, description="most units on a line")

    @field_validator("gtin", mode="after")
    @classmethod
    def _without_zeros(cls, value: str | None) -> str | None:
        return value.lstrip("0") or None if value else None


class ShipTo(Content):
    """One delivery address of a customer, found by the code the customer sends."""

    customer: Ref = Field(min_length=1)
    code: Str80 = Field(min_length=1)
    name: Str100
    address: Address
    carrier_scac: Str4 | None = Field(default=None, description="carrier for this place, if not the customer's")
    site: Ref | None = Field(default=None, description="our site that ships there")


class CustomerGroup(Content):
    """Customers who buy from one list."""

    customer_group: Ref = Field(min_length=1)
    name: Str100
    price_list: Ref | None = None


class Customer(Content):
    """Who is billed, on which terms, and how their account stands; receivables come from the ledger, with their age."""

    customer: Ref = Field(min_length=1)
    name: Str100
    customer_group: Ref | None = None
    parent: Ref | None = Field(default=None, description="the customer it belongs to")
    price_list: Ref | None = Field(default=None, description="their own list; else the group's")
    currency: Str3 = "USD"
    payment_terms: Ref = "NET30"
    net_days: int = 30
    freight_payment: FreightPayment | None = None
    carrier_scac: Str10 | None = None
    site: Ref | None = Field(default=None, description="our site that ships to them")
    credit_limit: Money | None = Field(default=None, description="none: the customer has no credit file")
    receivables: Money = Decimal(0)
    past_due: Money = Decimal(0)
    past_due_days: int = Field(default=0, description="age of the oldest item past due")
    receivables_at: datetime | None = Field(default=None, description="when the ledger's figures were taken")
    review_on: date | None = None


class Validity(Content):
    """A span of days, both ends included; an empty end is open."""

    valid_from: date | None = about("first day")
    valid_to: date | None = about("last day")


def is_valid(record: Validity | PartCrossReference, on: date) -> bool:
    """Whether a record holds on a day."""
    first, last = record.valid_from, record.valid_to
    return (first is None or first <= on) and (last is None or on <= last)


class PriceList(Validity):
    """A list of prices in one currency. Its prices stand in records of their own, one for each part."""

    price_list: Ref = Field(min_length=1)
    name: Str100
    currency: Str3 = "USD"


class Contract(Validity):
    """What a customer has agreed to buy by: its prices stand in a price list of its own."""

    contract: Ref = Field(min_length=1)
    customer: Ref = Field(min_length=1)
    price_list: Ref = Field(min_length=1)
    description: Str200 | None = None


class Offer(Validity):
    """A price from a quantity on, for some days."""

    price: Annotated[UnitPrice, Field(ge=0)]
    from_qty: Annotated[Quantity, Field(ge=0)] = Field(default=Decimal(0), description="the price holds from here on")
    uom: Str3 | None = Field(default=None, description="unit of price and quantity; empty means the part's")
    basis_qty: Positive = Field(default=Decimal(1), description="units the price is for")
    counting: BreakCounting = Field(default=BreakCounting.LINE, description="what is counted to reach the quantity")


class PartPrice(Content):
    """All that one list says of one part."""

    price_list: Ref = Field(min_length=1)
    part: Ref = Field(min_length=1)
    offers: tuple[Offer, ...] = Field(min_length=1, description="its prices, by quantity and day")


class PaymentTerms(Content):
    """How long a customer may take to pay, and what paying early is worth."""

    payment_terms: Ref = Field(min_length=1)
    description: Str200 | None = None
    net_days: int | None = Field(default=None, ge=0)
    discount_percent: Percent | None = Field(default=None, ge=0, le=100)
    discount_days: int | None = Field(default=None, ge=0)


class Carrier(Content):
    """A carrier we ship with."""

    carrier: Str4 = Field(description="Standard Carrier Alpha Code", min_length=2)
    name: Str100
    services: tuple[Str10, ...] = Field(default=(), description="service levels it offers")


class Site(Content):
    """One of our places that ships."""

    site: Ref = Field(min_length=1)
    name: Str100
    address: Address | None = None


class UnitCode(Content):
    """What a partner means by a unit code: ``CA`` is a case to one and a can to another."""

    partner: Ref = Field(default=EVERYBODY, description="whose code it is; * for everybody", min_length=1)
    code: Str10 = Field(description="as they send it", min_length=1)
    uom: Str3 = Field(description="UN/ECE Recommendation 20", min_length=1)


@dataclass(frozen=True)
class Book:
    """A price list as one customer may buy from it, with its prices for the parts of an order.

    ``ordered`` says how much of a part was bought by it before, in stock units: breaks of a contract to date count it.
    """

    price_list: PriceList
    source: PriceSource
    prices: Mapping[str, PartPrice] = field(default_factory=dict)
    contract: Contract | None = None
    ordered: Mapping[str, Decimal] = field(default_factory=dict)

    def is_open(self, on: date) -> bool:
        """Whether anything may be bought by it on a day."""
        return is_valid(self.price_list, on) and (self.contract is None or is_valid(self.contract, on))


@dataclass(frozen=True)
class Catalogue:
    """The part of our masters one order can touch, read beforehand so that the rules stay free of I/O.

    ``cross_references`` are this partner's, by qualifier and customer's value; ``ship_tos`` the customer's, by their
    code; ``units`` says what the partner's unit codes mean. ``books`` are the lists the customer buys from, the first
    to be asked first; ``rounding`` is how the partner's amounts are rounded.
    """

    parts: Mapping[str, Part] = field(default_factory=dict)
    cross_references: Mapping[tuple[str, str], PartCrossReference] = field(default_factory=dict)
    books: tuple[Book, ...] = ()
    ship_tos: Mapping[str, ShipTo] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)
    terms: Mapping[str, PaymentTerms] = field(default_factory=dict)
    rounding: Rounding = field(default_factory=Rounding)

    @cached_property
    def _by_gtin(self) -> dict[str, Part]:
        return {part.gtin: part for part in self.parts.values() if part.gtin}

    def resolve(self, ids: Iterable[Identifier], on: date | None = None) -> tuple[Part | None, str]:
        """Our part for the ids a customer sent, and the rule that found it ("" when none did).

        The customer's own cross-reference goes before our part number, and that before a GTIN.

        Args:
            ids: every id the customer sent for the part.
            on: the day of the order; without it references of any day are taken.
        """
        named = [(one.qualifier, one.value) for one in ids]
        for key in named:
            if (reference := self._reference(key, on)) is not None:
                return self.parts.get(reference.our_part), f"cross-reference {key[0]}"
        for qualifier, value in named:
            if qualifier in VENDOR_PART_QUALIFIERS and value in self.parts:
                return self.parts[value], OUR_NUMBER
        for qualifier, value in named:
            if qualifier in GTIN_QUALIFIERS and (part := self._by_gtin.get(value.lstrip("0"))):
                return part, GTIN
        return None, ""

    def reference(self, one: Identifier, on: date | None) -> PartCrossReference | None:
        """What the customer calls this, if they told us and it holds on the day."""
        return self._reference((one.qualifier, one.value), on)

    def _reference(self, key: tuple[str, str], on: date | None) -> PartCrossReference | None:
        found = self.cross_references.get(key)
        return found if found is not None and (on is None or is_valid(found, on)) else None
