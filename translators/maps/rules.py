"""Rules: each puts one value of a loop into one field. Made once from the map's text, run for every order."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import reduce
from operator import or_
from typing import Any

from translators.findings import Code, Finding, MapError, Where
from translators.maps.conditions import hold
from translators.maps.escape import jsonata_rule
from translators.maps.forms import (
    MAX_PAIRS,
    NOWHERE_ELSE,
    Apply,
    Form,
    Joined,
    Language,
    Looks,
    Plain,
    Rule,
    Run,
    Taken,
    Target,
)
from translators.maps.functions import JOINS, through
from translators.maps.paths import Path, nearest
from translators.maps.values import ROWS_OF_VALUES, ids_form, values_rule
from translators.numbers import Unreadable
from translators.tree import BLANKS, Loop, Segment

_FORM_KEYS = frozenset(
    {
        "from",
        "table",
        "nearest",
        "default",
        "unmatched",
        "pairs",
        "pair",
        "composites",
        "resolve",
        "missing",
        "value",
        "jsonata",
        "sum",
        "first",
        "ids",
        "when",
        "unless",
        "times",
        "most",
    }
)
_UNMATCHED = ("warn", "leave", "keep", "reject")
_MISSING = ("leave", "reject", "price-list")
_RESOLVE = ("part",)


def rule(target: str, text: Any, language: Language, where: str) -> Rule:
    """The rule for a field. ``where`` names the key for error messages."""
    if isinstance(text, list) and any(isinstance(one, dict) for one in text):
        return _first([rule(target, one, language, where) for one in text])
    if isinstance(text, str | list):
        text = {"from": text}
    if not isinstance(text, dict):
        raise MapError(f"{where}: write a path, a list of paths, or a table such as {{ from = ..., table = ... }}")
    for key in text:
        if key not in _FORM_KEYS:
            raise MapError(f"{where}: there is no {key!r} here{nearest(key, _FORM_KEYS)}")
    made = _rule(_form(target, text, language, where), where)
    if made.form.times:
        made = _multiplied(made, made.form.times)
    return _conditional(made) if made.form.conditions else made


def _rule(form: Form, where: str) -> Rule:
    """The rule of a form, whatever its conditions."""
    if form.shape == "constant":
        return Rule(_constant(form), form)
    if form.shape in ("sum", "first-inside"):
        return Rule(_later, form)
    if form.shape == "jsonata":
        return Rule(jsonata_rule(form.target, form.constant, where), form)
    if form.shape in ROWS_OF_VALUES:
        begins = form.paths if form.shape in ("pairs", "pair") else ()
        return Rule(values_rule(form), form, _tags(form.paths), looks=Looks(form.paths, begins))
    target = form.target
    must_run = form.default is not None or form.missing != "leave"
    apply, first = _apply(form), form.paths[0]
    is_plain = len(form.paths) == 1 and not (
        first.loops or first.join or first.component or first.parts or first.place.is_choosy
    )
    plain = None
    if is_plain:
        plain = Plain(first.place.tag, first.element, target, _converter(first, form), form.default, apply, first.label)
    return Rule(apply, form, frozenset() if must_run else _tags(form.paths), plain, Looks(form.paths))


def _first(rules: list[Rule]) -> Rule:
    """Several rules for one field: the first that has a value gives it."""
    target, applies = rules[0].form.target, tuple(one.apply for one in rules)

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        for one in applies:
            one(loop, out, prefix, run)
            if target in out:
                return

    forms = tuple(one.form for one in rules)
    tags = frozenset() if any(not one.tags for one in rules) else frozenset().union(*(one.tags for one in rules))
    paths = tuple(path for one in forms for path in one.paths)
    return Rule(apply, Form(target, "first", paths, choices=forms), tags, looks=_all(one.looks for one in rules))


def _conditional(made: Rule) -> Rule:
    """The rule, asked only where its conditions hold."""
    conditions, inner = made.form.conditions, made.apply

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        if hold(conditions, loop, run.head, run.component):
            inner(loop, out, prefix, run)

    looks = made.looks | Looks(tuple(one.path for one in conditions))
    return Rule(apply, made.form, made.tags, looks=looks)


def _multiplied(made: Rule, factor: Path) -> Rule:
    """The rule, and its value times the number that stands at another place, if one does."""
    target, read = made.form.target, _reader("factor", factor, Form("factor", paths=(factor,)))

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        found: Target = {}
        before = len(run.pending)
        made.apply(loop, out, prefix, run)
        taken = len(run.pending)
        read(loop, found, prefix, run)
        del run.pending[taken:]
        if taken > before and target in out and "factor" in found:
            out[target] *= found["factor"]

    return Rule(apply, made.form, made.tags, looks=made.looks | Looks((factor,)))


def _all(looks: Iterable[Looks]) -> Looks:
    return reduce(or_, looks, NOWHERE_ELSE)


def together(rules: list[Plain]) -> Apply:
    """One look at a segment for all the plain rules on it; each value it lacks is left to the rule's own way."""
    tag = rules[0].tag
    specs = [
        (one.element, one.target, one.label, 1 << one.element, one.convert, one.default, one.otherwise)
        for one in sorted(rules, key=lambda one: one.element)
    ]

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        found = loop.segments.get(tag)
        if found is None:
            inner = loop.loops.get(tag)
            if inner is None:
                for *_, otherwise in specs:
                    otherwise(loop, out, prefix, run)
                return
            found = inner[0].segments[tag]
        segment = found[0]
        elements, pending = segment.elements, run.pending
        count = len(elements)
        for element, target, label, bits, convert, default, otherwise in specs:
            value = elements[element].strip(BLANKS) if element < count else ""
            if not value:
                otherwise(loop, out, prefix, run)
                continue
            if convert:
                value = convert(value, segment, run)
                if value is None:
                    if default is not None:
                        out[target] = default
                        pending.append(Taken(None, 0, prefix + target, "default", out, target))
                    continue
            out[target] = value
            pending.append(Taken(segment, bits, prefix + target, label, out, target, element, convert))

    return apply


