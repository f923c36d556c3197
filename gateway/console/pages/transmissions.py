"""Transmissions: what crossed a channel in either direction, with its bytes as they came."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from gateway.console import wire
from gateway.console.context import Filter, Key, PageNumber, TheRoad, Window
from gateway.console.download import partner_bytes
from gateway.console.pages.orders import steps_of
from gateway.console.rendering import page
from gateway.console.words import TRANSMISSION
from store import events, transmissions
from store.archive import Archive
from store.errors import NotFound
from store.transmissions import Transmission

router = APIRouter(prefix="/transmissions")

DIRECTIONS = ("in", "out")


@router.get("")
def transmission_list(
    request: Request, road: TheRoad, direction: Filter = "", state: Filter = "", pg: PageNumber = 1
) -> HTMLResponse:
    window = Window(pg)
    with road.database.read() as conn:
        found = transmissions.recent(
            conn, direction=direction or None, state=state or None, limit=window.limit, offset=window.offset
        )
    return page(
        request,
        "transmissions.html",
        rows=window.rows(found),
        has_more=window.has_more(found),
        pg=pg,
        filters={"direction": direction, "state": state},
        states=list(TRANSMISSION),
        directions=DIRECTIONS,
    )


@router.get("/{transmission_id}")
def transmission_page(request: Request, road: TheRoad, transmission_id: Key) -> HTMLResponse:
    with road.database.read() as conn:
        crossing = transmissions.transmission_by_id(conn, transmission_id)
        return page(
            request,
            "transmission.html",
            crossing=crossing,
            bytes=_bytes(road.archive, crossing),
            findings=transmissions.findings_of(conn, transmission_id),
            documents=transmissions.documents_of(conn, transmission_id),
            answers=transmissions.answers_to(conn, transmission_id),
            timeline=steps_of(events.transmission_timeline(conn, transmission_id)),
        )


@router.get("/{transmission_id}/bytes")
def transmission_bytes(road: TheRoad, transmission_id: Key) -> Response:
    with road.database.read() as conn:
        crossing = transmissions.transmission_by_id(conn, transmission_id)
    return partner_bytes(road.archive, crossing.sha256, crossing.name)


def _bytes(archive: Archive, crossing: Transmission) -> wire.WireView | None:
    """What the page shows of the bytes, None when the archive has lost them."""
    try:
        with archive.open(crossing.sha256) as file:
            return wire.view(file.read(wire.MAX_SHOWN_BYTES), crossing.size_bytes)
    except (NotFound, OSError):
        return None
