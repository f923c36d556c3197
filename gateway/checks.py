"""``dockgate check``: what is wrong with the box and how to mend it; and the test page of ``dockgate printer test``."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from gateway.app import open_printers, routing_rules
from gateway.pipeline import STEPS
from gateway.road import utc_now
from gateway.settings import CredentialMissing, Settings
from gateway.storefronts.stores import credential_name
from printing.documents import printer_test_page
from printing.printer import PrintRequest, UnknownPrinter
from printing.routing import rule_problems
from queues.rabbitmq import RabbitQueue
from store import events, partners, schema
from store.archive import Archive
from store.database import Database
from store.errors import StoreError

FREE_BYTES_WANTED = 1 << 30
SQLITE_SAFE = (3, 51, 3)
"""Older SQLite may corrupt a database when a checkpoint meets a reset of the write-ahead log from another process."""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at: a fact about it, and its problems, each with its remedy."""

    what: str
    fact: str
    problems: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        return {"what": self.what, "fact": self.fact, "problems": list(self.problems)}


def check_box(settings: Settings) -> list[Check]:
    """Look at everything the box needs. Never raises for what is wrong: that is the answer."""
    return [check for look in _LOOKS for check in look(settings)]


def _settings(settings: Settings) -> Iterator[Check]:
    problems = () if settings.company.identifiers else ("[company] names no identifiers: partners cannot address us",)
    yield Check("settings", str(settings.home), problems)


def _database(settings: Settings) -> Iterator[Check]:
    database = Database(settings.database_url)
    name = database.url.render_as_string(hide_password=True)
    try:
        schema.require_newest(database)
        yield Check("database", name)
        yield _clock(database)
    except StoreError as error:
        yield Check("database", name, (str(error),))
    finally:
        database.close()
    if not database.is_postgresql:
        found = sqlite3.sqlite_version
        is_safe = tuple(map(int, found.split("."))) >= SQLITE_SAFE
        remedy = f"run one process only on this database: SQLite before {'.'.join(map(str, SQLITE_SAFE))} is not safe"
        yield Check("sqlite", f"{found}, {remedy}" if not is_safe else found)


def _clock(database: Database) -> Check:
    with database.read() as conn:
        latest = events.latest_at(conn)
    now = utc_now()
    if latest is not None and latest > now + timedelta(minutes=1):
        return Check("clock", now.isoformat(), (f"the last event is from {latest.isoformat()}: the clock went back",))
    return Check("clock", now.isoformat(timespec="seconds"))


def _broker(settings: Settings) -> Iterator[Check]:
    if settings.is_embedded:
        yield Check("queue", "embedded")
        return
    queue = RabbitQueue(settings.queue.url, STEPS, name="dockgate check", takes_work=False)
    try:
        yield Check("queue", "RabbitMQ", tuple(queue.problems()))
    finally:
        queue.close()


def _archive(settings: Settings) -> Iterator[Check]:
    folder = settings.home / "archive"
    try:
        Archive(folder)
        status = os.statvfs(folder)
    except OSError as error:
        yield Check("archive", str(folder), (f"cannot be written: {error}",))
        return
    free = status.f_bavail * status.f_frsize
    problems = () if free >= FREE_BYTES_WANTED else (f"only {free >> 20} MiB are free: make room, or move the home",)
    yield Check("archive", f"{folder}, {free >> 30} GiB free", problems)


def _printers(settings: Settings) -> Iterator[Check]:
    printers = open_printers(settings)
    for name, printer in printers.items():
        yield Check("printer", name, tuple(printer.check()))
    yield Check("routing", f"{len(settings.routing)} rules", tuple(rule_problems(routing_rules(settings), printers)))


def _storefronts(settings: Settings) -> Iterator[Check]:
    """Whether each store's secret is there; whether the store takes it, ``dockgate storefront test`` asks."""
    database = Database(settings.database_url)
    try:
        schema.require_newest(database)
        with database.read() as conn:
            profiles = partners.partners(conn)
    except StoreError:
        return  # told by the look at the database
    finally:
        database.close()
    for profile in profiles:
        if profile.storefront is None:
            continue
        try:
            settings.credential(credential_name(profile.partner))
            problems: tuple[str, ...] = ()
        except CredentialMissing as error:
            problems = (str(error),)
        yield Check("storefront", f"{profile.partner}: {profile.storefront.url}", problems)


_LOOKS: tuple[Callable[[Settings], Iterator[Check]], ...] = (
    _settings,
    _database,
    _broker,
    _archive,
    _printers,
    _storefronts,
)


def migrate_box(settings: Settings) -> tuple[str | None, str]:
    """Bring the schema up to date and declare the broker's queues; the schema's version before and after."""
    settings.home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    try:
        versions = schema.migrate(database)
    finally:
        database.close()
    if not settings.is_embedded:
        queue = RabbitQueue(settings.queue.url, STEPS, name="dockgate migrate", takes_work=False)
        queue.require_up()
        queue.close()
    return versions


def print_test_page(settings: Settings, name: str) -> str:
    """Print one page and say what the device says of it.

    Raises:
        UnknownPrinter: no printer has this name.
        PrintError: the printer cannot print now.
    """
    printers = open_printers(settings)
    if name not in printers:
        raise UnknownPrinter(f"no printer {name!r}; known: {', '.join(sorted(printers)) or 'none'}")
    now = utc_now()
    page = printer_test_page(name, f"{now:%Y-%m-%d %H:%M:%S} UTC")
    printer = printers[name]
    request = PrintRequest(f"PJ-TEST-{now:%Y%m%d%H%M%S}", page.title, page.media_type, page.data, page.sha256)
    handle = printer.prepare(request)
    printer.release(handle)
    status = printer.status(handle)
    return f"{status.state} {status.detail}".strip()
