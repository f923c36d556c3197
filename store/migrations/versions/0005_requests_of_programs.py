"""Requests of programs take effect once; changes that wait are found at once; content is compressed fast"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


LISTED_BY = ("partner", "customer", "customer_po_number", "order_state")
NUMBERS = ("order_number", "customer_po_number")
"""Columns in which a part of a number is looked for."""


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
    unread = sa.text("state = 'received'")
    op.create_index(
        "ix_transmission_unread", "transmission", ["channel", "at"], postgresql_where=unread, sqlite_where=unread
    )
    for name in (*LISTED_BY, "received_at"):
        op.drop_index(f"ix_sales_order_{name}", "sales_order")
    for name in LISTED_BY:
        op.create_index(f"ix_sales_order_{name}", "sales_order", [name, "order_id"])
    op.drop_index("ix_order_line_part", "order_line")
    op.create_index("ix_order_line_part", "order_line", ["part", "order_id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    for name in NUMBERS:
        op.create_index(
            f"ix_sales_order_{name}_trigrams",
            "sales_order",
            [name],
            postgresql_using="gin",
            postgresql_ops={name: "gin_trgm_ops"},
        )
    if _has_lz4():
        # A third of an entry's time went into the older compression of its content.
        op.execute("ALTER TABLE order_revision ALTER COLUMN content SET COMPRESSION lz4")
        op.execute("ALTER TABLE document ALTER COLUMN content SET COMPRESSION lz4")


def downgrade() -> None:
    """Move the schema back."""
    if op.get_bind().dialect.name == "postgresql":
        for name in NUMBERS:
            op.drop_index(f"ix_sales_order_{name}_trigrams", "sales_order")
    op.drop_index("ix_order_line_part", "order_line")
    op.create_index("ix_order_line_part", "order_line", ["part"])
    for name in LISTED_BY:
        op.drop_index(f"ix_sales_order_{name}", "sales_order")
    for name in (*LISTED_BY, "received_at"):
        op.create_index(f"ix_sales_order_{name}", "sales_order", [name])
    op.drop_index("ix_transmission_unread", "transmission")
    op.drop_index("ix_document_waiting", "document")
    op.drop_table("api_request")


def _has_lz4() -> bool:
    """Whether this PostgreSQL was built with it."""
    known = sa.text("SELECT 'lz4' = ANY(enumvals) FROM pg_settings WHERE name = 'default_toast_compression'")
    return bool(op.get_bind().execute(known).scalar())
