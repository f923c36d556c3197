"""Sent documents wait for their acknowledgment; a map's active revision is named"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.create_table(
        "active_map",
        sa.Column("map", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("activated_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("activated_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("map", name=op.f("pk_active_map")),
    )
    # Until now the newest revision was the active one.
    op.execute(
        "INSERT INTO active_map (map, revision, activated_at, activated_by) "
        "SELECT m.map, m.revision, m.imported_at, m.imported_by FROM map_revision m "
        "WHERE m.revision = (SELECT max(n.revision) FROM map_revision n WHERE n.map = m.map)"
    )
    op.create_table(
        "sent_document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transmission_id", sa.String(length=80), nullable=False),
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("set_id", sa.String(length=12), nullable=False),
        sa.Column("customer_po_number", sa.String(length=50), nullable=True),
        sa.Column("functional_id", sa.String(length=6), nullable=False),
        sa.Column("interchange_control_number", sa.String(length=35), nullable=False),
        sa.Column("group_control_number", sa.String(length=35), nullable=False),
        sa.Column("set_control_number", sa.String(length=35), nullable=False),
        sa.Column("sent_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("due_at", store.types.UtcDateTime(length=32), nullable=True),
        sa.Column("state", sa.String(length=24), nullable=False),
        sa.Column("answered_by", sa.String(length=80), nullable=True),
        sa.Column("answered_at", store.types.UtcDateTime(length=32), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["transmission_id"],
            ["transmission.transmission_id"],
            name=op.f("fk_sent_document_transmission_id_transmission"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sent_document")),
    )
    op.create_index(op.f("ix_sent_document_transmission_id"), "sent_document", ["transmission_id"])
    op.create_index("ix_sent_document_numbers", "sent_document", ["partner", "interchange_control_number"])
    op.create_index("ix_sent_document_due", "sent_document", ["state", "due_at"])


def downgrade() -> None:
    """Move the schema back."""
    op.drop_table("sent_document")
    op.drop_table("active_map")