def _tags(paths: tuple[Path, ...]) -> frozenset[str]:
    """The tags of which one must be here for any of the paths to lead anywhere."""
    return frozenset(path.loops[0].tag if path.loops else path.place.tag for path in paths)


def _form(target: str, text: dict[str, Any], language: Language, where: str) -> Form:
    conditions = language.conditions(text, where)
    if "value" in text:
        constant = text["value"]
        constant = tuple(constant) if isinstance(constant, list) else constant
        return Form(target, "constant", constant=constant, conditions=conditions)
    if "sum" in text:
        return Form(target, "sum", constant=text["sum"])
    if "first" in text:
        return Form(target, "first-inside", constant=text["first"], default=text.get("default"))
    if "ids" in text:
        return ids_form(target, text["ids"], language, where)
    if "jsonata" in text:
        return Form(target, "jsonata", constant=text["jsonata"])
    sources = text.get("from")
    sources = [sources] if isinstance(sources, str) else sources
    if not sources or not all(isinstance(source, str) for source in sources):
        raise MapError(f"{where}: 'from' must be a path or a list of paths")
    name = text.get("table", "")
    near = text.get("nearest", "")
    for one in (name, near):
        if one and one not in language.tables:
            raise MapError(f"{where}: there is no [tables.{one}]{nearest(one, language.tables)}")
    for key, allowed in (("unmatched", _UNMATCHED), ("missing", _MISSING), ("resolve", _RESOLVE)):
        if key in text and text[key] not in allowed:
            raise MapError(f"{where}: {key} must be one of {', '.join(allowed)}")
    shape = next((one for one in ROWS_OF_VALUES if one in text), "value")
    codes = text.get(shape, [])
    codes = [codes] if isinstance(codes, str) else codes
    if not isinstance(codes, list) or not all(isinstance(one, str) for one in codes):
        raise MapError(f"{where}: write the qualifiers as a list of texts")
    return Form(
        target,
        shape,
        paths=tuple(language.located(source, where) for source in sources),
        table=language.tables.get(name) if name else None,
        table_name=name,
        nearest=language.tables.get(near) if near else None,
        default=text.get("default"),
        unmatched=text.get("unmatched", "warn"),
        missing=text.get("missing", "leave"),
        codes=tuple(codes),
        conditions=conditions,
        times=_times(text, language, where),
        most=_most(text, where),
    )


def _most(text: dict[str, Any], where: str) -> int:
    most = text.get("most", MAX_PAIRS)
    if not isinstance(most, int) or not 0 < most <= MAX_PAIRS:
        raise MapError(f"{where}: most is how many pairs there are, {MAX_PAIRS} at most")
    return most


def _times(text: dict[str, Any], language: Language, where: str) -> Path | None:
    if "times" not in text:
        return None
    path = language.located(f"{text['times']} | decimal", where)
    if path.join:
        raise MapError(f"{where}: times is one place with a number, such as PO4.01")
    return path


def _later(loop: Loop, out: Target, prefix: str, run: Run) -> None:
    """A sum is made once the rows it is of are there: see :meth:`translators.maps.sections.Rows.read`."""


def _constant(form: Form) -> Apply:
    target, kept = form.target, form.constant

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        out[target] = kept

    return apply


