"""Each seam's suite runs over every engine: SQLite and PostgreSQL, embedded queue and RabbitMQ."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database
from store.schema import migrate


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
