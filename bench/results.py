"""What a measurement says: entries of bench/latest.json, and the table people read."""

from __future__ import annotations

import json
import os
import platform
import resource
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict

from rich.table import Table

ROOT = Path(__file__).parents[1]
LATEST = ROOT / "bench" / "latest.json"
LESS_IS_BETTER = {"ms"}
"""Units of which a smaller value is the better one; the others are rates."""


class Peer(TypedDict):
    """Somebody else's value for the same work in the same run; ``ratio`` above 1 is better for us."""

    name: str
    value: float
    ratio: float


class Entry(TypedDict):
    """One measured value. ``n`` is how many things it was measured on, ``rss_mb`` the most memory its process had."""

    name: str
    value: float
    unit: str
    n: int
    rss_mb: float
    peers: list[Peer]


def entry(name: str, value: float, unit: str, n: int, peers: Mapping[str, float] | None = None) -> Entry:
    """An entry about this process; ``peers`` are others' values by name, in the same unit."""
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    compared: list[Peer] = [
        {"name": peer, "value": _rounded(theirs), "ratio": round(ratio(value, theirs, unit), 2)}
        for peer, theirs in (peers or {}).items()
    ]
    return {
        "name": name,
        "value": _rounded(value),
        "unit": unit,
        "n": n,
        "rss_mb": round(rss_mb, 1),
        "peers": compared,
    }


def ratio(ours: float, theirs: float, unit: str) -> float:
    """How many times better we are: above 1 is better for us, whichever way the unit counts."""
    return theirs / ours if unit in LESS_IS_BETTER else ours / theirs


def _rounded(value: float) -> float:
    return round(value, 2 if value < 10 else 1)


def percentile(values: Iterable[float], percent: float) -> float:
    """The smallest value that ``percent`` of all do not exceed: of sixty values the 99th is the largest."""
    ordered = sorted(values)
    place = -(-len(ordered) * percent // 100)  # rounded up
    return ordered[max(0, int(place) - 1)]


def table(entries: Iterable[Entry]) -> Table:
    """The entries as people read them."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    shown.add_column("measured", no_wrap=True)
    for title in ("value", "unit", "n", "RSS MB", "peers (ratio above 1: we are better)"):
        shown.add_column(title, justify="left" if title in ("unit",) or title.startswith("peers") else "right")
    for one in entries:
        peers = "; ".join(f"{peer['name']} {peer['value']:,} ({peer['ratio']:g}×)" for peer in one["peers"])
        shown.add_row(one["name"], f"{one['value']:,}", one["unit"], f"{one['n']:,}", f"{one['rss_mb']:.0f}", peers)
    return shown


def write_latest(entries: Iterable[Entry], path: Path = LATEST) -> None:
    """Write ``bench/latest.json``: the entries, and what they were measured on."""
    document = {"commit": commit(), "machine": machine(), "results": list(entries)}
    path.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", "utf-8")


def commit() -> str:
    """The commit that is measured; ``-dirty`` when files differ from it, "" outside a repository."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12", "--exclude=*"]
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine() -> str:
    """Processors, system and Python, in one line."""
    models = [line for line in _lines("/proc/cpuinfo") if line.startswith("model name")]
    model = models[0].partition(":")[2].strip() if models else platform.processor() or "unknown processor"
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return (
        f"{os.cpu_count()} × {model}, {memory / 2**20:.0f} GB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}"
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
