"""Sends the sample orders and follows each to its end, by the same timeline everybody else sees."""

from __future__ import annotations

import tempfile
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

from rich.console import Console

from gateway import pipeline
from gateway.app import Box, open_road
from gateway.channels.folder import inbox_path
from gateway.road import Road
from gateway.settings import load_settings
from gateway.timeline import TimelineRow, rows
from orders.values import FulfilmentState, HoldKind
from partners.partner import TradingPartner
from partners.profile import read_profile
from store import events, masters, numbers, orders, partners, print_jobs, transmissions
from store.database import Connection
from store.transmissions import Transmission

PARTNER = "northwind"
MAP = "northwind-850"
SAMPLES = {"straight": "printed", "credit": "credit_hold", "review": "review_hold", "refused": "refused"}
"""Each sample order, and where it should end."""
FIRST_CONTROL_NUMBER = 101
FIRST_PO_NUMBER = 458_801
WAIT_S = 60.0
NOT_OVER = "under way"


@dataclass(frozen=True)
class Stage:
    """A stage of the road, ``ms`` after the last byte was received, and what came of it."""

    stage: str
    ms: int
    note: str


@dataclass(frozen=True)
class Trip:
    """One sample's way from its last byte to paper. ``documents`` are (kind, path), ``acknowledgments`` paths."""

    sample: str
    road: str
    po: str
    order: str | None
    end: str
    expected: str
    stages: tuple[Stage, ...]
    documents: tuple[tuple[str, str], ...]
    acknowledgments: tuple[str, ...]

    @property
    def is_as_expected(self) -> bool:
        return self.end == self.expected

    def to_json(self) -> dict[str, Any]:
        """The keys of ``demo --json``."""
        return {
            "sample": self.sample,
            "road": self.road,
            "po": self.po,
            "order": self.order,
            "end": self.end,
            "stages": [{"stage": one.stage, "ms": one.ms} for one in self.stages],
            "documents": [{"kind": kind, "path": path} for kind, path in self.documents],
            "acknowledgments": list(self.acknowledgments),
        }


def load_demo(road: Road) -> None:
    """Load the demo partner, its map and the catalogue; doing it again changes nothing."""
    folder = files("gateway.demo")
    catalogue = tomllib.loads(folder.joinpath("catalogue.toml").read_text("utf-8"))
    with road.database.write() as conn:
        now = road.clock()
        revision = partners.import_map(conn, MAP, folder.joinpath(f"{MAP}.toml").read_text("utf-8"), now, "demo")
        partners.activate_map(conn, MAP, revision, now, "demo")
        partners.import_partner(conn, _profile(), now, "demo")
        for name, records in catalogue.items():
            masters.put(conn, *map(masters.KINDS[name].model.model_validate, records))


def _profile() -> TradingPartner:
    return read_profile(files("gateway.demo").joinpath(f"{PARTNER}.toml").read_text("utf-8"))


def run_demo(home: Path | None, screen: Console | None) -> list[Trip]:
    """Send the samples through a box of their own, once.

    Args:
        home: the box's folder; a new one for this run when None.
        screen: where to show progress, or None.
    """
    settings = load_settings(home or Path(tempfile.mkdtemp(prefix="dockgate-demo-")))
    road = open_road(settings, migrate=True)
    load_demo(road)
    box = Box(road, folders=True, steps=pipeline.STEPS, relay=True)
    box.start()
    try:
        return send_samples(road, screen)
    finally:
        box.stop()


def send_samples(road: Road, screen: Console | None) -> list[Trip]:
    """Drop each sample into the demo partner's inbox and follow it to its end; the box must be running."""
    with road.database.write() as conn:
        run = numbers.next_number(conn, "demo/run") - 1
    trips = []
    with _shown(screen) as show:
        for place, (sample, expected) in enumerate(SAMPLES.items()):
            show(f"sending {sample}")
            step = run * len(SAMPLES) + place
            po = f"NW-{FIRST_PO_NUMBER + step}"
            name = f"{sample}-{step + 1}.edi"
            _drop(road, name, _fresh(sample, place, step))
            trips.append(_follow(road, sample, expected, po, name))
    return trips


