"""The schema's version: bring a database up to date, or say how far behind it is."""

from __future__ import annotations

from importlib.resources import files

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from store.database import Database
from store.errors import StoreError

ADVISORY_LOCK = 0x0D0C_6A7E
"""Held on PostgreSQL while migrating, so that two starting processes do not migrate at once."""


class SchemaBehind(StoreError):
    """The database is older or newer than this program: run `dockgate migrate`, or update the program."""

    code = "schema-behind"


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(files("store").joinpath("migrations")))
    config.set_main_option("path_separator", "os")
    return config


def migrate(database: Database) -> tuple[str | None, str]:
    """Bring the schema up to date; the version before and after. A second call changes nothing."""
    before = version(database)
    with database.write() as conn:
        if database.is_postgresql:
            conn.execute(sa.select(sa.func.pg_advisory_xact_lock(ADVISORY_LOCK)))
        config = _config()
        config.attributes["connection"] = conn
        command.upgrade(config, "head")
    return before, newest()


def version(database: Database) -> str | None:
    """The schema's version, None for an empty database."""
    with database.read() as conn:
        return MigrationContext.configure(conn).get_current_revision()


def newest() -> str:
    """The version this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise SchemaBehind("this program holds no migrations: it is not installed completely")
    return head


def require_newest(database: Database) -> None:
    """Check that the schema is what this program needs.

    Raises:
        SchemaBehind: it is not.
    """
    found = version(database)
    if found != newest():
        raise SchemaBehind(
            f"database schema is {found or 'empty'}, this program needs {newest()}: run `dockgate migrate`"
        )
