"""Right X12 sets of any kind, made by chance from the structures and the codes the base maps know."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import count
from random import Random

from translators.maps.bases import base_map
from translators.maps.engine import CompiledMap
from translators.maps.sections import Fields
from translators.structures import Node
from translators.x12.schemas import ElementSpec, conditions, schema, segment_specs

FIELDS = {("POC", 5): "EA", ("UIT", 1): "EA", ("SLN", 5): "EA", ("QTY", 3): "EA", ("N4", 4): "US"}
"""Units are the first part of composites, and countries must be some."""
_LEVELS = ("S", "O", "T", "P", "I")
_WORDS = ("ANVIL", "BOLT", "CLAMP", "DRILL", "0042", "X-9")


def random_set(set_id: str, random: Random) -> list[str]:
    """The segments between ST and SE."""
    return list(_Maker(set_id, random).made())


class _Maker:
    def __init__(self, set_id: str, random: Random) -> None:
        self._schema = schema(set_id)
        self._codes = codes_of(base_map(f"x12-{set_id}"))
        self._needed = needed_by(base_map(f"x12-{set_id}"))
        self._random = random
        self._words = count(1)

    def made(self) -> Iterator[str]:
        for node in self._schema.root.children:
            if node.tag not in ("ST", "SE"):
                yield from self._levels(node) if node.nests else self._node(node)

    def _node(self, node: Node, is_first: bool = False) -> Iterator[str]:
        least = 1 if node.must or is_first else 0
        for _ in range(max(least, min(node.most, self._random.choice((0, 0, 1, 1, 2))))):
            yield self._segment(node.tag)
            for child in node.children[1:]:
                yield from self._node(child)

    def _levels(self, node: Node) -> Iterator[str]:
        """Shipment, orders, pallets or none, cartons or none, lines."""
        numbers = count(1)

        def loop(level: int, parent: str) -> Iterator[str]:
            number = str(next(numbers))
            yield f"HL*{number}*{parent}*{_LEVELS[level]}"
            for child in node.children[1:]:
                yield from self._node(child)
            below = self._random.choice([at for at in range(level + 1, 5) if level or at == 1]) if level < 4 else 5
            for _ in range(self._random.choice((1, 2)) if below < 5 else 0):
                yield from loop(below, number)

        yield from loop(0, "")

    def _segment(self, tag: str) -> str:
        specs = segment_specs()[tag]
        chosen = {at for at, spec in enumerate(specs, 1) if spec.must or self._random.random() < 0.4}
        chosen |= {at for one, at in self._needed if one == tag}
        for _ in range(3):
            self._obey(tag, chosen)
        elements = [self._text(tag, at, spec) if at in chosen else "" for at, spec in enumerate(specs, 1)]
        return "*".join((tag, *elements)).rstrip("*")

    def _obey(self, tag: str, chosen: set[int]) -> None:
        """What the elements of a segment ask of each other."""
        for kind, elements in conditions().get(tag, ()):
            first, *others = elements
            here = chosen.intersection(elements)
            if kind == "P" and here:
                chosen.update(elements)
            elif kind == "R" and not here:
                chosen.add(first)
            elif kind == "E" and len(here) > 1:
                chosen.difference_update(others)
            elif kind == "C" and first in chosen:
                chosen.update(others)
            elif kind == "L" and first in chosen and not chosen.intersection(others):
                chosen.add(others[0])

    def _text(self, tag: str, at: int, spec: ElementSpec) -> str:
        if (tag, at) in FIELDS:
            return FIELDS[tag, at]
        codes = self._codes.get((tag, at)) or sorted(spec.codes)
        codes = [one for one in codes if spec.least <= len(one) <= spec.most]
        if codes and (spec.codes or self._random.random() < 0.9):
            return self._random.choice(codes)
        if spec.kind in ("r", "n", "n2"):
            return str(self._random.randint(1, 9 if spec.most < 3 else 99))
        if spec.kind == "dt":
            return f"202604{self._random.randint(1, 30):02}"
        if spec.kind == "tm":
            return "0900"
        text = f"{self._random.choice(_WORDS)}{next(self._words)}"
        return text[: spec.most].ljust(spec.least, "7")


@cache
def _codes_of(name: str) -> dict[tuple[str, int], list[str]]:
    wanted = base_map(name)
    found: dict[tuple[str, int], list[str]] = {}
    for part in _parts(wanted):
        for form in (inner for one in part.forms for inner in one.every()):
            for path in form.paths:
                for step in (*path.loops, path.place):
                    found.setdefault((step.tag, step.at), []).extend(sorted(step.codes))
                if form.table:
                    found.setdefault((path.place.tag, path.element), []).extend(form.table)
                if form.shape in ("pair", "pairs"):
                    for at in range(path.element, path.element + 20, 2):
                        found.setdefault((path.place.tag, at), []).extend(form.codes)
    for rows in wanted.rows:
        for looked in rows.looks.paths:
            found.setdefault((looked.place.tag, looked.place.at), []).extend(sorted(looked.place.codes))
    return found


def needed_by(wanted: CompiledMap) -> set[tuple[str, int]]:
    """What a set is refused without, by tag and element."""
    forms = (form for part in _parts(wanted) for form in part.forms if form.missing == "reject")
    return {(form.paths[0].place.tag, form.paths[0].element) for form in forms}


def _parts(wanted: CompiledMap) -> tuple[Fields, ...]:
    return (wanted.header, *(one for rows in wanted.rows for one in rows.every_fields()))


def codes_of(wanted: CompiledMap) -> dict[tuple[str, int], list[str]]:
    """The codes a base map knows, by tag and element."""
    return _codes_of(wanted.name)
