"""Excel workbooks (.xlsx, .xlsm: ECMA-376) to rows, in the memory of one row and the workbook's shared texts.

Read here and not by a library: those make a rectangle of a sheet first, and two cells at opposite corners then ask for
hundreds of gigabytes. Formulas are never computed, macros and links never followed: only stored values are read.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from translators.files.archive import Archive
from translators.files.cells import day_text, is_date_format, number_text
from translators.files.headings import Row
from translators.files.text import at_row
from translators.files.trees import unsound
from translators.files.xmlevents import XmlEvents
from translators.findings import Code, Finding, Severity, shown
from translators.limits import MAX_COLUMNS, MAX_ROWS, MAX_SHARED_CHARS, MAX_SHARED_TEXTS

_Events = TypeVar("_Events", bound=XmlEvents)
_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})?")
_ACTIVE = ("vbaProject.bin", "externalLinks/", "macrosheets/", "activeX/", "connections.xml")


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet by its name on the tab, and the member of the archive that holds it."""

    name: str
    member: str
    is_hidden: bool = False


@dataclass(slots=True)
class _Book:
    sheets: list[tuple[str, str, bool]] = field(default_factory=list)
    """Name, relation, hidden."""
    from_1904: bool = False


class _BookEvents(XmlEvents):
    def __init__(self) -> None:
        super().__init__()
        self.book = _Book()

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        if name == "sheet":
            hidden = attributes.get("state", "visible") != "visible"
            self.book.sheets.append((attributes.get("name", ""), attributes.get("id", ""), hidden))
        elif name == "workbookPr":
            self.book.from_1904 = attributes.get("date1904") in ("1", "true")


class _Relations(XmlEvents):
    def __init__(self) -> None:
        super().__init__()
        self.targets: dict[str, str] = {}

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            self.targets[attributes.get("Id", "")] = attributes.get("Target", "")


class _Styles(XmlEvents):
    """Which cell formats show dates, by their number."""

    def __init__(self) -> None:
        super().__init__()
        self._codes: dict[str, str] = {}
        self._inside = False
        self.are_dates: list[bool] = []

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        number = attributes.get("numFmtId", "0")
        if name == "numFmt":
            self._codes[number] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._inside = True
        elif name == "xf" and self._inside:
            self.are_dates.append(
                is_date_format(int(number) if number.isascii() and number.isdigit() else 0, self._codes.get(number))
            )

    def stop(self, name: str) -> None:
        if name == "cellXfs":
            self._inside = False


class _SharedTexts(XmlEvents):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._size = 0
        self._wanted = self._phonetic = False

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        if name == "rPh":
            self._phonetic = True
        self._wanted = name == "t" and not self._phonetic

    def text(self, text: str) -> None:
        if self._wanted:
            self._parts.append(text)

    def stop(self, name: str) -> None:
        self._wanted = False
        if name == "rPh":
            self._phonetic = False
        elif name == "si":
            self.texts.append("".join(self._parts))
            self._parts.clear()
            self._size += len(self.texts[-1])
            if len(self.texts) > MAX_SHARED_TEXTS or self._size > MAX_SHARED_CHARS:
                raise unsound(Code.FILE_TOO_LARGE, f"the workbook has more than {MAX_SHARED_TEXTS} texts, or huge ones")


