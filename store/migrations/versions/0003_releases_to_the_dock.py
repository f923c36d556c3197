"""An order may be let go to the dock several times, is shipped in parts, and owes its customer an answer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

INTENT = "uq_print_job_intent"


def upgrade() -> None:
    """Move the schema forward."""
    op.add_column("sales_order", sa.Column("dock_release", sa.Integer(), server_default="0", nullable=False))
    op.add_column("sales_order", sa.Column("answer_due_at", store.types.UtcDateTime(length=32), nullable=True))
    op.create_index("ix_sales_order_answer_due_at", "sales_order", ["answer_due_at"])
    op.execute("UPDATE sales_order SET dock_release = 1 WHERE fulfilment_state <> 'open'")
    op.create_table(
        "shipment",
        sa.Column("shipment_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("shipped_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("record", store.types.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.order_id"], name=op.f("fk_shipment_order_id")),
        sa.PrimaryKeyConstraint("shipment_id", name=op.f("pk_shipment")),
    )
    op.create_index(op.f("ix_shipment_order_id"), "shipment", ["order_id"])
    op.drop_index(INTENT, "print_job")
    op.add_column("print_job", sa.Column("dock_release", sa.Integer(), server_default="1", nullable=False))
    with op.batch_alter_table("print_job") as table:
        table.alter_column("sha256", existing_type=sa.String(length=64), nullable=True)
    _one_intent("dock_release")


def downgrade() -> None:
    """Move the schema back."""
    op.drop_index(INTENT, "print_job")
    with op.batch_alter_table("print_job") as table:
        table.alter_column("sha256", existing_type=sa.String(length=64), nullable=False)
    op.drop_column("print_job", "dock_release")
    _one_intent("order_revision")
    op.drop_table("shipment")
    op.drop_index("ix_sales_order_answer_due_at", "sales_order")
    op.drop_column("sales_order", "answer_due_at")
    op.drop_column("sales_order", "dock_release")


def _one_intent(within: str) -> None:
    is_first = sa.text("reprint_of IS NULL")
    columns = ["order_id", within, "document"]
    op.create_index(INTENT, "print_job", columns, unique=True, postgresql_where=is_first, sqlite_where=is_first)