@contextmanager
def _shown(screen: Console | None) -> Iterator[Any]:
    if screen is None:
        yield lambda text: None
        return
    with screen.status("sending sample orders") as status:
        yield status.update


def _fresh(sample: str, place: int, step: int) -> bytes:
    """The sample with control and PO numbers nobody has used, so that it is no repeat."""
    text = files("gateway.demo").joinpath(f"{sample}.edi").read_text("ascii")
    was, now = FIRST_CONTROL_NUMBER + place, FIRST_CONTROL_NUMBER + step
    text = text.replace(f"*{was:09d}*", f"*{now:09d}*").replace(f"*{was:09d}~", f"*{now:09d}~")
    text = text.replace(f"*{was}*X*", f"*{now}*X*").replace(f"GE*1*{was}~", f"GE*1*{now}~")
    return text.replace(f"NW-{FIRST_PO_NUMBER + place}", f"NW-{FIRST_PO_NUMBER + step}").encode("ascii")


def _drop(road: Road, name: str, data: bytes) -> None:
    inbox = inbox_path(road, _profile().channels[0])
    upload = inbox / f"{name}.part"
    upload.write_bytes(data)
    upload.rename(inbox / name)


def _follow(road: Road, sample: str, expected: str, po: str, name: str) -> Trip:
    deadline = time.monotonic() + WAIT_S
    while True:
        heard = road.database.bell.heard()
        with road.database.read() as conn:
            trip = _trip(conn, road, sample, expected, po, name)
        if trip.end != NOT_OVER or time.monotonic() > deadline:
            return trip
        road.database.bell.wait(heard, 0.05)


def _trip(conn: Connection, road: Road, sample: str, expected: str, po: str, name: str) -> Trip:
    recent = transmissions.recent(conn)
    inbound = next((one for one in recent if one.name == name and one.direction == "in"), None)
    if inbound is None:
        return Trip(sample, "folder", po, None, NOT_OVER, expected, (), (), ())
    answers = transmissions.answers_to(conn, inbound.transmission_id)
    found = orders.find(conn, po)
    row = found[0] if found else None
    timeline = rows(events.transmission_timeline(conn, inbound.transmission_id))
    jobs = print_jobs.jobs_of(conn, row.order_id) if row else []
    return Trip(
        sample=sample,
        road="folder",
        po=po,
        order=row.order_number if row else None,
        end=_end(conn, inbound, answers, row),
        expected=expected,
        stages=tuple(_stages(timeline)),
        documents=tuple((job.document, _page_path(road, job)) for job in jobs if job.state == "printed"),
        acknowledgments=tuple(row.ref for row in timeline if row.what == "transmission.sent"),
    )


def _page_path(road: Road, job: print_jobs.PrintJob) -> str:
    """Where a person finds the page: in the folder printer's folder, else in the archive."""
    for printer in road.settings.printers:
        if printer.name == job.printer and printer.driver == "folder":
            return str(road.settings.home / printer.folder / f"{job.print_job_id}.pdf")
    return str(road.archive.path(job.sha256 or ""))


def _end(conn: Connection, inbound: Transmission, answers: list[Transmission], row: orders.OrderRow | None) -> str:
    if not answers or any(answer.state != "sent" for answer in answers):
        return NOT_OVER
    if row is None:
        return "refused" if inbound.state == "refused" else NOT_OVER
    if row.fulfilment_state == FulfilmentState.PRINTED:
        return "printed"
    order = orders.order_by_id(conn, row.order_id)
    if order.open_holds(HoldKind.CREDIT):
        return "credit_hold"
    return "review_hold" if order.open_holds() else NOT_OVER


def _stages(timeline: list[TimelineRow]) -> Iterator[Stage]:
    """Each stage once, when it was last reached, with everything that was said at it."""
    reached: dict[str, Stage] = {}
    for row in timeline:
        before = reached.pop(row.stage, None)
        notes = [before.note] if before and before.note else []
        if row.note and row.note not in notes:
            notes.append(row.note)
        reached[row.stage] = Stage(row.stage, row.ms, "\n".join(notes))
    yield from reached.values()
