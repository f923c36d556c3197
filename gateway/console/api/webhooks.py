"""Programs that want to be called when something happens to an order."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gateway import webhooks
from gateway.console.api.models import Answer
from gateway.console.context import ACTOR, Key, TheRoad
from store import webhooks as kept

router = APIRouter(prefix="/webhooks", tags=["webhooks"])


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=500, description="https://…, or an address inside that the settings allow")
    events: list[str] = Field(min_length=1, max_length=50, description="such as order.shipped, order.* or *")


class Row(Answer):
    webhook_id: str
    url: str
    events: list[str]
    added_at: datetime
    added_by: str


class WithSecret(Row):
    secret: str = Field(description="shown this once: whsec_ and the key in base64")


class Tried(Answer):
    is_good: bool
    detail: str


@router.get("")
def listed(road: TheRoad) -> list[Row]:
    """All of them, without their secrets."""
    with road.database.read() as conn:
        return [Row.model_validate(one) for one in kept.listed(conn)]


@router.post("", status_code=201)
def add(road: TheRoad, wanted: Wanted) -> WithSecret:
    """Call an address from now on, signed as Standard Webhooks says."""
    return WithSecret.model_validate(webhooks.add(road, wanted.url, wanted.events, ACTOR))


@router.delete("/{name}", status_code=204)
def remove(road: TheRoad, name: Key) -> None:
    """Call it no more."""
    with road.database.write() as conn:
        kept.remove(conn, name)


@router.post("/{name}/rotate")
def rotate(road: TheRoad, name: Key) -> WithSecret:
    """A new secret; for 24 hours calls are signed with the one before, too."""
    return WithSecret.model_validate(webhooks.rotate(road, name))


@router.post("/{name}/test")
def try_now(road: TheRoad, name: Key) -> Tried:
    """Call it now with an event `webhook.test`."""
    return Tried.model_validate(webhooks.try_now(road, name))
