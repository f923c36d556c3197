"""Master records as rows of a table and back: one column for each field, one row for each price of a part."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError

from orders.document import Address, Content
from orders.order import OrderError
from store.masters import Kind

_NOT_IN_TABLES = frozenset({"address_status", "address_as_received", "fingerprint"})
MOST_FAULTS = 200


class MasterInvalid(OrderError):
    """Master records cannot be taken as they are; each line of the message names a row, a column and what would do."""

    code = "master-invalid"


@dataclass(frozen=True)
class Fault:
    """What is wrong with one cell or row; row 0 is the file as a whole."""

    row: int
    column: str
    message: str

    def __str__(self) -> str:
        place = [f"row {self.row}"] if self.row else []
        place += [f"column {self.column}"] if self.column else []
        return ": ".join(filter(None, (", ".join(place), self.message)))


@dataclass(frozen=True)
class Column:
    """A column: the field it holds, where that stands in the record, and how its text is to be taken.

    ``shape`` is plain, pairs (``CS=12 PAL=480``) or words; ``each`` names the list of whose entries there is one a row.
    """

    name: str
    inside: str = ""
    each: str = ""
    shape: str = "plain"

    def cell(self, record: Mapping[str, Any]) -> str:
        """The record's text in this column."""
        value = (record.get(self.inside) or {}).get(self.name) if self.inside else record.get(self.name)
        if value is None:
            return ""
        if self.shape == "pairs":
            return " ".join(f"{key}={_whole(item)}" for key, item in value.items())
        if self.shape == "words":
            return " ".join(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)

    def value(self, text: str) -> Any:
        """What the record's model is given for a text. Raises ValueError, which says what would do."""
        if self.shape == "words":
            return text.split()
        if self.shape == "pairs":
            pairs = [pair.partition("=") for pair in text.split()]
            if not all(key and equals and item for key, equals, item in pairs):
                raise ValueError(f"write pairs such as CS=12 PAL=480, not {text!r}")
            return {key: item for key, _, item in pairs}
        return text


def _whole(value: object) -> object:
    """A fraction without its denominator where that is one."""
    return str(value).removesuffix("/1") if isinstance(value, str | Fraction) else value


def columns(kind: Kind) -> tuple[Column, ...]:
    """The columns of a kind, its key first."""
    found: list[Column] = []
    for name, about in kind.model.model_fields.items():
        inner = _inner(about.annotation)
        if inner is Address:
            found += [Column(one, inside=name) for one in Address.model_fields if one not in _NOT_IN_TABLES]
        elif inner is not None:
            found += [Column(one, each=name) for one in inner.model_fields]
        else:
            found.append(Column(name, shape=_shape(about.annotation)))
    keys = kind.key_columns
    return tuple(sorted(found, key=lambda one: keys.index(one.name) if one.name in keys else len(keys)))


def _inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _inner(part))), None)


def _shape(annotation: Any) -> str:
    origin = get_origin(annotation)
    return "pairs" if origin is dict else "words" if origin is tuple else "plain"


def rows_of(kind: Kind, record: Content) -> Iterator[list[str]]:
    """The rows of a record: one, or one for each entry of its list."""
    among = columns(kind)
    dumped = record.model_dump(mode="json")
    each = next((column.each for column in among if column.each), "")
    for entry in dumped[each] if each else ({},):
        yield [column.cell(entry if column.each else dumped) for column in among]


@dataclass
class _Read:
    """A record as its rows have it."""

    row: int
    fields: dict[str, Any]
    rows_of_entries: list[int] = field(default_factory=list)


def read_records(
    kind: Kind,
    headings: Sequence[str],
    rows: Iterable[tuple[int, Sequence[str]]],
    known: Mapping[str, Content],
) -> tuple[list[Content], list[Fault]]:
    """The records of a table, or everything that is wrong with it.

    Args:
        kind: what the records are.
        headings: the names of the columns; case and blanks do not count.
        rows: numbered rows below them.
        known: records there are, by key: columns the table does not have are kept as they are.
    """
    among = {column.name: column for column in columns(kind)}
    names = [heading.strip().casefold().replace(" ", "_") for heading in headings]
    faults = list(_faults_of_headings(kind, names, among))
    if faults:
        return [], faults
    read: dict[str, _Read] = {}
    for number, cells in rows:
        given = {name: cell.strip() for name, cell in zip(names, cells, strict=False) if name}
        faults += _take(kind, among, names, number, given, read, known)
        if len(faults) >= MOST_FAULTS:
            return [], faults
    records: list[Content] = []
    for one in read.values():
        try:
            records.append(kind.model.model_validate(one.fields))
        except ValidationError as error:
            faults += _faults_of(error, one)
    return ([], faults[:MOST_FAULTS]) if faults else (records, [])


def _faults_of_headings(kind: Kind, names: Sequence[str], among: Mapping[str, Column]) -> Iterator[Fault]:
    for name in names:
        if name and name not in among:
            near = difflib.get_close_matches(name, among, n=1, cutoff=0.5)
            hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(among)}"
            yield Fault(1, name, f"{kind.name} have no such column; {hint}")
        elif name and names.count(name) > 1:
            yield Fault(1, name, "the table has this column twice")
            return
    for key in kind.key_columns:
        if key not in names and kind.model.model_fields[key].is_required():
            yield Fault(1, key, "this column is needed: it is part of the key")


def _take(
    kind: Kind,
    among: Mapping[str, Column],
    names: Sequence[str],
    number: int,
    given: Mapping[str, str],
    read: dict[str, _Read],
    known: Mapping[str, Content],
) -> Iterator[Fault]:
    values: dict[str, Any] = {}
    entry: dict[str, Any] = {}
    for name, text in given.items():
        column = among[name]
        if not text:
            continue
        try:
            value = column.value(text)
        except ValueError as error:
            yield Fault(number, name, str(error))
            continue
        target = entry if column.each else values.setdefault(column.inside, {}) if column.inside else values
        target[name] = value
    key = "/".join(str(values.get(part, kind.model.model_fields[part].default)) for part in kind.key_columns)
    each = next((column.each for column in among.values() if column.each), "")
    if key not in read:
        read[key] = _Read(number, _kept(kind, among, names, known.get(key)) | values | ({each: []} if each else {}))
    elif not each:
        yield Fault(number, kind.key_columns[-1], f"{key} stands in row {read[key].row} already")
        return
    if each:
        read[key].fields[each].append(entry)
        read[key].rows_of_entries.append(number)


def _kept(kind: Kind, among: Mapping[str, Column], names: Sequence[str], before: Content | None) -> dict[str, Any]:
    """What a record has that the table does not speak of."""
    if before is None:
        return {}
    spoken = {among[name].inside or among[name].each or name for name in names if name}
    dumped = before.model_dump(exclude_defaults=True)
    return {name: value for name, value in dumped.items() if name not in spoken}


def _faults_of(error: ValidationError, one: _Read) -> Iterator[Fault]:
    for fault in error.errors(include_url=False):
        steps = [step for step in fault["loc"] if isinstance(step, str) and not step.startswith("function")]
        places = [step for step in fault["loc"] if isinstance(step, int)]
        row = one.rows_of_entries[places[0]] if places and places[0] < len(one.rows_of_entries) else one.row
        if fault["type"] == "missing":
            yield Fault(row, steps[-1], "this is needed")
        else:
            yield Fault(row, steps[-1] if steps else "", f"{fault['msg']}, got {fault['input']!r}")
