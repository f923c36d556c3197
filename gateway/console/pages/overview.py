"""The overview: what waits for a person, what is on its way, and how long the last trips took."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from gateway.console.context import TheRoad
from gateway.console.rendering import page
from gateway.timeline import TimelineRow, rows
from store import events, orders, outbox, parked, print_jobs, transmissions
from store.database import Connection
from store.orders import OrderRow

router = APIRouter()

TRIPS = 8
LOOKED_THROUGH = 60
"""Newest orders among which the last trips are looked for."""
TRIP_STAGES = ("received", "translated", "entered", "released", "printed")
AT_THE_DOCK = frozenset({"printed", "picking", "packed", "partly shipped", "shipped"})


@dataclass(frozen=True)
class Leg:
    """One part of a trip: where it ended, and its share of a strip 1000 units wide."""

    stage: str
    ms: int
    start: int
    width: int


@dataclass(frozen=True)
class Trip:
    """An order's way from its last byte to paper."""

    order: OrderRow
    received_at: datetime
    ms: int
    legs: tuple[Leg, ...]


@router.get("/")
def overview(request: Request, road: TheRoad) -> HTMLResponse:
    with road.database.read() as conn:
        crossed = transmissions.counts(conn)
        return page(
            request,
            "overview.html",
            holds=orders.open_hold_counts(conn),
            parked=parked.open_count(conn),
            order_counts=orders.counts(conn),
            print_counts=print_jobs.counts(conn),
            refused=crossed.get(("in", "refused"), 0),
            crossed=crossed,
            steps=outbox.waiting(conn),
            trips=list(last_trips(conn)),
        )


def last_trips(conn: Connection) -> Iterator[Trip]:
    """The newest orders whose papers are out, with the time each part of the road took."""
    out = [row for row in orders.listed(conn, limit=LOOKED_THROUGH) if row.fulfilment_state in AT_THE_DOCK]
    for order in out[:TRIPS]:
        timeline = rows(events.order_timeline(conn, order.order_id))
        if timeline:
            passed = legs(timeline)
            yield Trip(order, timeline[0].at, passed[-1].ms if passed else 0, passed)


def legs(timeline: list[TimelineRow]) -> tuple[Leg, ...]:
    """The parts of a trip that were passed, in the order of the road."""
    reached = {row.stage: row.ms for row in reversed(timeline) if row.stage != "printed" or row.what == "order.printed"}
    passed = [(stage, reached[stage]) for stage in TRIP_STAGES if stage in reached]
    whole = max((ms for _, ms in passed), default=0) or 1
    found, before = [], 0
    for stage, ms in passed:
        start, end = before * 1000 // whole, ms * 1000 // whole
        found.append(Leg(stage, ms, start, max(end - start, 0)))
        before = ms
    return tuple(found)
