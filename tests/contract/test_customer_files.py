"""A customer's own file from its folder to orders, on SQLite and PostgreSQL."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.intake import Crossing, receive
from gateway.partner_files import import_files
from gateway.road import Road
from gateway.settings import Settings
from partners.kits import kit
from partners.profile import read_profile
from printing.folder import FolderPrinter
from store import orders, partners, transmissions
from store.archive import Archive
from store.database import Database
from tests.contract.test_operations import work
from tests.factories import Clock
from translators.translate import Envelope, read


@pytest.fixture
def road(database: Database, tmp_path: Path) -> Road:
    printers = {"dock": FolderPrinter("dock", tmp_path / "printed")}
    return Road(Settings(home=tmp_path), database, Archive(tmp_path / "archive"), printers, clock=Clock())


def test_a_kit_is_loaded_by_one_command_and_its_sample_becomes_orders(road: Road) -> None:
    import_files(road, [Path("kit:spreadsheet-customer")], "test")
    sample = next(one for one in kit("spreadsheet-customer").samples if one.name == "orders.csv")
    crossing = Crossing("folder:spreadsheet", "1", sample.name, road.clock())
    transmission_id = receive(road, sample.data, crossing)
    work(road)
    with road.database.read() as conn:
        assert sorted(row.customer_po_number for row in orders.listed(conn)) == ["PO-1", "PO-2"]
        assert transmissions.transmission_by_id(conn, transmission_id).state == "translated"


def test_a_file_speaks_for_the_partner_whose_folder_it_lay_in_whatever_sender_it_names(road: Road) -> None:
    order = kit("peppol-buyer").samples[0].data
    named: list[Envelope] = []
    read(order, lambda envelope: named.append(envelope), road.clock())
    sender = named[0].sender
    victim = read_profile(kit("peppol-buyer").profile).model_copy(update={"identifiers": (sender,)})
    with road.database.write() as conn:
        partners.import_partner(conn, victim, road.clock(), "test")
    import_files(road, [Path("kit:spreadsheet-customer")], "test")
    crossing = Crossing("folder:spreadsheet", "1", "order.xml", road.clock())
    transmission_id = receive(road, order, crossing)
    work(road)
    with road.database.read() as conn:
        assert orders.listed(conn) == []
        assert transmissions.transmission_by_id(conn, transmission_id).state == "refused"
