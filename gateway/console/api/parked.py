"""Parked messages for programs."""

from __future__ import annotations

from fastapi import APIRouter

from gateway import operations
from gateway.console.api.models import ParkedDetail, ParkedRow
from gateway.console.context import ACTOR, ParkedId, TheRoad
from gateway.console.errors import SettledBefore
from store import parked

router = APIRouter(prefix="/parked", tags=["parked"])


@router.get("")
def parked_list(road: TheRoad, only_open: bool = True) -> list[ParkedRow]:
    """The newest 200 messages that were set aside; with those settled since when asked."""
    with road.database.read() as conn:
        return [ParkedRow.model_validate(row) for row in parked.parked_messages(conn, only_open=only_open)]


@router.get("/{parked_id}")
def one_parked(road: TheRoad, parked_id: ParkedId) -> ParkedDetail:
    """One message, with why it is here."""
    with road.database.read() as conn:
        return ParkedDetail.model_validate(parked.parked_message(conn, parked_id))


@router.post("/{parked_id}/replay")
def replay(road: TheRoad, parked_id: ParkedId) -> ParkedDetail:
    """Try it again."""
    if not operations.replay_parked(road, parked_id, ACTOR):
        raise SettledBefore(f"parked message {parked_id} was replayed or discarded before")
    return one_parked(road, parked_id)


@router.post("/{parked_id}/discard")
def discard(road: TheRoad, parked_id: ParkedId) -> ParkedDetail:
    """Give it up; its bytes stay in the archive."""
    if not operations.discard_parked(road, parked_id, ACTOR):
        raise SettledBefore(f"parked message {parked_id} was replayed or discarded before")
    return one_parked(road, parked_id)
