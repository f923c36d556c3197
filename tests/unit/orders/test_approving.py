"""Who may let an order go on in spite of credit."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from orders import desk
from orders.approving import ApprovalNeeded, Leave, ReasonNeeded, give_leave
from orders.credit import CreditDecision
from orders.credit_policy import HousePolicy
from orders.order import SalesOrder
from orders.outcome import Change
from orders.rules import Stop
from orders.values import CreditState, HoldKind, OrderState
from tests import factories
from tests.factories import NOON

STOP = Stop(HoldKind.CREDIT, "C1", "limit exceeded", figures={"exposure": "2"})
HELD = CreditDecision(CreditState.HOLD, (STOP,), {"exposure": "2"})
POLICY = HousePolicy.model_validate(
    {
        "bands": [
            {"up_to": "100", "role": "clerk"},
            {"up_to": "1000", "role": "manager"},
            {"up_to": "5000", "role": "director", "persons": 2},
        ],
        "people": {"ann": ["clerk"], "bob": ["manager"], "cleo": ["director"], "dan": ["director"]},
        "reasons": {"paid": "the money is on its way"},
    }
)


def held(**values: Any) -> SalesOrder:
    return desk.check(factories.entered(**values).order, HELD, (), NOON, lambda: "H-1").order


def released(order: SalesOrder, by: str, amount: int, reason: str = "paid", **values: Any) -> Change:
    return give_leave(order, Leave(by, reason_code=reason, **values), POLICY, Decimal(amount), NOON)


def test_without_bands_one_person_may_release_anything() -> None:
    change = give_leave(held(), Leave("ann"), HousePolicy(), Decimal(10**6), NOON)
    assert change.order.order_state is OrderState.RELEASED
    assert change.order.waivers[0].up_to == change.order.content.grand_total


def test_band_asks_for_its_role_or_a_higher_one() -> None:
    assert released(held(), "ann", 100).order.order_state is OrderState.RELEASED
    assert released(held(), "bob", 100).order.order_state is OrderState.RELEASED
    with pytest.raises(ApprovalNeeded, match="needs the role manager, which ann has not; have: bob, cleo, dan"):
        released(held(), "ann", 101)
    with pytest.raises(ApprovalNeeded, match="above every band"):
        released(held(), "cleo", 5001)


def test_large_order_needs_two_different_persons() -> None:
    first = released(held(), "cleo", 5000)
    assert first.order.order_state is OrderState.IN_CREDIT
    assert [event.note for event in first.events] == ["by cleo (1 of 2): paid"]
    with pytest.raises(ApprovalNeeded, match="cleo has agreed already"):
        released(first.order, "cleo", 5000)
    second = released(first.order, "dan", 5000).order
    assert second.order_state is OrderState.RELEASED
    assert [(one.step, one.user, one.reason_code) for one in second.approvals] == [
        (1, "cleo", "paid"),
        (2, "dan", "paid"),
    ]


def test_word_on_one_revision_is_none_on_the_next() -> None:
    first = released(held(), "cleo", 5000).order
    again = released(first.model_copy(update={"revision": 2}), "cleo", 5000).order
    assert (again.order_state, len(again.approvals)) == (OrderState.IN_CREDIT, 2)


def test_who_entered_an_order_does_not_release_it() -> None:
    with pytest.raises(ApprovalNeeded, match="was entered by bob"):
        released(held(entered_by="bob"), "bob", 500)


@pytest.mark.parametrize("reason", ["", "because"])
def test_reason_of_the_list_is_needed(reason: str) -> None:
    with pytest.raises(ReasonNeeded, match="paid \\(the money is on its way\\)"):
        released(held(), "ann", 100, reason)


def test_waiver_is_for_one_revision_up_to_an_amount_until_a_day() -> None:
    waived = released(held(), "ann", 100, up_to=Decimal(200), until=NOON.date()).order
    (waiver,) = waived.waivers
    assert (waiver.up_to, waiver.until, waiver.reason_code) == (200, NOON.date(), "paid")
    assert desk.is_waived(waived, STOP, NOON)
    assert not desk.is_waived(waived, STOP, NOON + timedelta(days=1))
    assert not desk.is_waived(waived.model_copy(update={"revision": 2}), STOP, NOON)


def test_leave_may_be_given_before_credit_stops_the_order() -> None:
    approved = desk.check(factories.entered().order, None, (), NOON, lambda: "H-1").order
    change = released(approved, "ann", 100)
    assert [event.what for event in change.events] == ["approval.given", "credit.waived"]
    assert desk.is_waived(change.order, STOP, NOON)


def test_approved_order_that_credit_stops_again_stays_off_the_dock() -> None:
    order = desk.check(factories.entered().order, None, (), NOON, lambda: "H-1").order
    approved = order.model_copy(update={"order_state": OrderState.APPROVED})
    stopped = desk.check_for_the_dock(approved, HELD, NOON, lambda: "H-2").order
    assert (stopped.order_state, stopped.credit_state) == (OrderState.APPROVED, CreditState.HOLD)
    assert [hold.rule for hold in stopped.open_holds()] == ["C1"]
    ok = CreditDecision(CreditState.OK, (), {"exposure": "1"})
    freed = desk.check_for_the_dock(stopped, ok, NOON, lambda: "H-3").order
    assert (freed.order_state, freed.credit_state, freed.open_holds()) == (OrderState.RELEASED, CreditState.OK, ())
