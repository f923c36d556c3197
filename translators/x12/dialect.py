"""What a walk has to know of X12."""

from __future__ import annotations

from collections.abc import Iterator

from translators.interchange import Delimiters
from translators.walker import Fault, Match
from translators.x12.elements import faults, pattern
from translators.x12.header import readable_text


class Dialect:
    """X12 with the separators of one interchange."""

    def __init__(self, delimiters: Delimiters) -> None:
        self.element = readable_text(delimiters.element)
        self._separators = (readable_text(delimiters.component), readable_text(delimiters.repetition))

    def matcher(self, tag: str) -> Match | None:
        found = pattern(tag, self.element, *self._separators)
        return found.fullmatch if found else None

    def faults(self, elements: list[str]) -> Iterator[Fault]:
        return (Fault(*one) for one in faults(elements, "".join(self._separators)))
