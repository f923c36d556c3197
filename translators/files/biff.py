"""Old Excel workbooks (.xls: BIFF8, [MS-XLS]) to rows, record by record.

Read here and not by a library: the one there is lets a forged size end the whole process. Encrypted workbooks and those
older than Excel 97 are refused; formulas give the values stored with them.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from translators.files.cells import day_text, is_date_format, number_text
from translators.files.headings import Row
from translators.files.ole import CompoundFile
from translators.files.ooxml import Sheet
from translators.files.text import at_row
from translators.files.trees import Unsound, unsound
from translators.findings import Code, Finding, Severity, shown
from translators.limits import MAX_COLUMNS, MAX_SHARED_TEXTS

_BOF, _EOF, _CONTINUE, _FILEPASS, _DATE_MODE = 0x809, 0x0A, 0x3C, 0x2F, 0x22
_SHEET, _TEXTS, _FORMAT, _STYLE = 0x85, 0xFC, 0x41E, 0xE0
_TEXT_AT, _LABEL, _NUMBER, _SHORT, _SHORTS = 0xFD, 0x204, 0x203, 0x27E, 0xBD
_FORMULA, _STRING, _BOOLEAN = 0x06, 0x207, 0x205
_BIFF8 = 0x600
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_Record = tuple[int, list[bytes]]


def _damaged() -> Unsound:
    return unsound(Code.FILE_MALFORMED, "the old workbook is damaged; ask for it saved anew as .xlsx")


def _records(stream: bytes, at: int) -> Iterator[_Record]:
    """The records from an offset to the end of their part: kind, and the data with its continuations."""
    kind, parts = 0, list[bytes]()
    while at + 4 <= len(stream):
        here, size = struct.unpack_from("<HH", stream, at)
        data = stream[at + 4 : at + 4 + size]
        if len(data) < size:
            raise _damaged()
        at += 4 + size
        if here == _CONTINUE:
            parts.append(data)
            continue
        if parts:
            yield kind, parts
        if here == _EOF:
            return
        kind, parts = here, [data]
    raise _damaged()


class _Pieces:
    """The data of a record as one run of bytes, with the seams that texts have to mind."""

    def __init__(self, parts: list[bytes], at: int = 0) -> None:
        self._parts = parts
        self._part, self._at = 0, at

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "little")

    def take(self, size: int) -> bytes:
        taken = b""
        while len(taken) < size:
            if self._part >= len(self._parts):
                raise _damaged()
            piece = self._parts[self._part][self._at : self._at + size - len(taken)]
            self._at += len(piece)
            taken += piece
            if len(taken) < size:
                self._part, self._at = self._part + 1, 0
        return taken

    def text(self, length_bytes: int = 2) -> str:
        """A text with its length and flags; each continuation says anew whether its letters have one or two bytes."""
        left, flags = self.number(length_bytes), self.number(1)
        runs = self.number(2) if flags & 8 else 0
        more = self.number(4) if flags & 4 else 0
        texts: list[str] = []
        while left:
            if self._part < len(self._parts) and self._at >= len(self._parts[self._part]):
                self._part, self._at = self._part + 1, 0
                flags = self.number(1)
            wide = flags & 1
            here = len(self._parts[self._part]) - self._at if self._part < len(self._parts) else 0
            count = min(left, here >> wide)
            if not count:
                raise _damaged()
            texts.append(self.take(count << wide).decode("utf-16-le" if wide else "latin-1", "replace"))
            left -= count
        self.take(runs * 4 + more)
        return "".join(texts)


class OldWorkbook:
    """An .xls file. Raises Unsound."""

    def __init__(self, raw: bytes) -> None:
        box = CompoundFile(raw)
        if "EncryptedPackage" in box.names:
            raise unsound(Code.PASSWORD_PROTECTED, "the workbook has a password; ask for it without one")
        if "Workbook" not in box.names:
            raise unsound(Code.SYNTAX_NOT_READ, "this is no workbook of Excel 97 or later; ask for .xlsx")
        self.is_active = any(name in box.names for name in ("_VBA_PROJECT_CUR", "VBA", "_VBA_PROJECT"))
        self.sheets: list[Sheet] = []
        self._stream = box.stream("Workbook")
        self._starts: dict[str, int] = {}
        self._texts: list[str] = []
        self._formats: dict[int, str] = {}
        self._styles: list[int] = []
        self._from_1904 = False
        try:
            for kind, parts in _records(self._stream, 0):
                self._take(kind, parts)
        except (struct.error, IndexError):
            raise _damaged() from None

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet that have any cells, in the order of the file, which is theirs."""
        reader = _SheetReader(self._texts, [self._is_date(style) for style in self._styles], self._from_1904)
        try:
            for kind, parts in _records(self._stream, self._starts[sheet.name]):
                row = reader.take(kind, parts)
                if row is not None:
                    yield row
        except (struct.error, IndexError):
            raise _damaged() from None
        if reader.cells:
            yield reader.row()

    def _is_date(self, number: int) -> bool:
        return is_date_format(number, self._formats.get(number))

    def _take(self, kind: int, parts: list[bytes]) -> None:
        data = parts[0]
        if kind == _FILEPASS:
            raise unsound(Code.PASSWORD_PROTECTED, "the workbook has a password; ask for it without one")
        if kind == _BOF and struct.unpack_from("<H", data)[0] != _BIFF8:
            raise unsound(Code.SYNTAX_NOT_READ, "this workbook is older than Excel 97; ask for .xlsx")
        if kind == _DATE_MODE:
            self._from_1904 = data[:1] == b"\x01"
        elif kind == _SHEET:
            start, state, what = struct.unpack_from("<IBB", data)
            name = _Pieces(parts, 6).text(1)
            if what == 0:
                self.sheets.append(Sheet(name, name, bool(state & 3)))
                self._starts[name] = start
        elif kind == _FORMAT:
            self._formats[struct.unpack_from("<H", data)[0]] = _Pieces(parts, 2).text()
        elif kind == _STYLE:
            self._styles.append(struct.unpack_from("<H", data, 2)[0])
        elif kind == _TEXTS:
            pieces = _Pieces(parts, 4)
            count = pieces.number(4)
            if count > MAX_SHARED_TEXTS:
                raise unsound(Code.FILE_TOO_LARGE, f"the workbook has more than {MAX_SHARED_TEXTS} texts")
            self._texts = [pieces.text() for _ in range(count)]


