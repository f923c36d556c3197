"""What a walk has to know of X12."""

from __future__ import annotations

from collections.abc import Iterator

from translators.interchange import Delimiters
from translators.walker import Fault, Match
from translators.x12.elements import faults, pattern
from translators.x12.header import readable_text
from translators.x12.schemas import Specs, segment_specs


class Dialect:
    """X12 with the separators of one interchange, and the segments as a guide describes them where there is one."""

    def __init__(self, delimiters: Delimiters, specs: Specs | None = None) -> None:
        self._specs = segment_specs() if specs is None else specs
        self.element = readable_text(delimiters.element)
        self._separators = (readable_text(delimiters.component), readable_text(delimiters.repetition))

    def matcher(self, tag: str) -> Match | None:
        specs = self._specs.get(tag)
        return None if specs is None else pattern(tag, specs, self.element, *self._separators).fullmatch

    def faults(self, elements: list[str]) -> Iterator[Fault]:
        return (Fault(*one) for one in faults(elements, "".join(self._separators), self._specs))
