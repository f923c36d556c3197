"""The short way from a set to its document: by what the map did with sets of the same form before.

The long way (walk, rules, model) stays the only judge. A set takes the short way when its header, each of its lines and
its end match forms that the long way has read without a finding; anything else, a bad value above all, takes the long
way and is told as ever. What the long way read well is learned from, unless sets come in too many forms to be worth it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache, reduce
from itertools import accumulate, pairwise
from operator import or_
from re import Match
from typing import Any

from orders.document import PurchaseOrder
from translators.findings import Code
from translators.interchange import Delimiters
from translators.maps.engine import CompiledMap
from translators.maps.forms import Run, Taken
from translators.maps.parts import Check, check
from translators.maps.recipes import Notes, Recipe, Remembered, recipe
from translators.maps.sections import Fields, left_over
from translators.numbers import Unreadable
from translators.tree import Loop
from translators.x12.stretches import Layout, closing_tags, layout

OUTSIDE = ("channel", "channel_order_id", "partner", "received_at", "test_indicator")
"""The fields of an order that no set tells."""

_MAX_FORMS = 64
"""Of headers, and of lines. More are a partner's machine making each order anew: start over."""
_MAX_SEGMENTS = 200
"""Longer stretches hardly come twice."""
_MAX_LINES = 20_000
_FREE_LESSONS = 16
_SETS_PER_LESSON = 8
"""A lesson costs as much as some five sets read the long way; past the first ones, each must have been earned."""

_MOST_EARNED = _FREE_LESSONS * _SETS_PER_LESSON
_LESSONS_IN_A_SET = 16
_MAX_LAYOUTS = 16

Key = tuple[int, ...]
FoundHeader = tuple[Recipe, tuple[Match[str], Match[str]]]
FoundLine = tuple[Recipe, Match[str]]


def shortcuts(wanted: CompiledMap, set_id: str, delimiters: Delimiters, joint: str) -> Shortcuts | None:
    """What the map has learned for sets laid out like this; None when it has no short way.

    A partner's guide has rules of its own for elements, and forms know the standard's only.
    """
    key, kept = (set_id, delimiters, joint), wanted.memory
    if kept is None or wanted.guide is not None:
        return None
    if key not in kept:
        if len(kept) >= _MAX_LAYOUTS:
            kept.clear()
        tag = _line_tag(wanted)
        closing = closing_tags(set_id, tag) if tag else ()
        kept[key] = Shortcuts(tag, closing, layout(delimiters, joint), _choices(wanted)) if closing else None
    found: Shortcuts | None = kept[key]
    return found


def _line_tag(wanted: CompiledMap) -> str:
    """The tag that begins a line, when lines are read each by itself and nothing else looks into them."""
    lines = wanted.lines
    if wanted.model is not PurchaseOrder or lines is None or not _is_simple(wanted):
        return ""
    row = lines.rows[0]
    each = row.each
    if len(lines.rows) > 1 or each is None or each.loops or each.place.is_choosy:
        return ""
    if row.only_if_none or row.size or row.needs or row.needs_any:
        return ""
    tag = each.place.tag
    looks = reduce(or_, (rows.looks for rows in wanted.rows if rows is not lines), wanted.header.looks)
    return "" if any(step.tag == tag for path in looks.paths for step in (*path.loops, path.place)) else tag


def _is_simple(wanted: CompiledMap) -> bool:
    """No expression of its own, no composites, and nothing in the lines that is told by the header."""
    if any(one.is_from_head for rows in wanted.rows for one in rows.conditions):
        return False
    forms = (form for part in _fields(wanted) for one in part.forms for form in one.every())
    return not any(form.times or form.shape in ("jsonata", "composites", "sum", "first-inside") for form in forms)


def _fields(wanted: CompiledMap) -> Iterator[Fields]:
    yield wanted.header
    for rows in wanted.rows:
        yield from rows.every_fields()


@dataclass(frozen=True, slots=True)
class Chooses:
    """The elements a map chooses by, in any of its rules: their text is part of a form."""

    places: frozenset[tuple[str, int]]
    pairs: frozenset[tuple[str, int]]

    def by(self, tag: str, element: int) -> bool:
        pairs = (tag == one and element >= at and (element - at) % 2 == 0 for one, at in self.pairs)
        return (tag, element) in self.places or any(pairs)


def _choices(wanted: CompiledMap) -> Chooses:
    looks = reduce(or_, (rows.looks for rows in wanted.rows), wanted.header.looks)
    steps = (step for path in looks.paths for step in (*path.loops, path.place))
    pairs = frozenset((path.place.tag, path.element) for path in looks.pairs)
    return Chooses(frozenset((step.tag, step.at) for step in steps if step.at), pairs)


