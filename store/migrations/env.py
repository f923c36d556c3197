"""Alembic's entry: runs the migrations on the connection that :mod:`store.schema` hands over."""

from __future__ import annotations

from alembic import context

from store import credit_tables
from store.tables import metadata

assert credit_tables, "its tables are part of the metadata"
connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
