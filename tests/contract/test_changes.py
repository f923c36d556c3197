"""Changes that customers send, from their bytes to the order they speak of; on SQLite and PostgreSQL."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from gateway.demo import load_demo
from gateway.intake import Crossing, receive
from gateway.partner_files import import_files
from gateway.road import Road
from gateway.settings import Settings
from orders.order import SalesOrder
from orders.values import HoldKind
from partners.partner import Agreement
from partners.profile import write_profile
from printing.folder import FolderPrinter
from store import events, orders, partners, transmissions
from store.archive import Archive
from store.database import Database
from tests.contract.test_operations import work
from tests.factories import Clock

ORDER = files("gateway.demo").joinpath("straight.edi").read_text()
CHANGE = (
    "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*DOCKGATE       *260303*0915*U*00401*000000900*0*P*>~"
    "GS*PC*NORTHWIND*DOCKGATE*20260303*0915*9*X*004010~ST*860*0001~{body}SE*{count}*0001~GE*1*9~IEA*1*000000900~"
)


@pytest.fixture
def road(database: Database, tmp_path: Path) -> Road:
    printers = {"dock": FolderPrinter("dock", tmp_path / "printed")}
    road = Road(Settings(home=tmp_path), database, Archive(tmp_path / "archive"), printers, clock=Clock())
    load_demo(road)
    with database.read() as conn:
        profile = partners.partner_by_name(conn, "northwind")
    agreed = (*profile.agreements, Agreement(document="860", map="x12-860"))
    path = tmp_path / "northwind.toml"
    path.write_text(write_profile(profile.model_copy(update={"agreements": agreed})), "utf-8")
    import_files(road, [path], "test")
    return road


def arrives(road: Road, text: str, name: str) -> str:
    transmission_id = receive(road, text.encode(), Crossing("folder:northwind", name, name, road.clock()))
    work(road)
    return transmission_id


def change(body: str) -> str:
    return CHANGE.format(body=body, count=body.count("~") + 2)


def po_number() -> str:
    return next(one for one in ORDER.split("~") if one.lstrip().startswith("BEG*")).split("*")[3]


def the_order(road: Road) -> SalesOrder:
    with road.database.read() as conn:
        (row,) = orders.listed(conn)
        return orders.order_by_id(conn, row.order_id)


def test_a_change_is_laid_beside_its_order_and_a_person_decides(road: Road) -> None:
    arrives(road, ORDER, "order.edi")
    number = po_number()
    came = arrives(
        road, change(f"BCH*04*SA*{number}**1*20260302~POC*1*QD*1**EA*****~POC*9*DI*1**EA***VN*NOPE~"), "c.edi"
    )
    order = the_order(road)
    (hold,) = order.open_holds(HoldKind.REVIEW)
    assert hold.rule == "R20"
    assert "1 x decrease, 1 x delete" in hold.reason
    assert "line 9 is not in the order" in hold.reason
    assert came in order.transmission_ids
    with road.database.read() as conn:
        (document,) = transmissions.documents_of(conn, came)
    assert document.order_id == order.order_id


def test_a_change_that_comes_before_its_order_waits_and_then_finds_it(road: Road) -> None:
    number = po_number()
    came = arrives(road, change(f"BCH*01*SA*{number}***20260302~"), "c.edi")
    with road.database.read() as conn:
        assert "change.waiting" in [event.what for event in events.transmission_timeline(conn, came)]
    arrives(road, ORDER, "order.edi")
    (hold,) = the_order(road).open_holds(HoldKind.REVIEW)
    assert "the whole order is to be cancelled" in hold.reason


def test_an_order_sent_again_to_cancel_is_a_change_and_no_second_order(road: Road) -> None:
    arrives(road, ORDER, "order.edi")
    again = ORDER.replace("BEG*00*", "BEG*01*").replace("000000101", "000000901")
    isa = ORDER.split("*")[13]
    arrives(road, again.replace(isa, f"{int(isa) + 800:09}"), "again.edi")
    (hold,) = the_order(road).open_holds(HoldKind.REVIEW)
    assert (hold.rule, "cancelled" in hold.reason) == ("R20", True)
