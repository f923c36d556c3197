"""Bad input hurts nobody else: each ends as finding, refusal or parked with a clear reason, and the box works on."""

from __future__ import annotations

import os
import threading
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

import pytest

from gateway.channels.folder import Inbox
from gateway.operations import release_order, replay_parked
from gateway.partner_files import import_files
from orders.values import OrderState
from store import orders, outbox, parked, transmissions
from store.orders import OrderRow
from store.transmissions import Transmission
from tests.box import BoxUnderTest, wait_for
from tests.scenario.conftest import RunningBox

GOOD = files("gateway.demo").joinpath("straight.edi").read_bytes()
NEW_PARTNER = """
partner = "southwind"
name = "Southwind Stores"
customer = "C-1001"
[[identifiers]]
qualifier = "ZZ"
value = "SOUTHWIND"
[[channels]]
inbox = "southwind/in"
outbox = "southwind/out"
[[agreements]]
document = "850"
map = "x12-850"
"""


def settled(running: RunningBox, name: str) -> Transmission:
    """The transmission that a dropped file became, once everything about it is done."""

    def find() -> Transmission | None:
        with running.road.database.read() as conn:
            found = [one for one in transmissions.recent(conn) if one.direction == "in" and one.name == name]
            is_idle = not outbox.under_way(conn, running.road.clock() - timedelta(hours=1))
            return found[0] if found and is_idle else None

    wait_for(lambda: find() is not None, f"{name} to be settled", running.under_test)
    found = find()
    assert found is not None
    return found


def findings(running: RunningBox, transmission: Transmission) -> list[str]:
    with running.road.database.read() as conn:
        return [one["code"] for one in transmissions.findings_of(conn, transmission.transmission_id)]


def order_rows(running: RunningBox) -> list[OrderRow]:
    with running.road.database.read() as conn:
        return orders.listed(conn)


def acknowledgments(running: RunningBox) -> list[str]:
    folder = running.under_test.outbox
    return [path.read_text("ascii") for path in sorted(folder.glob("*.edi"))] if folder.exists() else []


def box_still_works(running: RunningBox, count: int = 1) -> bool:
    text = GOOD.replace(b"000000101", b"000000999").replace(b"NW-458801", b"NW-999999")
    running.under_test.drop("good.edi", text)
    assert settled(running, "good.edi").state == "translated"
    return len(order_rows(running)) == count


def test_empty_file_is_refused_and_the_box_works_on(running: RunningBox) -> None:
    running.under_test.drop("empty.edi", b"")
    transmission = settled(running, "empty.edi")
    assert (transmission.state, findings(running, transmission)) == ("refused", ["empty-input"])
    assert box_still_works(running)


@pytest.mark.parametrize("data", [b"\x00\xff\x80" * 1000, b"%PDF-1.7 not an order", b"hello\nworld\n"])
def test_file_that_is_no_order_is_refused_with_its_bytes_kept(running: RunningBox, data: bytes) -> None:
    running.under_test.drop("odd.bin", data)
    transmission = settled(running, "odd.bin")
    assert transmission.state == "refused"
    assert transmission.reason
    assert running.road.archive.load(transmission.sha256) == data
    assert box_still_works(running)


def test_gigabyte_of_zeros_is_refused_without_filling_the_memory(running: RunningBox) -> None:
    upload = running.under_test.inbox / "zeros.edi.part"
    with upload.open("wb") as file:
        file.truncate(1 << 30)
    upload.rename(running.under_test.inbox / "zeros.edi")
    transmission = settled(running, "zeros.edi")
    assert (transmission.state, transmission.size_bytes) == ("refused", 1 << 30)
    assert transmission.reason
    assert box_still_works(running)


def test_wrong_segment_count_rejects_the_set_and_the_997_says_so(running: RunningBox) -> None:
    running.under_test.drop("count.edi", GOOD.replace(b"SE*26*", b"SE*27*"))
    transmission = settled(running, "count.edi")
    assert (transmission.state, findings(running, transmission)) == ("refused", ["segment-count-wrong"])
    (answer,) = acknowledgments(running)
    assert "AK5*R*4" in answer
    assert "AK9*R*1*1*0" in answer
    assert order_rows(running) == []
    assert box_still_works(running)


def test_one_bad_set_leaves_the_other_accepted(running: RunningBox) -> None:
    set_ = GOOD[GOOD.index(b"ST*850") : GOOD.index(b"GE*1*")]
    bad = set_.replace(b"SE*26*0001", b"SE*25*0002").replace(b"ST*850*0001", b"ST*850*0002")
    data = GOOD.replace(set_, set_ + bad.replace(b"NW-458801", b"NW-458899")).replace(b"GE*1*", b"GE*2*")
    running.under_test.drop("two.edi", data)
    assert settled(running, "two.edi").state == "translated"
    assert [row.customer_po_number for row in order_rows(running)] == ["NW-458801"]
    (answer,) = acknowledgments(running)
    assert "AK9*P*2*2*1" in answer


def test_interchange_that_comes_again_creates_nothing_and_gets_no_second_997(running: RunningBox) -> None:
    running.under_test.drop("first.edi", GOOD)
    settled(running, "first.edi")
    running.under_test.drop("again.edi", GOOD)
    transmission = settled(running, "again.edi")
    assert (transmission.state, findings(running, transmission)) == ("refused", ["interchange-repeated"])
    assert len(order_rows(running)) == 1
    assert len(acknowledgments(running)) == 1


