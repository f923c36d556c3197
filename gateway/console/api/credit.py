"""Credit for programs: accounts as the ledger sees them, the policy, and what was decided about an order."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gateway import clerk, credit
from gateway.clerk import Hand
from gateway.console.api.desk import ExactRoute
from gateway.console.api.models import Answer, OrderDetail
from gateway.console.api.orders import detail
from gateway.console.context import ACTOR, Key, NoteText, TheRoad
from gateway.operations import find_order
from orders.approving import Leave
from orders.credit_account import CreditAccount
from orders.credit_case import Rate
from store import credit as store

router = APIRouter(tags=["credit"], route_class=ExactRoute)


class AccountAnswer(BaseModel):
    account: dict[str, Any] = Field(description="what is on file and in the ledger")
    figures: dict[str, str | None] = Field(description="what it comes to, in one currency")
    currency: str
    held_orders: int


class Checked(BaseModel):
    checked: int = Field(description="held orders that are checked again, oldest first")


class AccountBody(CreditAccount):
    customer: str = Field(default="", max_length=80, description="as in the address, or left out")


class PolicyBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    toml: str = Field(max_length=200_000)


class RateBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    rate: Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=9)]
    on: date | None = Field(default=None, description="from this day on; else today")


class WaiverBody(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason_code: str = Field(default="", max_length=30)
    note: NoteText = Field(default="", max_length=400)
    up_to: Decimal | None = Field(default=None, max_digits=18, decimal_places=4)
    until: date | None = None


class DecisionRow(Answer):
    at: datetime
    revision: int
    stage: str
    state: str
    stops: list[dict[str, str]]
    figures: dict[str, str]


@router.get("/credit/accounts/{customer}")
def account(road: TheRoad, customer: Key) -> AccountAnswer:
    """What a customer owes, has on order and may owe."""
    with road.database.read() as conn:
        return AccountAnswer.model_validate(credit.account_view(conn, customer, road.clock()).to_json())


@router.put("/credit/accounts/{customer}")
def put_account(road: TheRoad, customer: Key, account: AccountBody) -> Checked:
    """Put an account in place of the one there was; ``as_of`` is now where it has figures and no time."""
    now = road.clock()
    values: dict[str, Any] = {"customer": customer}
    if account.receivables is not None and account.as_of is None:
        values["as_of"] = now
    stored = CreditAccount.model_validate(account.model_dump() | values)
    with road.database.write() as conn:
        return Checked(checked=credit.put_account(conn, stored, now))


@router.post("/credit/accounts/{customer}/recheck")
def recheck(road: TheRoad, customer: Key) -> Checked:
    """Check every held order of a customer again, oldest first."""
    with road.database.write() as conn:
        return Checked(checked=credit.recheck(conn, customer, road.clock()))


@router.get("/credit/policy")
def policy(road: TheRoad) -> PolicyBody:
    """The credit policy in force, as TOML; empty: the usual one."""
    with road.database.read() as conn:
        return PolicyBody(toml=store.policy_text(conn))


@router.put("/credit/policy")
def put_policy(road: TheRoad, wanted: PolicyBody) -> PolicyBody:
    """Put a credit policy in force."""
    with road.database.write() as conn:
        credit.set_policy(conn, wanted.toml, road.clock(), ACTOR)
    return wanted


@router.put("/credit/rates/{currency}/{base_currency}")
def put_rate(road: TheRoad, currency: Key, base_currency: Key, wanted: RateBody) -> RateBody:
    """Set an exchange rate: units of the base currency for one of the other."""
    on = wanted.on or road.clock().date()
    with road.database.write() as conn:
        store.put_rate(conn, currency, base_currency, Rate(wanted.rate, on))
    return RateBody(rate=wanted.rate, on=on)


@router.get("/orders/{name}/credit")
def decisions(road: TheRoad, name: Key) -> list[DecisionRow]:
    """Every credit decision about an order, oldest first, with every figure it used."""
    with road.database.read() as conn:
        order = find_order(conn, name)
        return [DecisionRow.model_validate(one) for one in store.decisions_of(conn, order.order_id)]


@router.post("/orders/{name}/waive-credit")
def waive(road: TheRoad, name: Key, wanted: WaiverBody) -> OrderDetail:
    """Let an order go on in spite of credit, at this revision: now and at later checks."""
    leave = Leave(ACTOR, wanted.note, wanted.reason_code, wanted.up_to, wanted.until)
    return detail(clerk.waive_credit(road, name, leave, Hand(ACTOR, reason=wanted.note)))
