"""Where a map looks: ``N1[01=ST|SF]/N4.02 | upper``.

``TAG.EE`` is element EE of the first such segment here; ``TAG[EE=A|B]`` only of one whose element EE is A or B;
``TAG(2)`` of the second, segment or loop; ``TAG[*]`` of all (a join must follow); ``LOOP/TAG`` of the first pass of a
loop; ``.EE:C`` is a component, in conditions too: ``DTM[01:1=137]``. ``CPS[!PAC]`` is a loop without a PAC.

Files without segments are looked at by name: ``cac:Delivery/cbc:StartDate``, ``Extrinsic[@name=dept]``, ``PO Number``;
a name with marks of its own stands in quotes: ``'Qty / each'``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from itertools import islice
from operator import or_

from translators.findings import MapError
from translators.maps.functions import COMPONENTS, FUNCTIONS, JOINS, Function
from translators.tree import Loop, Segment, bit_of

_REPEATS = r"(?P<all>\[\*\])?(?:\((?P<nth>[1-9])\))?"
_STEP = re.compile(
    r"(?P<tag>[A-Z][A-Z0-9]{1,2})" + _REPEATS + r"(?:\[(?P<at>[0-9]{2})(?::(?P<part>[1-9]))?=(?P<codes>[^\]/]+)\])?"
    r"(?:\[!(?P<lacks>[A-Z][A-Z0-9]{1,2})\])?"
)
_LEAF = re.compile(_STEP.pattern + r"(?:\.(?P<element>[0-9]{2})(?::(?P<component>[1-9]))?)?")
_NAME = r"(?:'[^']+'|[^/|\[\]()='][^/|\[\]()=]*)"
_NAMED = re.compile(rf"(?P<tag>{_NAME})" + _REPEATS + rf"(?:\[(?P<key>{_NAME})=(?P<codes>[^\]]+)\])?")
_STEPS = re.compile(r"(?:'[^']*'|\[[^\]]*\]|[^/'\[]|[\['])+")
_WORDS = re.compile(r"(?:'[^']*'|\[[^\]]*\]|[^|'\[]|[\['])+")


@dataclass(frozen=True, slots=True)
class Place:
    """One step of a path: which segments or loops of a tag."""

    tag: str
    at: int = 0
    part: int = 0
    """The component of element ``at`` that decides; 0: the whole element."""
    key: str = ""
    """The leaf of a named loop that decides."""
    codes: frozenset[str] = frozenset()
    code: str = ""
    """The first of the codes: the one that is written."""
    nth: int = 0
    every: bool = False
    is_named: bool = False
    lacks: str = ""
    """A tag that the loop has not inside."""

    def fits(self, segment: Segment, component: str) -> bool:
        """Whether a segment is one of those meant; ``component`` is the separator inside elements."""
        if not self.at:
            return True
        if self.at >= len(segment.elements):
            return False
        value = segment.elements[self.at]
        if self.part:
            parts = value.split(component)
            value = parts[self.part - 1] if self.part <= len(parts) else ""
        return value.strip() in self.codes

    def segments(self, loop: Loop, component: str) -> list[Segment]:
        """Segments here, or the triggers of loops here."""
        found = self.all_segments(loop, component)
        return found[self.nth - 1 : self.nth] if self.nth else found

    def all_segments(self, loop: Loop, component: str) -> list[Segment]:
        """Those of which the path may mean one by its number."""
        found = loop.segments.get(self.tag)
        if self.is_named and found is not None and self.tag in loop.loops:
            found = sorted((*([] if self.key else found), *self._triggers(loop)), key=lambda one: one.position)
        elif found is None:
            found = [inner.segments[self.tag][0] for inner in self.loops(loop, component)]
        elif self.at:
            found = [segment for segment in found if self.fits(segment, component)]
        return found

    def _triggers(self, loop: Loop) -> Iterator[Segment]:
        """An element with attributes is a loop, and its neighbour of the same name without them a leaf."""
        return (inner.segments[self.tag][0] for inner in self.loops(loop, ""))

    def loops(self, loop: Loop, component: str) -> Iterator[Loop]:
        """The loops meant, of those here; with a number that one alone."""
        fitting = self._fitting(loop, component)
        return islice(fitting, self.nth - 1, self.nth) if self.nth else fitting

    def _fitting(self, loop: Loop, component: str) -> Iterator[Loop]:
        for inner in loop.loops.get(self.tag, ()):
            if self.lacks and (self.lacks in inner.segments or self.lacks in inner.loops):
                continue
            if self.key:
                leaves = inner.segments.get(self.key, ())
                if any(len(leaf.elements) > 1 and leaf.elements[1].strip() in self.codes for leaf in leaves):
                    yield inner
            elif self.fits(inner.segments[self.tag][0], component):
                yield inner

    @property
    def is_choosy(self) -> bool:
        """Whether it is not simply the first segment."""
        return bool(self.at or self.nth or self.every or self.key or self.lacks)

    @property
    def bits(self) -> int:
        return bit_of(self.at, self.part) if self.at else 0


@dataclass(frozen=True, slots=True)
class Path:
    """Loops to go down, the segment, the element, and what is done with its text."""

    text: str
    loops: tuple[Place, ...]
    place: Place
    element: int = 0
    component: int = 0
    functions: tuple[Function, ...] = ()
    words: tuple[str, ...] = ()
    """The functions' names."""
    join: str = ""
    is_named: bool = False

    @property
    def parts(self) -> tuple[int, ...]:
        """The components its functions take, where they look at the whole element and do not take all of it."""
        return next((COMPONENTS[word] for word in self.words if word in COMPONENTS), ())

    @property
    def bits(self) -> int:
        """What it takes of a segment."""
        taken = self.parts or (self.component,)
        return reduce(or_, (bit_of(self.element, one) for one in taken), self.place.bits)

    @property
    def label(self) -> str:
        if self.is_named:
            return "/".join([*(step.tag for step in self.loops), self.place.tag])
        return f"{self.place.tag}.{self.element:02}" + (f":{self.component}" if self.component else "")

    def home(self, loop: Loop, component: str) -> list[Loop]:
        """The loops the segment is to be looked for in."""
        homes = [loop]
        for step in self.loops:
            homes = [inner for home in homes for inner in step.loops(home, component)]
        return homes


