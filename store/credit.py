"""Credit: customers' accounts, what their orders put at risk, rates, the house's policy, and every decision made."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

import sqlalchemy as sa

from orders.credit import CreditDecision
from orders.credit_account import CreditAccount
from orders.credit_case import Rate
from orders.values import OrderState
from store.credit_tables import credit_account, credit_decision, credit_policy, exchange_rate
from store.database import Connection, insert_many, insert_new
from store.tables import hold, sales_order

ZERO = Decimal(0)
Amounts = dict[str, Decimal]
"""Money by currency."""
_NEVER_TAKEN = (OrderState.RECEIVED, OrderState.DRAFT, OrderState.INCOMPLETE, OrderState.CANCELLED, OrderState.REJECTED)


@dataclass(frozen=True)
class Decided:
    """One credit decision as it was made; never changed, never deleted."""

    at: datetime
    revision: int
    stage: str
    state: str
    stops: list[dict[str, str]]
    figures: dict[str, str]


@dataclass(frozen=True)
class NewDecision:
    """A credit decision that was just made."""

    order_id: str
    revision: int
    decision: CreditDecision
    at: datetime
    stage: str


# ---------------------------------------------------------------- accounts


def put_account(conn: Connection, account: CreditAccount) -> None:
    """Add or replace a customer's account."""
    values = {"parent": account.parent, "record": account.model_dump(mode="json", exclude_none=True)}
    if not insert_new(conn, credit_account, {"customer": account.customer} | values):
        conn.execute(sa.update(credit_account).where(credit_account.c.customer == account.customer).values(**values))


def account_by_id(conn: Connection, name: str, *, lock: bool = False) -> CreditAccount | None:
    """A customer's account, or None.

    Args:
        lock: nobody else may change it, or decide upon it, until the transaction ends.
    """
    query = sa.select(credit_account.c.record).where(credit_account.c.customer == name)
    record = conn.execute(query.with_for_update() if lock else query).scalar()
    return None if record is None else CreditAccount.model_validate(record)


def children_of(conn: Connection, parent: str) -> list[CreditAccount]:
    """The accounts that name another as their parent."""
    query = sa.select(credit_account.c.record).where(credit_account.c.parent == parent)
    return [CreditAccount.model_validate(record) for record in conn.execute(query).scalars()]


# ---------------------------------------------------------------- exposure


def open_orders(conn: Connection, customers: Iterable[str], horizon: date | None, without: str = "") -> Amounts:
    """What customers' orders put at risk up to a day, by currency; None: all of it. One indexed query.

    Args:
        without: an order that is looked at itself.
    """
    table = sales_order.c
    mine = sa.and_(table.customer.in_(sorted(customers)), table.open_amount.is_not(None), table.order_id != without)
    is_far = sa.false() if horizon is None else sa.and_(table.open_latest.is_not(None), table.open_latest > horizon)
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    if conn.dialect.name == "postgresql":
        near = sa.select(table.currency, sa.func.sum(table.open_amount)).where(mine, sa.not_(is_far))
        rows = conn.execute(near.group_by(table.currency))
    else:  # SQLite would add as floats
        rows = conn.execute(sa.select(table.currency, table.open_amount).where(mine, sa.not_(is_far)))
    for currency, amount in rows:
        amounts[currency or ""] += Decimal(amount)
    if horizon is not None:
        far = sa.select(table.currency, table.open_amount, table.open_dated).where(mine, is_far)
        for currency, amount, dated in conn.execute(far):
            later = (Decimal(one) for day, one in dated.items() if date.fromisoformat(day) > horizon)
            amounts[currency or ""] += amount - sum(later, ZERO)
    return dict(amounts)


def month_of(conn: Connection, name: str, since: datetime, without: str) -> tuple[int, Amounts]:
    """How many other orders a customer has sent since a moment, and what they come to."""
    table = sales_order.c
    query = sa.select(table.currency, table.grand_total).where(
        table.customer == name,
        table.received_at >= since,
        table.order_id != without,
        table.order_state.not_in(_NEVER_TAKEN),
    )
    amounts: defaultdict[str, Decimal] = defaultdict(Decimal)
    count = 0
    for currency, total in conn.execute(query):
        count += 1
        amounts[currency or ""] += total or ZERO
    return count, dict(amounts)


