"""One message from MHD to MTR as the file has it; divided only by who wants its segments."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TAG, ELEMENT, COMPONENT, RELEASE, TERMINATOR = b"=", b"+", b":", b"?", b"'"
"""The marks, which no file can change."""
ELEMENT_MARK, COMPONENT_MARK = "\x1d", "\x1f"
"""What stands between elements and components in a body's texts: never in data, for no keyboard makes them."""


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


def divided(piece: bytes) -> list[list[str]]:
    """A segment as elements of components; its tag is the first element."""
    tag, found, rest = piece.partition(TAG)
    elements = divide(rest, ELEMENT, RELEASE) if found else []
    parts = [[plain(part, RELEASE) for part in divide(element, COMPONENT, RELEASE)] for element in elements]
    return [[plain(tag, b"")], *parts]


@dataclass(slots=True)
class Body:
    """``pieces`` are the segments without their terminators and what stood before them, ``starts`` where they begin."""

    pieces: list[bytes] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def texts(self) -> list[str]:
        """Each segment, its tag and elements divided by :data:`ELEMENT_MARK`, components by :data:`COMPONENT_MARK`."""
        return [ELEMENT_MARK.join(COMPONENT_MARK.join(parts) for parts in divided(piece)) for piece in self.pieces]

    def offsets(self) -> list[int]:
        """Where in the file each segment begins."""
        return self.starts

    def plain(self) -> tuple[str, str] | None:
        """None: there is no short way for these sets."""
        return None
