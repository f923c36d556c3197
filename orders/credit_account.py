"""A customer's credit account: what they may owe, and what the ledger says they do. The gateway is not the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pydantic import Field

from orders.content import Content, about
from orders.masters import Customer
from orders.values import Money, Ref, Str3, Str80, Str200, Timestamp

ZERO = Decimal(0)


class OpenItem(Content):
    """An invoice the ledger still has open, or what is left of it."""

    document: Str80
    due_on: date
    amount: Money
    dated_on: date | None = about("the invoice's own date")


class CreditAccount(Content):
    """How a customer's account stands. What is empty here is taken from the customer's record."""

    customer: Ref
    group: Ref | None = about("customer group, whose rules apply")
    parent: Ref | None = about("the account whose limit this one shares, where the policy rolls up")
    currency: Str3 | None = about("ISO 4217; empty means the customer's")
    credit_limit: Money | None = about("what they may owe and have on order")
    temporary_limit: Money | None = about("a limit for a time, in place of the other while it is higher")
    temporary_until: date | None = about("last day of the temporary limit")
    review_on: date | None = about("day the limit is to be looked at again")
    net_days: int | None = about("days to pay, as agreed")
    stop: Str200 | None = about("why the account is stopped; empty: it is not")
    denied: Str200 | None = about("why the law or our lawyers forbid to trade with them; empty: they do not")
    receivables: Money | None = about("what the ledger says they owe")
    unapplied_payments: Money = Field(default=ZERO, description="money that came and is on no invoice yet")
    past_due: Money | None = about("what of it is late, where no items are given")
    past_due_days: int | None = about("age of the oldest late item, where no items are given")
    open_items: tuple[OpenItem, ...] = Field(default=(), description="what is open, invoice by invoice")
    as_of: Timestamp | None = about("when the ledger's figures were taken")

    def limit_on(self, day: date) -> Decimal | None:
        """What they may owe on a day: the temporary limit while it lasts, if it is the higher one."""
        if self.temporary_limit is None or not self.has_temporary_limit(day):
            return self.credit_limit
        return max(self.temporary_limit, self.credit_limit or ZERO)

    def has_temporary_limit(self, day: date) -> bool:
        """Whether a temporary limit is there and has not expired."""
        return self.temporary_limit is not None and (self.temporary_until is None or day <= self.temporary_until)

    def late(self, day: date, more_than_days: int = 0) -> Decimal:
        """What has been due for more than so many days."""
        if self.open_items:
            return sum((one.amount for one in self.open_items if (day - one.due_on).days > more_than_days), ZERO)
        return (self.past_due or ZERO) if (self.past_due_days or 0) > more_than_days else ZERO

    def days_late(self, day: date) -> int:
        """How long the oldest item has been due."""
        if not self.open_items:
            return self.past_due_days or 0
        return max((max(0, (day - one.due_on).days) for one in self.open_items if one.amount > 0), default=0)

    def age_days(self, day: date) -> int:
        """How old the oldest open item is; by its due day where its own date is not known."""
        ages = [(day - (one.dated_on or one.due_on)).days for one in self.open_items if one.amount > 0]
        return max(ages, default=self.past_due_days or 0)


def account_of(customer: Customer, stored: CreditAccount | None) -> CreditAccount:
    """The customer's account: what is on it, and from the customer's record what is not."""
    known = {
        "group": customer.customer_group,
        "currency": customer.currency,
        "credit_limit": customer.credit_limit,
        "review_on": customer.review_on,
        "net_days": customer.net_days,
        "receivables": customer.receivables,
        "past_due": customer.past_due,
        "past_due_days": customer.past_due_days,
        "as_of": customer.receivables_at,
    }
    account = stored or CreditAccount(customer=customer.customer)
    if account.receivables is not None:
        known = {name: value for name, value in known.items() if name not in _OF_THE_LEDGER}
    return account.model_copy(update={name: value for name, value in known.items() if getattr(account, name) is None})


_OF_THE_LEDGER = {"receivables", "past_due", "past_due_days", "as_of"}
"""Figures that belong together: those of one source are never mixed with those of the other."""


def of_ledger(account: CreditAccount, items: Iterable[OpenItem]) -> CreditAccount:
    """The account with new open items: what they owe is their sum, and so is what is late."""
    kept = tuple(items)
    owed = sum((one.amount for one in kept), ZERO)
    return account.model_copy(update={"open_items": kept, "receivables": owed, "past_due": None, "past_due_days": None})
