"""Masters as tables: a clerk exports, changes and imports; one wrong row and nothing is taken."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from gateway.master_files import export_file, export_text, import_file
from gateway.master_tables import MasterInvalid
from orders.document import Content
from orders.masters import Customer, Part, PartPrice, ShipTo
from store import masters
from store.database import Database
from store.masters import KINDS
from store.schema import migrate
from tests import factories
from tests.contract.test_masters import ONE_OF_EACH
from tests.workbooks import xlsx


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path / 'box.db'}")
    migrate(database)
    yield database
    database.close()


def given(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def taken(box: Database, kind: str, path: Path) -> list[Content]:
    import_file(box, path, KINDS[kind])
    with box.read() as conn:
        return list(masters.every(conn, KINDS[kind]))


def refused(box: Database, kind: str, path: Path) -> list[str]:
    with pytest.raises(MasterInvalid) as told:
        import_file(box, path, KINDS[kind])
    with box.read() as conn:
        assert masters.count(conn, KINDS[kind]) == 0
    return str(told.value).splitlines()


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
@pytest.mark.parametrize("name", KINDS)
def test_what_is_exported_can_be_imported_again(box: Database, tmp_path: Path, name: str, ending: str) -> None:
    path = tmp_path / f"table.{ending}"
    assert export_file(path, KINDS[name], [ONE_OF_EACH[name]]) == 1
    assert taken(box, name, path) == [ONE_OF_EACH[name]]


def test_prices_of_one_part_stand_in_rows_below_one_another(box: Database, tmp_path: Path) -> None:
    table = "Price list;Part;From qty;Price\nBIG;W-1;;10\nBIG;W-1;100;9\nBIG;W-2;;5\n"
    (first, second) = taken(box, "prices", given(tmp_path / "p.csv", table))
    assert isinstance(first, PartPrice) and isinstance(second, PartPrice)
    assert [(one.from_qty, one.price) for one in first.offers] == [(0, 10), (100, 9)]
    assert len(second.offers) == 1
    assert list(export_text(KINDS["prices"], [first]))[1:] == ["BIG,W-1,,,10,0,,1,line\n", "BIG,W-1,,,9,100,,1,line\n"]


def test_workbook_as_a_clerk_makes_it_is_read(box: Database, tmp_path: Path) -> None:
    book = xlsx([["Part", "Description", "Conversions", "List price"], ["W-1", "Widget", "CS=12 PAL=480", 9.25]])
    (part,) = taken(box, "parts", given(tmp_path / "parts.xlsx", book))
    assert isinstance(part, Part)
    assert (part.conversions, part.list_price) == ({"CS": Fraction(12), "PAL": Fraction(480)}, Decimal("9.25"))


def test_columns_a_table_leaves_out_stay_as_they_are_and_empty_cells_are_emptied(box: Database, tmp_path: Path) -> None:
    with box.write() as conn:
        masters.put(conn, factories.customer(receivables=Decimal(700), parent="C-1"))
    table = "customer,name,parent\nC-1001,Acme Stores,\n"
    (customer,) = taken(box, "customers", given(tmp_path / "c.csv", table))
    assert isinstance(customer, Customer)
    assert (customer.name, customer.receivables, customer.parent) == ("Acme Stores", 700, None)


def test_address_of_a_place_has_columns_of_its_own(box: Database, tmp_path: Path) -> None:
    table = "customer,code,name,line1,city,country\nC-1,0042,Store 42,1 Dock Road,Toledo,US\n"
    (place,) = taken(box, "ship-tos", given(tmp_path / "s.csv", table))
    assert isinstance(place, ShipTo)
    assert (place.code, place.address.city) == ("0042", "Toledo")


def test_every_wrong_row_is_named_and_nothing_is_taken(box: Database, tmp_path: Path) -> None:
    table = (
        "part,description,list_price,conversions\nW-1,Widget,9.25,\nW-2,Widget,dear,CS\nW-1,Again,1,\n,Nameless,1,\n"
    )
    assert refused(box, "parts", given(tmp_path / "p.csv", table)) == [
        "p.csv, row 3, column conversions: write pairs such as CS=12 PAL=480, not 'CS'",
        "p.csv, row 4, column part: W-1 stands in row 2 already",
        "p.csv, row 3, column list_price: Input should be a valid decimal, got 'dear'",
        "p.csv, row 5, column part: this is needed",
    ]


def test_wrong_price_is_named_by_its_own_row(box: Database, tmp_path: Path) -> None:
    table = "price_list,part,price,basis_qty\nBIG,W-1,10,1\nBIG,W-1,9,0\n"
    assert refused(box, "prices", given(tmp_path / "p.csv", table)) == [
        "p.csv, row 3, column basis_qty: Input should be greater than 0, got '0'"
    ]


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("part,descripton\nW-1,x\n", "p.csv, row 1, column descripton: parts have no such column; did you mean"),
        ("part,zzz\nW-1,x\n", "p.csv, row 1, column zzz: parts have no such column; known: part, description"),
        ("part,part\nW-1,W-1\n", "p.csv, row 1, column part: the table has this column twice"),
        ("description,uom\nWidget,EA\n", "p.csv, row 1, column part: this column is needed: it is part of the key"),
        ("ISA*00*", "p.csv: "),
        ("", "p.csv: this is empty, not a table: save it as .xlsx, .ods or .csv"),
        (b"PK\x03\x04 broken", "p.csv: "),
    ],
)
def test_file_that_cannot_be_taken_says_why(box: Database, tmp_path: Path, table: str | bytes, told: str) -> None:
    (line,) = refused(box, "parts", given(tmp_path / "p.csv", table))
    assert line.startswith(told)


def test_progress_is_told_until_all_is_in(box: Database, tmp_path: Path) -> None:
    rows = "".join(f"W-{number},Widget\n" for number in range(2500))
    path, heard = given(tmp_path / "p.csv", f"part,description\n{rows}"), []
    assert import_file(box, path, KINDS["parts"], lambda done, of: heard.append((done, of))) == 2500
    assert heard == [(1000, 2500), (2000, 2500), (2500, 2500)]
