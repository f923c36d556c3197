"""The page with a table that old programs save as ``.xls``: its rows, and nothing else of HTML.

Read by a scan that goes forward only; Python's own parser can be made to go over a hostile page again and again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from translators.encodings import foreign_encoding
from translators.files.headings import Row
from translators.files.ooxml import Sheet
from translators.files.trees import unsound
from translators.findings import Code
from translators.limits import MAX_COLUMNS, MAX_ROWS

_TOKEN = re.compile(r"<(?P<end>/?)(?P<tag>[a-zA-Z]{1,10})(?P<more>[^<>]*)>|(?P<text>[^<]+)|<")
_SILENT = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_STRUCTURE = ("td", "th", "tr", "table")
_SPAN = re.compile(r"\b(col|row)span\s*=\s*[\"']?([0-9]{1,5})", re.IGNORECASE)


class HtmlPage:
    """All rows of all tables of a page, as one sheet. Raises Unsound."""

    is_active = False

    def __init__(self, raw: bytes) -> None:
        encoding = foreign_encoding(raw) or "utf-8"
        try:
            self._page = raw.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            self._page = raw.decode("cp1252", "replace")
        if "\x00" in self._page:
            raise unsound(Code.CHARACTER_INVALID, "the page holds a NUL byte; was it damaged on its way?")
        self.sheets = [Sheet("table", "table")]

    def rows(self, sheet: Sheet) -> Iterator[Row]:
        """The rows that have any cells, numbered over all tables."""
        number, column = 0, 0
        cells: list[str] = []
        texts: list[str] | None = None
        spans: dict[int, int] = {}
        for token in _TOKEN.finditer(_SILENT.sub(" ", self._page)):
            tag, is_end = (token["tag"] or "").lower(), bool(token["end"])
            if texts is not None and tag in _STRUCTURE:
                cells[column - 1] = " ".join(unescape("".join(texts)).split())
                texts = None
            if tag in ("tr", "table"):
                if any(cells):
                    yield Row(number, cells)
                cells, column = [], 0
                if tag == "table":
                    spans = {}
                elif not is_end:
                    number += 1
                    if number > MAX_ROWS:
                        raise unsound(Code.FILE_TOO_LARGE, f"the page has more than {MAX_ROWS} rows", number)
            elif tag in ("td", "th") and not is_end:
                column = _placed(cells, column, token["more"], spans, number)
                texts = []
            elif texts is not None:
                texts.append(token["text"] or " ")
        if any(cells):
            yield Row(number, cells)


def _placed(cells: list[str], column: int, attributes: str, spans: dict[int, int], number: int) -> int:
    """Makes room for a cell, right of those that come down from rows above; the column it stands in, from 1."""
    size = {kind.lower(): int(count) for kind, count in _SPAN.findall(attributes[:200])}
    column = max(column, len(cells)) + 1
    while column in spans and spans[column] >= number:
        column += 1
    width = max(1, size.get("col", 1))
    if column + width - 1 > MAX_COLUMNS:
        raise unsound(Code.FILE_TOO_LARGE, f"row {number} has more than {MAX_COLUMNS} cells", number)
    cells.extend([""] * (column + width - 1 - len(cells)))
    if (down := size.get("row", 1)) > 1:
        spans.update(dict.fromkeys(range(column, column + width), number + down - 1))
    return column
