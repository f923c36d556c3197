"""The commands over records: parked messages, partners, printers."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from gateway import views
from gateway.app import open_printers
from gateway.checks import print_test_page
from gateway.files import reader
from gateway.operations import discard_parked, replay_parked
from gateway.partner_files import import_files
from gateway.terminal import (
    HomeOption,
    JsonOption,
    known_errors,
    opened,
    screen,
    settings_of,
    show_json,
    user,
)
from partners.profile import write_profile
from store import parked, partners

parked_app = typer.Typer(no_args_is_help=True, help="Messages set aside for a person.")
partner_app = typer.Typer(no_args_is_help=True, help="Trading partners: list, show, import, export, check.")
printer_app = typer.Typer(no_args_is_help=True, help="Printers: list, test.")


@parked_app.command("list")
def parked_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """What waits for a person. Example: dockgate parked list"""
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
    with opened(home) as road, road.database.read() as conn:
        row = known_errors(lambda: parked.parked_message(conn, number))
    show_json(vars(row))


@parked_app.command("replay")
def parked_replay(number: int, home: HomeOption = None) -> None:
    """Try a parked message again, once its cause is mended. Example: dockgate parked replay 3"""
    with opened(home) as road:
        is_new = known_errors(lambda: replay_parked(road, number, user()))
    screen.print("replayed" if is_new else "was replayed or discarded before")


@parked_app.command("discard")
def parked_discard(number: int, home: HomeOption = None) -> None:
    """Give a parked message up; its bytes stay in the archive. Example: dockgate parked discard 3"""
    with opened(home) as road:
        is_new = known_errors(lambda: discard_parked(road, number, user()))
    screen.print("discarded" if is_new else "was replayed or discarded before")


@partner_app.command("list")
def partner_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every trading partner. Example: dockgate partner list"""
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
    name: str,
    to: Annotated[Path | None, typer.Option(help="File to write.", metavar="TOML")] = None,
    home: HomeOption = None,
) -> None:
    """One partner's profile as TOML, to a file or the screen. Example: dockgate partner export acme --to acme.toml"""
    with opened(home) as road, road.database.read() as conn:
        text = write_profile(known_errors(lambda: partners.partner_by_name(conn, name)))
    if to:
        to.write_text(text, "utf-8")
    else:
        sys.stdout.write(text)


@partner_app.command("import")
def partner_import(
    files: Annotated[list[Path], typer.Argument(help="Profiles and maps they use, or kit:NAME.", metavar="TOML…")],
    draft: Annotated[bool, typer.Option("--draft", help="Keep maps out of use until they are activated.")] = False,
    home: HomeOption = None,
) -> None:
    """Add or replace partners and maps; the box takes them up without a restart. A map must pass its own tests.

    Example: dockgate partner import acme.toml acme-850.toml
    """
    with opened(home) as road:
        for line in known_errors(lambda: import_files(road, files, user(), as_draft=draft)):
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
    read_file = known_errors(lambda: reader(profile, map_file))
    screen.print(f"{profile}: fine", highlight=False)
    for path in samples or ():
        show_json(read_file(path))


@printer_app.command("list")
def printer_list(home: HomeOption = None) -> None:
    """The printers in the settings and what is wrong with them. Example: dockgate printer list"""
    printers = known_errors(lambda: open_printers(settings_of(home)))
    screen.print(views.printers_table({name: printer.check() for name, printer in printers.items()}))


@printer_app.command("test")
def printer_test(name: str, home: HomeOption = None) -> None:
    """Print a test page. Example: dockgate printer test dock"""
    state = known_errors(lambda: print_test_page(settings_of(home), name))
    screen.print(f"{name}: {state}", highlight=False)
