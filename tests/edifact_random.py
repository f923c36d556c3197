"""Right EDIFACT messages of any kind, made by chance from the structures and the codes the base maps know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import count
from random import Random

from tests.x12_random import _parts
from translators.edifact.schemas import ElementSpec, Part, schema, segment_specs
from translators.maps.bases import base_map
from translators.maps.paths import Place
from translators.structures import Node

Where = tuple[str, int, int]
"""Tag, element, component."""
Owed = dict[tuple[int, int], str]
"""What a segment must have, by element and component; empty: any text."""

FIXED: dict[Where, Sequence[str]] = {
    ("UNS", 1, 1): ("S",),
    ("DTM", 1, 3): ("102",),
    ("NAD", 9, 1): ("DE", "US", "FR"),
    ("PAT", 3, 3): ("D", "W"),
    ("CUX", 1, 2): ("EUR", "USD"),
    ("QTY", 1, 3): ("PCE", "KGM"),
    ("MEA", 3, 1): ("KGM", "LBR"),
    ("IMD", 1, 1): ("F",),
    ("TDT", 5, 1): ("ABCD", "UPS"),
}
NUMBERS = {("QTY", 1, 2), ("PAT", 3, 4), ("ALC", 4, 1), ("LIN", 1, 1)}
WHOLE = {("LIN", 3), ("PIA", 2), ("PIA", 3), ("PIA", 4), ("PIA", 5), ("PIA", 6), ("PAT", 3)}
"""Composites of which all components stand there."""
_WORDS = ("ANVIL", "BOLT", "CLAMP", "DRILL", "0042", "X-9")
_MOST_SEGMENTS = 120


def random_message(set_id: str, random: Random) -> list[str]:
    """The segments between UNH and UNT."""
    return list(_Maker(set_id, random).made())


def interchange(set_id: str, segments: list[str]) -> bytes:
    """An interchange of one message, whatever its segments, counted rightly."""
    body = "".join(f"{one}'" for one in [f"UNH+1+{set_id}:D:01B:UN", *segments, f"UNT+{len(segments) + 2}+1"])
    return f"UNB+UNOC:3+THEM:14+US:14+260302:0915+9'{body}UNZ+1+9'".encode("latin-1")


class _Maker:
    def __init__(self, set_id: str, random: Random) -> None:
        self._schema = schema(set_id)
        self._codes = codes_of(set_id)
        self._needed = _needed_by(f"edifact-{set_id.lower()}")
        self._owed = self._needed | {"DTM": {(1, 1): "137", (1, 2): ""}}
        self._random = random
        self._words = count(1)
        self._size = 0

    def made(self) -> Iterator[str]:
        for node in self._schema.root.children:
            if node.tag not in ("UNH", "UNT"):
                yield from self._packages(node) if node.nests else self._node(node)

    def _node(self, node: Node) -> Iterator[str]:
        is_needed = node.must or node.is_border or node.tag in self._owed
        is_wanted = self._size < _MOST_SEGMENTS and node.tag in {tag for tag, _, _ in self._codes}
        often = self._random.choice((0, 0, 1, 2) if is_wanted else (0,) * 40 + (1,))
        for _ in range(max(1 if is_needed else 0, min(node.most, often))):
            self._size += 1
            if node.tag == "LIN":
                self._owed = dict(self._needed)
            yield self._segment(node.tag)
            for child in node.children[1:]:
                yield from self._node(child)

    def _packages(self, node: Node) -> Iterator[str]:
        """Pallets or none, cartons in them, loose goods."""
        numbers = count(1)

        def loop(depth: int, parent: str) -> Iterator[str]:
            number = str(next(numbers))
            yield f"CPS+{number}+{parent}".rstrip("+")
            for child in node.children[1:]:
                yield from self._node(child)
            for _ in range(self._random.choice((0, 1, 2)) if depth < 2 else 0):
                yield from loop(depth + 1, number)

        yield from loop(1, "")

    def _segment(self, tag: str) -> str:
        owed = self._owed.pop(tag, {})
        elements = [self._element(tag, at, spec, owed) for at, spec in enumerate(segment_specs()[tag], 1)]
        return "+".join((tag, *elements)).rstrip("+")

    def _element(self, tag: str, at: int, spec: ElementSpec, owed: Owed) -> str:
        is_needed = spec.must or any(at == here for here, _ in owed)
        if not is_needed and self._random.random() > 0.5:
            return ""
        parts = [
            owed.get((at, number)) or self._part((tag, at, number), part, (at, number) in owed or (tag, at) in WHOLE)
            for number, part in enumerate(spec.parts, 1)
        ]
        if is_needed and not any(parts):
            parts[0] = self._part((tag, at, 1), spec.parts[0], True)
        return ":".join(parts).rstrip(":")

    def _part(self, where: Where, part: Part, is_needed: bool) -> str:
        codes = [one for one in FIXED.get(where) or self._codes.get(where, []) if len(one) <= part.most]
        is_needed = is_needed or part.must or part.kind == "p" or where in FIXED
        if not is_needed and self._random.random() > (0.8 if codes else 0.5):
            return ""
        if codes:
            return self._random.choice(codes)
        if part.kind == "p":
            return f"202604{self._random.randint(1, 30):02}"
        if part.kind in ("n", "q") or where in NUMBERS:
            return str(self._random.randint(1, 9 if part.most < 3 else 99))
        return f"{self._random.choice(_WORDS)}{next(self._words)}"[: part.most]


def codes_of(set_id: str) -> dict[Where, list[str]]:
    """The codes the base map of a message knows, by place."""
    return _codes_of(f"edifact-{set_id.lower()}")


@cache
def _codes_of(name: str) -> dict[Where, list[str]]:
    """The codes a base map knows, by place; every place it looks at is there."""
    wanted = base_map(name)
    found: dict[Where, list[str]] = {}

    def of(place: Place) -> None:
        if place.at:
            found.setdefault((place.tag, place.at, place.part or 1), []).extend(sorted(place.codes))
        found.setdefault((place.tag, 0, 0), [])

    for part in _parts(wanted):
        for form in (inner for one in part.forms for inner in one.every()):
            for path in form.paths:
                for step in (*path.loops, path.place):
                    of(step)
                if form.table:
                    found.setdefault((path.place.tag, path.element, path.component or 1), []).extend(form.table)
                if form.shape == "composites":
                    found.setdefault((path.place.tag, path.element, 2), []).extend(form.codes)
    for rows in wanted.rows:
        for looked in rows.looks.paths:
            for step in (*looked.loops, looked.place):
                of(step)
    return found


@cache
def _needed_by(name: str) -> dict[str, Owed]:
    """What a message is refused without, by tag."""
    forms = (form for part in _parts(base_map(name)) for form in part.forms if form.missing == "reject")
    needed: dict[str, Owed] = {}
    for path in (form.paths[0] for form in forms):
        owed = needed.setdefault(path.place.tag, {})
        owed[path.element, path.component] = ""
        if path.place.at:
            owed[path.place.at, path.place.part] = path.place.code
    return needed
