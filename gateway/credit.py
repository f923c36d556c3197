"""Credit on the road: what is known of a customer is read, one decision is made and kept, and held orders look again.

A customer's account is locked while it is decided upon: two orders of one customer are never measured against the same
headroom, and money that comes in meanwhile is not overlooked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

from uuid_utils.compat import uuid7

from orders import approving, desk
from orders.approving import Leave
from orders.credit import AT_ENTRY, CreditDecision, credit_decision
from orders.credit_account import CreditAccount, account_of
from orders.credit_case import Standing, horizon_of
from orders.credit_policy import CreditRules, HousePolicy, Monthly, Stage
from orders.exposure import OpenAmount, open_amount
from orders.masters import Customer
from orders.money import round_money
from orders.order import OrderError, SalesOrder
from orders.outcome import Change
from orders.rules import plain
from orders.values import HoldKind, Severity
from partners.partner import TradingPartner
from partners.strict_toml import read_strict
from queues.message import Message
from queues.queue import publish
from store import credit, masters
from store.credit import Amounts
from store.database import Connection
from store.errors import NotFound

USUAL_CURRENCY = "USD"
ZERO = Decimal(0)
FREES_HEADROOM = (
    "order.amended",
    "order.cancelled",
    "order.rest_cancelled",
    "order.closed",
    "change.confirmed",
)
"""What may happen to an order that leaves more room for the customer's others."""


class PolicyInvalid(OrderError):
    """The text is no credit policy; each line of the message names one fault, where it is and what would do."""

    code = "credit-policy-invalid"


class StoppedByCredit(OrderError):
    """Credit does not let the goods go; the message names the figures. Pay, raise the limit, or waive it."""

    code = "stopped-by-credit"


@lru_cache(maxsize=4)
def read_policy(text: str) -> HousePolicy:
    """The credit policy a TOML text describes; "" is the usual one.

    Raises:
        PolicyInvalid: not TOML, an unknown key, or a value that cannot be.
    """
    try:
        return read_strict(text, HousePolicy)
    except ValueError as error:
        raise PolicyInvalid(str(error)) from None


def policy_in_force(conn: Connection) -> HousePolicy:
    """The box's credit policy."""
    return read_policy(credit.policy_text(conn))


# ---------------------------------------------------------------- deciding


@dataclass(frozen=True)
class _Taken:
    """What an order that is not stored yet takes of its customer's headroom."""

    customer: str | None
    currency: str
    at_risk: OpenAmount
    total: Decimal

    def add_to(self, amounts: Amounts, names: tuple[str, ...], horizon: date | None) -> None:
        if self.customer in names and (amount := self.at_risk.until(horizon)):
            amounts[self.currency] = amounts.get(self.currency, ZERO) + amount


