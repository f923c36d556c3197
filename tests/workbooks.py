"""Workbooks for tests, made by hand, so that they may be as wrong as a test wants them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DAY_STYLE = 1
"""The style of a day number in :func:`xlsx`."""

Cell = str | int | float | tuple[str, str]
"""A text, a number, or a raw ``<c>`` tail: its attributes and its content."""


def zipped(members: Mapping[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def _cell(cell: Cell) -> str:
    if isinstance(cell, tuple):
        return f"<c {cell[0]}>{cell[1]}</c>"
    if isinstance(cell, str):
        return f'<c t="inlineStr"><is><t>{escape(cell)}</t></is></c>' if cell else "<c/>"
    return f"<c><v>{cell}</v></c>"


def sheet_xml(rows: Sequence[Sequence[Cell]]) -> str:
    body = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
    return f'<worksheet xmlns="{MAIN}"><sheetData>{body}</sheetData></worksheet>'


def xlsx(
    rows: Sequence[Sequence[Cell]],
    hidden: Sequence[str] = (),
    more: Mapping[str, bytes | str] | None = None,
    from_1904: bool = False,
) -> bytes:
    """One sheet ``Order`` with these rows behind the hidden ones, which are empty; ``more`` members win."""
    names = [*hidden, "Order"]
    sheets = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="r{at}" state="{"visible" if name == "Order" else "hidden"}"/>'
        for at, name in enumerate(names, 1)
    )
    relations = "".join(
        f'<Relationship Id="r{at}" Target="worksheets/sheet{at}.xml"/>' for at in range(1, len(names) + 1)
    )
    book = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><workbookPr date1904="{int(from_1904)}"/>'
        f"<sheets>{sheets}</sheets></workbook>"
    )
    styles = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
    members: dict[str, bytes | str] = {
        "[Content_Types].xml": "<Types/>",
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": f"<Relationships>{relations}</Relationships>",
        "xl/styles.xml": styles,
    }
    for at, name in enumerate(names, 1):
        members[f"xl/worksheets/sheet{at}.xml"] = sheet_xml(rows if name == "Order" else [])
    return zipped({**members, **(more or {})})


def ods(table: str, styles: str = "") -> bytes:
    """A spreadsheet whose ``table:table`` elements are given; office, table, text and style are declared."""
    spaces = " ".join(
        f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for name in ("office", "table", "text", "style")
    )
    content = (
        f"<office:document-content {spaces}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content, zipfile.ZIP_DEFLATED)
    return out.getvalue()
