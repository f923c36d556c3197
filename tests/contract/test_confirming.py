"""What our own warehouse says has left, as a file in a folder or many at once by the API; on SQLite and PostgreSQL."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from gateway.clerk import Hand, ShipmentDiffers, enter_order, ship_order
from gateway.console.app import create_app
from gateway.intake import Crossing, receive
from gateway.partner_files import import_files
from gateway.road import Road
from orders.confirming import Unconfirmed
from orders.document import Identifier, Line, ShipNotice
from orders.fulfilling import Shipment, ShipmentLine, TooMuch
from orders.order import SalesOrder
from partners.kits import kit
from store import events, orders, parked
from tests import factories
from tests.asgi import Client
from tests.contract.test_answers import agreed, sent
from tests.contract.test_changes import road
from tests.contract.test_operations import work
from tests.workbooks import xlsx

__all__ = ["road"]
HEAD = "Order,Shipment,Ship Date,Carrier,Line,Part,Qty,SSCC,Tracking\n"
SSCC = "00006141410000000012"


@pytest.fixture
def warehouse(road: Road, tmp_path: Path) -> Road:
    """The demo partner, who wants 856 and 810, and our own warehouse from its kit."""
    agreed(road, tmp_path)
    own = kit("own-warehouse")
    (tmp_path / "own.toml").write_text(own.profile, "utf-8")
    (tmp_path / "own.map.toml").write_text(own.maps[0], "utf-8")
    import_files(road, [tmp_path / "own.toml", tmp_path / "own.map.toml"], "test")
    return road


def order(road: Road, po: str) -> str:
    """An order of two lines at the dock; its number."""
    lines = (line(1, "WG-1001"), line(2, "WG-1002"))
    store = (factories.ship_to(party_code_qualifier="92"),)
    document = factories.purchase_order(
        partner="northwind", channel=None, customer_po_number=po, lines=lines, parties=store
    )
    entered = enter_order(road, document, Hand("ann"))
    for hold in entered.open_holds():
        pytest.fail(hold.reason)
    return entered.order_number


def line(line_no: int, part: str) -> Line:
    """Ten of a part at our price."""
    ordered = (Identifier(qualifier="VP", value=part),)
    return factories.line(line_no, part_as_ordered=ordered, price_as_received=None)


def confirm(road: Road, data: bytes | str, name: str = "ships.csv") -> None:
    data = data.encode() if isinstance(data, str) else data
    receive(road, data, Crossing("folder:own-warehouse", f"{name}-{id(data)}", name, road.clock()))
    work(road)


def stands(road: Road, number: str) -> SalesOrder:
    with road.database.read() as conn:
        return orders.order_by_id(conn, orders.find(conn, number)[0].order_id)


def shipped(road: Road, number: str) -> dict[int, Decimal]:
    return {one.line_no: one.shipped for one in stands(road, number).progress}


def parked_for(road: Road) -> list[str]:
    with road.database.read() as conn:
        return [row.reason for row in parked.parked_messages(conn)]


def test_file_ships_several_orders_in_parts_with_packages_and_the_customer_is_told(warehouse: Road) -> None:
    first, second = order(warehouse, "PO-1"), order(warehouse, "PO-2")
    rows = [
        f"{first},S-1,2026-03-02,UPSN,1,,4,{SSCC},1Z1",
        f"{first},S-1,2026-03-02,UPSN,,WG-1002,10,{SSCC},1Z1",
        f"{second},S-1,2026-03-02,UPSN,02,,10,,",
    ]
    confirm(warehouse, HEAD + "\n".join(rows) + "\n")
    assert parked_for(warehouse) == []
    assert (shipped(warehouse, first), shipped(warehouse, second)) == ({1: 4, 2: 10}, {2: 10})
    assert stands(warehouse, first).fulfilment_state == "partly shipped"
    assert stands(warehouse, first).tracking == ("1Z1",)
    notices = sent(warehouse, "856")
    assert [isinstance(one, ShipNotice) for one in notices] == [True, True]
    assert isinstance(notices[0], ShipNotice)
    (package,) = notices[0].orders[0].packages
    assert (package.tracking_number, len(package.lines)) == ("1Z1", 2)
    assert len(sent(warehouse, "810")) == 2
    with warehouse.database.read() as conn:
        told = events.order_timeline(conn, stands(warehouse, first).order_id)
    assert [(one.actor, bool(one.transmission_id)) for one in told if one.what == "order.shipped"] == [
        ("own-warehouse", True)
    ]


def test_repeated_file_ships_nothing_twice_with_or_without_a_shipment_number(warehouse: Road) -> None:
    number = order(warehouse, "PO-1")
    for name in ("a.csv", "b.csv"):
        confirm(warehouse, f"{HEAD}{number},S-1,2026-03-02,UPSN,1,,4,,\n", name)
        confirm(warehouse, f"{HEAD}{number},,2026-03-02,UPSN,2,,3,,\n", name)
    assert (shipped(warehouse, number), parked_for(warehouse)) == ({1: 4, 2: 3}, [])


def test_row_that_does_not_fit_is_parked_with_its_number_and_the_other_orders_ship(warehouse: Road) -> None:
    first, second, third = (order(warehouse, f"PO-{number}") for number in range(3))
    rows = [f"{first},S-1,,,9,,4,,", f"{second},S-1,,,1,,400,,", "SO-999,S-1,,,1,,1,,", f"{third},S-1,,,1,,1,,"]
    confirm(warehouse, HEAD + "\n".join(rows) + "\n")
    assert shipped(warehouse, third) == {1: 1}
    assert shipped(warehouse, first) == shipped(warehouse, second) == {}
    found = sorted(parked_for(warehouse))
    assert [one.partition(":")[0] for one in found] == ["not-found", TooMuch.code, Unconfirmed.code]
    assert "row 2" in found[2]
    assert "no line 9" in found[2]


def test_same_shipment_number_with_other_quantities_is_for_a_person(warehouse: Road) -> None:
    number = order(warehouse, "PO-1")
    confirm(warehouse, f"{HEAD}{number},S-1,,,1,,4,,\n")
    confirm(warehouse, f"{HEAD}{number},S-1,,,1,,5,,\n", "again.csv")
    (reason,) = parked_for(warehouse)
    assert reason.startswith(ShipmentDiffers.code)
    assert shipped(warehouse, number) == {1: 4}


def test_quantity_of_a_part_is_spread_over_its_lines(warehouse: Road) -> None:
    lines = tuple(line(number, "WG-1001") for number in (1, 2))
    document = factories.purchase_order(partner="northwind", channel=None, lines=lines)
    number = enter_order(warehouse, document, Hand("ann")).order_number
    confirm(warehouse, f"{HEAD}{number},S-1,,,,WG-1001,15,,\n")
    assert shipped(warehouse, number) == {1: 10, 2: 5}


def test_workbook_is_read_like_csv(warehouse: Road) -> None:
    number = order(warehouse, "PO-1")
    book = xlsx([["Order", "Shipment", "Line", "Qty"], [number, "S-7", "1", "2"]])
    confirm(warehouse, book, "ships.xlsx")
    assert shipped(warehouse, number) == {1: 2}


def test_customers_ship_notice_ships_nothing_of_ours(warehouse: Road, tmp_path: Path) -> None:
    number = order(warehouse, "PO-1")
    own = kit("own-warehouse")
    (tmp_path / "own.toml").write_text(own.profile.replace("ships = true", ""), "utf-8")
    import_files(warehouse, [tmp_path / "own.toml"], "test")
    confirm(warehouse, f"{HEAD}{number},S-1,,,1,,4,,\n")
    assert shipped(warehouse, number) == {}


def test_many_orders_are_shipped_in_one_request_each_with_its_result(warehouse: Road) -> None:
    erp = Client(create_app(warehouse))
    first, second = order(warehouse, "PO-1"), order(warehouse, "PO-2")
    asked = {"shipments": [one(first, "A"), one("SO-999", "B"), one(second, "C", quantity=99), one(second, "D")]}
    for _ in range(2):
        answer = erp.post("/api/v1/shipments", json=asked).json()
        assert [(each["shipment_id"], each["ok"], each["code"]) for each in answer] == [
            ("A", True, None),
            ("B", False, "not-found"),
            ("C", False, TooMuch.code),
            ("D", True, None),
        ]
    assert shipped(warehouse, first) == shipped(warehouse, second) == {1: 1}
    stale = {"shipments": [one(first, "E") | {"version": 1}]}
    assert erp.post("/api/v1/shipments", json=stale).json()[0]["code"] == "outdated"


def test_request_of_hundreds_of_shipments_is_not_too_large(warehouse: Road) -> None:
    many = [one(f"SO-{number}", f"shipment {number} " + "x" * 60) for number in range(900_000, 900_500)]
    answer = Client(create_app(warehouse)).post("/api/v1/shipments", json={"shipments": many})
    assert (answer.status_code, len(answer.json())) == (200, 500)
    assert Client(create_app(warehouse)).post("/api/v1/shipments", json={"shipments": many * 2}).status_code == 422


def one(number: str, shipment_id: str, quantity: float = 1) -> dict[str, object]:
    lines = [{"line_no": 1, "quantity": quantity}]
    shipment = {"shipment_id": shipment_id, "shipped_at": "2026-03-02T15:00:00Z", "lines": lines}
    return {"order": number, "shipment": shipment}


def test_same_shipment_by_hand_with_other_quantities_is_refused(warehouse: Road) -> None:
    number = order(warehouse, "PO-1")

    left(warehouse, number, "S-1", 1)
    with pytest.raises(ShipmentDiffers, match="its own number"):
        left(warehouse, number, "S-1", 2)


def test_shipment_may_have_as_long_a_number_as_there_is_place_for(warehouse: Road) -> None:
    number = order(warehouse, "PO-1")
    for last in "AB":
        left(warehouse, number, "S" * 79 + last, 1)
    assert shipped(warehouse, number) == {1: 2}
    assert len(sent(warehouse, "856")) == 2


def left(road: Road, number: str, shipment_id: str, quantity: int) -> SalesOrder:
    goods = (ShipmentLine(line_no=1, quantity=Decimal(quantity)),)
    return ship_order(
        road, number, Shipment(shipment_id=shipment_id, shipped_at=factories.NOON, lines=goods), Hand("ann")
    )
