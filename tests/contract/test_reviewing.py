"""Review with what the store knows: usual quantities, twins, blanket orders, the house's rules; on both databases."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gateway import clerk
from gateway.clerk import Hand
from gateway.console.app import create_app
from gateway.partner_files import import_files
from gateway.review_rules import activate_rules, import_rules, try_rules
from gateway.reviewing import ReviewDesk, blanket_for
from gateway.road import Road
from gateway.rule_texts import RulesInvalid
from orders.desk import Entry
from orders.desk import enter as enter_document
from orders.document import Identifier, PurchaseOrder
from orders.order import SalesOrder
from orders.values import OrderState, OrderType, PriceSource
from partners.partner import TradingPartner
from partners.profile import write_profile
from store import orders, partners, rules
from tests import factories
from tests.asgi import Client
from tests.contract.test_changes import road
from tests.factories import Clock

__all__ = ["road"]
ANN = Hand("ann")


def profile(road: Road) -> TradingPartner:
    with road.database.read() as conn:
        return partners.partner_by_name(conn, "northwind")


def with_policy(road: Road, tmp_path: Path, **settings: Any) -> None:
    """Northwind's orders are reviewed by these settings from now on."""
    known = profile(road)
    told = known.review.model_dump() | {"rules": settings}
    path = tmp_path / "northwind.toml"
    policy = type(known.review).model_validate(told)
    path.write_text(write_profile(known.model_copy(update={"review": policy})), "utf-8")
    import_files(road, [path], "test")


def in_use(road: Road, text: str) -> None:
    activate_rules(road, import_rules(road, text, "ann"), "ann")


def typed(quantity: int = 10, **values: Any) -> PurchaseOrder:
    part = (Identifier(qualifier="VP", value="WG-1001"),)
    price = values.pop("price", None)
    line = factories.line(quantity=Decimal(quantity), part_as_ordered=part, price_as_received=price)
    return factories.purchase_order(**{"partner": "northwind", "channel": None, "lines": (line,)} | values)


def enter(road: Road, document: PurchaseOrder) -> SalesOrder:
    return clerk.enter_order(road, document, ANN)


def holds(order: SalesOrder) -> list[str]:
    return [hold.rule for hold in order.open_holds()]


def noted(order: SalesOrder) -> list[str]:
    return [one.rule for one in order.review_results]


def test_quantity_far_from_what_the_partner_usually_orders_is_held(road: Road, tmp_path: Path) -> None:
    with_policy(road, tmp_path, R7={"times_median": 5})
    for quantity in (8, 10, 12):
        assert holds(enter(road, typed(quantity))) == []
    order = enter(road, typed(51))
    (hold,) = order.open_holds()
    assert (hold.rule, hold.figures["median"], hold.figures["orders"]) == ("R7", "10", "3")
    assert holds(enter(road, typed(50))) == []


def test_same_cart_again_within_minutes_is_noted(road: Road, tmp_path: Path) -> None:
    with_policy(road, tmp_path, R9={"minutes": 10})
    assert isinstance(road.clock, Clock)
    assert "R9" not in noted(enter(road, typed()))
    again = enter(road, typed())
    assert "R9" in noted(again)
    assert again.order_state is OrderState.RELEASED
    assert "R9" not in noted(enter(road, typed(11)))
    assert "R9" not in noted(enter(road, typed(parties=(factories.ship_to(party_code="0043"),))))
    road.clock.advance(timedelta(minutes=11).total_seconds())
    assert "R9" not in noted(enter(road, typed()))


def blanket(road: Road, quantity: int = 100) -> SalesOrder:
    return enter(road, typed(quantity, customer_po_number="BL-1", order_type=OrderType.BLANKET))


def release(road: Road, number: str, quantity: int) -> SalesOrder:
    document = typed(quantity, customer_po_number="BL-1", order_type=OrderType.RELEASE, release_number=number)
    return enter(road, document)


def test_releases_draw_on_their_blanket_order_until_nothing_is_left(road: Road) -> None:
    agreed = blanket(road)
    assert agreed.order_state is OrderState.APPROVED
    assert holds(release(road, "1", 60)) == []
    over = release(road, "2", 41)
    (hold,) = over.open_holds()
    assert (hold.rule, hold.figures["asked"], hold.figures["left"], hold.figures["agreed"]) == (
        "R20",
        "41",
        "40",
        "100",
    )
    clerk.reject_order(road, over.order_number, ANN)
    assert holds(release(road, "3", 40)) == []
    with road.database.read() as conn:
        left = blanket_for(conn, orders.order_by_id(conn, agreed.order_id))
    assert left is not None
    assert [(line.agreed, line.drawn, line.left) for line in left.lines] == [(100, 100, 0)]
    shown = Client(create_app(road)).get(f"/api/v1/orders/{agreed.order_number}/blanket").json()
    assert shown["lines"][0]["left"] == "0"
    other = enter(road, typed())
    assert Client(create_app(road)).get(f"/api/v1/orders/{other.order_number}/blanket").json() is None


