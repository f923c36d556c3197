"""A whole box as a process of its own, on either engine, for tests that kill it or watch it from outside."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from gateway.app import open_road
from gateway.demo import load_demo
from gateway.road import Road
from gateway.settings import FILE_NAME, load_settings
from tests.lab.cups import IppPrinter, PrivateCups
from tests.lab.process import wait_until

WAIT_S = 40.0


@dataclass
class BoxUnderTest:
    """A home folder with the demo partner, and what its printer has put out."""

    home: Path
    papers: Callable[[], int]

    def open(self) -> Road:
        """The same box, to look into; the caller closes its database."""
        return open_road(load_settings(self.home))

    @property
    def inbox(self) -> Path:
        return self.home / "folders" / "northwind" / "in"

    @property
    def outbox(self) -> Path:
        return self.home / "folders" / "northwind" / "out"

    def drop(self, name: str, data: bytes, partner: str = "northwind") -> None:
        """Put a file into a partner's inbox, as a careful sender does: whole or not at all."""
        inbox = self.home / "folders" / partner / "in"
        inbox.mkdir(parents=True, exist_ok=True)
        upload = inbox / f"{name}.part"
        upload.write_bytes(data)
        upload.rename(inbox / name)

    def start(self, kill_at: str = "", times: int = 1) -> subprocess.Popen[bytes]:
        """Start every role in one process, which kills itself when it reaches a point for the n-th time."""
        command = [sys.executable, "-m", "tests.faults.process", str(self.home), kill_at, str(times)]
        log = (self.home / "process.log").open("ab")
        with log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def log(self) -> str:
        return (self.home / "process.log").read_text("utf-8", "replace")


def embedded_box(home: Path) -> BoxUnderTest:
    """SQLite, embedded queue, folder printer."""
    write_settings(home, {})
    load(home)
    return BoxUnderTest(home, lambda: len(list((home / "printed").glob("PJ-*.pdf"))))


def appliance_box(
    home: Path, postgres_url: str, amqp_url: str, cups: PrivateCups, printer: IppPrinter, queue: str
) -> BoxUnderTest:
    """PostgreSQL, RabbitMQ, a real cupsd with an IPP printer behind it."""
    dock = {
        "driver": "cups",
        "name": "dock",
        "queue": queue,
        "server": str(cups.socket_path),
        "device": printer.uri,
    }
    write_settings(home, {"database": {"url": postgres_url}, "queue": {"url": amqp_url}, "printers": [dock]})
    load(home)
    return BoxUnderTest(home, lambda: len(printer.papers()))


def write_settings(home: Path, tables: dict[str, Any]) -> None:
    lines = []
    for name, value in tables.items():
        entries = value if isinstance(value, list) else [value]
        brackets = "[[{}]]" if isinstance(value, list) else "[{}]"
        for entry in entries:
            lines.append(brackets.format(name))
            lines += [f"{key} = {json.dumps(setting)}" for key, setting in entry.items()]
    home.mkdir(parents=True, exist_ok=True)
    (home / FILE_NAME).write_text("\n".join(lines), "utf-8")


def load(home: Path) -> None:
    road = open_road(load_settings(home), migrate=True)
    load_demo(road)
    road.database.close()


def wait_for(condition: Callable[[], bool], what: str, box: BoxUnderTest) -> None:
    """Wait until a condition holds; the box's log is in the failure."""
    try:
        wait_until(condition, what, WAIT_S)
    except TimeoutError as error:
        raise AssertionError(f"{error}\n{box.log()[-4000:]}") from error
