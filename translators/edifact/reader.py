"""EDIFACT as it streams in: envelopes checked, messages handed on whole, nothing else held in memory.

One pattern finds the service segments of a window (UNB, UNG, UNH and their trailers), the release character minded.
What lies between two of them goes to the open message in one piece; dividing it is left to whoever wants its segments.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from itertools import chain

from translators.detect import BLANKS, BOMS
from translators.edifact.envelope import Envelope, header_missing
from translators.edifact.syntax import Marks, marks_of
from translators.findings import Code, Finding, Severity, Where
from translators.interchange import Event, Loose
from translators.limits import MAX_FILLER_BYTES, MAX_SEGMENT_BYTES, MAX_STRAY_BYTES, MAX_UNREADABLE_HEADERS
from translators.source import Source, Window

_START = re.compile(rb"UNA.{6}\s*UN[BGH][^A-Za-z0-9\s]|(?<![A-Za-z0-9])UN[BGH][^A-Za-z0-9\s]", re.DOTALL)
_FOREIGN = re.compile(rb"(?<![A-Za-z0-9])ISA(?P<sep>[^A-Za-z0-9\s])[^\r\n]{0,10}(?P=sep)")
"""An interchange of the other standard behind ours: passing it over must not look like a note on a blank line."""
_WANTED_BYTES = 1024
_START_BYTES = 32
"""Kept back while seeking: a start may be cut by the end of a window."""


def read(source: Source) -> Iterator[Event]:
    """The events of a file that :mod:`translators.detect` took for EDIFACT. Never raises on any bytes."""
    return _Reader(Window(source)).events()


class _Reader:
    def __init__(self, window: Window) -> None:
        self.window = window

    def events(self) -> Iterator[Event]:
        found_any, empty = False, 0
        while (yield from self._seek()):
            found_any = True
            self.window.has(_WANTED_BYTES)
            marks, has_una = marks_of(self.window.data), self.window.data[:3] == b"UNA"
            if has_una:
                self.window.skip(9)
            envelope = Envelope(marks if marks.are_sound else Marks(), has_una, marks.are_sound)
            yield from _Interchange(self.window, envelope).events()
            empty += envelope.is_empty
            if empty > MAX_UNREADABLE_HEADERS:
                message = (
                    f"more than {MAX_UNREADABLE_HEADERS} interchanges begin and hold nothing; the rest was not read"
                )
                yield Loose(Finding(Code.STRAY_BYTES_LIMIT, message, Where(offset=self.window.offset)))
                return
        if not found_any:
            message = "no UNB was found: ask the sender for the whole interchange"
            yield Loose(Finding(Code.NO_INTERCHANGE, message, Where(offset=0)))

    def _seek(self) -> Generator[Event, None, bool]:
        """Moves the window to the next UNA, UNB, or UNH without one; returns whether there is any."""
        window, stray_at, weight = self.window, None, None
        stray, filler = 0, 0
        while True:
            match = _START.search(window.data)
            size = match.start() if match else max(0, len(window.data) - (0 if window.ended else _START_BYTES))
            skipped = window.data[:size]
            blanks = size - len(_without_filler(skipped))
            filler += blanks
            if blanks < size:
                stray_at = window.offset + blanks if stray_at is None else stray_at
                stray += size - blanks
                weight = Severity.REJECT if _FOREIGN.search(skipped) else weight
            window.skip(size)
            if match is None and (stray > MAX_STRAY_BYTES or filler > MAX_FILLER_BYTES):
                message = "too many bytes that belong to no interchange; the rest of the file was not read"
                yield Loose(Finding(Code.STRAY_BYTES_LIMIT, message, Where(offset=stray_at or window.offset)))
                return False
            if match or (not window.grow() and not window.data):
                if stray_at is not None:
                    message = "bytes that belong to no interchange" + (": X12 in an EDIFACT file" if weight else "")
                    yield Loose(Finding(Code.STRAY_BYTES, message, Where(offset=stray_at), severity=weight))
                return match is not None


def _without_filler(raw: bytes) -> bytes:
    bare = raw.lstrip(BLANKS)
    for bom in BOMS:
        bare = bare.removeprefix(bom)
    return bare.lstrip(BLANKS)


class _Interchange:
    """From the UNB to its UNZ, to the next UNB, or to the end of the file."""

    def __init__(self, window: Window, envelope: Envelope) -> None:
        self.window = window
        self.envelope = envelope
        self.cutter = envelope.cutter

    def events(self) -> Iterator[Event]:
        """Reads window after window. Ends with exactly one InterchangeClosed."""
        window = self.window
        if not window.data.lstrip(BLANKS).startswith(b"UNB"):
            yield header_missing(window.offset)
            self.envelope.headless = True
        while not self.envelope.closed:
            if (yield from self._read_window()):
                continue
            if len(window.data) > MAX_SEGMENT_BYTES:
                self.envelope.too_long(window.data[:16], window.offset)
                self._drop_long_segment()
            elif not window.grow():
                yield from self._at_end()

    def _read_window(self) -> Generator[Event, None, bool]:
        """Takes all whole segments of the window. True when the interchange ended."""
        window, envelope, cut = self.window, self.envelope, self.cutter
        data, base, at, blank = window.data, window.offset, 0, 0
        end = cut.end_of_last(data)
        first = cut.head.match(data)
        for mark in chain((first,) if first else (), cut.service.finditer(data)):
            tag, start = mark[1], mark.start(1)
            lead = 0 if mark is first else mark.start() + 1
            if lead and cut.is_released(data, data.rfind(cut.marks.segment, 0, lead - 1) + 1, lead - 1):
                continue
            if tag in (b"UNA", b"UNB") and envelope.begun:
                envelope.body(data[at:lead], base + at, blank)
                yield from envelope.cut_off("the next UNB came before the UNZ")
                window.skip(start)
                return True
            if start >= end:
                break
            if not tag:
                blank += 1
                continue
            if at < lead or blank:
                envelope.body(data[at:lead], base + at, blank)
            stop = cut.end_of_run(data, start)
            yield from envelope.segment(data[start:stop], data[lead : stop + 1], base + start)
            at, blank = stop + 1, 0
            cut = self.cutter = envelope.cutter
            if envelope.closed:
                window.skip(at)
                return True
        if at < end:
            envelope.body(data[at:end], base + at, blank)
        window.skip(max(at, end))
        return False

    def _at_end(self) -> Iterator[Event]:
        """The file is over. A terminator that is a line break may be missing behind the last line, no other."""
        rest, terminator = self.window.data, self.cutter.marks.segment
        if terminator in (b"\n", b"\r") and rest.lstrip(BLANKS).startswith(b"UNZ"):
            piece = rest.strip(BLANKS)
            yield from self.envelope.segment(piece, piece + terminator, self.window.offset)
        if not self.envelope.closed:
            yield from self.envelope.cut_off("the file ends before the UNZ")
        self.window.skip(len(rest))

    def _drop_long_segment(self) -> None:
        """Passes over what is at hand, and on to the first terminator that no release character stands before."""
        window, at = self.window, self.cutter.end_of_run(self.window.data)
        while True:
            window.skip(at)
            if not window.grow():
                window.skip(len(window.data))
                return
            at = self.cutter.end_of_run(window.data)
            if window.data[at : at + 1] == self.cutter.marks.segment:
                window.skip(at + 1)
                return
