"""What writing must know of X12 segments: see :class:`translators.maps.places.Shape`."""

from __future__ import annotations

from typing import Any

from translators.maps.inverse import inverse
from translators.x12.schemas import segment_specs


class X12Shape:
    """Lengths and musts, from the descriptions of segments."""

    def musts(self, tag: str) -> tuple[int, ...]:
        """Elements a segment cannot be without."""
        return tuple(at for at, spec in enumerate(segment_specs().get(tag, ()), 1) if spec.must)

    def longest(self, tag: str, element: int, component: int) -> int | None:
        """How long a text may be; None when it is no text."""
        specs = segment_specs().get(tag, ())
        if component or element > len(specs) or specs[element - 1].kind not in ("an", "b", "id"):
            return None
        return specs[element - 1].most

    def fitted(self, tag: str, element: int, component: int, text: str) -> str:
        """As much of a text as may stand in a place."""
        return text[: self.longest(tag, element, component)]

    def parts(self, tag: str, element: int) -> int:
        """Composites have no lines of text here."""
        return 1

    def count(self, tag: str) -> int:
        """How many elements a segment may have."""
        return len(segment_specs().get(tag, ()))

    def text(self, words: tuple[str, ...], value: Any) -> str:
        """A value as the functions of a rule would read it. Raises CannotSay."""
        return inverse(words, value)
