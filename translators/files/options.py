"""How a partner writes its files: the ``[file]`` table of a map, read strictly."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from translators.findings import MapError

FORMATS = ("csv", "tsv", "fixed", "xml", "json", "xlsx", "xls", "ods")
ENCODINGS = (
    "auto", "ascii", "utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "iso8859-15", "cp437", "cp850", "cp1250",
    "cp1252", "mac-roman", "cp037", "cp273", "cp500", "cp1140", "cp1141", "cp1148",
)  # fmt: skip
"""Encodings by Python's names. A closed list: some codecs of Python's are no encodings of text at all."""
_OLDER = {"cp1141": "cp273", "cp1148": "cp500"}
"""EBCDIC with the euro sign where the older page has the currency sign; Python knows the older only."""
DATE_ORDERS = ("ymd", "dmy", "mdy")
_DATE_FORMAT = re.compile(r"(?:YYYY|YY|MMM|MM|DD|[-/. ])+")


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a fixed-width record: ``start`` counts characters from 1."""

    name: str
    start: int
    length: int

    def text(self, line: str) -> str:
        return line[self.start - 1 : self.start - 1 + self.length].strip()


@dataclass(frozen=True, slots=True)
class Record:
    """A type of fixed-width line, known by ``tag`` at character ``at``; it stands inside the record of another type."""

    name: str
    tag: str
    at: int
    fields: tuple[Field, ...]
    inside: str = ""

    def fits(self, line: str) -> bool:
        return line.startswith(self.tag, self.at - 1)

    def unnamed(self, line: str) -> Iterator[tuple[str, str]]:
        """Texts that stand where neither the tag nor any field is: their columns, ``45-52``, and what they say."""
        bare = list(line)
        for start, length in ((self.at, len(self.tag)), *((one.start, one.length) for one in self.fields)):
            bare[start - 1 : start - 1 + length] = " " * len(bare[start - 1 : start - 1 + length])
        for found in re.finditer(r"\S+(?: \S+)*", "".join(bare)):
            yield f"{found.start() + 1}-{found.end()}", found.group()


@dataclass(frozen=True, slots=True)
class FileOptions:
    """What one must know to read a partner's files. The defaults read a plain CSV, sheet, XML or JSON file."""

    format: str = ""
    """Empty: as the bytes look."""
    encoding: str = "auto"
    separator: str = "auto"
    quote: str = '"'
    """Empty: the file has no quotes."""
    decimal: str = "."
    """``.``, ``,`` or ``auto``: by the looks of each number, refused where they leave a doubt."""
    dates: tuple[str, ...] = ()
    """Orders of day, month and year, or formats such as ``DD.MM.YYYY``. ISO dates, and those that leave no doubt, are
    always read."""
    header_row: int | str = "auto"
    """The row with the headings from 1, ``auto``, or ``none``."""
    columns: tuple[str, ...] = ()
    """Names of the columns of a file without headings, where they are else c1, c2, ...; in any table that we write, the
    columns there are, filled or not."""
    rename: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Our name of a column and the headings partners give it; case, blanks and accents do not count."""
    sheet: str = ""
    """Empty: the first sheet that is not hidden."""
    group_by: tuple[str, ...] = ()
    """Columns whose values together make one order. Without them the table is one order."""
    sorted: bool = False
    """Rows of one order stand together: then a table of any size is read in little memory."""
    header: tuple[str, ...] = ()
    """Columns that speak of the whole order though they come in each row."""
    each: tuple[str, ...] = ()
    """The path of the element or object that is an order, from the root: ``Orders/Order``."""
    skip: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Columns, and with which words their cell begins in a row to pass over; an empty word means an empty cell."""
    root: str = ""
    """XML that we write: what the outermost element is called."""
    namespace: str = ""
    """XML that we write: the namespace of all elements without a prefix."""
    doctype: str = ""
    """XML that we write: the address of the DTD, where the partner wants one named (cXML)."""
    order: tuple[str, ...] = ()
    """XML that we write: names in the order their elements must stand in. Of those not named, texts come first and
    what holds others last."""
    records: tuple[Record, ...] = ()
    """Fixed width: the types of lines. The first begins an order; one inside ``file`` is passed over."""

    @property
    def codec(self) -> str:
        """The encoding by a name that Python knows."""
        return _OLDER.get(self.encoding, self.encoding)

    @property
    def header_columns(self) -> frozenset[str]:
        return frozenset((*self.group_by, *self.header)) if self.header else frozenset()


def plain_name(heading: str) -> str:
    """A heading without what people vary: case, accents, blanks and punctuation."""
    letters = unicodedata.normalize("NFKD", heading.casefold())
    return "".join(letter for letter in letters if letter.isalnum())


