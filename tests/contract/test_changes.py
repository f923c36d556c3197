"""Changes that customers send, from their bytes to the order they speak of; on SQLite and PostgreSQL."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Literal

import pytest

from gateway.app import open_worker
from gateway.demo import load_demo
from gateway.intake import Crossing, receive
from gateway.partner_files import import_files
from gateway.pipeline import STEPS
from gateway.road import Road
from gateway.settings import Settings
from orders.order import SalesOrder
from orders.values import CancelReason, HoldKind, OrderState
from partners.partner import Agreement
from partners.profile import write_profile
from printing.folder import FolderPrinter
from store import events, orders, partners, print_jobs, transmissions
from store.archive import Archive
from store.database import Database
from tests.contract.test_operations import work
from tests.factories import Clock
from tests.lab.process import wait_until

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


def test_a_change_that_fits_amends_the_order_at_once_and_new_papers_replace_the_old(road: Road) -> None:
    arrives(road, ORDER, "order.edi")
    before = the_order(road)
    came = arrives(road, change(f"BCH*04*SA*{po_number()}**1*20260302~POC*1*QD*1**EA*****~"), "c.edi")
    order = the_order(road)
    assert order.content.lines[0].quantity == 1
    assert (order.revision, order.order_state, order.dock_release) == (2, OrderState.RELEASED, 2)
    assert order.open_holds() == ()
    assert came in order.transmission_ids
    with road.database.read() as conn:
        (document,) = transmissions.documents_of(conn, came)
        jobs = print_jobs.jobs_of(conn, order.order_id)
        revisions = orders.revisions(conn, order.order_id)
        told = [event.what for event in events.order_timeline(conn, order.order_id)]
    assert document.order_id == order.order_id
    assert {(job.dock_release, job.document) for job in jobs} == {
        (1, "pick-list"),
        (1, "packing-slip"),
        (1, "stop-notice"),
        (2, "pick-list"),
        (2, "packing-slip"),
    }
    assert [one.actor for one in revisions] == ["system", "system"]
    assert revisions[0].content == before.content
    assert told.index("dock.stopped") < len(told) - 1


def test_a_change_that_does_not_fit_is_held_and_the_order_stays_as_it_is(road: Road) -> None:
    arrives(road, ORDER, "order.edi")
    before = the_order(road)
    arrives(
        road,
        change(f"BCH*04*SA*{po_number()}**1*20260302~POC*1*QD*1**EA*****~POC*9*DI*1**EA***VN*NOPE~"),
        "c.edi",
    )
    order = the_order(road)
    (hold,) = order.open_holds(HoldKind.REVIEW)
    assert hold.rule == "R10"
    assert "1 x decrease, 1 x delete" in hold.reason
    assert "line 9 is not in the order" in hold.reason
    assert (order.content, order.revision) == (before.content, 1)


def test_the_same_change_twice_is_taken_once(road: Road) -> None:
    arrives(road, ORDER, "order.edi")
    text = change(f"BCH*04*SA*{po_number()}**1*20260302~POC*1*QD*1**EA*****~")
    arrives(road, text, "c.edi")
    arrives(road, text.replace("000000900", "000000901"), "c2.edi")
    order = the_order(road)
    assert order.revision == 2
    with road.database.read() as conn:
        told = [event.what for event in events.order_timeline(conn, order.order_id)]
    assert told.count("change.repeated") == 1


def test_a_change_that_comes_before_its_order_waits_and_then_finds_it(road: Road) -> None:
    number = po_number()
    came = arrives(road, change(f"BCH*01*SA*{number}***20260302~"), "c.edi")
    with road.database.read() as conn:
        assert "change.waiting" in [event.what for event in events.transmission_timeline(conn, came)]
    arrives(road, ORDER, "order.edi")
    order = the_order(road)
    assert (order.order_state, order.cancel_reason) == (OrderState.CANCELLED, CancelReason.CUSTOMER_REQUEST)


def test_an_order_sent_again_to_cancel_is_a_change_and_no_second_order(road: Road) -> None:
    arrives(road, ORDER, "order.edi")
    again = ORDER.replace("BEG*00*", "BEG*01*").replace("000000101", "000000901")
    isa = ORDER.split("*")[13]
    arrives(road, again.replace(isa, f"{int(isa) + 800:09}"), "again.edi")
    assert the_order(road).order_state is OrderState.CANCELLED
    with road.database.read() as conn:
        jobs = print_jobs.jobs_of(conn, the_order(road).order_id)
    assert "stop-notice" in [job.document for job in jobs]


SPLIT = (
    "ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*DOCKGATE       *260303*0815*U*00401*000000800*0*P*>~"
    "GS*PO*NORTHWIND*DOCKGATE*20260303*0815*8*X*004010~ST*850*0001~BEG*00*SA*PO-7**20260302~CUR*BY*USD~"
    "N1*ST*NORTHWIND DC*92*0042~PO1*1*36*EA*9.25**VP*WG-1001~SDQ*EA*92*0101*12*0102*24~SE*7*0001~"
    "GE*1*8~IEA*1*000000800~"
)


@pytest.fixture
def split_road(road: Road, tmp_path: Path) -> Road:
    """The partner's orders for many stores become an order for each."""
    with road.database.read() as conn:
        profile = partners.partner_by_name(conn, "northwind")
    agreed = tuple(
        one.model_copy(update={"stores": "per-store"}) if one.document == "850" else one for one in profile.agreements
    )
    path = tmp_path / "northwind.toml"
    path.write_text(write_profile(profile.model_copy(update={"agreements": agreed})), "utf-8")
    import_files(road, [path], "test")
    return road


