"""The commands over maps and kits: what there is, whether it works, what a draft would change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gateway import maps, views
from gateway.partner_files import map_base
from gateway.terminal import FINDINGS, HomeOption, JsonOption, known_errors, opened, screen, show_json, user
from partners.kits import kit, kit_names
from store import partners
from translators.maps.bases import base_map_names, base_map_text
from translators.maps.engine import compile_map
from translators.trials import Trial, trials

map_app = typer.Typer(no_args_is_help=True, help="Maps: list, show, check, test, activate, replay.")
RevisionOption = Annotated[int | None, typer.Option(help="A revision; the newest when none is named.")]


@map_app.command("list")
def map_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The box's maps with their revisions, and the base maps they may extend. Example: dockgate map list"""
    with opened(home) as road, road.database.read() as conn:
        found = partners.map_revisions(conn)
    if as_json:
        for row in found:
            show_json({name: value for name, value in vars(row).items() if name != "toml"})
    else:
        screen.print(views.maps_table(found, base_map_names()))


@map_app.command("show")
def map_show(name: str, revision: RevisionOption = None, home: HomeOption = None) -> None:
    """The text of a map: of the box's own, or of a base map. Example: dockgate map show x12-850"""
    if name in base_map_names():
        typer.echo(base_map_text(name), nl=False)
        return
    with opened(home) as road, road.database.read() as conn:
        typer.echo(known_errors(lambda: partners.map_at(conn, name, revision)).toml, nl=False)


@map_app.command("check")
def map_check(map_file: Annotated[Path, typer.Argument(metavar="TOML")], home: HomeOption = None) -> None:
    """Check a map's file and run the tests it carries, before importing it. Example: dockgate map check acme-850.toml

    Needs no box, unless the map extends one of the box's own.
    """
    text = map_file.read_text("utf-8")
    if home is None:
        compiled = known_errors(lambda: compile_map(text, base_map_text))
    else:
        with opened(home) as road, road.database.read() as conn:
            compiled = known_errors(lambda: compile_map(text, lambda name: map_base(conn, name)))
    _show(known_errors(lambda: trials(compiled)), f"{map_file}: map {compiled.name} can be used")


@map_app.command("test")
def map_test(name: str, revision: RevisionOption = None, home: HomeOption = None) -> None:
    """Run the tests a map of the box carries. Example: dockgate map test acme-850 --revision 3"""
    with opened(home) as road:
        found = known_errors(lambda: maps.own_tests(road, name, revision))
    _show(found, f"map {name}")


@map_app.command("activate")
def map_activate(name: str, revision: RevisionOption = None, home: HomeOption = None) -> None:
    """Take a revision of a map into use, a newer or an older one, if its own tests pass.

    Example: dockgate map activate acme-850 --revision 2
    """
    with opened(home) as road:
        number = known_errors(lambda: maps.activate_map(road, name, revision, user()))
    screen.print(f"map {name}: revision {number} is in use", highlight=False)


@map_app.command("replay")
def map_replay(
    name: str,
    revision: RevisionOption = None,
    days: Annotated[int, typer.Option(min=1, help="How far back.")] = 7,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What a revision would make of recent traffic that was read by this map, where that differs. Changes nothing.

    Example: dockgate map replay acme-850 --days 30
    """
    with opened(home) as road:
        found = known_errors(lambda: list(maps.replay(road, name, revision, days)))
    if as_json:
        for one in found:
            fields = [{"field": path, "before": before, "after": after} for path, before, after in one.fields]
            show_json({"transmission": one.transmission_id, "document": one.document, "fields": fields})
    else:
        screen.print(views.replay_table(found))
    if found:
        raise typer.Exit(FINDINGS)


def kits(as_json: JsonOption = False) -> None:
    """Ready-made partners and maps. Load one with: dockgate partner import kit:NAME. Example: dockgate partner kits"""
    found = [kit(name) for name in kit_names()]
    if as_json:
        for one in found:
            show_json(
                {"kit": one.name, "title": one.title, "about": one.about, "samples": [s.name for s in one.samples]}
            )
    else:
        screen.print(views.kits_table(found))


def _show(found: tuple[Trial, ...], head: str) -> None:
    screen.print(f"{head}; {sum(one.passed for one in found)} of {len(found)} tests pass", highlight=False)
    for one in found:
        for fault in one.faults:
            screen.print(f"  {one.name}: {fault}", highlight=False, markup=False)
    if not all(one.passed for one in found):
        raise typer.Exit(FINDINGS)
