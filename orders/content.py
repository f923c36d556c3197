"""What an order's parts share: addresses, parties, references, notes, taxes, allowances, attachments.

The same party, reference or allowance table serves the header, the line and the schedule.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from orders import values as v
from orders.values import (
    ExactFraction,
    Money,
    Percent,
    Quantity,
    Rate,
    Ref,
    Str2,
    Str3,
    Str5,
    Str10,
    Str20,
    Str30,
    Str48,
    Str50,
    Str60,
    Str64,
    Str80,
    Str100,
    Str200,
    Str500,
    Text,
    UnitPrice,
)

Stage = Literal["save", "approve"]


def about(meaning: str, *, needed_to: Stage | None = None) -> Any:
    """An optional field with its meaning, and the stage that cannot be passed without it."""
    extra: dict[str, JsonValue] | None = {"needed_to": needed_to} if needed_to else None
    return Field(default=None, description=meaning, json_schema_extra=extra)


class Content(BaseModel):
    """Base of all parts of a document: unknown keys are refused, values never change in place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @classmethod
    def of_checked(cls, fields: dict[str, Any], given: set[str]) -> Self:
        """``model_construct`` without its search for defaults.

        Args:
            fields: every field with a value that needs no check.
            given: those that somebody filled. Neither may be changed afterwards.
        """
        made = _new(cls)
        _put_fields(made, fields)
        _put_given(made, given)
        _put_extra(made, None)
        _put_private(made, None)
        return made

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """As pydantic does it, without what only extra and private fields need: an order is completed line by line."""
        if deep:
            return super().model_copy(update=update, deep=True)
        fields, given = self.__dict__.copy(), self.__pydantic_fields_set__.copy()
        if update:
            fields.update(update)
            given.update(update)
        return self.of_checked(fields, given)


_new = object.__new__
_put_fields, _put_given, _put_extra, _put_private = (
    BaseModel.__dict__[slot].__set__
    for slot in ("__dict__", "__pydantic_fields_set__", "__pydantic_extra__", "__pydantic_private__")
)
"""Set by the slots' own setters: ``object.__setattr__`` would look each up by name, which takes half of the time."""


class Identifier(Content):
    """One id of a part or party with the list it is from, e.g. ``VP`` / ``AB-100`` (X12 235/234, EDIFACT 7143/7140)."""

    qualifier: Str10
    value: Str80


class Address(Content):
    """Where something goes: a snapshot kept with the order, never a live link to a master record."""

    line1: Str60 | None = about("street and number", needed_to="approve")
    line2: Str60 | None = about("second line of the street")
    line3: Str60 | None = about("third line of the street")
    building: Str60 | None = about("building on the site")
    floor: Str60 | None = about("floor in the building")
    room: Str60 | None = about("room or department")
    city: Str50 | None = about("town", needed_to="approve")
    region: Str30 | None = about("state or province, ISO 3166-2 where the country has them")
    postal_code: Str20 | None = about("postal code", needed_to="approve")
    country: Str2 | None = about("ISO 3166-1 alpha-2", needed_to="approve")
    county: Str60 | None = about("county, where tax depends on it")
    district: Str60 | None = about("district, where tax depends on it")
    latitude: v.Coordinate | None = about("degrees north")
    longitude: v.Coordinate | None = about("degrees east")
    delivery_instructions: Str500 | None = about("gate code, opening hours, where to ring")
    address_status: v.AddressStatus | None = about("as it came, tidied, set by a person, or not deliverable")
    address_as_received: JsonValue = about("the address exactly as sent, for audit")
    fingerprint: Str64 | None = about("hash of the tidied address, to find repeats and fraud")


class Party(Content):
    """Who plays one role in the order; header and line may each have one per role."""

    role: v.PartyRole = Field(description="the part this party plays")
    party_ref: Ref | None = about("our customer or ship-to record", needed_to="approve")
    party_code: Str80 | None = about("the sender's code for the party: GLN, DUNS, store or vendor number")
    party_code_qualifier: Str10 | None = about("which list the code is from (X12 N103, EDIFACT 3055)")
    name: Str100 | None = about("name")
    name2: Str100 | None = about("second line of the name")
    tax_id: Str30 | None = about("tax number")
    vat_id: Str30 | None = about("value added tax number")
    tax_exempt: bool | None = about("no tax is due from this party")
    exemption_cert: Str80 | None = about("number of the exemption certificate")
    store_number: Str20 | None = about("store or distribution centre at the customer")
    contact_name: Str100 | None = about("person to ask")
    phone: Str100 | None = about("telephone")
    fax: Str100 | None = about("telefax")
    email: Str100 | None = about("e-mail")
    vendor_number_at_customer: Str30 | None = about("our vendor number in their books")
    customer_account_number: Str30 | None = about("their account number in our books")
    is_residential: bool | None = about("a home: carriers charge more")
    address: Address | None = about("postal address")


