"""Requests of programs take effect once; changes that wait are found at once; content is compressed fast"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0005"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.create_table(
        "api_request",
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("what", sa.String(length=200), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("at", store.types.UtcDateTime(length=32), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_api_request")),
    )
    op.create_index(op.f("ix_api_request_at"), "api_request", ["at"])
    waits = sa.text("order_id IS NULL AND kind = 'purchase-order-change'")
    op.create_index(
        "ix_document_waiting", "document", ["customer_po_number"], postgresql_where=waits, sqlite_where=waits
    )
    if op.get_bind().dialect.name == "postgresql" and _has_lz4():
        # A third of an entry's time went into the older compression of its content.
        op.execute("ALTER TABLE order_revision ALTER COLUMN content SET COMPRESSION lz4")
        op.execute("ALTER TABLE document ALTER COLUMN content SET COMPRESSION lz4")


def downgrade() -> None:
    """Move the schema back."""
    op.drop_index("ix_document_waiting", "document")
    op.drop_table("api_request")


def _has_lz4() -> bool:
    """Whether this PostgreSQL was built with it."""
    known = sa.text("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
    return bool(op.get_bind().execute(known).scalar())