Parse = Callable[[str, bool], Path]
"""Reads a path; the second word says whether it must name an element. Raises MapError."""


def parse(text: str, needs_element: bool = True) -> Path:
    """A path through segments, with its functions. Raises MapError."""
    words = _words(text)
    *above, last = words[0].split("/")
    leaf = _LEAF.fullmatch(last)
    steps = [_STEP.fullmatch(step) for step in above]
    if leaf is None or None in steps:
        raise MapError(f"{text!r} is no path; write it like BEG.03, DTM[01=002].02 or N9/MSG.01")
    if needs_element and leaf["element"] is None:
        raise MapError(f"{text!r} names a segment but no element; write it like {leaf['tag']}.01")
    join, functions = _functions(words[1:], text)
    _check_join(leaf["all"] is not None, join, text)
    return Path(
        text=words[0],
        loops=tuple(_place(step) for step in steps if step),
        place=_place(leaf),
        element=int(leaf["element"] or 0),
        component=int(leaf["component"] or 0),
        functions=tuple(FUNCTIONS[name] for name in functions),
        words=functions,
        join=join,
    )


def parse_named(text: str, needs_element: bool = True, functions: Mapping[str, Function] = FUNCTIONS) -> Path:
    """A path through names, with its functions. Raises MapError."""
    words = [word.strip() for word in _WORDS.findall(text)] or [""]
    found = _STEPS.findall(words[0])
    steps = [_NAMED.fullmatch(step.strip()) for step in found]
    if not steps or None in steps or "/".join(found) != words[0]:
        raise MapError(f"{text!r} is no path; write it like PO Number, cac:Item/cbc:Name or Extrinsic[@name=dept]")
    *above, leaf = [step for step in steps if step]
    join, names = _functions(words[1:], text, functions)
    _check_join(leaf["all"] is not None, join, text)
    return Path(
        text=words[0],
        loops=tuple(_named_place(step) for step in above),
        place=_named_place(leaf),
        element=1,
        functions=tuple(functions[name] for name in names),
        words=names,
        join=join,
        is_named=True,
    )


def _words(text: str) -> list[str]:
    return [word.strip() for word in re.split(r"\|(?![^\[]*\])", text)]


def _check_join(is_every: bool, join: str, text: str) -> None:
    if is_every != bool(join):
        raise MapError(f"{text!r}: a path with [*] needs join or join-several, and only such a path")


def _place(match: re.Match[str]) -> Place:
    codes = _codes(match)
    return Place(
        match["tag"],
        at=int(match["at"] or 0),
        part=int(match["part"] or 0),
        codes=frozenset(codes),
        code=codes[0] if codes else "",
        nth=int(match["nth"] or 0),
        every=match["all"] is not None,
        lacks=match["lacks"] or "",
    )


def _named_place(match: re.Match[str]) -> Place:
    codes = _codes(match)
    return Place(
        _bare(match["tag"]),
        key=_bare(match["key"] or ""),
        codes=frozenset(codes),
        code=codes[0] if codes else "",
        nth=int(match["nth"] or 0),
        every=match["all"] is not None,
        is_named=True,
    )


def _bare(name: str) -> str:
    """A name without its quotes."""
    return name.strip().strip("'")


def _codes(match: re.Match[str]) -> list[str]:
    return [code.strip() for code in (match["codes"] or "").split("|") if code.strip()]


def _functions(names: list[str], text: str, known: Mapping[str, Function] = FUNCTIONS) -> tuple[str, tuple[str, ...]]:
    join = names.pop(0) if names and names[0] in JOINS else ""
    for name in names:
        if name not in known:
            raise MapError(f"{text!r}: there is no function {name!r}{nearest(name, {**known, **JOINS})}")
    return join, tuple(names)


def nearest(name: str, known: object) -> str:
    """``; did you mean ...?`` or nothing."""
    close = get_close_matches(name, list(known), 1, 0.5)  # type: ignore[call-overload]
    return f"; did you mean {close[0]!r}?" if close else ""
