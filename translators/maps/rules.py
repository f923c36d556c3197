"""Rules: each puts one value of a loop into one field. Made once from the map's text, run for every order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from translators.findings import Code, Finding, MapError, Where, shown
from translators.maps.functions import JOINS
from translators.maps.paths import Path, nearest, parse
from translators.numbers import Unreadable
from translators.tree import Loop, Segment

Tables = dict[str, dict[str, Any]]


Target = dict[str, Any]


class Taken(NamedTuple):
    """One value a rule has taken: from which element of which segment, and into which field of what."""

    segment: Segment | None
    """None: from no segment, a default."""
    bits: int
    """The elements of the segment that are used by it."""
    name: str
    label: str
    out: Target
    target: str
    element: int = 0
    how: Convert | Joined | None = None
    """What was done with the text; None when it was taken as it stands."""
    component: int = 0


@dataclass(frozen=True, slots=True)
class Joined:
    """The texts of several segments made one."""

    join: Callable[[list[str]], str | None]


@dataclass(slots=True)
class Run:
    """One document being made: where its fields came from, and what could not be read."""

    offsets: list[int]
    component: str
    findings: list[Finding] = field(default_factory=list)
    provenance: dict[str, str] = field(default_factory=dict)
    pending: list[Taken] = field(default_factory=list)
    """What the row being read has taken. Kept or forgotten together."""
    known: frozenset[tuple[int | None, int | None]] = frozenset()
    """Places (position, element) that already have a finding of their own."""
    kept: list[Taken] | None = None
    """Everything taken for good, when somebody wants to learn from it (:mod:`translators.maps.shapes`)."""
    dropped: list[Taken] = field(default_factory=list)
    """What rows had taken that did not stand."""
    ignored: set[tuple[int, int]] = field(default_factory=set)
    """Places (position, element) whose code a table lacks and a rule passes over without a word."""

    def keep(self) -> None:
        """The row stands: its elements are used and its fields know where they came from."""
        offsets, provenance = self.offsets, self.provenance
        if self.kept is not None:
            self.kept.extend(self.pending)
        for segment, bits, name, label, *_ in self.pending:
            if segment is None:
                provenance[name] = label
            else:
                segment.used |= bits
                provenance[name] = f"{label}@{offsets[segment.position - 1]}"
        self.pending.clear()

    def drop(self) -> None:
        """The row does not stand."""
        if self.kept is not None:
            self.dropped.extend(self.pending)
        self.pending.clear()

    def add(self, code: Code, message: str, segment: Segment, element: int, value: str) -> None:
        if (segment.position, element) not in self.known:
            text = f"{segment.tag}{element:02} {message}: {shown(value)}"
            self.findings.append(Finding(code, text, Where(segment.tag, segment.position, element), value[:100]))


Apply = Callable[[Loop, Target, str, Run], object]
"""Puts a value into the target, if there is one; the string is the target's path for provenance, with its dot."""

_FORM_KEYS = frozenset({"from", "table", "default", "unmatched", "pairs", "pair", "resolve", "missing", "value"})
_UNMATCHED = ("warn", "leave", "keep", "reject")
_MISSING = ("leave", "reject", "price-list")
_RESOLVE = ("part",)


Convert = Callable[[str, Segment, Run], Any]


@dataclass(frozen=True, slots=True)
class Plain:
    """A rule that takes one element of a segment as it finds it; many of them can share one look at the segment.

    ``otherwise`` is what happens when there is nothing to take.
    """

    tag: str
    element: int
    target: str
    convert: Convert | None
    default: Any
    otherwise: Apply


@dataclass(frozen=True, slots=True)
class Looks:
    """All the places a rule or section may look at."""

    paths: tuple[Path, ...] = ()
    pairs: tuple[Path, ...] = ()
    """Of these, the ones from which (qualifier, value) pairs begin."""

    def __or__(self, other: Looks) -> Looks:
        return Looks(self.paths + other.paths, self.pairs + other.pairs)


NOWHERE_ELSE = Looks()


@dataclass(frozen=True, slots=True)
class Rule:
    """``tags`` are the segments the rule looks at, so that it is not asked when there is none; empty: always ask."""

    apply: Apply
    tags: frozenset[str] = frozenset()
    plain: Plain | None = None
    looks: Looks = NOWHERE_ELSE