def test_orders_of_one_transaction_are_measured_with_one_another(road: Road, tmp_path: Path) -> None:
    with_policy(road, tmp_path, R9={"minutes": 10})
    blanket(road)
    parts = factories.catalogue(factories.part("WG-1001"))
    said = []
    with road.database.write() as conn:
        desk = ReviewDesk(conn)
        for number in ("1", "2"):
            document = typed(60, customer_po_number="BL-1", order_type=OrderType.RELEASE, release_number=number)
            entry = Entry(f"release-{number}", f"SO-{number}", "", "", road.clock())
            order = enter_document(document, entry, parts, None).order
            stops = desk.stops(order, profile(road), lambda name: None, road.clock())
            said.append([(stop.rule, stop.figures.get("left")) for stop in stops if stop.rule in ("R9", "R20")])
    assert said == [[], [("R9", None), ("R20", "40")]]


def test_release_without_a_blanket_order_is_held(road: Road) -> None:
    assert holds(release(road, "1", 1)) == ["R20"]


def test_their_price_is_taken_where_it_was_agreed_and_stays_theirs(road: Road, tmp_path: Path) -> None:
    with_policy(road, tmp_path, R1={"against_us": "theirs"})
    order = enter(road, typed(price=Decimal("7.50")))
    line = order.content.lines[0]
    assert (order.order_state, line.unit_price, line.price_source) == (
        OrderState.RELEASED,
        Decimal("7.5"),
        PriceSource.CUSTOMER,
    )
    amended = clerk.amend_order(road, order.order_number, {"lines[1].quantity": "20"}, ANN)
    assert (amended.order_state, amended.content.grand_total) == (OrderState.RELEASED, Decimal(150))


RULES = """
[review.R8]
severity = "off"

[[rules]]
code = "X1"
when = "any(lines, quantity > 20)"
message = "{max(lines, quantity)} of one part"
"""


def test_own_rule_holds_once_it_is_activated_and_older_revisions_can_be_taken_again(road: Road) -> None:
    first = import_rules(road, "", "ann")
    assert import_rules(road, RULES, "ann") == first + 1
    assert holds(enter(road, typed(21))) == []
    activate_rules(road, None, "ann")
    (hold,) = enter(road, typed(21)).open_holds()
    assert (hold.rule, hold.reason, hold.figures) == ("X1", "21 of one part", {"max(lines, quantity)": "21"})
    activate_rules(road, first, "ann")
    assert holds(enter(road, typed(22))) == []
    with road.database.read() as conn:
        assert [one.is_active for one in rules.revisions(conn)] == [False, True]
    with pytest.raises(RulesInvalid):
        import_rules(road, RULES.replace("any(", "anny("), "ann")


def test_partner_may_switch_a_rule_of_the_house_off(road: Road, tmp_path: Path) -> None:
    in_use(road, RULES)
    known = profile(road)
    policy = known.review.model_copy(update={"own": {"X1": "off"}})
    path = tmp_path / "northwind.toml"
    path.write_text(write_profile(known.model_copy(update={"review": policy})), "utf-8")
    import_files(road, [path], "test")
    assert holds(enter(road, typed(21))) == []


def test_rules_are_tried_on_past_orders_without_touching_them(road: Road) -> None:
    small, large = enter(road, typed(5)), enter(road, typed(30))
    odd = enter(road, typed(price=Decimal("7.50")))
    found = {one.order_number: one for one in try_rules(road, RULES, 30)}
    assert {number for number, one in found.items() if one.is_new} == {large.order_number}
    assert found[odd.order_number].held_by == ("R1",)
    lax = RULES + '[review.R1]\nseverity = "off"\n'
    assert {one.order_number: one.would_hold for one in try_rules(road, lax, 30)}[odd.order_number] == ()
    with road.database.read() as conn:
        assert orders.order_by_id(conn, large.order_id) == large
    assert small.order_number not in {number for number, one in found.items() if one.would_hold}
    assert isinstance(road.clock, Clock)
    road.clock.advance(timedelta(days=31).total_seconds())
    assert list(try_rules(road, RULES, 30)) == []


def test_holds_are_listed_and_resolved_by_programs(road: Road) -> None:
    api = Client(create_app(road))
    for number in ("P-1", "P-2"):
        enter(road, typed(customer_po_number=number, price=Decimal("7.50")))
    listed = api.get("/api/v1/holds", params={"rule": "R1"}).json()
    assert [one["customer_po_number"] for one in listed] == ["P-1", "P-2"]
    assert api.get("/api/v1/holds", params={"after": listed[-1]["hold_id"]}).json() == []
    figures = {"part": "WG-1001", "customer_price": "7.50"}
    wanted = {"act": "accept", "rule": "R1", "figures": figures, "note": "agreed"}
    assert [one["order_state"] for one in api.post("/api/v1/holds/resolve", json=wanted).json()] == ["released"] * 2
    everything = api.post("/api/v1/holds/resolve", json={"act": "accept"})
    assert (everything.status_code, everything.json()["code"]) == (409, "cannot-resolve")
