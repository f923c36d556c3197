"""The places of a tree being written: found or made along a structure, so that nothing stands where it may not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from translators.findings import MapError
from translators.maps.paths import Path, Place
from translators.structures import Node
from translators.tree import LEVEL_B, Loop, Segment


class Shape(Protocol):
    """What writing must know of a standard's segments."""

    def musts(self, tag: str) -> tuple[int, ...]:
        """Elements a segment cannot be without."""

    def longest(self, tag: str, element: int, component: int) -> int | None:
        """How long a text may be; None when nobody says or it is no text."""

    def fitted(self, tag: str, element: int, component: int, text: str) -> str:
        """As much of a text as may stand in a place."""

    def parts(self, tag: str, element: int) -> int:
        """How many components an element may have."""

    def count(self, tag: str) -> int:
        """How many elements a segment may have."""

    def text(self, words: tuple[str, ...], value: Any) -> str:
        """A value as the functions of a rule would read it. Raises CannotSay when there is no such text."""


@dataclass(slots=True)
class Spot:
    """A pass of a loop being filled, and its place in the structure; ``lone`` is a segment filled by itself."""

    loop: Loop
    node: Node | None
    lone: Segment | None = None
    is_whole: bool = False
    """A row that is no more than its holder seen again: it opens no loops."""
    more: list[tuple[int, str]] = field(default_factory=list)
    """Elements and texts in which a lone segment goes on: each becomes a copy of it."""

    @property
    def trigger(self) -> Segment | None:
        """The segment that opens this pass; None in the set's own head."""
        if self.lone is not None:
            return self.lone
        if self.node is None or self.node.parent is None:
            return None
        return self.loop.segments[self.node.tag][0]

    # ------------------------------------------------------------ texts

    def put_text(self, path: Path, text: str, shape: Shape, *, cut: bool = False) -> bool:
        """Puts a text where the path says; False when something else stands there or there is no such place.

        One that does not fit stays out, or goes in ``cut``, which is no success either.
        """
        place = path.place
        fitted = shape.fitted(place.tag, path.element, path.component, text)
        fits = (path.is_named or "\n" not in text) and fitted == text
        if not fits and not cut:
            return False
        if place.at == path.element and place.part == path.component:  # the place is known by what it says
            if text not in place.codes:
                return False
            place = replace(place, code=text, codes=frozenset((text,)))
        home = self._down(path)
        segment = home._segment(place, shape) if home else None
        return segment is not None and self.put(segment, path.element, path.component, fitted) and fits

    def put_lines(self, path: Path, lines: list[str], shape: Shape, *, cut: bool = False) -> bool:
        """Puts the lines of a text into the components of an element; more of them go on in segments behind it."""
        longest, most = shape.longest(path.place.tag, path.element, 1), shape.parts(path.place.tag, path.element)
        lines = [part for line in lines for part in _cut(line, longest or len(line))]
        first, *rest = (LEVEL_B.join(lines[at : at + most]) for at in range(0, len(lines), most))
        if rest and self.lone is None:
            return cut and self.put_text(path, first, shape) and False
        if not self.put_text(path, first, shape):
            return False
        self.more += [(path.element, text) for text in rest]
        return True

    @staticmethod
    def stands(segment: Segment, element: int) -> bool:
        """Whether an element has content."""
        return bool(_at(segment, element))

    def text(self, path: Path) -> str | None:
        """What stands where the path says; None when nothing does."""
        home: Spot | None = self
        for step in path.loops:
            home = next(home._inner(step), None) if home else None
        found = next(home._all(path.place), None) if home else None
        if found is None:
            return None
        whole = _at(found, path.element)
        if path.component:
            parts = whole.split(LEVEL_B)
            return (parts[path.component - 1] if path.component <= len(parts) else "") or None
        return whole or None

    def put_each(self, path: Path, texts: list[str], shape: Shape) -> bool:
        """Puts each text into a segment of its own; long ones go on in the next."""
        home = self._down(path)
        if home is None:
            return False
        longest = shape.longest(path.place.tag, path.element, path.component) or 0
        parts = [part for text in texts for part in (_cut(text, longest) if longest else [text])]
        known = list(home._all(path.place))
        for part in parts:
            same = next((one for one in known if _at(one, path.element) == part), None)
            if same is not None:
                known.remove(same)
            elif (made := home._make(path.place)) is None:
                return False
            else:
                self.put(made, path.element, path.component, part)
        return True

    def put_pair(self, path: Path, codes: tuple[str, ...], value: str, shape: Shape, most: int) -> bool:
        """Puts (qualifier, value) into the first free pair of elements, unless it stands there."""
        home = self._down(path)
        segment = home._segment(path.place, shape) if home else None
        if segment is None:
            return False
        last = max(shape.count(segment.tag), path.element + 1)
        slots = range(path.element, min(last, path.element + 2 * most), 2)
        if any(_at(segment, at) in codes and _at(segment, at + 1) == value for at in slots):
            return True
        free = next((at for at in slots if not _at(segment, at) and not _at(segment, at + 1)), None)
        return free is not None and self.put(segment, free, 0, codes[0]) and self.put(segment, free + 1, 0, value)

    def put_composite(self, paths: tuple[Path, ...], value: str, code: str, shape: Shape) -> bool:
        """Puts value:qualifier into the first of the places that is free; the last one's segment may come again."""
        wanted = f"{value}{LEVEL_B}{code}"
        standing = ((one, path) for path in paths if (home := self._down(path)) for one in home._all(path.place))
        if any(_at(segment, path.element).startswith(wanted) for segment, path in standing):
            return True
        for path in paths:
            home = self._down(path)
            if home is None or home._segment(path.place, shape) is None:
                continue
            free = next((one for one in home._all(path.place) if not _at(one, path.element)), None)
            if free is not None:
                return self.put(free, path.element, 0, wanted)
        last = paths[-1]
        home = self._down(last)
        made = home._make(last.place) if home else None
        first = min(path.element for path in paths if path.place == last.place)
        return made is not None and self.put(made, first, 0, wanted)

    def put(self, segment: Segment, element: int, component: int, text: str) -> bool:
        """Puts a text into an element or component; False when another stands there."""
        here = _at(segment, element).split(LEVEL_B)
        new = [""] * (component - 1) + [text] if component else text.split(LEVEL_B)
        here += [""] * (len(new) - len(here))
        new += [""] * (len(here) - len(new))
        if any(old and one and old != one for old, one in zip(here, new, strict=True)):
            return False
        merged = [one or old for old, one in zip(here, new, strict=True)]
        self.replace(segment, element, 0, LEVEL_B.join(merged).rstrip(LEVEL_B) if any(merged) else "")
        return True

    def replace(self, segment: Segment, element: int, component: int, text: str) -> None:
        """Puts a text whatever stands there."""
        elements = segment.elements
        elements += [""] * (element + 1 - len(elements))
        if component:
            parts = elements[element].split(LEVEL_B)
            parts += [""] * (component - len(parts))
            parts[component - 1] = text
            text = LEVEL_B.join(parts)
        elements[element] = text

    def is_must(self, path: Path, shape: Shape) -> bool:
        """Whether an element must be there when its segment is, and its segment is or must be."""
        if path.loops or path.element not in shape.musts(path.place.tag):
            return False
        trigger = self.trigger
        if trigger is not None and trigger.tag == path.place.tag:
            return True
        child = self._child(path.place.tag)
        return child is not None and (child.must or bool(self.loop.segments.get(child.tag)))

    def existing(self, path: Path, shape: Shape, *, must: bool = False) -> Iterator[Segment]:
        """Segments a constant belongs to: those that stand there, or the one that must."""
        home: Spot | None = self
        for step in path.loops:
            home = home._inner_or_must(step) if home else None
        if home is None:
            return
        found = list(home._all(path.place))
        child = home._child(path.place.tag)
        if not found and child is not None and (must or child.must or child.is_border):
            made = home._make(path.place)
            found = [made] if made else []
        yield from found

    # ------------------------------------------------------------ rows

    def row(self, each: Path | None) -> Spot | None:
        """A new row that is not in the tree yet; None when the structure has no such place."""
        if each is None or (self.trigger is not None and not each.loops and each.place.tag == self.trigger.tag):
            if self.node and each and self._nests(each.place.tag):
                return _opened(self.node, each.place)
            return Spot(_copied(self.loop), self.node, self.lone, is_whole=each is not None)
        node = self._node_below(each)
        child = _child_of(node, each.place.tag) if node else None
        if child is None:
            return None
        if child.is_loop:
            return _opened(child, each.place)
        if each.is_named and child.most == 1 and not each.loops and each.place.tag in self.loop.segments:
            return None
        segment = Segment([each.place.tag], 0)
        if each.place.at:
            self.put(segment, each.place.at, each.place.part, each.place.code)
        return Spot(Loop(), None, segment)

    def attach(
        self, each: Path | None, made: Spot, shape: Shape, fresh: list[Segment], *, first: int, size: int
    ) -> None:
        """Takes a row that was tried into the tree."""
        home = self._down(each) if each else self
        assert home is not None
        if made.lone is not None and self.lone is None:
            segments = home.loop.segments.setdefault(made.lone.tag, [])
            if not _joined(segments, made.lone, fresh, shape.count(made.lone.tag), first, size):
                copies = [_but(made.lone, element, text) for element, text in made.more]
                segments += [made.lone, *copies]
                fresh += [made.lone, *copies]
        elif each is None or (made.node is self.node and not self._nests(each.place.tag)):
            self.loop.segments, self.loop.loops = made.loop.segments, made.loop.loops
        else:
            assert made.node is not None
            home.loop.loops.setdefault(made.node.tag, []).append(made.loop)

    # ------------------------------------------------------------ ways down

    def _nests(self, tag: str) -> bool:
        """Whether loops of the tag stand inside each other (HL, CPS)."""
        return self.node is not None and self.node.parent is not None and self.node.tag == tag and self.node.nests

    def _child(self, tag: str) -> Node | None:
        return _child_of(self.node, tag) if self.node else None

    def _node_below(self, path: Path) -> Node | None:
        node = self.node
        for step in path.loops:
            node = _child_of(node, step.tag) if node else None
        return node

    def _down(self, path: Path) -> Spot | None:
        """The spot a path's segment belongs to; loops on the way are opened."""
        spot = self
        for step in path.loops:
            inner = next(spot._inner(step), None) or spot._open(step)
            if inner is None:
                return None
            spot = inner
        return spot

    def _open(self, step: Place) -> Spot | None:
        """A new pass of a loop here; None when there is no such place."""
        child = self._child(step.tag)
        if child is None or not child.is_loop:
            return None
        inner = _opened(child, step)
        self.loop.loops.setdefault(step.tag, []).append(inner.loop)
        return inner

    def _inner_or_must(self, step: Place) -> Spot | None:
        """A pass that is there; of a file also the one that must be."""
        child = self._child(step.tag)
        may_open = step.is_named and child is not None and child.must
        return next(self._inner(step), None) or (self._open(step) if may_open else None)

    def _inner(self, step: Place) -> Iterator[Spot]:
        child = self._child(step.tag)
        for loop in step.loops(self.loop, LEVEL_B):
            yield Spot(loop, child)

    def _all(self, place: Place) -> Iterator[Segment]:
        """Segments that are there."""
        trigger = self.trigger
        if trigger is not None and trigger.tag == place.tag:
            found = [trigger]
        elif place.is_named:
            found = place.all_segments(self.loop, LEVEL_B)
        else:
            found = self.loop.segments.get(place.tag) or [
                inner.segments[place.tag][0] for inner in self.loop.loops.get(place.tag, ())
            ]
        yield from (segment for segment in found if place.fits(segment, LEVEL_B))

    def _segment(self, place: Place, shape: Shape) -> Segment | None:
        """The segment a text belongs to, made when there is none."""
        trigger = self.trigger
        if trigger is not None and trigger.tag == place.tag:
            is_meant = (
                not place.at or self.put(trigger, place.at, place.part, place.code) or place.fits(trigger, LEVEL_B)
            )
            return trigger if is_meant else None
        found = list(self._all(place))
        if place.nth:
            while len(found) < place.nth:
                made = self._make(place)
                if made is None:
                    return None
                found.append(made)
            return found[place.nth - 1]
        if found:
            return found[0]
        child = self._child(place.tag)
        lone = self.loop.segments.get(place.tag, ()) if child and child.most == 1 and not child.is_loop else ()
        for segment in lone:  # the only one there may be: it takes the code if it has none
            return segment if self.put(segment, place.at, place.part, place.code) else None
        return self._make(place)

    def _make(self, place: Place) -> Segment | None:
        child = self._child(place.tag)
        if child is None:
            return None
        if child.is_loop:
            if self.is_whole:
                return None
            inner = _opened(child, place)
            self.loop.loops.setdefault(place.tag, []).append(inner.loop)
            return inner.trigger
        segment = Segment([place.tag], 0)
        if place.at:
            self.put(segment, place.at, place.part, place.code)
        self.loop.segments.setdefault(place.tag, []).append(segment)
        return segment


