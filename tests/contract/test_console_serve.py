"""Serving the console: it listens where the settings say, leaves signals alone, and ends when told."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from gateway.road import Road
from gateway.serve import ConsoleError, ConsoleServer, serve_console, start_console
from tests.browser.seed import open_box


@pytest.fixture
def road(tmp_path: Path) -> Iterator[Road]:
    road = open_box(tmp_path)
    yield road
    road.database.close()


def test_the_console_answers_from_the_moment_it_is_started_until_it_is_stopped(road: Road) -> None:
    server = start_console(road)
    assert httpx.get(f"{server.url}/healthz").json()["status"] == "ok"
    server.stop()
    assert not server.is_serving
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/healthz")


def test_an_answer_does_not_say_which_server_gave_it(road: Road) -> None:
    server = start_console(road)
    answer = httpx.get(f"{server.url}/")
    server.stop()
    assert "server" not in answer.headers


def test_forged_addresses_of_a_proxy_are_ignored(road: Road) -> None:
    """B62."""
    server = start_console(road)
    forged = {"X-Forwarded-For": "10.0.0.1", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    answer = httpx.get(f"{server.url}/orders/", headers=forged)
    server.stop()
    assert "evil.example" not in answer.text + str(answer.headers)


def test_a_taken_port_is_one_clear_line(road: Road) -> None:
    server = start_console(road)
    port = int(server.url.rsplit(":", 1)[1])
    with pytest.raises(ConsoleError, match=rf"cannot listen on 127\.0\.0\.1:{port} .*set \[console\] port"):
        ConsoleServer(road, "127.0.0.1", port)
    server.stop()


def test_serving_ends_with_the_event_and_never_touches_the_signals(road: Road) -> None:
    before = [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)]
    stopped = threading.Event()
    stopped.set()
    serve_console(road, stopped)
    assert [signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT)] == before
