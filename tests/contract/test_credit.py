"""Credit on the road: exposure in the store, looking again, later stages, approvals; on SQLite and PostgreSQL."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from gateway import clerk, credit, deciding
from gateway.clerk import Hand
from gateway.credit import PolicyInvalid, StoppedByCredit
from gateway.operations import release_order
from gateway.road import Road
from orders.approving import ApprovalNeeded, Leave, ReasonNeeded
from orders.credit_account import CreditAccount
from orders.credit_case import Rate
from orders.document import Schedule
from orders.fulfilling import Shipment, ShipmentLine
from orders.order import SalesOrder
from orders.values import CancelReason, CreditState, HoldKind, OrderState
from store import credit as store
from store import events, masters, orders, parked
from store.database import Connection
from tests import factories
from tests.contract.test_changes import road
from tests.contract.test_operations import work
from tests.factories import NOON

__all__ = ["road"]
ANN = Hand("ann")
CUSTOMER = "C-1001"
TODAY = NOON.date()


def account(road: Road, **values: Any) -> int:
    """The demo's customer may owe 1000 and owes nothing, unless said otherwise."""
    usual: dict[str, Any] = {"credit_limit": Decimal(1000), "receivables": Decimal(0), "as_of": NOON}
    with road.database.write() as conn:
        return credit.put_account(conn, CreditAccount(customer=CUSTOMER, **usual | values), road.clock())


def policy(road: Road, text: str) -> None:
    with road.database.write() as conn:
        credit.set_policy(conn, text, road.clock(), "ann")


def typed(road: Road, total: str, *, is_reviewed: bool = True, **values: Any) -> SalesOrder:
    line = factories.line(
        quantity=Decimal(1), part="SPECIAL", part_as_ordered=(), price_as_received=Decimal(total), description="x"
    )
    document = factories.purchase_order(**{"partner": "northwind", "channel": None, "lines": (line,)} | values)
    order = clerk.enter_order(road, document, ANN)
    if is_reviewed and order.open_holds(HoldKind.REVIEW):
        order = release_order(road, order.order_number, "ann", "", HoldKind.REVIEW)
    return order


def again(road: Road, order: SalesOrder) -> SalesOrder:
    with road.database.read() as conn:
        return orders.order_by_id(conn, order.order_id)


def at_risk(conn: Connection, horizon: date | None = None) -> Decimal:
    return store.open_orders(conn, [CUSTOMER], horizon).get("USD", Decimal(0))


def ship(road: Road, order: SalesOrder, number: str = "S-1") -> SalesOrder:
    lines = (ShipmentLine(line_no=1, quantity=Decimal(1)),)
    return clerk.ship_order(road, order.order_number, Shipment(shipment_id=number, shipped_at=NOON, lines=lines), ANN)


def test_what_an_order_puts_at_risk_follows_it_through_its_life(road: Road) -> None:
    account(road)
    order = typed(road, "400.05")
    steps = [Decimal("400.05")]
    with road.database.read() as conn:
        assert at_risk(conn) == steps[0]
    ship(road, order)
    with road.database.read() as conn:
        assert at_risk(conn) == Decimal("400.05")
    clerk.invoice_order(road, order.order_number, "INV-1", ANN)
    with road.database.read() as conn:
        assert at_risk(conn) == 0


def test_deliveries_beyond_the_horizon_are_left_out_by_day(road: Road) -> None:
    account(road)
    days = (TODAY, TODAY + timedelta(days=40))
    schedules = tuple(
        Schedule(schedule_no=number, quantity=Decimal(number), requested_ship_date=day)
        for number, day in enumerate(days, 1)
    )
    line = factories.line(
        quantity=Decimal(3), schedules=schedules, part="X", part_as_ordered=(), price_as_received=Decimal(100)
    )
    typed(road, "0", lines=(line,))
    with road.database.read() as conn:
        assert [at_risk(conn, horizon) for horizon in (None, days[0], days[1], TODAY - timedelta(days=1))] == [
            Decimal(300),
            Decimal(100),
            Decimal(300),
            Decimal(0),
        ]


def test_money_that_comes_in_lets_the_oldest_held_order_go_first(road: Road) -> None:
    account(road, receivables=Decimal(900))
    first, second, third = (typed(road, total) for total in ("300", "300", "100"))
    assert {first.order_state, second.order_state} == {OrderState.IN_CREDIT}
    assert third.order_state is OrderState.RELEASED
    assert account(road, receivables=Decimal(900), unapplied_payments=Decimal(400)) == 2
    work(road)
    assert again(road, first).order_state is OrderState.RELEASED
    held = again(road, second)
    assert (held.order_state, held.open_holds()[0].figures["exposure"]) == (OrderState.IN_CREDIT, "1200.00")


def test_order_that_is_cancelled_leaves_room_for_another(road: Road) -> None:
    account(road)
    large, small = typed(road, "900"), typed(road, "200")
    assert small.order_state is OrderState.IN_CREDIT
    clerk.cancel_order(road, large.order_number, CancelReason.OTHER, ANN)
    work(road)
    assert again(road, small).order_state is OrderState.RELEASED


