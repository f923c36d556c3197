"""OpenDocument spreadsheets (.ods: OASIS ODF 1.2) to rows. Stored values only; repeated cells are never laid out."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from translators.files.archive import Archive
from translators.files.cells import number_text
from translators.files.headings import Row
from translators.files.ooxml import Sheet
from translators.files.text import at_row
from translators.files.trees import unsound
from translators.files.xmlevents import XmlEvents
from translators.findings import Code, Finding, shown
from translators.limits import MAX_COLUMNS, MAX_ROWS

_VALUES = {"date": "date-value", "time": "time-value", "boolean": "boolean-value"}
_NUMBERS = ("float", "percentage", "currency")


class _Content(XmlEvents):
    """The sheets of content.xml, and the rows of the one that is wanted."""

    def __init__(self, wanted: str | None) -> None:
        super().__init__()
        self.sheets: list[Sheet] = []
        self.rows: deque[tuple[Row, int]] = deque()
        """Each with how often it comes: written out, a short file could be millions of rows."""
        self._wanted = wanted
        self._hidden_styles: set[str] = set()
        self._style = ""
        self._tables = self._notes = self._paragraphs = 0
        self._number = self._repeat = self._column = 0
        self._is_wanted = False
        self._cells: list[str] = []
        self._findings: list[Finding] = []
        self._cell: dict[str, str] | None = None
        self._texts: list[str] = []

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        if name == "style":
            self._style = attributes.get("name", "")
        elif name == "table-properties" and attributes.get("display") == "false":
            self._hidden_styles.add(self._style)
        elif name == "table":
            self._begin_table(attributes)
        elif self._tables != 1 or not self._is_wanted:
            return
        elif name == "table-row":
            self._repeat = _count(attributes.get("number-rows-repeated"))
            self._cells, self._findings, self._column = [], [], 0
        elif name in ("table-cell", "covered-table-cell"):
            self._cell, self._texts = attributes, []
        elif name == "annotation":
            self._notes += 1
        elif name == "p":
            self._paragraphs += 1
            if self._texts and not self._notes:
                self._texts.append("\n")
        elif name == "s" and not self._notes:
            self._texts.append(" " * min(_count(attributes.get("c")), 100))

    def text(self, text: str) -> None:
        if self._cell is not None and self._paragraphs and not self._notes and self._tables == 1:
            self._texts.append(text)

    def stop(self, name: str) -> None:
        if name == "table":
            self._tables -= 1
        elif self._tables != 1 or not self._is_wanted:
            return
        elif name == "annotation":
            self._notes -= 1
        elif name == "p":
            self._paragraphs -= 1
        elif name in ("table-cell", "covered-table-cell") and self._cell is not None:
            self._end_cell(self._cell)
            self._cell = None
        elif name == "table-row":
            self._end_row()

    def _begin_table(self, attributes: dict[str, str]) -> None:
        self._tables += 1
        if self._tables == 1:
            name = attributes.get("name", "")
            self.sheets.append(Sheet(name, name, attributes.get("style-name") in self._hidden_styles))
            self._is_wanted = name == self._wanted
            self._number = 0

    def _end_cell(self, cell: dict[str, str]) -> None:
        repeat = _count(cell.get("number-columns-repeated"))
        text = self._value(cell)
        if text:
            if self._column + repeat > MAX_COLUMNS:
                message = f"row {self._number + 1} has a value behind column {MAX_COLUMNS}"
                raise unsound(Code.FILE_TOO_LARGE, message, self._number + 1)
            self._cells.extend([""] * (self._column - len(self._cells)))
            self._cells.extend([text] * repeat)
        self._column += repeat

    def _value(self, cell: dict[str, str]) -> str:
        kind, text = cell.get("value-type", ""), "".join(self._texts)
        if kind in _NUMBERS:
            try:
                return number_text(cell.get("value", ""))[0]
            except ValueError:
                self._add(Code.NUMBER_INVALID, f"holds {shown(cell.get('value', ''))} as a number")
                return text
        if kind in _VALUES:
            value = cell.get(_VALUES[kind], "").removesuffix("T00:00:00")
            return value.upper() if kind == "boolean" else value
        if "formula" in cell and not (kind and text):
            self._add(Code.FORMULA_WITHOUT_VALUE, "a formula without a stored value; save it from the spreadsheet")
        return text

    def _end_row(self) -> None:
        first = self._number + 1
        self._number += self._repeat
        if not (self._cells or self._findings):
            return
        if self._number > MAX_ROWS:
            raise unsound(Code.FILE_TOO_LARGE, f"the sheet has more than {MAX_ROWS} rows", first)
        self.rows.append((Row(first, self._cells, tuple(self._findings)), self._repeat))

    def _add(self, code: Code, message: str) -> None:
        if len(self._findings) < 20:
            number, column = self._number + 1, self._column + 1
            text = f"row {number}, column {column}: {message}"
            self._findings.append(Finding(code, text, at_row(number, column)))


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else 1


class OpenDocument:
    """An .ods file. Raises Unsound."""

    def __init__(self, raw: bytes) -> None:
        self._archive = Archive(raw)
        if "content.xml" not in self._archive.names:
            raise unsound(Code.FILE_MALFORMED, "the archive holds no spreadsheet")
        if "META-INF/manifest.xml" in self._archive.names:
            manifest = b"".join(self._archive.read("META-INF/manifest.xml"))
            if b"encryption-data" in manifest:
                raise unsound(Code.PASSWORD_PROTECTED, "the spreadsheet has a password; ask for it without one")
        content = _Content(None)
        for chunk in self._archive.read("content.xml"):
            content.feed(chunk)
        content.end()
        self.sheets = content.sheets
        self.is_active = any(name.startswith("Basic/") for name in self._archive.names)

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet that have any cells."""
        content = _Content(sheet.name)
        for chunk in self._archive.read("content.xml"):
            content.feed(chunk)
            while content.rows:
                row, times = content.rows.popleft()
                yield from (row._replace(number=row.number + more) for more in range(times))
        content.end()
