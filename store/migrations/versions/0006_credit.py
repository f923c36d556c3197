"""What orders put at risk, customers' accounts, rates, the credit policy, every credit decision; holds that expire"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

OPEN = "ix_sales_order_open"


def upgrade() -> None:
    """Move the schema forward. Orders there are count with their total until they are next saved."""
    op.add_column("sales_order", sa.Column("open_amount", store.types.ExactDecimal(length=40), nullable=True))
    op.add_column("sales_order", sa.Column("open_latest", sa.Date(), nullable=True))
    op.add_column("sales_order", sa.Column("open_dated", store.types.JsonText(), nullable=True))
    op.execute(
        "UPDATE sales_order SET open_amount = grand_total "
        "WHERE order_state IN ('approved', 'released', 'change pending', 'cancel requested') "
        "AND fulfilment_state <> 'shipped'"
    )
    is_open = sa.text("open_amount IS NOT NULL")
    columns = ["customer", "currency", "open_latest"]
    op.create_index(
        OPEN,
        "sales_order",
        columns,
        postgresql_where=is_open,
        sqlite_where=is_open,
        postgresql_include=["open_amount", "order_id"],
    )
    op.add_column("hold", sa.Column("expires_at", store.types.UtcDateTime(length=32), nullable=True))
    expires = sa.text("released_at IS NULL AND expires_at IS NOT NULL")
    op.create_index("ix_hold_expires", "hold", ["expires_at"], postgresql_where=expires, sqlite_where=expires)
    op.create_table(
        "credit_account",
        sa.Column("customer", sa.String(length=80), nullable=False),
        sa.Column("parent", sa.String(length=80), nullable=True),
        sa.Column("record", store.types.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_credit_account")),
    )
    op.create_index(op.f("ix_credit_account_parent"), "credit_account", ["parent"])
    op.create_table(
        "credit_policy",
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("revision", name=op.f("pk_credit_policy")),
    )
    op.create_table(
        "exchange_rate",
        sa.Column("currency", sa.String(length=3), nullable=False),
        sa.Column("base_currency", sa.String(length=3), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("rate", sa.String(length=40), nullable=False),
        sa.PrimaryKeyConstraint("currency", "base_currency", "on", name=op.f("pk_exchange_rate")),
    )
    op.create_table(
        "credit_decision",
        sa.Column("id", store.types.BigId, nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("record", store.types.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credit_decision")),
    )
    op.create_index(op.f("ix_credit_decision_order_id"), "credit_decision", ["order_id"])


def downgrade() -> None:
    """Move the schema back."""
    for table in ("credit_decision", "exchange_rate", "credit_policy", "credit_account"):
        op.drop_table(table)
    op.drop_index("ix_hold_expires", "hold")
    op.drop_column("hold", "expires_at")
    op.drop_index(OPEN, "sales_order")
    for column in ("open_dated", "open_latest", "open_amount"):
        op.drop_column("sales_order", column)