def test_same_po_again_with_other_content_is_held_for_a_person(running: RunningBox) -> None:
    running.under_test.drop("first.edi", GOOD)
    settled(running, "first.edi")
    other = GOOD.replace(b"000000101", b"000000202").replace(b"PO1*1*40*", b"PO1*1*41*")
    running.under_test.drop("other.edi", other)
    settled(running, "other.edi")
    with running.road.database.read() as conn:
        (row,) = orders.listed(conn)
        order = orders.order_by_id(conn, row.order_id)
    assert [hold.rule for hold in order.open_holds()] == ["R9"]
    assert order.content.lines[0].quantity == 40
    assert len(acknowledgments(running)) == 2


def test_order_from_an_unknown_sender_is_parked_and_replayed_once_the_partner_is_there(
    running: RunningBox, tmp_path: Path
) -> None:
    running.under_test.drop("stranger.edi", GOOD.replace(b"NORTHWIND      ", b"SOUTHWIND      "))
    settled(running, "stranger.edi")
    with running.road.database.read() as conn:
        (row,) = parked.parked_messages(conn)
    assert "ZZ:SOUTHWIND" in row.reason
    assert box_still_works(running)
    profile = tmp_path / "southwind.toml"
    profile.write_text(NEW_PARTNER, "utf-8")
    assert import_files(running.road, [profile], "ann") == ["partner southwind, revision 1"]
    assert replay_parked(running.road, row.parked_id, "ann")
    wait_for(lambda: len(order_rows(running)) == 2, "the replayed order", running.under_test)
    assert {row.partner for row in order_rows(running)} == {"northwind", "southwind"}


def test_held_order_goes_on_to_paper_when_a_person_releases_it(running: RunningBox) -> None:
    before = running.under_test.papers()
    running.under_test.drop("credit.edi", files("gateway.demo").joinpath("credit.edi").read_bytes())
    settled(running, "credit.edi")
    (row,) = order_rows(running)
    assert (row.order_state, running.under_test.papers()) == (OrderState.IN_CREDIT, before)
    order = release_order(running.road, row.order_number, "ann", "paid this morning")
    assert order.order_state is OrderState.RELEASED
    wait_for(lambda: running.under_test.papers() == before + 2, "two papers", running.under_test)
    assert order.holds[0].released_by == "ann"


def test_test_order_is_approved_and_never_reaches_the_dock(running: RunningBox) -> None:
    before = running.under_test.papers()
    running.under_test.drop("test.edi", GOOD.replace(b"*0*P*>", b"*0*T*>"))
    settled(running, "test.edi")
    (row,) = order_rows(running)
    assert (row.order_state, row.fulfilment_state) == (OrderState.APPROVED, "open")
    assert running.under_test.papers() == before


def test_unfinished_hidden_and_special_files_are_left_alone(running: RunningBox) -> None:
    inbox = running.under_test.inbox
    (inbox / "upload.edi.part").write_bytes(GOOD)
    (inbox / ".hidden.edi").write_bytes(GOOD)
    (inbox / "link.edi").symlink_to("/etc/passwd")
    os.mkfifo(inbox / "pipe.edi")
    (inbox / "folder.edi").mkdir()
    assert box_still_works(running)
    left = {path.name for path in inbox.iterdir()}
    assert {"upload.edi.part", ".hidden.edi", "link.edi", "pipe.edi", "folder.edi"} <= left


@pytest.mark.parametrize("name", ["-rf.edi", "a\nb.edi", "ünïcode.edi", "x" * 200 + ".edi", "CON", "a b;c.edi"])
def test_odd_file_name_is_a_label_and_nothing_more(running: RunningBox, name: str) -> None:
    running.under_test.drop(name, GOOD) if len(name) < 200 else (running.under_test.inbox / name).write_bytes(GOOD)
    wait_for(lambda: len(order_rows(running)) == 1, "the order", running.under_test)
    with running.road.database.read() as conn:
        (inbound,) = [one for one in transmissions.recent(conn) if one.direction == "in"]
    assert inbound.name.isprintable()


def test_file_that_still_grows_is_not_taken_until_it_is_whole(home_box: BoxUnderTest) -> None:
    road = home_box.open()
    inbox = Inbox(road, "northwind", home_box.inbox, settle_s=0.2)
    path = home_box.inbox / "slow.edi"
    rest = threading.Event()
    for part in range(1, 4):
        path.write_bytes(GOOD[: part * 100])
        assert inbox.scan() == []
        rest.wait(0.25)
    path.write_bytes(GOOD)
    assert inbox.scan() == []
    rest.wait(0.25)
    (transmission_id,) = inbox.scan()
    with road.database.read() as conn:
        assert transmissions.transmission_by_id(conn, transmission_id).size_bytes == len(GOOD)
    road.database.close()


def test_file_nobody_may_read_stays_and_is_reported(home_box: BoxUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    road = home_box.open()
    inbox = Inbox(road, "northwind", home_box.inbox, settle_s=0.0)
    (home_box.inbox / "locked.edi").write_bytes(GOOD)
    monkeypatch.setattr(os, "access", lambda path, mode: False)  # root may read everything
    assert inbox.scan() == []
    assert (home_box.inbox / "locked.edi").exists()
    monkeypatch.undo()
    assert len(inbox.scan()) == 1
    road.database.close()
