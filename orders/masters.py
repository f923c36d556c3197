"""Records an order is completed from: parts, customers, the state of their accounts. None is needed to receive one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from pydantic import Field

from orders.content import Address, Content, Identifier
from orders.values import FreightPayment, Money, Quantity, Ref, Str3, Str10, Str20, Str80, Str100, UnitPrice

VENDOR_PART_QUALIFIERS = frozenset({"VP", "VN", "VC", "SA"})
"""Qualifiers that say "the seller's own part number" (X12 235, EDIFACT 7143)."""
GTIN_QUALIFIERS = frozenset({"UP", "UK", "EN", "UA", "SRV"})
"""Qualifiers that say "a GS1 number": UPC-A, GTIN-14, EAN-13."""


class Part(Content):
    """One of our parts as the order desk needs it."""

    part: Ref = Field(description="our part number")
    description: Str80
    uom: Str3 = Field(default="EA", description="unit it is sold in")
    list_price: UnitPrice | None = Field(default=None, description="price of one unit")
    currency: Str3 = Field(default="USD", description="currency of the list price")
    is_active: bool = True
    superseded_by: Ref | None = None
    gtin: Str20 | None = Field(default=None, description="GTIN without leading zeros")
    bin: Str20 | None = Field(default=None, description="where it lies, in walking order")
    pack_qty: Quantity | None = Field(default=None, description="units in a carton")


class ShipTo(Content):
    """One delivery address of a customer, found by the code the customer sends."""

    code: Str80
    name: Str100
    address: Address


class Customer(Content):
    """Who is billed, on which terms, and how their account stands; receivables come from the ledger, with their age."""

    customer: Ref
    name: Str100
    currency: Str3 = "USD"
    payment_terms: Ref = "NET30"
    net_days: int = 30
    freight_payment: FreightPayment | None = None
    carrier_scac: Str10 | None = None
    ship_tos: tuple[ShipTo, ...] = ()
    credit_limit: Money | None = Field(default=None, description="none: the customer has no credit file")
    receivables: Money = Decimal(0)
    past_due: Money = Decimal(0)
    past_due_days: int = Field(default=0, description="age of the oldest item past due")
    receivables_at: datetime | None = Field(default=None, description="when the ledger's figures were taken")
    review_on: date | None = None


@dataclass(frozen=True)
class Catalogue:
    """The part of our masters one order can touch, read beforehand so that the rules stay free of I/O.

    ``cross_references`` maps (qualifier, customer's value) of this partner to our part number.
    """

    parts: dict[str, Part] = field(default_factory=dict)
    cross_references: dict[tuple[str, str], str] = field(default_factory=dict)

    def resolve(self, ids: Iterable[Identifier]) -> tuple[Part | None, str]:
        """Our part for the ids a customer sent, and the rule that found it ("" when none did).

        The customer's own cross-reference goes before our part number, and that before a GTIN.
        """
        ids = tuple(ids)
        for one in ids:
            if number := self.cross_references.get((one.qualifier, one.value)):
                return self.parts.get(number), f"cross-reference {one.qualifier}"
        for one in ids:
            if one.qualifier in VENDOR_PART_QUALIFIERS and one.value in self.parts:
                return self.parts[one.value], "our part number"
        gtins = {part.gtin: part for part in self.parts.values() if part.gtin}
        for one in ids:
            if one.qualifier in GTIN_QUALIFIERS and (part := gtins.get(one.value.lstrip("0"))):
                return part, "gtin"
        return None, ""
