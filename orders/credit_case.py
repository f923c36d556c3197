"""One order before the credit rules: the customer's standing and the order's own amounts, in one currency."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from orders.credit_account import CreditAccount
from orders.credit_policy import CreditRules, Tolerance
from orders.exposure import open_amount
from orders.money import round_money
from orders.order import SalesOrder
from orders.rules import plain

ZERO = Decimal(0)


@dataclass(frozen=True)
class Rate:
    """Units of the base currency for one unit of another, from a day on."""

    rate: Decimal
    on: date


@dataclass(frozen=True)
class Standing:
    """What is known of a customer when credit is looked at, read beforehand.

    Attributes:
        account: the customer's own; None when there is none.
        head: the account whose limit counts: the parent's where the policy rolls up, else their own.
        family: every account whose receivables count against that limit.
        open_amounts: what their other orders put at risk within the horizon, by currency.
        currency: in which all is compared.
        rates: to that currency, from others.
        month_orders, month_amounts: their other orders of this month.
        is_first: they have never had an order approved.
    """

    account: CreditAccount | None
    head: CreditAccount | None
    family: tuple[CreditAccount, ...] = ()
    open_amounts: Mapping[str, Decimal] = field(default_factory=dict)
    currency: str = "USD"
    rates: Mapping[str, Rate] = field(default_factory=dict)
    month_orders: int = 0
    month_amounts: Mapping[str, Decimal] = field(default_factory=dict)
    is_first: bool = False

    @property
    def receivables(self) -> Decimal:
        return self._of_family(lambda one: one.receivables or ZERO)

    @property
    def unapplied(self) -> Decimal:
        return self._of_family(lambda one: one.unapplied_payments)

    @property
    def open_orders(self) -> Decimal:
        return self.sum_of(self.open_amounts)

    @property
    def exposure(self) -> Decimal:
        """What is at risk already, without the order that is looked at."""
        return self.receivables - self.unapplied + self.open_orders

    def late(self, day: date, more_than_days: int = 0) -> Decimal:
        """What has been due for more than so many days."""
        return self._of_family(lambda one: one.late(day, more_than_days))

    def limit(self, day: date) -> Decimal | None:
        """What they may owe and have on order; None where no limit is known."""
        limit = self.head.limit_on(day) if self.head else None
        return None if limit is None or self.head is None else self._converted(limit, self.head.currency)

    def sum_of(self, amounts: Mapping[str, Decimal]) -> Decimal:
        """Amounts by currency as one; an amount that has no rate counts as it stands, and rule C14 names it."""
        return sum((self._converted(amount, currency) for currency, amount in amounts.items()), ZERO)

    def _converted(self, amount: Decimal, currency: str | None) -> Decimal:
        rate = self.rates.get(currency or "")
        if rate is None or currency == self.currency:
            return amount
        return round_money(amount * rate.rate, self.currency)

    def _of_family(self, figure: Callable[[CreditAccount], Decimal]) -> Decimal:
        return sum((self._converted(figure(one), one.currency) for one in self.family), ZERO)


@dataclass(frozen=True)
class Case:
    """One order before the rules; ``this`` is what it would put at risk, in the currency of the comparison.

    ``exposure`` is the customer's with it: half of the rules ask for it, so it is added up once.
    """

    order: SalesOrder
    standing: Standing
    at: datetime
    tolerance: Tolerance | None
    this: Decimal
    exposure: Decimal
    limit: Decimal | None
    without_rate: tuple[str, ...]

    @property
    def day(self) -> date:
        return self.at.date()

    @property
    def is_within_tolerance(self) -> bool:
        """Over the limit by no more than the house lets go without asking."""
        if self.tolerance is None or self.limit is None:
            return False
        allowed = max(self.limit * self.tolerance.percent / 100, self.tolerance.amount)
        return ZERO < self.exposure - self.limit <= allowed

    def money(self, amount: Decimal) -> str:
        return f"{plain(amount)} {self.standing.currency}"


def case_of(order: SalesOrder, standing: Standing, rules: CreditRules, at: datetime) -> Case:
    """The order and its customer in figures of one currency."""
    own = order.content.currency or standing.currency
    head = standing.head
    this = standing.sum_of({own: open_amount(order, as_approved=True).until(horizon_of(rules, at))})
    used = {
        own,
        *standing.open_amounts,
        *(one.currency or own for one in (*standing.family, *([head] if head else []))),
    }
    return Case(
        order=order,
        standing=standing,
        at=at,
        tolerance=rules.rules.C2 if rules.rules.C2.on else None,
        this=this,
        exposure=standing.exposure + this,
        limit=standing.limit(at.date()),
        without_rate=tuple(sorted(used - {standing.currency} - set(standing.rates))),
    )


def horizon_of(rules: CreditRules, at: datetime) -> date | None:
    """The last day whose deliveries count."""
    return None if rules.horizon_days is None else at.date() + timedelta(days=rules.horizon_days)
