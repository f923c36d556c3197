"""A customer's own file from its folder to orders, on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.intake import Crossing, receive
from gateway.partner_files import import_files
from gateway.road import Road
from gateway.settings import Settings
from partners.kits import kit
from printing.folder import FolderPrinter
from store import orders, transmissions
from store.archive import Archive
from store.database import Database
from tests.contract.test_operations import work
from tests.factories import Clock


@pytest.fixture
def road(database: Database, tmp_path: Path) -> Road:
    printers = {"dock": FolderPrinter("dock", tmp_path / "printed")}
    return Road(Settings(home=tmp_path), database, Archive(tmp_path / "archive"), printers, clock=Clock())


def test_a_kit_is_loaded_by_one_command_and_its_sample_becomes_orders(road: Road) -> None:
    import_files(road, [Path("kit:spreadsheet-customer")], "test")
    (sample,) = kit("spreadsheet-customer").samples
    crossing = Crossing("folder:spreadsheet", "1", sample.name, road.clock())
    transmission_id = receive(road, sample.data, crossing)
    work(road)
    with road.database.read() as conn:
        assert sorted(row.customer_po_number for row in orders.listed(conn)) == ["PO-1", "PO-2"]
        assert transmissions.transmission_by_id(conn, transmission_id).state == "translated"
