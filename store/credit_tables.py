"""The tables of credit: accounts, the policy's revisions, rates, and every decision. What orders put at risk stands in
:mod:`store.tables`, with the orders.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy import Column, Integer, String, Table, Text

from store.tables import KEY, metadata
from store.types import BigId, JsonText, UtcDateTime

credit_account = Table(
    "credit_account",
    metadata,
    Column("customer", KEY, primary_key=True),
    Column("parent", KEY, index=True),
    Column("record", JsonText, nullable=False),
)
credit_policy = Table(
    "credit_policy",
    metadata,
    Column("revision", Integer, primary_key=True, autoincrement=False),
    Column("toml", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(80), nullable=False),
)
exchange_rate = Table(
    "exchange_rate",
    metadata,
    Column("currency", String(3), primary_key=True),
    Column("base_currency", String(3), primary_key=True),
    Column("on", sa.Date, primary_key=True),
    Column("rate", String(40), nullable=False),
)
credit_decision = Table(
    "credit_decision",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("order_id", KEY, nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("stage", String(20), nullable=False),
    Column("state", String(20), nullable=False),
    Column("record", JsonText, nullable=False),
)