class _Cells(XmlEvents):
    """The rows of one sheet, as they are whole."""

    def __init__(self, texts: list[str], are_dates: list[bool], from_1904: bool) -> None:
        super().__init__()
        self.rows: deque[Row] = deque()
        self._texts, self._are_dates, self._from_1904 = texts, are_dates, from_1904
        self._number = self._column = 0
        self._cells: list[str] = []
        self._findings: list[Finding] = []
        self._kind = self._style = ""
        self._value: list[str] = []
        self._inline: list[str] = []
        self._formula = False
        self._here = ""

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        self._here = name
        if name == "row":
            self._begin_row(attributes.get("r", ""))
        elif name == "c":
            self._column = self._column_of(attributes.get("r", ""))
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._value, self._inline, self._formula = [], [], False
        elif name == "f":
            self._formula = True

    def text(self, text: str) -> None:
        if self._here == "v":
            self._value.append(text)
        elif self._here == "t":
            self._inline.append(text)

    def stop(self, name: str) -> None:
        self._here = ""
        if name == "c":
            text = self._cell()
            if text:
                if self._column > MAX_COLUMNS:
                    message = f"row {self._number} has a value behind column {MAX_COLUMNS}"
                    raise unsound(Code.FILE_TOO_LARGE, message, self._number)
                self._cells.extend([""] * (self._column - len(self._cells)))
                self._cells[self._column - 1] = text
        elif name == "row" and (self._cells or self._findings):
            self.rows.append(Row(self._number, self._cells, tuple(self._findings)))

    def _begin_row(self, number: str) -> None:
        before = self._number
        self._number = int(number) if number.isascii() and number.isdigit() and len(number) <= 7 else before + 1
        if not before < self._number <= MAX_ROWS:
            raise unsound(Code.FILE_MALFORMED, f"row {self._number} of the sheet stands behind row {before}", before)
        self._cells, self._findings, self._column = [], [], 0

    def _column_of(self, reference: str) -> int:
        match = _REFERENCE.fullmatch(reference)
        if match is None:
            return self._column + 1
        column = 0
        for letter in match[1]:
            column = column * 26 + ord(letter) - 64
        return column

    def _cell(self) -> str:
        value = "".join(self._value)
        if self._kind == "inlineStr":
            return "".join(self._inline)
        if not value:
            if self._formula and self._kind != "str":
                self._add(Code.FORMULA_WITHOUT_VALUE, "a formula without a stored value; save it from the spreadsheet")
            return ""
        if self._kind == "s":
            index = int(value) if value.isascii() and value.isdigit() and len(value) < 8 else len(self._texts)
            if index < len(self._texts):
                return self._texts[index]
            self._add(Code.FILE_MALFORMED, "points at a text the workbook does not have")
            return ""
        if self._kind == "n":
            return self._number_text(value)
        if self._kind == "e":
            self._add(Code.FORMULA_WITHOUT_VALUE, f"the formula gives {shown(value)}")
        return {"1": "TRUE", "0": "FALSE"}.get(value, value) if self._kind == "b" else value

    def _number_text(self, value: str) -> str:
        style = int(self._style) if self._style.isascii() and self._style.isdigit() and len(self._style) < 6 else 0
        try:
            if style < len(self._are_dates) and self._are_dates[style]:
                return day_text(value, self._from_1904)
            text, has_lost = number_text(value)
        except ValueError:
            self._add(Code.NUMBER_INVALID, f"holds {shown(value)} as a number or date")
            return value
        if has_lost:
            message = f"a number of more than 15 digits, of which the spreadsheet lost some ({text}); format it as text"
            self._add(Code.NUMBER_SCIENTIFIC, message, Severity.WARNING)
        return text

    def _add(self, code: Code, message: str, severity: Severity | None = None) -> None:
        if len(self._findings) < 20:
            text = f"row {self._number}, column {self._column}: {message}"
            self._findings.append(Finding(code, text, at_row(self._number, self._column), severity=severity))


class Workbook:
    """An Excel workbook. Raises Unsound."""

    def __init__(self, raw: bytes) -> None:
        self._archive = Archive(raw)
        names = self._archive.names
        if any(name.endswith("workbook.bin") for name in names):
            raise unsound(Code.SYNTAX_NOT_READ, "this is a binary workbook (.xlsb): ask for it saved as .xlsx")
        main = next((name for name in names if name.lower().endswith("workbook.xml")), "")
        if not main:
            raise unsound(Code.FILE_MALFORMED, "the archive holds no workbook")
        self._folder = main.rpartition("/")[0]
        self._book = self._read(main, _BookEvents()).book
        relations = f"{self._folder}/_rels/workbook.xml.rels".lstrip("/")
        targets = self._read(relations, _Relations()).targets if relations in names else {}
        self.sheets = [
            Sheet(name, self._member(targets[key]), hidden) for name, key, hidden in self._book.sheets if key in targets
        ]
        self.is_active = any(word in name for name in names for word in _ACTIVE)

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet that have any cells."""
        names = self._archive.names
        texts, styles = self._member("sharedStrings.xml"), self._member("styles.xml")
        shared = self._read(texts, _SharedTexts()).texts if texts in names else []
        are_dates = self._read(styles, _Styles()).are_dates if styles in names else []
        cells = _Cells(shared, are_dates, self._book.from_1904)
        for chunk in self._archive.read(sheet.member):
            cells.feed(chunk)
            while cells.rows:
                yield cells.rows.popleft()
        cells.end()

    def _member(self, target: str) -> str:
        return target[1:] if target.startswith("/") else f"{self._folder}/{target}".lstrip("/")

    def _read(self, name: str, events: _Events) -> _Events:
        for chunk in self._archive.read(name):
            events.feed(chunk)
        events.end()
        return events
