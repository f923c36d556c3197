"""Parked messages: what was set aside, why, and the two ways on: replay or discard."""

from __future__ import annotations

import json

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gateway import operations
from gateway.console.context import ACTOR, Filter, ParkedId, TheRoad
from gateway.console.errors import SettledBefore
from gateway.console.rendering import page
from store import parked, transmissions
from store.database import Connection
from store.errors import NotFound
from store.transmissions import Transmission

router = APIRouter(prefix="/parked")


@router.get("")
def parked_list(request: Request, road: TheRoad, show: Filter = "open") -> HTMLResponse:
    with road.database.read() as conn:
        found = parked.parked_messages(conn, only_open=show != "all")
    return page(request, "parked.html", rows=found, show=show)


@router.get("/{parked_id}")
def parked_page(request: Request, road: TheRoad, parked_id: ParkedId) -> HTMLResponse:
    with road.database.read() as conn:
        row = parked.parked_message(conn, parked_id)
        crossing = _crossing(conn, row.transmission_id)
    return page(request, "parked_one.html", row=row, crossing=crossing, message=_readable(row.body))


@router.post("/{parked_id}/replay")
def replay(road: TheRoad, parked_id: ParkedId) -> Response:
    if not operations.replay_parked(road, parked_id, ACTOR):
        raise SettledBefore(f"parked message {parked_id} was replayed or discarded before")
    return RedirectResponse(f"/parked/{parked_id}?done=replayed", 303)


@router.post("/{parked_id}/discard")
def discard(road: TheRoad, parked_id: ParkedId) -> Response:
    if not operations.discard_parked(road, parked_id, ACTOR):
        raise SettledBefore(f"parked message {parked_id} was replayed or discarded before")
    return RedirectResponse(f"/parked/{parked_id}?done=discarded", 303)


def _crossing(conn: Connection, transmission_id: str | None) -> Transmission | None:
    try:
        return transmissions.transmission_by_id(conn, transmission_id) if transmission_id else None
    except NotFound:
        return None


def _readable(body: str) -> str:
    """The message, indented; one that is no JSON as it is."""
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body
