"""How fast X12 is read: envelopes with every element divided, and whole orders by the base map.

``measure()`` gives entries for ``bench/latest.json``. The input is generated: files of 200 orders of sixty
segments, each with numbers, dates, prices and parts of its own. The peer of ``x12.850.document`` is the ceiling: a few
lines that split such a file and put what they know into dictionaries, without a check, a finding, a source or a model.
"""

from __future__ import annotations

import io
import resource
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from translators.interchange import SetRead
from translators.translate import TranslatedDocument, standard_agreement, stream
from translators.x12.body import Body
from translators.x12.reader import read

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ROUNDS = 3
ORDERS_IN_A_FILE = 200
ISA = "ISA*00*          *00*          *01*114208870      *ZZ*DOCKGATE       *260302*0915*U*00401*000000101*0*P*>~"
HEADER = (
    "BEG*00*SA*PO{n:07}**20260302~REF*DP*217~REF*IA*40019~DTM*002*202604{day:02}~DTM*001*20260430~"
    "N1*ST*BIRCH HARDWARE {n}*92*{n:04}~N3*400 QUAY STREET~N4*PORTVILLE*ME*04101*US~"
)
LINE = (
    "PO1*{line}*{quantity}*EA*{price}*PE*VN*SPD-{part:05}*UP*07123456{part:05}~PID*F****GARDEN SPADE NO {part}~"
    "PO4*12*1*EA~DTM*010*202604{day:02}~SCH*{quantity}*EA***002*202604{day:02}~"
)


def orders(count: int, first: int = 1) -> bytes:
    """One interchange of ``count`` orders, sixty segments and a few each, numbered from ``first``."""
    parts = [ISA, "GS*PO*114208870*DOCKGATE*20260302*0915*5001*X*004010~"]
    for number in range(first, first + count):
        body = HEADER.format(n=number, day=number % 30 + 1)
        for line in range(1, 11):
            seed = number * 7919 + line * 104_729
            quantity, price = seed % 480 + 1, f"{(seed % 9973 + 1) / 100:.2f}"
            body += LINE.format(line=line, quantity=quantity, price=price, part=seed % 20_011, day=seed % 30 + 1)
        body += "CTT*10~"
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


def _documents(raw: bytes) -> int:
    """Reads a file to orders, taken one by one as a worker takes them."""
    outcomes = stream(raw, standard_agreement, AT, "bench")
    return sum(1 for one in outcomes if isinstance(one, TranslatedDocument))


def _by_hand(raw: bytes) -> int:
    """The ceiling: no more than somebody would write for this one file."""
    made: list[dict[str, Any]] = []
    order: dict[str, Any] = {}
    line: dict[str, Any] = {}
    for segment in raw.decode().split("~"):
        one = segment.split("*")
        tag = one[0]
        if tag == "PO1":
            line = {"quantity": Decimal(one[2]), "uom": one[3], "price": Decimal(one[4])}
            order["lines"].append(line)
            line["part"] = list(zip(one[6::2], one[7::2], strict=False))
        elif tag == "SCH":
            line["schedule"] = {"quantity": Decimal(one[1]), "deliver_by": _day(one[6])}
        elif tag == "PID":
            line["description"] = one[5]
        elif tag == "PO4":
            line["pack"] = Decimal(one[1])
        elif tag == "DTM":
            order.setdefault(one[1], _day(one[2]))
        elif tag == "BEG":
            order = {"po": one[3], "date": _day(one[5]), "lines": []}
            made.append(order)
        elif tag == "REF":
            order[one[1]] = one[2]
        elif tag == "N1":
            order["party"] = {"role": one[1], "name": one[2], "code": one[4]}
        elif tag == "N3":
            order["party"]["street"] = one[1]
        elif tag == "N4":
            order["party"].update(city=one[1], region=one[2], postal_code=one[3], country=one[4])
    return len(made)


def _day(text: str) -> date:
    return date(int(text[:4]), int(text[4:6]), int(text[6:]))


def _best(act: Callable[[], int], rounds: int = ROUNDS) -> tuple[float, int]:
    """The shortest of some rounds on one core, and what the act counted: CPU time, others may use the machine."""
    best, counted = float("inf"), 0
    for _ in range(rounds):
        began = time.process_time()
        counted = act()
        best = min(best, time.process_time() - began)
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
    theirs, _ = _best(lambda: _pyx12(small))
    their_speed = len(small) / 1e6 / theirs
    peer = {"name": "pyx12 X12Reader", "value": round(their_speed, 2), "ratio": round(speed / their_speed, 1)}
    entries = [
        _entry("x12.read", speed, "MB/s", segments, [peer]),
        _entry("x12.read.segments", segments / took, "segments/s", segments),
    ]
    file = orders(ORDERS_IN_A_FILE)
    took, made = _best(lambda: _documents(file), 2 * ROUNDS)
    ceiling, _ = _best(lambda: _by_hand(file), 2 * ROUNDS)
    peer = {"name": "split by hand, map in code", "value": round(made / ceiling, 1), "ratio": round(ceiling / took, 2)}
    entries.append(_entry("x12.850.document", made / took, "orders/s", made, [peer]))
    entries.append(_first_sight())
    return entries


def _first_sight() -> dict[str, Any]:
    """Every order new and nearly every part, as in no catalogue: what remembering values is worth."""
    files = iter([orders(ORDERS_IN_A_FILE, 1 + turn * ORDERS_IN_A_FILE) for turn in range(1, 2 * ROUNDS + 1)])
    took, made = _best(lambda: _documents(next(files)), 2 * ROUNDS)
    return _entry("x12.850.document.new", made / took, "orders/s", made)


if __name__ == "__main__":
    for entry in measure():
        print(entry)
