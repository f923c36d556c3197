"""Masters for programs: an ERP puts what it has, as often as it likes."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.console.app import create_app
from gateway.road import Road
from store.masters import KINDS
from tests.asgi import Client
from tests.contract.test_changes import road
from tests.contract.test_masters import ONE_OF_EACH

__all__ = ["road"]
URL = "/api/v1/masters"
PART = {"part": "W/1", "description": "Widget", "list_price": "9.25"}


@pytest.fixture
def erp(road: Road) -> Client:
    return Client(create_app(road))


@pytest.mark.parametrize("name", KINDS)
def test_record_is_put_read_and_taken_away_by_its_key(erp: Client, name: str) -> None:
    kind, record = KINDS[name], ONE_OF_EACH[name]
    address = f"{URL}/{name}/{kind.key_of(record)}"
    for _ in range(2):
        assert erp.request("PUT", address, json=record.model_dump(mode="json")).status_code == 200
    assert kind.model.model_validate(erp.get(address).json()) == record
    assert erp.request("DELETE", address).status_code == 204
    assert erp.request("DELETE", address).status_code == 404
    assert (erp.get(address).status_code, erp.get(address).json()["code"]) == (404, "not-found")


def test_many_records_are_put_at_once_or_none(erp: Client) -> None:
    records = [{"part": f"W-{number}", "description": "Widget"} for number in range(3)]
    assert erp.post(f"{URL}/parts", json=records).json() == {"taken": 3}
    wrong = erp.post(f"{URL}/parts", json=[{"part": "W-9", "description": "x"}, {"part": "W-8", "list_price": "dear"}])
    assert (wrong.status_code, wrong.json()["code"]) == (422, "invalid")
    assert "record 2, description" in wrong.json()["message"]
    twice = erp.post(f"{URL}/parts", json=[records[0], records[0]])
    assert (twice.status_code, twice.json()["code"]) == (422, "master-invalid")
    found = erp.get(f"{URL}/parts", params={"begins": "W-"}).json()
    assert [one["part"] for one in found] == ["W-0", "W-1", "W-2"]
    assert erp.get(f"{URL}/parts", params={"begins": "W-", "limit": 1, "offset": 1}).json() == [found[1]]


def test_record_whose_key_is_not_that_of_its_address_is_refused(erp: Client) -> None:
    answer = erp.request("PUT", f"{URL}/parts/W-2", json=PART)
    assert (answer.status_code, answer.json()["code"]) == (422, "master-invalid")


def test_price_of_a_program_stays_exact(erp: Client) -> None:
    body = '{"part": "W/1", "description": "Widget", "list_price": 0.1}'
    answer = erp.request("PUT", f"{URL}/parts/W/1", content=body, headers={"content-type": "application/json"})
    assert answer.json()["list_price"] == "0.1"


def test_kinds_are_counted(erp: Client) -> None:
    counted = {row["kind"]: row["records"] for row in erp.get(URL).json()}
    assert list(counted) == list(KINDS) and counted["parts"] == 4


def test_kind_nobody_knows_is_not_there(erp: Client) -> None:
    assert erp.get(f"{URL}/widgets").status_code == 404


def test_description_tells_every_field_of_every_kind(erp: Client) -> None:
    described: dict[str, Any] = erp.get("/api/v1/openapi.json").json()
    for name, kind in KINDS.items():
        for path, methods in ((f"{URL}/{name}", {"get", "post"}), (f"{URL}/{name}/{{key}}", {"get", "put", "delete"})):
            assert methods <= set(described["paths"][path])
        schemas = [key for key in described["components"]["schemas"] if key.startswith(kind.model.__name__)]
        assert any(
            set(described["components"]["schemas"][one]["properties"]) == set(kind.model.model_fields)
            for one in schemas
        )
