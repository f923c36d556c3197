"""Sections of a map: the fields of one thing, and rows of things found by ``each``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from orders.document import Content, Party
from translators.findings import MapError
from translators.maps.conditions import CONDITIONS, Condition, hold
from translators.maps.forms import NOWHERE_ELSE, Apply, Form, Language, Looks, Rule, Run, Target
from translators.maps.kinds import ADDRESS, Kind, kind_of
from translators.maps.paths import Path, nearest
from translators.maps.rules import rule, together
from translators.maps.writes import Constant, constants
from translators.tree import Loop, Segment

_ROLES = [role.value.replace("-", "_") for role in Party.model_fields["role"].annotation or ()]
_OWN_KEYS = frozenset({"each", "group", "apart", "only_if", "needs_any", "write", *CONDITIONS})


@dataclass(frozen=True, slots=True)
class Fields:
    """Rules sorted by the one segment they look at, so that a segment that did not come costs one look."""

    by_tags: tuple[tuple[frozenset[str], tuple[Apply, ...]], ...]
    others: tuple[Apply, ...]
    forms: tuple[Form, ...]
    """The rules as they are written, for the way back."""
    constants: tuple[Constant, ...] = ()
    """What the way back puts beside the fields."""
    looks: Looks = NOWHERE_ELSE

    def fill(self, loop: Loop, out: Target, prefix: str, run: Run) -> None:
        here = loop.segments.keys() | loop.loops.keys() if loop.loops else loop.segments.keys()
        for tags, applies in self.by_tags:
            if not tags.isdisjoint(here):
                for apply in applies:
                    apply(loop, out, prefix, run)
        for apply in self.others:
            apply(loop, out, prefix, run)


def fields(table: dict[str, Any], kind: Kind, language: Language, where: str) -> Fields:
    """Compiles the rules of one section. Raises MapError for a field that does not exist."""
    made: list[Rule] = []
    for key, text in table.items():
        target = kind.words.get(key, key)
        if key == "write":
            continue
        if target not in kind.names:
            raise MapError(f"{where}.{key}: there is no field {key!r}{nearest(key, [*kind.names, *kind.words])}")
        made.append(rule(target, text, language, f"{where}.{key}"))
    by_tags: dict[frozenset[str], list[Apply]] = {}
    others: list[Apply] = []
    for one in (*_shared([one for one in made if one.plain]), *(one for one in made if not one.plain)):
        if one.tags:
            by_tags.setdefault(one.tags, []).append(one.apply)
        else:
            others.append(one.apply)
    looks = reduce(or_, (one.looks for one in made), NOWHERE_ELSE)
    return Fields(
        by_tags=tuple((tags, tuple(applies)) for tags, applies in by_tags.items()),
        others=tuple(others),
        forms=tuple(one.form for one in made),
        constants=constants(table.get("write", {}), language, f"{where}.write"),
        looks=looks,
    )


def _shared(made: list[Rule]) -> list[Rule]:
    """Plain rules on the same segment as one. It must always run when one of them must."""
    by_tag: dict[str, list[Rule]] = {}
    for one in made:
        assert one.plain is not None
        by_tag.setdefault(one.plain.tag, []).append(one)
    return [
        Rule(
            together([one.plain for one in some if one.plain]),
            some[0].form,
            frozenset() if any(not one.tags for one in some) else some[0].tags,
        )
        for some in by_tag.values()
    ]


@dataclass(frozen=True, slots=True)
class Row:
    """One ``each``: where its rows come from and how they are filled."""

    name: str
    each: Path | None
    fields: Fields
    needs: tuple[str, ...]
    needs_any: tuple[str, ...] = ()
    only_if_none: bool = False
    first: int = 0
    size: int = 0
    sums: tuple[Form, ...] = ()
    """Fields that are the sum of a field of the rows inside."""
    conditions: tuple[Condition, ...] = ()
    apart: str = ""
    """The trigger of loops inside: a pass that holds several of them is read as a row for each."""

    @property
    def looks(self) -> Looks:
        own = (self.each,) if self.each else ()
        return Looks((*own, *(one.path for one in self.conditions))) | self.fields.looks

    def passes(self, loop: Loop, component: str) -> Iterator[Loop]:
        """The loops, or lone segments dressed as loops, this row is read from."""
        if self.each is None:
            yield loop
            return
        place = self.each.place
        for home in self.each.home(loop, component) if self.each.loops else (loop,):
            if place.tag in home.loops and not (place.is_named and place.tag in home.segments):
                for found in place.loops(home, component):
                    yield from self._apart(found)
            elif place.tag in home.segments and place.tag not in _NESTING:
                inner = {id(one.segments[place.tag][0]): one for one in home.loops.get(place.tag, ())}
                for segment in place.segments(home, component):
                    yield from (inner[id(segment)],) if id(segment) in inner else self._lone(home, segment)

    def _apart(self, loop: Loop) -> Iterator[Loop]:
        groups = loop.loops.get(self.apart, ())
        if len(groups) < 2:
            yield loop
            return
        for group in groups:
            part = Loop()
            part.segments, part.loops = loop.segments, {**loop.loops, self.apart: [group]}
            yield part

    def _lone(self, home: Loop, segment: Segment) -> Iterator[Loop]:
        if not self.size:
            same = home.segments[segment.tag]
            if len(same) == 1 and same[0] is segment and segment.tag not in home.loops:
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
    """A section that gives rows: lines, parties, references, packages ... ``children`` are the rows inside a row."""

    name: str
    kind: Kind
    rows: tuple[Row, ...]
    by_code: dict[str, Row]
    """Parties of the form ``N1[01=XX]``: the row for a code, found without trying them all."""
    tags: frozenset[str]
    children: tuple[Rows, ...] = ()

    @property
    def looks(self) -> Looks:
        """Everything that decides which rows there are and what is in them."""
        inner = (child.looks for child in self.children)
        return reduce(or_, (*(row.looks for row in self.rows), *inner), NOWHERE_ELSE)

    def every_fields(self) -> Iterator[Fields]:
        """Those of its rows, and of the rows inside."""
        yield from (row.fields for row in self.rows)
        for child in self.children:
            yield from child.every_fields()

    @property
    def conditions(self) -> Iterator[Condition]:
        """All that decide on anything in it."""
        yield from (one for row in self.rows for one in row.conditions)
        yield from (
            one for part in self.every_fields() for form in part.forms for it in form.every() for one in it.conditions
        )
        yield from (one for child in self.children for one in child.conditions)

    def read(self, loop: Loop, prefix: str, run: Run) -> list[Target]:
        """The rows of a loop; ``prefix`` is the path of what holds them, with its dot."""
        path = prefix + self.name
        if self.kind.model is Party:
            return self._parties(loop, path, run)
        found: list[Target] = []
        number, component = self.kind.number, run.component
        for row in self.rows:
            if row.each is not None and not row.each.loops:
                tag = row.each.place.tag
                if tag not in loop.segments and tag not in loop.loops:
                    continue
            if row.only_if_none and found:
                continue
            for inner in row.passes(loop, component):
                if inner.taken or not hold(row.conditions, inner, run.head, component):
                    continue
                out: Target = {}
                here = f"{path}[{len(found) + 1}]."
                row.fields.fill(inner, out, here, run)
                if not _is_whole(out, row, run):
                    continue
                found.append(out)
                if number:
                    out[number] = len(found)
                for child in self.children:
                    if some := child.read(inner, here, run):
                        out[child.name] = some
                for form in row.sums:
                    _from_inside(form, out, here, run)
                if self.kind.keeps and inner is not loop:
                    inner.taken = True
                    if left := by_path(left_over(inner, component), run.is_named):
                        out["extensions"] = left
        return found

    def _parties(self, loop: Loop, path: str, run: Run) -> list[Target]:
        found: list[Target] = []
        for row, inner in self._party_loops(loop, run.component):
            if not hold(row.conditions, inner, run.head, run.component):
                continue
            out: Target = {"role": row.name.replace("_", "-")}
            row.fields.fill(inner, out, f"{path}.{row.name}.", run)
            run.keep()
            if row.each and row.each.place.at and row.each.place.tag in inner.segments:
                inner.segments[row.each.place.tag][0].used |= row.each.place.bits
            address = {name: out.pop(name) for name in tuple(out) if name in ADDRESS}
            if address:
                out["address"] = address
            if len(out) > 1 or inner is not loop:
                found.append(out)
        return found

    def _party_loops(self, loop: Loop, component: str) -> Iterator[tuple[Row, Loop]]:
        for tag in self.tags:
            for inner in loop.loops.get(tag, ()):
                trigger = inner.segments[tag][0]
                row = self.by_code.get(trigger.elements[1].strip() if len(trigger.elements) > 1 else "")
                lone = (one for one in self.rows if one.each and one.each.place.tag == tag and not one.each.loops)
                row = row or next((one for one in lone if one.each and one.each.place.fits(trigger, component)), None)
                if row is not None:
                    yield row, inner
        seen: set[int] = set()
        for row in self.rows:
            each = row.each
            is_lone = each is not None and each.place.tag not in loop.loops
            if each is not None and not (each.loops or each.is_named or is_lone):
                continue
            alone = each.place if each and is_lone and not each.is_named else None
            for inner in row.passes(loop, component):
                known = id(inner.segments[alone.tag][0] if alone else inner)
                # A lone segment that a row knows by its code is not for one that takes any.
                if known in seen and (not alone.at if alone else inner is not loop):
                    continue
                if alone is None or alone.at:
                    seen.add(known)
                yield row, inner


def _from_inside(form: Form, out: Target, here: str, run: Run) -> None:
    """What the line itself does not tell: a quantity is what its deliveries come to, a unit that of the first."""
    name, _, inner = str(form.constant).partition(".")
    values = [row[inner] for row in out.get(name, ()) if inner in row]
    value = sum(values, start=Decimal(0)) if form.shape == "sum" else next(iter(values), form.default)
    if form.target not in out and value is not None:
        out[form.target] = value
        run.provenance[here + form.target] = f"{form.shape.partition('-')[0]} of {form.constant}"


def _is_whole(out: Target, row: Row, run: Run) -> bool:
    """Keeps the row, or forgets it with all it took when it lacks what it cannot be without."""
    whole = all(name in out for name in row.needs)
    if whole and (not row.needs_any or any(name in out for name in row.needs_any)):
        run.keep()
        return True
    run.drop()
    return False


class Left(NamedTuple):
    """Elements of a segment that no rule took, by number; ``path`` is the tags that lead to it."""

    path: str
    segment: Segment
    elements: dict[str, str]


def left_over(loop: Loop, component: str, path: str = "") -> Iterator[Left]:
    """What no rule took, but not in loops that account for themselves."""
    above = path.rpartition("/")[2]
    for tag, segments in loop.segments.items():
        for segment in segments:
            if segment.is_left_over():
                name = path if tag == above else f"{path}/{tag}" if path else tag
                unused = segment.unused(component)
                if tag in _NESTING:
                    unused = _beyond_the_tree(unused, loop)
                if unused and name not in _FRAME:
                    yield Left(name, segment, unused)
    for tag, loops in loop.loops.items():
        for inner in loops:
            if not inner.taken:
                yield from left_over(inner, component, f"{path}/{tag}" if path else tag)


def by_path(left: Iterator[Left], is_named: bool = False) -> dict[str, Any]:
    """What was left, by its path: elements by number, or the texts of a file's names."""
    found: dict[str, Any] = {}
    for one in left:
        found.setdefault(one.path, []).append(one.elements["01"] if is_named else one.elements)
    return found