def by_store(road: Road) -> dict[str | None, SalesOrder]:
    with road.database.read() as conn:
        every = [orders.order_by_id(conn, row.order_id) for row in orders.listed(conn)]
    return {one.content.store: one for one in every}


def quantities(road: Road) -> dict[str | None, list[int]]:
    return {store: [int(line.quantity) for line in one.content.lines] for store, one in by_store(road).items()}


def test_a_change_of_a_split_order_reaches_the_order_of_each_store(split_road: Road) -> None:
    arrives(split_road, SPLIT, "order.edi")
    assert quantities(split_road) == {"0101": [12], "0102": [24]}
    came = arrives(
        split_road, change("BCH*04*SA*PO-7**1*20260302~POC*1*CA*30**EA*9.25~SDQ*EA*92*0101*10*0102*20~"), "c.edi"
    )
    assert quantities(split_road) == {"0101": [10], "0102": [20]}
    assert all(came in one.transmission_ids for one in by_store(split_road).values())


def test_a_cancelled_po_is_cancelled_at_every_store(split_road: Road) -> None:
    arrives(split_road, SPLIT, "order.edi")
    arrives(split_road, change("BCH*01*SA*PO-7***20260302~"), "c.edi")
    assert {one.order_state for one in by_store(split_road).values()} == {OrderState.CANCELLED}


def test_a_change_that_comes_before_a_split_order_waits_for_all_of_its_stores(split_road: Road) -> None:
    came = arrives(split_road, change("BCH*01*SA*PO-7***20260302~"), "c.edi")
    arrives(split_road, SPLIT, "order.edi")
    found = by_store(split_road)
    assert {store: one.order_state for store, one in found.items()} == dict.fromkeys(
        ("0101", "0102"), OrderState.CANCELLED
    )
    assert all(one.transmission_ids.count(came) == 1 for one in found.values())


def test_what_no_store_of_the_po_can_take_is_in_a_hold_for_a_person(split_road: Road) -> None:
    arrives(split_road, SPLIT, "order.edi")
    arrives(split_road, change("BCH*04*SA*PO-7**1*20260302~POC*1*CA*40**EA*9.25~SDQ*EA*92*0103*40~"), "c.edi")
    (first,), (second,) = (by_store(split_road)[store].open_holds(HoldKind.REVIEW) for store in ("0101", "0102"))
    assert "40 of line 1 are for store 0103, which has no order of this PO" in first.reason
    assert "this order is not named" in second.reason
    assert quantities(split_road) == {"0101": [12], "0102": [24]}


def test_a_part_of_a_split_order_sent_again_changes_its_own_store_where_that_was_agreed(split_road: Road) -> None:
    with split_road.database.write() as conn:
        profile = partners.partner_by_name(conn, "northwind")
        agreed = tuple(one.model_copy(update={"resent": "change"}) for one in profile.agreements)
        partners.import_partner(conn, profile.model_copy(update={"agreements": agreed}), split_road.clock(), "test")
    arrives(split_road, SPLIT, "order.edi")
    again = SPLIT.replace("000000800", "000000801").replace("PO1*1*36", "PO1*1*30").replace("0102*24", "0102*18")
    arrives(split_road, again, "again.edi")
    assert quantities(split_road) == {"0101": [12], "0102": [18]}