def _but(segment: Segment, element: int, text: str) -> Segment:
    """The segment once more, with another text in one element."""
    return Segment([text if at == element else one for at, one in enumerate(segment.elements)], 0)


def _child_of(node: Node, tag: str) -> Node | None:
    """The first place for a tag inside a loop, behind its trigger; a loop that nests is its own."""
    behind = node.children[1:] if node.parent is not None else node.children
    places = [child for child in behind if child.tag == tag]
    found = next((child for child in places if child.is_home), places[0] if places else None)
    return node if found is None and node.parent is not None and node.tag == tag and node.nests else found


def _opened(node: Node, place: Place) -> Spot:
    trigger = Segment([place.tag], 0)
    loop = Loop()
    loop.segments[place.tag] = [trigger]
    spot = Spot(loop, node)
    if place.at:
        spot.put(trigger, place.at, place.part, place.code)
    if place.key:
        loop.segments[place.key] = [Segment([place.key, place.code], 0)]
    return spot


def _copied(loop: Loop) -> Loop:
    made = Loop()
    for tag, segments in loop.segments.items():
        made.segments[tag] = [Segment(list(one.elements), one.position) for one in segments]
    for tag, loops in loop.loops.items():
        made.loops[tag] = [_copied(inner) for inner in loops]
    return made


