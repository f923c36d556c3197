"""What becomes of a store's order is told to the store: three stores' APIs as private servers, on both databases."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from gateway import clerk
from gateway.clerk import Hand
from gateway.console.app import create_app
from gateway.deciding import alarm_unanswered
from gateway.intake import Crossing, receive
from gateway.operations import find_order, replay_parked
from gateway.partner_files import import_files
from gateway.resolving import Resolution, resolve
from gateway.road import Road
from gateway.settings import OutboundSettings
from gateway.storefronts.stores import credential_name
from orders.fulfilling import Shipment, ShipmentLine
from orders.resolving import Act
from orders.values import AcknowledgmentState, FulfilmentState, OrderState
from partners.partner import ReviewPolicy
from partners.profile import read_profile, write_profile
from store import events
from tests.asgi import Client
from tests.contract.test_operations import work
from tests.factories import NOON
from tests.lab.shops.serving import Asked, Said
from tests.lab.shops.shopify import ShopifyShop
from tests.trade import ANN, KITS, Trade, heard, is_cancelled, shipped_in, trading


@pytest.fixture(params=list(KITS))
def trade(request: pytest.FixtureRequest, road: Road, tmp_path: Path) -> Iterator[Trade]:
    with trading(road, request.param, tmp_path) as one:
        yield one


def say_later(asked: Asked) -> Said:
    return Said(429, {}, {"Retry-After": "7200"})


def test_store_hears_that_its_order_is_accepted_and_what_has_left(trade: Trade) -> None:
    order = trade.arrives()
    assert (order.order_state, order.acknowledgment_state) == (OrderState.RELEASED, AcknowledgmentState.SENT)
    accepted = f"Dockgate: order accepted, our sales order {order.order_number}."
    expected = {"woocommerce": [accepted], "shopify": ["Dockgate: accepted"], "walmart": ["Acknowledged"]}
    assert heard(trade.shop) == expected[trade.partner]
    pieces = [int(one.quantity) for one in order.content.lines]
    trade.ships("A", (1, pieces[0]))
    after = trade.ships("B", (2, pieces[1]))
    assert after.fulfilment_state is FulfilmentState.SHIPPED
    count = {"woocommerce": [0, 0]}.get(trade.partner, pieces)
    assert shipped_in(trade.shop) == {"1ZA": count[0], "1ZB": count[1]}
    assert len(trade.told()) == 3
    assert trade.parked() == []


def test_answer_that_is_lost_on_the_way_is_asked_for_again_and_nothing_is_doubled(trade: Trade) -> None:
    losses: list[Asked] = []

    def lost(asked: Asked) -> bool:
        """The first answer to each change is lost."""
        is_change = asked.method != "GET" and "token" not in asked.path and b"query" not in asked.body[:20]
        is_change = is_change or b"mutation" in asked.body[:40]
        if is_change and (asked.path, asked.body) not in [(one.path, one.body) for one in losses]:
            losses.append(asked)
            return True
        return False

    trade.shop.lost = lost
    order = trade.arrives()
    pieces = [int(one.quantity) for one in order.content.lines]
    trade.ships("A", (1, pieces[0]), (2, pieces[1]))
    assert len(losses) >= 2
    assert trade.parked() == []
    assert len(heard(trade.shop)) == 1
    assert shipped_in(trade.shop) == {"1ZA": 0 if trade.partner == "woocommerce" else sum(pieces)}
    mails = getattr(trade.shop, "mails", 1)
    assert (len(mails) if isinstance(mails, list) else mails) == 1, "the buyer is written once"


def test_store_that_says_later_is_called_when_it_asked_and_no_try_is_used_up(trade: Trade) -> None:
    limits = [9]

    def trouble(asked: Asked) -> Said | None:
        if limits[0] and "token" not in asked.path:
            limits[0] -= 1
            return Said(429, {"message": "slow down"}, {"Retry-After": "40"})
        return None

    trade.shop.trouble = trouble
    trade.arrives()
    work(trade.road)
    assert limits == [0], "more refusals than a message has tries"
    assert trade.parked() == []
    assert len(heard(trade.shop)) == 1


def test_store_that_wants_to_be_let_alone_is_not_called_for_another_order(road: Road, tmp_path: Path) -> None:
    with trading(road, "woocommerce", tmp_path) as trade:
        trade.shop.trouble = say_later
        trade.shop.add("5128")
        for number in (b"5127", b"5128"):
            name = f"{number.decode()}.json"
            crossing = Crossing("folder:woocommerce", name, name, trade.road.clock())
            receive(trade.road, trade.sample.replace(b"5127", number), crossing)
        work(trade.road)
        asked = len(trade.shop.asked)
        assert 0 < asked <= 12, "once an hour, for both together"


def test_wrong_secret_is_parked_with_what_to_do_and_told_once_it_is_right(trade: Trade) -> None:
    keep = trade.road.settings.keep_credential
    keep(credential_name(trade.partner), "wrong")
    trade.arrives()
    (one,) = trade.parked()
    assert "storefront-denied" in one.reason
    assert f"dockgate storefront secret {trade.partner}" in one.reason
    keep(credential_name(trade.partner), trade.shop.secret)
    replay_parked(trade.road, one.parked_id, "ann")
    work(trade.road)
    assert len(heard(trade.shop)) == 1


def test_order_the_store_does_not_know_is_parked_and_hurts_no_other(trade: Trade) -> None:
    trade.shop.orders.clear()
    order = trade.arrives()
    assert order.order_state is OrderState.RELEASED
    (one,) = trade.parked()
    assert "it knows no order" in one.reason


def test_shipment_waits_for_the_answer_before_it(road: Road, tmp_path: Path) -> None:
    with trading(road, "walmart", tmp_path) as trade:
        keep = trade.road.settings.keep_credential
        keep(credential_name("walmart"), "wrong")
        trade.arrives()
        (answer,) = trade.parked()
        trade.ships("A", (1, 1), (2, 4))
        assert len(trade.parked()) == 1
        keep(credential_name("walmart"), "secret")
        replay_parked(trade.road, answer.parked_id, "ann")
        work(trade.road)
        assert heard(trade.shop) == ["Acknowledged"]
        assert shipped_in(trade.shop) == {"1ZA": 5}


@pytest.mark.parametrize("refused", ["tell", "cancel"])
@pytest.mark.parametrize("kind", list(KITS))
def test_order_we_refuse_is_told_and_cancelled_only_where_that_was_agreed(
    road: Road, tmp_path: Path, kind: str, refused: str
) -> None:
    with trading(road, kind, tmp_path, review=ReviewPolicy(), refused=refused) as trade:
        order = trade.arrives()
        assert order.open_holds(), "its prices are not ours"
        assert heard(trade.shop) == (["Created"] if kind == "walmart" else [])
        clerk.reject_order(trade.road, order.order_number, Hand("ann", reason="not ours"))
        work(trade.road)
        assert is_cancelled(trade.shop) is (refused == "cancel")
        assert len(trade.told()) == 1
        assert trade.parked() == []
        if kind == "walmart":
            assert heard(trade.shop) == ["Created"], "what is refused is not acknowledged"
        else:
            assert "refused" in heard(trade.shop)[0]


def test_line_we_refuse_is_told_with_its_number_and_cancelled_where_that_was_agreed(road: Road, tmp_path: Path) -> None:
    with trading(road, "walmart", tmp_path, review=ReviewPolicy(), refused="cancel") as trade:
        sample = trade.sample.replace(b"WG-1002", b"NOT-OURS").replace(b"18.75", b"9.25")
        order = trade.arrives(sample)
        assert [hold.rule for hold in order.open_holds()] == ["R3"]
        resolve(trade.road, Resolution(Act.REJECT_LINE, "ann", rule="R3"), [order.order_number])
        work(trade.road)
        lines = trade.shop.orders["1820557340111"]
        assert (lines["1"]["state"], lines["1"]["cancelled"], lines["2"]["cancelled"]) == ("Acknowledged", 0, 4)


def test_price_the_buyer_paid_is_the_orders_and_told_from_its_entry_on(road: Road, tmp_path: Path) -> None:
    with trading(road, "woocommerce", tmp_path) as trade:
        order = trade.arrives()
        assert order.content.grand_total == Decimal("79.45")
        with trade.road.database.read() as conn:
            told = events.order_timeline(conn, order.order_id)
        assert [one.note for one in told if one.what == "order.entered"] == ["2 lines, 79.45 USD"]
        page = Client(create_app(trade.road)).get(f"/orders/{order.order_number}").text
        assert "taken, our list has 9.25" in page
        assert "differs by" not in page
        assert page.count("12.50") == 2, "the freight, and a line of as much"


def test_store_may_hear_at_once_that_an_order_came(road: Road, tmp_path: Path) -> None:
    with trading(road, "woocommerce", tmp_path, review=ReviewPolicy(), when="received") as trade:
        order = trade.arrives()
        assert order.open_holds()
        assert heard(trade.shop) == [f"Dockgate: order received, our sales order {order.order_number}."]


def test_store_that_was_not_answered_in_time_is_an_alarm(road: Road, tmp_path: Path) -> None:
    with trading(road, "walmart", tmp_path, review=ReviewPolicy()) as trade:
        order = trade.arrives()
        assert order.answer_due_at is not None
        assert order.content.received_at is not None
        assert order.answer_due_at - order.content.received_at == timedelta(hours=4)
        with trade.road.database.write() as conn:
            (overdue,) = alarm_unanswered(conn, trade.road.clock())
        assert overdue.acknowledgment_state is AcknowledgmentState.OVERDUE


def test_order_sent_again_with_less_is_a_change_and_answered(road: Road, tmp_path: Path) -> None:
    with trading(road, "woocommerce", tmp_path) as trade:
        trade.arrives()
        changed = json.loads(trade.sample)
        changed["line_items"][0]["quantity"], changed["line_items"][0]["subtotal"] = 2, "37.50"
        order = trade.arrives(json.dumps(changed).encode(), "again.json")
        assert order.content.lines[0].quantity == 2
        assert len(heard(trade.shop)) == 2
        assert heard(trade.shop)[0].startswith("Dockgate: change accepted")


def test_woocommerce_order_is_completed_once_all_of_it_has_left_and_the_buyer_is_told_each_number(
    road: Road, tmp_path: Path
) -> None:
    with trading(road, "woocommerce", tmp_path) as trade:
        trade.arrives()
        trade.ships("A", (1, 3))
        assert trade.shop.orders["5127"]["status"] == "processing"
        trade.ships("B", (2, 10))
        assert trade.shop.orders["5127"]["status"] == "completed"
        assert trade.shop.mails == ["Shipped with UPS: 1ZA", "Shipped with UPS: 1ZB"]
        (meta,) = trade.shop.orders["5127"]["meta_data"]
        assert [one["date_shipped"] for one in meta["value"]] == [str(int(NOON.timestamp()))] * 2


def test_tracking_numbers_a_shop_has_from_elsewhere_are_kept(road: Road, tmp_path: Path) -> None:
    with trading(road, "woocommerce", tmp_path, notify_buyer=False) as trade:
        kept = {"tracking_number": "BY-HAND", "custom_tracking_provider": "Courier"}
        trade.shop.orders["5127"]["meta_data"] = [{"id": 1, "key": "_wc_shipment_tracking_items", "value": [kept]}]
        trade.arrives()
        trade.ships("A", (1, 3))
        assert list(shipped_in(trade.shop)) == ["BY-HAND", "1ZA"]
        assert trade.shop.mails == []


def test_shopify_lines_kept_in_two_places_are_fulfilled_in_each_and_pages_are_all_read(
    road: Road, tmp_path: Path
) -> None:
    shop = ShopifyShop(client="client", page=1)
    shop.add("6820982911946154508", {"16842341237104": 2}, {"16842341269872": 1})
    with trading(road, "shopify", tmp_path, shop) as trade:
        trade.arrives()
        trade.ships("A", (1, 1))
        trade.ships("B", (1, 1), (2, 1))
        (order,) = shop.orders.values()
        assert [(one["tracking"]["number"], one["location"]["id"], one["pieces"]) for one in order.fulfillments] == [
            ("1ZA", "gid://shopify/Location/1", 1),
            ("1ZB", "gid://shopify/Location/1", 1),
            ("1ZB", "gid://shopify/Location/2", 1),
        ]
        assert order.metafields["dockgate.answer"].startswith("Dockgate: order accepted")


def test_shopify_parcel_of_which_one_place_was_told_is_told_for_the_other_alone(road: Road, tmp_path: Path) -> None:
    shop = ShopifyShop(client="client")
    shop.add("6820982911946154508", {"16842341237104": 2}, {"16842341269872": 1})
    with trading(road, "shopify", tmp_path, shop) as trade:
        trade.arrives()
        failures = [1]

        def trouble(asked: Asked) -> Said | None:
            """The second place fails the first time."""
            if b"fulfillmentCreate" in asked.body and shipped_in(shop) and failures[0]:
                failures[0] -= 1
                return Said(502, {})
            return None

        shop.trouble = trouble
        trade.ships("A", (1, 1), (2, 1))
        assert failures == [0]
        assert shipped_in(shop) == {"1ZA": 2}
        trade.ships("B", (1, 1))
        assert shipped_in(shop) == {"1ZA": 2, "1ZB": 1}


def test_shopify_that_is_out_of_points_is_asked_again_when_they_are_back(road: Road, tmp_path: Path) -> None:
    with trading(road, "shopify", tmp_path) as trade:
        trade.shop.throttle = 8
        trade.arrives()
        work(trade.road)
        assert heard(trade.shop) == ["Dockgate: accepted"]


def test_shopify_takes_a_token_of_the_shop_without_an_account(road: Road, tmp_path: Path) -> None:
    shop = ShopifyShop()
    shop.add("6820982911946154508", {"16842341237104": 2, "16842341269872": 1})
    with trading(road, "shopify", tmp_path, shop) as trade:
        trade.arrives()
        assert heard(shop) == ["Dockgate: accepted"]
        assert not any("oauth" in one.path for one in shop.asked)


def test_what_a_person_fulfilled_in_the_store_is_not_fulfilled_twice(road: Road, tmp_path: Path) -> None:
    with trading(road, "shopify", tmp_path) as trade:
        trade.arrives()
        (order,) = trade.shop.orders.values()
        for item in order.places[0]["items"]:
            item["left"] = 0
        trade.ships("A", (1, 2), (2, 1))
        assert order.fulfillments == []
        assert "nothing left to fulfil" in trade.told()[-1]
        assert trade.parked() == []


def test_token_the_store_took_back_is_asked_for_anew(road: Road, tmp_path: Path) -> None:
    with trading(road, "walmart", tmp_path) as trade:
        taken_back: list[str] = []

        def trouble(asked: Asked) -> None:
            """The token is taken back once, between two calls."""
            if asked.path.endswith("acknowledge") and not taken_back:
                taken_back.extend(trade.shop.tokens)
                trade.shop.tokens.clear()

        trade.shop.trouble = trouble
        trade.arrives()
        assert len(taken_back) == 1
        assert heard(trade.shop) == ["Acknowledged"]


def test_store_that_counts_pieces_does_not_get_a_fraction(road: Road, tmp_path: Path) -> None:
    with trading(road, "walmart", tmp_path) as trade:
        trade.arrives()
        shipment = Shipment(shipment_id="F", shipped_at=NOON, lines=(ShipmentLine(line_no=2, quantity=Decimal("0.5")),))
        clerk.ship_order(trade.road, trade.order().order_number, shipment, ANN)
        work(trade.road)
        (one,) = trade.parked()
        assert "fraction" in one.reason


def test_order_a_clerk_typed_for_the_partner_is_not_told_to_the_store(road: Road, tmp_path: Path) -> None:
    with trading(road, "woocommerce", tmp_path) as trade:
        ours = {"customer_po_number": "T-1", "channel": None, "channel_order_id": None}
        typed = trade.arrives().content.model_copy(update=ours)
        asked = len(trade.shop.asked)
        number = clerk.enter_order(trade.road, typed, ANN).order_number
        work(trade.road)
        with trade.road.database.read() as conn:
            assert find_order(conn, number).order_state is OrderState.RELEASED
        shipment = Shipment(shipment_id="T", shipped_at=NOON, lines=(ShipmentLine(line_no=1, quantity=Decimal(1)),))
        clerk.ship_order(trade.road, number, shipment, ANN)
        work(trade.road)
        assert len(trade.shop.asked) == asked


def test_store_without_secret_or_profile_without_store_is_parked_with_the_remedy(road: Road, tmp_path: Path) -> None:
    with trading(road, "woocommerce", tmp_path) as trade:
        (tmp_path / "credentials" / credential_name("woocommerce")).unlink()
        trade.arrives()
        (missing,) = trade.parked()
        assert "credential-missing" in missing.reason
        chosen = read_profile((tmp_path / "partner.toml").read_text("utf-8"))
        (tmp_path / "partner.toml").write_text(write_profile(chosen.model_copy(update={"storefront": None})), "utf-8")
        import_files(trade.road, [tmp_path / "partner.toml"], "test")
        replay_parked(trade.road, missing.parked_id, "ann")
        work(trade.road)
        (none,) = trade.parked()
        assert "no-storefront" in none.reason


def test_store_is_not_called_inside_the_network_unless_that_is_allowed(road: Road, tmp_path: Path) -> None:
    with trading(road, "woocommerce", tmp_path) as trade:
        closed = replace(trade.road, settings=trade.road.settings.model_copy(update={"outbound": OutboundSettings()}))
        shut = Trade(closed, trade.shop, trade.partner)
        shut.arrives()
        (one,) = shut.parked()
        assert "address-refused" in one.reason
        assert trade.shop.asked == []
