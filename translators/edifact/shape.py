"""What writing must know of EDIFACT segments: see :class:`translators.maps.places.Shape`."""

from __future__ import annotations

from typing import Any

from translators.edifact.schemas import ElementSpec, Part, segment_specs
from translators.maps.inverse import inverse
from translators.tree import LEVEL_B


class EdifactShape:
    """Lengths and musts, from the descriptions of segments. A composite counts as one element."""

    def musts(self, tag: str) -> tuple[int, ...]:
        """Elements a segment cannot be without."""
        return tuple(at for at, spec in enumerate(segment_specs().get(tag, ()), 1) if spec.must)

    def longest(self, tag: str, element: int, component: int) -> int | None:
        """How long a text may be; None when it is no text, or a whole composite."""
        spec = _spec(tag, element)
        if spec is None or (spec.is_composite and not component) or component > len(spec.parts):
            return None
        part = spec.parts[max(component - 1, 0)]
        return part.most if part.kind == "an" else None

    def fitted(self, tag: str, element: int, component: int, text: str) -> str:
        """As much of a text as may stand in a place; of a composite each component by itself."""
        spec = _spec(tag, element)
        if spec is None or component or not spec.is_composite:
            return text[: self.longest(tag, element, component)]
        parts = text.split(LEVEL_B)
        return LEVEL_B.join(_cut(part, one) for part, one in zip(parts, spec.parts, strict=False))

    def parts(self, tag: str, element: int) -> int:
        """How many components an element may have."""
        spec = _spec(tag, element)
        return len(spec.parts) if spec else 1

    def count(self, tag: str) -> int:
        """How many elements a segment may have."""
        return len(segment_specs().get(tag, ()))

    def text(self, words: tuple[str, ...], value: Any) -> str:
        """A value as the functions of a rule would read it. Raises CannotSay."""
        return inverse(words, value)


def _spec(tag: str, element: int) -> ElementSpec | None:
    specs = segment_specs().get(tag, ())
    return specs[element - 1] if 0 < element <= len(specs) else None


def _cut(text: str, part: Part) -> str:
    return text[: part.most] if part.kind == "an" else text
