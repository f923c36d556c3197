"""Health: what a person, a load balancer and a metrics collector want to know of this box."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, JSONResponse, Response

from gateway.console.context import TheRoad
from gateway.console.rendering import page
from gateway.console.words import size, span
from gateway.metrics import metrics_text
from gateway.road import Road
from store import outbox, schema, sent
from store.errors import StoreError

router = APIRouter()

LONGEST_WAIT_S = 300
"""A message that could be done and still waits after this long says that no worker runs, or none keeps up."""
LEAST_FREE_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True)
class Probe:
    """One thing looked at: what was found, and whether a person must act."""

    name: str
    is_ok: bool
    told: str
    stops_service: bool = True
    """False: a person must look, yet the box does its work."""


@router.get("/health")
def health_page(request: Request, road: TheRoad) -> HTMLResponse:
    return page(request, "health.html", probes=list(probes(road)), settings=road.settings, printers=road.printers)


@router.get("/healthz")
def healthz(road: TheRoad) -> JSONResponse:
    found = list(probes(road))
    problems = [f"{one.name}: {one.told}" for one in found if not one.is_ok and one.stops_service]
    body = {"status": "problem" if problems else "ok", "checks": {one.name: one.told for one in found}}
    return JSONResponse(body | {"problems": problems}, 503 if problems else 200)


@router.get("/metrics")
def metrics(road: TheRoad) -> Response:
    return Response(metrics_text(road.database, road.clock()), media_type="text/plain; version=0.0.4; charset=utf-8")


def probes(road: Road) -> Iterator[Probe]:
    """Look at everything the road stands on; nothing found is worse than a line that says so."""
    for name, look in (
        ("database", _database),
        ("archive", _archive),
        ("disk", _disk),
        ("queue", _queue),
        ("answers", _answers),
    ):
        yield _looked(name, look, road)


def _looked(name: str, look: Callable[[Road], Probe], road: Road) -> Probe:
    try:
        return look(road)
    except (StoreError, OSError) as error:
        return Probe(name, False, str(error))


def _database(road: Road) -> Probe:
    found, needed = schema.version(road.database), schema.newest()
    if found != needed:
        return Probe("database", False, f"schema is {found or 'empty'}, {needed} is needed: run `dockgate migrate`")
    engine = "PostgreSQL" if road.database.is_postgresql else "SQLite"
    return Probe("database", True, f"{engine} answers, schema {found}")


def _archive(road: Road) -> Probe:
    if not os.access(road.archive.root, os.W_OK | os.X_OK):
        return Probe("archive", False, f"{road.archive.root} cannot be written: nothing can be taken in")
    return Probe("archive", True, f"{road.archive.root} can be written")


def _disk(road: Road) -> Probe:
    free = shutil.disk_usage(road.archive.root).free
    told = f"{size(free)} free below {road.archive.root}"
    return Probe("disk", free >= LEAST_FREE_BYTES, told)


def _queue(road: Road) -> Probe:
    now = road.clock()
    with road.database.read() as conn:
        since = outbox.oldest_due(conn, now)
    if since is None:
        return Probe("queue", True, "nothing waits")
    waited_s = (now - since).total_seconds()
    told = f"the oldest message waits for {span(max(waited_s, 0) * 1000)}"
    return Probe("queue", waited_s < LONGEST_WAIT_S, told)


def _answers(road: Road) -> Probe:
    with road.database.read() as conn:
        counts = sent.counts(conn)
    overdue, refused = counts.get(sent.OVERDUE, 0), counts.get("rejected", 0)
    told = f"{counts.get(sent.WAITING, 0)} documents wait for their acknowledgment, {overdue} are overdue"
    return Probe("answers", not overdue, f"{told}, {refused} were refused", stops_service=False)
