"""How fast EDIFACT is read: envelopes with every element divided, releases minded; and whole orders by the base map.

The input is generated: orders of eighty segments of some forty bytes, each with numbers, dates and articles of its
own, every tenth text with a released apostrophe. pydifact's parser does the same work; it is given fewer orders, as it
takes as long for them. The peer of ``edifact.orders.document`` is the ceiling: a few lines that split such a file and
put what they know into dictionaries, without a check, a finding, a source or a model.
"""

from __future__ import annotations

import re
import time
import warnings
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from bench.results import Entry, entry
from translators.edifact.reader import read
from translators.edifact.syntax import ELEMENT
from translators.interchange import SetRead
from translators.translate import TranslatedDocument, standard_agreement, stream

ROUNDS = 3
ORDERS = 3_000
ORDERS_OF_THE_PEER = 100
ORDERS_IN_A_FILE = 100
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
LINES = 12
UNB = "UNA:+.? 'UNB+UNOC:3+4012345000009:14+5098765000001:14+260302:1200+REF77'"
HEADER = (
    "BGM+220+PO{n:07}+9'DTM+137:20260302:102'RFF+CT:FRAME CONTRACT {n:05} OF THE YEAR'"
    "NAD+BY+4012345000009::9++NORTHERN HARDWARE WHOLESALE+22 QUAY STREET+PORTVILLE++04101+US'"
    "NAD+SU+5098765000001::9++GARDEN TOOL WORKS OF THE VALLEY+7 MILL LANE+RIVERTON++44101+US'CUX+2:EUR:9'"
)
LINE = (
    "LIN+{line}++40008621{part:05}:EN'PIA+1+SPD-{part:05}-LONG-HANDLED:SA+BUYERS-OWN-NUMBER-{part:05}:IN'"
    "IMD+F++:::GARDEN SPADE NO {part:05} WITH ASH HANDLE:AND FORGED STEEL BLADE'QTY+21:{quantity}:PCE'"
    "FTX+AAI+++{text} AT THE GATE OF THE YARD BEHIND THE HOUSE'PRI+AAA:{price}:CA:NTP:1:PCE'"
)


def orders(count: int) -> bytes:
    """One interchange of ``count`` orders."""
    parts = [UNB]
    for number in range(1, count + 1):
        body = HEADER.format(n=number)
        for line in range(1, LINES + 1):
            seed = number * 7919 + line * 104_729
            text = "MIND O?'HARA'S STEP".replace("A'S", "A?'S") if seed % 10 == 0 else "MIND THE STEP"
            price = f"{seed % 9973 / 100:.2f}"
            body += LINE.format(line=line, part=seed % 20_011, quantity=seed % 480 + 1, price=price, text=text)
        body += f"UNS+S'CNT+2:{LINES}'"
        count_of_segments = body.count("'") - body.count("?'") + 2
        parts.append(f"UNH+{number}+ORDERS:D:96A:UN:EAN008'{body}UNT+{count_of_segments}+{number}'")
    parts.append(f"UNZ+{count}+REF77'")
    return "".join(parts).encode()


def _divided(raw: bytes) -> int:
    """Reads envelopes and divides every segment into elements; the number of segments."""
    count = 0
    for event in read(raw):
        assert not getattr(event, "findings", ())
        if isinstance(event, SetRead) and event.body is not None:
            count += len([text.split(ELEMENT) for text in event.body.texts()])
    return count


def _pydifact(raw: bytes) -> int:
    from pydifact.parser import Parser

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return sum(1 for _ in Parser().parse(raw.decode("latin-1")))


def _documents(raw: bytes) -> int:
    """Reads a file to orders, taken one by one as a worker takes them."""
    outcomes = stream(raw, standard_agreement, AT, "bench")
    return sum(1 for one in outcomes if isinstance(one, TranslatedDocument))


def _by_hand(raw: bytes) -> int:
    """The ceiling: no more than somebody would write for this one file."""
    made: list[dict[str, Any]] = []
    line: dict[str, Any] = {}
    for segment in re.split(r"(?<!\?)'", raw.decode("latin-1")):
        tag, *elements = segment.split("+")
        one = [element.split(":") for element in elements]
        if tag == "LIN":
            line = {"part": [(one[2][0], one[2][1])]}
            made[-1]["lines"].append(line)
        elif tag == "PIA":
            line["part"] += [(value, code) for value, code in one[1:]]
        elif tag == "IMD":
            line["description"] = " ".join(one[2][3:])
        elif tag == "QTY":
            line |= {"quantity": Decimal(one[0][1]), "uom": one[0][2]}
        elif tag == "PRI":
            line["price"] = Decimal(one[0][1])
        elif tag == "FTX":
            line["note"] = "\n".join(one[3])
        elif tag == "BGM":
            made.append({"po": one[1][0], "lines": []})
        elif tag == "DTM":
            made[-1][one[0][0]] = datetime.strptime(one[0][1], "%Y%m%d").date()
        elif tag == "NAD":
            made[-1][one[0][0]] = {"code": one[1][0], "name": one[3][0], "street": one[4][0], "city": one[5][0]}
        elif tag in ("RFF", "CUX"):
            made[-1][one[0][0]] = one[0][1]
    return len(made)


def _rate(act: Callable[[bytes], int], raw: bytes) -> float:
    """Orders a second of CPU time."""
    speed, made = _speed(act, raw)
    return made * speed / (len(raw) / 1e6)


def _speed(act: Callable[[bytes], int], raw: bytes) -> tuple[float, int]:
    """MB/s of CPU time in the best of some rounds, and what the act counted."""
    best, counted = float("inf"), 0
    for _ in range(ROUNDS):
        began = time.process_time()
        counted = act(raw)
        best = min(best, time.process_time() - began)
    return len(raw) / 1e6 / best, counted


def measure() -> list[Entry]:
    """Reading speed in MB/s and segments/s beside pydifact's parser, and orders/s."""
    raw = orders(ORDERS)
    speed, segments = _speed(_divided, raw)
    theirs, _ = _speed(_pydifact, orders(ORDERS_OF_THE_PEER))
    rate = segments * speed / (len(raw) / 1e6)
    file = orders(ORDERS_IN_A_FILE)
    return [
        entry("edifact.read", speed, "MB/s", segments, {"pydifact parser": theirs}),
        entry("edifact.read.segments", rate, "segments/s", segments),
        entry(
            "edifact.orders.document",
            _rate(_documents, file),
            "orders/s",
            ORDERS_IN_A_FILE,
            {"split by hand, map in code": _rate(_by_hand, file)},
        ),
    ]


if __name__ == "__main__":
    for one in measure():
        print(one)
