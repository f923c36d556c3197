"""``python -m bench [NAME …]``: runs the measurements, prints a table, writes bench/latest.json."""

from __future__ import annotations

import sys
import time
from typing import Annotated

import typer
from rich.console import Console

from bench.measurements import MEASUREMENTS, known_names, run
from bench.results import LATEST, ROOT, Entry, table, write_latest

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)
screen = Console(soft_wrap=True)
if not screen.is_terminal:
    screen.width = 160  # a table that goes into a file is not squeezed


@app.command()
def main(
    names: Annotated[
        list[str] | None, typer.Argument(help="Only what begins with one of these.", metavar="NAME", show_default=False)
    ] = None,
) -> None:
    """Measure the box, print a table and write bench/latest.json. Each measurement has a process of its own.

    Example: python -m bench x12 road.latency
    """
    wanted = names or []
    known = known_names()
    if unknown := [name for name in wanted if not any(one.startswith(name) for one in known)]:
        listed = "\n  ".join(known)
        sys.stderr.write(f"bench: nothing measured is called {' or '.join(unknown)}; there are\n  {listed}\n")
        sys.exit(2)
    chosen = [one for one in MEASUREMENTS if one.is_wanted(wanted)]
    entries: list[Entry] = []
    with screen.status("measuring") as status:
        for place, measurement in enumerate(chosen, 1):
            title = ", ".join(measurement.names)
            status.update(f"measuring {title} ({place} of {len(chosen)})")
            began = time.monotonic()
            outcome = run(measurement)
            entries += [one for one in outcome.entries if not wanted or one["name"].startswith(tuple(wanted))]
            said = f"left out: {outcome.missing}" if outcome.missing else f"{time.monotonic() - began:.1f} s"
            screen.print(f"{title}: {said}", style="yellow" if outcome.missing else "dim", highlight=False)
    screen.print(table(entries))
    write_latest(entries)
    screen.print(f"written to {LATEST.relative_to(ROOT)}", style="dim", highlight=False)


if __name__ == "__main__":
    app()
