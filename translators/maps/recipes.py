"""What a map did with one stretch of a set, written down so that it can be done again for the next of the same form.

A map runs rule by rule and looks where it must. But for segments of one form it always takes the same elements to the
same fields: :class:`Notes` are what it took from one set, :func:`recipe` makes of them a pattern and a :class:`Part`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import add, getitem
from re import Match
from typing import Any

from orders.document import Content
from translators.findings import Code
from translators.maps.forms import Convert, Joined, Run, Taken
from translators.maps.parts import Check, Part, PartRows, Pick, Rest, Values, check, pick, text_limit
from translators.maps.sections import Left
from translators.numbers import Unreadable
from translators.tree import Segment
from translators.x12.elements import check_kind
from translators.x12.stretches import Form, Layout, Place, form, is_text, spec_of

Join = Callable[[Sequence[Any]], Any]
_MAX_NUMBERS = 50
"""Lines whose names are kept ready for the next order."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What all recipes of a map share: values by conversion and field, and rows that came before."""

    values: dict[tuple[Any, ...], Values] = field(default_factory=dict)
    rows: dict[Any, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Notes:
    """What the map took from some stretches of a set, and what it made of that."""

    sample: Content
    data: dict[str, Any]
    owner: dict[str, Any]
    """What the rules filled: ``data``, or the whole of which it is a part."""
    taken: list[Taken]
    dropped: list[Taken]
    left: list[Left]
    filled: tuple[str, ...] = ()
    """Fields that somebody else fills."""
    prefix: str = ""
    """What the names of fields begin with and shall not."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make one part of a document from the matches of its forms."""

    forms: tuple[Form, ...]
    part: Part
    texts: Pick
    values: tuple[Values, ...]
    joins: tuple[Join, ...]
    """Their values stand behind all others, the last first."""
    heads: tuple[tuple[tuple[int, int], ...], ...]
    """For each form and in it each segment that gives a field: a group, and how far before it the segment begins."""
    names: tuple[str, ...]
    labels: tuple[str, ...]
    """What comes before the offset: the element and its @."""
    ends: Pick
    by_number: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def make(self, groups: tuple[str, ...], more: Mapping[str, Any]) -> Any:
        """The part. Raises ValueError for a text that its field cannot take, or not without a word about it."""
        every = groups + tuple(map(getitem, self.values, self.texts(groups)))
        if self.joins:
            every += tuple([join(groups) for join in self.joins])
        return self.part.make(every, more)

    def numbered(self, number: int) -> tuple[str, ...]:
        """The names of the fields as those of a line."""
        names = self.by_number.get(number)
        if names is None:
            names = tuple([f"lines[{number}].{name}" for name in self.names])
            if number <= _MAX_NUMBERS:
                self.by_number[number] = names
        return names

    def sources(self, offset: int, match: Match[str], last: Match[str] | None = None) -> map[str]:
        """Where each of ``names`` came from; ``offset`` is where the matched text begins in the file."""
        start = match.start
        ends = [str(offset + start(group) - before) for group, before in self.heads[0]]
        if last is not None:
            start = last.start
            ends += [str(offset + start(group) - before) for group, before in self.heads[1]]
        ends.append("")
        return map(add, self.labels, self.ends(ends))


def recipe(
    notes: Notes,
    stretches: tuple[Mapping[int, list[str]], ...],
    laid: Layout,
    pinned: Callable[[int, str, int], bool],
    after: tuple[tuple[str, ...], ...],
    remembered: Remembered,
) -> Recipe:
    """Raises ValueError for notes that cannot be followed blindly."""
    making = _Making(notes, {position: one for some in stretches for position, one in some.items()}, remembered)
    part = making.whole()
    making.check_others()
    made = tuple(
        form(some, laid, pinned, making.limits, frozenset(making.loose), follows)
        for some, follows in zip(stretches, after, strict=True)
    )
    sources = {one.name.removeprefix(notes.prefix): one for one in notes.taken}
    positions = sorted({one.segment.position for one in sources.values() if one.segment})
    order = {position: at for at, position in enumerate(positions)}
    ends = tuple(order[one.segment.position] if one.segment else len(order) for one in sources.values())
    return Recipe(
        forms=made,
        part=part,
        texts=pick(tuple(making.texts)),
        values=tuple(making.values),
        joins=tuple(reversed(making.joins)),
        heads=tuple(tuple(one.heads[position] for position in positions if position in one.heads) for one in made),
        names=tuple(sources),
        labels=tuple(f"{one.label}@" if one.segment else one.label for one in sources.values()),
        ends=pick(ends),
    )


class _Making:
    """Gives every value its slot: groups of the forms first, then texts turned to values, then joined ones."""

    def __init__(self, notes: Notes, segments: dict[int, list[str]], remembered: Remembered) -> None:
        self.segments = segments
        self.limits: dict[Place, int] = {}
        self.loose: set[Place] = set()
        self.texts: list[int] = []
        self.values: list[Values] = []
        self.joins: list[Join] = []
        self._remembered = remembered
        self._notes = notes
        places = ((at, el) for at, one in segments.items() for el, text in enumerate(one) if el and text)
        self._groups = {place: index for index, place in enumerate(places)}
        self._taken: dict[tuple[int, str], list[Taken]] = {}
        self._used: set[int] = set()
        for one in notes.taken:
            if one.component:
                raise Unreadable(Code.VALUE_REFUSED, "components are looked for anew each time")
            if one.segment is not None:
                self._taken.setdefault((id(one.out), one.target), []).append(one)

    def whole(self) -> Part:
        """The part the notes are about."""
        notes, rest = self._notes, Rest()
        for path, segment, elements in notes.left:
            slots = tuple(self._groups[segment.position, int(key)] for key in elements)
            rest[path] = (*rest.get(path, ()), (tuple(elements), slots))
        return self._part(notes.sample, notes.data, notes.owner, rest, notes.filled)

    def check_others(self) -> None:
        """What was converted and then not used must be convertible all the same: else there is a finding to make."""
        for one in chain(self._notes.taken, self._notes.dropped):
            if one.segment and one.how and not isinstance(one.how, Joined) and id(one) not in self._used:
                self._slot(one, None, "")

    def _part(
        self, sample: Content, data: dict[str, Any], owner: dict[str, Any], rest: Rest, more: tuple[str, ...] = ()
    ) -> Part:
        """``owner`` is what the rules filled; an address was filled as part of its party."""
        slots: dict[str, int] = {}
        parts: dict[str, Any] = {}
        for name, raw in data.items():
            value = getattr(sample, name)
            if some := self._taken.get((id(owner), name)):
                self._used.add(id(some[-1]))
                slots[name] = self._slot(some[-1], type(sample), name, some)
            elif isinstance(value, Content):
                parts[name] = self._part(value, raw, owner if name == "address" else raw, {})
            elif isinstance(value, tuple) and value and isinstance(value[0], Content):
                parts[name] = PartRows(
                    [self._part(one, row, row, {}) for one, row in zip(value, raw, strict=True)], self._remembered.rows
                )
        return Part(sample, slots, parts, rest, more)

    def _slot(self, one: Taken, model: type[Content] | None, field: str, some: Sequence[Taken] = ()) -> int:
        assert one.segment is not None
        if isinstance(one.how, Joined):
            chosen = pick(tuple(self._group(part) for part in reversed(some)))
            count, join = len(some), one.how.join
            convert = check(model, field) if model else str
            self.joins.append(lambda groups: convert(join(list(chosen(groups)[:count]))))
            return -len(self.joins)
        place = one.segment.origin_of(one.element)
        spec, group = spec_of(one.segment.tag, place[1]), self._group(one)
        limit = text_limit(model, field) if model and one.how is None else None
        if limit is not None and is_text(spec):
            self.limits[place] = min(limit, self.limits.get(place, limit))
            return group
        if spec.kind == "dt":
            self.loose.add(place)
        key = (one.how, model, field, spec.kind)
        if key not in self._remembered.values:
            self._remembered.values[key] = Values(_conversion(*key))
        self.texts.append(group)
        self.values.append(self._remembered.values[key])
        return len(self._groups) + len(self.values) - 1

    def _group(self, one: Taken) -> int:
        assert one.segment is not None
        return self._groups[one.segment.origin_of(one.element)]


def _conversion(how: Convert | None, model: type[Content] | None, field: str, kind: str) -> Check:
    """From the text of an element of this kind to the value of a field; of none, to see that it can be read."""
    validate = check(model, field) if model else None
    run, is_checked = Run([], ""), kind in ("dt", "tm")

    def work_out(text: str) -> Any:
        if is_checked:
            check_kind(kind, text)
        value = how(text, _NO_SEGMENT, run) if how else text
        if value is None or run.findings:
            run.findings.clear()
            raise Unreadable(Code.VALUE_REFUSED, "the map has something to say about it")
        return validate(value) if validate else value

    return work_out


_NO_SEGMENT = Segment([""], 0)
