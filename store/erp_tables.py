"""Tables of what other programs are told: the feed of changes, webhooks, and who is fed with orders."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, Text

from store.tables import KEY, metadata
from store.types import BigId, JsonText, UtcDateTime

order_change = Table(
    "order_change",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("position", BigInteger, unique=True),
    Column("order_id", KEY, nullable=False),
    Column("order_number", String(30), nullable=False),
    Column("version", Integer, nullable=False),
    Column("what", String(60), nullable=False),
    Column("note", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
_is_new = order_change.c.position.is_(None)
Index("ix_order_change_new", order_change.c.id, postgresql_where=_is_new, sqlite_where=_is_new)

webhook = Table(
    "webhook",
    metadata,
    Column("webhook_id", KEY, primary_key=True),
    Column("url", String(500), nullable=False),
    Column("events", JsonText, nullable=False),
    Column("secret", String(100), nullable=False),
    Column("old_secret", String(100)),
    Column("old_until", UtcDateTime),
    Column("added_at", UtcDateTime, nullable=False),
    Column("added_by", String(80), nullable=False),
)
fed_partner = Table(
    "fed_partner",
    metadata,
    Column("partner", ForeignKey("partner.partner"), primary_key=True),
)
