"""The marks of an EDIFACT interchange, and how bytes are cut by them.

Inside, every interchange has the same separators whatever it has on the wire: those of level B, which are control
characters and stand in no data. So a set that was cut once needs no release character any more, and the tree, the
maps and the walk know one form only.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from translators.detect import BLANKS

ELEMENT, COMPONENT, REPETITION, SEGMENT = "\x1d", "\x1f", "\x1e", "\x1c"
"""The separators inside: GS, US, RS and FS."""

_INSIDE = b"\x1c\x1d\x1e\x1f"
_SUBSTITUTE = b"\x7f"
"""Stands for a separator of the inside that came as data: a control character too, and told as such."""
_LINE_BREAKS = b"\r\n"


@dataclass(frozen=True, slots=True)
class Marks:
    """Separators as bytes. An empty ``release`` or ``repetition`` means that there is none."""

    component: bytes = b":"
    element: bytes = b"+"
    decimal: bytes = b"."
    release: bytes = b"?"
    repetition: bytes = b""
    segment: bytes = b"'"

    @property
    def una(self) -> bytes:
        """The six characters behind ``UNA`` that announce these marks."""
        return b"".join(
            (self.component, self.element, self.decimal, self.release or b" ", self.repetition or b" ", self.segment)
        )

    @property
    def are_sound(self) -> bool:
        """Whether every mark can be told from the others and from data."""
        used = [self.component, self.element, self.segment, self.release, self.repetition]
        used = [mark for mark in used if mark]
        return len(set(used)) == len(used) and not any(mark.isalnum() or mark in b" \x00" for mark in used)


LEVEL_B = Marks(b"\x1f", b"\x1d", b".", b"", b"", b"\x1c")
"""Level B without a UNA has no printable separators."""
_LOOK_AHEAD = 1024
_UNB = re.compile(rb"UN[BGH]([^A-Za-z0-9\s])")


def marks_of(head: bytes) -> Marks:
    """The marks an interchange uses: those of its UNA, else the standard's.

    Some senders end segments with a line break and say so nowhere: believed when there is no other terminator at all.
    """
    if head[:3] == b"UNA" and len(head) >= 9:
        return marks_of_una(head[3:9])
    start = _UNB.match(head)
    if start and start[1] == LEVEL_B.element:
        return LEVEL_B
    by_line = b"'" not in head[:_LOOK_AHEAD] and b"\n" in head[:_LOOK_AHEAD]
    return Marks(segment=b"\n") if by_line else Marks()


def marks_of_una(una: bytes) -> Marks:
    """The marks in the six characters of a UNA; up to syntax version 3 the fifth is a blank."""
    component, element, decimal, release, repetition, segment = (una[at : at + 1] for at in range(6))
    return Marks(component, element, decimal, release.strip(), repetition.strip(), segment)


@lru_cache(maxsize=64)
def cutter(marks: Marks) -> Cutter:
    """The cutter of some marks; patterns and tables are made once."""
    return Cutter(marks)


@dataclass(slots=True)
class Cutter:
    """Cuts bytes at the marks, with the release character minded.

    A line break is no data: between segments it is a blank, inside one it was put there by something that wraps lines,
    be it between a release character and what that releases.
    """

    marks: Marks
    blanks: bytes = field(init=False)
    service: re.Pattern[bytes] = field(init=False)
    head: re.Pattern[bytes] = field(init=False)
    _table: bytes = field(init=False)
    _drop: bytes = field(init=False)
    _odd: re.Pattern[bytes] | None = field(init=False, default=None)
    _released: re.Pattern[bytes] | None = field(init=False, default=None)
    _spaced: re.Pattern[str] = field(init=False)
    _run: re.Pattern[bytes] = field(init=False)

    def __post_init__(self) -> None:
        marks = self.marks
        wire = marks.component + marks.element + marks.segment + marks.release + marks.repetition
        self.blanks = bytes(byte for byte in BLANKS if byte not in wire)
        self._drop = bytes(byte for byte in _LINE_BREAKS if byte not in wire)
        table = bytearray(range(256))
        for byte in _INSIDE:
            table[byte] = _SUBSTITUTE[0]
        inside = (ELEMENT, COMPONENT, SEGMENT, REPETITION)
        for mark, inner in zip((marks.element, marks.component, marks.segment, marks.repetition), inside, strict=True):
            if mark:
                table[mark[0]] = ord(inner)
        self._table = bytes(table)
        blank, end = b"[" + re.escape(self.blanks) + b"]", re.escape(marks.segment)
        edge = b"[" + re.escape(marks.element + marks.segment) + rb"\r\n]"
        tags = (
            rb"(UN[GHTEZ](?="
            + edge
            + rb")|UNB(?=[^A-Za-z0-9\s])|UNA(?=.{6}\s*UN[BGH][^A-Za-z0-9\s])|(?="
            + end
            + rb"))"
        )
        self.service = re.compile(end + blank + b"*" + tags, re.DOTALL)
        self.head = re.compile(blank + b"*" + tags, re.DOTALL)
        text = b"[^" + end + re.escape(marks.release) + b"]*+"
        self._run = re.compile(text)
        if marks.release:
            wrapped = b"[" + re.escape(self._drop) + b"]*+" if self._drop else b""
            self._run = re.compile(text + b"(?:" + re.escape(marks.release) + wrapped + b"." + text + b")*+", re.DOTALL)
            self._odd = re.compile(re.escape(marks.release) + b"[" + re.escape(BLANKS) + b"]")
            self._released = re.compile(re.escape(marks.release) + b".", re.DOTALL)
        self._spaced = re.compile(SEGMENT + "[" + re.escape(self.blanks.decode("ascii")) + "]")

    def pieces(self, raw: bytes) -> list[bytes]:
        """The stretches between terminators, releases and blanks still in; the last is what no terminator follows."""
        parts = raw.split(self.marks.segment)
        if not (self._holds_released_ends(raw) or self._is_odd(raw)):
            return parts
        whole: list[bytes] = []
        held: list[bytes] = []
        for part in parts[:-1]:
            held.append(part)
            if not self._is_released(part):
                whole.append(held[0] if len(held) == 1 else self.marks.segment.join(held))
                held = []
        return [*whole, self.marks.segment.join([*held, parts[-1]])]

    def count(self, raw: bytes) -> int:
        """How many terminators end a segment."""
        count = raw.count(self.marks.segment)
        if self._released is None or not (self._holds_released_ends(raw) or self._is_odd(raw)):
            return count
        if self._is_odd(raw):
            return len(self.pieces(raw)) - 1
        return count - self._released.findall(raw).count(self.marks.release + self.marks.segment)

    def _holds_released_ends(self, raw: bytes) -> bool:
        return bool(self.marks.release) and self.marks.release + self.marks.segment in raw

    def _is_odd(self, raw: bytes) -> bool:
        """Whether a release stands before a blank, which may be a line break between it and what it releases."""
        return self._odd is not None and self._odd.search(raw) is not None

    def texts(self, raw: bytes, decode: Decode) -> list[str]:
        """The segments in the separators of the inside, without releases, line breaks and leading blanks."""
        if self._is_odd(raw):
            pieces = [piece.lstrip(self.blanks) for piece in self.pieces(raw)]
            return [decode(self.plain(piece)) for piece in pieces if piece]
        text = decode(self.plain(raw))
        texts = text.split(SEGMENT)
        blanks = self.blanks.decode("ascii")
        if self._spaced.search(text) or text[:1] in blanks:
            texts = [one.lstrip(blanks) for one in texts]
        return [one for one in texts if one]

    def offsets(self, raw: bytes, begin: int) -> list[int]:
        """Where each of the segments of :meth:`texts` begins, when ``raw`` begins at ``begin``."""
        pieces = self.pieces(raw)
        starts = accumulate((len(piece) + 1 for piece in pieces), initial=begin)
        bare = [piece.lstrip(self.blanks) for piece in pieces]
        return [at + len(piece) - len(rest) for at, piece, rest in zip(starts, pieces, bare, strict=False) if rest]

    def plain(self, raw: bytes) -> bytes:
        """The bytes with marks exchanged for those of the inside, and what was released as itself."""
        release = self.marks.release
        if not release or release not in raw:
            return raw.translate(self._table, self._drop)
        if self._drop and self._is_odd(raw):
            raw = raw.translate(None, self._drop)
        parts = iter(raw.split(release))
        out = [next(parts).translate(self._table, self._drop)]
        for part in parts:
            if not part and (behind := next(parts, None)) is not None:
                out += (release, behind.translate(self._table, self._drop))
                continue
            out += (part[:1].translate(_NO_INSIDE), part[1:].translate(self._table, self._drop))
        return b"".join(out)

    def elements(self, piece: bytes, decode: Decode) -> list[str]:
        """One segment as its elements; components stay joined by the separator of the inside.

        Never strip an element without saying of what: Python takes these separators for blanks.
        """
        return [one.strip(" ") for one in decode(self.plain(piece)).split(ELEMENT)]

    def end_of_run(self, data: bytes, at: int = 0) -> int:
        """Where the next terminator stands; where none does, the end, or a release whose character is still to come."""
        end = data.find(self.marks.segment, at)
        end = len(data) if end < 0 else end
        if not self.marks.release or data.find(self.marks.release, at, end) < 0:
            return end
        match = self._run.match(data, at)
        return match.end() if match else at

    def end_of_last(self, data: bytes) -> int:
        """How far whole segments reach."""
        end = data.rfind(self.marks.segment)
        while end >= 0:
            before = data.rfind(self.marks.segment, 0, end)
            if not self.is_released(data, before + 1, end):
                break
            end = before
        return end + 1

    def is_released(self, data: bytes, begin: int, end: int) -> bool:
        """Whether a terminator at ``end`` is data; ``begin`` is behind the terminator, of either kind, before it."""
        last = data[end - 1 : end]
        if not self.marks.release or end <= begin or (last != self.marks.release and last not in _LINE_BREAKS):
            return False
        return self._is_released(data[begin:end])

    def _is_released(self, part: bytes) -> bool:
        release = self.marks.release
        if not release or release not in part:
            return False
        bare = part.translate(None, self._drop)
        return bool((len(bare) - len(bare.rstrip(release))) % 2)


Decode = Callable[[bytes], str]
_NO_INSIDE = bytes(_SUBSTITUTE[0] if byte in _INSIDE else byte for byte in range(256))