def test_an_order_for_stores_sent_again_is_laid_over_each_of_its_orders(split_road: Road) -> None:
    arrives(split_road, SPLIT, "order.edi")
    again = SPLIT.replace("BEG*00*", "BEG*05*").replace("000000800", "000000801").replace("PO1*1*36", "PO1*1*30")
    arrives(split_road, again.replace("0102*24", "0102*18"), "again.edi")
    assert quantities(split_road) == {"0101": [12], "0102": [18]}


TABLE = "PO Number,Ship To,Line,SKU,Qty,Price\nT-1,0042,1,WG-1001,10,9.25\nT-1,0042,2,WG-1002,5,13.79\n"


def customer_of_tables(road: Road, resent: Literal["hold", "change"]) -> None:
    """Northwind as a partner who sends its orders as tables."""
    with road.database.write() as conn:
        profile = partners.partner_by_name(conn, "northwind")
        table = Agreement(document="csv", standard="file", map="csv-order", resent=resent)
        again = profile.model_copy(update={"agreements": (*profile.agreements, table)})
        partners.import_partner(conn, again, road.clock(), "test")


def test_a_table_sent_again_with_other_content_is_a_change_where_that_was_agreed(road: Road) -> None:
    customer_of_tables(road, "change")
    arrives(road, TABLE, "monday.csv")
    came = arrives(road, TABLE.replace(",10,", ",12,"), "tuesday.csv")
    order = the_order(road)
    quantities = [line.quantity for line in (order.pending.content if order.pending else order.content).lines]
    assert quantities == [12, 5]
    assert [hold.rule for hold in order.open_holds() if hold.rule == "R9"] == []
    with road.database.read() as conn:
        (document,) = transmissions.documents_of(conn, came)
    assert (document.kind, document.order_id) == ("purchase-order-change", order.order_id)


def test_a_line_missing_from_a_table_sent_again_is_gone(road: Road) -> None:
    customer_of_tables(road, "change")
    arrives(road, TABLE, "monday.csv")
    arrives(road, "\n".join(TABLE.splitlines()[:2]) + "\n", "tuesday.csv")
    order = the_order(road)
    content = order.pending.content if order.pending else order.content
    assert [line.line_no for line in content.lines if line.line_status != "cancelled"] == [1]


def test_the_same_table_again_changes_nothing(road: Road) -> None:
    customer_of_tables(road, "change")
    arrives(road, TABLE, "monday.csv")
    before = the_order(road)
    came = arrives(road, TABLE, "tuesday.csv")
    assert the_order(road).revision == before.revision
    with road.database.read() as conn:
        (document,) = transmissions.documents_of(conn, came)
    assert document.kind == "purchase-order"


def test_a_table_sent_again_with_other_content_is_held_unless_that_was_agreed(road: Road) -> None:
    customer_of_tables(road, "hold")
    arrives(road, TABLE, "monday.csv")
    arrives(road, TABLE.replace(",10,", ",12,"), "tuesday.csv")
    assert "R9" in [hold.rule for hold in the_order(road).open_holds()]


def test_a_table_may_go_to_and_fro_and_the_last_one_counts(road: Road) -> None:
    customer_of_tables(road, "change")
    other = TABLE.replace(",10,", ",12,")
    for day, (text, quantity) in enumerate(((TABLE, 10), (other, 12), (TABLE, 10), (other, 12), (other, 12))):
        arrives(road, text, f"day-{day}.csv")
        order = the_order(road)
        content = order.pending.content if order.pending else order.content
        assert [line.quantity for line in content.lines] == [quantity, 5]


def test_changes_of_one_po_keep_their_order_under_four_workers(road: Road) -> None:
    """Each change comes in a file of its own, all at once; the last one counts, and every one before it was taken."""
    arrives(road, ORDER, "order.edi")
    number, count = po_number(), 12
    for step in range(1, count + 1):
        text = change(f"BCH*04*SA*{number}**{step}*20260302~POC*1*QI*{step}**EA*****~")
        data = text.replace("000000900", f"{900 + step:09}").encode()
        receive(road, data, Crossing("folder:northwind", f"c{step}", f"c{step}.edi", road.clock()))
    worker = open_worker(road, STEPS)
    worker.start(4)
    try:
        wait_until(lambda: the_order(road).revision == count + 1, "every change to be taken")
    finally:
        worker.stop(10)
    order = the_order(road)
    with road.database.read() as conn:
        quantities = [one.content.lines[0].quantity for one in orders.revisions(conn, order.order_id)]
    assert quantities[1:] == list(range(1, count + 1))
