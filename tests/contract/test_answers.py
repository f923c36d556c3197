"""Our word to the customer, by agreement: the answer once an order is decided, notices of what has left."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway import clerk
from gateway.clerk import Hand
from gateway.deciding import alarm_unanswered
from gateway.operations import release_order
from gateway.partner_files import MapForOther, import_files
from gateway.road import Road
from orders.document import Invoice, OrderResponse, ShipNotice
from orders.fulfilling import Shipment, ShipmentLine, ShipmentPackage, deliveries
from orders.order import SalesOrder
from orders.response import Answer, LineStatement
from orders.values import AcknowledgmentState, CancelReason, OrderState
from partners.kits import kit
from partners.partner import Agreement, Direction
from partners.profile import write_profile
from store import orders, partners, transmissions
from tests.contract.test_changes import ORDER, arrives, change, po_number, road
from tests.contract.test_operations import SAMPLES, work
from tests.factories import NOON
from translators.maps.bases import base_map
from translators.translate import Agreed, read

__all__ = ["road"]
ANN = Hand("ann")
SETS = ("855", "865", "856", "810")


@pytest.fixture
def answering(road: Road, tmp_path: Path) -> Road:
    """The demo partner, who also wants 855, 865, 856 and 810."""
    return agreed(road, tmp_path)


def agreed(road: Road, tmp_path: Path, **terms: Any) -> Road:
    with road.database.read() as conn:
        profile = partners.partner_by_name(conn, "northwind")
    out = tuple(Agreement(document=name, direction=Direction.OUT, map=f"x12-{name}", **terms) for name in SETS)
    path = tmp_path / "answering.toml"
    path.write_text(write_profile(profile.model_copy(update={"agreements": (*profile.agreements, *out)})), "utf-8")
    import_files(road, [path], "test")
    return road


def the_order(road: Road) -> SalesOrder:
    with road.database.read() as conn:
        (row,) = orders.listed(conn)
        return orders.order_by_id(conn, row.order_id)


def sent(road: Road, name: str) -> list[object]:
    """The documents of a set that went out, read back as their receiver would, oldest first."""
    work(road)
    with road.database.read() as conn:
        out = [one for one in transmissions.recent(conn, direction="out") if one.name.startswith(f"{name}-")]
    wanted = Agreed("us", Agreement(document=name, map=f"x12-{name}"), base_map(f"x12-{name}"))
    found: list[object] = []
    for one in sorted(out, key=lambda crossing: crossing.name):
        translation = read([road.archive.load(one.sha256)], lambda envelope: wanted, received_at=NOON, channel="x")
        assert not [finding.message for each in translation.interchanges for finding in each.findings]
        found += [each.document for interchange in translation.interchanges for each in interchange.documents]
    return found


def test_order_is_answered_once_it_is_approved_with_our_number_and_prices(answering: Road) -> None:
    arrives(answering, ORDER, "order.edi")
    (response,) = sent(answering, "855")
    assert isinstance(response, OrderResponse)
    order = the_order(answering)
    assert (response.customer_po_number, response.answer) == (order.content.customer_po_number, Answer.ACCEPTED)
    assert [line.agreed_price for line in response.lines] == [line.unit_price for line in order.content.lines]
    assert (order.acknowledgment_state, order.unanswered) == (AcknowledgmentState.SENT, ())


def test_held_order_is_answered_only_when_a_person_has_decided(answering: Road) -> None:
    arrives(answering, SAMPLES.joinpath("review.edi").read_text(), "order.edi")
    assert sent(answering, "855") == []
    assert the_order(answering).acknowledgment_state is AcknowledgmentState.DUE
    release_order(answering, the_order(answering).order_number, "ann", "agreed")
    (response,) = sent(answering, "855")
    assert isinstance(response, OrderResponse)
    assert response.answer is Answer.ACCEPTED_WITH_CHANGES
    assert response.lines[0].answers[0].statement is LineStatement.CHANGED_PRICE


def test_rejected_order_is_answered_with_a_no_to_every_line(answering: Road) -> None:
    arrives(answering, SAMPLES.joinpath("review.edi").read_text(), "order.edi")
    clerk.reject_order(answering, the_order(answering).order_number, Hand("ann", reason="not ours"))
    (response,) = sent(answering, "855")
    assert isinstance(response, OrderResponse)
    assert response.answer is Answer.REJECTED
    assert {line.answers[0].statement for line in response.lines} == {LineStatement.REJECTED}


def test_change_is_answered_line_by_line(answering: Road) -> None:
    arrives(answering, ORDER, "order.edi")
    arrives(answering, change(f"BCH*04*SA*{po_number()}**1*20260302~POC*1*QD*1**EA*9.25****~"), "c.edi")
    (response,) = sent(answering, "865")
    assert isinstance(response, OrderResponse)
    assert (response.responds_to, response.answer) == ("change", Answer.ACCEPTED)
    (line,) = response.lines
    assert (line.customer_line_ref, line.answers[0].quantity) == ("1", 1)


def test_change_that_a_person_does_not_take_is_answered_with_a_no(answering: Road) -> None:
    arrives(answering, ORDER, "order.edi")
    arrives(answering, change(f"BCH*04*SA*{po_number()}**1*20260302~POC*9*DI*1**EA*9.25**VN*NOPE~"), "c.edi")
    assert sent(answering, "865") == []
    release_order(answering, the_order(answering).order_number, "ann", "no such line")
    (response,) = sent(answering, "865")
    assert isinstance(response, OrderResponse)
    assert response.answer is Answer.REJECTED


def test_change_the_dock_refuses_is_answered_with_a_no(answering: Road) -> None:
    arrives(answering, ORDER, "order.edi")
    name = the_order(answering).order_number
    clerk.pick_order(answering, name, (ShipmentLine(line_no=1, quantity=Decimal(1)),), Hand("joe"))
    arrives(answering, change(f"BCH*04*SA*{po_number()}**1*20260302~POC*1*QD*1**EA*9.25****~"), "c.edi")
    assert the_order(answering).order_state is OrderState.CHANGE_PENDING
    clerk.dock_answers(answering, name, Hand("joe", reason="on the truck"), is_done=False)
    (response,) = sent(answering, "865")
    assert isinstance(response, OrderResponse)
    assert response.answer is Answer.REJECTED


def test_cancelled_order_that_was_answered_before_is_not_answered_again(answering: Road) -> None:
    arrives(answering, ORDER, "order.edi")
    assert len(sent(answering, "855")) == 1
    clerk.cancel_order(answering, the_order(answering).order_number, CancelReason.NOT_AVAILABLE, ANN)
    assert len(sent(answering, "855")) == 1


def test_shipment_is_told_and_invoiced_once(answering: Road) -> None:
    arrives(answering, ORDER, "order.edi")
    order = the_order(answering)
    lines = tuple(
        ShipmentLine(line_no=one.place[0], schedule_no=one.place[1], quantity=one.left, package="1")
        for one in deliveries(order)
    )
    package = ShipmentPackage(package="1", sscc="003456789012345678", tracking_number="1Z999")
    shipment = Shipment(shipment_id="SH-1", shipped_at=NOON, lines=lines, packages=(package,), carrier_scac="UPSN")
    for _ in range(2):
        clerk.ship_order(answering, order.order_number, shipment, Hand("joe"))
    (notice,) = sent(answering, "856")
    assert isinstance(notice, ShipNotice)
    assert notice.orders[0].customer_po_number == order.content.customer_po_number
    (invoice,) = sent(answering, "810")
    assert isinstance(invoice, Invoice)
    assert invoice.total_due == order.content.grand_total
    done = the_order(answering)
    assert (done.order_state, done.invoice_number) == (OrderState.INVOICED, invoice.invoice_number)


def test_partner_who_wants_to_know_at_once_is_told_that_the_order_has_come(road: Road, tmp_path: Path) -> None:
    agreed(road, tmp_path, when="received")
    arrives(road, SAMPLES.joinpath("review.edi").read_text(), "order.edi")
    (response,) = sent(road, "855")
    assert isinstance(response, OrderResponse)
    assert (response.answer, response.lines) == (Answer.RECEIVED, ())
    release_order(road, the_order(road).order_number, "ann", "agreed")
    assert len(sent(road, "855")) == 1


def test_answer_that_is_late_alarms_once(road: Road, tmp_path: Path) -> None:
    agreed(road, tmp_path, within_hours=Decimal(4))
    arrives(road, SAMPLES.joinpath("review.edi").read_text(), "order.edi")
    order = the_order(road)
    assert order.answer_due_at is not None
    with road.database.write() as conn:
        assert alarm_unanswered(conn, order.answer_due_at - timedelta(seconds=1)) == []
        assert [one.order_id for one in alarm_unanswered(conn, order.answer_due_at + timedelta(seconds=1))] == [
            order.order_id
        ]
        assert alarm_unanswered(conn, order.answer_due_at + timedelta(hours=9)) == []
    release_order(road, order.order_number, "ann", "agreed")
    assert len(sent(road, "855")) == 1
    assert the_order(road).acknowledgment_state is AcknowledgmentState.SENT


def files_sent(road: Road) -> list[str]:
    """The texts of files that went out by agreement, oldest first."""
    work(road)
    with road.database.read() as conn:
        out = [one for one in transmissions.recent(conn, direction="out") if not one.name.endswith(".edi")]
    return [road.archive.load(one.sha256).decode() for one in reversed(out)]


def telling(road: Road, tmp_path: Path, *agreements: Agreement) -> Road:
    """The demo partner, who is told by files."""
    with road.database.read() as conn:
        profile = partners.partner_by_name(conn, "northwind")
    profile = profile.model_copy(update={"agreements": (*profile.agreements, *agreements)})
    (tmp_path / "telling.toml").write_text(write_profile(profile), "utf-8")
    (tmp_path / "shipped.toml").write_text(
        next(one for one in kit("woot-portal").maps if "ship-notice" in one), "utf-8"
    )
    import_files(road, [tmp_path / "shipped.toml", tmp_path / "telling.toml"], "test")
    return road


def told_by_file(document: str, kind: Any, map_name: str) -> Agreement:
    return Agreement(document=document, direction=Direction.OUT, standard="file", map=map_name, tells=kind)


def test_portal_gets_what_has_left_as_a_file_with_a_row_for_each_line_and_tracking_number(
    road: Road, tmp_path: Path
) -> None:
    telling(road, tmp_path, told_by_file("csv", "ship-notice", "woot-shipped"))
    arrives(road, ORDER, "order.edi")
    order = the_order(road)
    every = list(deliveries(order))
    lines = tuple(ShipmentLine(line_no=one.place[0], quantity=one.left, package="1") for one in every)
    package = ShipmentPackage(package="1", tracking_number="1Z999")
    shipment = Shipment(shipment_id="S", shipped_at=NOON, lines=lines, packages=(package,), carrier_scac="UPSN")
    clerk.ship_order(road, order.order_number, shipment, ANN)
    (text,) = files_sent(road)
    heading, *rows = text.splitlines()
    assert heading.startswith("OrderNumber,TrackingNumber,Quantity,ShipDate,Carrier")
    assert len(rows) == len(every) > 1
    assert all(row.startswith(f"{order.content.customer_po_number},1Z999,") for row in rows)
    assert all(f",{NOON:%m/%d/%Y},UPSN," in row for row in rows)


def test_partner_gets_our_answer_as_a_file_once_the_order_is_decided(road: Road, tmp_path: Path) -> None:
    telling(road, tmp_path, told_by_file("ubl-orderresponse", "order-response", "ubl-orderresponse"))
    arrives(road, ORDER, "order.edi")
    (text,) = files_sent(road)
    assert "<OrderResponse" in text
    assert the_order(road).acknowledgment_state is AcknowledgmentState.SENT


def test_agreement_whose_map_writes_another_document_is_not_imported(road: Road, tmp_path: Path) -> None:
    with pytest.raises(MapForOther, match="tells invoice, and map woot-shipped writes ship-notice"):
        telling(road, tmp_path, told_by_file("csv", "invoice", "woot-shipped"))
