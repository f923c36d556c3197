"""How fast X12 is read: envelopes with every element divided, and whole orders by the base map.

``measure()`` gives entries for ``bench/latest.json``. The input is generated: files of 200 orders of sixty segments.
"""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from translators.interchange import SetRead
from translators.translate import read as read_documents
from translators.translate import standard_agreement
from translators.x12.body import Body
from translators.x12.reader import read

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ROUNDS = 3
ORDERS_IN_A_FILE = 200
ISA = "ISA*00*          *00*          *01*114208870      *ZZ*DOCKGATE       *260302*0915*U*00401*000000101*0*P*>~"
HEADER = (
    "BEG*00*SA*PO{n:07}**20260302~REF*DP*217~REF*IA*40019~DTM*002*20260415~DTM*001*20260430~"
    "N1*ST*BIRCH HARDWARE {n}*92*{n:04}~N3*400 QUAY STREET~N4*PORTVILLE*ME*04101*US~"
)
LINE = (
    "PO1*{line}*24*EA*6.40*PE*VN*SPD-{line:04}*UP*07123456{line:04}~PID*F****GARDEN SPADE NO {line}~PO4*12*1*EA~"
    "DTM*010*20260410~SCH*24*EA***002*20260415~"
)


def orders(count: int) -> bytes:
    """One interchange of ``count`` orders, sixty segments and a few each."""
    parts = [ISA, "GS*PO*114208870*DOCKGATE*20260302*0915*5001*X*004010~"]
    lines = "".join(LINE.format(line=line) for line in range(1, 11))
    for number in range(1, count + 1):
        body = HEADER.format(n=number) + lines + "CTT*10~"
        parts.append(f"ST*850*{number:09}~{body}SE*{body.count('~') + 2}*{number:09}~")
    parts.append(f"GE*{count}*5001~IEA*1*000000101~")
    return "".join(parts).encode()


def _divided(raw: bytes) -> int:
    """Reads envelopes and divides every segment into elements; the number of segments."""
    count = 0
    for event in read(raw):
        assert not event.findings if not hasattr(event, "finding") else True
        if isinstance(event, SetRead) and isinstance(event.body, Body):
            count += len(event.body.segments())
    return count


def _pyx12(raw: bytes) -> int:
    from pyx12.x12file import X12Reader

    return sum(1 for _ in X12Reader(io.StringIO(raw.decode())))


def _best(act: Callable[[], int], rounds: int = ROUNDS) -> tuple[float, int]:
    """The shortest of some rounds, and what the act counted."""
    best, counted = float("inf"), 0
    for _ in range(rounds):
        began = time.perf_counter()
        counted = act()
        best = min(best, time.perf_counter() - began)
    return best, counted


def _entry(name: str, value: float, unit: str, n: int, peers: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {
        "name": name,
        "value": round(value, 1),
        "unit": unit,
        "n": n,
        "rss_mb": round(rss_mb, 1),
        "peers": peers or [],
    }


def measure() -> list[dict[str, Any]]:
    """Reading speed in MB/s and segments/s beside pyx12's reader, and orders/s."""
    raw = orders(4_000)
    took, segments = _best(lambda: _divided(raw))
    speed = len(raw) / 1e6 / took
    small = orders(400)
    theirs, _ = _best(lambda: _pyx12(small), 1)
    their_speed = len(small) / 1e6 / theirs
    peer = {"name": "pyx12 X12Reader", "value": round(their_speed, 2), "ratio": round(speed / their_speed, 1)}
    entries = [
        _entry("x12.read", speed, "MB/s", segments, [peer]),
        _entry("x12.read.segments", segments / took, "segments/s", segments),
    ]
    file = orders(ORDERS_IN_A_FILE)
    took, made = _best(lambda: len(read_documents(file, standard_agreement, AT, "bench").documents))
    entries.append(_entry("x12.850.document", made / took, "orders/s", made))
    return entries


if __name__ == "__main__":
    for entry in measure():
        print(entry)
