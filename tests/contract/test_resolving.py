"""Review holds are resolved, of one order or of many at once; on SQLite and PostgreSQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from gateway import clerk
from gateway.clerk import Hand
from gateway.resolving import Resolution, Resolved, resolve
from gateway.road import Road
from orders.answering import answer_to_order
from orders.document import Identifier, PurchaseOrder
from orders.masters import PriceList
from orders.order import SalesOrder
from orders.resolving import Act, CannotResolve, NothingToResolve
from orders.response import Answer, LineStatement
from orders.values import OrderState
from store import events, masters, orders
from tests import factories
from tests.contract.test_changes import road
from tests.factories import NOON

__all__ = ["road"]
ANN = Hand("ann")
WRONG = Decimal("7.50")


def document(number: str, *parts: tuple[str, str], price: Decimal | None = WRONG) -> PurchaseOrder:
    """An order of ten of each part at a price that is not ours."""
    lines = tuple(
        factories.line(n, part_as_ordered=(Identifier(qualifier=one[0], value=one[1]),), price_as_received=price)
        for n, one in enumerate(parts or (("VP", "WG-1001"),), 1)
    )
    return factories.purchase_order(customer_po_number=number, partner="northwind", channel=None, lines=lines)


def held(road: Road, number: str, *parts: tuple[str, str], **values: Any) -> SalesOrder:
    order = clerk.enter_order(road, document(number, *parts, **values), ANN)
    assert order.order_state is OrderState.IN_REVIEW
    return order


def now(road: Road, order: SalesOrder) -> SalesOrder:
    with road.database.read() as conn:
        return orders.order_by_id(conn, order.order_id)


def told(road: Road, order: SalesOrder) -> list[str]:
    with road.database.read() as conn:
        return [event.what for event in events.order_timeline(conn, order.order_id)]


def one(road: Road, act: Act, order: SalesOrder, **values: Any) -> Resolved:
    (resolved,) = resolve(road, Resolution(act, "ann", **values), [order.order_number])
    return resolved


def test_accepted_order_goes_on_and_keeps_who_accepted_what(road: Road) -> None:
    order = held(road, "A-1")
    assert one(road, Act.ACCEPT, order, note="agreed by phone").is_done
    after = now(road, order)
    assert after.order_state is OrderState.RELEASED
    (result,) = [one for one in after.review_results if one.rule == "R1"]
    assert (result.disposition, result.by) == ("accept", "ann")
    assert "hold.released" in told(road, order)


def test_all_orders_with_the_same_price_of_one_part_are_resolved_by_one_word(road: Road) -> None:
    same = [held(road, f"B-{n}") for n in range(3)]
    other = held(road, "B-9", price=Decimal(7))
    figures = {"part": "WG-1001", "customer_price": "7.50"}
    found = resolve(road, Resolution(Act.ACCEPT, "ann", rule="R1", figures=figures))
    assert {one.order for one in found} == {order.order_number for order in same}
    assert all(one.is_done for one in found)
    assert now(road, other).order_state is OrderState.IN_REVIEW


def test_one_bad_order_stops_none_of_the_others(road: Road) -> None:
    good, cancelled = held(road, "C-1"), held(road, "C-2")
    clerk.reject_order(road, cancelled.order_number, ANN)
    names = ["SO-nothing", cancelled.order_number, good.order_number]
    found = resolve(road, Resolution(Act.REJECT_ORDER, "ann", rule="R1", note="no"), names)
    assert [one.is_done for one in found] == [False, False, True]
    assert [one.code for one in found[:2]] == ["not-found", "illegal-transition"]
    assert now(road, good).order_state is OrderState.REJECTED
    assert one(road, Act.ACCEPT, good, rule="R3").code == NothingToResolve.code


def test_word_without_orders_needs_a_rule(road: Road) -> None:
    with pytest.raises(CannotResolve, match="name the orders, or the rule"):
        resolve(road, Resolution(Act.ACCEPT, "ann"))


def test_rejected_line_is_refused_in_the_answer_and_the_rest_goes_on(road: Road) -> None:
    order = held(road, "D-1", ("VP", "WG-1001"), ("BP", "NOT-OURS"), price=None)
    assert one(road, Act.REJECT_LINE, order, rule="R3", note="we do not make it").is_done
    after = now(road, order)
    assert (after.order_state, after.content.grand_total) == (OrderState.RELEASED, Decimal("92.5"))
    assert told(road, order).count("line.rejected") == 1
    answer = answer_to_order(after, order.content, NOON.date())
    said = [line.answers[0].statement for line in answer.lines]
    assert (answer.answer, said) == (
        Answer.ACCEPTED_WITH_CHANGES,
        [LineStatement.ACCEPTED, LineStatement.REJECTED],
    )


def test_order_whose_last_line_is_rejected_is_rejected(road: Road) -> None:
    order = held(road, "E-1", ("BP", "NOT-OURS"), price=None)
    assert one(road, Act.REJECT_LINE, order, rule="R3").is_done
    assert now(road, order).order_state is OrderState.REJECTED


def test_question_to_the_customer_stays_with_the_hold_until_it_is_let_go(road: Road) -> None:
    order = held(road, "F-1")
    assert one(road, Act.ASK, order).code == "cannot-resolve"
    assert one(road, Act.ASK, order, note="is 7.50 for each?").is_done
    (hold,) = now(road, order).open_holds()
    assert (hold.question, now(road, order).order_state) == ("is 7.50 for each?", OrderState.IN_REVIEW)
    assert "customer.asked" in told(road, order)
    assert one(road, Act.ACCEPT, order).is_done
    assert now(road, order).order_state is OrderState.RELEASED


def test_corrected_order_is_decided_anew(road: Road) -> None:
    order = held(road, "G-1")
    assert one(road, Act.CORRECT, order).code == "cannot-resolve"
    done = one(road, Act.CORRECT, order, corrections={"lines[1].price_as_received": "9.25"})
    assert (done.is_done, done.order_state) == (True, OrderState.RELEASED)
    assert now(road, order).revision == 2


def test_part_that_was_learned_is_known_in_this_order_and_the_next(road: Road) -> None:
    order = held(road, "H-1", ("BP", "NW-999"), price=None)
    assert "say which of our parts" in one(road, Act.LEARN, order, rule="R3").told
    assert one(road, Act.LEARN, order, rule="R3", part="WG-1001").is_done
    after = now(road, order)
    assert (after.order_state, after.content.lines[0].part) == (OrderState.RELEASED, "WG-1001")
    assert "master.updated" in told(road, order)
    following = clerk.enter_order(road, document("H-2", ("BP", "NW-999"), price=None), ANN)
    assert following.order_state is OrderState.RELEASED


def test_price_that_was_learned_stands_on_the_customers_own_list(road: Road) -> None:
    order = held(road, "I-1")
    with road.database.write() as conn:
        customer = masters.customer_by_id(conn, order.customer)
        assert customer is not None
        for contract in masters.contracts_of(conn, customer.customer):
            masters.remove(conn, masters.kind_named("contracts"), contract.contract)
        masters.put(conn, customer.model_copy(update={"price_list": None}))
    assert "neither a contract nor a price list" in one(road, Act.LEARN, order, rule="R1").told
    with road.database.write() as conn:
        masters.put(conn, PriceList(price_list="NW", name="Northwind's own"))
        masters.put(conn, customer.model_copy(update={"price_list": "NW"}))
    assert one(road, Act.LEARN, order, rule="R1").is_done
    after = now(road, order)
    assert (after.order_state, after.content.lines[0].unit_price) == (OrderState.RELEASED, WRONG)
    assert clerk.enter_order(road, document("I-2"), ANN).order_state is OrderState.RELEASED


def test_rule_that_names_no_record_cannot_be_learned(road: Road) -> None:
    order = held(road, "J-1", price=Decimal(925))
    assert "known are R1, R3, R13" in one(road, Act.LEARN, order).told
