"""A map the other way: a document's fields put back into a tree, each to the place it would be read from.

Every rule names places; the first that is free takes the value. A row is tried in each form the map knows for it, and
the one that can carry most of it is taken. What no place can take is told by name, never left out in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from orders.document import Content, Document, Party
from translators.findings import MapError
from translators.maps.conditions import hold
from translators.maps.engine import CompiledMap
from translators.maps.forms import Form
from translators.maps.functions import through
from translators.maps.inverse import CannotSay, key_of, text_of
from translators.maps.kinds import ADDRESS
from translators.maps.paths import Path
from translators.maps.places import Shape, Spot, is_complete
from translators.maps.sections import Fields, Row, Rows
from translators.maps.writes import Constant
from translators.numbers import Unreadable
from translators.structures import Schema
from translators.tree import LEVEL_B, Loop, Segment


@dataclass(slots=True)
class Filled:
    """The tree of a document, and the names of fields that found no place in it or were cut to fit."""

    root: Loop
    lost: list[str] = field(default_factory=list)


def fill(wanted: CompiledMap, document: Document, schema: Schema, shape: Shape, at: datetime) -> Filled:
    """The tree of a document, to be written in the order of the schema. ``at`` is the time of writing.

    Raises:
        MapError: the map is for another document, or names a place that the structure does not have.
    """
    if not isinstance(document, wanted.model):
        raise MapError(f"map {wanted.name} does not write a {document.kind}")
    root = Spot(Loop(), schema.root)
    filler = _Filler(document, shape, at, root.loop)
    filler.thing(wanted.header, wanted.rows, document, root, "")
    filler.constants(wanted.header, root, document, document)
    return Filled(root.loop, sorted(set(filler.lost), key=filler.lost.index))


class _Filler:
    def __init__(self, document: Document, shape: Shape, at: datetime, head: Loop) -> None:
        self._document = document
        self._shape = shape
        self._at = at
        self._head = head
        self.lost: list[str] = []

    def thing(self, fields: Fields, sections: tuple[Rows, ...], item: Content, spot: Spot, prefix: str) -> None:
        """Puts a thing's fields and rows. References come first: fields that are one of them find theirs in place."""
        for section in sections:
            if section.name == "references":
                self.rows(section, item, spot, prefix)
        self.fields(fields, item, spot, prefix)
        for section in sections:
            if section.name != "references":
                self.rows(section, item, spot, prefix)

    def fields(self, fields: Fields, item: Content, spot: Spot, prefix: str) -> None:
        """Puts the fields of one thing; those without a place are lost."""
        for form in sorted(fields.forms, key=lambda one: one.is_late):
            value = _value(item, form.target)
            if value is None or value in ((), "", {}):
                value = next((one.default for one in form.every() if self._holds(one, spot)), None)
                if value is None or not self._must(form, spot):
                    continue
            if not self._put(form, value, spot):
                self.lost.append(prefix + form.target)
        self._unnamed(fields, item, prefix)

    def rows(self, section: Rows, item: Content, spot: Spot, prefix: str) -> None:
        """Puts the rows a thing holds, each in the form that loses least."""
        fresh: list[Segment] = []
        for number, inner in enumerate(_value(item, section.name) or (), 1):
            here = f"{prefix}{section.name}[{number}]."
            if isinstance(inner, Party):
                here = f"{prefix}{section.name}.{inner.role.value.replace('-', '_')}."
                rows = _for_party(section.rows, inner)
            else:  # the whole can be one of many only once
                rows = tuple(row for row in section.rows if number == 1 or row.each is not None)
            best: _Attempt | None = None
            for row in rows:
                attempt = self._attempt(section, row, inner, item, spot, here)
                if attempt and (best is None or attempt.weight < best.weight):
                    best = attempt
                    if best.weight == (0, False):
                        break
            if best is None or (isinstance(inner, Party) and best.is_incomplete):
                self.lost.append(here.rstrip("."))
            else:
                self.lost += best.lost
                best.keep(spot, self._shape, fresh)

    def constants(self, fields: Fields, spot: Spot, item: Content, above: Content) -> None:
        """What the map adds: counts in any case, all else where nothing stands yet."""
        for constant in fields.constants:
            path = constant.path
            for segment in spot.existing(path, self._shape, must=constant.is_must):
                text = self._computed(constant, spot, item, above, segment)
                if constant.beside and not spot.stands(segment, constant.beside):
                    continue
                if constant.without and spot.stands(segment, constant.without):
                    continue
                if constant.how in ("count", "sum"):
                    spot.replace(segment, path.element, path.component, text)
                elif text:
                    spot.put(segment, path.element, path.component, text)

    def _computed(self, constant: Constant, spot: Spot, item: Content, above: Content, segment: Segment) -> str:
        if constant.how == "text":
            return constant.what
        if constant.how == "now":
            now = self._at.replace(second=0, microsecond=0)
            if constant.what == "moment":
                return self._shape.text((), now)
            return self._shape.text((), now.date() if constant.what == "date" else now.time())
        if constant.how == "copy":
            return segment.elements[int(constant.what)] if segment.has(int(constant.what)) else ""
        if constant.how in ("above", "field"):
            value = _value(above if constant.how == "above" else item, constant.what)
            return "" if value is None else self._shape.text((), value)
        if constant.what.isupper():
            return str(_loops(spot.loop, constant.what))
        name, _, inner = constant.what.partition(".")
        found = _value(self._document, name) or ()
        if constant.how == "count":
            return str(len(found))
        return self._shape.text((), sum((_value(one, inner) or Decimal() for one in found), start=Decimal()))

    def _attempt(
        self, section: Rows, row: Row, item: Content, above: Content, spot: Spot, prefix: str
    ) -> _Attempt | None:
        """The row in one of its forms, apart from the tree; None when the structure has no such place."""
        made = spot.row(row.each)
        if made is None or (row.needs_any and not any(_value(item, name) for name in row.needs_any)):
            return None
        trial = _Filler(self._document, self._shape, self._at, self._head)
        trial.thing(row.fields, section.children, item, made, prefix)
        trial.constants(row.fields, made, item, above)
        if not hold(row.conditions, made.loop, self._head, LEVEL_B):
            return None
        lost = trial.lost + [f"{prefix}{name}" for name in section.kind.rows if _has_no_rule(section, name, item)]
        return _Attempt(row, made, lost, _unsaid(row, item), not is_complete(made, self._shape))

    def _holds(self, form: Form, spot: Spot) -> bool:
        return hold(form.conditions, spot.loop, self._head, LEVEL_B)

    def _put(self, form: Form, value: Any, spot: Spot) -> bool:
        if not self._holds(form, spot):
            return False
        if form.shape == "first":
            return any(self._put(one, value, spot) for one in form.choices)
        if form.shape == "constant":
            return bool(value == form.constant)
        if form.shape in ("jsonata", "sum", "first-inside"):
            return form.shape != "jsonata"
        if form.shape == "composites":
            put = [spot.put_composite(form.paths, one.value, one.qualifier, self._shape) for one in value]
            return False not in put
        if form.shape == "ids":
            put = [self._put_id(form, one.qualifier, one.value, spot) for one in value]
            return False not in put
        if form.shape == "pairs":
            put = [self._put_pair(form, (one.qualifier,), one.value, spot) for one in value]
            return False not in put
        try:
            if form.shape == "pair":
                return self._put_pair(form, form.codes, text_of(value), spot)
            value = _divided(value, spot.text(form.times)) if form.times else value
        except CannotSay:
            return False
        ways = [(path, cut) for cut in (False, True) for path in form.paths]
        return any(self._put_at(form, path, value, spot, cut=cut) for path, cut in ways)

    def _put_pair(self, form: Form, codes: tuple[str, ...], value: str, spot: Spot) -> bool:
        return any(spot.put_pair(path, codes, value, self._shape, form.most) for path in form.paths)

    def _put_id(self, form: Form, qualifier: str, value: str, spot: Spot) -> bool:
        ways = (path for code, path in zip(form.codes, form.paths, strict=True) if code == qualifier)
        return any(spot.put_text(path, self._shape.text(path.words, value), self._shape) for path in ways)

    def _put_at(self, form: Form, path: Path, value: Any, spot: Spot, *, cut: bool) -> bool:
        if _reads_as(form, path, spot.text(path)) == value:
            return True  # it stands there already, maybe in the partner's own words
        try:
            code = value if form.table is None else key_of(form.table, value, form.unmatched)
            if path.join:
                texts = [self._shape.text(path.words, one) for one in str(code).split("\n")]
                return spot.put_each(path, texts, self._shape)
            text = self._shape.text(path.words, code)
        except CannotSay:
            if form.nearest and value in form.nearest:
                spot.put_text(path, form.nearest[value], self._shape)
            return False
        if path.words[-1:] == ("lines",):
            return spot.put_lines(path, text.split(LEVEL_B), self._shape, cut=cut)
        return spot.put_text(path, text, self._shape, cut=cut)

    def _must(self, form: Form, spot: Spot) -> bool:
        return any(spot.is_must(path, self._shape) for path in form.paths)

    def _unnamed(self, fields: Fields, item: Content, prefix: str) -> None:
        """Values that no rule of the map speaks of."""
        named = {form.target for form in fields.forms}
        for name in _filled(item):
            if name not in named:
                self.lost.append(prefix + name)


