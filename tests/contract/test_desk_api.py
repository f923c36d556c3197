"""The order desk for programs: what an ERP asks the JSON API, on SQLite and PostgreSQL."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import httpx
import pytest

from gateway.console.app import create_app
from gateway.road import Road
from orders.document import Identifier, Line
from tests import factories
from tests.asgi import Client
from tests.contract.test_changes import ORDER, arrives, road
from tests.contract.test_operations import work

__all__ = ["road"]
URL = "/api/v1/orders"


@pytest.fixture
def erp(road: Road) -> Client:
    return Client(create_app(road))


@pytest.fixture
def order(road: Road, erp: Client) -> dict[str, Any]:
    arrives(road, ORDER, "order.edi")
    (row,) = erp.get(URL).json()
    return found(erp.get(f"{URL}/{row['order_number']}"))


def found(response: httpx.Response) -> dict[str, Any]:
    assert response.status_code in (200, 201), response.text
    body: dict[str, Any] = response.json()
    return body | {"etag": response.headers["ETag"]}


def typed(**values: Any) -> dict[str, Any]:
    part = (Identifier(qualifier="VP", value="WG-1001"),)
    line = factories.line(part_as_ordered=part, price_as_received=None)
    document = factories.purchase_order(**{"partner": "northwind", "channel": None, "lines": (line,)} | values)
    return document.model_dump(mode="json", exclude_none=True)


def test_order_entered_by_a_program_goes_to_the_dock_like_any_other(road: Road, erp: Client) -> None:
    made = found(erp.post(URL, json=typed()))
    assert (made["order_state"], made["content"]["lines"][0]["unit_price"]) == ("released", "9.25")
    work(road)
    assert found(erp.get(f"{URL}/{made['order_number']}"))["fulfilment_state"] == "printed"


def test_same_key_enters_one_order_and_another_body_under_it_is_refused(erp: Client) -> None:
    body, key = typed(), {"Idempotency-Key": "po-77"}
    first = found(erp.post(URL, json=body, headers=key))
    assert found(erp.post(URL, json=body, headers=key))["order_id"] == first["order_id"]
    other = erp.post(URL, json=body | {"rush": True}, headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "key-reused")
    assert erp.post(URL, json=body).status_code == 409


def test_numbers_in_json_are_read_as_they_are_written(erp: Client) -> None:
    text = '{"lines": [{"line_no": 1, "quantity": 0.1, "uom": "EA", "price_as_received": 123456789012.345678}]}'
    made = found(erp.post(f"{URL}?draft=true", content=text, headers={"Content-Type": "application/json"}))
    content = erp.get(f"{URL}/{made['order_number']}/content").json()
    assert content["lines"][0]["price_as_received"] == "123456789012.345678"
    assert Decimal(content["lines"][0]["quantity"]) == Decimal("0.1")


def test_correction_needs_the_order_as_it_is_and_leaves_a_revision_with_its_diff(
    erp: Client, order: dict[str, Any]
) -> None:
    url = f"{URL}/{order['order_number']}"
    wanted = {"changes": {"lines[1].quantity": "3"}, "reason": "customer rang"}
    stale = erp.request("PATCH", f"{url}/content", json=wanted, headers={"If-Match": '"99"'})
    assert (stale.status_code, stale.json()["code"]) == (412, "outdated")
    assert erp.request("PATCH", f"{url}/content", json=wanted, headers={"If-Match": "x"}).status_code == 422
    seen = {"If-Match": found(erp.get(url))["etag"]}
    assert found(erp.request("PATCH", f"{url}/content", json=wanted, headers=seen))["revision"] == 2
    assert erp.request("PATCH", f"{url}/content", json=wanted, headers=seen).status_code == 412
    first, second = erp.get(f"{url}/revisions").json()
    assert (first["changes"], second["reason"]) == ([], "customer rang")
    assert {"path": "lines[1].quantity", "before": "40", "after": "3"} in second["changes"]
    assert erp.get(f"{url}/content", params={"revision": 1}).json()["lines"][0]["quantity"] == "40"


def test_wrong_correction_is_told_by_path(erp: Client, order: dict[str, Any]) -> None:
    answer = erp.request("PATCH", f"{URL}/{order['order_number']}/content", json={"changes": {"lines[1].qty": "3"}})
    assert (answer.status_code, answer.json()["code"]) == (409, "cannot-correct")
    assert "lines[1].qty" in answer.json()["message"]


def test_an_order_is_shipped_cancelled_held_and_reopened_by_verbs(erp: Client, order: dict[str, Any]) -> None:
    url = f"{URL}/{order['order_number']}"
    held = found(erp.post(f"{url}/hold", json={"reason": "call them first"}))
    assert [one["rule"] for one in held["holds"]] == ["manual"]
    assert found(erp.post(f"{url}/release", json={}))["order_state"] == "approved"
    assert found(erp.post(f"{url}/dock"))["order_state"] == "released"
    lines = [{"line_no": 1, "quantity": 1}]
    assert found(erp.post(f"{url}/pick", json={"lines": lines}))["fulfilment_state"] == "picking"
    shipment = {"shipment_id": "S-1", "shipped_at": "2026-03-02T15:00:00Z", "lines": lines}
    for _ in range(2):
        assert found(erp.post(f"{url}/ship", json=shipment))["fulfilment_state"] == "partly shipped"
    content = erp.get(f"{url}/content").json()
    assert content["lines"][0]["quantity_shipped"] == "1"
    assert found(erp.post(f"{url}/cancel", json={}))["order_state"] == "cancel requested"
    done = found(erp.post(f"{url}/dock-answer", json={"done": True}))
    assert (done["order_state"], done["fulfilment_state"]) == ("released", "shipped")
    late = erp.post(f"{url}/cancel", json={})
    assert (late.status_code, late.json()["code"]) == (409, "illegal-transition")


def test_every_document_has_its_json_schema_and_ours_hold_no_other_field(erp: Client, order: dict[str, Any]) -> None:
    schema = erp.get("/api/v1/schema/purchase-order").json()
    content = erp.get(f"{URL}/{order['order_number']}/content").json()
    assert set(content) <= set(schema["properties"])
    assert set(content["lines"][0]) <= set(schema["$defs"]["Line"]["properties"]) == set(Line.model_fields)
    assert erp.get("/api/v1/schema/nothing").status_code == 404


def test_list_is_read_page_by_page_to_its_end_and_no_order_is_missed(erp: Client) -> None:
    made = {found(erp.post(f"{URL}?draft=true", json=typed()))["order_id"] for _ in range(51)}
    seen: list[str] = []
    page = erp.get(URL)
    while True:
        seen += [row["order_id"] for row in page.json()]
        if "Link" not in page.headers:
            break
        page = erp.get(page.headers["Link"].split(">")[0].removeprefix("<"))
    assert len(seen) == len(set(seen)) == 51
    assert set(seen) == made
    assert seen == sorted(seen, reverse=True)
