"""The schema's version is checked before anything else is done with a database."""

from __future__ import annotations

from pathlib import Path

import pytest

from store.database import Bell, Database
from store.schema import SchemaBehind, migrate, newest, require_newest, version


def test_empty_database_is_refused_with_the_remedy(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'box.db'}")
    with pytest.raises(SchemaBehind, match="dockgate migrate"):
        require_newest(database)
    assert migrate(database) == (None, newest())
    assert version(database) == newest()
    database.close()


def test_ring_between_two_waits_is_not_lost() -> None:
    bell = Bell()
    heard = bell.heard()
    assert not bell.wait(heard, 0)
    bell.ring()
    assert bell.wait(heard, 0)
    assert not bell.wait(bell.heard(), 0)
