"""From a map's TOML text to a function that reads a set: parsed and checked once, then only closures run.

A map ``extends`` another by being laid over it, table by table and key by key; ``key = false`` takes a rule away.
Mistakes are told with their line and the nearest name that exists.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import Any

from orders.document import OrderHeader
from translators.files.options import FORMATS, FileOptions, file_options
from translators.files.values import functions_of
from translators.findings import GuideInvalid, MapError
from translators.guide import Guided, guided
from translators.maps.forms import Language, Run, Tables
from translators.maps.kinds import HEADERS, SHARED, Kind, document_model, kind_of
from translators.maps.paths import nearest, parse, parse_named
from translators.maps.sections import Fields, Rows, by_path, fields, left_over, rows
from translators.tree import Loop
from translators.x12.schemas import schema, segment_specs

_OWN = frozenset({"map", "extends", "document", "match", "tables", "head", "body", "guide", "tests", "file"})
"""``head`` and ``body`` are for other sections to be like."""
_MATCH = frozenset({"standard", "set", "sender", "receiver", "version"})
_NAMED = "file"
"""The standard of customers' files, whose places are names."""
_STANDARDS = ("x12", "edifact", "tradacoms", _NAMED)
_MAX_EXTENDS = 4
_MAX_LIKES = 4


@dataclass(frozen=True, slots=True)
class Match:
    """What a map is for; None means any."""

    standard: str = "x12"
    set_id: str | None = None
    sender: tuple[str, str] | None = None
    receiver: tuple[str, str] | None = None
    version: str | None = None


@dataclass(frozen=True, slots=True)
class CompiledMap:
    """A map ready to run, in one thread at a time. ``apply`` gives a document's fields as plain data, for the model."""

    name: str
    extends: str | None
    match: Match
    model: type[OrderHeader]
    header: Fields
    rows: tuple[Rows, ...]
    file: FileOptions | None = None
    """How the partner writes its files; None for EDI."""
    guide: Guided | None = None
    """The structure of the set as this partner has it; None: the standard's."""
    tests: tuple[Any, ...] = ()
    """Its own tests as they are written: see :mod:`translators.trials`."""
    memory: dict[Any, Any] | None = field(default_factory=dict, compare=False, repr=False)
    """What :mod:`translators.maps.shortcuts` has learned of it; None: it is to learn nothing."""

    @property
    def lines(self) -> Rows | None:
        return next((one for one in self.rows if one.name == "lines"), None)

    @property
    def file_format(self) -> str:
        """What a file by this map is: as ``[file]`` says, else the kind it is for; empty when neither does."""
        named = self.match.set_id if self.match.set_id in FORMATS else None
        return (self.file.format if self.file else "") or named or ""

    def apply(self, root: Loop, run: Run) -> dict[str, Any]:
        document: dict[str, Any] = {}
        run.head = root
        self.header.fill(root, document, "", run)
        run.keep()
        for section in self.rows:
            if (found := section.read(root, "", run)) or section.name == "lines":
                document[section.name] = found
        if left := by_path(left_over(root, run.component), run.is_named):
            document["extensions"] = left
        return document


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
        below.pop("tests", None)  # those of a base are the base's
        merged = _laid_over(below, {key: value for key, value in merged.items() if key != "extends"})
    try:
        return _compiled(merged, extends)
    except MapError as error:
        raise MapError(_with_line(str(error), text)) from None


def whole_text(text: str, base: Callable[[str], str]) -> str:
    """A map's text with those of all it extends: what it is known by. Raises MapError."""
    texts = [text]
    while len(texts) <= _MAX_EXTENDS and (name := _extended(texts[-1])):
        texts.append(base(name))
    return "\0".join(texts)


@lru_cache(maxsize=512)
def _extended(text: str) -> str | None:
    name = _load(text).get("extends")
    return name if isinstance(name, str) else None


def _load(text: str) -> dict[str, Any]:
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise MapError(f"the map is no TOML: {error}") from None
    return data


