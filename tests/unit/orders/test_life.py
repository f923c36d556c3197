"""The table of an order's life: every state with every verb, and random lives that may never go wrong."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from orders import amending, changing, desk, fulfilling
from orders.change import ChangeAction, LineChange, PurchaseOrderChange
from orders.control import Progress
from orders.document import Identifier, PurchaseOrder, Schedule
from orders.fulfilling import Shipment, ShipmentLine, deliveries, goods_of
from orders.life import ENDED, MOVES, UNDECIDED, Verb, destination, diagram
from orders.masters import Catalogue
from orders.order import IllegalTransition, OrderError, PendingChange, SalesOrder, after, may
from orders.outcome import Change
from orders.rules import Stop
from orders.values import CancelReason, FulfilmentState, HoldKind, OrderState, OrderType, Purpose, Severity
from tests import factories
from tests.factories import NOON

_ids = itertools.count()
UNTOUCHED = {FulfilmentState.OPEN, FulfilmentState.RELEASED, FulfilmentState.PRINTED}


def new_id() -> str:
    return f"H-{next(_ids)}"


def standing(state: OrderState, goods: FulfilmentState) -> SalesOrder:
    """An order in a pair of states, with what such an order has."""
    order = factories.entered().order
    done = {
        FulfilmentState.PICKING: Progress(line_no=1, schedule_no=1, picked=Decimal(4)),
        FulfilmentState.PACKED: Progress(line_no=1, schedule_no=1, picked=Decimal(10), packed=Decimal(10)),
        FulfilmentState.PARTLY_SHIPPED: Progress(
            line_no=1, schedule_no=1, picked=Decimal(4), packed=Decimal(4), shipped=Decimal(4)
        ),
        FulfilmentState.SHIPPED: Progress(
            line_no=1, schedule_no=1, picked=Decimal(10), packed=Decimal(10), shipped=Decimal(10)
        ),
    }
    pending = PendingChange(content=more_of(order, 12), by="ann", at=NOON)
    return order.model_copy(
        update={
            "order_state": state,
            "fulfilment_state": goods,
            "progress": (done[goods],) if goods in done else (),
            "pending": pending if state is OrderState.CHANGE_PENDING else None,
            "dock_release": 0 if goods is FulfilmentState.OPEN else 1,
        }
    )


def more_of(order: SalesOrder, quantity: int) -> PurchaseOrder:
    line = order.content.lines[0].model_copy(update={"quantity": Decimal(quantity), "schedules": ()})
    return order.content.model_copy(update={"lines": (line, *order.content.lines[1:])})


def shipment(quantity: int, **values: object) -> Shipment:
    lines = (ShipmentLine(line_no=1, quantity=Decimal(quantity)),)
    return Shipment.model_validate({"shipment_id": f"S-{next(_ids)}", "shipped_at": NOON, "lines": lines} | values)


def amended(order: SalesOrder, quantity: int) -> Change:
    return amending.amend(
        order, more_of(order, quantity), "ann", NOON, factories.catalogue(), factories.customer(), "customer rang"
    )


VERBS: dict[Verb, Callable[[SalesOrder], Change]] = {
    Verb.AMEND: lambda order: amended(order, 11),
    Verb.ASK_TO_AMEND: lambda order: amended(order, 11),
    Verb.CONFIRM_CHANGE: lambda order: amending.confirm_change(order, "dock", NOON),
    Verb.REFUSE_CHANGE: lambda order: amending.refuse_change(order, "dock", "on the truck"),
    Verb.CANCEL: lambda order: amending.cancel(order, CancelReason.CUSTOMER_REQUEST, "ann", NOON),
    Verb.ASK_TO_CANCEL: lambda order: amending.cancel(order, CancelReason.CUSTOMER_REQUEST, "ann", NOON),
    Verb.CANCEL_THE_REST: lambda order: amending.cancel(order, CancelReason.CUSTOMER_REQUEST, "ann", NOON),
    Verb.CONFIRM_CANCEL: lambda order: amending.confirm_cancel(order, "dock", NOON),
    Verb.REFUSE_CANCEL: lambda order: amending.refuse_cancel(order, "dock", "on the truck"),
    Verb.REJECT: lambda order: desk.reject(order, "not ours"),
    Verb.RELEASE: lambda order: desk.release(order, NOON),
    Verb.RELEASE_REST: lambda order: fulfilling.release_rest(order, NOON),
    Verb.TAKE_BACK: lambda order: amending.take_back(order, "ann", "a mistake"),
    Verb.REOPEN: lambda order: amending.reopen(order, "ann", "wanted after all"),
    Verb.PICK: lambda order: fulfilling.pick(order, (ShipmentLine(line_no=1, quantity=Decimal(1)),), "dock"),
    Verb.SHIP: lambda order: fulfilling.ship(order, shipment(1)),
    Verb.CLOSE: lambda order: fulfilling.close(order, "ann"),
}
ENDING = {Verb.CANCEL, Verb.ASK_TO_CANCEL, Verb.CANCEL_THE_REST, Verb.REJECT, Verb.CLOSE}
SELDOM = st.integers(0, 5)
"""Zero is once in six times: a life that ends at once teaches little."""
ONE_DOOR = (
    {Verb.AMEND, Verb.ASK_TO_AMEND},
    {Verb.CANCEL, Verb.ASK_TO_CANCEL, Verb.CANCEL_THE_REST},
    {Verb.CONFIRM_CANCEL, Verb.CANCEL_THE_REST},
)
"""Verbs of the table that a person calls by one name; which of them it is, the goods decide."""


@pytest.mark.parametrize("verb", Verb)
def test_the_table_is_the_only_way_from_state_to_state(verb: Verb) -> None:
    for state, goods in itertools.product(OrderState, FulfilmentState):
        order = standing(state, goods)
        named = [one for one in MOVES if one.verb is verb and state in one.starts and goods in one.goods]
        assert len(named) <= 1, "one verb, one way"
        if named:
            assert may(order, verb)
            assert after(order, verb) is (named[0].to or state)
        else:
            assert not may(order, verb)
            with pytest.raises(IllegalTransition, match=order.order_number):
                after(order, verb)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_of_the_desk_does_what_the_table_says_and_nothing_else(verb: Verb) -> None:
    for state, goods in itertools.product(OrderState, FulfilmentState):
        check_verb(verb, state, goods)


def check_verb(verb: Verb, state: OrderState, goods: FulfilmentState) -> None:
    order = standing(state, goods)
    doors = {verb, *(one for door in ONE_DOOR if verb in door for one in door)} - {Verb.CONFIRM_CANCEL} | {verb}
    legal = {destination(one, state, goods) for one in doors} - {None}
    try:
        change = VERBS[verb](order)
    except IllegalTransition:
        assert not legal
    except OrderError:
        assert legal, "only a legal verb may have another reason to refuse"
    else:
        assert change.order.order_state in legal
        assert not (change.order.order_state in ENDED and change.order.open_holds())


def test_the_documentation_draws_the_table() -> None:
    text = (Path(__file__).parents[3] / "docs" / "architecture.md").read_text()
    assert diagram() in text, "put what orders.life.diagram() gives into docs/architecture.md"


class Life(RuleBasedStateMachine):
    """One order, driven by everybody at random: clerk, customer, credit manager and dock."""

    order: SalesOrder

    @initialize(
        test=SELDOM,
        kind=st.sampled_from([OrderType.STAND_ALONE, OrderType.BLANKET, None, None, None]),
        schedules=st.lists(st.integers(1, 6), max_size=3),
        lines=st.integers(1, 3),
    )
    def comes(self, test: int, kind: OrderType | None, schedules: list[int], lines: int) -> None:
        parts = tuple(Schedule(schedule_no=no, quantity=Decimal(count)) for no, count in enumerate(schedules, 1))
        quantity = Decimal(sum(schedules) or 10)
        made = (
            factories.line(no, quantity=quantity, schedules=parts, customer_line_ref=str(no))
            for no in range(1, lines + 1)
        )
        document = factories.purchase_order(lines=tuple(made), test_indicator=not test or None, order_type=kind)
        self.take(factories.entered(document))

    def take(self, change: Change) -> None:
        before = getattr(self, "order", None)
        if before is not None:
            changed = change.order.content != before.content
            assert change.order.revision == before.revision + change.is_new_content
            assert change.is_new_content or not changed, "content changes by a revision only"
            assert change.order.dock_release >= before.dock_release
            assert {one.hold_id for one in before.holds} <= {one.hold_id for one in change.order.holds}
        self.order = change.order

    def attempt(self, verb: Callable[[], Change]) -> None:
        """What the order refuses leaves it as it was."""
        before = self.order.model_copy(deep=True)
        try:
            self.take(verb())
        except OrderError:
            assert self.order == before

    @precondition(lambda self: self.order.order_state in UNDECIDED)
    @rule(stops=st.sets(st.sampled_from(["C1", "R1", "R3"])), severity=st.sampled_from(list(Severity)))
    def is_checked(self, stops: set[str], severity: Severity) -> None:
        said = tuple(
            Stop(HoldKind.CREDIT if name[0] == "C" else HoldKind.REVIEW, name, "because", severity) for name in stops
        )
        self.take(desk.check(self.order, None, said, NOON, new_id))

    @precondition(lambda self: bool(self.order.open_holds()))
    @rule(kind=st.sampled_from([HoldKind.CREDIT, HoldKind.REVIEW, None]))
    def hold_is_let_go(self, kind: HoldKind | None) -> None:
        self.attempt(lambda: desk.release_holds(self.order, kind, "ann", "fine", NOON))

    @rule(quantity=st.integers(0, 20))
    def clerk_amends(self, quantity: int) -> None:
        self.attempt(lambda: amended(self.order, quantity))

    @rule(action=st.sampled_from(list(ChangeAction)), quantity=st.integers(0, 20), line=st.integers(1, 4))
    def customer_changes(self, action: ChangeAction, quantity: int, line: int) -> None:
        part = (Identifier(qualifier="VP", value="W-100"),)
        one = LineChange(
            line_no=1,
            action=action,
            quantity=Decimal(quantity),
            uom="EA",
            customer_line_ref=str(line),
            part_as_ordered=part,
        )
        self.change_comes(purpose_code=Purpose.CHANGE, lines=(one,))

    @rule(chance=SELDOM)
    def customer_cancels(self, chance: int) -> None:
        if not chance:
            self.change_comes(purpose_code=Purpose.CANCEL)

    @precondition(lambda self: self.order.order_state in UNDECIDED)
    @rule()
    def nothing_stops_it(self) -> None:
        self.take(desk.check(self.order, None, (), NOON, new_id))

    def change_comes(self, **values: object) -> None:
        change = PurchaseOrderChange.model_validate(
            {"customer_po_number": self.order.content.customer_po_number, "change_number": str(next(_ids)), **values}
        )
        how = changing.Taking(f"D-{next(_ids)}", "TR-9", NOON, new_id())
        self.take(changing.take(self.order, change, how, factories.catalogue(), factories.customer()))

    @rule(verb=st.sampled_from(sorted(set(VERBS) - ENDING - {Verb.PICK, Verb.SHIP, Verb.AMEND, Verb.ASK_TO_AMEND})))
    def somebody_acts(self, verb: Verb) -> None:
        self.attempt(lambda: VERBS[verb](self.order))

    @rule(verb=st.sampled_from(sorted(ENDING)), chance=SELDOM)
    def somebody_ends_it(self, verb: Verb, chance: int) -> None:
        if not chance:
            self.attempt(lambda: VERBS[verb](self.order))

    @rule(line=st.integers(1, 3), schedule=st.integers(1, 3), quantity=st.integers(1, 12), packed=st.booleans())
    def dock_picks(self, line: int, schedule: int, quantity: int, packed: bool) -> None:
        one = ShipmentLine(line_no=line, schedule_no=schedule, quantity=Decimal(quantity))
        self.attempt(lambda: fulfilling.pick(self.order, (one,), "dock", packed=packed))

    @rule(line=st.integers(1, 3), schedule=st.integers(1, 3), quantity=st.integers(1, 12), final=st.booleans())
    def dock_ships(self, line: int, schedule: int, quantity: int, final: bool) -> None:
        one = ShipmentLine(line_no=line, schedule_no=schedule, quantity=Decimal(quantity))
        sent = shipment(1, lines=(one,), is_final=final)
        self.attempt(lambda: fulfilling.ship(self.order, sent))

    @rule()
    def everything_left_is_shipped(self) -> None:
        left = [one for one in deliveries(self.order) if one.left]
        lines = tuple(ShipmentLine(line_no=one.place[0], schedule_no=one.place[1], quantity=one.left) for one in left)
        if lines and may(self.order, Verb.SHIP):
            self.take(fulfilling.ship(self.order, shipment(1, lines=lines)))
            assert self.order.fulfilment_state is FulfilmentState.SHIPPED

    @rule()
    def it_is_invoiced(self) -> None:
        self.attempt(lambda: fulfilling.invoice(self.order, "INV-1"))

    @precondition(lambda self: self.order.fulfilment_state is FulfilmentState.RELEASED)
    @rule()
    def papers_come_out(self) -> None:
        self.take(fulfilling.printed(self.order, NOON))

    @invariant()
    def the_goods_stand_where_the_deliveries_say(self) -> None:
        if not hasattr(self, "order"):
            return
        goods = self.order.fulfilment_state
        untouched = goods if goods in UNTOUCHED else FulfilmentState.OPEN
        assert goods_of(self.order, untouched) is goods

    @invariant()
    def nothing_is_at_the_dock_that_should_not_be(self) -> None:
        if not hasattr(self, "order"):
            return
        order = self.order
        if order.content.test_indicator or order.content.order_type is OrderType.BLANKET:
            assert order.dock_release == 0
        if order.order_state is OrderState.RELEASED:
            assert order.fulfilment_state is not FulfilmentState.OPEN
            assert not [hold for hold in order.open_holds() if hold.source == "check"]
        if order.fulfilment_state in UNTOUCHED - {FulfilmentState.OPEN}:
            assert order.order_state is OrderState.RELEASED

    @invariant()
    def what_has_left_stays_sold(self) -> None:
        if not hasattr(self, "order"):
            return
        for one in deliveries(self.order):
            assert one.progress.shipped <= one.quantity
            assert one.progress.invoiced <= one.progress.shipped <= one.progress.packed <= one.progress.picked
        known = {one.place for one in deliveries(self.order)}
        assert all((one.line_no, one.schedule_no) in known for one in self.order.progress if one.shipped)
        assert (self.order.pending is not None) == (self.order.order_state is OrderState.CHANGE_PENDING)


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@pytest.mark.parametrize("by_a_person", [True, False])
def test_unknown_part_goes_to_the_dock_only_when_a_person_has_said_so(by_a_person: bool) -> None:
    unknown = factories.line(part_as_ordered=(Identifier(qualifier="BP", value="XYZ"),), price_as_received=Decimal(5))
    entry = desk.Entry("o", "SO-1", "TR-1", "x12-850", NOON)
    order = desk.enter(factories.purchase_order(lines=(unknown,)), entry, Catalogue(), factories.customer()).order
    stops = (Stop(HoldKind.REVIEW, "R3", "no part", field_path="lines[1].part"),) if by_a_person else ()
    change = desk.check(order, None, stops, NOON, new_id)
    if by_a_person:
        change = desk.release_holds(change.order, None, "ann", "ship it as they wrote it", NOON)
        assert change.order.order_state is OrderState.RELEASED
    else:
        assert change.order.order_state is OrderState.INCOMPLETE
        assert "lines[1].part" in change.events[-1].note
