"""From a map's TOML text to a function that reads a set: parsed and checked once, then only closures run.

A map ``extends`` another by being laid over it, table by table and key by key; ``key = false`` takes a rule away.
Mistakes are told with their line and the nearest name that exists.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from orders.document import Line, PurchaseOrder
from translators.findings import MapError
from translators.maps.paths import nearest
from translators.maps.rules import Run, Tables
from translators.maps.sections import Fields, Rows, fields, rows
from translators.tree import Loop, Segment

_TOP = frozenset(
    {"map", "extends", "document", "match", "order", "parties", "references", "notes", "allowances", "lines", "tables"}
)
_MATCH = frozenset({"standard", "set", "sender", "receiver", "version"})
_MAX_EXTENDS = 4
_ROWS = ("parties", "references", "notes", "allowances")
_NOT_THE_MAPS = frozenset(
    {"parties", "references", "notes", "allowances", "lines", "attachments", "provenance", "extensions", "kind",
     "schema_version", "channel", "channel_order_id", "partner", "received_at", "tags", "tax_lines"}
)  # fmt: skip
"""Fields of the order that the engine or the gateway fills."""
_NOT_THE_LINES = frozenset(
    {"schedules", "parties", "references", "notes", "allowances", "extensions", "line_no", "options", "taxes",
     "price_breaks", "unit_price", "part_as_ordered"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """What a map is for; None means any."""

    standard: str = "x12"
    set_id: str | None = None
    sender: tuple[str, str] | None = None
    receiver: tuple[str, str] | None = None
    version: str | None = None


class Left(NamedTuple):
    """Elements of a segment that no rule took, by number; ``path`` is the tags that lead to it."""

    path: str
    segment: Segment
    elements: dict[str, str]


@dataclass(frozen=True, slots=True)
class CompiledMap:
    """A map ready to run, in one thread at a time. ``apply`` gives the order's fields as plain data, for the model."""

    name: str
    extends: str | None
    match: Match
    order: Fields
    rows: tuple[tuple[str, Rows], ...]
    lines: Rows
    line_rows: tuple[tuple[str, Rows], ...]
    memory: dict[Any, Any] | None = field(default_factory=dict, compare=False, repr=False)
    """What :mod:`translators.maps.shortcuts` has learned of it; None: it is to learn nothing."""

    def apply(self, root: Loop, run: Run) -> dict[str, Any]:
        order: dict[str, Any] = {}
        self.order.fill(root, order, "", run)
        run.keep()
        for name, section in self.rows:
            if found := section.read(root, f"{name}", run):
                order[name] = found
        lines = []
        for number, (line, loop) in enumerate(self.lines.passes(root, "lines", run), 1):
            line["line_no"] = number
            prefix = f"lines[{number}]."
            for name, section in self.line_rows:
                if found := section.read(loop, prefix + name, run):
                    line[name] = found
            if loop is not root and (left := _by_path(left_over(loop))):
                line["extensions"] = left
            lines.append(line)
        order["lines"] = lines
        if left := _by_path(left_over(root, self.lines.tags)):
            order["extensions"] = left
        return order


def compile_map(text: str, base: Callable[[str], str]) -> CompiledMap:
    """Reads a map's text; ``base`` gives the text of the map it extends. Raises MapError."""
    data = _load(text)
    extends = data.get("extends")
    merged, depth = data, 0
    while isinstance(name := merged.get("extends"), str):
        depth += 1
        if depth > _MAX_EXTENDS:
            raise MapError(
                f"{_at(text, 'extends')}maps extend each other more than {_MAX_EXTENDS} deep, or in a circle"
            )
        below = _load(base(name))
        merged = _laid_over(below, {key: value for key, value in merged.items() if key != "extends"})
    try:
        return _compiled(merged, extends)
    except MapError as error:
        raise MapError(_with_line(str(error), text)) from None


