"""What review is asked for and how hard it is: one setting for each rule R1 ... R26. Data, not code.

A level (the box, a partner) says only what it does differently: what is left out comes from the level before it, and
in the end from ``usual``. A parameter nobody has set switches off what it is for.
"""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Literal, cast

from pydantic import BaseModel, ConfigDict, Field

from orders.values import Severity

Level = Literal["off", "note", "hold", "reject"]
Take = Literal["hold", "ours", "theirs"]
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Text = tuple[str, ...]


class Setting(BaseModel):
    """How hard a rule is; the kinds of rules below add their parameters."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    severity: Level | None = Field(default=None, description="off, note, hold or reject")


class Price(Setting):
    amount: Decimal | None = Field(default=None, ge=0, description="tolerance per price basis")
    percent: Decimal | None = Field(default=None, ge=0, description="tolerance in percent of our price")
    line_amount: Decimal | None = Field(
        default=None, ge=0, description="and the line's value may differ by no more than this"
    )
    favour_percent: Decimal | None = Field(
        default=None, ge=0, description="tolerance where the difference is in our favour, if it is another"
    )
    within: Literal["ours", "theirs"] | None = Field(
        default=None, description="whose price holds within tolerance; ours"
    )
    against_us: Take | None = Field(default=None, description="beyond tolerance, they pay less: hold, ours or theirs")
    in_our_favour: Take | None = Field(default=None, description="beyond tolerance, they pay more: hold, ours, theirs")


class Unit(Setting):
    whole_packs: bool | None = Field(default=None, description="quantities must be whole packs (pack_qty)")


class Amounts(Setting):
    least: Decimal | None = Field(default=None, ge=0, description="fewest of one line")
    most: Decimal | None = Field(default=None, ge=0, description="most of one line")
    times_median: Decimal | None = Field(
        default=None, gt=1, description="so many times above or below the median of the partner's orders for the part"
    )
    orders_seen: int | None = Field(default=None, ge=1, description="earlier orders the median needs; 3")
    days_back: int | None = Field(default=None, ge=1, le=3660, description="how far back it looks; 365")


class Dates(Setting):
    lead_days: int | None = Field(default=None, ge=0, description="days we need, where the line says nothing")
    ship_days: tuple[Weekday, ...] | None = Field(default=None, description="days we ship on")
    closed_on: Text | None = Field(default=None, description="days we do not, as 2026-12-25")
    transit_days: int | None = Field(default=None, ge=0, description="days under way: no window may be shorter")


class Twin(Setting):
    minutes: int | None = Field(
        default=None, ge=1, le=10_080, description="the same ship-to and total within so many minutes"
    )


class Floor(Setting):
    percent: Decimal | None = Field(default=None, ge=-100, le=100, description="least margin of a line")


class Allowances(Setting):
    agreed: Text | None = Field(default=None, description="codes of allowances the customer may take")
    most_percent: Decimal | None = Field(default=None, ge=0, description="most of the lines' total they may come to")


class Place(Setting):
    barred_countries: Text | None = Field(default=None, description="ISO codes: nothing is shipped there")
    countries: Text | None = Field(default=None, description="ISO codes: nowhere else")
    forwarders: Text | None = Field(default=None, description="words in a name that mean a freight forwarder")
    parcel_carriers: Text | None = Field(default=None, description="carriers that reach a PO box; USPS")


class Needs(Setting):
    needs: Text | None = Field(default=None, description="fields that must be filled, as lines.customer_line_ref")


class Carriers(Setting):
    carriers: Text | None = Field(default=None, description="carriers, each as SCAC or SCAC:SERVICE")


class Special(Setting):
    home_country: str | None = Field(default=None, max_length=2, description="what leaves it is an export")


class Notes(Setting):
    channels: Text | None = Field(default=None, description="roads in, each as the beginning of a channel; all")
    kinds: Text | None = Field(default=None, description="kinds of notes: internal, to-dock ...; all")


class Currencies(Setting):
    currencies: Text | None = Field(default=None, description="ISO codes that were agreed")


class Enterers(Setting):
    limit: Decimal | None = Field(default=None, ge=0, description="largest order one may type")
    limits: dict[str, Decimal] | None = Field(default=None, description="for a user, another limit")


def _rule(kind: type[Setting], usual: Level, about: str) -> Any:
    return Field(default=kind(), description=about, json_schema_extra={"usual": usual})


class ReviewRules(BaseModel):
    """The rules with their settings."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    R1: Price = _rule(Price, "hold", "the price differs from ours, or there is none")
    R2: Setting = _rule(Setting, "hold", "the price seems to be for another number of units")
    R3: Setting = _rule(Setting, "hold", "the part is unknown")
    R4: Setting = _rule(Setting, "hold", "the part is not sold any more")
    R5: Setting = _rule(Setting, "hold", "another engineering revision is asked for than is made")
    R6: Unit = _rule(Unit, "hold", "the unit cannot be converted, or it is no whole pack")
    R7: Amounts = _rule(Amounts, "hold", "the quantity cannot be, or is unusual")
    R8: Dates = _rule(
        Dates, "note", "it is wanted in the past, too soon, on a day we do not ship, or in too short a time"
    )
    R9: Twin = _rule(Twin, "note", "another order like it came a moment ago")
    R11: Floor = _rule(Floor, "hold", "the margin is under the floor")
    R12: Allowances = _rule(Allowances, "hold", "an allowance was not agreed")
    R13: Place = _rule(Place, "note", "the ship-to is unknown, or cannot be delivered to")
    R14: Needs = _rule(Needs, "hold", "the partner will want back what is missing")
    R15: Setting = _rule(Setting, "hold", "the customer's control figures differ")
    R16: Setting = _rule(Setting, "hold", "the deliveries do not sum to the line")
    R17: Setting = _rule(Setting, "note", "terms or freight differ from what was agreed")
    R18: Carriers = _rule(Carriers, "hold", "the way of shipping is not offered")
    R19: Special = _rule(Special, "note", "dangerous goods, export, serial numbers or certificates")
    R20: Setting = _rule(Setting, "hold", "more is released than is left of the blanket order")
    R21: Notes = _rule(Notes, "off", "the customer wrote a note a person must read")
    R22: Setting = _rule(Setting, "hold", "it cannot all be there in time, and no back order is allowed")
    R23: Currencies = _rule(Currencies, "hold", "the currency was not agreed")
    R24: Enterers = _rule(Enterers, "hold", "the order is above the limit of the one who typed it")
    R25: Setting = _rule(Setting, "hold", "the day after which the customer does not want it has passed")
    R26: Setting = _rule(Setting, "hold", "the buyer asked to cancel: nothing is printed")

    def asked(self) -> Iterator[tuple[str, Severity, Any]]:
        """The rules that are not off: code, severity and setting."""
        for code in type(self).model_fields:
            setting: Setting = getattr(self, code)
            level = setting.severity or usual(code)
            if level != "off":
                yield code, Severity(level), setting

    def over(self, below: ReviewRules) -> ReviewRules:
        """These settings where they say something, else those below."""
        update = {}
        for code in type(self).model_fields:
            mine = {name: value for name, value in getattr(self, code) if value is not None}
            if mine:
                update[code] = getattr(below, code).model_copy(update=mine)
        return below.model_copy(update=update) if update else below


def usual(code: str) -> Level:
    """How hard a rule is when nobody said otherwise."""
    extra = ReviewRules.model_fields[code].json_schema_extra
    assert isinstance(extra, dict)
    return cast("Level", extra["usual"])
