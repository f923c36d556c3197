"""Calls of a store's API: what each answer means, tokens, and who wants to be let alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import pytest

from gateway.net import NoAnswer
from gateway.settings import OutboundSettings
from gateway.storefronts.kit import (
    Line,
    Memory,
    StorefrontAway,
    StorefrontBusy,
    StorefrontDenied,
    StorefrontError,
    StorefrontRefused,
)
from gateway.storefronts.words import parcels, sentences
from orders.document import OrderResponse, Package, ShipNotice, ShippedLine, ShippedOrder
from orders.response import Answer, LineAnswer, LineStatement, ResponseLine
from partners.partner import Storefront
from tests.factories import NOON, Clock
from tests.lab.shops.serving import Asked, Said, Shop, serving

OUTBOUND = OutboundSettings.model_validate({"allow": ["127.0.0.1"], "timeout_s": 5})


@dataclass
class Parrot(Shop):
    """Says what it is told to say."""

    said: Said = field(default_factory=lambda: Said(200, {}))

    def answer(self, asked: Asked) -> Said:
        return self.said


@pytest.fixture
def shop() -> Iterator[Parrot]:
    parrot = Parrot()
    with serving(parrot):
        yield parrot


def line(shop: Shop, memory: Memory | None = None) -> Line:
    front = Storefront(kind="walmart", url=shop.url, account="us")
    return Line("acme", front, "secret", OUTBOUND, memory or Memory(Clock()))


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (Said(500, {}), StorefrontAway),
        (Said(502, {}), StorefrontAway),
        (Said(408, {}), StorefrontAway),
        (Said(503, {}), StorefrontAway),
        (Said(503, {}, {"Retry-After": "5"}), StorefrontBusy),
        (Said(429, {}), StorefrontBusy),
        (Said(401, {}), StorefrontDenied),
        (Said(403, {}), StorefrontDenied),
        (Said(400, {}), StorefrontRefused),
        (Said(307, {}, {"Location": "https://example.com/"}), StorefrontRefused),
    ],
)
def test_answer_of_a_store_means_the_same_everywhere(shop: Parrot, said: Said, error: type[StorefrontError]) -> None:
    shop.said = said
    with pytest.raises(error, match="acme"):
        line(shop).call("GET", "/orders")


@pytest.mark.parametrize(
    ("headers", "after_s"),
    [
        ({"Retry-After": "12"}, 12.0),
        ({"X-Rate-Limit-Time-Reset-Ms": "2500"}, 2.5),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 30.0),
        ({}, 30.0),
        ({"Retry-After": "999999"}, 3600.0),
        ({"Retry-After": "0"}, 0.1),
    ],
)
def test_store_is_let_alone_for_as_long_as_it_asks(shop: Parrot, headers: dict[str, str], after_s: float) -> None:
    clock = Clock()
    memory = Memory(clock)
    shop.said = Said(429, {}, headers)
    with pytest.raises(StorefrontBusy) as told:
        line(shop, memory).call("GET", "/orders")
    assert told.value.after_s == after_s
    with pytest.raises(StorefrontBusy, match="let alone"):
        line(shop, memory).call("GET", "/orders")
    assert len(shop.asked) == 1
    clock.advance(after_s)
    shop.said = Said(200, {})
    assert line(shop, memory).call("GET", "/orders").status == 200


def test_token_is_kept_until_a_minute_before_its_end(shop: Parrot) -> None:
    clock = Clock()
    memory, given = Memory(clock), iter("ab")

    def ask() -> tuple[str, float]:
        return next(given), 900.0

    assert [line(shop, memory).token(ask) for _ in range(2)] == ["a", "a"]
    clock.advance(839)
    assert line(shop, memory).token(ask) == "a"
    clock.advance(2)
    assert line(shop, memory).token(ask) == "b"


def test_numbers_of_a_store_are_exact(shop: Parrot) -> None:
    shop.said = Said(200, {"id": 6820982911946154508, "price": 0.1})
    data = line(shop).call("GET", "/orders").data
    assert (data["id"], data["price"]) == (6820982911946154508, Decimal("0.1"))


def test_step_that_takes_too_long_is_ended_before_its_lease(shop: Parrot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.storefronts.kit.STEP_S", 0.0)
    with pytest.raises(StorefrontAway, match="too slow"):
        line(shop).call("GET", "/orders")


def test_store_that_is_not_there_is_tried_again() -> None:
    with pytest.raises(NoAnswer):
        line(Parrot(url="http://127.0.0.1:1")).call("GET", "/orders")


def test_what_a_store_says_is_shown_without_control_characters(shop: Parrot) -> None:
    shop.said = Said(400, "no\x1b[31m\nway")
    with pytest.raises(StorefrontRefused) as told:
        line(shop).call("GET", "/orders")
    assert told.value.args[0].isprintable()


def test_word_on_an_order_names_the_lines_that_are_not_as_asked() -> None:
    def said(no: int, statement: LineStatement) -> ResponseLine:
        return ResponseLine(line_no=no, answers=(LineAnswer(statement=statement, quantity=Decimal("2.00"), uom="EA"),))

    lines = (said(1, LineStatement.ACCEPTED), said(2, LineStatement.CHANGED_QUANTITY), said(3, LineStatement.REJECTED))
    response = OrderResponse(answer=Answer.ACCEPTED_WITH_CHANGES, order_number="SO-1", lines=lines)
    assert sentences(response) == (
        "Dockgate: order accepted with changes, our sales order SO-1.\n"
        "Line 2: changed quantity, 2 EA.\n"
        "Line 3: rejected, 2 EA."
    )


def test_what_left_is_told_by_tracking_number_and_goods_without_one_by_the_freight_bill() -> None:
    def shipped(ref: str, quantity: str) -> ShippedLine:
        return ShippedLine(line_no=1, customer_line_ref=ref, quantity=Decimal(quantity))

    cartons = (
        Package(package_no=1, tracking_number="T1", lines=(shipped("a", "1"), shipped("a", "2"))),
        Package(package_no=2, tracking_number="T1", lines=(shipped("b", "1"),)),
        Package(package_no=3, lines=(shipped("c", "5"),)),
    )
    order = ShippedOrder(packages=cartons, lines=(shipped("c", "1"),))
    notice = ShipNotice(pro_number="PRO-9", carrier_scac="RDWY", orders=(order,))
    found = parcels(notice, NOON, "Roadway")
    assert [(one.number, one.carrier) for one in found] == [("T1", "Roadway"), ("PRO-9", "Roadway")]
    assert [[(each.ref, each.quantity) for each in one.lines] for one in found] == [
        [("a", Decimal(3)), ("b", Decimal(1))],
        [("c", Decimal(6))],
    ]
    assert parcels(notice.model_copy(update={"carrier_scac": "UPSN"}), NOON)[0].carrier == "UPS"