class _SheetReader:
    def __init__(self, texts: list[str], are_dates: list[bool], from_1904: bool) -> None:
        self._texts, self._are_dates, self._from_1904 = texts, are_dates, from_1904
        self._number = 0
        self._waiting: int | None = None
        """The column of a formula whose text comes in the next record."""
        self.cells: list[str] = []
        self._findings: list[Finding] = []

    def row(self) -> Row:
        """The row that has come to its end."""
        done = Row(self._number, self.cells, tuple(self._findings))
        self.cells, self._findings = [], []
        return done

    def take(self, kind: int, parts: list[bytes]) -> Row | None:
        """One record; gives the row before it when it begins a new one."""
        data = parts[0]
        if kind == _STRING and self._waiting is not None:
            self._put(self._waiting, _Pieces(parts).text())
            self._waiting = None
            return None
        if kind not in (_TEXT_AT, _LABEL, _NUMBER, _SHORT, _SHORTS, _FORMULA, _BOOLEAN):
            return None
        number, column, style = struct.unpack_from("<HHH", data)
        done = None
        if number + 1 != self._number:
            if number + 1 < self._number:
                raise _damaged()
            done = self.row() if self.cells else None
            self._number = number + 1
        self._cell(kind, parts, column, style)
        return done

    def _cell(self, kind: int, parts: list[bytes], column: int, style: int) -> None:
        data = parts[0]
        if kind == _TEXT_AT:
            index = struct.unpack_from("<I", data, 6)[0]
            if index >= len(self._texts):
                raise _damaged()
            self._put(column, self._texts[index])
        elif kind == _LABEL:
            self._put(column, _Pieces(parts, 6).text())
        elif kind == _NUMBER:
            self._put_number(column, style, struct.unpack_from("<d", data, 6)[0])
        elif kind == _SHORT:
            self._put_number(column, style, _short(data[6:10]))
        elif kind == _SHORTS:
            for at in range(4, len(data) - 6, 6):
                (inner,) = struct.unpack_from("<H", data, at)
                self._put_number(column + (at - 4) // 6, inner, _short(data[at + 2 : at + 6]))
        elif kind == _BOOLEAN:
            self._put_flag(column, data[6], is_error=bool(data[7]))
        else:
            self._put_formula(column, style, data[6:14])

    def _put_formula(self, column: int, style: int, result: bytes) -> None:
        if result[6:] != b"\xff\xff":
            self._put_number(column, style, struct.unpack("<d", result)[0])
        elif result[0] == 0:
            self._waiting = column
        elif result[0] in (1, 2):
            self._put_flag(column, result[2], is_error=result[0] == 2)

    def _put_flag(self, column: int, value: int, is_error: bool) -> None:
        if is_error:
            self._add(Code.FORMULA_WITHOUT_VALUE, column, f"the formula gives {_ERRORS.get(value, 'an error')}")
        self._put(column, _ERRORS.get(value, "#ERROR") if is_error else str(bool(value)).upper())

    def _put_number(self, column: int, style: int, value: float) -> None:
        text, has_lost = repr(value), False
        try:
            if style < len(self._are_dates) and self._are_dates[style]:
                text = day_text(text, self._from_1904)
            else:
                text, has_lost = number_text(text)
        except ValueError:
            self._add(Code.NUMBER_INVALID, column, f"holds {shown(text)} as a number or date")
        if has_lost:
            message = f"a number of more than 15 digits, of which the spreadsheet lost some ({text}); format it as text"
            self._add(Code.NUMBER_SCIENTIFIC, column, message, Severity.WARNING)
        self._put(column, text)

    def _put(self, column: int, text: str) -> None:
        if text and column >= MAX_COLUMNS:
            message = f"row {self._number} has a value behind column {MAX_COLUMNS}"
            raise unsound(Code.FILE_TOO_LARGE, message, self._number)
        if text:
            self.cells.extend([""] * (column + 1 - len(self.cells)))
            self.cells[column] = text

    def _add(self, code: Code, column: int, message: str, severity: Severity | None = None) -> None:
        if len(self._findings) < 20:
            text = f"row {self._number}, column {column + 1}: {message}"
            self._findings.append(Finding(code, text, at_row(self._number, column + 1), severity=severity))


def _short(raw: bytes) -> float:
    """A number of four bytes: two flags (hundredths, whole), then thirty bits of an integer or of a float's front."""
    (word,) = struct.unpack("<i", raw)
    value = float(word >> 2) if word & 2 else struct.unpack("<d", b"\x00\x00\x00\x00" + struct.pack("<i", word & ~3))[0]
    return value / 100 if word & 1 else value
