"""What happened to orders, for programs that keep up with them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from gateway.console.context import MAX_NUMBER, TheRoad
from store import feed

router = APIRouter(prefix="/changes", tags=["changes"])


class ChangeRow(BaseModel):
    position: int = Field(description="counts up; ask for what comes after it")
    order_id: str
    order_number: str
    version: int = Field(description="of the order after it, as in its ETag")
    what: str = Field(description="such as order.released")
    note: str
    at: datetime


class Changes(BaseModel):
    changes: list[ChangeRow]
    next: int = Field(description="keep it, and give it as `after` the next time")
    has_more: bool = Field(description="true: ask again at once")


@router.get("")
def changes(
    road: TheRoad,
    after: Annotated[int, Query(ge=0, le=MAX_NUMBER, description="the `next` of the answer before; 0: all")] = 0,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> Changes:
    """What happened to orders after a position, oldest first. Nothing is ever put before a position that was given."""
    found = feed.since(road.database, after, limit)
    rows = [ChangeRow(position=position, **vars(change)) for position, change in found]
    return Changes(changes=rows, next=rows[-1].position if rows else after, has_more=len(rows) == limit)
