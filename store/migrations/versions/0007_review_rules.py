"""Rules of review: the house's settings and its own rules as numbered revisions"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.create_table(
        "rule_revision",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("imported_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("imported_by", sa.String(length=80), nullable=False),
        sa.Column("activated_at", store.types.UtcDateTime(length=32)),
        sa.Column("activated_by", sa.String(length=80)),
        sa.Column("is_active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_rule_revision")),
    )


def downgrade() -> None:
    """Move the schema back."""
    op.drop_table("rule_revision")
