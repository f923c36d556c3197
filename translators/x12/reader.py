"""X12 as it streams in: envelopes checked, sets handed on whole, nothing else held in memory.

A window of bytes is cut at the terminator in one stroke; only pieces whose tag belongs to an envelope are looked at one
by one, all others are put into the open set as they are. Dividing a set into elements is left to whoever wants it.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from itertools import accumulate

from translators.detect import BLANKS, BOMS
from translators.findings import Code, Finding, Severity, Where
from translators.interchange import Event, InterchangeClosed, InterchangeOpened, Loose
from translators.limits import (
    MAX_BINARY_BYTES,
    MAX_FILLER_BYTES,
    MAX_SEGMENT_BYTES,
    MAX_STRAY_BYTES,
    MAX_UNREADABLE_HEADERS,
)
from translators.source import Source, Window
from translators.x12.envelope import Envelope
from translators.x12.header import WANTED_BYTES, Isa, read_isa

_NEW_ISA = re.compile(rb"(?<![A-Za-z0-9])ISA[^A-Za-z0-9\s]")
_FOREIGN = re.compile(rb"UNB[^A-Za-z0-9\s]")
"""An interchange of the other standard behind ours: passing it over must not look like a note on a blank line."""
_BINARY_TAGS = {b"BIN": 1, b"BDS": 2}
"""Segments that carry bytes of any value, and the element that says how many."""


def read(source: Source) -> Iterator[Event]:
    """The events of a file that :mod:`translators.detect` took for X12. Never raises on any bytes."""
    return _Reader(Window(source)).events()


class _Reader:
    def __init__(self, window: Window) -> None:
        self.window = window
        self.in_refused = False
        """After an ISA nobody can read, its own segments are not stray: they were refused with it."""

    def events(self) -> Iterator[Event]:
        found_any, unreadable = False, 0
        while (yield from self._seek()):
            self.window.has(WANTED_BYTES)
            isa = read_isa(self.window.data[:WANTED_BYTES], self.window.offset)
            found_any = True
            yield InterchangeOpened(isa.header, isa.findings)
            if isa.usable:
                self.window.skip(isa.size)
                self.in_refused = False
                yield from _Interchange(self.window, isa).events()
            else:
                self.window.skip(3)
                self.in_refused = True
                unreadable += 1
                yield InterchangeClosed(())
            if unreadable > MAX_UNREADABLE_HEADERS:
                message = f"more than {MAX_UNREADABLE_HEADERS} ISA segments make no sense; the rest was not read"
                yield Loose(Finding(Code.STRAY_BYTES_LIMIT, message, Where(offset=self.window.offset)))
                return
        if not found_any:
            message = "no ISA was found: an X12 file begins with one; ask the sender for the whole interchange"
            yield Loose(Finding(Code.NO_INTERCHANGE, message, Where(offset=0)))

    def _seek(self) -> Generator[Event, None, bool]:
        """Moves the window to the next ISA; returns whether there is one. What lies before it is stray."""
        stray_at: int | None = None
        stray, filler, weight = 0, 0, None
        while True:
            match = _NEW_ISA.search(self.window.data)
            size = match.start() if match else max(0, len(self.window.data) - (0 if self.window.ended else 4))
            skipped = self.window.data[:size]
            blanks = len(skipped) - len(_without_filler(skipped))
            filler += blanks
            if blanks < size and not self.in_refused:
                stray_at = self.window.offset + blanks if stray_at is None else stray_at
                stray += size - blanks
                weight = Severity.REJECT if _FOREIGN.search(skipped) else weight
            self.window.skip(size)
            if match is None and (stray > MAX_STRAY_BYTES or filler > MAX_FILLER_BYTES):
                message = "too many bytes that belong to no interchange; the rest of the file was not read"
                yield Loose(Finding(Code.STRAY_BYTES_LIMIT, message, Where(offset=stray_at or self.window.offset)))
                return False
            if match or (not self.window.grow() and not self.window.data):
                if stray_at is not None:
                    message = "bytes that belong to no interchange" + (": EDIFACT in an X12 file" if weight else "")
                    yield Loose(Finding(Code.STRAY_BYTES, message, Where(offset=stray_at), severity=weight))
                return match is not None


def _without_filler(raw: bytes) -> bytes:
    bare = raw.lstrip(BLANKS)
    for bom in BOMS:
        bare = bare.removeprefix(bom)
    return bare.lstrip(BLANKS)


class _Interchange:
    """From behind the ISA to its IEA, to the next ISA, or to the end of the file."""

    def __init__(self, window: Window, isa: Isa) -> None:
        self.window = window
        self.delimiters = isa.header.delimiters
        self.envelope = Envelope(isa)
        element, segment = self.delimiters.element, self.delimiters.segment
        self.step = len(segment)
        tags = {tag + element for tag in (b"GS", b"GE", b"ST", b"SE")}
        self.tags = tags | {b"ISA", b"IEA", b"TA1", b"GS", b"GE", b"ST", b"SE", *_BINARY_TAGS}
        self.edge = re.compile(b"I[SE]A" + re.escape(element))
        self.opening = b"ST" + element
        self.marks = _marks(segment, b"", element)
        self.indents = (segment + b" ", segment + b"\t")
        self.may_be_indented = True
        self.envelope.clean = _unwrapped if isa.wrapped else None
        self.wrapped = isa.wrapped
        self.blank = b""

    def events(self) -> Iterator[Event]:
        """Cuts window after window. Ends with exactly one InterchangeClosed."""
        window = self.window
        while not self.envelope.closed:
            horizon = self._horizon(window.data)
            near, is_all = window.data[:horizon], horizon == len(window.data)
            if self.envelope.clean is None and self._is_spaced(near):
                self._expect_blanks(near)
            done = yield from self._whole_sets(near)
            pieces = near[done:].split(self.delimiters.segment)
            rest = pieces.pop()
            if (yield from self._take(pieces, done)):
                continue
            window.skip(len(near) - len(rest))
            if not is_all:
                continue
            if len(rest) > MAX_SEGMENT_BYTES:
                self._drop_long_segment()
            elif not window.grow():
                yield from self._at_end()

    def _horizon(self, data: bytes) -> int:
        """How far to look at once: behind what may be the IEA, or the next ISA, so that none is cut again and again."""
        edge = self.edge.search(data)
        end = data.find(self.delimiters.segment, edge.start()) if edge else -1
        return end + self.step if end >= 0 else len(data)

    def _expect_blanks(self, data: bytes) -> None:
        """Segments are led by blanks; ``blank`` is what stands before the first tag, most likely before all."""
        self.envelope.clean = bytes.lstrip
        self.blank = data[: len(data) - len(data.lstrip())]
        self.opening = self.blank + b"ST" + self.delimiters.element
        self.marks = _marks(self.delimiters.segment, self.blank, self.delimiters.element)

    def _whole_sets(self, data: bytes) -> Generator[Event, None, int]:
        """The quick way: a set whose SE lies in the window is taken in one stroke, if nothing odd lies before it.

        It stops at the first thing it is not sure of, says how far it got, and leaves the rest to :meth:`_take`, which
        looks at every piece.
        """
        envelope, step, blanks = self.envelope, self.step, len(self.blank)
        if self.wrapped or self._is_uneven(data):
            return 0
        segment, offset, at = self.delimiters.segment, self.window.offset, 0
        marks = self.marks.finditer(data)
        if envelope.in_set:
            if data[blanks : blanks + 3] in self.tags or (at := (yield from self._end_of_set(data, marks))) == 0:
                return 0
        elif not data.startswith(self.opening):
            return 0
        while not at or ((opened := next(marks, None)) and opened[1] == b"ST" and opened.start() + step == at):
            closed = next(marks, None)
            tail = data.find(segment, closed.end()) if closed and closed[1] == b"SE" else -1
            if closed is None or tail < 0:
                break
            begin, last = at + blanks, closed.start(1)
            read = envelope.whole_set(data[begin:tail], offset + begin, data[last:tail], offset + last)
            if read is None:
                break
            yield read
            at = tail + step
        return at

    def _end_of_set(self, data: bytes, marks: Iterator[re.Match[bytes]]) -> Generator[Event, None, int]:
        """The rest of a set that began before this window, and how far it reaches; 0 when it is not sure."""
        closed = next(marks, None)
        tail = data.find(self.delimiters.segment, closed.end()) if closed and closed[1] == b"SE" else -1
        if closed is None or tail < 0:
            return 0
        stretch, offset = data[: closed.start()], self.window.offset
        self.envelope.body(stretch.split(self.delimiters.segment), offset, len(stretch))
        last, begin = closed.start(1), closed.start() + self.step
        yield from self.envelope.segment(data[last:tail], data[begin:tail], offset + last)
        return tail + self.step

    def _is_uneven(self, data: bytes) -> bool:
        """Whether segments are led by blanks, and not all by the same."""
        lead = self.delimiters.segment + self.blank
        return bool(self.blank) and (
            data.count(lead) != data.count(self.delimiters.segment)
            or any(lead + blank in data for blank in (b" ", b"\t", b"\n", b"\r", b"\x0b", b"\x0c"))
        )

    def _take(self, pieces: list[bytes], begin: int) -> Generator[Event, None, bool]:
        """Runs of plain pieces go to the open set, envelope pieces one by one. True when it moved the window itself."""
        clean, tags = self.envelope.clean, self.tags
        if clean is None:
            marks = [index for index, piece in enumerate(pieces) if piece[:3] in tags]
        else:
            marks = [index for index, piece in enumerate(pieces) if clean(piece)[:3] in tags]
        sums, step, base = list(accumulate(map(len, pieces), initial=begin)), self.step, self.window.offset
        done = 0
        for mark in marks:
            start = sums[mark] + mark * step
            if done < mark:
                self.envelope.body(pieces[done:mark], base + sums[done] + done * step, sums[mark] - sums[done])
            piece = clean(pieces[mark]) if clean else pieces[mark]
            at = start + len(pieces[mark]) - len(piece)
            if piece[:3] in _BINARY_TAGS:
                if self._binary(piece, at):
                    return True
                self.envelope.body([pieces[mark]], base + start, len(piece))
            elif piece[:3] != b"ISA":
                yield from self.envelope.segment(piece, pieces[mark], base + at)
            elif _NEW_ISA.match(piece):
                self.window.skip(at)
                yield from self.envelope.cut_off("the next ISA came before the IEA")
                return True
            else:
                self.envelope.body([pieces[mark]], base + start, len(piece))
            if self.envelope.closed:
                self.window.skip(start + len(pieces[mark]) + step)
                return True
            done = mark + 1
        self.envelope.body(pieces[done:], base + sums[done] + done * step, sums[-1] - sums[done])
        return False

    def _is_spaced(self, data: bytes) -> bool:
        """Whether segments have blanks before their tags: line breaks, or an indent from the first window on."""
        if b"\n" in data or b"\r" in data:
            return True
        indented = self.may_be_indented and any(indent in data for indent in self.indents)
        self.may_be_indented = indented
        return indented

    def _binary(self, piece: bytes, at: int) -> bool:
        """Steps over a binary segment whose stated length is true. Else it is read like any other."""
        element, terminator = self.delimiters.element, self.delimiters.segment
        parts = piece.split(element, 4)
        index = _BINARY_TAGS[piece[:3]]
        stated = parts[index] if len(parts) > index + 1 else b""
        size = int(stated) if 0 < len(stated) <= 8 and stated.isdigit() else -1
        head = element.join(parts[: index + 1]) + element
        whole = len(head) + size
        if 0 <= size <= MAX_BINARY_BYTES and self._skip_binary(at, whole, terminator):
            self.envelope.body([head], self.window.offset - whole - len(terminator), len(head))
            return True
        message = "the stated length of binary data is wrong; the segment was read up to the next terminator"
        self.envelope.body_finding(Code.BINARY_LENGTH_WRONG, piece[:3], message)
        return False

    def _skip_binary(self, at: int, whole: int, terminator: bytes) -> bool:
        if not self.window.has(at + whole + len(terminator)):
            return False
        if self.window.data[at + whole :][: len(terminator)] != terminator:
            return False
        self.window.skip(at + whole + len(terminator))
        return True

    def _drop_long_segment(self) -> None:
        """A segment without end: its tag stays in the set, with the finding, and its bytes are passed over."""
        terminator = self.delimiters.segment
        head, offset = self.window.data[:16], self.window.offset
        while (end := self.window.data.find(terminator)) < 0:
            self.window.skip(max(0, len(self.window.data) - len(terminator) + 1))
            if not self.window.grow():
                return
        self.window.skip(end + len(terminator))
        self.envelope.too_long(head, offset)

    def _at_end(self) -> Iterator[Event]:
        """The file is over. A terminator that is a line break may be missing behind the last line, no other."""
        rest, terminator = self.window.data, self.delimiters.segment
        if terminator in (b"\n", b"\r", b"\r\n") and rest.lstrip(BLANKS)[:3] == b"IEA":
            piece = rest.strip(BLANKS)
            yield from self.envelope.segment(piece, piece, self.window.offset)
        if not self.envelope.closed:
            yield from self.envelope.cut_off("the file ends before the IEA")
        self.window.skip(len(rest))


def _marks(segment: bytes, blank: bytes, element: bytes) -> re.Pattern[bytes]:
    """Finds where sets begin and end (group 1), and what may not stand in a plain set: envelope and binary tags, and a
    segment of nothing.

    One look at a window instead of one for each tag: they would cost as much as all the rest of the reader.
    """
    lead, element, nothing = re.escape(segment + blank), re.escape(element), re.escape(segment)
    return re.compile(lead + b"(?:(S[TE])" + element + b"|I[SE]A|TA1|G[SE]" + element + b"|BIN|BDS|" + nothing + b")")


def _unwrapped(piece: bytes) -> bytes:
    return piece.translate(None, b"\r\n").lstrip()
