"""Sections of a map: the fields of one thing, and rows of things found by ``each``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from orders.document import Address, AllowanceCharge, Note, Party, Reference, Schedule
from translators.findings import MapError
from translators.maps.paths import Path, nearest, parse
from translators.maps.rules import NOWHERE_ELSE, Apply, Looks, Rule, Run, Tables, Target, rule, together
from translators.tree import Loop, Segment

_ADDRESS = frozenset(Address.model_fields)
_ROLES = [role.value.replace("-", "_") for role in Party.model_fields["role"].annotation or ()]
_OWN_KEYS = frozenset({"each", "group", "only_if", "needs_any"})


@dataclass(frozen=True, slots=True)
class _Kind:
    """What rows of one section are: field names, the shorter words maps use, and what a row cannot be without."""

    names: frozenset[str]
    words: dict[str, str]
    needs: tuple[str, ...]


_KINDS = {
    "parties": _Kind(
        frozenset(Party.model_fields) - {"role", "address"} | _ADDRESS,
        {"code": "party_code", "code_qualifier": "party_code_qualifier"},
        (),
    ),
    "references": _Kind(
        frozenset(Reference.model_fields),
        {"type": "ref_type", "value": "ref_value", "description": "ref_description", "date": "ref_date"},
        ("ref_type", "ref_value"),
    ),
    "notes": _Kind(
        frozenset(Note.model_fields),
        {"kind": "note_kind", "text": "note_text", "language": "note_language"},
        ("note_kind", "note_text"),
    ),
    "allowances": _Kind(frozenset(AllowanceCharge.model_fields), {}, ("is_charge",)),
    "schedules": _Kind(
        frozenset(Schedule.model_fields) - {"schedule_no", "allowances"},
        {"deliver_by": "requested_delivery_date", "ship_by": "requested_ship_date"},
        ("quantity",),
    ),
    "lines": _Kind(frozenset(), {"price": "price_as_received", "part": "part_as_ordered"}, ()),
}


@dataclass(frozen=True, slots=True)
class Fields:
    """Rules sorted by the one segment they look at, so that a segment that did not come costs one look."""

    by_tags: tuple[tuple[frozenset[str], tuple[Apply, ...]], ...]
    others: tuple[Apply, ...]
    looks: Looks = NOWHERE_ELSE

    def fill(self, loop: Loop, out: Target, prefix: str, run: Run) -> None:
        here = loop.segments.keys() | loop.loops.keys() if loop.loops else loop.segments.keys()
        for tags, applies in self.by_tags:
            if not tags.isdisjoint(here):
                for apply in applies:
                    apply(loop, out, prefix, run)
        for apply in self.others:
            apply(loop, out, prefix, run)


def fields(
    table: dict[str, Any], known: set[str] | frozenset[str], words: dict[str, str], tables: Tables, where: str
) -> Fields:
    """Compiles the rules of one section. Raises MapError for a field that does not exist."""
    made: list[Rule] = []
    for key, text in table.items():
        target = words.get(key, key)
        if target not in known and key not in words:
            raise MapError(f"{where}.{key}: there is no field {key!r}{nearest(key, [*known, *words])}")
        made.append(rule(target, text, tables, f"{where}.{key}"))
    by_tags: dict[frozenset[str], list[Apply]] = {}
    others: list[Apply] = []
    for one in (*_shared([one for one in made if one.plain]), *(one for one in made if not one.plain)):
        if one.tags:
            by_tags.setdefault(one.tags, []).append(one.apply)
        else:
            others.append(one.apply)
    looks = reduce(or_, (one.looks for one in made), NOWHERE_ELSE)
    return Fields(tuple((tags, tuple(applies)) for tags, applies in by_tags.items()), tuple(others), looks)


def _shared(made: list[Rule]) -> list[Rule]:
    """Plain rules on the same segment as one. It must always run when one of them must."""
    by_tag: dict[str, list[Rule]] = {}
    for one in made:
        assert one.plain is not None
        by_tag.setdefault(one.plain.tag, []).append(one)
    return [
        Rule(
            together([one.plain for one in some if one.plain]),
            frozenset() if any(not one.tags for one in some) else some[0].tags,
        )
        for some in by_tag.values()
    ]


@dataclass(frozen=True, slots=True)
class _Row:
    """One ``each``: where its rows come from and how they are filled."""

    name: str
    each: Path | None
    fields: Fields
    needs: tuple[str, ...]
    needs_any: tuple[str, ...] = ()
    only_if_none: bool = False
    first: int = 0
    size: int = 0

    @property
    def looks(self) -> Looks:
        return Looks((self.each,) if self.each else ()) | self.fields.looks

    def passes(self, loop: Loop) -> Iterator[Loop]:
        """The loops, or lone segments dressed as loops, this row is read from."""
        if self.each is None:
            yield loop
            return
        place = self.each.place
        for home in self.each.home(loop) if self.each.loops else (loop,):
            if place.tag in home.loops:
                yield from place.loops(home)
            elif place.tag in home.segments:
                for segment in place.segments(home):
                    yield from self._lone(home, segment)

    def _lone(self, home: Loop, segment: Segment) -> Iterator[Loop]:
        if not self.size:
            if home.segments[segment.tag][0] is segment and len(home.segments[segment.tag]) == 1:
                yield home
            else:
                yield _around(segment)
            return
        elements, last = segment.elements, self.first + self.size
        for start in range(self.first, len(elements), self.size):
            part = elements[start : start + self.size]
            if any(part):
                lone = Segment([*elements[: self.first], *part], segment.position)
                lone.first, lone.moved = self.first, start - self.first
                yield _around(lone)
                for at in range(1, last):
                    segment.used |= (lone.used >> at & 1) << lone.origin_of(at)[1]


def _around(segment: Segment) -> Loop:
    loop = Loop()
    loop.segments[segment.tag] = [segment]
    return loop


@dataclass(frozen=True, slots=True)
class Rows:
    """A section that gives rows: lines, parties, references, notes, allowances, schedules."""

    kind: str
    rows: tuple[_Row, ...]
    by_code: dict[str, _Row]
    """Parties of the form ``N1[01=XX]``: the row for a code, found without trying them all."""
    tags: frozenset[str]

    @property
    def looks(self) -> Looks:
        """Everything that decides which rows there are and what is in them."""
        return reduce(or_, (row.looks for row in self.rows), NOWHERE_ELSE)

    def passes(self, loop: Loop, path: str, run: Run) -> Iterator[tuple[Target, Loop]]:
        """Each row with the loop it was read from."""
        count = 0
        for row in self.rows:
            if row.only_if_none and count:
                continue
            for inner in row.passes(loop):
                out: Target = {}
                row.fields.fill(inner, out, f"{path}[{count + 1}].", run)
                if _is_whole(out, row, run):
                    count += 1
                    yield out, inner

    def read(self, loop: Loop, path: str, run: Run) -> list[Target]:
        if self.kind == "parties":
            return self._parties(loop, path, run)
        found: list[Target] = []
        for row in self.rows:
            if row.each is not None and not row.each.loops:
                tag = row.each.place.tag
                if tag not in loop.segments and tag not in loop.loops:
                    continue
            if row.only_if_none and found:
                continue
            for inner in row.passes(loop):
                out: Target = {}
                row.fields.fill(inner, out, f"{path}[{len(found) + 1}].", run)
                if _is_whole(out, row, run):
                    found.append(out)
                    if self.kind == "schedules":
                        out["schedule_no"] = len(found)
        return found

    def _parties(self, loop: Loop, path: str, run: Run) -> list[Target]:
        found: list[Target] = []
        for tag in self.tags:
            for inner in loop.loops.get(tag, ()):
                trigger = inner.segments[tag][0]
                row = self.by_code.get(trigger.elements[1].strip() if len(trigger.elements) > 1 else "")
                row = row or next((one for one in self.rows if one.each and one.each.place.fits(trigger)), None)
                if row is None:
                    continue
                out: Target = {"role": row.name.replace("_", "-")}
                row.fields.fill(inner, out, f"{path}.{row.name}.", run)
                run.keep()
                if row.each and row.each.place.at:
                    trigger.used |= row.each.place.bits
                address = {name: out.pop(name) for name in tuple(out) if name in _ADDRESS}
                if address:
                    out["address"] = address
                found.append(out)
        return found


def _is_whole(out: Target, row: _Row, run: Run) -> bool:
    """Keeps the row, or forgets it with all it took when it lacks what it cannot be without."""
    whole = all(name in out for name in row.needs)
    if whole and (not row.needs_any or any(name in out for name in row.needs_any)):
        run.keep()
        return True
    run.drop()
    return False


def rows(kind: str, table: Any, tables: Tables, where: str, known: set[str] | None = None) -> Rows:
    """Compiles a section of rows. Keys beside an ``each`` are its own; beside none, common to all below."""
    if not isinstance(table, dict):
        raise MapError(f"{where}: write [{where}] with each = ...")
    spec = _KINDS[kind]
    names = known if known is not None else spec.names
    if kind == "lines":
        names = names | {"part_as_ordered", "price_as_received"}
    subs = {key: value for key, value in table.items() if isinstance(value, dict) and "each" in value}
    own = {key: value for key, value in table.items() if key not in subs}
    common = own if "each" not in own else {}
    found = [_row(kind, where, own, names, spec, tables)] if "each" in own else []
    for name, sub in subs.items():
        if kind == "parties":
            _check_role(name, where)
        found.append(_row(name, f"{where}.{name}", {**common, **sub}, names, spec, tables))
    if not found:
        raise MapError(f"{where}: no row says each = ...")
    by_code = _by_code(found) if kind == "parties" else {}
    tags = frozenset(row.each.place.tag for row in found if row.each and not row.each.loops)
    return Rows(kind, tuple(found), by_code, tags)


def _row(
    name: str, where: str, table: dict[str, Any], names: set[str] | frozenset[str], spec: _Kind, tables: Tables
) -> _Row:
    each = table["each"]
    if not isinstance(each, str):
        raise MapError(f"{where}.each: write a path such as N1[01=ST]")
    try:
        path = None if each == "." else parse(each, needs_element=False)
    except MapError as error:
        raise MapError(f"{where}.each: {error}") from None
    own = {key: value for key, value in table.items() if key not in _OWN_KEYS}
    group = table.get("group", {"first": 0, "size": 0})
    if not isinstance(group, dict) or set(group) != {"first", "size"}:
        raise MapError(f"{where}.group: write group = {{ first = 3, size = 2 }}")
    only_if = table.get("only_if")
    if only_if not in (None, "no other schedule"):
        raise MapError(f'{where}.only_if: the only condition is "no other schedule"')
    needs_any = tuple(spec.words.get(one, one) for one in table.get("needs_any", ()))
    compiled = fields(own, names, spec.words, tables, where)
    return _Row(name, path, compiled, spec.needs, needs_any, only_if is not None, group["first"], group["size"])


def _by_code(found: list[_Row]) -> dict[str, _Row]:
    codes: dict[str, _Row] = {}
    for row in found:
        if row.each and row.each.place.at == 1 and not row.each.loops:
            for code in row.each.place.codes:
                codes.setdefault(code, row)
    return codes


def _check_role(name: str, where: str) -> None:
    if name not in _ROLES:
        raise MapError(f"{where}.{name}: there is no role {name!r}{nearest(name, _ROLES)}")
