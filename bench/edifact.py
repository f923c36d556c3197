"""How fast EDIFACT is read: envelopes with every element divided, releases minded.

The input is generated: orders of eighty segments of some forty bytes, each with numbers, dates and articles of its
own, every tenth text with a released apostrophe. pydifact's parser does the same work; it is given fewer orders, as it
takes as long for them.
"""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable

from bench.results import Entry, entry
from translators.edifact.reader import read
from translators.edifact.syntax import ELEMENT
from translators.interchange import SetRead

ROUNDS = 3
ORDERS = 3_000
ORDERS_OF_THE_PEER = 100
LINES = 12
UNB = "UNA:+.? 'UNB+UNOC:3+4012345000009:14+5098765000001:14+260302:1200+REF77'"
HEADER = (
    "BGM+220+PO{n:07}+9'DTM+137:20260302:102'RFF+CT:FRAME CONTRACT {n:05} OF THE SECOND QUARTER OF THE YEAR'"
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


def _speed(act: Callable[[bytes], int], raw: bytes) -> tuple[float, int]:
    """MB/s of CPU time in the best of some rounds, and what the act counted."""
    best, counted = float("inf"), 0
    for _ in range(ROUNDS):
        began = time.process_time()
        counted = act(raw)
        best = min(best, time.process_time() - began)
    return len(raw) / 1e6 / best, counted


def measure() -> list[Entry]:
    """Reading speed in MB/s and segments/s beside pydifact's parser."""
    raw = orders(ORDERS)
    speed, segments = _speed(_divided, raw)
    theirs, _ = _speed(_pydifact, orders(ORDERS_OF_THE_PEER))
    rate = segments * speed / (len(raw) / 1e6)
    return [
        entry("edifact.read", speed, "MB/s", segments, {"pydifact parser": theirs}),
        entry("edifact.read.segments", rate, "segments/s", segments),
    ]


if __name__ == "__main__":
    for one in measure():
        print(one)
