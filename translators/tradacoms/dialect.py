"""What may stand in a segment: texts of a decent size without control characters. Who needs more says so in its map."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from translators.findings import Code
from translators.limits import MAX_ELEMENT_BYTES, MAX_ELEMENTS
from translators.tradacoms.body import COMPONENT_MARK, ELEMENT_MARK
from translators.tradacoms.schemas import tags
from translators.walker import Fault, Match

_SOUND = f"(?:{ELEMENT_MARK}[^\x00-\x1e\x7f]{{0,{MAX_ELEMENT_BYTES}}}){{0,{MAX_ELEMENTS}}}"
_CONTROL = re.compile("[\x00-\x1e\x7f]")


class Dialect:
    """TRADACOMS, whose bodies have the same marks always (:mod:`translators.tradacoms.body`)."""

    element = ELEMENT_MARK

    def matcher(self, tag: str) -> Match | None:
        return _pattern(tag).fullmatch if tag in tags() else None

    def faults(self, elements: list[str]) -> Iterator[Fault]:
        if len(elements) - 1 > MAX_ELEMENTS:
            yield Fault(Code.ELEMENTS_LIMIT, MAX_ELEMENTS + 1, f"has more than {MAX_ELEMENTS} elements")
            return
        for position, value in enumerate(elements[1:], 1):
            if len(value) > MAX_ELEMENT_BYTES:
                message = f"is longer than {MAX_ELEMENT_BYTES} characters"
                yield Fault(Code.ELEMENT_LIMIT, position, message, value[:20])
            elif _CONTROL.search(value):
                shown = value.replace(COMPONENT_MARK, ":")[:100]
                yield Fault(Code.CHARACTER_INVALID, position, "holds a control character", shown)


@lru_cache(maxsize=64)
def _pattern(tag: str) -> re.Pattern[str]:
    return re.compile(re.escape(tag) + _SOUND)
