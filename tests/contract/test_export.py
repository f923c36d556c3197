"""Orders as a table: CSV and Excel, any number of them, on SQLite and PostgreSQL."""

from __future__ import annotations

import csv
import io
import tracemalloc
from decimal import Decimal
from pathlib import Path

import pytest

from gateway import export
from gateway.clerk import Hand, enter_order
from gateway.console.app import create_app
from gateway.export import Rows, Wanted
from gateway.road import Road
from orders.document import PurchaseOrder
from tests import factories
from tests.asgi import Client
from tests.contract.test_changes import road
from translators.detect import Syntax
from translators.files.headings import Row
from translators.files.sheets import book

__all__ = ["road"]
URL = "/api/v1/orders/export"
ANN = Hand("ann")


def enters(road: Road, **values: object) -> None:
    order: PurchaseOrder = factories.purchase_order(**{"partner": "northwind", "channel": None} | values)
    enter_order(road, order, ANN)


def csv_rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def sheets_of(data: bytes) -> list[list[list[str]]]:
    """The cells of each sheet, as text."""
    read = book([data], Syntax.XLSX)
    return [[list(row.cells) for row in read.rows(sheet) if isinstance(row, Row)] for sheet in read.sheets]


def test_a_row_an_order_with_the_filters_of_the_list(road: Road) -> None:
    enters(road, customer_po_number="PO-A")
    enters(road, customer_po_number="PO-B", partner="nobody-we-know")
    erp = Client(create_app(road))
    found = erp.get(URL)
    assert found.headers["content-type"].startswith("text/csv")
    assert found.headers["content-disposition"].startswith("attachment")
    assert [row["customer_po_number"] for row in csv_rows(found.content)] == ["PO-B", "PO-A"]
    one = erp.get(URL, params={"partner": "northwind"}).content
    assert [row["customer_po_number"] for row in csv_rows(one)] == ["PO-A"]
    assert erp.get(URL, params={"held": "nonsense"}).status_code == 404
    assert erp.get(URL, params={"format": "pdf"}).status_code == 422


def test_a_row_a_delivery_with_quantities_as_they_are(road: Road) -> None:
    enters(road, lines=(factories.line(1, quantity=Decimal("0.125")), factories.line(2, quantity=Decimal(1000))))
    rows = csv_rows(Client(create_app(road)).get(URL, params={"rows": "delivery"}).content)
    assert [(row["line_no"], row["schedule_no"], row["quantity"]) for row in rows] == [
        ("1", "1", "0.125"),
        ("2", "1", "1000"),
    ]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_customers_text_is_never_a_formula(road: Road, start: str) -> None:
    enters(road, customer_po_number=f"{start}cmd|' /C calc'!A0")
    (row,) = csv_rows(Client(create_app(road)).get(URL).content)
    assert row["customer_po_number"] == f"'{start}cmd|' /C calc'!A0"


def test_excel_file_holds_numbers_as_numbers_and_text_as_text(road: Road, tmp_path: Path) -> None:
    enters(road, customer_po_number="=1+1", lines=(factories.line(1, quantity=Decimal("2.5")),))
    path = tmp_path / "orders.xlsx"
    export.write(road, Wanted(), Rows.DELIVERY, path)
    assert sheets_of(path.read_bytes())[0][1][3] == "=1+1"
    with path.open("rb") as file:
        assert file.read(2) == b"PK"
    assert Client(create_app(road)).get(URL, params={"format": "xlsx"}).content[:2] == b"PK"


def test_table_longer_than_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "SHEET_ROWS", 2)
    with export.as_xlsx([("a",), ("b",), ("c",)]) as file:
        assert len(sheets_of(file.read())) == 2


def test_orders_of_many_pages_come_once_each(road: Road, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "PAGE", 2)
    for number in range(5):
        enters(road, customer_po_number=f"PO-{number}")
    rows = list(export.table(road, Wanted(), Rows.ORDER))
    assert [row[3] for row in rows[1:]] == [f"PO-{number}" for number in (4, 3, 2, 1, 0)]


def test_long_table_takes_no_more_memory_than_a_short_one() -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        for _ in export.as_csv(("x" * 50, number) for number in range(count)):
            pass
        export.as_xlsx(("x" * 50, number) for number in range(count // 10)).close()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(1000)
    assert peak(50_000) < 2 * peak(5_000) + 500_000
