"""Corrections, cancellations and taking back, at every stage of an order's life."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

import pytest

from orders import amending, desk, fulfilling
from orders.amending import BelowShipped, NothingChanged
from orders.document import PurchaseOrder
from orders.fulfilling import Shipment, ShipmentLine
from orders.order import IllegalTransition, NotForTheDock, SalesOrder
from orders.outcome import Change
from orders.rules import Stop
from orders.values import CancelReason, CreditState, FulfilmentState, HoldKind, OrderState, OrderType
from tests import factories
from tests.factories import NOON

_ids = itertools.count()


def new_id() -> str:
    return f"H-{next(_ids)}"


def approved(*stops: Stop, **values: Any) -> SalesOrder:
    return desk.check(factories.entered(**values).order, None, stops, NOON, new_id).order


def with_quantity(order: SalesOrder, quantity: int) -> PurchaseOrder:
    return order.content.model_copy(update={"lines": (factories.line(quantity=Decimal(quantity)),)})


def amend(order: SalesOrder, quantity: int, reason: str = "customer rang") -> Change:
    content = with_quantity(order, quantity)
    return amending.amend(order, content, "ann", NOON, factories.catalogue(), factories.customer(), reason)


def picked(order: SalesOrder, quantity: int = 4) -> SalesOrder:
    return fulfilling.pick(order, (ShipmentLine(line_no=1, quantity=Decimal(quantity)),), "dock").order


def shipped(order: SalesOrder, quantity: int) -> SalesOrder:
    lines = (ShipmentLine(line_no=1, quantity=Decimal(quantity)),)
    return fulfilling.ship(order, Shipment(shipment_id=f"S-{next(_ids)}", shipped_at=NOON, lines=lines)).order


def test_correction_is_a_revision_with_new_totals_that_is_decided_upon_anew() -> None:
    change = amend(approved(Stop(HoldKind.REVIEW, "R1", "price")), 20)
    assert (change.order.order_state, change.order.revision, change.is_new_content) == (OrderState.VALIDATED, 2, True)
    assert change.order.content.grand_total == Decimal("185.00")
    assert change.reason == "customer rang"
    assert "lines[1].quantity 10 → 20" in change.events[0].note


def test_released_order_that_is_corrected_leaves_the_dock_and_its_papers_are_void() -> None:
    change = amend(approved(), 20)
    assert (change.order.order_state, change.order.fulfilment_state) == (OrderState.VALIDATED, FulfilmentState.OPEN)
    assert change.happened("dock.stopped")
    again = desk.check(change.order, None, (), NOON, new_id)
    assert (again.order.order_state, again.order.dock_release) == (OrderState.RELEASED, 2)


def test_nothing_changed_is_no_revision() -> None:
    order = approved()
    with pytest.raises(NothingChanged):
        amend(order, 10)


def test_picked_order_waits_for_the_dock_and_stays_as_it_is_until_then() -> None:
    asked = amend(picked(approved()), 20).order
    assert asked.order_state is OrderState.CHANGE_PENDING
    assert asked.content.lines[0].quantity == 10
    done = amending.confirm_change(asked, "joe", NOON)
    assert (done.order.order_state, done.order.content.lines[0].quantity) == (OrderState.VALIDATED, 20)
    assert (done.order.fulfilment_state, done.order.pending) == (FulfilmentState.OPEN, None)
    refused = amending.refuse_change(asked, "joe", "on the truck").order
    assert (refused.order_state, refused.content.lines[0].quantity) == (OrderState.RELEASED, 10)


def test_what_was_shipped_cannot_be_taken_out_of_the_order() -> None:
    order = shipped(approved(), 6)
    with pytest.raises(BelowShipped, match="6 have left"):
        amend(order, 5)
    asked = amend(order, 8).order
    done = amending.confirm_change(asked, "joe", NOON).order
    assert done.fulfilment_state is FulfilmentState.PARTLY_SHIPPED


def test_order_that_left_cannot_be_changed_any_more() -> None:
    with pytest.raises(IllegalTransition, match="shipped"):
        amend(shipped(approved(), 10), 20)


def test_cancelling_before_picking_is_at_once_and_lets_go_of_every_hold() -> None:
    held = approved(Stop(HoldKind.CREDIT, "C1", "limit"))
    cancelled = amending.cancel(held, CancelReason.CREDIT, "ann", NOON, "never pays").order
    assert (cancelled.order_state, cancelled.open_holds()) == (OrderState.CANCELLED, ())
    assert (cancelled.cancel_reason, cancelled.cancelled_by) == (CancelReason.CREDIT, "ann")


def test_cancelling_at_the_dock_stops_it() -> None:
    change = amending.cancel(approved(), CancelReason.CUSTOMER_REQUEST, "ann", NOON)
    assert change.happened("dock.stopped")
    assert change.order.fulfilment_state is FulfilmentState.OPEN


def test_cancelling_picked_goods_waits_for_the_dock() -> None:
    asked = amending.cancel(picked(approved()), CancelReason.CUSTOMER_REQUEST, "ann", NOON).order
    assert asked.order_state is OrderState.CANCEL_REQUESTED
    assert amending.confirm_cancel(asked, "joe", NOON).order.order_state is OrderState.CANCELLED
    assert amending.refuse_cancel(asked, "joe", "gone").order.order_state is OrderState.RELEASED


def test_cancelling_what_partly_left_cancels_the_rest() -> None:
    asked = amending.cancel(shipped(approved(), 4), CancelReason.CUSTOMER_REQUEST, "ann", NOON).order
    done = amending.confirm_cancel(asked, "joe", NOON).order
    assert (done.order_state, done.fulfilment_state) == (OrderState.RELEASED, FulfilmentState.SHIPPED)
    assert (done.progress[0].shipped, done.progress[0].cancelled) == (4, 6)


def test_mistaken_release_is_undone_while_nothing_is_picked() -> None:
    change = amending.take_back(approved(), "ann", "wrong customer")
    assert (change.order.order_state, change.order.fulfilment_state) == (OrderState.APPROVED, FulfilmentState.OPEN)
    assert change.happened("dock.stopped")
    again = desk.release(change.order, NOON).order
    assert (again.order_state, again.dock_release) == (OrderState.RELEASED, 2)
    with pytest.raises(IllegalTransition):
        amending.take_back(picked(approved()), "ann", "too late")


def test_reopened_order_is_checked_again_and_old_leave_is_forgotten() -> None:
    held = approved(Stop(HoldKind.CREDIT, "C1", "limit"))
    waived = desk.release_holds(held, None, "ann", "fine", NOON).order
    assert waived.credit_state is CreditState.WAIVED
    cancelled = amending.cancel(waived, CancelReason.ENTRY_ERROR, "ann", NOON).order
    reopened = amending.reopen(cancelled, "ann", "wanted after all").order
    assert (reopened.order_state, reopened.waivers) == (OrderState.VALIDATED, ())


@pytest.mark.parametrize("values", [{"test_indicator": True}, {"order_type": OrderType.BLANKET}])
def test_test_and_blanket_orders_cannot_be_released_by_hand_either(values: dict[str, object]) -> None:
    order = approved(**values)
    assert order.order_state is OrderState.APPROVED
    with pytest.raises(NotForTheDock):
        desk.release(order, NOON)


def test_price_difference_accepted_once_stays_accepted_while_its_figures_are_the_same() -> None:
    stop = Stop(HoldKind.REVIEW, "R1", "price", field_path="lines[1].price_as_received", figures={"theirs": "9"})
    accepted = desk.release_holds(approved(stop), None, "ann", "once", NOON).order
    again = desk.check(amend(accepted, 20).order, None, (stop,), NOON, new_id).order
    assert again.order_state is OrderState.RELEASED
    other = Stop(HoldKind.REVIEW, "R1", "price", field_path="lines[1].price_as_received", figures={"theirs": "8"})
    held = desk.check(amend(again, 30).order, None, (other,), NOON, new_id).order
    assert held.order_state is OrderState.IN_REVIEW


def test_hold_whose_cause_is_gone_is_let_go_by_the_next_check() -> None:
    held = approved(Stop(HoldKind.REVIEW, "R1", "price", figures={"theirs": "9"}))
    corrected = desk.check(amend(held, 20).order, None, (), NOON, new_id).order
    assert corrected.order_state is OrderState.RELEASED
    assert corrected.holds[0].released_by == "system"


def test_control_total_that_fitted_is_spent_by_a_correction_and_one_that_did_not_stays() -> None:
    fitted = amend(approved(total_as_received=Decimal("92.50")), 20).order
    assert fitted.content.total_as_received is None
    differed = amend(approved(total_as_received=Decimal(180)), 20).order
    assert differed.content.total_as_received == 180


def test_order_that_is_cut_to_what_has_left_is_complete_and_no_papers_are_asked_for() -> None:
    asked = amend(shipped(approved(), 4), 4).order
    confirmed = amending.confirm_change(asked, "joe", NOON).order
    change = desk.check(confirmed, None, (), NOON, new_id)
    assert (change.order.order_state, change.order.fulfilment_state) == (OrderState.RELEASED, FulfilmentState.SHIPPED)
    assert (change.happened("order.complete"), change.happened("order.released")) == (True, False)
    assert fulfilling.invoice(change.order, "INV-1").order.order_state is OrderState.INVOICED
