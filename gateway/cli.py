"""The ``dockgate`` command. Exit codes: 0 fine, 1 findings, 2 usage, 3 our error."""

from __future__ import annotations

import getpass
import json
import logging
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from gateway import views
from gateway.app import Box, open_road
from gateway.road import Road
from gateway.settings import Settings, SettingsError, load_settings

FINE, FINDINGS, USAGE, OUR_ERROR = 0, 1, 2, 3

app = typer.Typer(
    name="dockgate",
    help="A customer's purchase order in, a sales order and dock papers out.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
order_app = typer.Typer(no_args_is_help=True, help="List, show and release sales orders.")
parked_app = typer.Typer(no_args_is_help=True, help="Messages set aside for a person.")
partner_app = typer.Typer(no_args_is_help=True, help="Trading partners: list, show, import, export, check.")
printer_app = typer.Typer(no_args_is_help=True, help="Printers: list, test.")
app.add_typer(order_app, name="order")
app.add_typer(parked_app, name="parked")
app.add_typer(partner_app, name="partner")
app.add_typer(printer_app, name="printer")

screen = Console(soft_wrap=True)
trouble = Console(stderr=True, soft_wrap=True)

HomeOption = Annotated[
    Path | None, typer.Option("--home", help="The box's folder; else DOCKGATE_HOME, else ./home.", metavar="DIR")
]
JsonOption = Annotated[bool, typer.Option("--json", help="One JSON document a line instead of a table.")]
Result = TypeVar("Result")


def fail(message: str, code: int = OUR_ERROR) -> NoReturn:
    """Say what is wrong on standard error and leave."""
    trouble.print(f"dockgate: {message}", style="bold red", markup=False, highlight=False)
    raise typer.Exit(code)


def known_errors(work: Callable[[], Result]) -> Result:
    """Run the work; an error of ours becomes one clear line and exit code 3."""
    try:
        return work()
    except Exception as error:
        if not hasattr(error, "code") or not hasattr(error, "retry"):
            raise
        fail(str(error))


@contextmanager
def opened(home: Path | None, *, migrate: bool = False) -> Iterator[Road]:
    """The road of the box in a home folder, closed again at the end."""
    settings = settings_of(home)
    road = known_errors(lambda: open_road(settings, migrate=migrate))
    try:
        yield road
    finally:
        road.database.close()


def settings_of(home: Path | None) -> Settings:
    """The settings, or a usage error that names the key."""
    try:
        return load_settings(home)
    except SettingsError as error:
        fail(str(error), USAGE)


def user() -> str:
    """Who is at the keyboard, for the audit trail."""
    return getpass.getuser()


def show_json(value: Any) -> None:
    """One JSON document on one line."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


# ---------------------------------------------------------------- running


@app.command()
def run(
    home: HomeOption = None,
    demo: Annotated[bool, typer.Option("--demo", help="Load the demo partner and send sample orders first.")] = False,
) -> None:
    """Run everything in one process on the embedded default, with the console on 127.0.0.1:8080.

    Example: dockgate run --home ./home --demo
    """
    from gateway.demo import load_demo, send_samples
    from gateway.serve import serve_console

    settings = settings_of(home)
    _logs(settings)
    road = known_errors(lambda: open_road(settings, migrate=True))
    if demo:
        load_demo(road)
    from gateway.pipeline import STEPS

    box = Box(road, folders=True, steps=STEPS, relay=True)
    with _until_stopped() as stopped:
        box.start()
        if demo:
            trips = send_samples(road, screen)
            screen.print(views.trips_table(trips))
        url = f"http://{settings.console.host}:{settings.console.port}"
        screen.print(f"Console at {url}   Home {settings.home}   Ctrl+C stops", highlight=False)
        serve_console(road, stopped)
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
    from gateway.demo import run_demo

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
    from gateway.pipeline import PRINT_STEPS
    from gateway.serve import ROLES, serve_console

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
    from gateway.pipeline import STEPS

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
            console(road, stopped)
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
    from gateway.logs import set_up_logs

    log_file = settings.home / "log" / "dockgate.log" if sys.stderr.isatty() else None
    set_up_logs(log_file)


@app.command()
def migrate(home: HomeOption = None) -> None:
    """Bring the database's schema up to date. Example: dockgate migrate --home /var/lib/dockgate"""
    from gateway.checks import migrate_box

    before, after = known_errors(lambda: migrate_box(settings_of(home)))
    screen.print(f"schema {before or 'empty'} -> {after}", highlight=False)


@app.command()
def check(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Look at settings, database, broker, printers and clock: what is wrong and how to mend it.

    Example: dockgate check --home ./home
    """
    from gateway.checks import check_box

    results = check_box(settings_of(home))
    if as_json:
        show_json([result.to_json() for result in results])
    else:
        screen.print(views.checks_table(results))
    if any(result.problems for result in results):
        raise typer.Exit(FINDINGS)


# ---------------------------------------------------------------- files, without a box


@app.command()
def inspect(
    files: Annotated[list[Path], typer.Argument(help="Files of any kind.")], as_json: JsonOption = False
) -> None:
    """Envelopes and findings of any EDI or customer file; needs no partner and no database.

    Example: dockgate inspect order.edi --json
    """
    from gateway.files import inspect_file

    _over_files(files, as_json, inspect_file, views.inspections_table)


@app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Files of any kind.")],
    partner: Annotated[Path | None, typer.Option(help="A partner's profile.", metavar="TOML")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", help="A map.", metavar="TOML")] = None,
    as_json: JsonOption = False,
) -> None:
    """Documents, findings and acknowledgments of files; needs no database.

    Example: dockgate read order.edi --partner acme.toml --map acme-850.toml --json
    """
    from gateway.files import reader

    read_file = known_errors(lambda: reader(partner, map_file))
    _over_files(files, as_json, read_file, views.readings_table)


def _over_files(
    files: list[Path],
    as_json: bool,
    look: Callable[[Path], dict[str, Any]],
    table: Callable[[list[dict[str, Any]]], Any],
) -> None:
    missing = [str(path) for path in files if not path.exists()]
    if missing:
        fail(f"no such file: {', '.join(missing)}", USAGE)
    results = []
    for path in views.progress(files, "reading", is_shown=not as_json and len(files) > 1):
        results.append(known_errors(lambda path=path: look(path)))  # type: ignore[misc]
        if as_json:
            show_json(results[-1])
    if not as_json:
        screen.print(table(results))
    if any(views.has_rejects(result) for result in results):
        raise typer.Exit(FINDINGS)


# ---------------------------------------------------------------- orders


@app.command()
def trace(name: Annotated[str, typer.Argument(metavar="ID")], home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The timeline of an order, PO, transmission or print job, from raw bytes to paper.

    Example: dockgate trace SO-100001
    """
    from gateway.operations import timeline_of
    from gateway.timeline import rows

    with opened(home) as road, road.database.read() as conn:
        order, events = known_errors(lambda: timeline_of(conn, name))
    timeline = rows(events)
    if as_json:
        po = order.content.customer_po_number if order else None
        number = order.order_number if order else None
        show_json({"order": number, "po": po, "events": [row.to_json() for row in timeline]})
    else:
        screen.print(views.timeline_table(name, timeline))


@order_app.command("list")
def order_list(
    state: Annotated[str | None, typer.Option(help="Only orders in this state.")] = None,
    held: Annotated[str | None, typer.Option(help="Only orders with an open hold: credit or review.")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Sales orders, newest first. Example: dockgate order list --held credit"""
    from orders.values import HoldKind
    from store import orders

    if held not in (None, *HoldKind):
        fail(f"unknown kind of hold {held!r}; known: {', '.join(HoldKind)}", USAGE)
    with opened(home) as road, road.database.read() as conn:
        found = orders.listed(conn, state=state, held=HoldKind(held) if held else None)
    if as_json:
        for row in found:
            show_json(vars(row))
    else:
        screen.print(views.orders_table(found))


@order_app.command("show")
def order_show(name: Annotated[str, typer.Argument(metavar="ID")], home: HomeOption = None, as_json: JsonOption = False) -> None:
    """One sales order: state, holds, lines. Example: dockgate order show SO-100001"""
    from gateway.operations import find_order

    with opened(home) as road, road.database.read() as conn:
        order = known_errors(lambda: find_order(conn, name))
    if as_json:
        show_json(order.model_dump(mode="json", exclude_none=True))
    else:
        screen.print(views.order_view(order))


@order_app.command("release")
def order_release(
    name: Annotated[str, typer.Argument(metavar="ID")],
    kind: Annotated[str | None, typer.Option(help="Only holds of this kind: credit or review.")] = None,
    note: Annotated[str, typer.Option(help="Why; kept with the order.")] = "",
    home: HomeOption = None,
) -> None:
    """Let go of an order's holds; with none left it goes on to the dock.

    Example: dockgate order release SO-100002 --note "paid this morning"
    """
    from gateway.operations import release_order
    from orders.values import HoldKind

    if kind not in (None, *HoldKind):
        fail(f"unknown kind of hold {kind!r}; known: {', '.join(HoldKind)}", USAGE)
    with opened(home) as road:
        order = known_errors(lambda: release_order(road, name, user(), note, HoldKind(kind) if kind else None))
    screen.print(f"{order.order_number} is {order.order_state}", highlight=False)


@order_app.command("reprint")
def order_reprint(
    print_job: Annotated[str, typer.Argument(metavar="PRINT_JOB")], home: HomeOption = None
) -> None:
    """Print a page again, marked REPRINT. Example: dockgate order reprint PJ-SO-100001-1-pick-list"""
    from gateway.operations import reprint

    with opened(home) as road:
        job = known_errors(lambda: reprint(road, print_job, user()))
    screen.print(f"{job.print_job_id} for printer {job.printer}", highlight=False)


# ---------------------------------------------------------------- parked, partners, printers


@parked_app.command("list")
def parked_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What waits for a person. Example: dockgate parked list"""
    from store import parked

    with opened(home) as road, road.database.read() as conn:
        found = parked.parked_messages(conn)
    if as_json:
        for row in found:
            show_json(vars(row))
    else:
        screen.print(views.parked_table(found))


@parked_app.command("show")
def parked_show(number: int, home: HomeOption = None) -> None:
    """One parked message with its reason and traceback. Example: dockgate parked show 3"""
    from store import parked

    with opened(home) as road, road.database.read() as conn:
        row = known_errors(lambda: parked.parked_message(conn, number))
    show_json(vars(row))


@parked_app.command("replay")
def parked_replay(number: int, home: HomeOption = None) -> None:
    """Try a parked message again, once its cause is mended. Example: dockgate parked replay 3"""
    from gateway.operations import replay_parked

    with opened(home) as road:
        is_new = known_errors(lambda: replay_parked(road, number, user()))
    screen.print("replayed" if is_new else "was replayed or discarded before")


@parked_app.command("discard")
def parked_discard(number: int, home: HomeOption = None) -> None:
    """Give a parked message up; its bytes stay in the archive. Example: dockgate parked discard 3"""
    from gateway.operations import discard_parked

    with opened(home) as road:
        is_new = known_errors(lambda: discard_parked(road, number, user()))
    screen.print("discarded" if is_new else "was replayed or discarded before")


@partner_app.command("list")
def partner_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every trading partner. Example: dockgate partner list"""
    from store import partners

    with opened(home) as road, road.database.read() as conn:
        found = partners.partners(conn)
    if as_json:
        for profile in found:
            show_json(profile.model_dump(mode="json"))
    else:
        screen.print(views.partners_table(found))


@partner_app.command("show")
def partner_show(name: str, home: HomeOption = None) -> None:
    """One partner's profile as TOML. Example: dockgate partner show acme"""
    partner_export(name, None, home)


@partner_app.command("export")
def partner_export(
    name: str, to: Annotated[Path | None, typer.Option(help="File to write.", metavar="TOML")] = None, home: HomeOption = None
) -> None:
    """One partner's profile as TOML, to a file or the screen. Example: dockgate partner export acme --to acme.toml"""
    from partners.profile import write_profile
    from store import partners

    with opened(home) as road, road.database.read() as conn:
        text = write_profile(known_errors(lambda: partners.partner_by_name(conn, name)))
    if to:
        to.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


@partner_app.command("import")
def partner_import(
    files: Annotated[list[Path], typer.Argument(help="Profiles, and maps they use.", metavar="TOML…")],
    home: HomeOption = None,
) -> None:
    """Add or replace partners and maps; the box takes them up without a restart.

    Example: dockgate partner import acme.toml acme-850.toml
    """
    from gateway.partner_files import import_files

    with opened(home) as road:
        for line in known_errors(lambda: import_files(road, files, user())):
            screen.print(line, highlight=False)


@partner_app.command("check")
def partner_check(
    profile: Annotated[Path, typer.Argument(metavar="TOML")],
    samples: Annotated[list[Path] | None, typer.Argument(help="The partner's sample files.")] = None,
    map_file: Annotated[Path | None, typer.Option("--map", help="The map it uses.", metavar="TOML")] = None,
) -> None:
    """Check a profile before importing it, and show the orders and acknowledgments its samples give.

    Example: dockgate partner check acme.toml sample.edi --map acme-850.toml
    """
    from gateway.files import reader

    read_file = known_errors(lambda: reader(profile, map_file))
    screen.print(f"{profile}: fine", highlight=False)
    for path in samples or ():
        show_json(read_file(path))


@printer_app.command("list")
def printer_list(home: HomeOption = None) -> None:
    """The printers in the settings and what is wrong with them. Example: dockgate printer list"""
    from gateway.app import open_printers

    printers = known_errors(lambda: open_printers(settings_of(home)))
    screen.print(views.printers_table({name: printer.check() for name, printer in printers.items()}))


@printer_app.command("test")
def printer_test(name: str, home: HomeOption = None) -> None:
    """Print a test page. Example: dockgate printer test dock"""
    from gateway.checks import print_test_page

    state = known_errors(lambda: print_test_page(settings_of(home), name))
    screen.print(f"{name}: {state}", highlight=False)


def main() -> None:
    """Entry point of the ``dockgate`` command."""
    app()


if __name__ == "__main__":
    main()