@dataclass(frozen=True, slots=True)
class _Form:
    """How a rule is written, with everything left out filled in."""

    paths: tuple[Path, ...]
    table: dict[str, Any] | None
    table_name: str
    default: Any
    unmatched: str
    missing: str


def rule(target: str, text: Any, tables: Tables, where: str) -> Rule:
    """The rule for a field. ``where`` names the key for error messages."""
    if isinstance(text, str | list):
        text = {"from": text}
    if not isinstance(text, dict):
        raise MapError(f"{where}: write a path, a list of paths, or a table such as {{ from = ..., table = ... }}")
    for key in text:
        if key not in _FORM_KEYS:
            raise MapError(f"{where}: there is no {key!r} here{nearest(key, _FORM_KEYS)}")
    if "value" in text:
        return Rule(_constant(target, text["value"]))
    if "pairs" in text or "pair" in text:
        return _pair_rule(target, text, where)
    form = _form(text, tables, where)
    must_run = form.default is not None or form.missing != "leave"
    apply, first = _apply(target, form), form.paths[0]
    is_plain = len(form.paths) == 1 and not (first.loops or first.join or first.component or first.place.is_choosy)
    plain = None
    if is_plain:
        plain = Plain(first.place.tag, first.element, target, _converter(first, form), form.default, apply)
    return Rule(apply, frozenset() if must_run else _tags(form.paths), plain, Looks(form.paths))


