"""What other programs are told: the feed of changes, webhooks, and who is fed with orders"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.create_table(
        "order_change",
        sa.Column("id", store.types.BigId, nullable=False),
        sa.Column("position", sa.BigInteger(), nullable=True),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("order_number", sa.String(length=30), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", store.types.UtcDateTime(length=32), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_change")),
        sa.UniqueConstraint("position", name=op.f("uq_order_change_position")),
    )
    is_new = sa.text("position IS NULL")
    op.create_index("ix_order_change_new", "order_change", ["id"], postgresql_where=is_new, sqlite_where=is_new)
    op.create_table(
        "webhook",
        sa.Column("webhook_id", sa.String(length=80), nullable=False),
        sa.Column("url", sa.String(length=500), nullable=False),
        sa.Column("events", store.types.JsonText(), nullable=False),
        sa.Column("secret", sa.String(length=100), nullable=False),
        sa.Column("old_secret", sa.String(length=100), nullable=True),
        sa.Column("old_until", store.types.UtcDateTime(length=32), nullable=True),
        sa.Column("added_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("added_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("webhook_id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "fed_partner",
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["partner"], ["partner.partner"], name=op.f("fk_fed_partner_partner")),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_fed_partner")),
    )


def downgrade() -> None:
    """Move the schema back."""
    op.drop_table("fed_partner")
    op.drop_table("webhook")
    op.drop_table("order_change")
