"""Requests of programs take effect once"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0005"
down_revision = "0004"
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


def downgrade() -> None:
    """Move the schema back."""
    op.drop_table("api_request")
