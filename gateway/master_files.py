"""Master records from and to files: CSV, Excel and what else holds a table. All of a file is taken, or nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path

import xlsxwriter

from gateway.master_tables import MasterInvalid, columns, read_records, rows_of
from orders.document import Content
from store import masters
from store.database import Database
from store.masters import Kind
from translators.findings import Finding
from translators.table import Row, read_table

AT_ONCE = 1_000
"""Records put in one statement, between two steps of a progress bar."""
WIDEST_COLUMN = 40


def read_file(path: Path, kind: Kind, known: dict[str, Content]) -> list[Content]:
    """The records of a file.

    Raises:
        MasterInvalid: it is no table, or rows of it are wrong; every one is named.
    """
    found = read_table(path.read_bytes())
    rows: list[Row] = []
    for row in found:
        if isinstance(row, Finding):
            if row.rejects:
                raise MasterInvalid(f"{path.name}: {row.message}")
            continue
        rows.append(row)
    if not rows:
        raise MasterInvalid(f"{path.name}: the table has no rows; the first one names the columns")
    below = ((row.number, row.cells) for row in rows[1:])
    records, faults = read_records(kind, rows[0].cells, below, known)
    if faults:
        raise MasterInvalid("\n".join(f"{path.name}, {fault}" for fault in faults))
    return records


def import_file(
    database: Database, path: Path, kind: Kind, told: Callable[[int, int], None] = lambda done, of: None
) -> int:
    """Add or replace the records of a file, all of them in one transaction; how many they are.

    Args:
        database: where to.
        path: the file.
        kind: what its rows are.
        told: hears how many of how many are in.

    Raises:
        MasterInvalid: see :func:`read_file`; nothing was taken then.
    """
    with database.read() as conn:
        known = {kind.key_of(one): one for one in masters.every(conn, kind)}
    records = read_file(path, kind, known)
    with database.write() as conn:
        for start in range(0, len(records), AT_ONCE):
            masters.put(conn, *records[start : start + AT_ONCE])
            told(min(start + AT_ONCE, len(records)), len(records))
    return len(records)


def export_text(kind: Kind, records: Iterable[Content]) -> Iterator[str]:
    """The records as CSV, a line at a time."""
    for row in _table(kind, records):
        line = io.StringIO()
        csv.writer(line, lineterminator="\n").writerow(row)
        yield line.getvalue()


def export_file(path: Path, kind: Kind, records: Iterable[Content]) -> int:
    """Write the records as Excel where the name ends so, else as CSV; the number of rows below the headings."""
    if path.suffix.lower() != ".xlsx":
        with path.open("w", encoding="utf-8", newline="") as file:
            return sum(1 for line in export_text(kind, records) if file.write(line)) - 1
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    try:
        sheet = book.add_worksheet(kind.name)
        sheet.freeze_panes(1, 0)
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        for at, column in enumerate(columns(kind)):
            sheet.set_column(at, at, min(max(len(column.name) + 2, 10), WIDEST_COLUMN), text)
        count = 0
        for count, row in enumerate(_table(kind, records)):
            for at, cell in enumerate(row):
                if cell:  # every cell is text: no number loses a digit, no part number its zeros
                    sheet.write_string(count, at, cell, bold if count == 0 else text)
        return count
    finally:
        book.close()


def _table(kind: Kind, records: Iterable[Content]) -> Iterator[list[str]]:
    yield [column.name for column in columns(kind)]
    for record in records:
        yield from rows_of(kind, record)


def first_faults(error: MasterInvalid, most: int) -> list[str]:
    """The first lines of an error, and how many more there are."""
    lines = str(error).splitlines()
    more = len(lines) - most
    return [*islice(lines, most), *([f"and {more} more"] if more > 0 else [])]
