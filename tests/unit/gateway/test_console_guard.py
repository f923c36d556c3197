"""The gate in front of the console: who may ask, who may change, and what every answer carries."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator

import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from gateway.console.guard import HEADERS, MAX_BODY_BYTES, Guard
from tests.asgi import Client


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Reads what it is sent, fails on one path, and is fine otherwise."""
    if scope["path"].endswith("/fail"):
        raise RuntimeError("secret of the house")
    while (await receive()).get("more_body"):
        pass
    await PlainTextResponse("fine")(scope, receive, send)


@pytest.fixture
def client() -> Client:
    return Client(Guard(app, "127.0.0.1"), base_url="http://localhost:8080")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8080", "[::1]:8080", "10.1.2.3"])
def test_addresses_and_own_names_are_answered(client: Client, host: str) -> None:
    assert client.get("/", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8080", "", "[", "a@b"]
)
def test_a_foreign_host_name_is_not_answered(client: Client, host: str) -> None:
    """B62 and DNS rebinding: another site's name for this machine leads nowhere."""
    assert client.get("/", headers={"Host": host}).status_code == 421


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/x", {"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost:8080"}, 200),
        ("/x", {"Origin": "http://localhost:8080"}, 200),
        ("/api/v1/x", {}, 200),
        ("/x", {}, 403),
        ("/x", {"Origin": "null"}, 403),
        ("/x", {"Origin": "http://evil.example"}, 403),
        ("/x", {"Origin": "http://localhost:9999"}, 403),
        ("/x", {"Origin": "http://localhost:8080@evil.example"}, 403),
        ("/x", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("/x", {"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:8080"}, 403),
        ("/x", {"Sec-Fetch-Site": "none"}, 403),
        ("/x", {"Sec-Fetch-Site": "same-origin", "Origin": "http://evil.example"}, 403),
        ("/api/v1/x", {"Sec-Fetch-Site": "cross-site"}, 403),
        ("/api/v1/x", {"Origin": "http://evil.example"}, 403),
        ("/api/v1/x", {"Cookie": "session=1"}, 403),
    ],
)
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_only_our_own_pages_and_plain_programs_may_change_things(
    client: Client, method: str, path: str, headers: dict[str, str], status: int
) -> None:
    """B54."""
    assert client.request(method, path, headers=headers).status_code == status


def test_a_large_body_is_refused_whether_it_says_so_or_not(client: Client) -> None:
    body = b"x" * (MAX_BODY_BYTES + 1)
    assert client.post("/api/x", content=body).status_code == 413
    assert client.post("/api/x", content=_unannounced(body)).status_code == 413


async def _unannounced(body: bytes) -> AsyncIterator[bytes]:
    yield body


def test_every_answer_carries_the_headers_refusals_and_failures_too(client: Client) -> None:
    answers = [client.get("/"), client.get("/", headers={"Host": "evil"}), client.post("/x"), client.get("/fail")]
    assert [answer.status_code for answer in answers] == [200, 421, 403, 500]
    for answer in answers:
        assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_a_failure_is_told_without_its_inside_and_logged_with_it(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR, "dockgate.console"):
        answer = client.get("/api/fail")
    assert answer.json()["code"] == "internal-error"
    assert "secret" not in answer.text
    assert "secret of the house" in caplog.text


def test_nul_is_refused_before_any_database_sees_it(client: Client) -> None:
    assert client.get("/orders/a%00b").status_code == 400
    assert client.get("/orders?search=a%00b").status_code == 400
