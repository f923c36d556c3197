"""Conditions of a map: a rule or row that holds only ``when`` a place has a value or code, or ``unless`` it has."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from translators.findings import MapError
from translators.maps.paths import Path
from translators.tree import BLANKS, Loop, Segment

CONDITIONS = ("when", "unless")


@dataclass(frozen=True, slots=True)
class Condition:
    """Whether a place is there, with content in the element or component if it names one. A path that begins with a
    slash is looked for from the head of the set, any other from where the rule is."""

    path: Path
    is_wanted: bool = True
    is_from_head: bool = False

    def holds(self, loop: Loop, head: Loop, component: str) -> bool:
        place, element, part = self.path.place, self.path.element, self.path.component
        homes = self.path.home(head if self.is_from_head else loop, component)
        found = (segment for home in homes for segment in place.segments(home, component))
        there = any(not element or _has(segment, element, part, component) for segment in found)
        return there is self.is_wanted


def _has(segment: Segment, element: int, part: int, component: str) -> bool:
    if not part or not segment.has(element):
        return segment.has(element)
    parts = segment.elements[element].split(component)
    return part <= len(parts) and bool(parts[part - 1].strip(BLANKS))


def hold(conditions: Iterable[Condition], loop: Loop, head: Loop, component: str) -> bool:
    """Whether all of them do."""
    return all(one.holds(loop, head, component) for one in conditions)


def texts_of(table: Mapping[str, Any], where: str) -> list[tuple[str, bool]]:
    """The paths of a rule's or row's ``when`` and ``unless``, and whether each is wanted. Raises MapError."""
    found = []
    for key in CONDITIONS:
        texts = table.get(key, [])
        texts = [texts] if isinstance(texts, str) else texts
        if not isinstance(texts, list) or not all(isinstance(one, str) for one in texts):
            raise MapError(f"{where}.{key}: write a path or a list of paths, such as BEG[02=RL]")
        found += [(one, key == "when") for one in texts]
    return found
