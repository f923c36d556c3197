"""Review holds for programs: which there are, and one word on one or on many."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from gateway import resolving
from gateway.console.api.models import Answer
from gateway.console.context import ACTOR, Filter, NoteText, TheRoad
from gateway.resolving import Resolution
from orders.resolving import Act
from orders.values import HoldKind
from store import orders

router = APIRouter(prefix="/holds", tags=["holds"])
PAGE = 200


class HeldOrder(BaseModel):
    order_id: str
    order_number: str
    partner: str
    customer_po_number: str
    hold_id: str
    rule: str
    reason: str
    field_path: str | None
    figures: dict[str, Any]
    question: str | None = Field(description="what the customer was asked about it")


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    act: Act
    orders: tuple[str, ...] = Field(
        default=(), max_length=resolving.MOST_ORDERS, description="none: all that are meant"
    )
    rule: str | None = Field(default=None, max_length=30, description="only holds of this rule")
    figures: dict[str, str] = Field(default_factory=dict, description="only holds with these figures")
    note: NoteText = Field(default="", max_length=500, description="why; for ask, the question")
    corrections: dict[str, Any] = Field(default_factory=dict, max_length=5000, description="for correct: path to value")
    part: str = Field(default="", max_length=80, description="for learn of an unknown part: ours")


class Outcome(Answer):
    order: str
    is_done: bool
    order_state: str
    told: str
    code: str = Field(description="of the error, if nothing was done")


@router.get("")
def open_holds(road: TheRoad, rule: Filter = "", after: Annotated[str, Query(max_length=80)] = "") -> list[HeldOrder]:
    """Open review holds, the oldest first, 200 a page; ``after`` is the last ``hold_id`` of the page before."""
    with road.database.read() as conn:
        found = orders.open_holds(conn, HoldKind.REVIEW, rule or None, limit=PAGE, after=after)
    return [
        HeldOrder(
            **{name: value for name, value in vars(one).items() if name != "hold"},
            **one.hold.model_dump(include={"hold_id", "rule", "reason", "field_path", "figures", "question"}),
        )
        for one in found
    ]


@router.post("/resolve")
def resolve(road: TheRoad, wanted: Wanted) -> list[Outcome]:
    """Resolve holds of orders, or of all orders a rule stopped for the same figures; what happened to each of them."""
    resolution = Resolution(
        wanted.act, ACTOR, wanted.rule, wanted.figures, wanted.note, wanted.corrections, wanted.part
    )
    return [Outcome.model_validate(one) for one in resolving.resolve(road, resolution, wanted.orders)]
