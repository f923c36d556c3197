"""The schema's version is checked before anything else is done with a database."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config

from orders.masters import ShipTo
from store import masters
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


def moved(database: Database, to: str) -> None:
    """The schema as it was, or is to be."""
    config = Config()
    config.set_main_option("script_location", str(files("store").joinpath("migrations")))
    config.set_main_option("path_separator", "os")
    is_down = (version(database) or "") > to
    with database.write() as conn:
        config.attributes["connection"] = conn
        (command.downgrade if is_down else command.upgrade)(config, to)


def test_ship_tos_of_a_customer_become_records_of_their_own_and_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'box.db'}")
    moved(database, "0003")
    place = {"code": "0042", "name": "Store 42", "address": {"city": "Toledo"}}
    record = json.dumps({"customer": "C-1", "name": "Acme", "ship_tos": [place]})
    with database.write() as conn:
        conn.exec_driver_sql("INSERT INTO customer (customer, record) VALUES ('C-1', ?)", (record,))
    migrate(database)
    with database.read() as conn:
        customer = masters.customer_by_id(conn, "C-1")
        (ship_to,) = masters.every(conn, masters.KINDS["ship-tos"])
    assert customer is not None and customer.name == "Acme"
    assert ship_to == ShipTo.model_validate({"customer": "C-1", **place})
    moved(database, "0003")
    with database.read() as conn:
        kept = conn.exec_driver_sql("SELECT record FROM customer").scalar_one()
    assert json.loads(kept) == json.loads(record)
    database.close()
