"""Where a map looks: ``N1[01=ST|SF]/N4.02 | upper``.

``TAG.EE`` is element EE of the first such segment here; ``TAG[EE=A|B]`` only of one whose element EE is A or B;
``TAG(2)`` of the second; ``TAG[*]`` of all (a join must follow); ``LOOP/TAG`` of the first pass of a loop; ``.EE:C`` is a
component.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches

from translators.findings import MapError
from translators.maps.functions import FUNCTIONS, JOINS, Function
from translators.tree import Loop, Segment

_STEP = re.compile(
    r"(?P<tag>[A-Z][A-Z0-9]{1,2})(?P<all>\[\*\])?(?:\((?P<nth>[1-9])\))?"
    r"(?:\[(?P<at>[0-9]{2})=(?P<codes>[^\]/]+)\])?"
)
_LEAF = re.compile(_STEP.pattern + r"(?:\.(?P<element>[0-9]{2})(?::(?P<component>[1-9]))?)?")


@dataclass(frozen=True, slots=True)
class Place:
    """One step of a path: which segments or loops of a tag."""

    tag: str
    at: int = 0
    codes: frozenset[str] = frozenset()
    nth: int = 0
    every: bool = False

    def fits(self, segment: Segment) -> bool:
        if not self.at:
            return True
        elements = segment.elements
        return self.at < len(elements) and elements[self.at].strip() in self.codes

    def segments(self, loop: Loop) -> list[Segment]:
        """Segments here, or the triggers of loops here."""
        found = loop.segments.get(self.tag)
        if found is None:
            found = [inner.segments[self.tag][0] for inner in loop.loops.get(self.tag, ())]
        if self.at:
            found = [segment for segment in found if self.fits(segment)]
        return found[self.nth - 1 : self.nth] if self.nth else found

    def loops(self, loop: Loop) -> Iterator[Loop]:
        for inner in loop.loops.get(self.tag, ()):
            if self.fits(inner.segments[self.tag][0]):
                yield inner

    @property
    def is_choosy(self) -> bool:
        """Whether it is not simply the first segment."""
        return bool(self.at or self.nth or self.every)

    @property
    def bits(self) -> int:
        return 1 << self.at if self.at else 0


@dataclass(frozen=True, slots=True)
class Path:
    """Loops to go down, the segment, the element, and what is done with its text."""

    text: str
    loops: tuple[Place, ...]
    place: Place
    element: int = 0
    component: int = 0
    functions: tuple[Function, ...] = ()
    join: str = ""

    @property
    def label(self) -> str:
        return f"{self.place.tag}.{self.element:02}"

    def home(self, loop: Loop) -> list[Loop]:
        """The loops the segment is to be looked for in."""
        homes = [loop]
        for step in self.loops:
            homes = [inner for home in homes for inner in step.loops(home)]
        return homes


def parse(text: str, needs_element: bool = True) -> Path:
    """A path with its functions. Raises MapError."""
    words = [word.strip() for word in re.split(r"\|(?![^\[]*\])", text)]
    *above, last = words[0].split("/")
    leaf = _LEAF.fullmatch(last)
    steps = [_STEP.fullmatch(step) for step in above]
    if leaf is None or None in steps:
        raise MapError(f"{text!r} is no path; write it like BEG.03, DTM[01=002].02 or N9/MSG.01")
    if needs_element and leaf["element"] is None:
        raise MapError(f"{text!r} names a segment but no element; write it like {leaf['tag']}.01")
    join, functions = _functions(words[1:], text)
    every = leaf["all"] is not None
    if every != bool(join):
        raise MapError(f"{text!r}: a path with [*] needs join or join-several, and only such a path")
    return Path(
        text=words[0],
        loops=tuple(_place(step) for step in steps if step),
        place=_place(leaf),
        element=int(leaf["element"] or 0),
        component=int(leaf["component"] or 0),
        functions=functions,
        join=join,
    )


def _place(match: re.Match[str]) -> Place:
    codes = frozenset(code.strip() for code in (match["codes"] or "").split("|")) - {""}
    return Place(match["tag"], int(match["at"] or 0), codes, int(match["nth"] or 0), match["all"] is not None)


def _functions(names: list[str], text: str) -> tuple[str, tuple[Function, ...]]:
    join = names.pop(0) if names and names[0] in JOINS else ""
    for name in names:
        if name not in FUNCTIONS:
            raise MapError(f"{text!r}: there is no function {name!r}{nearest(name, {**FUNCTIONS, **JOINS})}")
    return join, tuple(FUNCTIONS[name] for name in names)


def nearest(name: str, known: object) -> str:
    """``; did you mean ...?`` or nothing."""
    close = get_close_matches(name, list(known), 1, 0.5)  # type: ignore[call-overload]
    return f"; did you mean {close[0]!r}?" if close else ""
