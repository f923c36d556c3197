"""The house's credit policy: which rules there are, how hard they are, and for whom they differ. Data, not code.

A level (the house, a customer group, a customer, a partner, a channel, a kind of order) says only what it does
differently; what it does not say comes from the level before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from pydantic import Field

from orders.content import Content, about
from orders.values import Money, Percent, Ref, Severity, Str3, Str30, Str80, Str200

ZERO = Decimal(0)


class Stage(StrEnum):
    """When credit is looked at: as the order comes, as it goes to the dock, as it leaves."""

    ENTRY = "entry"
    RELEASE = "release"
    SHIP = "ship"


class Rule(Content):
    """How hard a rule is, and when it is asked."""

    on: bool = True
    severity: Severity = Severity.HOLD
    stages: tuple[Stage, ...] = (Stage.ENTRY,)


class Note(Rule):
    severity: Severity = Severity.NOTE


class Tolerance(Note):
    percent: Percent = Field(default=ZERO, ge=0, description="of the limit")
    amount: Money = Field(default=ZERO, ge=0)


class PastDue(Rule):
    days: int = Field(default=10, ge=0)
    amount: Money = Field(default=ZERO, ge=0, description="late money up to this stops nothing")


class Days(Rule):
    days: int | None = Field(default=None, ge=0, description="empty: the rule is not asked")


class Share(Rule):
    percent: Percent | None = Field(default=None, ge=0, description="empty: the rule is not asked")


class Amount(Rule):
    amount: Money | None = Field(default=None, ge=0, description="empty: the rule is not asked")


class Monthly(Rule):
    amount: Money | None = Field(default=None, ge=0, description="value of a month's orders")
    orders: int | None = Field(default=None, ge=0, description="number of a month's orders")


class Stale(Note):
    hours: int | None = Field(default=None, gt=0, description="empty: the rule is not asked")


class Rules(Content):
    """The sixteen rules. What none of them is told by default is what every house wants."""

    C1: Rule = Field(default=Rule(), description="the limit is exceeded")
    C2: Tolerance = Field(default=Tolerance(), description="over the limit, but within tolerance: goes on by itself")
    C3: PastDue = Field(default=PastDue(), description="money is past due")
    C4: Days = Field(default=Days(), description="the oldest open item is too old")
    C5: Share = Field(default=Share(), description="too much of the balance is overdue")
    C6: Amount = Field(default=Amount(), description="the order is larger than any may be")
    C7: Rule = Field(default=Rule(on=False), description="the customer's first order on account")
    C8: Rule = Field(default=Rule(), description="no credit file, or its review date has passed")
    C9: Rule = Field(default=Rule(stages=tuple(Stage)), description="the account is stopped")
    C10: Rule = Field(default=Rule(), description="prepaid, and the payment is not authorised")
    C11: Note = Field(default=Note(), description="terms asked for are worse than those on file")
    C12: Rule = Field(default=Rule(), description="the temporary limit has expired")
    C13: Monthly = Field(default=Monthly(), description="too much or too many in one month")
    C14: Rule = Field(default=Rule(), description="no exchange rate for a currency")
    C15: Stale = Field(default=Stale(), description="the ledger's figures are old")
    C16: Rule = Field(default=Rule(stages=tuple(Stage)), description="a party we may not trade with")

    def asked(self, stages: frozenset[Stage]) -> Iterator[tuple[str, Rule]]:
        """The rules that are asked at any of the stages, by number."""
        for name in type(self).model_fields:
            rule: Rule = getattr(self, name)
            if rule.on and not stages.isdisjoint(rule.stages):
                yield name, rule


class CreditRules(Content):
    """What holds for an order: the house's word, or what one level says differently."""

    check: bool = Field(default=True, description="false: credit is not looked at")
    horizon_days: int | None = about("orders to be shipped later than in so many days do not count yet; empty: all do")
    recheck_days: int | None = about("at release, credit looked at longer ago than this is looked at again")
    rules: Rules = Rules()


class Band(Content):
    """Who may let orders up to an amount go on in spite of credit."""

    up_to: Money | None = about("empty: any amount")
    role: Str30
    persons: int = Field(default=1, ge=1, le=2, description="two: another person than the first must agree")


class HousePolicy(CreditRules):
    """The whole credit policy of the box, as one record."""

    base_currency: Str3 | None = about("all amounts are compared in it; empty: in that of the account")
    roll_up: bool = Field(default=False, description="customers with a parent share its limit")
    groups: dict[Ref, CreditRules] = Field(default_factory=dict)
    customers: dict[Ref, CreditRules] = Field(default_factory=dict)
    partners: dict[Ref, CreditRules] = Field(default_factory=dict)
    channels: dict[Str80, CreditRules] = Field(default_factory=dict)
    order_types: dict[Str30, CreditRules] = Field(default_factory=dict)
    bands: tuple[Band, ...] = Field(default=(), description="smallest first; none: one person may release anything")
    people: dict[Ref, tuple[Str30, ...]] = Field(default_factory=dict, description="names to roles")
    reasons: dict[Str30, Str200] = Field(default_factory=dict, description="codes a release must name one of")

    def rules_for(
        self,
        *,
        group: str | None = None,
        customer: str | None = None,
        partner: str | None = None,
        channel: str | None = None,
        order_type: str | None = None,
    ) -> CreditRules:
        """What holds for an order; each level goes over the one before: group, customer, partner, channel, kind."""
        levels = (
            self.groups.get(group or ""),
            self.customers.get(customer or ""),
            self.partners.get(partner or ""),
            self.channels.get(channel or ""),
            self.order_types.get(order_type or ""),
        )
        told = [level.model_dump(exclude_unset=True) for level in levels if level]
        if not told:
            return self
        merged: dict[str, Any] = {
            name: value
            for name, value in self.model_dump(exclude_unset=True).items()
            if name in CreditRules.model_fields
        }
        for one in told:
            merged = _over(merged, one)
        return CreditRules.model_validate(merged)


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables are laid over each other key by key; anything else is replaced."""
    laid = dict(below)
    for name, value in above.items():
        under = laid.get(name)
        laid[name] = _over(under, value) if isinstance(value, dict) and isinstance(under, dict) else value
    return laid
