"""An interchange of a gigabyte, made while it is read: what its size does to speed, and above all to memory.

All orders stand in one group, with numbers that count up, so that whatever is kept for each set would show.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from bench.results import Entry, entry
from bench.x12 import AT, ISA, orders
from translators.interchange import SetRead
from translators.translate import TranslatedDocument, TranslatedInterchange, standard_agreement, stream
from translators.x12.body import Body
from translators.x12.reader import read

GIGABYTE = 1_000_000_000
MAX_RSS_MB = 80
"""What a process that reads may take, however large a file is."""


def interchange(size: int) -> Iterator[bytes]:
    """One interchange of at least ``size`` bytes, thousand orders at a time."""
    head, *sets = orders(1_000).partition(b"~GE*")[0].split(b"ST*850*")
    bodies = [text.partition(b"~")[2].rpartition(b"*")[0] for text in sets]
    yield head
    count = made = 0
    while made < size:
        numbered = enumerate(bodies, count + 1)
        part = b"".join(b"ST*850*%09d~%b*%09d~" % (number, body, number) for number, body in numbered)
        count += len(bodies)
        made += len(part)
        yield part
    yield b"GE*%d*5001~IEA*1*%b~" % (count, ISA.split("*")[13].encode())


def measure_read() -> list[Entry]:
    """Envelopes read and every segment divided."""
    began, segments = time.process_time(), 0
    for event in read(interchange(GIGABYTE)):
        assert not getattr(event, "findings", ())
        if isinstance(event, SetRead) and isinstance(event.body, Body):
            segments += len(event.body.segments())
    return [_entry("x12.read.gigabyte", began, segments)]


def measure_stream() -> list[Entry]:
    """Orders made of all of it, taken one by one, and the answer at the end."""
    began, documents, answers = time.process_time(), 0, 0
    for outcome in stream(interchange(GIGABYTE), standard_agreement, AT, "bench"):
        documents += isinstance(outcome, TranslatedDocument)
        answers += len(outcome.answers) if isinstance(outcome, TranslatedInterchange) else 0
    assert answers == 1
    return [_entry("translate.stream.gigabyte", began, documents)]


def _entry(name: str, began: float, n: int) -> Entry:
    made = entry(name, GIGABYTE / 1e6 / (time.process_time() - began), "MB/s", n)
    assert made["rss_mb"] < MAX_RSS_MB, f"{name} took {made['rss_mb']} MB of memory, {MAX_RSS_MB} are promised"
    return made