def _laid_over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(below)
    for key, value in above.items():
        old = merged.get(key)
        if value is False and isinstance(old, str | list | dict):
            del merged[key]
        elif isinstance(value, dict) and isinstance(old, dict) and "like" not in value and not _is_form(value):
            merged[key] = _laid_over(old, value)
        else:
            merged[key] = value
    return merged


def _is_form(value: dict[str, Any]) -> bool:
    """A rule's own table is replaced as a whole, never mixed with the base's."""
    return bool(value.keys() & {"from", "value"}) and not any(isinstance(one, dict) for one in value.values())


def _compiled(data: dict[str, Any], extends: str | None) -> CompiledMap:
    name, document = data.get("map"), data.get("document", "purchase-order")
    if not isinstance(name, str) or not name:
        raise MapError('map: the map needs a name, map = "..."')
    if document not in HEADERS:
        raise MapError(f"document: there is no {document!r}{nearest(str(document), HEADERS)}")
    model, head = document_model(document), HEADERS[document]
    kind = kind_of(model)
    _check_sections(data, kind, head)
    data = _alike(data, data, "")
    match = _match(data.get("match", {}))
    file = _file(data.get("file"), match)
    parser = parse if file is None else partial(parse_named, functions=functions_of(file))
    language = Language(_tables(data.get("tables", {})), parser)
    shared = {one: data[one] for one in SHARED if data.get(one)}
    sections = {one: data[one] for one in kind.rows if data.get(one)}
    if file is None and "channel_order_id" in _table(data, head):
        raise MapError(f"{head}.channel_order_id: EDI has its control numbers for it; only a map for files says it")
    if "lines" in kind.rows and "lines" not in sections:
        raise MapError("lines: the map needs a section [lines]")
    return CompiledMap(
        name=name,
        extends=extends,
        match=match,
        model=model,
        header=fields(_table(data, head), kind, language, head),
        rows=tuple(rows(one, kind.rows[one], text, shared, language, one) for one, text in sections.items()),
        file=file,
        guide=_guide(data.get("guide"), match),
        tests=tuple(data.get("tests", ())),
    )


def _file(table: Any, match: Match) -> FileOptions | None:
    if match.standard != _NAMED:
        if table is not None:
            raise MapError('file: [file] is for files; say match = { standard = "file", set = ... }')
        return None
    if not isinstance(table or {}, dict):
        raise MapError("file: write a table [file]")
    return file_options(table or {}, "file")


def _guide(table: Any, match: Match) -> Guided | None:
    if table is None:
        return None
    if not isinstance(table, dict) or match.standard != "x12" or match.set_id is None:
        raise MapError("guide: a guide is [guide.structure] and [guide.elements] of an X12 set that match names")
    try:
        return guided(schema(match.set_id), segment_specs(), table)
    except GuideInvalid as error:
        raise MapError(f"guide: {error}") from None


def _check_sections(data: dict[str, Any], kind: Kind, head: str) -> None:
    known = {*_OWN, *kind.rows, *SHARED, head}
    for key in data:
        if key not in known:
            raise MapError(f"{key}: there is no {key!r} in a map for this document{nearest(key, known)}")


def _alike(table: dict[str, Any], whole: dict[str, Any], where: str, seen: tuple[str, ...] = ()) -> dict[str, Any]:
    """A section that says ``like = "other.section"`` is that one, and over it what it says itself."""
    made = {}
    for key, value in table.items():
        if isinstance(value, dict):
            value = _alike(value, whole, f"{where}.{key}" if where else key, seen)
        made[key] = value
    name = made.pop("like", None)
    if name is None:
        return made
    found: Any = whole
    for step in str(name).split("."):
        found = found.get(step) if isinstance(found, dict) else None
    if not isinstance(found, dict) or name in seen:
        raise MapError(f"{where}.like: there is no section {name!r} to be like")
    return _laid_over(_alike(found, whole, str(name), (*seen, str(name))), made)


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
    if texts["standard"] not in (None, *_STANDARDS):
        raise MapError(
            f"match: there is no standard {texts['standard']!r}{nearest(str(texts['standard']), _STANDARDS)}"
        )
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