def test_order_that_is_made_smaller_leaves_room_for_another(road: Road) -> None:
    account(road)
    large, small = typed(road, "900"), typed(road, "200")
    clerk.amend_order(road, large.order_number, {"lines[1].price_as_received": "700"}, ANN)
    work(road)
    assert again(road, small).order_state is OrderState.RELEASED


def test_reopened_order_is_checked_again(road: Road) -> None:
    account(road)
    order = typed(road, "900")
    clerk.cancel_order(road, order.order_number, CancelReason.OTHER, ANN)
    typed(road, "900")
    assert clerk.reopen_order(road, order.order_number, ANN).order_state is OrderState.IN_CREDIT


def test_rule_of_the_dock_keeps_an_approved_order_off_it_until_the_account_clears(road: Road) -> None:
    account(road)
    order = typed(road, "100")
    clerk.take_back(road, order.order_number, ANN)
    account(road, stop="talk to them")
    held = clerk.release_to_dock(road, order.order_number, ANN)
    assert (held.order_state, held.credit_state) == (OrderState.APPROVED, CreditState.HOLD)
    assert held.open_holds()[0].reason == f"account {CUSTOMER} is stopped: talk to them"
    account(road)
    work(road)
    assert again(road, order).order_state is OrderState.RELEASED


def test_old_check_is_made_again_at_release(road: Road) -> None:
    policy(road, "recheck_days = 10")
    account(road)
    order = typed(road, "900")
    clerk.take_back(road, order.order_number, ANN)
    account(road, receivables=Decimal(500))
    assert clerk.release_to_dock(road, order.order_number, ANN).order_state is OrderState.RELEASED
    clerk.take_back(road, order.order_number, ANN)
    road.clock.advance(11 * 86_400)  # type: ignore[attr-defined]
    assert clerk.release_to_dock(road, order.order_number, ANN).order_state is OrderState.APPROVED


def test_rule_of_shipping_refuses_to_ship_unless_it_is_waived(road: Road) -> None:
    policy(road, '[rules.C1]\nstages = ["entry", "ship"]')
    account(road)
    order = typed(road, "900")
    account(road, receivables=Decimal(200))
    with pytest.raises(StoppedByCredit, match=r"C1: credit limit 1000 USD exceeded: exposure 1100"):
        ship(road, order)
    assert again(road, order).progress == ()
    clerk.waive_credit(road, order.order_number, Leave("ann", "paid by wire", up_to=Decimal(900)), ANN)
    assert ship(road, order).shipped_at is not None


def test_large_order_is_released_by_two_with_a_reason(road: Road) -> None:
    policy(
        road,
        '[[bands]]\nrole = "boss"\npersons = 2\n[people]\nann = ["boss"]\nbob = ["boss"]\ncy = ["boss"]\n'
        '[reasons]\npaid = "Money is on its way"\n',
    )
    account(road)
    number = typed(road, "1500").order_number
    with pytest.raises(ReasonNeeded):
        release_order(road, number, "bob", "")
    with pytest.raises(ApprovalNeeded, match="entered by ann"):
        release_order(road, number, "ann", "", reason_code="paid")
    assert release_order(road, number, "bob", "", reason_code="paid").order_state is OrderState.IN_CREDIT
    order = release_order(road, number, "cy", "", reason_code="paid")
    assert (order.order_state, order.credit_state) == (OrderState.RELEASED, CreditState.WAIVED)
    assert [one.user for one in again(road, order).approvals] == ["bob", "cy"]


def test_policy_with_a_mistake_names_the_nearest_key_and_changes_nothing(road: Road) -> None:
    policy(road, "horizon_days = 30")
    with pytest.raises(PolicyInvalid, match="did you mean 'horizon_days'"):
        policy(road, "horizon_day = 30")
    with pytest.raises(PolicyInvalid, match=r"rules\.C3\.dayz: unknown key; did you mean 'days'"):
        policy(road, "[rules.C3]\ndayz = 3")
    with road.database.read() as conn:
        assert credit.policy_in_force(conn).horizon_days == 30


def test_credit_is_not_looked_at_where_the_policy_says_so(road: Road) -> None:
    policy(road, f"[customers.{CUSTOMER}]\ncheck = false")
    order = typed(road, "5000000")
    assert (order.order_state, order.credit_state) == (OrderState.RELEASED, CreditState.NOT_REQUIRED)


def test_children_share_the_limit_of_their_parent(road: Road) -> None:
    policy(road, "roll_up = true")
    account(road, parent="C-1", credit_limit=None, receivables=Decimal(100))
    with road.database.write() as conn:
        credit.put_account(
            conn, CreditAccount(customer="C-1", credit_limit=Decimal(1000), receivables=Decimal(600)), road.clock()
        )
    order = typed(road, "301")
    (hold,) = order.open_holds()
    assert "exposure 1001.00" in hold.reason
    with road.database.write() as conn:
        raised = CreditAccount(customer="C-1", credit_limit=Decimal(1001), receivables=Decimal(600))
        assert credit.put_account(conn, raised, road.clock()) == 1
    work(road)
    assert again(road, order).order_state is OrderState.RELEASED


