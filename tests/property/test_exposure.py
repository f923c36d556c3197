"""Exposure after any history is what a clerk's cards say, to the cent; and no cent of an order is lost or made."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle as Orders
from hypothesis.stateful import RuleBasedStateMachine, consumes, invariant, precondition, rule

from orders import amending, desk, fulfilling
from orders.credit_account import CreditAccount, account_of
from orders.credit_case import Standing
from orders.document import AllowanceCharge, Line, Schedule, TaxLine
from orders.exposure import open_amount
from orders.fulfilling import Shipment, ShipmentLine
from orders.order import SalesOrder
from orders.outcome import Change
from orders.rules import Stop
from orders.values import CancelReason, HoldKind, OrderState
from tests import factories
from tests.factories import NOON
from tests.sold import Sold

_ids = itertools.count()
CENTS = st.integers(1, 99_999)
PIECES = st.integers(1, 12)
MONEY = st.integers(0, 10_000_000).map(lambda cents: Decimal(cents) / 100)
STOP = Stop(HoldKind.CREDIT, "C1", "limit exceeded")


def one_line(cents: int, pieces: int) -> Line:
    price = Decimal(cents) / 100
    return factories.line(quantity=Decimal(pieces), part="X", part_as_ordered=(), price_as_received=price)


def checked(change: Change, *, is_held: bool) -> SalesOrder:
    stops = (STOP,) if is_held else ()
    order = change.order
    return desk.check(order, None, stops, NOON, lambda: f"H-{next(_ids)}").order


class Histories(RuleBasedStateMachine):
    """Orders are entered, held, changed, shipped in parts, invoiced and cancelled; money comes and is owed."""

    ids = Orders("ids")

    def __init__(self) -> None:
        super().__init__()
        self.orders: dict[str, SalesOrder] = {}
        self.cards: dict[str, Sold] = {}
        self.account = CreditAccount(customer="C-1001", receivables=Decimal(0))

    @rule(target=ids, cents=CENTS, pieces=PIECES, is_held=st.booleans())
    def enter(self, cents: int, pieces: int, is_held: bool) -> str:
        order = checked(factories.entered(lines=(one_line(cents, pieces),)), is_held=is_held)
        self.orders[order.order_id] = order
        self.cards[order.order_id] = Sold(cents, pieces, is_taken=not is_held)
        return order.order_id

    @rule(name=ids)
    def release(self, name: str) -> None:
        if self.orders[name].open_holds():
            self.orders[name] = desk.release_holds(self.orders[name], None, "ann", "", NOON).order
            self.cards[name].is_taken = True

    @rule(name=ids, pieces=PIECES, is_held=st.booleans())
    def amend(self, name: str, pieces: int, is_held: bool) -> None:
        order, card = self.orders[name], self.cards[name]
        if card.is_over or card.is_waiting or card.left == 0 or pieces < card.shipped or pieces == card.ordered:
            return
        content = order.content.model_copy(update={"lines": (one_line(card.cents, pieces),)})
        change = amending.amend(order, content, "ann", NOON, factories.catalogue(), factories.customer())
        if order.order_state is OrderState.RELEASED and card.is_in_hands:
            self.orders[name], card.wanted = change.order, pieces
        else:
            self._amended(name, change, pieces, is_held)

    def _amended(self, name: str, change: Change, pieces: int, is_held: bool) -> None:
        self.orders[name] = checked(change, is_held=is_held)
        self.cards[name].ordered, self.cards[name].is_taken = pieces, not is_held

    @rule(name=ids, is_done=st.booleans(), is_held=st.booleans())
    def dock_answers(self, name: str, is_done: bool, is_held: bool) -> None:
        order, card = self.orders[name], self.cards[name]
        if card.wanted is not None:
            if is_done:
                self._amended(name, amending.confirm_change(order, "joe", NOON), card.wanted, is_held)
            else:
                self.orders[name] = amending.refuse_change(order, "joe", "too late").order
            card.wanted = None
        elif card.is_cancel_asked:
            if is_done:
                self.orders[name] = amending.confirm_cancel(order, "joe", NOON).order
                card.is_over = True
            else:
                self.orders[name] = amending.refuse_cancel(order, "joe", "too late").order
            card.is_cancel_asked = False

    @rule(name=ids, pieces=PIECES, is_final=st.booleans())
    def ship(self, name: str, pieces: int, is_final: bool) -> None:
        card = self.cards[name]
        if self.orders[name].order_state is not OrderState.RELEASED or not card.left:
            return
        pieces = min(pieces, card.left)
        lines = (ShipmentLine(line_no=1, quantity=Decimal(pieces)),)
        shipment = Shipment(shipment_id=f"S-{next(_ids)}", shipped_at=NOON, lines=lines, is_final=is_final)
        self.orders[name] = fulfilling.ship(self.orders[name], shipment).order
        card.shipped += pieces
        card.is_over = card.is_over or is_final

    @rule(name=ids)
    def invoice(self, name: str) -> None:
        card = self.cards[name]
        if card.shipped > card.invoiced:
            self.orders[name] = fulfilling.invoice(self.orders[name], f"INV-{next(_ids)}").order
            card.invoiced = card.shipped

    @rule(name=consumes(ids))
    def cancel(self, name: str) -> None:
        order, card = self.orders[name], self.cards[name]
        if card.is_over or card.is_waiting or card.left == 0:
            return
        self.orders[name] = amending.cancel(order, CancelReason.OTHER, "ann", NOON).order
        if self.orders[name].order_state is OrderState.CANCEL_REQUESTED:
            card.is_cancel_asked = True
        else:
            card.is_over = True

    @rule(owed=MONEY)
    def receivables_come(self, owed: Decimal) -> None:
        self.account = self.account.model_copy(update={"receivables": owed})

    @rule(paid=MONEY)
    def payment_comes(self, paid: Decimal) -> None:
        self.account = self.account.model_copy(update={"unapplied_payments": paid})

    @precondition(lambda self: self.orders)
    @invariant()
    def exposure_is_what_the_cards_say(self) -> None:
        for name, order in self.orders.items():
            assert open_amount(order).total == self.cards[name].at_risk(), name
        at_risk = sum((open_amount(one).total for one in self.orders.values()), Decimal(0))
        account = account_of(factories.customer(), self.account)
        standing = Standing(account, account, (account,), {"USD": at_risk})
        cards = sum((card.at_risk() for card in self.cards.values()), Decimal(0))
        assert standing.exposure == (self.account.receivables or 0) - self.account.unapplied_payments + cards


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)


@st.composite
def priced_orders(draw: st.DrawFn) -> SalesOrder:
    lines = []
    for number in range(1, draw(st.integers(1, 4)) + 1):
        parts = draw(st.lists(st.integers(1, 999), min_size=1, max_size=4))
        schedules = tuple(
            Schedule(schedule_no=place, quantity=Decimal(pieces), requested_ship_date=draw(st.none() | st.dates()))
            for place, pieces in enumerate(parts, 1)
        )
        price = Decimal(draw(st.integers(1, 10**7))) / 10**4
        values: dict[str, Any] = {"quantity": Decimal(sum(parts)), "price_as_received": price}
        lines.append(factories.line(number, part="X", part_as_ordered=(), schedules=schedules, **values))
    tax = (TaxLine(tax_amount=draw(MONEY)),)
    charge = (AllowanceCharge(is_charge=True, amount=draw(MONEY)),)
    currency = draw(st.sampled_from(["USD", "JPY", "KWD"]))
    entered = factories.entered(lines=tuple(lines), tax_lines=tax, allowances=charge, currency=currency)
    return desk.check(entered.order, None, (), NOON, lambda: "H-1").order


@given(priced_orders(), st.data())
@settings(max_examples=150, deadline=None)
def test_parts_of_an_order_add_up_to_its_total_whatever_has_left(order: SalesOrder, data: st.DataObject) -> None:
    whole = open_amount(order).total
    shares = fulfilling.deliveries(order)
    leaving = [
        ShipmentLine(line_no=one.place[0], schedule_no=one.place[1], quantity=Decimal(pieces))
        for one in shares
        if (pieces := data.draw(st.integers(0, int(one.left))))
    ]
    if leaving:
        order = fulfilling.ship(order, Shipment(shipment_id="S", shipped_at=NOON, lines=tuple(leaving))).order
    now = open_amount(order)
    assert now.total == whole
    assert min((now.shipped, now.undated, *now.dated.values())) >= 0
    if leaving:
        invoiced = open_amount(fulfilling.invoice(order, "INV-1").order)
        assert invoiced.total == whole - now.shipped
