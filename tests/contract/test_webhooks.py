"""Programs that are called when something happens to an order; real HTTP, on SQLite and PostgreSQL."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from gateway import webhooks
from gateway.app import Box
from gateway.clerk import Hand, cancel_order, hold_order
from gateway.console.app import create_app
from gateway.net import AddressRefused
from gateway.operations import release_order
from gateway.road import Road
from gateway.settings import OutboundSettings
from gateway.webhooks import CallFailed, UnknownEvent
from orders.values import CancelReason, HoldKind
from store import outbox, parked
from store.errors import NotFound
from store.webhooks import Webhook, by_id, remove
from tests.asgi import Client
from tests.contract.test_changes import ORDER, arrives, road, the_order
from tests.contract.test_operations import work
from tests.factories import Clock
from tests.receiver import Call, Receiver, receiving

__all__ = ["road"]
ALLOW = OutboundSettings.model_validate({"allow": ["127.0.0.1"], "timeout_s": 5})
ANN = Hand("ann")


@pytest.fixture
def erp() -> Iterator[Receiver]:
    with receiving() as receiver:
        yield receiver


@pytest.fixture
def calling(road: Road) -> Road:
    """The box, whose settings allow calls to this machine."""
    return replace(road, settings=road.settings.model_copy(update={"outbound": ALLOW}))


def told(calls: list[Call]) -> list[str]:
    return [json.loads(call.body)["type"] for call in calls]


def is_signed(call: Call, secret: str) -> bool:
    """As a receiver checks it by the standard."""
    signed = f"{call.headers['webhook-id']}.{call.headers['webhook-timestamp']}.".encode() + call.body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    given = [one.removeprefix("v1,") for one in call.headers["webhook-signature"].split(" ")]
    return any(hmac.compare_digest(wanted, one) for one in given)


def test_program_is_called_with_a_signature_it_can_check(calling: Road, erp: Receiver) -> None:
    hook = webhooks.add(calling, erp.url, ["order.released", "order.cancelled"], "ann")
    arrives(calling, ORDER, "order.edi")
    (call,) = erp.calls
    assert told(erp.calls) == ["order.released"]
    assert is_signed(call, hook.secret)
    assert not is_signed(call, webhooks.new_secret())
    assert not is_signed(replace(call, body=call.body + b" "), hook.secret)
    data = json.loads(call.body)["data"]
    assert (data["order_number"], data["partner"]) == (the_order(calling).order_number, "northwind")


def test_calls_about_one_order_keep_their_order_while_one_is_tried_again(calling: Road, erp: Receiver) -> None:
    webhooks.add(calling, erp.url, ["order.*", "hold.*"], "ann")
    failed: set[str] = set()

    def once_down(call: Call) -> int:
        """The first call of each kind fails."""
        is_new = call.headers["webhook-id"] not in failed
        failed.add(call.headers["webhook-id"])
        return 503 if is_new else 200

    erp.answer = once_down
    arrives(calling, ORDER, "order.edi")
    number = the_order(calling).order_number
    hold_order(calling, number, HoldKind.REVIEW, ANN)
    release_order(calling, number, "ann", "fine")
    cancel_order(calling, number, CancelReason.CUSTOMER_REQUEST, ANN)
    for _ in range(4):
        work(calling)
    kept = [what for place, what in enumerate(told(erp.calls)) if place % 2]
    assert kept[0] == "order.entered"
    assert kept[-1] == "order.cancelled"
    assert kept.index("order.held") < kept.index("hold.released")
    assert len({call.headers["webhook-id"] for call in erp.calls}) == len(kept)


def test_receiver_that_stays_away_is_parked_and_orders_go_on(calling: Road, erp: Receiver) -> None:
    webhooks.add(calling, erp.url, ["order.released"], "ann")
    erp.answer, erp.body = (lambda call: 500), b"out of order"
    arrives(calling, ORDER, "order.edi")
    work(calling)
    assert the_order(calling).fulfilment_state == "printed"
    with calling.database.read() as conn:
        (row,) = parked.parked_messages(conn)
    assert (row.step, len(erp.calls)) == ("webhook", 6)
    assert CallFailed.code in row.reason
    assert "answered 500: out of order" in row.reason


def test_slow_receiver_delays_no_order(calling: Road, erp: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    """Calls have a worker and threads of their own."""
    groups: list[tuple[str, ...]] = []
    monkeypatch.setattr("gateway.app.open_worker", lambda road, steps: groups.append(tuple(steps)))
    Box(calling, folders=False, steps=("enter", "print", "webhook"), relay=False)
    assert groups == [("enter",), ("print",), ("webhook",)]


def test_address_inside_the_network_is_parked_at_once_and_never_called(road: Road, erp: Receiver) -> None:
    webhooks.add(road, erp.url, ["order.released"], "ann")
    arrives(road, ORDER, "order.edi")
    with road.database.read() as conn:
        (row,) = parked.parked_messages(conn)
    assert (AddressRefused.code in row.reason, erp.calls) == (True, [])


def test_rotated_secret_overlaps_for_a_day(calling: Road, erp: Receiver) -> None:
    old = webhooks.add(calling, erp.url, ["order.released"], "ann")
    new = webhooks.rotate(calling, old.webhook_id)
    assert webhooks.try_now(calling, old.webhook_id).is_good
    assert is_signed(erp.calls[0], old.secret)
    assert is_signed(erp.calls[0], new.secret)
    clock = calling.clock
    assert isinstance(clock, Clock)
    clock.advance(25 * 3600)
    webhooks.try_now(calling, old.webhook_id)
    assert not is_signed(erp.calls[1], old.secret)
    assert is_signed(erp.calls[1], new.secret)


def test_calls_to_a_webhook_that_was_removed_are_dropped(calling: Road, erp: Receiver) -> None:
    hook = webhooks.add(calling, erp.url, ["*"], "ann")
    erp.answer = lambda call: 503
    arrives(calling, ORDER, "order.edi")
    with calling.database.write() as conn:
        remove(conn, hook.webhook_id)
    work(calling)
    with calling.database.read() as conn:
        assert "webhook" not in outbox.waiting(conn)
        with pytest.raises(NotFound):
            by_id(conn, hook.webhook_id)


def test_secret_is_shown_once_and_never_again(calling: Road, erp: Receiver) -> None:
    client = Client(create_app(calling))
    made = client.post("/api/v1/webhooks", json={"url": erp.url, "events": ["order.*"]})
    assert made.status_code == 201
    name, secret = made.json()["webhook_id"], made.json()["secret"]
    assert secret not in client.get("/api/v1/webhooks").text
    assert client.post(f"/api/v1/webhooks/{name}/test").json() == {"is_good": True, "detail": "answered 204"}
    assert client.post(f"/api/v1/webhooks/{name}/rotate").json()["secret"] != secret
    assert client.request("DELETE", f"/api/v1/webhooks/{name}").status_code == 204
    assert client.get("/api/v1/webhooks").json() == []
    assert client.post(f"/api/v1/webhooks/{name}/test").status_code == 404
    with calling.database.read() as conn, pytest.raises(NotFound):
        by_id(conn, name)
    assert secret not in repr(Webhook("WH-1", erp.url, [], secret, None, None, calling.clock(), "ann"))


def test_example_in_the_docs_tells_our_calls_from_others(calling: Road, erp: Receiver) -> None:
    text = (Path(__file__).parents[2] / "docs" / "erp.md").read_text("utf-8")
    source = text.split("```python\n")[1].split("```")[0]
    now = calling.clock().timestamp()
    names: dict[str, Any] = {}
    exec(source, names)
    names["time"] = SimpleNamespace(time=lambda: now)
    hook = webhooks.add(calling, erp.url, ["*"], "ann")
    webhooks.try_now(calling, hook.webhook_id)
    (call,) = erp.calls
    assert names["is_ours"](hook.secret, call.headers, call.body)
    assert not names["is_ours"](webhooks.new_secret(), call.headers, call.body)
    names["time"] = SimpleNamespace(time=lambda: now + 301)
    assert not names["is_ours"](hook.secret, call.headers, call.body)


def test_unknown_event_names_those_there_are(calling: Road) -> None:
    with pytest.raises(UnknownEvent, match=r"order\.shipped"):
        webhooks.add(calling, "https://example.com/", ["order.shiped"], "ann")
    answer = Client(create_app(calling)).post("/api/v1/webhooks", json={"url": "ftp://x", "events": ["*"]})
    assert (answer.status_code, answer.json()["code"]) == (422, AddressRefused.code)


def test_every_event_of_the_order_desk_can_be_asked_for() -> None:
    root = Path(__file__).parents[2]
    texts = [path.read_text("utf-8") for room in ("orders", "gateway") for path in (root / room).rglob("*.py")]
    found = {word for text in texts for word in _event_names(text)}
    assert found == set(webhooks.EVENTS)


def _event_names(text: str) -> Iterator[str]:
    for part in text.split("OrderEvent(")[1:]:
        yield from re.findall(r'"([a-z_]+\.[a-z_]+)"', part.partition(",")[0])
