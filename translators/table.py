"""Any table, row by row: CSV with any separator, Excel, OpenDocument. The door for tables that are no orders."""

from __future__ import annotations

from collections.abc import Iterator

from translators.detect import Syntax, detect
from translators.files import delimited, sheets
from translators.files.headings import Row, is_filled
from translators.files.options import FileOptions
from translators.files.trees import Unsound
from translators.findings import Code, Finding
from translators.limits import HEAD_BYTES

__all__ = ["Row", "read_table"]

_TEXTS = {Syntax.CSV: "", Syntax.TSV: "\t", Syntax.TEXT: ""}


def read_table(data: bytes) -> Iterator[Row | Finding]:
    """The filled rows of a file, of a workbook those of its first sheet; numbered as a person sees them.

    Nothing is raised for any bytes. After a finding that rejects nothing more comes, and nothing before it counts.
    """
    syntax = detect(data[:HEAD_BYTES])
    if syntax in _TEXTS:
        found = delimited.rows(data, FileOptions(), _TEXTS[syntax])
    elif syntax in (Syntax.XLSX, Syntax.XLS, Syntax.ODS, Syntax.HTML):
        found = _of_a_workbook(data, syntax)
    else:
        message = f"this is {syntax.value}, not a table: save it as .xlsx, .ods or .csv"
        found = iter((Finding(Code.SYNTAX_NOT_READ, message),))
    for row in found:
        if isinstance(row, Finding):
            yield row
            if row.rejects:
                return
        elif is_filled(row):
            yield row


def _of_a_workbook(data: bytes, syntax: Syntax) -> Iterator[Row | Finding]:
    try:
        book = sheets.book(data, syntax)
        sheet = next((one for one in book.sheets if not one.is_hidden), None)
        if sheet is None:
            yield Finding(Code.SHEET_MISSING, "the workbook has no sheet that is not hidden")
            return
        yield from book.rows(sheet)
    except Unsound as refusal:
        yield refusal.finding
