"""Each seam's suite runs over every engine: SQLite and PostgreSQL, embedded queue and RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.demo import load_demo
from gateway.road import Road
from gateway.settings import Settings
from printing.folder import FolderPrinter
from store.archive import Archive
from store.database import Database
from store.schema import migrate
from tests.factories import Clock


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty, migrated database on each engine."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'box.db'}"
    else:
        url = request.getfixturevalue("postgres_url")
    database = Database(url)
    migrate(database)
    yield database
    database.close()


@pytest.fixture
def road(database: Database, tmp_path: Path) -> Road:
    """The demo partner's box, with a clock that stands still and a printer that is a folder."""
    printers = {"dock": FolderPrinter("dock", tmp_path / "printed")}
    road = Road(Settings(home=tmp_path), database, Archive(tmp_path / "archive"), printers, clock=Clock())
    load_demo(road)
    return road
