"""The six marks of an EDIFACT interchange, and how a segment is divided by them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Marks:
    """Separators as bytes. An empty ``release`` means that there is none."""

    component: bytes = b":"
    element: bytes = b"+"
    decimal: bytes = b"."
    release: bytes = b"?"
    segment: bytes = b"'"


_LEVEL_B = Marks(b"\x1f", b"\x1d", b".", b"", b"\x1c")
"""Level B without a UNA has no printable separators."""
_LOOK_AHEAD = 1024
_UNB = re.compile(rb"UN[BGH]([^A-Za-z0-9\s])")


def marks_of(head: bytes) -> Marks:
    """The marks an interchange uses: those of its UNA, else the standard's.

    Some senders end segments with a line break and say so nowhere: believed when there is no other terminator at all.
    """
    if head[:3] == b"UNA" and len(head) >= 9:
        component, element, decimal, release, _, segment = (head[at : at + 1] for at in range(3, 9))
        return Marks(component, element, decimal, release.strip(), segment)
    start = _UNB.match(head)
    if start and start[1] == _LEVEL_B.element:
        return _LEVEL_B
    by_line = b"'" not in head[:_LOOK_AHEAD] and b"\n" in head[:_LOOK_AHEAD]
    return Marks(segment=b"\n") if by_line else Marks()


def divide(raw: bytes, mark: bytes, release: bytes) -> list[bytes]:
    """Cuts at a mark, but not where a release character takes its meaning away. The releases stay in."""
    parts = raw.split(mark)
    if not release or release not in raw:
        return parts
    whole: list[bytes] = []
    held: list[bytes] = []
    for part in parts:
        held.append(part)
        if (len(part) - len(part.rstrip(release))) % 2 == 0:
            whole.append(mark.join(held))
            held = []
    return whole + ([mark.join(held)] if held else [])


def plain(raw: bytes, release: bytes) -> str:
    """The text without its release characters and line breaks; bytes beyond ASCII become one character each."""
    if release and release in raw:
        raw = re.sub(re.escape(release) + b"(.)", rb"\1", raw, flags=re.DOTALL)
    return raw.translate(None, b"\r\n").decode("latin-1").strip()
