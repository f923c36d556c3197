"""What every step of the road stands on: the store, the archive, the printers, the clock. Built once by gateway.app."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gateway.settings import Settings
from printing.printer import Printer
from printing.routing import Rule
from store.archive import Archive
from store.database import Database


def utc_now() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Road:
    """The composition root's gifts to the steps.

    ``reached`` is told the name of each point that a crash must not hurt; tests kill the process there, or wait for it.
    """

    settings: Settings
    database: Database
    archive: Archive
    printers: Mapping[str, Printer]
    routing: Sequence[Rule] = (Rule(printer="dock"),)
    clock: Callable[[], datetime] = utc_now
    reached: Callable[[str], None] = field(default=lambda point: None)
