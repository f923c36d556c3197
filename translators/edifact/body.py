"""One message from UNH to UNT as the file has it: bytes in one piece, divided only by who wants its segments."""

from __future__ import annotations

from dataclasses import dataclass

from translators.edifact.charsets import decode
from translators.edifact.syntax import Cutter


@dataclass(slots=True)
class Body:
    """``raw`` begins at byte ``offset`` of the file and ends before the terminator of the UNT."""

    raw: bytes
    cutter: Cutter
    codec: str
    offset: int

    def texts(self) -> list[str]:
        """Each segment in the separators of the inside (:mod:`translators.edifact.syntax`), releases undone."""
        return self.cutter.texts(self.raw, self._decoded)

    def offsets(self) -> list[int]:
        """Where in the file each segment begins."""
        return self.cutter.offsets(self.raw, self.offset)

    def plain(self) -> tuple[str, str] | None:
        """None: the short way of maps reads X12 only."""
        return None

    def _decoded(self, raw: bytes) -> str:
        return decode(raw, self.codec)[0]