@dataclass(slots=True)
class Lesson:
    """A set that the long way read without a finding, and all it knows of it."""

    text: str
    offset: int
    outside: Mapping[str, Any]
    root: Loop
    run: Run
    data: dict[str, Any]
    order: PurchaseOrder


@dataclass(slots=True)
class Shortcuts:
    """What one map has learned for one set, one choice of separators and one way of breaking lines."""

    tag: str
    closing: tuple[str, ...]
    laid: Layout
    chooses: Chooses
    earned: int = _MOST_EARNED
    lines: dict[Key, list[Recipe]] = field(default_factory=dict)
    headers: dict[Key, list[Recipe]] = field(default_factory=dict)
    _last: Recipe | None = None
    remembered: Remembered = field(default_factory=Remembered)
    _is_trusted: bool = True
    _mark: str = ""
    _ends: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        joint, element = self.laid.joint, self.laid.element
        self._mark = joint + self.tag + element
        self._ends = tuple(joint + tag + element for tag in self.closing)

    @property
    def wants_lessons(self) -> bool:
        return self._is_trusted and self.earned >= _SETS_PER_LESSON

    def order(self, text: str, offset: int, outside: Mapping[str, Any]) -> PurchaseOrder | None:
        """The order, or None when some part of the set has a form we do not know. ``outside`` is not in the set."""
        at = text.find(self._mark)
        if at < 0 or not self._is_trusted:
            return None
        begin = at + len(self.laid.joint)
        lines, end = self._found_lines(text, begin)
        header = self.found_header(text, begin, end) if lines else None
        if header is None:
            return None
        try:
            order = _made(header, lines, offset, outside)
        except ValueError:
            return None
        self.earned = min(self.earned + 1, _MOST_EARNED)
        return order

    def learn(self, lesson: Lesson) -> None:
        """New forms from a set that could not take the short way."""
        if not self.wants_lessons or lesson.run.kept is None:
            return
        self.earned -= _SETS_PER_LESSON
        with suppress(ValueError):
            _Teacher(self, lesson).teach()
        made = self.order(lesson.text, lesson.offset, lesson.outside)
        self._is_trusted = made is None or made == lesson.order

    def found_line(self, text: str, at: int) -> FoundLine | None:
        """The recipe for the line that begins here."""
        for one in self.lines.get(self.line_key(text, at), ()):
            if match := one.forms[0].match(text, at):
                return one, match
        return None

    def found_header(self, text: str, begin: int, end: int) -> FoundHeader | None:
        """The recipe for what is around the lines."""
        for one in self.headers.get(self.header_key(text, begin, end), ()):
            first, last = one.forms
            if (head := first.match(text, 0)) and (tail := last.match(text, end)):
                return one, (head, tail)
        return None

    def line_key(self, text: str, at: int) -> Key:
        """What is quick to count and tells most forms of lines apart."""
        end = text.find(self._mark, at)
        if end < 0:
            end = min((it for one in self._ends if (it := text.find(one, at)) >= 0), default=len(text))
        return text.count(self.laid.element, at, end), text.count(self.laid.joint, at, end)

    def header_key(self, text: str, begin: int, end: int) -> Key:
        element, joint = self.laid.element, self.laid.joint
        return text.count(element, 0, begin), text.count(joint, 0, begin), text.count(element, end)

    def _found_lines(self, text: str, at: int) -> tuple[list[FoundLine], int]:
        """The recipes for all lines, none if one has an unknown form, and where the last of them ends."""
        lines: list[FoundLine] = []
        begins, last = self.tag + self.laid.element, self._last
        for _ in range(_MAX_LINES):
            match = last.forms[0].match(text, at) if last else None
            if last is None or match is None:
                found = self.found_line(text, at)
                if found is None:
                    return [], at
                last, match = found
            lines.append((last, match))
            at = match.end()
            if not text.startswith(begins, at):
                self._last = last
                return lines, at
        return [], at


def _made(header: FoundHeader, lines: list[FoundLine], offset: int, outside: Mapping[str, Any]) -> PurchaseOrder:
    recipe, (head, tail) = header
    made, provenance = [], dict(zip(recipe.names, recipe.sources(offset, head, tail)))  # noqa: B905
    for number, (one, match) in enumerate(lines, 1):
        made.append(one.make(match.groups(), {"line_no": number}))
        provenance.update(zip(one.numbered(number), one.sources(offset, match)))  # noqa: B905
    more = {name: validate(outside[name]) for name, validate in _outside_checks()}
    more["lines"] = tuple(made)
    more["provenance"] = provenance
    order: PurchaseOrder = recipe.make(head.groups() + tail.groups(), more)
    return order


@cache
def _outside_checks() -> tuple[tuple[str, Check], ...]:
    return tuple((name, check(PurchaseOrder, name)) for name in OUTSIDE)


