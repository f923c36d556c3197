"""The ``dockgate`` command: the box, its checks, files, timelines. Exit codes: 0 fine, 1 findings, 2 usage, 3 ours."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from gateway import views
from gateway.app import Box, open_road
from gateway.checks import check_box, migrate_box
from gateway.cli_credit import credit_app
from gateway.cli_files import inspect, read, write
from gateway.cli_maps import kits, map_app
from gateway.cli_masters import master_app
from gateway.cli_orders import order_app
from gateway.cli_records import parked_app, partner_app, printer_app
from gateway.cli_review import order_resolve, rule_app
from gateway.cli_storefronts import storefront_app
from gateway.cli_webhooks import webhook_app
from gateway.demo import load_demo, run_demo, send_samples
from gateway.logs import quiet_libraries, set_up_logs
from gateway.operations import timeline_of
from gateway.pipeline import PRINT_STEPS, STEPS
from gateway.road import Road
from gateway.serve import ROLES, serve_console
from gateway.settings import Settings
from gateway.terminal import (
    FINDINGS,
    USAGE,
    HomeOption,
    JsonOption,
    fail,
    known_errors,
    opened,
    screen,
    settings_of,
    show_json,
)
from gateway.timeline import rows

app = typer.Typer(
    name="dockgate",
    help="A customer's purchase order in, a sales order and dock papers out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
partner_app.command()(kits)
app.add_typer(credit_app, name="credit")
app.add_typer(map_app, name="map")
app.add_typer(master_app, name="master")
app.add_typer(order_app, name="order")
app.add_typer(parked_app, name="parked")
app.add_typer(partner_app, name="partner")
app.add_typer(printer_app, name="printer")
app.add_typer(storefront_app, name="storefront")
app.add_typer(webhook_app, name="webhook")
app.add_typer(rule_app, name="rule")
order_app.command("resolve")(order_resolve)
for command in (inspect, read, write):
    app.command()(command)


# ---------------------------------------------------------------- running


@app.command()
def run(
    home: HomeOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo partner and send sample orders first.")] = False,
) -> None:
    """Run everything in one process on the embedded default, with the console on 127.0.0.1:8080.

    Example: dockgate run --home ./home --demo
    """
    settings = settings_of(home)
    _logs(settings)
    road = known_errors(lambda: open_road(settings, migrate=True))
    if demo:
        load_demo(road)

    box = Box(road, folders=True, steps=STEPS, relay=True)
    with _until_stopped() as stopped:
        box.start()
        if demo:
            trips = send_samples(road, screen)
            screen.print(views.trips_table(trips))
        url = f"http://{settings.console.host}:{settings.console.port}"
        screen.print(f"Console at {url}   Home {settings.home}   Ctrl+C stops", highlight=False)
        known_errors(lambda: serve_console(road, stopped))
        if not box.stop():
            fail("some work did not finish in time; it is done again at the next start")


@app.command()
def demo(
    as_json: JsonOption = False,
    home: Annotated[Path | None, typer.Option("--home", help="Keep the box here.", metavar="DIR")] = None,
) -> None:
    """Send real sample orders through a fresh box once, and print each trip from the last byte to paper.

    Exit code 0 only if every sample ended where it should. Example: dockgate demo --json
    """

    quiet_libraries()
    logging.getLogger("dockgate").setLevel(logging.CRITICAL)
    trips = known_errors(lambda: run_demo(home, screen if not as_json else None))
    if as_json:
        for trip in trips:
            show_json(trip.to_json())
    else:
        screen.print(views.trips_table(trips))
    if not all(trip.is_as_expected for trip in trips):
        wrong = ", ".join(f"{trip.sample} ended {trip.end}, expected {trip.expected}" for trip in trips)
        fail(f"not every sample ended where it should: {wrong}", FINDINGS)


@app.command()
def serve(
    roles: Annotated[list[str], typer.Argument(help="folders console relay printers")], home: HomeOption = None
) -> None:
    """Run some roles in this process. Example: dockgate serve folders console relay"""

    unknown = sorted(set(roles) - set(ROLES))
    if unknown:
        fail(f"unknown role {', '.join(unknown)}; known here: {', '.join(ROLES)}", USAGE)
    settings = settings_of(home)
    _logs(settings)
    road = known_errors(lambda: open_road(settings))
    steps = PRINT_STEPS if "printers" in roles else ()
    box = Box(road, folders="folders" in roles, steps=steps, relay="relay" in roles)
    _serve(box, road, serve_console if "console" in roles else None)


@app.command()
def work(
    steps: Annotated[list[str] | None, typer.Argument(help="Steps to do; all when none is named.")] = None,
    home: HomeOption = None,
) -> None:
    """Run a worker process. Example: dockgate work translate enter check"""

    unknown = sorted(set(steps or ()) - set(STEPS))
    if unknown:
        fail(f"unknown step {', '.join(unknown)}; known: {', '.join(STEPS)}", USAGE)
    settings = settings_of(home)
    _logs(settings)
    road = known_errors(lambda: open_road(settings))
    _serve(Box(road, folders=False, steps=steps or STEPS, relay=False), road, None)


def _serve(box: Box, road: Road, console: Callable[[Road, threading.Event], None] | None) -> None:
    with _until_stopped() as stopped:
        box.start()
        if console:
            known_errors(lambda: console(road, stopped))
        else:
            stopped.wait()
        if not box.stop():
            fail("some work did not finish in time; another worker does it again")


@contextmanager
def _until_stopped() -> Iterator[threading.Event]:
    """An event that SIGTERM or Ctrl+C sets."""
    stopped = threading.Event()
    before = {one: signal.signal(one, lambda *_: stopped.set()) for one in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopped
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)


def _logs(settings: Settings) -> None:

    log_file = settings.home / "log" / "dockgate.log" if sys.stderr.isatty() else None
    set_up_logs(log_file)


@app.command()
def migrate(home: HomeOption = None) -> None:
    """Bring the database's schema up to date. Example: dockgate migrate --home /var/lib/dockgate"""

    before, after = known_errors(lambda: migrate_box(settings_of(home)))
    screen.print(f"schema {before or 'empty'} -> {after}", highlight=False)


@app.command()
def check(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Look at settings, database, broker, printers and clock: what is wrong and how to mend it.

    Example: dockgate check --home ./home
    """

    results = check_box(settings_of(home))
    if as_json:
        show_json([result.to_json() for result in results])
    else:
        screen.print(views.checks_table(results))
    if any(result.problems for result in results):
        raise typer.Exit(FINDINGS)


# ---------------------------------------------------------------- orders


@app.command()
def trace(
    name: Annotated[str, typer.Argument(metavar="ID")], home: HomeOption = None, as_json: JsonOption = False
) -> None:
    """The timeline of an order, PO, transmission or print job, from raw bytes to paper.

    Example: dockgate trace SO-100001
    """

    with opened(home) as road, road.database.read() as conn:
        order, events = known_errors(lambda: timeline_of(conn, name))
    timeline = rows(events)
    if as_json:
        po = order.content.customer_po_number if order else None
        number = order.order_number if order else None
        show_json({"order": number, "po": po, "events": [row.to_json() for row in timeline]})
    else:
        screen.print(views.timeline_table(name, timeline))


def main() -> None:
    """Entry point of the ``dockgate`` command."""
    app()


if __name__ == "__main__":
    main()
