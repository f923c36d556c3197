"""One set from ST to SE as the file has it: bytes in one piece, divided only by who wants its segments."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import accumulate

Clean = Callable[[bytes], bytes]
"""Takes away what the sender put around segments: line breaks, an indent."""

_MAX_BLANKS = 16
"""Blanks before each segment: a line break and an indent."""


@dataclass(slots=True)
class Body:
    """``raw`` begins at byte ``offset`` of the file and ends before the terminator of the SE."""

    raw: bytes
    separator: bytes
    terminator: bytes
    clean: Clean | None
    offset: int

    def segments(self) -> list[list[bytes]]:
        """Each segment as its elements, tag first; empty segments are left out."""
        separator = self.separator
        if self.clean is None:
            return [piece.split(separator) for piece in self.raw.split(self.terminator) if piece]
        return [piece.split(separator) for piece in self._pieces()]

    def texts(self) -> list[str]:
        """Each segment as text: UTF-8, or one character for each byte when anything in the set is not."""
        pieces = self._pieces()
        try:
            return [piece.decode("utf-8") for piece in pieces]
        except UnicodeDecodeError:
            return [piece.decode("latin-1") for piece in pieces]

    def plain(self) -> tuple[str, str] | None:
        """The set as one text and what joins its segments; None when there is anything odd about it.

        Odd are line breaks inside segments, blanks at the ends of elements, and letters beyond ASCII.
        """
        raw, separator, joint = self.raw, self.separator, self.terminator
        if not raw.isascii() or b" " + separator in raw or separator + b" " in raw or b" " + joint in raw:
            return None
        if self.clean is bytes.lstrip:
            rest = raw.partition(joint)[2][:_MAX_BLANKS]
            joint += rest[: len(rest) - len(rest.lstrip())]
        elif self.clean is not None:
            return None
        return raw.decode("ascii"), joint.decode("latin-1")

    def offsets(self) -> list[int]:
        """Where in the file each of :meth:`segments` begins."""
        pieces = self.raw.split(self.terminator)
        step = len(self.terminator)
        starts = accumulate((len(piece) + step for piece in pieces), initial=self.offset)
        clean = self.clean or bytes
        blank = bytes.lstrip if self.clean else bytes
        return [start + len(raw) - len(blank(raw)) for start, raw in zip(starts, pieces, strict=False) if clean(raw)]

    def _pieces(self) -> list[bytes]:
        pieces = self.raw.split(self.terminator)
        return [piece for piece in (map(self.clean, pieces) if self.clean else pieces) if piece]
