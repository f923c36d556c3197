"""Raw bytes as a person reads them: EDI as numbered segments, other text as lines, anything else as hex.

Only for the eye: nothing is judged here, so a broken file still shows. What cannot be seen is shown by its code point,
so that no character a partner sends can hide, reorder or forge what stands on the page.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Literal

from gateway.console.words import visible

MAX_SHOWN_BYTES = 256 * 1024
MAX_HEX_BYTES = 8 * 1024
MAX_LINES = 4000
HEX_COLUMNS = 16
ISA_LENGTH = 106
"""Bytes of an X12 interchange header; its last one ends every segment."""
UNA_LENGTH = 9
"""Bytes of an EDIFACT service string advice: `UNA` and six delimiters."""


_UNSEEN = re.compile(r"[\r\n\t]")


@dataclass(frozen=True)
class WireLine:
    """One segment, line or row of hex: its number (an offset for hex), where it starts, its tag, and the rest."""

    number: str
    offset: int
    tag: str
    text: str


@dataclass(frozen=True)
class WireView:
    """What the page shows of some bytes, and how much of them that is."""

    kind: Literal["segments", "lines", "hex"]
    lines: tuple[WireLine, ...]
    shown_bytes: int
    size_bytes: int

    @property
    def is_whole(self) -> bool:
        return self.shown_bytes == self.size_bytes

    def number_of(self, where: dict[str, Any]) -> str:
        """The number of the segment a finding speaks of; empty when it says too little, or that one is not shown."""
        if self.kind != "segments":
            return ""
        offset = where.get("offset")
        if isinstance(offset, int) and 0 <= offset < self.shown_bytes:
            place = bisect_right(self.lines, offset, key=lambda line: line.offset)
            return self.lines[place - 1].number if place else ""
        alike = [line.number for line in self.lines if line.tag == where.get("segment")]
        return alike[0] if len(alike) == 1 else ""


def view(head: bytes, size_bytes: int) -> WireView:
    """Show the first bytes of something that is ``size_bytes`` long in all."""
    head = head[:MAX_SHOWN_BYTES]
    if not _is_text(head):
        head = head[:MAX_HEX_BYTES]
        return WireView("hex", tuple(_hex(head)), len(head), size_bytes)
    segments = _segments(head)
    kind: Literal["segments", "lines"] = "lines" if segments is None else "segments"
    lines = tuple(islice(_lines(head) if segments is None else segments, MAX_LINES + 1))
    if len(lines) > MAX_LINES:
        return WireView(kind, lines[:-1], lines[-1].offset, size_bytes)
    return WireView(kind, lines, len(head), size_bytes)


def _is_text(data: bytes) -> bool:
    """Whether people can read it: no known binary format, and few control characters."""
    if data.startswith((b"PK\x03\x04", b"%PDF")):
        return False
    controls = sum(data.count(code) for code in range(32) if code not in b"\t\r\n\x1c\x1d\x1e\x1f")
    return controls * 20 <= len(data)


def _segments(data: bytes) -> Iterator[WireLine] | None:
    start = len(data) - len(data.lstrip(b"\xef\xbb\xbf \r\n\t"))
    if data[start:].startswith(b"ISA") and len(data) - start >= ISA_LENGTH:
        isa = data[start : start + ISA_LENGTH]
        return _numbered(data, start, element=isa[3:4], release=b"", end=isa[-1:])
    if data[start:].startswith(b"UNA") and len(data) - start >= UNA_LENGTH:
        una = data[start : start + UNA_LENGTH]
        head = WireLine("", start, "UNA", readable(una[3:]))
        rest = _numbered(data, start + UNA_LENGTH, element=una[4:5], release=una[6:7].strip(), end=una[8:9])
        return chain([head], rest)
    if data[start:].startswith(b"UNB"):
        return _numbered(data, start, element=b"+", release=b"?", end=b"'")
    return None


def _numbered(data: bytes, start: int, *, element: bytes, release: bytes, end: bytes) -> Iterator[WireLine]:
    """Each segment up to and with its end; a released end does not end it."""
    released = re.escape(release) + b".|" if release else b""
    whole = re.compile(b"((?:" + released + b"[^" + re.escape(end) + b"])+)(" + re.escape(end) + b"|$)", re.DOTALL)
    number = 0
    for found in whole.finditer(data, start):
        segment = found[1].lstrip(b"\r\n")
        if segment.strip():
            number += 1
            tag, mark, rest = segment.partition(element)
            text = readable(mark + rest + found[2])
            yield WireLine(str(number), found.end(1) - len(segment), readable(tag), text)


def _lines(data: bytes) -> Iterator[WireLine]:
    offset = 0
    for number, one in enumerate(data.splitlines(keepends=True), 1):
        yield WireLine(str(number), offset, "", readable(one.rstrip(b"\r\n")))
        offset += len(one)


def readable(data: bytes) -> str:
    """Bytes as text: UTF-8, else Latin-1 as old EDI is; line ends and tabs as code points too."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("latin-1")
    return visible(_UNSEEN.sub(lambda found: f"⟨{ord(found[0]):02X}⟩", text))


def _hex(data: bytes) -> Iterator[WireLine]:
    for offset in range(0, len(data), HEX_COLUMNS):
        row = data[offset : offset + HEX_COLUMNS]
        text = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
        yield WireLine(f"{offset:06x}", offset, row.hex(" "), text)