def _load(text: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MapError(f"the map is no TOML: {error}") from None
    for key in data:
        if key not in _TOP:
            raise MapError(f"{_at(text, key)}there is no {key!r} in a map{nearest(key, _TOP)}")
    return data


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if value is False and isinstance(old, str | list | dict):
            del merged[key]
        elif isinstance(value, dict) and isinstance(old, dict) and not _is_form(value):
            merged[key] = _laid_over(old, value)
        else:
            merged[key] = value
    return merged


def _is_form(value: dict[str, Any]) -> bool:
    """A rule's own table is replaced as a whole, never mixed with the base's."""
    return bool(value.keys() & {"from", "value"}) and not any(isinstance(one, dict) for one in value.values())


def _compiled(data: dict[str, Any], extends: str | None) -> CompiledMap:
    name = data.get("map")
    if not isinstance(name, str) or not name:
        raise MapError('map: the map needs a name, map = "..."')
    tables = _tables(data.get("tables", {}))
    known = {field for field in PurchaseOrder.model_fields if field not in _NOT_THE_MAPS}
    shared = {one: data[one] for one in _ROWS if one in data}
    header = tuple((one, rows(one, table, tables, one)) for one, table in shared.items())
    line_table = dict(_table(data, "lines"))
    line_rows = {**shared, **{one: line_table.pop(one) for one in _ROWS if one in line_table}}
    schedules = line_table.pop("schedules", None)
    line_sections = [(one, rows(one, table, tables, f"lines.{one}")) for one, table in line_rows.items()]
    if schedules is not None:
        line_sections.insert(0, ("schedules", rows("schedules", schedules, tables, "lines.schedules")))
    line_fields = {field for field in Line.model_fields if field not in _NOT_THE_LINES}
    return CompiledMap(
        name=name,
        extends=extends,
        match=_match(data.get("match", {})),
        order=fields(_table(data, "order"), known, {}, tables, "order"),
        rows=header,
        lines=rows("lines", line_table, tables, "lines", line_fields),
        line_rows=tuple(line_sections),
    )


def _tables(data: Any) -> Tables:
    for name, table in data.items() if isinstance(data, dict) else ():
        if not isinstance(table, dict) or any(not isinstance(one, str | int | bool) for one in table.values()):
            raise MapError(f"tables.{name}: a table is codes and what they mean, as texts, numbers, true or false")
    if not isinstance(data, dict):
        raise MapError("tables: write [tables.NAME]")
    return data


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    table = data.get(name)
    if not isinstance(table, dict):
        raise MapError(f"{name}: the map needs a section [{name}]")
    return table


def _match(data: Any) -> Match:
    if not isinstance(data, dict):
        raise MapError("match: write match = { set = ... }")
    for key in data:
        if key not in _MATCH:
            raise MapError(f"match: there is no {key!r} here{nearest(key, _MATCH)}")
    texts = {key: data.get(key) for key in ("standard", "set", "version")}
    if any(value is not None and not isinstance(value, str) for value in texts.values()):
        raise MapError("match: standard, set and version are texts")
    return Match(
        standard=texts["standard"] or "x12",
        set_id=texts["set"],
        sender=_identifier(data.get("sender"), "sender"),
        receiver=_identifier(data.get("receiver"), "receiver"),
        version=texts["version"],
    )


def _identifier(value: Any, name: str) -> tuple[str, str] | None:
    if value is None:
        return None
    if not isinstance(value, list) or len(value) != 2 or not all(isinstance(one, str) for one in value):
        raise MapError(f'match: {name} is a qualifier and an id, ["01", "007940297"]')
    return value[0], value[1]


def left_over(loop: Loop, but: frozenset[str] = frozenset(), path: str = "") -> Iterator[Left]:
    """What no rule took; ``but`` names loops that account for themselves."""
    above = path.rpartition("/")[2]
    for tag, segments in loop.segments.items():
        for segment in segments:
            if segment.is_left_over():
                name = path if tag == above else f"{path}/{tag}" if path else tag
                if (unused := segment.unused()) and name not in ("ST", "SE"):
                    yield Left(name, segment, unused)
    for tag, loops in loop.loops.items():
        if tag not in but:
            for inner in loops:
                yield from left_over(inner, _NONE, f"{path}/{tag}" if path else tag)


def _by_path(left: Iterator[Left]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for one in left:
        found.setdefault(one.path, []).append(one.elements)
    return found


_NONE: frozenset[str] = frozenset()


def _at(text: str, key: str) -> str:
    for number, line in enumerate(text.splitlines(), 1):
        if re.match(rf"\s*\[?{re.escape(key)}\b", line):
            return f"line {number}: "
    return ""


def _with_line(message: str, text: str) -> str:
    """Adds the line of the key a message begins with, when the map itself has it (and not its base)."""
    place = re.match(r"([a-z0-9_.-]+): ", message)
    if place is None:
        return message
    *sections, key = place[1].split(".")
    inside = not sections
    for number, line in enumerate(text.splitlines(), 1):
        bare = line.strip()
        if bare.startswith("["):
            inside = bare.strip("[] ").replace('"', "") == ".".join(sections)
            if bare.strip("[] ") == place[1]:
                return f"line {number}: {message}"
        elif inside and re.match(rf"\"?{re.escape(key)}\"?\s*=", bare):
            return f"line {number}: {message}"
    return message
