"""EDIFACT as it streams in: UNA, UNB, UNG, UNH and their trailers, with the release character minded.

The same events as X12. Only service segments are divided; all others are counted and handed on whole.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from itertools import accumulate

from translators.detect import BLANKS, BOMS
from translators.edifact.envelope import Envelope, header_missing
from translators.edifact.syntax import Marks, marks_of
from translators.findings import Code, Finding, Where
from translators.interchange import Event, Loose
from translators.limits import MAX_FILLER_BYTES, MAX_SEGMENT_BYTES, MAX_STRAY_BYTES
from translators.source import Source, Window

_START = re.compile(rb"UNA.{6}\s*UN[BGH]|(?<![A-Za-z0-9])UN[BGH][^A-Za-z0-9\s]", re.DOTALL)
_WANTED_BYTES = 1024
_SERVICE = frozenset({b"UNA", b"UNB", b"UNG", b"UNH", b"UNT", b"UNE", b"UNZ"})


def read(source: Source) -> Iterator[Event]:
    """The events of a file that :mod:`translators.detect` took for EDIFACT. Never raises on any bytes."""
    return _Reader(Window(source)).events()


@dataclass(slots=True)
class _Reader:
    window: Window

    def events(self) -> Iterator[Event]:
        found_any = False
        while (yield from self._seek()):
            found_any = True
            self.window.grow(_WANTED_BYTES)
            data = self.window.data
            marks = marks_of(data)
            if data[:3] == b"UNA":
                self.window.skip(9)
            yield from _Interchange(self.window, marks).events()
        if not found_any:
            message = "no UNB was found: ask the sender for the whole interchange"
            yield Loose(Finding(Code.NO_INTERCHANGE, message, Where(offset=0)))

    def _seek(self) -> Generator[Event, None, bool]:
        """Moves the window to the next UNA, UNB, or UNH without one; returns whether there is any."""
        window, stray_at, stray, filler = self.window, None, 0, 0
        while True:
            match = _START.search(window.data)
            size = match.start() if match else max(0, len(window.data) - (0 if window.ended else 16))
            skipped = window.data[:size]
            blanks = size - len(_without_filler(skipped))
            filler += blanks
            if blanks < size:
                stray_at = window.offset + blanks if stray_at is None else stray_at
                stray += size - blanks
            window.skip(size)
            if match is None and (stray > MAX_STRAY_BYTES or filler > MAX_FILLER_BYTES):
                message = "too many bytes that belong to no interchange; the rest of the file was not read"
                yield Loose(Finding(Code.STRAY_BYTES_LIMIT, message, Where(offset=stray_at or window.offset)))
                return False
            if match or (not window.grow() and not window.data):
                if stray_at is not None:
                    yield Loose(
                        Finding(Code.STRAY_BYTES, "bytes that belong to no interchange", Where(offset=stray_at))
                    )
                return match is not None


def _without_filler(raw: bytes) -> bytes:
    bare = raw.lstrip(BLANKS)
    for bom in BOMS:
        bare = bare.removeprefix(bom)
    return bare.lstrip(BLANKS)


class _Interchange:
    """From the UNB to its UNZ, to the next UNB, or to the end of the file."""

    def __init__(self, window: Window, marks: Marks) -> None:
        self.window = window
        self.marks = marks
        self.envelope = Envelope(marks)

    def events(self) -> Iterator[Event]:
        window, terminator = self.window, self.marks.segment
        if not window.data.lstrip(BLANKS).startswith(b"UNB"):
            yield header_missing(window.offset)
            self.envelope.headless = True
        while not self.envelope.closed:
            data = window.data
            pieces = data.split(terminator)
            rest = pieces.pop()
            if self.marks.release and self.marks.release + terminator in data:
                pieces, rest = _rejoined(pieces, rest, self.marks)
            if (yield from self._take(pieces)):
                continue
            window.skip(len(data) - len(rest))
            if len(rest) > MAX_SEGMENT_BYTES:
                self.envelope.too_long(window.offset)
                self._drop_long_segment()
            elif not window.grow(len(rest) + 1):
                yield from self.envelope.cut_off("the file ends before the UNZ")
                window.skip(len(window.data))

    def _take(self, pieces: list[bytes]) -> Generator[Event, None, bool]:
        """True when the interchange ended and the window was moved behind it."""
        bare = [piece.lstrip(BLANKS) for piece in pieces]
        starts = list(accumulate((len(piece) + 1 for piece in pieces), initial=0))
        base, done = self.window.offset, 0
        for mark in [index for index, piece in enumerate(bare) if piece[:3] in _SERVICE]:
            self.envelope.body(bare[done:mark], base + starts[done])
            piece = bare[mark]
            at = starts[mark] + len(pieces[mark]) - len(piece)
            again = piece[:3] == b"UNA" or piece[:3] == b"UNB"
            if again and self.envelope.opened and _START.match(piece + b"'UNB"):
                yield from self.envelope.cut_off("the next UNB came before the UNZ")
                self.window.skip(at)
                return True
            yield from self.envelope.segment(piece, base + at)
            done = mark + 1
            if self.envelope.closed:
                self.window.skip(starts[done])
                return True
        self.envelope.body(bare[done:], base + starts[done])
        return False

    def _drop_long_segment(self) -> None:
        terminator = self.marks.segment
        while (end := self.window.data.find(terminator)) < 0:
            self.window.skip(len(self.window.data))
            if not self.window.grow():
                return
        self.window.skip(end + 1)


def _rejoined(pieces: list[bytes], rest: bytes, marks: Marks) -> tuple[list[bytes], bytes]:
    """Puts together what was cut at a terminator that a release character stood before."""
    whole: list[bytes] = []
    held: list[bytes] = []
    for piece in pieces:
        held.append(piece)
        if not _is_released(piece, marks.release):
            whole.append(held[0] if len(held) == 1 else marks.segment.join(held))
            held = []
    return whole, marks.segment.join([*held, rest])


def _is_released(piece: bytes, release: bytes) -> bool:
    """Whether what follows is data: an odd number of release characters stands at the end."""
    return bool((len(piece) - len(piece.rstrip(release))) % 2)