_NESTING = frozenset({"HL", "CPS"})
"""Segments whose numbers say which loop stands in which: the document says so by its rows. One of them inside another
is one below it, never the same seen again."""


def _beyond_the_tree(unused: dict[str, str], loop: Loop) -> dict[str, str]:
    """What such a segment says besides: its level, if nothing in its loop is understood."""
    is_read = loop.taken or any(one.used for segments in loop.segments.values() for one in segments)
    return {at: value for at, value in unused.items() if at not in ("01", "02", "04") and not (is_read and at == "03")}


_FRAME = frozenset({"ST", "SE", "UNH", "UNT", "UNS", "MHD", "MTR"})
"""Segments around a set; the envelope has read them."""


def rows(name: str, model: type[Content], table: Any, shared: dict[str, Any], language: Language, where: str) -> Rows:
    """Compiles a section of rows. Keys beside an ``each`` are its own; beside none, common to all below.

    ``shared`` are sections that rows inside these have too, unless the section says otherwise.
    """
    if not isinstance(table, dict):
        raise MapError(f"{where}: write [{where}] with each = ...")
    kind = kind_of(model)
    inner = {one: text for one, text in table.items() if one in kind.rows}
    if "references" in kind.rows:
        inner |= {one: text for one, text in shared.items() if one in kind.rows and one not in inner}
    table = {one: text for one, text in table.items() if one not in kind.rows}
    subs = {key: value for key, value in table.items() if isinstance(value, dict) and "each" in value}
    own = {key: value for key, value in table.items() if key not in subs}
    common = own if "each" not in own else {}
    found = [_row(name, where, own, kind, language)] if "each" in own else []
    for key, sub in subs.items():
        if model is Party:
            _check_role(key, where)
        found.append(_row(key, f"{where}.{key}", {**common, **sub}, kind, language))
    if not found:
        raise MapError(f"{where}: no row says each = ...")
    children = tuple(
        rows(one, kind.rows[one], text, shared, language, f"{where}.{one}") for one, text in inner.items() if text
    )
    by_code = _by_code(found) if model is Party else {}
    tags = tuple(row.each.place.tag for row in found if row.each and not (row.each.loops or row.each.is_named))
    return Rows(name, kind, tuple(found), by_code, frozenset(tags), children)