def _apply(form: Form) -> Apply:
    """The first path that has a value gives it."""
    target = form.target
    readers = tuple(_reader(target, path, form) for path in form.paths)
    ways = tuple((next(iter(_tags((path,)))), reader) for path, reader in zip(form.paths, readers, strict=True))
    default, missing, first = form.default, form.missing, form.paths[0]
    if len(readers) == 1 and default is None and missing == "leave":
        return readers[0]

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        segments, loops = loop.segments, loop.loops
        for tag, reader in ways:
            if (tag in segments or tag in loops) and reader(loop, out, prefix, run):
                if default is None or target in out:
                    return
                break
        if default is not None:
            out[target] = default
            run.pending.append(Taken(None, 0, prefix + target, "default", out, target))
        elif missing == "price-list":
            run.pending.append(Taken(None, 0, prefix + target, "price-list", out, target))
        elif missing == "reject":
            _missing(first, loop, run)

    return apply


def _missing(path: Path, loop: Loop, run: Run) -> None:
    anchor = next((segment for segments in loop.segments.values() for segment in segments), None)
    position = anchor.position if anchor else None
    here = next(iter(path.place.segments(loop, run.component)), None)
    element = path.element if here and not path.is_named else None
    where = Where(path.place.tag, here.position if here else position, element)
    if (where.position, where.element) not in run.known:
        run.findings.append(Finding(Code.ELEMENT_MISSING, f"{path.label} is missing and the order needs it", where))


Reader = Callable[[Loop, Target, str, Run], bool]


def _reader(target: str, path: Path, form: Form) -> Reader:
    """Reads one path; True when it had a value, readable or not."""
    if path.join:
        return _joining_reader(target, path)
    convert = _converter(path, form)
    place, element, component, label = path.place, path.element, path.component, path.label
    bits, homes = path.bits, path.home if path.loops else None
    tag, at, codes, plain = place.tag, place.at, place.codes, not (place.nth or path.loops or place.part)

    def read(loop: Loop, out: Target, prefix: str, run: Run) -> bool:
        segments = loop.segments.get(tag) if plain else None
        if segments is None:
            if plain and tag not in loop.loops:
                return False
            here = homes(loop, run.component) if homes else (loop,)
            segments = [one for home in here for one in place.segments(home, run.component)]
        for segment in segments:
            elements = segment.elements
            if element >= len(elements) or (plain and at and elements[at].strip(BLANKS) not in codes):
                continue
            value = elements[element]
            if component:
                parts = value.split(run.component)
                value = parts[component - 1] if component <= len(parts) else ""
            value = value.strip(BLANKS)
            if not value:
                continue
            result = convert(value, segment, run) if convert else value
            if result is not None:
                out[target] = result
                name = prefix + target
                run.pending.append(Taken(segment, bits, name, label, out, target, element, convert, component))
            return True
        return False

    return read


def _converter(path: Path, form: Form) -> Callable[[str, Segment, Run], Any] | None:
    """What is done with a value once it is found; None when it is taken as it stands."""
    if not path.functions and form.table is None:
        return None
    functions, table, unmatched, element = path.functions, form.table, form.unmatched, path.element

    def convert(value: str, segment: Segment, run: Run) -> Any:
        try:
            result = through(functions, value)
        except Unreadable as reason:
            run.add(reason.code, str(reason), segment, element, value)
            return None
        if result is None:
            run.ignored.add(segment.origin_of(element))
        if table is None or result is None:
            return result
        if result in table:
            return table[result]
        return _not_in_table(value, segment, run)

    def _not_in_table(value: str, segment: Segment, run: Run) -> Any:
        if unmatched == "keep":
            return value
        if unmatched == "reject":
            run.add(Code.CODE_UNKNOWN, f"is not in table {form.table_name}", segment, element, value)
        elif unmatched == "warn":
            kept = "the default was taken" if form.default is not None else "the field stays empty"
            run.add(Code.CODE_NOT_IN_TABLE, f"is not in table {form.table_name}, {kept}", segment, element, value)
        else:
            run.ignored.add(segment.origin_of(element))
        return None

    return convert


def _joining_reader(target: str, path: Path) -> Reader:
    place, element = path.place, path.element
    join = _join_after(path)
    how = Joined(join)
    bits = path.bits

    def read(loop: Loop, out: Target, prefix: str, run: Run) -> bool:
        found = [
            segment
            for home in path.home(loop, run.component)
            for segment in place.segments(home, run.component)
            if element < len(segment.elements) and segment.elements[element].strip(BLANKS)
        ]
        text = join([segment.elements[element].strip(BLANKS) for segment in found]) if found else None
        if text is None:
            return False
        out[target] = text
        name, label = prefix + target, path.label
        run.pending.extend(Taken(segment, bits, name, label, out, target, element, how) for segment in reversed(found))
        return True

    return read


def _join_after(path: Path) -> Callable[[list[str]], str | None]:
    """The join of a path, each text put through the path's functions first."""
    join, functions = JOINS[path.join], path.functions
    if not functions:
        return join

    def join_after(texts: list[str]) -> str | None:
        made = [one for text in texts if (one := through(functions, text)) is not None]
        return join(made) if made else None

    return join_after