def has_bought(conn: Connection, name: str) -> bool:
    """Whether a customer ever had an order that was approved."""
    taken = (*_NEVER_TAKEN, OrderState.VALIDATED, OrderState.IN_CREDIT, OrderState.IN_REVIEW)
    query = sa.select(sales_order.c.order_id).where(
        sales_order.c.customer == name, sales_order.c.order_state.not_in(taken)
    )
    return conn.execute(query.limit(1)).first() is not None


def held_orders(conn: Connection, customers: Iterable[str], without: str = "") -> list[str]:
    """Ids of customers' orders that credit holds, oldest first."""
    held = sa.select(hold.c.order_id).where(hold.c.kind == "credit", hold.c.released_at.is_(None))
    table = sales_order.c
    query = sa.select(table.order_id).where(
        table.order_id.in_(held), table.customer.in_(sorted(customers)), table.order_id != without
    )
    return list(conn.execute(query.order_by(table.order_id)).scalars())


# ---------------------------------------------------------------- rates


def put_rate(conn: Connection, currency: str, base_currency: str, rate: Rate) -> None:
    """Add or replace a rate: units of the base currency for one unit of the other, from a day on."""
    key = {"currency": currency, "base_currency": base_currency, "on": rate.on}
    table = exchange_rate.c
    if not insert_new(conn, exchange_rate, key | {"rate": str(rate.rate)}):
        same = sa.and_(*(table[name] == value for name, value in key.items()))
        conn.execute(sa.update(exchange_rate).where(same).values(rate=str(rate.rate)))


def rates(conn: Connection, currencies: Iterable[str], base_currency: str, day: date) -> dict[str, Rate]:
    """The latest rate of each currency on a day; those without one are left out."""
    table = exchange_rate.c
    query = sa.select(table.currency, table.on, table.rate).where(
        table.currency.in_(sorted(currencies)), table.base_currency == base_currency, table.on <= day
    )
    return {row.currency: Rate(Decimal(row.rate), row.on) for row in conn.execute(query.order_by(table.on))}


# ---------------------------------------------------------------- policy


def policy_text(conn: Connection) -> str:
    """The policy in force, as TOML; "" when none was ever set."""
    query = sa.select(credit_policy.c.toml).order_by(credit_policy.c.revision.desc()).limit(1)
    return str(conn.execute(query).scalar() or "")


def add_policy(conn: Connection, toml: str, at: datetime, by: str) -> int:
    """Put a policy in force; the number of its revision. The same text again is the same revision."""
    last = conn.execute(sa.select(sa.func.max(credit_policy.c.revision))).scalar() or 0
    if last and policy_text(conn) == toml:
        return int(last)
    conn.execute(sa.insert(credit_policy), {"revision": last + 1, "toml": toml, "at": at, "by": by})
    return int(last + 1)


# ---------------------------------------------------------------- decisions


def note_decisions(conn: Connection, new: Sequence[NewDecision]) -> None:
    """Keep decisions with every figure they used."""
    rows = [
        {
            "order_id": one.order_id,
            "at": one.at,
            "revision": one.revision,
            "stage": one.stage,
            "state": str(one.decision.state),
            "record": {
                "stops": [
                    {"rule": stop.rule, "severity": str(stop.severity), "reason": stop.reason}
                    for stop in one.decision.stops
                ],
                "figures": one.decision.snapshot,
            },
        }
        for one in new
    ]
    insert_many(conn, credit_decision, rows)


def decisions_of(conn: Connection, order_id: str) -> list[Decided]:
    """Every credit decision about an order, oldest first."""
    query = sa.select(credit_decision).where(credit_decision.c.order_id == order_id).order_by(credit_decision.c.id)
    return [
        Decided(row.at, row.revision, row.stage, row.state, row.record["stops"], row.record["figures"])
        for row in conn.execute(query)
    ]