def together(rules: list[Plain]) -> Apply:
    """One look at a segment for all the plain rules on it; each value it lacks is left to the rule's own way."""
    tag = rules[0].tag
    specs = [
        (one.element, one.target, f"{tag}.{one.element:02}", 1 << one.element, one.convert, one.default, one.otherwise)
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
            value = elements[element].strip() if element < count else ""
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


def _form(text: dict[str, Any], tables: Tables, where: str) -> _Form:
    sources = text.get("from")
    sources = [sources] if isinstance(sources, str) else sources
    if not sources or not all(isinstance(source, str) for source in sources):
        raise MapError(f"{where}: 'from' must be a path or a list of paths")
    name = text.get("table", "")
    if name and name not in tables:
        raise MapError(f"{where}: there is no [tables.{name}]{nearest(name, tables)}")
    for key, allowed in (("unmatched", _UNMATCHED), ("missing", _MISSING), ("resolve", _RESOLVE)):
        if key in text and text[key] not in allowed:
            raise MapError(f"{where}: {key} must be one of {', '.join(allowed)}")
    paths = tuple(_located(source, where) for source in sources)
    unmatched, missing = text.get("unmatched", "warn"), text.get("missing", "leave")
    return _Form(paths, tables.get(name) if name else None, name, text.get("default"), unmatched, missing)


def _located(text: str, where: str) -> Path:
    try:
        return parse(text)
    except MapError as error:
        raise MapError(f"{where}: {error}") from None


def _constant(target: str, value: Any) -> Apply:
    kept = tuple(value) if isinstance(value, list) else value

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        out[target] = kept

    return apply


def _apply(target: str, form: _Form) -> Apply:
    """The first path that has a value gives it."""
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
    here = next(iter(path.place.segments(loop)), None)
    where = Where(path.place.tag, here.position if here else position, path.element if here else None)
    if (where.position, where.element) not in run.known:
        run.findings.append(Finding(Code.ELEMENT_MISSING, f"{path.label} is missing and the order needs it", where))


Reader = Callable[[Loop, Target, str, Run], bool]


def _reader(target: str, path: Path, form: _Form) -> Reader:
    """Reads one path; True when it had a value, readable or not."""
    if path.join:
        return _joining_reader(target, path)
    convert = _converter(path, form)
    place, element, component, label = path.place, path.element, path.component, path.label
    bits, homes = place.bits | 1 << element, path.home if path.loops else None
    tag, at, codes, plain = place.tag, place.at, place.codes, not (place.nth or path.loops)

    def read(loop: Loop, out: Target, prefix: str, run: Run) -> bool:
        segments = loop.segments.get(tag) if plain else None
        if segments is None:
            if plain and tag not in loop.loops:
                return False
            segments = [one for home in (homes(loop) if homes else (loop,)) for one in place.segments(home)]
        for segment in segments:
            elements = segment.elements
            if element >= len(elements) or (at and elements[at].strip() not in codes):
                continue
            value = elements[element]
            if component:
                parts = value.split(run.component)
                value = parts[component - 1] if component <= len(parts) else ""
            value = value.strip()
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


def _converter(path: Path, form: _Form) -> Callable[[str, Segment, Run], Any] | None:
    """What is done with a value once it is found; None when it is taken as it stands."""
    if not path.functions and form.table is None:
        return None
    functions, table, unmatched, element = path.functions, form.table, form.unmatched, path.element

    def convert(value: str, segment: Segment, run: Run) -> Any:
        result: Any = value
        try:
            for function in functions:
                result = function(result)
        except Unreadable as reason:
            run.add(reason.code, str(reason), segment, element, value)
            return None
        if table is None:
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
    place, element, join = path.place, path.element, JOINS[path.join]
    how = Joined(join)
    bits = place.bits | 1 << element

    def read(loop: Loop, out: Target, prefix: str, run: Run) -> bool:
        found = [
            segment
            for home in path.home(loop)
            for segment in place.segments(home)
            if element < len(segment.elements) and segment.elements[element].strip()
        ]
        text = join([segment.elements[element].strip() for segment in found]) if found else None
        if text is None:
            return False
        out[target] = text
        name, label = prefix + target, path.label
        run.pending.extend(Taken(segment, bits, name, label, out, target, element, how) for segment in reversed(found))
        return True

    return read


def _pair_rule(target: str, text: dict[str, Any], where: str) -> Rule:
    """``pairs`` takes every (qualifier, value) pair from an element on, named qualifiers first; ``pair`` one value."""
    wanted = text.get("pairs", text.get("pair"))
    wanted = [wanted] if isinstance(wanted, str) else wanted
    if not isinstance(wanted, list) or not all(isinstance(one, str) for one in wanted):
        raise MapError(f"{where}: write the qualifiers as a list of texts")
    form = _form({key: value for key, value in text.items() if key not in ("pair", "pairs")}, {}, where)
    make = _every_pair if "pairs" in text else _one_pair
    return Rule(make(target, form.paths, wanted), _tags(form.paths), looks=Looks(form.paths, form.paths))


def _pairs(path: Path, loop: Loop) -> list[tuple[Segment, int, str, str]]:
    found = []
    for segment in path.place.segments(loop):
        elements = segment.elements
        for at in range(path.element, len(elements) - 1, 2):
            qualifier, value = elements[at].strip(), elements[at + 1].strip()
            if qualifier and value:
                found.append((segment, at, qualifier, value))
    return found


def _every_pair(target: str, paths: tuple[Path, ...], first: list[str]) -> Apply:
    rank = {qualifier: at for at, qualifier in enumerate(first)}
    last = len(rank)

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        found = [pair for path in paths for pair in _pairs(path, loop)]
        if not found:
            return
        if len(found) > 1:
            found.sort(key=lambda pair: rank.get(pair[2], last))
        rows = [{"qualifier": qualifier, "value": value} for _, _, qualifier, value in found]
        out[target] = rows
        name = prefix + target
        for (segment, at, _, _), row in zip(reversed(found), reversed(rows), strict=True):
            label = f"{segment.elements[0]}.{at:02}"
            run.pending.append(Taken(segment, 3 << at, name, label, row, "value", at + 1))

    return apply


def _one_pair(target: str, paths: tuple[Path, ...], wanted: list[str]) -> Apply:
    seek = frozenset(wanted)

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        found: dict[str, tuple[Segment, int, str, str]] = {}
        for path in paths:
            for segment in path.place.segments(loop):
                if not seek.isdisjoint(segment.elements):
                    for pair in _pairs(path, loop):
                        found.setdefault(pair[2], pair)
        if not found:
            return
        for qualifier in wanted:
            if qualifier in found:
                segment, at, _, value = found[qualifier]
                out[target] = value
                label = f"{segment.tag}.{at + 1:02}"
                run.pending.append(Taken(segment, 3 << at, prefix + target, label, out, target, at + 1))
                return

    return apply