def test_rate_of_the_day_turns_an_order_into_the_base_currency(road: Road) -> None:
    account(road)
    with road.database.write() as conn:
        for on, rate in ((TODAY - timedelta(days=9), "2"), (TODAY, "1.1"), (TODAY + timedelta(days=1), "9")):
            store.put_rate(conn, "EUR", "USD", Rate(Decimal(rate), on))
    order = typed(road, "500", currency="EUR")
    assert (order.credit_snapshot or {})["exposure"] == "550.00"
    assert (order.credit_snapshot or {})["rate_EUR"] == f"1.10 of {TODAY}"


def test_orders_that_wait_for_review_do_not_pass_credit_together(road: Road) -> None:
    """Each fitted when it came; the second does not any more when a clerk lets both go."""
    account(road)
    first, second = (typed(road, "900", total_as_received=Decimal(1), is_reviewed=False) for _ in range(2))
    assert {first.order_state, second.order_state} == {OrderState.IN_REVIEW}
    assert release_order(road, first.order_number, "bob", "").order_state is OrderState.RELEASED
    late = release_order(road, second.order_number, "bob", "")
    assert (late.order_state, [hold.rule for hold in late.open_holds()]) == (OrderState.IN_CREDIT, ["C1"])


def test_every_decision_is_kept_with_its_figures(road: Road) -> None:
    account(road, receivables=Decimal(900))
    order = typed(road, "300")
    account(road)
    work(road)
    with road.database.read() as conn:
        first, *_, last = store.decisions_of(conn, order.order_id)
        told = [event.what for event in events.order_timeline(conn, order.order_id)]
    assert (first.state, first.stage, first.figures["exposure"]) == ("hold", "entry, release", "1200.00")
    assert first.stops[0]["rule"] == "C1"
    assert (last.state, last.figures["exposure"]) == ("ok", "300.00")
    assert "hold.released" in told


def test_two_orders_at_once_never_exceed_the_headroom_together(road: Road) -> None:
    """Whoever comes second is measured with what the first has taken."""
    account(road, credit_limit=Decimal(1000))
    failures: list[Exception] = []

    def enter() -> None:
        try:
            for _ in range(3):
                typed(road, "150")
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with road.database.read() as conn:
        assert at_risk(conn) == Decimal(900)
        assert len(store.held_orders(conn, [CUSTOMER])) == 6


def test_orders_entered_in_one_transaction_are_measured_with_each_other(road: Road) -> None:
    account(road)
    with road.database.write() as conn:
        decisions = deciding.Decisions(conn)
        profile = decisions.profile("northwind")
        states = []
        for _ in range(3):
            line = factories.line(quantity=Decimal(1), part="X", part_as_ordered=(), price_as_received=Decimal(450))
            entered = factories.entered(lines=(line,), partner="northwind")
            states.append(decisions.decided(entered, profile, NOON).order.open_holds(HoldKind.CREDIT))
        assert [bool(holds) for holds in states] == [False, False, True]


def test_figures_on_the_customer_record_count_where_the_account_has_none(road: Road) -> None:
    with road.database.write() as conn:
        record = masters.customer_by_id(conn, CUSTOMER)
        assert record is not None
        masters.put(conn, record.model_copy(update={"receivables": Decimal(24_950)}))
        view = credit.account_view(conn, CUSTOMER, NOON)
    assert view.figures["headroom"] == "50"
    assert typed(road, "51").order_state is OrderState.IN_CREDIT


def test_hold_until_a_time_lets_go_by_itself_and_the_order_is_checked_again(road: Road) -> None:
    account(road)
    order = typed(road, "900")
    until = road.clock() + timedelta(days=2)
    held = clerk.hold_order(road, order.order_number, HoldKind.CREDIT, ANN, until=until)
    assert (held.order_state, len(held.open_holds())) == (OrderState.APPROVED, 1)
    let_go(road)
    assert again(road, order).open_holds()
    road.clock.advance(3 * 86_400)  # type: ignore[attr-defined]
    let_go(road)
    freed = again(road, order)
    assert (freed.order_state, freed.open_holds()) == (OrderState.RELEASED, ())
    assert (freed.holds[0].released_by, freed.holds[0].release_note) == ("system", "expired")


def test_hold_by_hand_stays_when_money_comes_in_and_the_next_order_is_looked_at(road: Road) -> None:
    account(road)
    first = typed(road, "500")
    second = typed(road, "600")
    clerk.hold_order(road, first.order_number, HoldKind.CREDIT, Hand("bob", reason="call them"))
    assert account(road, credit_limit=Decimal(1100)) == 2
    work(road)
    assert again(road, first).open_holds()[0].reason == "call them"
    assert again(road, second).order_state is OrderState.RELEASED
    with road.database.read() as conn:
        assert parked.parked_messages(conn) == []


def let_go(road: Road) -> None:
    """What housekeeping does, and a worker with it."""
    for _ in range(2):
        with road.database.write() as conn:
            deciding.wake_expired(conn, road.clock())
    clock = road.clock()
    work(road)
    road.clock.now = clock  # type: ignore[attr-defined]
