"""Where a table's headings stand, what they are called, and what an order form says above them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from translators.files.options import FileOptions, plain_name
from translators.files.text import at_row
from translators.findings import Code, Finding, shown


class Row(NamedTuple):
    """One row: its number in the file from 1, and its cells as text. ``findings`` are those on its cells."""

    number: int
    cells: list[str]
    findings: tuple[Finding, ...] = ()


class Headings(NamedTuple):
    """The names of the columns, ours where the partner's are renamed; empty for a column that has none."""

    names: list[str]
    row: int
    """Where they stand; 0 in a file without."""
    titles: tuple[tuple[str, str, int], ...] = ()
    """What stands above them, as an order form has it: name, text and row."""


def is_filled(row: Row) -> bool:
    return any(cell and not cell.isspace() for cell in row.cells)


def headings_of(first: list[Row], options: FileOptions) -> Headings | Finding:
    """The headings among the first filled rows, or why there are none."""
    if not first:
        return Finding(Code.NO_ORDER, "the table has no rows")
    if options.header_row == "none":
        width = max(len(row.cells) for row in first)
        more = [f"c{number}" for number in range(len(options.columns) + 1, width + 1)]
        return Headings([*options.columns, *more], 0)
    row = _heading_row(first, options)
    if row is None:
        message = "no row of headings was found: name its number in [file] header_row, or none"
        return Finding(Code.HEADINGS_MISSING, message)
    ours = _ours(options)
    names = _names(row.cells, ours, options)
    repeated = sorted({one for one in names if one and names.count(one) > 1})
    if repeated:
        message = f"row {row.number}: two columns are called {shown(repeated[0])}; which one counts?"
        return Finding(Code.HEADING_REPEATED, message, at_row(row.number), repeated[0])
    titles = [title for above in first if above.number < row.number for title in _titles(above, ours)]
    said = {*names, *(title[0] for title in titles)}
    missing = [one for one in options.group_by if one not in said] + [one for one in options.skip if one not in names]
    if missing:
        message = f"row {row.number}: there is no column {missing[0]!r}; it has {shown(', '.join(filter(None, names)))}"
        return Finding(Code.HEADINGS_MISSING, message, at_row(row.number), missing[0])
    return Headings(names, row.number, tuple(titles))


def _names(cells: list[str], ours: dict[str, str], options: FileOptions) -> list[str]:
    """Our names of the columns. Of several for one of ours, the one the map has first; the others keep theirs."""
    own = [" ".join(cell.split()) for cell in cells]
    names = [ours.get(plain_name(cell), name) for cell, name in zip(cells, own, strict=True)]
    for our in {one for one in names if one in options.rename and names.count(one) > 1}:
        telling = [plain_name(one) for one in (our, *options.rename[our])]
        ranks = {at: telling.index(plain_name(own[at])) for at, one in enumerate(names) if one == our}
        best = min(ranks.values())
        for at in (at for at, rank in ranks.items() if rank > best):
            names[at] = own[at]
    return names


def _ours(options: FileOptions) -> dict[str, str]:
    """Our names of columns by the plain form of every name they go by."""
    ours = {plain_name(our): our for our in (*options.group_by, *options.header, *options.skip)}
    return ours | {plain_name(one): our for our, theirs in options.rename.items() for one in (our, *theirs)}


def _titles(row: Row, ours: dict[str, str]) -> Iterator[tuple[str, str, int]]:
    """``PO number: | 4711 | Date: | 3 March``, or both in one cell; a row of other words says nothing by name."""
    cells = [cell.strip() for cell in row.cells if cell.strip()]
    if len(cells) == 1:
        label, _, text = cells[0].partition(":")
        cells = [label, text.strip()]
    for label, text in zip(cells[::2], cells[1::2], strict=False):
        name = label.rstrip(" :")
        if name and text:
            yield ours.get(plain_name(name), name), text, row.number


def _heading_row(first: list[Row], options: FileOptions) -> Row | None:
    """The row with most names that the map knows, of words only, and wide; else the first wide row of words."""
    if isinstance(options.header_row, int):
        return next((row for row in first if row.number == options.header_row), None)
    known = _ours(options).keys()
    filled = [[cell.strip() for cell in row.cells if cell.strip()] for row in first]
    hits = [len(known & {plain_name(cell) for cell in cells}) for cells in filled]
    is_words = [not any(cell[0].isdigit() for cell in cells) for cells in filled]
    if any(hits):
        return first[max(range(len(first)), key=lambda at: (hits[at], is_words[at], len(filled[at]), -at))]
    widest = max(map(len, filled))
    wide = (at for at, cells in enumerate(filled) if is_words[at] and len(cells) * 3 >= widest * 2)
    return next((first[at] for at in wide), None)
