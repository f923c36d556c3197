"""Transmissions for programs."""

from __future__ import annotations

from fastapi import APIRouter, Response

from gateway.console.api.models import DocumentRow, TransmissionDetail, TransmissionRow
from gateway.console.context import Filter, Key, PageNumber, TheRoad, Window
from gateway.console.download import partner_bytes
from store import transmissions

router = APIRouter(prefix="/transmissions", tags=["transmissions"])


@router.get("")
def transmission_list(
    road: TheRoad, direction: Filter = "", state: Filter = "", pg: PageNumber = 1
) -> list[TransmissionRow]:
    """What crossed a channel, newest first, 50 a page."""
    window = Window(pg)
    with road.database.read() as conn:
        found = transmissions.recent(
            conn, direction=direction or None, state=state or None, limit=window.limit, offset=window.offset
        )
    return [TransmissionRow.model_validate(row) for row in window.rows(found)]


@router.get("/{transmission_id}")
def one_transmission(road: TheRoad, transmission_id: Key) -> TransmissionDetail:
    """One transmission with its findings, documents and answers."""
    with road.database.read() as conn:
        crossing = transmissions.transmission_by_id(conn, transmission_id)
        documents = transmissions.documents_of(conn, transmission_id)
        return TransmissionDetail(
            **TransmissionRow.model_validate(crossing).model_dump(),
            findings=transmissions.findings_of(conn, transmission_id),
            documents=[DocumentRow.model_validate(one) for one in documents],
            answered_by=[one.transmission_id for one in transmissions.answers_to(conn, transmission_id)],
        )


@router.get("/{transmission_id}/bytes", response_class=Response)
def transmission_bytes(road: TheRoad, transmission_id: Key) -> Response:
    """Its bytes, untouched."""
    with road.database.read() as conn:
        crossing = transmissions.transmission_by_id(conn, transmission_id)
    return partner_bytes(road.archive, crossing.sha256, crossing.name)