def _row(name: str, where: str, table: dict[str, Any], kind: Kind, language: Language) -> Row:
    each = table["each"]
    if not isinstance(each, str):
        raise MapError(f"{where}.each: write a path such as N1[01=ST]")
    path = None if each == "." else language.located(each, f"{where}.each", needs_element=False)
    own = {key: value for key, value in table.items() if key not in _OWN_KEYS or key == "write"}
    group = table.get("group", {"first": 0, "size": 0})
    if not isinstance(group, dict) or set(group) != {"first", "size"}:
        raise MapError(f"{where}.group: write group = {{ first = 3, size = 2 }}")
    only_if = table.get("only_if")
    if only_if not in (None, "no other schedule", "no other row"):
        raise MapError(f'{where}.only_if: the only condition is "no other row"')
    needs_any = tuple(kind.words.get(one, one) for one in table.get("needs_any", ()))
    compiled = fields(own, kind, language, where)
    sums = tuple(form for form in compiled.forms if form.shape in ("sum", "first-inside"))
    return Row(
        name,
        path,
        compiled,
        kind.needs,
        needs_any,
        only_if_none=only_if is not None,
        first=group["first"],
        size=group["size"],
        sums=sums,
        conditions=language.conditions(table, where),
        apart=_apart(table, where),
    )


def _apart(table: dict[str, Any], where: str) -> str:
    tag = table.get("apart", "")
    if not isinstance(tag, str):
        raise MapError(f'{where}.apart: write the tag of the groups that are rows of their own, apart = "QTY"')
    return tag


def _by_code(found: list[Row]) -> dict[str, Row]:
    codes: dict[str, Row] = {}
    for row in found:
        if row.each and row.each.place.at == 1 and not row.each.loops:
            for code in row.each.place.codes:
                codes.setdefault(code, row)
    return codes


def _check_role(name: str, where: str) -> None:
    if name not in _ROLES:
        raise MapError(f"{where}.{name}: there is no role {name!r}{nearest(name, _ROLES)}")
