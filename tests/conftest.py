"""Servers for tests, started when the first test asks for one. Each test gets its own virtual host and database."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import NoReturn

import pytest

from tests.lab.cups import PrivateCups
from tests.lab.postgres import PrivatePostgres
from tests.lab.process import ServerMissing
from tests.lab.rabbit import PrivateRabbit


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rounds", type=int, default=1, help="how often each kill of tests/faults is repeated")
    parser.addoption("--bless", action="store_true", help="write golden files anew; review the diff before committing")


@pytest.fixture
def bless(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are to be written instead of compared."""
    return bool(request.config.getoption("--bless"))


def skip_or_fail(problem: ServerMissing) -> NoReturn:
    """On a laptop a missing server is a skip that says so; where all must run it is a failure."""
    if os.environ.get("DOCKGATE_REQUIRE_SERVICES") == "1":
        pytest.fail(f"DOCKGATE_REQUIRE_SERVICES=1, but {problem}", pytrace=False)
    pytest.skip(str(problem))


@pytest.fixture(scope="session")
def rabbit() -> Iterator[PrivateRabbit]:
    """A real broker, private to this test run."""
    try:
        server = PrivateRabbit()
    except ServerMissing as problem:
        skip_or_fail(problem)
    with server:
        yield server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PrivatePostgres]:
    """A real database server, private to this test run."""
    try:
        server = PrivatePostgres()
    except ServerMissing as problem:
        skip_or_fail(problem)
    with server:
        yield server


@pytest.fixture(scope="session")
def cups_lab() -> Iterator[PrivateCups]:
    """A real print server without printers; a test adds those it needs, under a name of its own."""
    try:
        server = PrivateCups()
    except ServerMissing as problem:
        skip_or_fail(problem)
    with server:
        yield server


@pytest.fixture
def amqp_url(rabbit: PrivateRabbit) -> str:
    """A virtual host nobody else uses."""
    return rabbit.new_vhost()


@pytest.fixture
def postgres_url(postgres: PrivatePostgres) -> Iterator[str]:
    """An empty database nobody else uses, as an SQLAlchemy URL."""
    url = postgres.new_database()
    yield url
    postgres.drop_database(url)
