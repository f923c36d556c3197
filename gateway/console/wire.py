"""Raw bytes as a person reads them: EDI as numbered segments, other text as lines, anything else as hex.

Only for the eye: nothing is judged here, so a broken file still shows. What cannot be seen is shown by its code point,
so that no character a partner sends can hide, reorder or forge what stands on the page.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

MAX_SHOWN_BYTES = 256 * 1024
MAX_HEX_BYTES = 8 * 1024
HEX_COLUMNS = 16
ISA_LENGTH = 106
"""Bytes of an X12 interchange header; its last one ends every segment."""


@dataclass(frozen=True)
class WireLine:
    """One segment, line or row of hex: its number (an offset for hex), its tag, and the rest."""

    number: str
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


def view(head: bytes, size_bytes: int) -> WireView:
    """Show the first bytes of something that is ``size_bytes`` long in all."""
    head = head[:MAX_SHOWN_BYTES]
    text = _text(head)
    if text is None:
        shown = head[:MAX_HEX_BYTES]
        return WireView("hex", tuple(_hex(shown)), len(shown), size_bytes)
    segments = _segments(text)
    if segments is not None:
        return WireView("segments", segments, len(head), size_bytes)
    lines = tuple(WireLine(str(number), "", visible(one)) for number, one in enumerate(text.splitlines(), 1))
    return WireView("lines", lines, len(head), size_bytes)


def visible(text: str) -> str:
    """The text with every character that cannot be seen written as its code point."""
    return "".join(char if char.isprintable() else f"⟨{ord(char):02X}⟩" for char in text)


def _text(data: bytes) -> str | None:
    """The bytes as text, or None when they are none. Old EDI is often Latin-1."""
    if data.startswith((b"PK\x03\x04", b"%PDF")):
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        is_cut_at_the_end = error.start >= len(data) - 3 and error.reason == "unexpected end of data"
        text = data[: error.start].decode("utf-8") if is_cut_at_the_end else data.decode("latin-1")
    controls = sum(not char.isprintable() and char not in "\r\n\t\x1c\x1d\x1e\x1f\x85" for char in text)
    return text if controls * 20 <= len(text) else None


def _segments(text: str) -> tuple[WireLine, ...] | None:
    start = text.lstrip("\ufeff \r\n\t")
    if start.startswith("ISA") and len(start) >= ISA_LENGTH:
        return _x12(start)
    if start.startswith(("UNA", "UNB")):
        return _edifact(start)
    return None


def _x12(text: str) -> tuple[WireLine, ...]:
    element, end = text[3], text[ISA_LENGTH - 1]
    return _numbered(text.split(end), element, end)


def _edifact(text: str) -> tuple[WireLine, ...]:
    element, release, end = "+", "?", "'"
    if text.startswith("UNA") and len(text) >= 9:
        element, release, end = text[4], text[6], text[8]
        head, text = text[:9], text[9:]
    else:
        head = ""
    whole = re.compile(f"(?:{re.escape(release)}.|[^{re.escape(end)}])+", re.DOTALL)
    lines = _numbered(whole.findall(text), element, end)
    return (WireLine("", "UNA", visible(head[3:])), *lines) if head else lines


def _numbered(segments: list[str], element: str, end: str) -> tuple[WireLine, ...]:
    whole = [one.strip("\r\n") for one in segments]
    lines = []
    for number, segment in enumerate((one for one in whole if one.strip()), 1):
        tag, mark, rest = segment.partition(element)
        lines.append(WireLine(str(number), visible(tag), visible(f"{mark}{rest}{end}")))
    return tuple(lines)


def _hex(data: bytes) -> list[WireLine]:
    rows = []
    for offset in range(0, len(data), HEX_COLUMNS):
        row = data[offset : offset + HEX_COLUMNS]
        codes = row.hex(" ").ljust(HEX_COLUMNS * 3 - 1)
        text = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in row)
        rows.append(WireLine(f"{offset:06x}", codes, text))
    return rows
