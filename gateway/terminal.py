"""What every command needs: clear failures, exit codes, JSON lines, and the box of a home folder."""

from __future__ import annotations

import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn, TypeVar

import typer
from rich.console import Console

from gateway.app import open_road
from gateway.road import Road
from gateway.settings import Settings, SettingsError, load_settings

FINE, FINDINGS, USAGE, OUR_ERROR = 0, 1, 2, 3
"""Exit codes of every command."""

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
