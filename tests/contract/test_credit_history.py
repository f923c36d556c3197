"""Random histories through the real desk and store: exposure is what a clerk's cards say after every step."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from gateway import clerk, credit
from gateway.operations import release_order
from gateway.receivables import import_receivables
from gateway.road import Road
from orders.fulfilling import Shipment, ShipmentLine
from orders.values import CancelReason, OrderState
from tests import factories
from tests.contract.test_changes import road
from tests.contract.test_credit import ANN, CUSTOMER, account, policy
from tests.contract.test_operations import work
from tests.factories import NOON
from tests.sold import Sold

__all__ = ["road"]
LARGEST = 50_000
"""Cents; the policy holds what is above it."""


class History:
    """One customer's orders by number, each with its card."""

    def __init__(self, road: Road, seed: int) -> None:
        self.road, self.random = road, random.Random(seed)
        self.cards: dict[str, Sold] = {}
        self.owed = self.paid = Decimal(0)
        self.count = 0

    def step(self) -> None:
        acts = [*[self.enter] * 4, self.amend, self.ship, self.ship, self.invoice, self.cancel, self.release]
        self.random.choice([*acts, self.money])()

    def pick(self) -> tuple[str, Sold]:
        fit = [(name, card) for name, card in self.cards.items() if not card.is_over and card.left]
        return self.random.choice(fit) if fit else ("", Sold(1, 0))

    def enter(self) -> None:
        card = Sold(self.random.randint(1, 9_999), self.random.randint(1, 9))
        line = factories.line(
            quantity=Decimal(card.ordered),
            part="X",
            part_as_ordered=(),
            description="x",
            price_as_received=Decimal(card.cents) / 100,
        )
        document = factories.purchase_order(partner="northwind", channel=None, lines=(line,))
        order = clerk.enter_order(self.road, document, ANN)
        card.is_taken = order.order_state is OrderState.RELEASED
        assert card.is_taken == (card.ordered * card.cents <= LARGEST)
        self.cards[order.order_number] = card

    def release(self) -> None:
        name, card = self.pick()
        if name and not card.is_taken:
            release_order(self.road, name, "ann", "")
            card.is_taken = True

    def amend(self) -> None:
        name, card = self.pick()
        pieces = self.random.randint(max(1, card.shipped), 9)
        if not name or pieces == card.ordered:
            return
        order = clerk.amend_order(self.road, name, {"lines[1].quantity": str(pieces)}, ANN)
        if order.order_state is OrderState.CHANGE_PENDING:
            if self.random.random() < 0.5:
                clerk.dock_answers(self.road, name, ANN, is_done=False)
                return
            order = clerk.dock_answers(self.road, name, ANN, is_done=True)
        card.ordered = pieces
        card.is_taken = order.order_state is OrderState.RELEASED

    def ship(self) -> None:
        name, card = self.pick()
        if not name or not card.is_taken:
            return
        self.count += 1
        pieces, is_final = self.random.randint(1, card.left), self.random.random() < 0.2
        lines = (ShipmentLine(line_no=1, quantity=Decimal(pieces)),)
        shipment = Shipment(shipment_id=f"S-{self.count}", shipped_at=NOON, lines=lines, is_final=is_final)
        clerk.ship_order(self.road, name, shipment, ANN)
        card.shipped += pieces
        card.is_over = is_final

    def invoice(self) -> None:
        for name, card in self.cards.items():
            if card.shipped > card.invoiced:
                self.count += 1
                clerk.invoice_order(self.road, name, f"INV-{self.count}", ANN)
                card.invoiced = card.shipped
                return

    def cancel(self) -> None:
        name, card = self.pick()
        if not name:
            return
        order = clerk.cancel_order(self.road, name, CancelReason.OTHER, ANN)
        if order.order_state is OrderState.CANCEL_REQUESTED:
            clerk.dock_answers(self.road, name, ANN, is_done=True)
        card.is_over = True

    def money(self) -> None:
        self.owed, self.paid = (Decimal(self.random.randint(0, 10**6)) / 100 for _ in range(2))
        table = f"customer,receivables,unapplied_payments\n{CUSTOMER},{self.owed},{self.paid}\n"
        import_receivables(self.road, table.encode())
        work(self.road)

    def expected(self) -> Decimal:
        return self.owed - self.paid + sum((card.at_risk() for card in self.cards.values()), Decimal(0))


@pytest.mark.parametrize("seed", range(3))
def test_exposure_is_what_the_cards_say_after_every_step(road: Road, seed: int) -> None:
    account(road, credit_limit=Decimal(10**9))
    # A price that only the customer names is no matter here, nor is money that is late.
    policy(road, f'[rules.C6]\namount = "{LARGEST / 100}"\n[rules.C8]\non = false\n')
    history = History(road, seed)
    for number in range(45):
        history.step()
        with road.database.read() as conn:
            standing = credit.account_view(conn, CUSTOMER, NOON).standing
        assert standing.exposure == history.expected(), f"step {number}"
    assert len(history.cards) > 8
