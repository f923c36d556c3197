"""Our own ERP is fed with orders in its own format, by agreement; on SQLite and PostgreSQL."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from gateway.clerk import Hand, amend_order, cancel_order
from gateway.partner_files import import_files
from gateway.road import Road
from orders.values import CancelReason
from partners.kits import kit
from store import events, parked, transmissions
from tests.contract.test_changes import ORDER, arrives, po_number, road, the_order
from tests.contract.test_operations import SAMPLES, work

__all__ = ["road"]
ANN = Hand("ann", reason="customer rang")


@pytest.fixture
def fed(road: Road, tmp_path: Path) -> Road:
    """The demo box with the ERP of the kit."""
    return feeds(road, tmp_path, kit("erp-folder").profile)


def feeds(road: Road, tmp_path: Path, profile: str) -> Road:
    (tmp_path / "erp.toml").write_text(profile, "utf-8")
    (tmp_path / "erp.map.toml").write_text(kit("erp-folder").maps[0], "utf-8")
    import_files(road, [tmp_path / "erp.toml", tmp_path / "erp.map.toml"], "test")
    return road


def files(road: Road) -> list[list[dict[str, str]]]:
    """What lies in the ERP's folder, the oldest file first."""
    folder = road.settings.folder_root / "erp" / "out"
    return [list(csv.DictReader(path.read_text("utf-8").splitlines())) for path in sorted(folder.glob("csv-*.csv"))]


def test_approved_order_is_written_once_with_our_number_parts_and_prices(fed: Road) -> None:
    arrives(fed, ORDER, "order.edi")
    work(fed)
    (rows,) = files(fed)
    order = the_order(fed)
    assert [(row["Order"], row["Action"], row["Customer PO"]) for row in rows] == [
        (order.order_number, "new", po_number()) for _ in order.content.lines
    ]
    assert [(row["Part"], float(row["Price"])) for row in rows] == [
        (line.part, float(line.unit_price or 0)) for line in order.content.lines
    ]


def test_held_order_waits_until_it_is_approved(fed: Road) -> None:
    arrives(fed, SAMPLES.joinpath("review.edi").read_text(), "order.edi")
    assert files(fed) == []


def test_change_and_cancellation_follow_in_their_order(fed: Road) -> None:
    arrives(fed, ORDER, "order.edi")
    number = the_order(fed).order_number
    amend_order(fed, number, {"lines[1].quantity": "3"}, ANN)
    cancel_order(fed, number, CancelReason.CUSTOMER_REQUEST, ANN)
    work(fed)
    actions = [(rows[0]["Action"], rows[0]["Quantity"]) for rows in files(fed)]
    assert [action for action, _ in actions if action != "new"] == ["change", "cancel"]
    assert actions[0] == ("new", "40")
    assert dict(actions)["change"] == "3"


def test_what_was_written_is_on_the_orders_timeline(fed: Road) -> None:
    arrives(fed, ORDER, "order.edi")
    with fed.database.read() as conn:
        told = events.order_timeline(conn, the_order(fed).order_id)
        (written,) = (one for one in told if one.what == "document.written")
        assert written.note.startswith("csv to erp")
        assert transmissions.transmission_by_id(conn, written.transmission_id or "").state == "sent"


def test_feed_that_fails_is_parked_and_the_order_is_printed_all_the_same(road: Road, tmp_path: Path) -> None:
    feeds(road, tmp_path, kit("erp-folder").profile.replace('map = "erp-csv"', 'map = "x12-856"'))
    arrives(road, ORDER, "order.edi")
    work(road)
    with road.database.read() as conn:
        (row,) = parked.parked_messages(conn)
    assert (row.step, the_order(road).fulfilment_state) == ("feed", "printed")


def test_feed_that_is_no_longer_agreed_is_not_written(fed: Road, tmp_path: Path) -> None:
    arrives(fed, ORDER, "order.edi")
    amend_order(fed, the_order(fed).order_number, {"lines[1].quantity": "3"}, ANN)
    profile = kit("erp-folder").profile.replace('feed = ["approved", "changed", "cancelled"]', "")
    feeds(fed, tmp_path, profile)
    work(fed)
    cancel_order(fed, the_order(fed).order_number, CancelReason.CUSTOMER_REQUEST, ANN)
    work(fed)
    assert [rows[0]["Action"] for rows in files(fed)] == ["new"]