@dataclass(slots=True)
class _Attempt:
    row: Row
    made: Spot
    lost: list[str]
    unsaid: int
    is_incomplete: bool

    @property
    def weight(self) -> tuple[int, bool]:
        return len(self.lost) + self.unsaid, self.is_incomplete

    def keep(self, spot: Spot, shape: Shape, fresh: list[Segment]) -> None:
        spot.attach(self.row.each, self.made, shape, fresh, first=self.row.first, size=self.row.size)


def _divided(value: Any, factor: str | None) -> Any:
    """What a rule with ``times`` would have read. Raises CannotSay when there is no such number."""
    number = Decimal(factor or 1)
    if not number or (value / number) * number != value:
        raise CannotSay
    return value / number


def _reads_as(form: Form, path: Path, text: str | None) -> Any:
    """What the rule would read a text as; None when it says nothing."""
    if text is None or path.join:
        return None
    try:
        result = through(path.functions, text)
    except Unreadable:
        return None
    return result if form.table is None else form.table.get(result, form.default)


def _unsaid(row: Row, item: Content) -> int:
    """How much would be read of the row that the item does not say."""
    constants = [one for one in row.fields.forms if one.shape == "constant" and not one.conditions]
    return sum(1 for one in constants if _value(item, one.target) in (None, (), "", {}))