class CreditDesk:
    """Credit for one order, or for the new orders of one transaction; what they need is read once for all of them.

    The accounts looked at stay locked until the transaction ends. What was decided is noted by :meth:`keep`.

    Args:
        is_deciding: False only looks, and locks nothing.
    """

    def __init__(self, conn: Connection, *, is_deciding: bool = True) -> None:
        self._conn = conn
        self._is_deciding = is_deciding
        self._customers: dict[str | None, Customer | None] = {}
        self._accounts: dict[str, CreditAccount | None] = {}
        self._open: dict[tuple[tuple[str, ...], date | None], Amounts] = {}
        self._taken: list[_Taken] = []
        self._decided: list[credit.NewDecision] = []

    @cached_property
    def policy(self) -> HousePolicy:
        """The box's credit policy."""
        return policy_in_force(self._conn)

    def customer(self, name: str | None) -> Customer | None:
        """A customer's record, locked."""
        if name not in self._customers:
            read = masters.lock_customer if self._is_deciding else masters.customer_by_id
            self._customers[name] = read(self._conn, name)
        return self._customers[name]

    def account(self, name: str) -> CreditAccount | None:
        """A customer's account as it stands now that nobody else decides upon it."""
        if name not in self._accounts:
            record = self.customer(name)
            stored = credit.account_by_id(self._conn, name, lock=self._is_deciding and record is None)
            self._accounts[name] = account_of(record, stored) if record else stored
        return self._accounts[name]

    def decide(
        self, order: SalesOrder, profile: TradingPartner, at: datetime, stages: frozenset[Stage] = AT_ENTRY
    ) -> CreditDecision | None:
        """What credit says of an order; None where it is not looked at."""
        if not profile.credit.check:
            return None
        account = self.account(order.customer) if order.customer else None
        content = order.content
        rules = self.policy.rules_for(
            group=account.group if account else None,
            customer=order.customer,
            partner=content.partner,
            channel=content.channel,
            order_type=content.order_type,
        )
        if not rules.check:
            return None
        decision = credit_decision(order, self.standing(account, rules, at, order), rules, at, stages)
        stage = ", ".join(one for one in Stage if one in stages)
        self._decided.append(credit.NewDecision(order.order_id, order.revision, decision, at, stage))
        return decision

    def take(self, order: SalesOrder) -> None:
        """The next order of this transaction is measured with this one, which is not stored yet."""
        taken = _Taken(
            order.customer, order.content.currency or "", open_amount(order), order.content.grand_total or ZERO
        )
        self._taken.append(taken)
        for (names, horizon), amounts in self._open.items():
            taken.add_to(amounts, names, horizon)

    def keep(self) -> None:
        """Note what was decided, with every figure."""
        credit.note_decisions(self._conn, self._decided)
        self._decided.clear()

    def standing(
        self, account: CreditAccount | None, rules: CreditRules, at: datetime, order: SalesOrder | None = None
    ) -> Standing:
        """What is known of a customer: their account, its parent where limits roll up, what is at risk already."""
        head, family = self._family(account)
        own = (order.content.currency if order else None) or (account.currency if account else None) or USUAL_CURRENCY
        currency = self.policy.base_currency or (head.currency if head else None) or own
        open_amounts = self._open_amounts(family, horizon_of(rules, at), order)
        count, month = self._month(account, rules.rules.C13, at, order)
        used = {own, *open_amounts, *month, *(one.currency or currency for one in family)} - {currency}
        return Standing(
            account=account,
            head=head,
            family=tuple(family),
            open_amounts=open_amounts,
            currency=currency,
            rates=credit.rates(self._conn, used, currency, at.date()) if used else {},
            month_orders=count,
            month_amounts=month,
            is_first=bool(account and rules.rules.C7.on and self._is_first(account)),
        )

    def _family(self, account: CreditAccount | None) -> tuple[CreditAccount | None, list[CreditAccount]]:
        """Whose limit counts, and whose debts count against it."""
        if account is None:
            return None, []
        if not self.policy.roll_up:
            return account, [account]
        head = account if account.parent is None else self.account(account.parent)
        if head is None:
            return account, [account]
        children = []
        for stored in credit.children_of(self._conn, head.customer):
            record = masters.customer_by_id(self._conn, stored.customer)
            children.append(account_of(record, stored) if record else stored)
        return head, [head, *children]

    def _open_amounts(
        self, family: list[CreditAccount], horizon: date | None, order: SalesOrder | None
    ) -> Mapping[str, Decimal]:
        names = tuple(sorted(one.customer for one in family))
        if not names:
            return {}
        if (names, horizon) not in self._open:
            amounts = credit.open_orders(self._conn, names, horizon, order.order_id if order else "")
            for one in self._taken:
                one.add_to(amounts, names, horizon)
            self._open[names, horizon] = amounts
        return dict(self._open[names, horizon])

    def _month(
        self, account: CreditAccount | None, rule: Monthly, at: datetime, order: SalesOrder | None
    ) -> tuple[int, Amounts]:
        if account is None or not rule.on or (rule.amount is None and rule.orders is None):
            return 0, {}
        since = at.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        count, month = credit.month_of(self._conn, account.customer, since, order.order_id if order else "")
        for one in self._taken:
            if one.customer == account.customer:
                count += 1
                month[one.currency] = month.get(one.currency, ZERO) + one.total
        return count, month

    def _is_first(self, account: CreditAccount) -> bool:
        taken = any(one.customer == account.customer and one.at_risk.total for one in self._taken)
        return not taken and not credit.has_bought(self._conn, account.customer)


def decide(
    conn: Connection,
    order: SalesOrder,
    profile: TradingPartner,
    at: datetime,
    stages: frozenset[Stage] = AT_ENTRY,
) -> CreditDecision | None:
    """What credit says of an order, kept with every figure; None where it is not looked at."""
    of_order = CreditDesk(conn)
    decision = of_order.decide(order, profile, at, stages)
    of_order.keep()
    return decision


def release(conn: Connection, order: SalesOrder, profile: TradingPartner, at: datetime) -> Change:
    """An approved order goes to the dock, if credit lets it; a check that is too old is made again."""
    decision = decide(conn, order, profile, at, _stages_at_release(conn, order, at))
    if decision is None:
        return desk.release(order, at)
    return desk.check_for_the_dock(order, decision, at, lambda: f"H-{uuid7().hex}")


def _stages_at_release(conn: Connection, order: SalesOrder, at: datetime) -> frozenset[Stage]:
    days = policy_in_force(conn).recheck_days
    checked_at = (order.credit_snapshot or {}).get("checked_at")
    if days is not None and checked_at and (at - datetime.fromisoformat(str(checked_at))).days > days:
        return AT_ENTRY
    return frozenset({Stage.RELEASE})


