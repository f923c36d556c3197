"""The commands over files: inspect, read and write; single files, globs and whole folders, without a box."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from gateway import views
from gateway.files import documents_in, inspect_file, reader, writer
from gateway.operations import send_by_agreement
from gateway.terminal import FINDINGS, USAGE, HomeOption, JsonOption, fail, known_errors, opened, screen, show_json

PartnerOption = Annotated[Path | None, typer.Option("--partner", help="A partner's profile.", metavar="TOML")]
MapOption = Annotated[Path | None, typer.Option("--map", help="A map.", metavar="TOML")]


def inspect(
    files: Annotated[list[Path], typer.Argument(help="Files of any kind, or folders of them.")],
    as_json: JsonOption = False,
) -> None:
    """Envelopes and findings of any EDI or customer file; needs no partner and no database.

    Example: dockgate inspect order.edi --json
    """
    _over_files(files, as_json, inspect_file, views.inspections_table)


def read(
    files: Annotated[list[Path], typer.Argument(help="Files of any kind, or folders of them.")],
    partner: PartnerOption = None,
    map_file: MapOption = None,
    as_json: JsonOption = False,
) -> None:
    """Documents, findings and acknowledgments of files; needs no database.

    Example: dockgate read order.edi --partner acme.toml --map acme-850.toml --json
    """
    read_file = known_errors(lambda: reader(partner, map_file))
    _over_files(files, as_json, read_file, views.readings_table)


def write(
    files: Annotated[list[Path], typer.Argument(help="Documents as JSON, as `read --json` gives them.")],
    to: Annotated[str, typer.Option("--to", help="The map that writes, or the set agreed with the partner.")] = "",
    partner: PartnerOption = None,
    map_file: MapOption = None,
    send: Annotated[str | None, typer.Option(help="Send it to this partner of the box.", metavar="NAME")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder to write into.", metavar="DIR")] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Write documents the way a partner reads them. Control numbers are provisional unless it is sent.

    Example: dockgate write response.json --to x12-855
    Example: dockgate write order.json --map erp.toml --out feed
    Example: dockgate write response.json --to 855 --send northwind
    """
    if send is not None:
        with opened(home) as road:
            for path in _expanded(files):
                for document in known_errors(lambda path=path: documents_in(path)):  # type: ignore[misc]
                    sent_as = known_errors(lambda one=document: send_by_agreement(road, send, to, one))  # type: ignore[misc]
                    screen.print(f"{path}: on its way to {send} as {sent_as}", highlight=False)
        return
    if not to and map_file is None:
        fail("say which map writes: --to NAME, or --map TOML", USAGE)
    write_file = known_errors(lambda: writer(to, partner, map_file))
    results = []
    for path in _expanded(files):
        for result, written in known_errors(lambda path=path: list(write_file(path))):  # type: ignore[misc]
            results.append(result)
            if as_json:
                show_json(result)
            elif out is not None:
                out.mkdir(parents=True, exist_ok=True)
                (out / f"{path.stem}-{len(results)}.{written.suffix}").write_bytes(written.data)
            else:
                sys.stdout.write(result["text"].rstrip("\n") + "\n")
    for result in results:
        for one in result["findings"] if not as_json else ():
            screen.print(f"{result['file']}: {one['severity']} {one['code']}: {one['message']}", highlight=False)
    if any(views.has_rejects(result) for result in results):
        raise typer.Exit(FINDINGS)


def _expanded(files: list[Path]) -> list[Path]:
    """The files named, and those below the folders named, hidden ones left out."""
    missing = [str(path) for path in files if not path.exists()]
    if missing:
        fail(f"no such file: {', '.join(missing)}", USAGE)
    return [one for path in files for one in _below(path)]


def _below(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for inner in sorted(path.rglob("*")):
        if inner.is_file() and not any(part.startswith(".") for part in inner.relative_to(path).parts):
            yield inner


def _over_files(
    files: list[Path],
    as_json: bool,
    look: Callable[[Path], dict[str, Any]],
    table: Callable[[list[dict[str, Any]]], Any],
) -> None:
    chosen = _expanded(files)
    results = []
    for path in views.progress(chosen, "reading", is_shown=not as_json and len(chosen) > 1):
        results.append(known_errors(lambda path=path: look(path)))  # type: ignore[misc]
        if as_json:
            show_json(results[-1])
    if not as_json:
        screen.print(table(results))
        if len(results) > 1:
            screen.print(views.verdicts_table(results))
    if any(views.has_rejects(result) for result in results):
        raise typer.Exit(FINDINGS)
