"""Orders as a table for people and programs: CSV or Excel, a row an order or a row a delivery, of any length.

Pages of orders are read one after another, each in a transaction of its own, so that a long download holds nothing.
"""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, cast

import xlsxwriter

from gateway.road import Road
from orders.values import HoldKind
from store import deliveries, orders
from store.deliveries import DeliveryRow
from store.orders import OrderRow

PAGE = 500
SHEET_ROWS = 1_048_576
"""Rows Excel takes in one sheet; what is more goes on in the next."""
EXACT_DIGITS = 15
"""Digits Excel keeps of a number; a longer one stays text."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A text that begins so would be run as a formula by whoever opens a CSV file."""

Cell = str | int | Decimal | date | None


class Rows(StrEnum):
    ORDER = "order"
    DELIVERY = "delivery"


class Format(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"


@dataclass(frozen=True)
class Wanted:
    """Which orders, by the filters of the order list."""

    state: str | None = None
    partner: str | None = None
    held: HoldKind | None = None
    search: str | None = None


def table(road: Road, wanted: Wanted, rows: Rows) -> Iterator[tuple[Cell, ...]]:
    """The headings, then a row for each order or delivery, those entered last first."""
    order_columns = tuple(OrderRow.__dataclass_fields__)
    delivery_columns = tuple(name for name in DeliveryRow.__dataclass_fields__ if name != "order_id")
    yield order_columns if rows is Rows.ORDER else order_columns + delivery_columns
    for page, parts in _pages(road, wanted, rows is Rows.DELIVERY):
        for order in page:
            head = tuple(vars(order).values())
            if rows is Rows.ORDER:
                yield head
            for one in parts.get(order.order_id, ()):
                yield head + tuple(getattr(one, name) for name in delivery_columns)


def _pages(
    road: Road, wanted: Wanted, with_deliveries: bool
) -> Iterator[tuple[list[OrderRow], Mapping[str, list[DeliveryRow]]]]:
    before: str | None = None
    while True:
        with road.database.read() as conn:
            page = orders.listed(conn, **vars(wanted), before=before, limit=PAGE)
            found = deliveries.deliveries_of(conn, [one.order_id for one in page]) if with_deliveries else []
        by_order: dict[str, list[DeliveryRow]] = {}
        for one in found:
            by_order.setdefault(one.order_id, []).append(one)
        yield page, by_order
        if len(page) < PAGE:
            return
        before = page[-1].order_id


def as_csv(rows: Iterable[tuple[Cell, ...]]) -> Iterator[bytes]:
    """CSV in UTF-8 with a mark Excel knows it by, some hundred rows at a time."""
    text = io.StringIO()
    writer = csv.writer(text)
    text.write("\ufeff")
    for number, row in enumerate(rows, 1):
        writer.writerow([_csv_cell(value) for value in row])
        if number % PAGE == 0:
            yield _taken(text)
    yield _taken(text)


def _taken(text: io.StringIO) -> bytes:
    data = text.getvalue().encode()
    text.seek(0)
    text.truncate()
    return data


def _csv_cell(value: Cell) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else value
    return _plain(value)


def _plain(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def as_xlsx(rows: Iterable[tuple[Cell, ...]]) -> BinaryIO:
    """An Excel file, open at its start; it is gone when it is closed. One row at a time is in memory."""
    file = cast(BinaryIO, tempfile.TemporaryFile())  # noqa: SIM115 - the caller closes it
    book = xlsxwriter.Workbook(file, {"constant_memory": True})
    sheet: Any = None
    for number, row in enumerate(rows):
        place = number % SHEET_ROWS
        if place == 0:
            sheet = book.add_worksheet()
        for column, value in enumerate(row):
            if isinstance(value, Decimal | int) and len(str(value).strip("-").replace(".", "")) <= EXACT_DIGITS:
                sheet.write_number(place, column, value)
            elif value is not None:
                sheet.write_string(place, column, _plain(value))
    book.close()
    file.seek(0)
    return file


def write(road: Road, wanted: Wanted, rows: Rows, path: Path) -> None:
    """Write a file, CSV or Excel by its name."""
    found = table(road, wanted, rows)
    with path.open("wb") as file:
        if path.suffix.lower() == ".xlsx":
            with as_xlsx(found) as book:
                while block := book.read(1 << 16):
                    file.write(block)
        else:
            file.writelines(as_csv(found))
