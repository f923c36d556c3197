"""What clerk and dock do to orders by hand, and what follows from it; on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from gateway import clerk
from gateway.clerk import Hand, NoChangeHeld, Outdated
from gateway.operations import release_order
from gateway.road import Road
from orders.correcting import CannotCorrect
from orders.document import Identifier, PurchaseOrder
from orders.fulfilling import Shipment, ShipmentLine
from orders.order import OrderError, SalesOrder
from orders.values import CancelReason, FulfilmentState, HoldKind, OrderState
from store import events, orders, print_jobs
from store.errors import AlreadyExists, Conflict
from store.requests import KeyReused
from tests import factories
from tests.contract.test_changes import ORDER, arrives, change, po_number, road
from tests.contract.test_operations import work
from tests.factories import NOON

__all__ = ["road"]
ANN = Hand("ann", reason="customer rang")
DOCK = Hand("joe")


@pytest.fixture
def released(road: Road) -> SalesOrder:
    """An order at the dock, its papers printed."""
    arrives(road, ORDER, "order.edi")
    return the_order(road)


def the_order(road: Road) -> SalesOrder:
    with road.database.read() as conn:
        (row,) = orders.listed(conn)
        return orders.order_by_id(conn, row.order_id)


def typed(**values: Any) -> PurchaseOrder:
    return factories.purchase_order(
        **{"partner": "northwind", "channel": None, "lines": (factories.line(price_as_received=None),)} | values
    )


def papers(road: Road, order: SalesOrder) -> list[tuple[int, str, str]]:
    with road.database.read() as conn:
        return sorted((job.dock_release, job.document, job.state) for job in print_jobs.jobs_of(conn, order.order_id))


def test_corrected_order_is_printed_anew_and_the_dock_is_told_to_stop(road: Road, released: SalesOrder) -> None:
    order = clerk.amend_order(road, released.order_number, {"lines[1].quantity": "3"}, ANN)
    assert (order.revision, order.order_state, order.dock_release) == (2, OrderState.RELEASED, 2)
    work(road)
    assert papers(road, order) == [
        (1, "packing-slip", "printed"),
        (1, "pick-list", "printed"),
        (1, "stop-notice", "printed"),
        (2, "packing-slip", "printed"),
        (2, "pick-list", "printed"),
    ]
    assert the_order(road).fulfilment_state is FulfilmentState.PRINTED
    with road.database.read() as conn:
        assert [one.reason for one in orders.revisions(conn, order.order_id)] == [None, "customer rang"]


def test_papers_not_printed_yet_never_are(road: Road) -> None:
    arrives(road, ORDER.replace("BEG*00*", "BEG*00*"), "order.edi")
    order = the_order(road)
    clerk.take_back(road, order.order_number, ANN)
    again = release_order(road, order.order_number, "ann", "")
    assert again.dock_release == 2
    clerk.take_back(road, order.order_number, ANN)  # before anything of the second release was rendered
    work(road)
    assert [one for one in papers(road, order) if one[0] == 2] == [
        (2, "packing-slip", "canceled"),
        (2, "pick-list", "canceled"),
    ]


def test_correction_names_what_is_wrong_and_changes_nothing(road: Road, released: SalesOrder) -> None:
    with pytest.raises(CannotCorrect, match="did you mean quantity"):
        clerk.amend_order(road, released.order_number, {"lines[1].quantiy": "3"}, ANN)
    with pytest.raises(CannotCorrect, match=r"lines\[1\].quantity cannot be 'three'"):
        clerk.amend_order(road, released.order_number, {"lines[1].quantity": "three"}, ANN)
    assert the_order(road) == released


def test_typed_order_is_kept_as_a_draft_and_takes_the_same_road_when_submitted(road: Road) -> None:
    draft = clerk.enter_order(road, typed(), ANN, is_draft=True)
    assert (draft.order_state, draft.content.entered_by) == (OrderState.DRAFT, "ann")
    part = [{"qualifier": "VP", "value": "WG-1001"}]
    clerk.amend_order(road, draft.order_number, {"lines[1].part_as_ordered": part}, ANN)
    order = clerk.submit_order(road, draft.order_number, ANN)
    assert (order.order_state, order.content.lines[0].unit_price) == (OrderState.RELEASED, Decimal("9.25"))
    work(road)
    assert the_order(road).fulfilment_state is FulfilmentState.PRINTED


def test_typed_order_for_a_po_we_have_is_refused(road: Road, released: SalesOrder) -> None:
    with pytest.raises(AlreadyExists):
        clerk.enter_order(road, typed(customer_po_number=released.content.customer_po_number), ANN)
    draft = clerk.enter_order(road, typed(), ANN, is_draft=True)
    number = released.content.customer_po_number
    clerk.amend_order(road, draft.order_number, {"customer_po_number": number}, ANN)
    with pytest.raises(AlreadyExists):
        clerk.submit_order(road, draft.order_number, ANN)


def test_order_that_lacks_what_the_dock_needs_waits_until_it_is_filled(road: Road) -> None:
    part = typed().lines[0].model_copy(update={"part_as_ordered": (Identifier(qualifier="VP", value="WG-1001"),)})
    order = clerk.enter_order(road, typed(parties=(), lines=(part,)), ANN)
    assert order.order_state is OrderState.INCOMPLETE
    ship_to = factories.ship_to().model_dump(mode="json")
    filled = clerk.amend_order(road, order.order_number, {"parties[ship-to]": ship_to}, ANN)
    assert filled.order_state is OrderState.RELEASED


def test_request_of_a_program_takes_effect_once(road: Road) -> None:
    asked = Hand("erp", key="k-1", what="enter A")
    first = clerk.enter_order(road, typed(), asked, is_draft=True)
    assert clerk.enter_order(road, typed(), asked, is_draft=True).order_id == first.order_id
    with pytest.raises(KeyReused):
        clerk.enter_order(road, typed(), Hand("erp", key="k-1", what="enter B"))
    cancel = Hand("erp", key="k-2", what="cancel")
    for _ in range(2):
        clerk.cancel_order(road, first.order_number, CancelReason.ENTRY_ERROR, cancel)
    assert the_order(road).order_state is OrderState.CANCELLED


def test_change_that_was_not_seen_is_not_overwritten(road: Road, released: SalesOrder) -> None:
    clerk.amend_order(road, released.order_number, {"rush": True}, ANN)
    with pytest.raises(Outdated, match="look at it again"):
        clerk.cancel_order(road, released.order_number, CancelReason.OTHER, Hand("bob", version=released.version))


def test_picked_order_is_changed_only_when_the_dock_says_so(road: Road, released: SalesOrder) -> None:
    name = released.order_number
    clerk.pick_order(road, name, (ShipmentLine(line_no=1, quantity=Decimal(1)),), DOCK)
    asked = clerk.amend_order(road, name, {"lines[1].quantity": "3"}, ANN)
    assert (asked.order_state, asked.content) == (OrderState.CHANGE_PENDING, released.content)
    done = clerk.dock_answers(road, name, DOCK, is_done=True)
    assert (done.order_state, done.content.lines[0].quantity) == (OrderState.RELEASED, 3)
    clerk.pick_order(road, name, (ShipmentLine(line_no=1, quantity=Decimal(1)),), DOCK)
    clerk.cancel_order(road, name, CancelReason.CUSTOMER_REQUEST, ANN)
    assert clerk.dock_answers(road, name, DOCK, is_done=False).order_state is OrderState.RELEASED


def test_same_shipment_is_known_and_the_rest_is_a_back_order_with_papers_of_its_own(
    road: Road, released: SalesOrder
) -> None:
    name, lines = released.order_number, (ShipmentLine(line_no=1, quantity=Decimal(1)),)
    shipment = Shipment(shipment_id="S-1", shipped_at=NOON, lines=lines)
    first = clerk.ship_order(road, name, shipment, DOCK)
    assert first.fulfilment_state is FulfilmentState.PARTLY_SHIPPED
    assert clerk.ship_order(road, name, shipment, DOCK).progress == first.progress
    rest = clerk.release_to_dock(road, name, ANN)
    work(road)
    assert (2, "pick-list", "printed") in papers(road, rest)


def test_held_change_is_taken_as_far_as_it_fits_when_a_person_says_so(road: Road, released: SalesOrder) -> None:
    with pytest.raises(NoChangeHeld):
        clerk.take_change(road, released.order_number, ANN)
    body = f"BCH*04*SA*{po_number()}**1*20260302~POC*1*QD*1**EA*****~POC*9*DI*1**EA***VN*NOPE~"
    arrives(road, change(body), "c.edi")
    order = clerk.take_change(road, released.order_number, ANN)
    assert (order.content.lines[0].quantity, order.open_holds()) == (1, ())


def test_hold_by_hand_takes_the_order_off_the_dock_until_it_is_let_go(road: Road, released: SalesOrder) -> None:
    held = clerk.hold_order(road, released.order_number, HoldKind.REVIEW, ANN)
    assert (held.order_state, held.fulfilment_state) == (OrderState.APPROVED, FulfilmentState.OPEN)
    with pytest.raises(OrderError):
        clerk.release_to_dock(road, released.order_number, ANN)
    release_order(road, released.order_number, "ann", "")
    assert release_order(road, released.order_number, "ann", "").order_state is OrderState.RELEASED


def test_two_hands_at_once_never_lose_a_change(road: Road, released: SalesOrder) -> None:
    """Whoever comes second works on what the first has left, or is told so; the history holds every step."""
    failures: list[Exception] = []
    wanted: list[Callable[[int], object]] = [
        lambda n: clerk.amend_order(road, released.order_number, {"tags": [f"t{n}"]}, ANN),
        lambda n: clerk.take_back(road, released.order_number, ANN),
        lambda n: release_order(road, released.order_number, "ann", ""),
        lambda n: clerk.cancel_order(road, released.order_number, CancelReason.OTHER, ANN) if n == 5 else None,
    ]

    def act(place: int) -> None:
        for step in range(6):
            try:
                wanted[(place + step) % len(wanted)](step)
            except (OrderError, Conflict):
                continue
            except Exception as error:
                failures.append(error)

    threads = [threading.Thread(target=act, args=(place,)) for place in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    order = the_order(road)
    with road.database.read() as conn:
        told = [event.what for event in events.order_timeline(conn, order.order_id)]
        revisions = orders.revisions(conn, order.order_id)
    assert order.revision == 1 + told.count("order.amended") == len(revisions)
    assert order.dock_release == told.count("order.released")
    assert (order.order_state is OrderState.CANCELLED) == ("order.cancelled" in told)
