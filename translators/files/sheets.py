"""Spreadsheets to orders: which sheet counts, and what is said of the others."""

from __future__ import annotations

from collections.abc import Iterator

from translators.detect import Syntax
from translators.files import tables
from translators.files.archive import whole
from translators.files.biff import OldWorkbook
from translators.files.headings import Row
from translators.files.htmltable import HtmlPage
from translators.files.ooxml import Sheet, Workbook
from translators.files.opendocument import OpenDocument
from translators.files.options import FileOptions, plain_name
from translators.files.trees import OrderTree, Unsound
from translators.findings import Code, Finding, shown
from translators.limits import MAX_WORKBOOK_BYTES
from translators.source import Source

Book = Workbook | OpenDocument | OldWorkbook | HtmlPage
_BOOKS: dict[Syntax, type[Workbook] | type[OpenDocument] | type[OldWorkbook] | type[HtmlPage]] = {
    Syntax.XLSX: Workbook,
    Syntax.ODS: OpenDocument,
    Syntax.XLS: OldWorkbook,
    Syntax.HTML: HtmlPage,
}


def book(source: Source, syntax: Syntax) -> Book:
    """The workbook. Raises Unsound."""
    return _BOOKS[syntax](whole(source, MAX_WORKBOOK_BYTES))


def is_book(syntax: Syntax) -> bool:
    """Whether files of this syntax hold sheets."""
    return syntax in _BOOKS


def rows(source: Source, syntax: Syntax, wanted: str = "") -> Iterator[Row | Finding]:
    """The rows of one sheet: the one of that name, else the first that is not hidden."""
    try:
        read = book(source, syntax)
        sheet = _chosen(read.sheets, wanted)
        yield from [sheet] if isinstance(sheet, Finding) else _rows(read, sheet)
    except Unsound as refusal:
        yield refusal.finding


def orders(source: Source, syntax: Syntax, options: FileOptions) -> Iterator[OrderTree | Finding]:
    """The orders of the sheet that counts. After a rejecting finding none of them does."""
    try:
        read = book(source, syntax)
        sheet = _chosen(read.sheets, options.sheet)
        if isinstance(sheet, Finding):
            yield sheet
            return
        if read.is_active:
            yield Finding(Code.ACTIVE_CONTENT, "the workbook holds macros or links, which are not followed")
        for other in read.sheets:
            if other is not sheet:
                what = "hidden sheet" if other.is_hidden else "sheet"
                yield Finding(Code.SHEET_IGNORED, f"{what} {shown(other.name)} was not read")
        yield from tables.orders(_rows(read, sheet), options, sheet.name, is_sheet=True)
    except Unsound as refusal:
        yield refusal.finding


def _rows(read: Book, sheet: Sheet) -> Iterator[Row | Finding]:
    """Names the sheet's rows; a workbook that breaks midway ends in a rejecting finding."""
    try:
        yield from read.rows(sheet)
    except Unsound as refusal:
        yield refusal.finding


def _chosen(sheets: list[Sheet], wanted: str) -> Sheet | Finding:
    if wanted:
        found = [one for one in sheets if plain_name(one.name) == plain_name(wanted)]
        if not found:
            names = ", ".join(one.name for one in sheets)
            return Finding(Code.SHEET_MISSING, f"there is no sheet {wanted!r}; there are {shown(names) or 'none'}")
        return found[0]
    found = [one for one in sheets if not one.is_hidden]
    return found[0] if found else Finding(Code.SHEET_MISSING, "the workbook has no sheet that is not hidden")
