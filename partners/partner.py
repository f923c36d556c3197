"""Who we trade with and what was agreed: partners, their identifiers, channels, agreements and policies."""

from __future__ import annotations

import re
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from orders.review_policy import Level, ReviewRules

NAME_PATTERN = r"^[a-z0-9][a-z0-9-]{0,31}$"
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
"""A partner's, map's or printer's short name: lower-case letters, digits and hyphens, 32 at most."""


class PartnerError(Exception):
    """Something about a partner or an agreement stops us. The message says what to do next."""

    code = "partner-error"
    retry = False


class Agreed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Identifier(Agreed):
    """A trading partner's id with the list it is from (X12 ISA05/ISA06, EDIFACT UNB S002)."""

    qualifier: str = Field(max_length=10)
    value: str = Field(min_length=1, max_length=80)

    def __str__(self) -> str:
        return f"{self.qualifier}:{self.value}"


class Direction(StrEnum):
    IN = "in"
    OUT = "out"


Feed = Literal[
    "entered",
    "held",
    "approved",
    "released",
    "changed",
    "cancelled",
    "rejected",
    "printed",
    "picked",
    "shipped",
    "invoiced",
    "closed",
    "reopened",
]
"""What happens to an order, as an agreement names it."""


class Answering(Agreed):
    """When a customer has our word on an order, whatever it goes out by."""

    when: Literal["approved", "received"] = Field(
        default="approved",
        description="when we answer an order: once it is approved or refused, line by line; or at once, that it came",
    )
    within_hours: Decimal | None = Field(
        default=None, gt=0, description="when we answer an order: hours from its receipt until a missing answer alarms"
    )


class Agreement(Answering):
    """What was agreed for one document in one direction."""

    document: str = Field(description="set, message or kind of file: 850, ORDERS, csv ...", max_length=20)
    direction: Direction = Direction.IN
    standard: Literal["x12", "edifact", "tradacoms", "file"] = "x12"
    versions: tuple[str, ...] = Field(default=(), description="versions accepted, as prefixes; none accepts any")
    map: Name = Field(description="the map that reads or writes it")
    acknowledge: Literal["997", "999", "CONTRL", "none"] = Field(
        default="997", description="functional acknowledgment wanted; for EDIFACT anything but none is a CONTRL"
    )
    syntax: str | None = Field(
        default=None, max_length=10, description="when we write: ISA12 such as 00401, or the UNB syntax UNOC:3"
    )
    delimiters: str | None = Field(
        default=None,
        min_length=3,
        max_length=6,
        description="when we write: X12 element, component and segment separator, repetition if any (*>~^), "
        "or the six characters of a UNA",
    )
    group_sender: str = Field(default="", max_length=35, description="when we write: GS02, if not our identifier")
    group_receiver: str = Field(default="", max_length=35, description="when we write: GS03, if not theirs")
    answer_hours: Decimal = Field(
        default=Decimal(24),
        ge=0,
        description="when we write: hours until a missing answer is an alarm; 0: none",
    )
    quantities: Literal["total", "difference"] = Field(
        default="total",
        description="when they change an order: what a new quantity is, all that is ordered now or what is added to it "
        "and taken away",
    )
    stores: Literal["none", "per-store", "per-store-mark-for"] = Field(
        default="none",
        description="an order for many stores: one order all the same; one for each store, shipped there; or one for "
        "each, shipped to the order's ship-to and marked for the store",
    )
    resent: Literal["hold", "change"] = Field(
        default="hold",
        description="an order sent again with other content as if it were new: by the review policy's duplicate_po, "
        "which holds it for a person; or it replaces the one before, as a change of it",
    )
    wrong_counts: Literal["refuse", "tell"] = Field(
        default="refuse",
        description="TRADACOMS: what MTR or END count wrongly is refused, as the standard has it, or told and taken",
    )
    feed: tuple[Feed, ...] = Field(
        default=(),
        description="when we write: whoever's order it is, it is written to them each time one of these happens to it",
    )
    tells: Literal["order-response", "ship-notice", "invoice"] | None = Field(
        default=None,
        description="when we write a file to them: which of our documents it is, sent as its set would be in EDI",
    )
    ships: bool = Field(
        default=False,
        description="when they write a ship notice: it says what left our dock, so their orders' goods are shipped",
    )
    production: bool = Field(default=True, description="false: every order is a test, none reaches the dock")


class FolderChannel(Agreed):
    """A watched folder and the folder our answers go to, both below the box's ``folders`` unless absolute."""

    kind: Literal["folder"] = "folder"
    inbox: str = Field(min_length=1, max_length=500)
    outbox: str = Field(min_length=1, max_length=500)