def _value(item: Content, name: str) -> Any:
    if isinstance(item, Party) and name in ADDRESS:
        return getattr(item.address, name) if item.address else None
    return getattr(item, name)


def _loops(loop: Loop, tag: str) -> int:
    """How many loops of a tag there are, at any depth."""
    inner = [one for loops in loop.loops.values() for one in loops]
    return len(loop.loops.get(tag, ())) + sum(_loops(one, tag) for one in inner)


def _for_party(rows: tuple[Row, ...], party: Party) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.name.replace("_", "-") == party.role.value)


def _has_no_rule(section: Rows, name: str, item: Content) -> bool:
    return bool(getattr(item, name)) and all(child.name != name for child in section.children)


OURS = frozenset(
    {"kind", "schema_version", "provenance", "extensions", "role", "address", "channel", "channel_order_id",
     "partner", "received_at", "test_indicator", "tags", "line_status", "line_no", "schedule_no", "package_no",
     "component_no", "options", "store"}
)  # fmt: skip
"""Fields that are ours, or that the place in the tree says."""


def _filled(item: Content) -> Iterator[str]:
    """Names of the fields with a value that a partner could be told; rows are looked after by their sections."""
    for name in type(item).model_fields:
        value = getattr(item, name)
        is_rows = isinstance(value, tuple) and value and isinstance(value[0], Content) and name != "part_as_ordered"
        if name not in OURS and not is_rows and value is not None and value not in ((), "", {}):
            yield name
    if isinstance(item, Party) and item.address:
        yield from _filled(item.address)
