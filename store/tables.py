"""Every table of the box. Content is kept as JSON text; what is searched or joined has a column of its own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from store.types import BigId, ExactDecimal, JsonText, UtcDateTime

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)

KEY = String(80)
"""An id of ours: a prefix and a version 7 UUID, or a name people gave."""
SHA256 = String(64)

# ---------------------------------------------------------------- partners and masters
partner = Table(
    "partner",
    metadata,
    Column("partner", String(32), primary_key=True),
    Column("name", String(100), nullable=False),
    Column("active_revision", Integer),
)
partner_revision = Table(
    "partner_revision",
    metadata,
    Column("partner", ForeignKey("partner.partner"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("toml", Text, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("imported_by", String(80), nullable=False),
)
partner_identifier = Table(
    "partner_identifier",
    metadata,
    Column("qualifier", String(10), primary_key=True),
    Column("value", String(80), primary_key=True),
    Column("partner", ForeignKey("partner.partner"), nullable=False, index=True),
)
map_revision = Table(
    "map_revision",
    metadata,
    Column("map", String(64), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("toml", Text, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("imported_by", String(80), nullable=False),
)
rule_revision = Table(
    "rule_revision",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("toml", Text, nullable=False),
    Column("imported_at", UtcDateTime, nullable=False),
    Column("imported_by", String(80), nullable=False),
    Column("activated_at", UtcDateTime),
    Column("activated_by", String(80)),
    Column("is_active", sa.Boolean, nullable=False),
)
part = Table(
    "part",
    metadata,
    Column("part", KEY, primary_key=True),
    Column("gtin", String(20), index=True),
    Column("record", JsonText, nullable=False),
)
part_cross_reference = Table(
    "part_cross_reference",
    metadata,
    Column("partner", String(32), primary_key=True),
    Column("qualifier", String(10), primary_key=True),
    Column("customer_part", String(80), primary_key=True),
    Column("our_part", KEY, nullable=False),
    Column("record", JsonText, nullable=False),
)
customer = Table(
    "customer",
    metadata,
    Column("customer", KEY, primary_key=True),
    Column("record", JsonText, nullable=False),
)
ship_to = Table(
    "ship_to",
    metadata,
    Column("customer", KEY, primary_key=True),
    Column("code", String(80), primary_key=True),
    Column("record", JsonText, nullable=False),
)
customer_group = Table(
    "customer_group",
    metadata,
    Column("customer_group", KEY, primary_key=True),
    Column("price_list", KEY),
    Column("record", JsonText, nullable=False),
)
price_list = Table(
    "price_list",
    metadata,
    Column("price_list", KEY, primary_key=True),
    Column("record", JsonText, nullable=False),
)
part_price = Table(
    "part_price",
    metadata,
    Column("price_list", KEY, primary_key=True),
    Column("part", KEY, primary_key=True),
    Column("record", JsonText, nullable=False),
)
contract = Table(
    "contract",
    metadata,
    Column("contract", KEY, primary_key=True),
    Column("customer", KEY, nullable=False, index=True),
    Column("price_list", KEY, nullable=False),
    Column("record", JsonText, nullable=False),
)
payment_terms = Table(
    "payment_terms",
    metadata,
    Column("payment_terms", KEY, primary_key=True),
    Column("record", JsonText, nullable=False),
)
carrier = Table(
    "carrier",
    metadata,
    Column("carrier", String(4), primary_key=True),
    Column("record", JsonText, nullable=False),
)
site = Table(
    "site",
    metadata,
    Column("site", KEY, primary_key=True),
    Column("record", JsonText, nullable=False),
)
unit_code = Table(
    "unit_code",
    metadata,
    Column("partner", KEY, primary_key=True),
    Column("code", String(10), primary_key=True),
    Column("record", JsonText, nullable=False),
)

# ---------------------------------------------------------------- what crossed a channel
transmission = Table(
    "transmission",
    metadata,
    Column("transmission_id", KEY, primary_key=True),
    Column("direction", String(3), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("transport_id", String(200), nullable=False),
    Column("partner", String(32)),
    Column("name", String(300), nullable=False),
    Column("sha256", SHA256, nullable=False, index=True),
    Column("size_bytes", sa.BigInteger, nullable=False),
    Column("state", String(20), nullable=False),
    Column("reason", Text),
    Column("answers", KEY, index=True),
    Column("at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("channel", "direction", "transport_id"),
)
Index(
    "ix_transmission_unread",
    transmission.c.channel,
    transmission.c.at,
    postgresql_where=transmission.c.state == "received",
    sqlite_where=transmission.c.state == "received",
)
interchange = Table(
    "interchange",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("transmission_id", ForeignKey("transmission.transmission_id"), nullable=False, index=True),
    Column("standard", String(12), nullable=False),
    Column("sender", String(100), nullable=False),
    Column("receiver", String(100), nullable=False),
    Column("control_number", String(35), nullable=False),
    Column("is_test", sa.Boolean, nullable=False),
    UniqueConstraint("standard", "sender", "receiver", "control_number"),
)
finding = Table(
    "finding",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("transmission_id", ForeignKey("transmission.transmission_id"), nullable=False, index=True),
    Column("severity", String(8), nullable=False),
    Column("code", String(60), nullable=False),
    Column("record", JsonText, nullable=False),
)
document = Table(
    "document",
    metadata,
    Column("document_id", KEY, primary_key=True),
    Column("transmission_id", ForeignKey("transmission.transmission_id"), nullable=False, index=True),
    Column("kind", String(30), nullable=False),
    Column("partner", String(32), nullable=False),
    Column("customer_po_number", String(50)),
    Column("map", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("order_id", KEY, index=True),
    Column("fingerprint", String(64)),
)
Index(
    "ix_document_waiting",
    document.c.customer_po_number,
    postgresql_where=sa.and_(document.c.order_id.is_(None), document.c.kind == "purchase-order-change"),
    sqlite_where=sa.and_(document.c.order_id.is_(None), document.c.kind == "purchase-order-change"),
)
acknowledgment = Table(
    "acknowledgment",
    metadata,
    Column("transmission_id", ForeignKey("transmission.transmission_id"), primary_key=True),
    Column("interchange_control_number", String(35), primary_key=True),
    Column("group_control_number", String(35), primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("verdict", String(2), nullable=False),
    Column("answered_by", KEY, nullable=False, index=True),
)
sent_document = Table(
    "sent_document",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("transmission_id", ForeignKey("transmission.transmission_id"), nullable=False, index=True),
    Column("partner", String(32), nullable=False),
    Column("kind", String(30), nullable=False),
    Column("set_id", String(20), nullable=False),
    Column("customer_po_number", String(50)),
    Column("functional_id", String(6), nullable=False),
    Column("interchange_control_number", String(35), nullable=False),
    Column("group_control_number", String(35), nullable=False),
    Column("set_control_number", String(35), nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("due_at", UtcDateTime),
    Column("state", String(24), nullable=False),
    Column("answered_by", KEY),
    Column("answered_at", UtcDateTime),
    Column("reason", Text),
)
Index("ix_sent_document_numbers", sent_document.c.partner, sent_document.c.interchange_control_number)
Index("ix_sent_document_due", sent_document.c.state, sent_document.c.due_at)
active_map = Table(
    "active_map",
    metadata,
    Column("map", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("activated_at", UtcDateTime, nullable=False),
    Column("activated_by", String(80), nullable=False),
)
counter = Table(
    "counter",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("value", sa.BigInteger, nullable=False),
)

# ---------------------------------------------------------------- orders
order_number = Table(
    "order_number",
    metadata,
    Column("number", BigId, primary_key=True),
    Column("order_id", KEY, nullable=False, unique=True),
    sqlite_autoincrement=True,
)
sales_order = Table(
    "sales_order",
    metadata,
    Column("order_id", KEY, primary_key=True),
    Column("order_number", String(30), nullable=False, unique=True),
    Column("idempotency_key", String(200), nullable=False, unique=True),
    Column("partner", String(32), nullable=False),
    Column("customer", KEY),
    Column("customer_po_number", String(50), nullable=False),
    Column("release_number", String(30)),
    Column("order_state", String(20), nullable=False),
    Column("credit_state", String(20), nullable=False),
    Column("fulfilment_state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("currency", String(3)),
    Column("grand_total", ExactDecimal),
    Column("dock_release", Integer, nullable=False, server_default="0"),
    Column("answer_due_at", UtcDateTime, index=True),
    Column("line_count", Integer, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("open_amount", ExactDecimal),
    Column("open_latest", sa.Date),
    Column("open_dated", JsonText),
    Column("control", JsonText, nullable=False),
)
# One index answers what a customer's orders put at risk; an order that puts nothing at risk is not in it.
Index(
    "ix_sales_order_open",
    sales_order.c.customer,
    sales_order.c.currency,
    sales_order.c.open_latest,
    postgresql_where=sales_order.c.open_amount.is_not(None),
    sqlite_where=sales_order.c.open_amount.is_not(None),
    postgresql_include=["open_amount", "order_id"],
)
# An order's id counts up with the time of its entry: each list is read from the end of one index, a page at a time.
for _listed_by in ("partner", "customer", "customer_po_number", "order_state"):
    Index(f"ix_sales_order_{_listed_by}", sales_order.c[_listed_by], sales_order.c.order_id)
for _looked_for in ("order_number", "customer_po_number"):
    Index(
        f"ix_sales_order_{_looked_for}_trigrams",
        sales_order.c[_looked_for],
        postgresql_using="gin",
        postgresql_ops={_looked_for: "gin_trgm_ops"},
    ).ddl_if(dialect="postgresql")
order_revision = Table(
    "order_revision",
    metadata,
    Column("order_id", ForeignKey("sales_order.order_id"), primary_key=True),
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("content", Text, nullable=False),
    Column("actor", String(80), nullable=False),
    Column("reason", Text),
    Column("at", UtcDateTime, nullable=False),
)
order_line = Table(
    "order_line",
    metadata,
    Column("order_id", ForeignKey("sales_order.order_id"), primary_key=True),
    Column("line_no", Integer, primary_key=True, autoincrement=False),
    Column("part", KEY),
    Column("description", String(80)),
    Column("quantity", ExactDecimal, nullable=False),
    Column("uom", String(3), nullable=False),
    Column("stock_quantity", ExactDecimal),
    Column("unit_price", ExactDecimal),
    Column("extended_price", ExactDecimal),
)
Index("ix_order_line_part", order_line.c.part, order_line.c.order_id)
order_schedule = Table(
    "order_schedule",
    metadata,
    Column("order_id", ForeignKey("sales_order.order_id"), primary_key=True),
    Column("line_no", Integer, primary_key=True, autoincrement=False),
    Column("schedule_no", Integer, primary_key=True, autoincrement=False),
    Column("quantity", ExactDecimal, nullable=False),
    Column("requested_ship_date", sa.Date),
    Column("requested_delivery_date", sa.Date),
    Column("ship_to", KEY),
)
shipment = Table(
    "shipment",
    metadata,
    Column("shipment_id", KEY, primary_key=True),
    Column("order_id", ForeignKey("sales_order.order_id"), nullable=False, index=True),
    Column("shipped_at", UtcDateTime, nullable=False),
    Column("record", JsonText, nullable=False),
)
hold = Table(
    "hold",
    metadata,
    Column("hold_id", KEY, primary_key=True),
    Column("order_id", ForeignKey("sales_order.order_id"), nullable=False, index=True),
    Column("kind", String(12), nullable=False),
    Column("rule", String(30), nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("released_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("record", JsonText, nullable=False),
)
_expires = sa.and_(hold.c.released_at.is_(None), hold.c.expires_at.is_not(None))
Index("ix_hold_expires", hold.c.expires_at, postgresql_where=_expires, sqlite_where=_expires)
Index(
    "ix_hold_open",
    hold.c.kind,
    hold.c.set_at,
    postgresql_where=hold.c.released_at.is_(None),
    sqlite_where=hold.c.released_at.is_(None),
)
event = Table(
    "event",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("what", String(60), nullable=False),
    Column("stage", String(30), nullable=False),
    Column("actor", String(80), nullable=False),
    Column("note", Text, nullable=False),
    Column("ref", String(200), nullable=False),
    Column("transmission_id", KEY, index=True),
    Column("order_id", KEY, index=True),
    Column("print_job_id", KEY, index=True),
)
print_job = Table(
    "print_job",
    metadata,
    Column("print_job_id", KEY, primary_key=True),
    Column("order_id", ForeignKey("sales_order.order_id"), nullable=False, index=True),
    Column("order_revision", Integer, nullable=False),
    Column("dock_release", Integer, nullable=False, server_default="1"),
    Column("document", String(30), nullable=False),
    Column("printer", String(32), nullable=False),
    Column("media_type", String(80), nullable=False),
    Column("copies", Integer, nullable=False),
    Column("sha256", SHA256),
    Column("state", String(12), nullable=False, index=True),
    Column("handle", String(200)),
    Column("reason", Text),
    Column("reprint_of", KEY),
    Column("requested_at", UtcDateTime, nullable=False, index=True),
    Column("settled_at", UtcDateTime),
)
# One intent per paper each time an order is let go to the dock; a person's reprint is a row that names the first.
Index(
    "uq_print_job_intent",
    print_job.c.order_id,
    print_job.c.dock_release,
    print_job.c.document,
    unique=True,
    postgresql_where=print_job.c.reprint_of.is_(None),
    sqlite_where=print_job.c.reprint_of.is_(None),
)

api_request = Table(
    "api_request",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("what", String(200), nullable=False),
    Column("order_id", KEY, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

# ---------------------------------------------------------------- work between steps
outbox = Table(
    "outbox",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("message_id", String(80), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("step", String(40), nullable=False),
    Column("body", Text, nullable=False),
    Column("available_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("lease_owner", String(120)),
    Column("leased_until", UtcDateTime),
    Column("deliveries", Integer, nullable=False, server_default="0"),
    UniqueConstraint("message_id", "attempt"),
    sqlite_autoincrement=True,
)
Index(
    "ix_outbox_due",
    outbox.c.available_at,
    outbox.c.id,
    postgresql_where=outbox.c.sent_at.is_(None),
    sqlite_where=outbox.c.sent_at.is_(None),
)
Index("ix_outbox_sent_at", outbox.c.sent_at)
inbox = Table(
    "inbox",
    metadata,
    Column("step", String(40), primary_key=True),
    Column("message_id", String(80), primary_key=True),
    Column("done_at", UtcDateTime, nullable=False, index=True),
)
parked = Table(
    "parked",
    metadata,
    Column("parked_id", BigId, primary_key=True),
    Column("step", String(40), nullable=False),
    Column("message_id", String(80), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("traceback", Text, nullable=False),
    Column("transmission_id", KEY),
    Column("parked_at", UtcDateTime, nullable=False),
    Column("state", String(10), nullable=False, index=True),
    Column("settled_at", UtcDateTime),
    Column("settled_by", String(80)),
    UniqueConstraint("step", "message_id", "attempt"),
    sqlite_autoincrement=True,
)
key_gate = Table(
    "key_gate",
    metadata,
    Column("step", String(40), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("issued", sa.BigInteger, nullable=False),
    Column("next_seq", sa.BigInteger, nullable=False),
)
gated_message = Table(
    "gated_message",
    metadata,
    Column("step", String(40), primary_key=True),
    Column("key", String(200), primary_key=True),
    Column("seq", sa.BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", String(80), nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("body", Text, nullable=False),
)