class Storefront(Answering):
    """A store's or marketplace's API, which is told what becomes of its orders. The secret is kept by the box alone."""

    kind: Literal["shopify", "woocommerce", "walmart"]
    url: str = Field(pattern=r"^https?://[^\s/?#]+", max_length=200, description="where the store's API begins")
    account: str = Field(default="", max_length=200, description="client id or key, beside the secret")
    answers: bool = Field(default=True, description="whether the store is told what we say to an order")
    shipments: bool = Field(default=True, description="whether the store is told what has left, with tracking numbers")
    refused: Literal["tell", "cancel"] = Field(
        default="tell",
        description="what we do not take: the store's people are told, or it is cancelled there, where Shopify repays",
    )
    notify_buyer: bool = Field(default=True, description="whether the store writes to the buyer when goods have left")


class CreditPolicy(Agreed):
    """Whether and how the partner's orders are credit-checked."""

    check: bool = True


class ReviewPolicy(Agreed):
    """Whether the partner's orders are reviewed, and how much may differ without stopping."""

    check: bool = True
    price_tolerance_percent: Decimal = Field(default=Decimal("0"), ge=0, le=100)
    price_tolerance_amount: Decimal = Field(default=Decimal("0.05"), ge=0, description="per price basis")
    duplicate_po: Literal["refuse", "hold"] = Field(
        default="hold",
        description="the same PO number again with other content: refuse it, or hold the order for a person",
    )
    rules: ReviewRules = Field(default=ReviewRules(), description="what each rule does differently for the partner")
    own: dict[str, Level] = Field(default_factory=dict, description="how hard rules of the house's own are: X1 = off")

    @property
    def settings(self) -> ReviewRules:
        """The partner's settings of the rules, the two tolerances of prices among them."""
        told = {name: getattr(self, f"price_tolerance_{name}") for name in ("percent", "amount")}
        said = {name: value for name, value in told.items() if f"price_tolerance_{name}" in self.model_fields_set}
        price = self.rules.R1.model_copy(update={**said, **self.rules.R1.model_dump(exclude_none=True)})
        return self.rules.model_copy(update={"R1": price})


class PricingPolicy(Agreed):
    """How the partner's amounts are rounded to the coin."""

    rounding: Literal["line", "document"] = Field(
        default="line", description="every line by itself, or only the sums of the document"
    )
    halves: Literal["half-up", "half-even"] = Field(
        default="half-up", description="where an amount in the middle goes: up, or to the even coin"
    )


class PrintPreferences(Agreed):
    """Papers the partner's orders need, besides what routing says."""

    documents: tuple[Literal["pick-list", "packing-slip"], ...] = ("pick-list", "packing-slip")
    prices_on_packing_slip: bool = False


class TradingPartner(Agreed):
    """One partner's whole profile; one TOML text (:mod:`partners.profile`)."""

    partner: Name = Field(description="short name, the key")
    name: str = Field(min_length=1, max_length=100)
    customer: str | None = Field(default=None, max_length=80, description="the customer record orders are billed to")
    currency: str = Field(default="USD", pattern=r"^[A-Z]{3}$", description="currency when the order names none")
    identifiers: tuple[Identifier, ...] = Field(min_length=1)
    our_identifier: Identifier | None = Field(
        default=None, description="who we are to this partner, on what we write; else the box's own"
    )
    channels: tuple[FolderChannel, ...] = ()
    storefront: Storefront | None = Field(default=None, description="the store whose orders the partner's are")
    agreements: tuple[Agreement, ...] = ()
    credit: CreditPolicy = CreditPolicy()
    review: ReviewPolicy = ReviewPolicy()
    pricing: PricingPolicy = PricingPolicy()
    printing: PrintPreferences = PrintPreferences()

    def agreement(self, document: str, version: str, direction: Direction = Direction.IN) -> Agreement | None:
        """The agreement for a document, the first whose version prefix fits; None when nothing was agreed."""
        for agreement in self.agreements:
            if agreement.document != document or agreement.direction is not direction:
                continue
            if not agreement.versions or version.startswith(agreement.versions):
                return agreement
        return None

    def sends(self, kind: str, *documents: str) -> Agreement | None:
        """The first agreement for sending the partner one of these sets, or a file of this kind; None without one."""
        out = (one for one in self.agreements if one.direction is Direction.OUT)
        return next((one for one in out if one.document in documents or one.tells == kind), None)


def nobody(name: str) -> TradingPartner:
    """Who an order is for that no profile speaks of, such as one a clerk typed: the usual policies, no agreement."""
    key = name if re.fullmatch(NAME_PATTERN, name) else "nobody"
    return TradingPartner(partner=key, name=name or "nobody", identifiers=(Identifier(qualifier="none", value=key),))