class _Teacher:
    """Writes down the recipes a set has to give that are not known yet."""

    def __init__(self, pupil: Shortcuts, lesson: Lesson) -> None:
        self._pupil, self._lesson = pupil, lesson
        laid = pupil.laid
        texts = lesson.text.split(laid.joint)
        self._segments = {position: one.split(laid.element) for position, one in enumerate(texts, 1)}
        self._offsets = list(accumulate((len(one) + len(laid.joint) for one in texts), initial=0))
        assert lesson.run.kept is not None
        self._taken, self._dropped = _by_line(lesson.run.kept), _by_line(lesson.run.dropped)

    def teach(self) -> None:
        """Raises ValueError at the first stretch that cannot be followed blindly.

        A form that does not match the very text it is made from knows something the long way does not mind: no form.
        """
        pupil, lesson = self._pupil, self._lesson
        starts = [at for at, one in self._segments.items() if one[0] == pupil.tag]
        loops = lesson.root.loops.get(pupil.tag, [])
        ends = (at for at, one in self._segments.items() if one[0] in pupil.closing and starts and at > starts[-1])
        end = next(ends, 0)
        if not end or not len(starts) == len(loops) == len(lesson.order.lines):
            return
        if pupil.found_header(lesson.text, self._offsets[starts[0] - 1], self._offsets[end - 1]) is None:
            self._header(starts[0], end)
        left = _LESSONS_IN_A_SET
        for number, (first, last) in enumerate(pairwise([*starts, end]), 1):
            if left and pupil.found_line(lesson.text, self._offsets[first - 1]) is None:
                self._line(number, first, last)
                left -= 1

    def _header(self, begin: int, end: int) -> None:
        pupil, lesson = self._pupil, self._lesson
        filled = ("lines", "provenance", *lesson.outside)
        notes = Notes(
            sample=lesson.order,
            data={name: value for name, value in lesson.data.items() if name not in filled},
            owner=lesson.data,
            taken=self._taken.get("", []),
            dropped=self._dropped.get("", []),
            left=list(left_over(lesson.root, lesson.run.component)),
            filled=filled,
        )
        stretches = (self._stretch(1, begin), self._stretch(end, len(self._segments) + 1))
        made = self._recipe(notes, stretches, ((pupil.tag,), ()))
        first, last = self._offsets[begin - 1], self._offsets[end - 1]
        if made.forms[0].match(lesson.text, 0) and made.forms[1].match(lesson.text, last):
            _keep(pupil.headers, pupil.header_key(lesson.text, first, last), made)

    def _line(self, number: int, first: int, last: int) -> None:
        pupil, lesson = self._pupil, self._lesson
        prefix, data = f"lines[{number}].", lesson.data["lines"][number - 1]
        notes = Notes(
            sample=lesson.order.lines[number - 1],
            data=data,
            owner=data,
            taken=self._taken.get(prefix, []),
            dropped=self._dropped.get(prefix, []),
            left=list(left_over(lesson.root.loops[pupil.tag][number - 1], lesson.run.component)),
            filled=("line_no",),
            prefix=prefix,
        )
        made = self._recipe(notes, (self._stretch(first, last),), ((pupil.tag, *pupil.closing),))
        if made.forms[0].match(lesson.text, self._offsets[first - 1]):
            _keep(pupil.lines, pupil.line_key(lesson.text, self._offsets[first - 1]), made)

    def _recipe(
        self, notes: Notes, stretches: tuple[dict[int, list[str]], ...], after: tuple[tuple[str, ...], ...]
    ) -> Recipe:
        return recipe(notes, stretches, self._pupil.laid, self._is_pinned, after, self._pupil.remembered)

    def _is_pinned(self, position: int, tag: str, element: int) -> bool:
        return (position, element) in self._lesson.run.ignored or self._pupil.chooses.by(tag, element)

    def _stretch(self, begin: int, end: int) -> dict[int, list[str]]:
        if end - begin > _MAX_SEGMENTS:
            raise Unreadable(Code.VALUE_REFUSED, "a stretch this long hardly comes twice")
        return {position: self._segments[position] for position in range(begin, end)}


def _by_line(taken: list[Taken]) -> dict[str, list[Taken]]:
    """By what the name begins with: ``lines[7].``, or nothing for all others."""
    found: dict[str, list[Taken]] = {}
    for one in taken:
        prefix = one.name[: one.name.index(".") + 1] if one.name.startswith("lines[") else ""
        found.setdefault(prefix, []).append(one)
    return found


def _keep(known: dict[Key, list[Recipe]], key: Key, made: Recipe) -> None:
    if sum(map(len, known.values())) >= _MAX_FORMS:
        known.clear()
    known[key] = [made, *known.get(key, [])]
