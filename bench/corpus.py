"""``python -m bench.corpus DIR``: reads every file below a folder as ``dockgate inspect`` does, and counts verdicts.

Whatever the files hold, none may crash the reader: exit code 1 when one did.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from gateway.files import inspect_file

screen = Console(soft_wrap=True)
NO_SYNTAX = "none known"


@dataclass
class Verdicts:
    """What became of the files of one syntax."""

    files: int = 0
    clean: int = 0
    rejected: int = 0
    size_bytes: int = 0


@dataclass
class Tally:
    """What became of all files."""

    by_syntax: dict[str, Verdicts] = field(default_factory=dict)
    codes: Counter[str] = field(default_factory=Counter)
    crashed: list[tuple[Path, str]] = field(default_factory=list)
    slowest: tuple[float, Path | None] = (0.0, None)

    def read(self, path: Path) -> None:
        """Read one file and count it."""
        began = time.perf_counter()
        try:
            report = inspect_file(path)
        except Exception as error:
            self.crashed.append((path, repr(error)))
            return
        self.slowest = max(self.slowest, (time.perf_counter() - began, path), key=lambda one: one[0])
        verdicts = self.by_syntax.setdefault(report["syntax"] or NO_SYNTAX, Verdicts())
        rejects = [one["code"] for one in findings(report) if one["severity"] == "reject"]
        verdicts.files += 1
        verdicts.size_bytes += path.stat().st_size
        verdicts.rejected += bool(rejects)
        verdicts.clean += not rejects
        self.codes.update(set(rejects))


def findings(report: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The findings of every level in an ``inspect --json`` report."""
    yield from report.get("findings", ())
    for below in ("interchanges", "groups", "transaction_sets"):
        for one in report.get(below, ()):
            yield from findings(one)


def shown(tally: Tally) -> Table:
    """The counts as people read them."""
    table = Table("syntax", box=None, pad_edge=False, header_style="bold")
    for title in ("files", "without reject", "with reject", "MB"):
        table.add_column(title, justify="right")
    for syntax, one in sorted(tally.by_syntax.items()):
        size_mb = f"{one.size_bytes / 1e6:,.2f}"
        table.add_row(syntax, f"{one.files:,}", f"{one.clean:,}", f"{one.rejected:,}", size_mb)
    return table


def main(folder: Annotated[Path, typer.Argument(metavar="DIR", exists=True, file_okay=False)]) -> None:
    """Read every file below DIR and count the verdicts; exit code 1 when a file crashed the reader.

    Example: python -m bench.corpus ~/edi-samples
    """
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    tally = Tally()
    with Progress(console=screen, transient=True) as progress:
        for path in progress.track(files, description="reading"):
            tally.read(path)
    screen.print(shown(tally))
    if tally.codes:
        common = ", ".join(f"{code} {count}" for code, count in tally.codes.most_common(8))
        screen.print(f"files by code of their reject findings: {common}", highlight=False)
    took_s, slowest = tally.slowest
    if slowest is not None:
        screen.print(f"slowest: {slowest}, {took_s * 1000:.0f} ms", highlight=False, markup=False)
    screen.print(f"crashed: {len(tally.crashed)} of {len(files)} files", style="bold red" if tally.crashed else "green")
    for path, error in tally.crashed:
        screen.print(f"  {path}: {error}", highlight=False, markup=False)
    if tally.crashed:
        sys.exit(1)


if __name__ == "__main__":
    typer.run(main)
