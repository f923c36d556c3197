"""The commands over master records: import, export, list, show, remove."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from gateway.master_files import export_file, export_text, first_faults, import_file
from gateway.master_tables import MasterInvalid, columns, rows_of
from gateway.terminal import FINDINGS, HomeOption, JsonOption, fail, known_errors, opened, screen, show_json, trouble
from orders.document import Content
from store import masters
from store.masters import KINDS

master_app = typer.Typer(
    no_args_is_help=True,
    help=f"What orders are completed from: {', '.join(KINDS)}. None is needed to receive an order.",
)
KindName = Annotated[str, typer.Argument(metavar="KIND", help=", ".join(KINDS))]
SHOWN_FAULTS = 50
SHOWN_COLUMNS = 10


@master_app.command("import")
def master_import(
    kind: KindName,
    file: Annotated[Path, typer.Argument(help="CSV, Excel or OpenDocument.", exists=True, dir_okay=False)],
    home: HomeOption = None,
) -> None:
    """Add or replace records from a table: all of them, or none when a row is wrong.

    The first row names the columns; those it leaves out stay as they are.

    Example: dockgate master import parts parts.xlsx
    """
    of_kind = known_errors(lambda: masters.kind_named(kind))
    with opened(home) as road, Progress(console=trouble, transient=True) as progress:
        task = progress.add_task(f"importing {kind}", total=None)
        try:
            count = import_file(
                road.database, file, of_kind, lambda done, of: progress.update(task, completed=done, total=of)
            )
        except MasterInvalid as error:
            progress.stop()
            fail("nothing was imported\n" + "\n".join(first_faults(error, SHOWN_FAULTS)), FINDINGS)
    screen.print(f"{count} {kind} imported", highlight=False)


@master_app.command("export")
def master_export(
    kind: KindName,
    to: Annotated[Path | None, typer.Option(help="File to write, .csv or .xlsx; else the screen.")] = None,
    home: HomeOption = None,
) -> None:
    """All records of a kind as a table to import again. Example: dockgate master export prices --to prices.csv"""
    of_kind = known_errors(lambda: masters.kind_named(kind))
    with opened(home) as road, road.database.read() as conn:
        records = masters.every(conn, of_kind)
        if to is None:
            sys.stdout.writelines(export_text(of_kind, records))
            return
        count = export_file(to, of_kind, records)
    screen.print(f"{count} rows of {kind} in {to}", highlight=False)


@master_app.command("list")
def master_list(
    kind: Annotated[str, typer.Argument(metavar="[KIND]", help="Without one: how many there are of each.")] = "",
    begins: Annotated[str, typer.Option(help="Only those whose key begins so.")] = "",
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Records by key, or how many there are of each kind. Example: dockgate master list parts --begins WG-"""
    with opened(home) as road, road.database.read() as conn:
        if not kind:
            counts = {name: masters.count(conn, one) for name, one in KINDS.items()}
            _show_counts(counts, as_json)
            return
        of_kind = known_errors(lambda: masters.kind_named(kind))
        found = masters.listed(conn, of_kind, begins=begins, limit=limit)
    if as_json:
        for record in found:
            show_json(record.model_dump(mode="json", exclude_none=True))
        return
    screen.print(_shown(of_kind, found))


def _shown(kind: masters.Kind, records: list[Content]) -> Table:
    """The columns that say anything, as many as a screen is wide."""
    rows = [row for record in records for row in rows_of(kind, record)]
    filled = [at for at, _ in enumerate(columns(kind)) if any(row[at] for row in rows)][:SHOWN_COLUMNS]
    table = Table(*(columns(kind)[at].name for at in filled))
    for row in rows:
        table.add_row(*(row[at] for at in filled))
    return table


def _show_counts(counts: dict[str, int], as_json: bool) -> None:
    if as_json:
        show_json(counts)
        return
    table = Table("kind", "records", "what it is")
    for name, count in counts.items():
        table.add_row(name, str(count), KINDS[name].about)
    screen.print(table)


@master_app.command("show")
def master_show(kind: KindName, key: Annotated[str, typer.Argument(metavar="KEY")], home: HomeOption = None) -> None:
    """One record as JSON; keys of several parts have slashes. Example: dockgate master show parts WG-1001"""
    of_kind = known_errors(lambda: masters.kind_named(kind))
    with opened(home) as road, road.database.read() as conn:
        record = known_errors(lambda: masters.get(conn, of_kind, key))
    show_json(record.model_dump(mode="json", exclude_none=True))


@master_app.command("remove")
def master_remove(kind: KindName, key: Annotated[str, typer.Argument(metavar="KEY")], home: HomeOption = None) -> None:
    """Take a record away; orders priced by it stay as they are. Example: dockgate master remove contracts K-7"""
    of_kind = known_errors(lambda: masters.kind_named(kind))
    with opened(home) as road, road.database.write() as conn:
        is_gone = known_errors(lambda: masters.remove(conn, of_kind, key))
    screen.print("removed" if is_gone else "there was none", highlight=False)