def file_options(table: Mapping[str, Any], where: str = "[file]") -> FileOptions:
    """The options of a map's ``[file]`` table. Raises MapError for anything it does not know."""
    readers = {
        "format": _one_of(FORMATS),
        "encoding": _one_of(ENCODINGS),
        "separator": _separator,
        "quote": _quote,
        "decimal": _one_of((".", ",", "auto")),
        "dates": _dates,
        "header_row": _header_row,
        "columns": _texts,
        "rename": _alternatives,
        "sheet": _text,
        "group_by": _texts,
        "sorted": _flag,
        "header": _texts,
        "each": _path,
        "skip": _alternatives,
        "root": _text,
        "namespace": _text,
        "doctype": _text,
        "order": _texts,
        "records": _records,
    }
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key not in readers:
            raise MapError(f"{where}: there is no key {key!r}{_nearest(key, readers)}")
        values[key] = readers[key](value, f"{where} {key}")
    options = FileOptions(**values)
    if options.format == "fixed" and not options.records:
        raise MapError(f"{where}: fixed width needs [[file.records]] with name, tag and fields")
    if options.header_row == "none" and options.rename:
        raise MapError(f"{where}: rename needs headings; name the columns of a file without them with columns")
    return options


def _nearest(name: str, known: Any) -> str:
    close = get_close_matches(name, list(known), 1, 0.5)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(map(str, known))}"


def _one_of(known: tuple[str, ...]) -> Any:
    def read(value: Any, where: str) -> str:
        if not isinstance(value, str) or value not in known:
            raise MapError(f"{where}: {value!r} is not known{_nearest(str(value), known)}")
        return value

    return read


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str):
        raise MapError(f"{where}: write a text in quotes, not {value!r}")
    return value


def _flag(value: Any, where: str) -> bool:
    if not isinstance(value, bool):
        raise MapError(f"{where}: write true or false, not {value!r}")
    return value


def _number(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise MapError(f"{where}: write a number from 1, not {value!r}")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    """A text, or a list of texts."""
    values = [value] if isinstance(value, str) else value
    if not isinstance(values, list) or not all(isinstance(one, str) for one in values):
        raise MapError(f"{where}: write a text or a list of texts, not {value!r}")
    return tuple(values)


def _alternatives(value: Any, where: str) -> dict[str, tuple[str, ...]]:
    if not isinstance(value, dict):
        raise MapError(f"{where}: write a table of names with a text or a list of texts each")
    return {name: _texts(words, f"{where}.{name}") for name, words in value.items()}


def _separator(value: Any, where: str) -> str:
    if value != "auto" and (not isinstance(value, str) or len(value) != 1 or value.isalnum() or value in '"\r\n'):
        raise MapError(f"{where}: write auto or one character that is no letter or digit, not {value!r}")
    return str(value)


def _quote(value: Any, where: str) -> str:
    if not isinstance(value, str) or len(value) > 1 or value.isalnum() or value in ("\r", "\n", " "):
        raise MapError(f"{where}: write one character, or nothing when the file has no quotes, not {value!r}")
    return value


def _dates(value: Any, where: str) -> tuple[str, ...]:
    formats = _texts(value, where)
    for one in formats:
        parts = re.findall("[YMD]", one)
        if one not in DATE_ORDERS and not (_DATE_FORMAT.fullmatch(one) and {*parts} == {"Y", "M", "D"}):
            raise MapError(f"{where}: {one!r} is neither {', '.join(DATE_ORDERS)} nor a format like DD.MM.YYYY")
    return formats


def _header_row(value: Any, where: str) -> int | str:
    return value if value in ("auto", "none") else _number(value, f"{where} (or auto, or none)")


def _path(value: Any, where: str) -> tuple[str, ...]:
    steps = tuple(_text(value, where).strip("/").split("/"))
    if "" in steps:
        raise MapError(f"{where}: write the way from the root, like Orders/Order, not {value!r}")
    return steps


def _records(value: Any, where: str) -> tuple[Record, ...]:
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise MapError(f"{where}: write one [[file.records]] for each type of line")
    records: list[Record] = []
    for number, table in enumerate(value, 1):
        here = f"{where}[{number}]"
        known = ("name", "tag", "at", "fields", "inside")
        for key in table:
            if key not in known:
                raise MapError(f"{here}: there is no key {key!r}{_nearest(key, known)}")
        name = _text(table.get("name"), f"{here} name")
        inside = _text(table.get("inside", records[0].name if records else ""), f"{here} inside")
        names = ("file", *(one.name for one in records))
        if inside and inside not in names:
            raise MapError(f"{here} inside: no record {inside!r} stands before it{_nearest(inside, names)}")
        records.append(
            Record(
                name=name,
                tag=_text(table.get("tag", ""), f"{here} tag"),
                at=_number(table.get("at", 1), f"{here} at"),
                fields=_fields(table.get("fields", {}), f"{here} fields"),
                inside=inside,
            )
        )
    return tuple(records)


def _fields(value: Any, where: str) -> tuple[Field, ...]:
    if not isinstance(value, dict):
        raise MapError(f"{where}: write a table of names with [start, length]")
    found = []
    for name, place in value.items():
        if not isinstance(place, list) or len(place) != 2:
            raise MapError(f"{where}.{name}: write [start, length], not {place!r}")
        found.append(Field(name, _number(place[0], f"{where}.{name}"), _number(place[1], f"{where}.{name}")))
    return tuple(found)
