"""What a person does to the road, and what a step says when it cannot go on, on SQLite and PostgreSQL."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from gateway import operations, pipeline
from gateway.channels.folder import Unreachable, send
from gateway.demo import load_demo
from gateway.intake import Crossing, receive
from gateway.operations import Ambiguous, NotInDoubt
from gateway.partner_files import MapMissing, import_files
from gateway.pipeline import NoChannel
from gateway.road import Road
from gateway.settings import Settings
from gateway.translation import UnknownPartner
from orders.order import SalesOrder, UnknownHold
from orders.values import FulfilmentState, HoldKind, OrderState
from partners.partner import FolderChannel, TradingPartner
from printing.folder import FolderPrinter
from printing.pdf import PageNotMade, render
from printing.printer import DeviceStatus, PrintRequest, PrintState, UnknownPrinter
from queues.embedded import EmbeddedQueue
from queues.message import Message
from queues.worker import Worker
from store import events, orders, parked, partners, print_jobs, transmissions
from store.archive import Archive
from store.database import Database
from store.errors import Conflict, NotFound, StoreUnavailable
from tests.factories import NOON, Clock

SAMPLES = Path(str(files("gateway.demo")))


class Silent(FolderPrinter):
    """A printer that takes pages and never says what became of them."""

    def status(self, handle: str) -> DeviceStatus:
        held = super().status(handle)
        return held if held.state is PrintState.HELD else DeviceStatus(PrintState.UNKNOWN, "it does not say")


@pytest.fixture
def road(database: Database, tmp_path: Path) -> Road:
    settings = Settings(home=tmp_path)
    printers = {"dock": FolderPrinter("dock", tmp_path / "printed")}
    road = Road(settings, database, Archive(tmp_path / "archive"), printers, clock=Clock())
    load_demo(road)
    return road


def work(road: Road) -> None:
    """Do everything there is to do, here and now; what is for later becomes due."""
    clock = road.clock
    assert isinstance(clock, Clock)
    queue = EmbeddedQueue(road.database, pipeline.STEPS, clock)
    worker = Worker(road.database, queue, pipeline.steps(road), clock)
    for _ in range(12):
        worker.run_until_idle()
        clock.advance(3600)


def deliver(road: Road, sample: str, transport_id: str = "1", **replaced: str) -> str:
    data = SAMPLES.joinpath(f"{sample}.edi").read_bytes()
    for was, now in replaced.items():
        data = data.replace(was.encode(), now.encode())
    return receive(road, data, Crossing("folder:northwind", transport_id, f"{sample}.edi", road.clock()))


def the_order(road: Road) -> SalesOrder:
    with road.database.read() as conn:
        (row,) = orders.listed(conn)
        return orders.order_by_id(conn, row.order_id)


def test_order_takes_the_whole_road_step_by_step(road: Road, tmp_path: Path) -> None:
    transmission_id = deliver(road, "straight")
    work(road)
    order = the_order(road)
    assert (order.order_state, order.fulfilment_state) == (OrderState.RELEASED, FulfilmentState.PRINTED)
    assert len(list((tmp_path / "printed").glob("*.pdf"))) == 2
    with road.database.read() as conn:
        stages = [event.what for event in events.order_timeline(conn, order.order_id)]
        (answer,) = transmissions.answers_to(conn, transmission_id)
    assert (answer.state, answer.name) == ("sent", "997-000000001.edi")
    wanted = ["transmission.received", "transmission.translated", "order.entered", "order.approved", "order.released"]
    assert [what for what in stages if what in wanted] == wanted
    assert {"print_job.requested", "print_job.printed", "order.printed", "transmission.sent"} <= set(stages)


def test_same_crossing_again_is_answered_with_the_first_transmission(road: Road) -> None:
    assert deliver(road, "straight") == deliver(road, "straight")
    assert deliver(road, "straight", "2") != deliver(road, "straight")


def test_releasing_an_order_leaves_who_and_why_on_its_timeline(road: Road) -> None:
    deliver(road, "credit")
    work(road)
    order = operations.release_order(road, "NW-458802", "ann", "paid", HoldKind.CREDIT)
    assert order.order_state is OrderState.RELEASED
    with road.database.read() as conn:
        _, timeline = operations.timeline_of(conn, order.order_number)
    (told,) = [event for event in timeline if event.what == "hold.released"]
    assert (told.actor, told.note.endswith(": paid")) == ("ann", True)
    with pytest.raises(UnknownHold):
        operations.release_order(road, order.order_number, "ann", "")


def test_hold_the_person_was_not_shown_is_not_let_go(road: Road) -> None:
    deliver(road, "credit")
    work(road)
    with pytest.raises(Conflict, match="another hold"):
        operations.release_order(road, "NW-458802", "ann", "", seen=frozenset())
    seen = frozenset(hold.hold_id for hold in the_order(road).open_holds())
    assert operations.release_order(road, "NW-458802", "ann", "", seen=seen).order_state is OrderState.RELEASED


def test_po_number_that_two_customers_used_is_ambiguous(road: Road) -> None:
    profile = _profile(road).model_copy(
        update={
            "partner": "other",
            "identifiers": (_profile(road).identifiers[0].model_copy(update={"value": "OTHER"}),),
        }
    )
    with road.database.write() as conn:
        partners.import_partner(conn, profile, NOON, "ann")
    deliver(road, "straight")
    deliver(road, "straight", "2", **{"ZZ*NORTHWIND      ": "ZZ*OTHER          "})
    work(road)
    with road.database.read() as conn, pytest.raises(Ambiguous, match=r"SO-\d+ \(northwind\).*SO-\d+|SO-\d+ \(other\)"):
        operations.find_order(conn, "NW-458801")


def test_other_content_under_the_same_po_is_refused_for_a_partner_who_agreed_so(road: Road) -> None:
    profile = _profile(road)
    policy = profile.review.model_copy(update={"duplicate_po": "refuse"})
    with road.database.write() as conn:
        partners.import_partner(conn, profile.model_copy(update={"review": policy}), NOON, "ann")
    deliver(road, "straight")
    deliver(road, "straight", "2", **{"000000101": "000000202", "PO1*1*40*": "PO1*1*41*"})
    work(road)
    order = the_order(road)
    assert (order.fulfilment_state, order.holds) == (FulfilmentState.PRINTED, ())
    with road.database.read() as conn:
        told = [event.note for event in events.order_timeline(conn, order.order_id) if event.what == "document.refused"]
    assert len(told) == 1
    assert "lines[1].quantity" in told[0]


def test_id_that_names_nothing_is_not_found(road: Road) -> None:
    with road.database.read() as conn:
        for name in ("TR-nothing", "PJ-nothing", "SO-1", "PO"):
            with pytest.raises(NotFound):
                operations.timeline_of(conn, name)


def test_unknown_sender_is_parked_with_its_bytes_and_no_answer(road: Road) -> None:
    transmission_id = deliver(road, "straight", **{"ZZ*NORTHWIND      ": "ZZ*NOBODY         "})
    step = pipeline.steps(road)["translate"]
    with pytest.raises(UnknownPartner, match="ZZ:NOBODY"):
        step(Message("translate", "m", {"transmission_id": transmission_id}))
    work(road)
    with road.database.read() as conn:
        (row,) = parked.parked_messages(conn)
        assert transmissions.answers_to(conn, transmission_id) == []
    assert row.transmission_id == transmission_id
    assert operations.discard_parked(road, row.parked_id, "ann")
    assert not operations.discard_parked(road, row.parked_id, "bob")
    with road.database.read() as conn:
        assert transmissions.transmission_by_id(conn, transmission_id).state == "discarded"


def test_answer_for_a_partner_without_a_channel_is_parked(road: Road) -> None:
    with road.database.write() as conn:
        partners.import_partner(conn, _profile(road).model_copy(update={"channels": ()}), NOON, "ann")
    deliver(road, "straight")
    work(road)
    with road.database.read() as conn:
        (row,) = parked.parked_messages(conn)
    assert row.reason.startswith(NoChannel.code)


def test_outbox_that_cannot_be_written_is_unreachable(road: Road, tmp_path: Path) -> None:
    (tmp_path / "folders").mkdir()
    (tmp_path / "folders" / "wall").write_text("a file where a folder should be", "utf-8")
    with pytest.raises(Unreachable, match="cannot write"):
        send(road, FolderChannel(inbox="in", outbox="wall/out"), "997.edi", b"ISA")


def test_page_the_printer_is_silent_about_is_in_doubt_until_a_person_decides(road: Road, tmp_path: Path) -> None:
    road = Road(
        road.settings, road.database, road.archive, {"dock": Silent("dock", tmp_path / "printed")}, clock=road.clock
    )
    deliver(road, "straight")
    work(road)
    order = the_order(road)
    assert order.fulfilment_state is FulfilmentState.RELEASED
    with road.database.read() as conn:
        jobs = print_jobs.jobs_of(conn, order.order_id)
    assert [(job.state, job.reason) for job in jobs] == [("in doubt", "it does not say")] * 2
    assert len(list((tmp_path / "printed").glob("*.pdf"))) == 2
    operations.came_out(road, jobs[0].print_job_id, "ann")
    with pytest.raises(NotInDoubt):
        operations.came_out(road, jobs[0].print_job_id, "bob")
    assert the_order(road).fulfilment_state is FulfilmentState.RELEASED
    operations.came_out(road, jobs[1].print_job_id, "ann")
    assert the_order(road).fulfilment_state is FulfilmentState.PRINTED


def test_reprint_is_a_new_marked_job_and_a_second_click_is_answered_with_it(road: Road, tmp_path: Path) -> None:
    deliver(road, "straight")
    work(road)
    with road.database.read() as conn:
        first = print_jobs.jobs_of(conn, the_order(road).order_id)[0]
    again = operations.reprint(road, first.print_job_id, "ann")
    assert operations.reprint(road, first.print_job_id, "ann") == again
    assert again.reprint_of == first.print_job_id
    assert again.sha256 != first.sha256
    work(road)
    assert len(list((tmp_path / "printed").glob("*.pdf"))) == 3


def test_page_for_a_printer_that_is_not_there_is_parked(road: Road) -> None:
    deliver(road, "straight")
    work(Road(road.settings, road.database, road.archive, {}, clock=road.clock))
    with road.database.read() as conn:
        reasons = {row.reason.partition(":")[0] for row in parked.parked_messages(conn)}
    assert reasons == {UnknownPrinter.code}


def test_page_that_cannot_be_made_says_that_the_fault_is_ours() -> None:
    with pytest.raises(PageNotMade):
        render("pick-list", {"nothing": "of what the template needs"})


def test_profile_that_names_a_missing_map_is_not_imported(road: Road, tmp_path: Path) -> None:
    path = tmp_path / "p.toml"
    text = SAMPLES.joinpath("northwind.toml").read_text("utf-8").replace("northwind-850", "nowhere-850")
    path.write_text(text, "utf-8")
    with pytest.raises(MapMissing, match="nowhere-850"):
        import_files(road, [path], "ann")


def test_request_for_a_page_names_its_job() -> None:
    with pytest.raises(Exception, match="print job id"):
        PrintRequest("JOB", "t", "application/pdf", b"x", "0" * 64)


def test_database_that_is_away_is_told_as_such(tmp_path: Path) -> None:
    database = Database("postgresql+psycopg2://nobody@127.0.0.1:1/nothing")
    with pytest.raises(StoreUnavailable, match="does not answer"), database.read():
        pass
    database.close()


def _profile(road: Road) -> TradingPartner:
    with road.database.read() as conn:
        return partners.partner_by_name(conn, "northwind")