def _joined(segments: list[Segment], new: Segment, fresh: list[Segment], count: int, first: int, size: int) -> bool:
    """Whether a segment says what one already there says, or goes on in its repeating part; then that one takes it."""
    if size:
        last = segments[-1] if segments else None
        if last is None or last.elements[:first] != new.elements[:first] or len(last.elements) + size > count + 1:
            return False
        last.elements += [""] * ((first - len(last.elements)) % size)
        last.elements += new.elements[first:]
        return True
    for one in segments:
        if one in fresh:
            continue
        pairs = list(zip(one.elements[1:], new.elements[1:], strict=False))
        same = sum(1 for here, there in pairs if here and here == there)
        if same >= 2 and all(not here or not there or here == there for here, there in pairs):
            one.elements += [""] * (len(new.elements) - len(one.elements))
            for at, value in enumerate(new.elements):
                one.elements[at] = one.elements[at] or value
            return True
    return False


def is_complete(spot: Spot, shape: Shape) -> bool:
    """Whether every segment of a row has what it cannot be without."""
    if spot.lone is not None:
        return all(_at(spot.lone, at) for at in shape.musts(spot.lone.tag))
    todo = [spot.loop]
    while todo:
        loop = todo.pop()
        for tag, segments in loop.segments.items():
            if any(not _at(segment, at) for segment in segments for at in shape.musts(tag)):
                return False
        todo += [inner for loops in loop.loops.values() for inner in loops]
    return True