class TaxLine(Content):
    """One tax on the order or on a line."""

    tax_type: v.TaxType | None = about("which tax")
    tax_jurisdiction: Str80 | None = about("the authority it is owed to")
    tax_rate: Rate | None = about("rate in percent")
    tax_basis: Money | None = about("amount the rate applies to")
    tax_amount: Money | None = about("the tax")
    tax_exempt_code: Str10 | None = about("why no tax is due")
    collected_by_marketplace: bool | None = about("the marketplace collects and remits it: not part of receivables")


class AllowanceCharge(Content):
    """A discount or an extra cost, on the header, a line or a schedule (X12 SAC, EDIFACT ALC)."""

    is_charge: bool = Field(description="true adds to the price, false takes away")
    code: Str10 | None = about("what it is for: freight, promotion, defective goods ...")
    code_agency: Str2 | None = about("who keeps the code list")
    description: Str80 | None = about("in words")
    amount: Money | None = about("fixed amount; X12 SAC05 has two implied decimals and is converted on the way in")
    percent: Rate | None = about("share in percent")
    percent_basis: v.PercentBasis | None = about("what the percentage is taken of")
    rate: UnitPrice | None = about("amount per unit")
    rate_uom: Str3 | None = about("the unit of the rate")
    rate_quantity: Quantity | None = about("how many units the rate applies to")
    handling_method: v.HandlingMethod | None = about("taken off the invoice, billed back, or only told")
    sequence: int | None = about("stacking order")
    voucher_code: Str80 | None = about("coupon")
    tax_category: Ref | None = about("how it is taxed")


class Reference(Content):
    """A number somebody else knows the order by (X12 REF, EDIFACT RFF)."""

    ref_type: Str3 = Field(description="which number (X12 128, EDIFACT 1153)")
    ref_value: Str80 = Field(description="the number, as text")
    ref_description: Str80 | None = about("in words")
    ref_date: date | None = about("date of the thing referred to")


class Attachment(Content):
    """A file that came with the order; its bytes lie in the archive."""

    name: Str200 = Field(description="the sender's name for it: a label, never a path")
    media_type: Str100 | None = about("content type")
    sha256: Str64 | None = about("key of the bytes in the archive")
    description: Str200 | None = about("in words")


class Note(Content):
    """Words for a person, and the papers they must appear on."""

    note_kind: v.NoteKind = Field(description="whom it is for")
    note_text: Text = Field(description="the words")
    note_heading: Str80 | None = about("what they are about")
    note_language: Str5 | None = about("language of the words")
    note_author: Ref | None = about("who wrote it")
    print_on: tuple[v.PrintOn, ...] = Field(default=(), description="papers it must be printed on")


class PriceBreak(Content):
    """A price from a quantity on (X12 CTP, EDIFACT PRI with RNG)."""

    break_from_qty: Quantity = Field(description="first quantity the price holds for")
    break_price: UnitPrice = Field(description="the price there")
    break_to_qty: Quantity | None = about("last quantity it holds for")
    break_uom: Str3 | None = about("unit of the quantities")
    break_discount_percent: Percent | None = about("discount instead of a price")
    valid_from: date | None = about("first day")
    valid_to: date | None = about("last day")
    cumulative: v.BreakCounting | None = about("whether the line, the order or the contract to date is counted")


class PartCrossReference(Content):
    """The customer's name for one of our parts, and the words and units that go with it."""

    partner: Ref = Field(description="whose name it is")
    customer_part: Str48 = Field(description="their part number")
    qualifier: Str10 = Field(description="list it is from: BP, VP, UP, EN, SK ...")
    our_part: Ref = Field(description="our part")
    customer_description: Str80 | None = about("their words")
    customer_uom: Str3 | None = about("their unit")
    uom_factor: ExactFraction | None = about("our stock units in one of theirs")
    pack_qty: Quantity | None = about("units they expect in a carton")
    price_basis: v.PriceBasis | None = about("how they state prices")
    revision: Str20 | None = about("engineering revision they take")
    label_format: Str20 | None = about("carton label they want")
    valid_from: date | None = about("first day")
    valid_to: date | None = about("last day")