def require(conn: Connection, order: SalesOrder, profile: TradingPartner, at: datetime, stage: Stage) -> None:
    """Let goods go only if credit does.

    Raises:
        StoppedByCredit: a rule of this stage stops them, and nobody has given leave.
    """
    decision = decide(conn, order, profile, at, frozenset({stage}))
    stops = [stop for stop in (decision.stops if decision else ()) if stop.severity is not Severity.NOTE]
    told = [f"{stop.rule}: {stop.reason}" for stop in stops if not desk.is_waived(order, stop, at)]
    if told:
        raise StoppedByCredit(f"order {order.order_number} may not go on to {stage}: {'; '.join(told)}")


def give_leave(conn: Connection, order: SalesOrder, leave: Leave, at: datetime, kind: HoldKind | None = None) -> Change:
    """A person lets an order go on in spite of credit, as far as the policy lets them.

    Raises:
        ApprovalNeeded, ReasonNeeded, UnknownHold: see :func:`orders.approving.give_leave`.
    """
    policy, content = policy_in_force(conn), order.content
    amount = content.grand_total or Decimal(0)
    base = policy.base_currency
    if base and content.currency and content.currency != base:
        rate = credit.rates(conn, [content.currency], base, at.date()).get(content.currency)
        amount = round_money(amount * rate.rate, base) if rate else amount
    return approving.give_leave(order, leave, policy, amount, at, kind)


# ---------------------------------------------------------------- looking again


def follow(conn: Connection, change: Change, order: SalesOrder, at: datetime) -> None:
    """An order that shrank or ended may have left room for the customer's others."""
    if order.customer and any(change.happened(what) for what in FREES_HEADROOM):
        recheck(conn, order.customer, at, without=order.order_id)


def recheck(conn: Connection, customer: str, at: datetime, *, without: str = "") -> int:
    """Every order of the customer, and of those that share their limit, that credit holds is checked again.

    The oldest comes first; the number of orders.
    """
    names = {customer}
    account = credit.account_by_id(conn, customer)
    if policy_in_force(conn).roll_up:
        head = (account.parent if account else None) or customer
        names |= {head, *(one.customer for one in credit.children_of(conn, head))}
    held = credit.held_orders(conn, names, without)
    check_in_turn(conn, held, at)
    return len(held)


def check_in_turn(conn: Connection, order_ids: list[str], at: datetime) -> None:
    """Ask the ``check`` step to look at the first of the orders; it asks for the next when that is done."""
    if order_ids:
        # A message of its own each time: what is looked at now may differ from what was a moment ago.
        name = f"check:{order_ids[0]}:{uuid7().hex}"
        publish(conn, Message("check", name, {"order_id": order_ids[0], "then": order_ids[1:]}), at)


def put_account(conn: Connection, account: CreditAccount, at: datetime) -> int:
    """Store how an account stands; orders that credit holds look again. The number of these."""
    masters.lock_customer(conn, account.customer)
    credit.put_account(conn, account)
    return recheck(conn, account.customer, at)


def set_policy(conn: Connection, text: str, at: datetime, by: str) -> int:
    """Put a credit policy in force; the number of its revision.

    Raises:
        PolicyInvalid: see :func:`read_policy`.
    """
    read_policy(text)
    return credit.add_policy(conn, text, at, by)


# ---------------------------------------------------------------- showing


@dataclass(frozen=True)
class AccountView:
    """A customer's account and what it comes to on a day."""

    account: CreditAccount
    standing: Standing
    day: date
    held: int

    @property
    def figures(self) -> dict[str, str | None]:
        """The sum, line by line, as text; None where no limit is known."""
        standing, limit = self.standing, self.standing.limit(self.day)
        amounts = {
            "receivables": standing.receivables,
            "unapplied_payments": standing.unapplied,
            "open_orders": standing.open_orders,
            "exposure": standing.exposure,
            "credit_limit": limit,
            "headroom": None if limit is None else limit - standing.exposure,
            "past_due": standing.late(self.day),
        }
        return {name: None if amount is None else plain(amount) for name, amount in amounts.items()}

    def to_json(self) -> dict[str, Any]:
        """The account for people and programs: exact, amounts as text."""
        return {
            "account": self.account.model_dump(mode="json", exclude_none=True),
            "figures": self.figures,
            "currency": self.standing.currency,
            "held_orders": self.held,
        }


def account_view(conn: Connection, customer: str, at: datetime) -> AccountView:
    """How a customer stands now.

    Raises:
        NotFound: nobody has this number.
    """
    of_customer = CreditDesk(conn, is_deciding=False)
    account = of_customer.account(customer)
    if account is None:
        raise NotFound(f"no customer {customer!r}, and no credit account of this name")
    rules = of_customer.policy.rules_for(group=account.group, customer=customer)
    standing = of_customer.standing(account, rules, at)
    return AccountView(account, standing, at.date(), len(credit.held_orders(conn, [customer])))
