"""The first schema"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the schema forward."""
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "customer",
        sa.Column("customer", sa.String(length=80), nullable=False),
        sa.Column("record", store.types.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("customer", name=op.f("pk_customer")),
    )
    op.create_table(
        "event",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("what", sa.String(length=60), nullable=False),
        sa.Column("stage", sa.String(length=30), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("ref", sa.String(length=200), nullable=False),
        sa.Column("transmission_id", sa.String(length=80), nullable=True),
        sa.Column("order_id", sa.String(length=80), nullable=True),
        sa.Column("print_job_id", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event")),
    )
    op.create_index("ix_event_order_id", "event", ["order_id"], unique=False)
    op.create_index("ix_event_print_job_id", "event", ["print_job_id"], unique=False)
    op.create_index("ix_event_transmission_id", "event", ["transmission_id"], unique=False)

    op.create_table(
        "gated_message",
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("seq", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("step", "key", "seq", name=op.f("pk_gated_message")),
    )
    op.create_table(
        "inbox",
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("done_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.PrimaryKeyConstraint("step", "message_id", name=op.f("pk_inbox")),
    )
    op.create_index("ix_inbox_done_at", "inbox", ["done_at"], unique=False)

    op.create_table(
        "key_gate",
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=200), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("next_seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("step", "key", name=op.f("pk_key_gate")),
    )
    op.create_table(
        "map_revision",
        sa.Column("map", sa.String(length=64), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("imported_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("imported_by", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("map", "revision", name=op.f("pk_map_revision")),
    )
    op.create_table(
        "order_number",
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_order_number")),
        sa.UniqueConstraint("order_id", name=op.f("uq_order_number_order_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("available_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("sent_at", store.types.UtcDateTime(length=32), nullable=True),
        sa.Column("lease_owner", sa.String(length=120), nullable=True),
        sa.Column("leased_until", store.types.UtcDateTime(length=32), nullable=True),
        sa.Column("deliveries", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("message_id", "attempt", name=op.f("uq_outbox_message_id_attempt")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_outbox_due",
        "outbox",
        ["available_at", "id"],
        unique=False,
        postgresql_where=sa.text("sent_at IS NULL"),
        sqlite_where=sa.text("sent_at IS NULL"),
    )
    op.create_index("ix_outbox_sent_at", "outbox", ["sent_at"], unique=False)

    op.create_table(
        "parked",
        sa.Column("parked_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("step", sa.String(length=40), nullable=False),
        sa.Column("message_id", sa.String(length=80), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("traceback", sa.Text(), nullable=False),
        sa.Column("transmission_id", sa.String(length=80), nullable=True),
        sa.Column("parked_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("settled_at", store.types.UtcDateTime(length=32), nullable=True),
        sa.Column("settled_by", sa.String(length=80), nullable=True),
        sa.PrimaryKeyConstraint("parked_id", name=op.f("pk_parked")),
        sa.UniqueConstraint("step", "message_id", "attempt", name=op.f("uq_parked_step_message_id_attempt")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_parked_state", "parked", ["state"], unique=False)

    op.create_table(
        "part",
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("gtin", sa.String(length=20), nullable=True),
        sa.Column("record", store.types.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("part", name=op.f("pk_part")),
    )
    op.create_index("ix_part_gtin", "part", ["gtin"], unique=False)

    op.create_table(
        "part_cross_reference",
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("qualifier", sa.String(length=10), nullable=False),
        sa.Column("customer_part", sa.String(length=80), nullable=False),
        sa.Column("our_part", sa.String(length=80), nullable=False),
        sa.Column("record", store.types.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("partner", "qualifier", "customer_part", name=op.f("pk_part_cross_reference")),
    )
    op.create_table(
        "partner",
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("active_revision", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("partner", name=op.f("pk_partner")),
    )
    op.create_table(
        "sales_order",
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("order_number", sa.String(length=30), nullable=False),
        sa.Column("idempotency_key", sa.String(length=200), nullable=False),
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("customer", sa.String(length=80), nullable=True),
        sa.Column("customer_po_number", sa.String(length=50), nullable=False),
        sa.Column("release_number", sa.String(length=30), nullable=True),
        sa.Column("order_state", sa.String(length=20), nullable=False),
        sa.Column("credit_state", sa.String(length=20), nullable=False),
        sa.Column("fulfilment_state", sa.String(length=20), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("currency", sa.String(length=3), nullable=True),
        sa.Column("grand_total", store.types.ExactDecimal(length=40), nullable=True),
        sa.Column("line_count", sa.Integer(), nullable=False),
        sa.Column("received_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("control", store.types.JsonText(), nullable=False),
        sa.PrimaryKeyConstraint("order_id", name=op.f("pk_sales_order")),
        sa.UniqueConstraint("idempotency_key", name=op.f("uq_sales_order_idempotency_key")),
        sa.UniqueConstraint("order_number", name=op.f("uq_sales_order_order_number")),
    )
    op.create_index("ix_sales_order_customer", "sales_order", ["customer"], unique=False)
    op.create_index("ix_sales_order_customer_po_number", "sales_order", ["customer_po_number"], unique=False)
    op.create_index("ix_sales_order_order_state", "sales_order", ["order_state"], unique=False)
    op.create_index("ix_sales_order_partner", "sales_order", ["partner"], unique=False)
    op.create_index("ix_sales_order_received_at", "sales_order", ["received_at"], unique=False)

    op.create_table(
        "transmission",
        sa.Column("transmission_id", sa.String(length=80), nullable=False),
        sa.Column("direction", sa.String(length=3), nullable=False),
        sa.Column("channel", sa.String(length=80), nullable=False),
        sa.Column("transport_id", sa.String(length=200), nullable=False),
        sa.Column("partner", sa.String(length=32), nullable=True),
        sa.Column("name", sa.String(length=300), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("answers", sa.String(length=80), nullable=True),
        sa.Column("at", store.types.UtcDateTime(length=32), nullable=False),
        sa.PrimaryKeyConstraint("transmission_id", name=op.f("pk_transmission")),
        sa.UniqueConstraint(
            "channel", "direction", "transport_id", name=op.f("uq_transmission_channel_direction_transport_id")
        ),
    )
    op.create_index("ix_transmission_answers", "transmission", ["answers"], unique=False)
    op.create_index("ix_transmission_at", "transmission", ["at"], unique=False)
    op.create_index("ix_transmission_sha256", "transmission", ["sha256"], unique=False)

    op.create_table(
        "acknowledgment",
        sa.Column("transmission_id", sa.String(length=80), nullable=False),
        sa.Column("interchange_control_number", sa.String(length=35), nullable=False),
        sa.Column("group_control_number", sa.String(length=35), nullable=False),
        sa.Column("kind", sa.String(length=8), nullable=False),
        sa.Column("verdict", sa.String(length=2), nullable=False),
        sa.Column("answered_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["transmission_id"], ["transmission.transmission_id"], name=op.f("fk_acknowledgment_transmission_id")
        ),
        sa.PrimaryKeyConstraint(
            "transmission_id", "interchange_control_number", "group_control_number", name=op.f("pk_acknowledgment")
        ),
    )
    op.create_index("ix_acknowledgment_answered_by", "acknowledgment", ["answered_by"], unique=False)

    op.create_table(
        "document",
        sa.Column("document_id", sa.String(length=80), nullable=False),
        sa.Column("transmission_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("customer_po_number", sa.String(length=50), nullable=True),
        sa.Column("map", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(
            ["transmission_id"], ["transmission.transmission_id"], name=op.f("fk_document_transmission_id")
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document")),
    )
    op.create_index("ix_document_order_id", "document", ["order_id"], unique=False)
    op.create_index("ix_document_transmission_id", "document", ["transmission_id"], unique=False)

    op.create_table(
        "finding",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transmission_id", sa.String(length=80), nullable=False),
        sa.Column("severity", sa.String(length=8), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("record", store.types.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transmission_id"], ["transmission.transmission_id"], name=op.f("fk_finding_transmission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    op.create_index("ix_finding_transmission_id", "finding", ["transmission_id"], unique=False)

    op.create_table(
        "hold",
        sa.Column("hold_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("rule", sa.String(length=30), nullable=False),
        sa.Column("set_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("released_at", store.types.UtcDateTime(length=32), nullable=True),
        sa.Column("record", store.types.JsonText(), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.order_id"], name=op.f("fk_hold_order_id")),
        sa.PrimaryKeyConstraint("hold_id", name=op.f("pk_hold")),
    )
    op.create_index(
        "ix_hold_open",
        "hold",
        ["kind", "set_at"],
        unique=False,
        postgresql_where=sa.text("released_at IS NULL"),
        sqlite_where=sa.text("released_at IS NULL"),
    )
    op.create_index("ix_hold_order_id", "hold", ["order_id"], unique=False)

    op.create_table(
        "interchange",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("transmission_id", sa.String(length=80), nullable=False),
        sa.Column("standard", sa.String(length=12), nullable=False),
        sa.Column("sender", sa.String(length=100), nullable=False),
        sa.Column("receiver", sa.String(length=100), nullable=False),
        sa.Column("control_number", sa.String(length=35), nullable=False),
        sa.Column("is_test", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["transmission_id"], ["transmission.transmission_id"], name=op.f("fk_interchange_transmission_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interchange")),
        sa.UniqueConstraint(
            "standard",
            "sender",
            "receiver",
            "control_number",
            name=op.f("uq_interchange_standard_sender_receiver_control_number"),
        ),
    )
    op.create_index("ix_interchange_transmission_id", "interchange", ["transmission_id"], unique=False)

    op.create_table(
        "order_line",
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("line_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=80), nullable=True),
        sa.Column("description", sa.String(length=80), nullable=True),
        sa.Column("quantity", store.types.ExactDecimal(length=40), nullable=False),
        sa.Column("uom", sa.String(length=3), nullable=False),
        sa.Column("unit_price", store.types.ExactDecimal(length=40), nullable=True),
        sa.Column("extended_price", store.types.ExactDecimal(length=40), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.order_id"], name=op.f("fk_order_line_order_id")),
        sa.PrimaryKeyConstraint("order_id", "line_no", name=op.f("pk_order_line")),
    )
    op.create_index("ix_order_line_part", "order_line", ["part"], unique=False)

    op.create_table(
        "order_revision",
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("at", store.types.UtcDateTime(length=32), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.order_id"], name=op.f("fk_order_revision_order_id")),
        sa.PrimaryKeyConstraint("order_id", "revision", name=op.f("pk_order_revision")),
    )
    op.create_table(
        "order_schedule",
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("line_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("schedule_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("quantity", store.types.ExactDecimal(length=40), nullable=False),
        sa.Column("requested_ship_date", sa.Date(), nullable=True),
        sa.Column("requested_delivery_date", sa.Date(), nullable=True),
        sa.Column("ship_to", sa.String(length=80), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.order_id"], name=op.f("fk_order_schedule_order_id")),
        sa.PrimaryKeyConstraint("order_id", "line_no", "schedule_no", name=op.f("pk_order_schedule")),
    )
    op.create_table(
        "partner_identifier",
        sa.Column("qualifier", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(["partner"], ["partner.partner"], name=op.f("fk_partner_identifier_partner")),
        sa.PrimaryKeyConstraint("qualifier", "value", name=op.f("pk_partner_identifier")),
    )
    op.create_index("ix_partner_identifier_partner", "partner_identifier", ["partner"], unique=False)

    op.create_table(
        "partner_revision",
        sa.Column("partner", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("toml", sa.Text(), nullable=False),
        sa.Column("imported_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("imported_by", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["partner"], ["partner.partner"], name=op.f("fk_partner_revision_partner")),
        sa.PrimaryKeyConstraint("partner", "revision", name=op.f("pk_partner_revision")),
    )
    op.create_table(
        "print_job",
        sa.Column("print_job_id", sa.String(length=80), nullable=False),
        sa.Column("order_id", sa.String(length=80), nullable=False),
        sa.Column("order_revision", sa.Integer(), nullable=False),
        sa.Column("document", sa.String(length=30), nullable=False),
        sa.Column("printer", sa.String(length=32), nullable=False),
        sa.Column("media_type", sa.String(length=80), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("handle", sa.String(length=200), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("reprint_of", sa.String(length=80), nullable=True),
        sa.Column("requested_at", store.types.UtcDateTime(length=32), nullable=False),
        sa.Column("settled_at", store.types.UtcDateTime(length=32), nullable=True),
        sa.ForeignKeyConstraint(["order_id"], ["sales_order.order_id"], name=op.f("fk_print_job_order_id")),
        sa.PrimaryKeyConstraint("print_job_id", name=op.f("pk_print_job")),
    )
    op.create_index("ix_print_job_order_id", "print_job", ["order_id"], unique=False)
    op.create_index("ix_print_job_requested_at", "print_job", ["requested_at"], unique=False)
    op.create_index("ix_print_job_state", "print_job", ["state"], unique=False)
    op.create_index(
        "uq_print_job_intent",
        "print_job",
        ["order_id", "order_revision", "document"],
        unique=True,
        postgresql_where=sa.text("reprint_of IS NULL"),
        sqlite_where=sa.text("reprint_of IS NULL"),
    )


def downgrade() -> None:
    """Refuse: data written since would be lost. Restore a backup instead."""
    raise RuntimeError("this schema cannot be taken back; restore a backup made before the update")
