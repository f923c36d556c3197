"""Old Excel workbooks (.xls, BIFF in an OLE file) to rows, by calamine."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from translators.files.cells import moment_text, number_text
from translators.files.ooxml import Sheet
from translators.files.tables import Row
from translators.files.text import at_row
from translators.files.trees import Unsound, unsound
from translators.findings import Code, Finding, Severity, shown

_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
"""The stream of an OLE file that wraps an .xlsx with a password."""
_Cell = int | float | str | bool | time | date | datetime | timedelta


class OldWorkbook:
    """An .xls file. Raises Unsound."""

    is_active = False

    def __init__(self, raw: bytes) -> None:
        if _ENCRYPTED in raw:
            raise unsound(Code.PASSWORD_PROTECTED, "the workbook has a password; ask for it without one")
        try:
            self._book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
            self.sheets = [
                Sheet(one.name, one.name, one.visible is not SheetVisibleEnum.Visible)
                for one in self._book.sheets_metadata
                if one.typ is SheetTypeEnum.WorkSheet
            ]
        except BaseException as reason:
            raise _refusal(reason) from None

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows of a sheet that have any cells."""
        try:
            table = self._book.get_sheet_by_name(sheet.name)
            start = table.start or (0, 0)
            rows = table.to_python()
        except BaseException as reason:
            raise _refusal(reason) from None
        for number, cells in enumerate(rows, start[0] + 1):
            texts = [_text(cell) for cell in cells]
            findings = [_lost(number, column, text) for column, (text, is_lost) in enumerate(texts, 1) if is_lost]
            yield Row(number, [""] * start[1] + [text for text, _ in texts], tuple(findings))


def _refusal(reason: BaseException) -> Unsound:
    """A panic of the Rust library comes as a BaseException of its own; those of Python's go their way."""
    if isinstance(reason, PasswordError):
        return unsound(Code.PASSWORD_PROTECTED, "the workbook has a password; ask for it without one")
    if isinstance(reason, (CalamineError, Exception)) or type(reason).__name__ == "PanicException":
        return unsound(Code.FILE_MALFORMED, f"this is no workbook we can read: {shown(str(reason))}")
    raise reason


def _text(cell: _Cell) -> tuple[str, bool]:
    if isinstance(cell, bool):
        return str(cell).upper(), False
    if isinstance(cell, int | float):
        try:
            return number_text(repr(cell))
        except ValueError:
            return repr(cell), True
    return (cell, False) if isinstance(cell, str) else (moment_text(cell), False)


def _lost(number: int, column: int, text: str) -> Finding:
    message = f"row {number}, column {column}: a number of more than 15 digits ({text}); format it as text"
    return Finding(Code.NUMBER_SCIENTIFIC, message, at_row(number, column), text, Severity.WARNING)
