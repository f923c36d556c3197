"""A change of a PO that is an order for each store: every store gets its own, and nothing is guessed or lost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from orders.change import ChangeAction, LineChange, PurchaseOrderChange
from orders.document import AllowanceCharge, Party, PurchaseOrder, Schedule
from orders.matching import match
from orders.spreading import spread
from orders.values import PartyRole, Purpose
from tests.factories import line

STORES = {"0101": 12, "0102": 24}


def order(store: str | None, quantity: int, *more: Any) -> PurchaseOrder:
    ship_to = Party(role=PartyRole.SHIP_TO, party_code=store or "0900")
    first = line(1, customer_line_ref="1", quantity=Decimal(quantity))
    return PurchaseOrder(customer_po_number="PO-1", store=store, parties=(ship_to,), lines=(first, *more))


SPLIT = [order(store, quantity) for store, quantity in STORES.items()]


def change(*lines: LineChange, **values: Any) -> PurchaseOrderChange:
    return PurchaseOrderChange(
        **{"customer_po_number": "PO-1", "purpose_code": Purpose.CHANGE, "lines": lines} | values
    )


def changed(action: ChangeAction, quantity: int | None, **stores: int) -> LineChange:
    deliveries = tuple(
        Schedule(schedule_no=number, quantity=Decimal(much), ship_to=store.removeprefix("s"))
        for number, (store, much) in enumerate(stores.items(), 1)
    )
    amount = None if quantity is None else Decimal(quantity)
    return LineChange(line_no=1, customer_line_ref="1", action=action, quantity=amount, schedules=deliveries)


def shares(of: PurchaseOrderChange, orders: list[PurchaseOrder] = SPLIT) -> list[Any]:
    """For each order the quantities it takes, or None."""
    return [None if part is None else [one.quantity for one in part.lines] for part in spread(of, orders)]


def told(of: PurchaseOrderChange, orders: list[PurchaseOrder] = SPLIT) -> list[list[str]]:
    return [list(part.unplaced or ()) if part else [] for part in spread(of, orders)]


def test_a_change_of_an_order_that_is_one_goes_to_it_as_it_is() -> None:
    whole = change(changed(ChangeAction.CHANGE, 30, s0101=10, s0102=20))
    assert spread(whole, [order(None, 36)]) == (whole,)


def test_each_store_takes_the_quantity_that_is_its_own() -> None:
    wanted = change(changed(ChangeAction.CHANGE, 30, s0101=10, s0102=20))
    assert shares(wanted) == [[10], [20]]
    assert told(wanted) == [[], []]
    assert [part.store for part in spread(wanted, SPLIT) if part] == ["0101", "0102"]


def test_a_store_that_is_not_named_in_a_difference_hears_nothing() -> None:
    assert shares(change(changed(ChangeAction.INCREASE, 5, s0102=5))) == [None, [5]]


def test_a_store_left_out_of_a_new_total_is_told_to_a_person_and_not_cancelled() -> None:
    wanted = change(changed(ChangeAction.CHANGE, 40, s0102=40))
    assert shares(wanted) == [[], [40]]
    assert told(wanted) == [["line 1 is now 40 for stores 0102; this order is not named"], []]


def test_a_cancellation_and_a_new_head_are_for_every_store() -> None:
    assert shares(change(purpose_code=Purpose.CANCEL)) == [[], []]
    assert shares(change(cancel_after=None)) == [[], []]
    parts = spread(change(changed(ChangeAction.DELETE, 0), purpose_code=Purpose.CANCEL), SPLIT)
    assert [match(part, order).is_cancellation for part, order in zip(parts, SPLIT, strict=True) if part] == [True] * 2


def test_a_line_that_is_deleted_is_deleted_wherever_it_is() -> None:
    assert shares(change(changed(ChangeAction.DELETE, 36))) == [[None], [None]]


def test_a_quantity_for_all_stores_together_is_divided_by_nobody() -> None:
    wanted = change(changed(ChangeAction.CHANGE, 30))
    assert shares(wanted) == [[], []]
    (one,), (other,) = told(wanted)
    assert one == other == "30 of line 1 are for stores 0101, 0102 together; nobody says how many each"


def test_a_quantity_that_stays_what_it_was_in_all_is_no_question() -> None:
    assert shares(change(changed(ChangeAction.CHANGE, 36))) == [[None], [None]]


def test_what_is_for_a_store_without_an_order_is_told_on_the_first() -> None:
    wanted = change(changed(ChangeAction.CHANGE, 40, s0101=10, s0102=20, s0103=10))
    assert shares(wanted) == [[10], [20]]
    assert told(wanted) == [["10 of line 1 are for store 0103, which has no order of this PO"], []]


def test_lines_without_a_store_are_those_of_the_order_without_one() -> None:
    rest = order(None, 4, line(2, customer_line_ref="2"))
    of_the_rest = LineChange(line_no=1, customer_line_ref="2", action=ChangeAction.DECREASE, quantity=Decimal(1))
    new = LineChange(line_no=2, customer_line_ref="3", action=ChangeAction.ADD, quantity=Decimal(1))
    assert shares(change(of_the_rest, new), [rest, *SPLIT]) == [[1, 1], None, None]


def test_a_new_line_for_no_store_is_told_when_every_order_is_a_store_s() -> None:
    new = LineChange(line_no=1, customer_line_ref="9", action=ChangeAction.ADD, quantity=Decimal(3))
    assert told(change(new)) == [["line 9 is to be added, for no store that is named"], []]


def test_an_unknown_line_is_held_against_the_first_order() -> None:
    part, other = spread(change(LineChange(line_no=1, customer_line_ref="7", action=ChangeAction.DELETE)), SPLIT)
    assert other is None
    assert part
    assert [one.code for one in match(part, SPLIT[0]).problems] == ["line-unknown"]


def test_an_order_sent_again_takes_away_what_it_does_not_name_from_each_store() -> None:
    again = change(changed(ChangeAction.REPLACE, 12, s0101=12), is_whole=True)
    first, second = spread(again, SPLIT)
    assert first
    assert second
    assert [one.by for one in match(first, SPLIT[0]).lines] == ["line number"]
    assert [one.by for one in match(second, SPLIT[1]).lines] == ["absence"]


def test_the_store_stays_where_the_goods_go_and_charges_are_made_once() -> None:
    head = change(
        parties=(Party(role=PartyRole.SHIP_TO, party_code="0900"), Party(role=PartyRole.BUYER, party_code="HQ")),
        allowances=(AllowanceCharge(is_charge=True, code="D240", amount=Decimal(5)),),
        total_as_received=Decimal(512),
    )
    parts = [part for part in spread(head, SPLIT) if part]
    assert [[one.role for one in part.parties] for part in parts] == [[PartyRole.BUYER]] * 2
    assert [len(part.allowances) for part in parts] == [1, 0]
    assert [part.total_as_received for part in parts] == [None, None]


def test_what_is_unplaced_is_a_problem_of_the_match() -> None:
    part = spread(change(changed(ChangeAction.CHANGE, 30)), SPLIT)[0]
    assert part
    found = match(part, SPLIT[0])
    assert [one.code for one in found.problems] == ["unplaced"]
    assert "nobody says how many each" in found.summary