def _at(segment: Segment, element: int) -> str:
    return segment.elements[element] if element < len(segment.elements) else ""


def _cut(text: str, longest: int) -> list[str]:
    """Parts of a text, cut at blanks where there are any."""
    parts = []
    while len(text) > longest:
        at = text.rfind(" ", 1, longest + 1)
        at = at if at > 0 else longest
        parts.append(text[:at])
        text = text[at:].lstrip(" ")
    return [*parts, text]


def emit(root: Loop, schema_root: Node) -> Iterator[list[str]]:
    """The segments of a tree in the order of its structure, without the set's first and last one.

    Loops that nest get their numbers here: own in element 1, parent's in element 2 (X12 HL, EDIFACT CPS).

    Raises:
        MapError: the tree holds a segment that has no place in the structure.
    """
    count = 0

    def numbered(trigger: Segment, parent: int) -> int:
        nonlocal count
        count += 1
        elements = trigger.elements
        elements += [""] * (3 - len(elements))
        elements[1], elements[2] = str(count), str(parent) if parent else ""
        return count

    def out(loop: Loop, node: Node, parent: int) -> Iterator[list[str]]:
        number = parent
        if node.nests and node.parent is not None:
            number = numbered(loop.segments[node.tag][0], parent)
        placed: set[str] = set()
        for child in node.children:
            if child.tag in placed or (child is not node.children[0] and _child_of(node, child.tag) is not child):
                continue
            placed.add(child.tag)
            for segment in loop.segments.get(child.tag, ()):
                yield segment.elements
            if child.is_loop:
                for inner in loop.loops.get(child.tag, ()):
                    yield from out(inner, child, number)
        if node.nests and node.parent is not None:
            for inner in loop.loops.get(node.tag, ()):
                yield from out(inner, node, number)
            placed.add(node.tag)
        if stray := (loop.segments.keys() | loop.loops.keys()) - placed:
            raise MapError(f"the map puts {', '.join(sorted(stray))} into {node.tag}, which has no place for it")

    yield from out(root, schema_root, 0)
