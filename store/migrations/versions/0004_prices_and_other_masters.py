"""Price lists, contracts, ship-tos and other masters; a customer's ship-tos become records of their own"""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

import store.types

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

KEYS = {
    "ship_to": {"customer": 80, "code": 80},
    "customer_group": {"customer_group": 80},
    "price_list": {"price_list": 80},
    "part_price": {"price_list": 80, "part": 80},
    "contract": {"contract": 80},
    "payment_terms": {"payment_terms": 80},
    "carrier": {"carrier": 4},
    "site": {"site": 80},
    "unit_code": {"partner": 80, "code": 10},
}
"""The new tables: their key columns with the longest text of each."""


def _searched(table: str) -> list[sa.Column[str]]:
    """Columns that are searched besides the key."""
    if table == "customer_group":
        return [sa.Column("price_list", sa.String(80))]
    if table == "contract":
        return [sa.Column(name, sa.String(80), nullable=False) for name in ("customer", "price_list")]
    return []


def upgrade() -> None:
    """Move the schema forward."""
    for name, keys in KEYS.items():
        op.create_table(
            name,
            *(sa.Column(key, sa.String(length), nullable=False) for key, length in keys.items()),
            *_searched(name),
            sa.Column("record", store.types.JsonText(), nullable=False),
            sa.PrimaryKeyConstraint(*keys, name=op.f(f"pk_{name}")),
        )
    op.create_index(op.f("ix_contract_customer"), "contract", ["customer"])
    op.add_column("order_line", sa.Column("stock_quantity", store.types.ExactDecimal(length=40), nullable=True))
    customers, ship_tos = _records("customer", "customer"), _records("ship_to", "customer", "code")
    conn = op.get_bind()
    for name, record in conn.execute(sa.select(customers.c.customer, customers.c.record)).all():
        kept = json.loads(record)
        places = {place["code"]: place for place in kept.pop("ship_tos", ())}
        for code, place in places.items():
            moved = json.dumps({"customer": name, **place}, ensure_ascii=False)
            conn.execute(sa.insert(ship_tos).values(customer=name, code=code, record=moved))
        if places:
            _keep(conn, customers, name, kept)


def downgrade() -> None:
    """Move the schema back; prices and what else is new are lost."""
    customers, ship_tos = _records("customer", "customer"), _records("ship_to", "customer", "code")
    conn = op.get_bind()
    places: dict[str, list[dict[str, object]]] = {}
    for name, record in conn.execute(sa.select(ship_tos.c.customer, ship_tos.c.record)).all():
        place = json.loads(record)
        places.setdefault(name, []).append({key: place[key] for key in ("code", "name", "address")})
    for name, record in conn.execute(sa.select(customers.c.customer, customers.c.record)).all():
        kept = json.loads(record)
        for key in ("customer_group", "parent", "price_list", "site"):
            kept.pop(key, None)
        _keep(conn, customers, name, kept | ({"ship_tos": places[name]} if name in places else {}))
    op.drop_column("order_line", "stock_quantity")
    for name in KEYS:
        op.drop_table(name)


def _records(table: str, *keys: str) -> sa.TableClause:
    return sa.table(table, *map(sa.column, (*keys, "record")))


def _keep(conn: sa.Connection, customers: sa.TableClause, name: str, record: dict[str, object]) -> None:
    text = json.dumps(record, ensure_ascii=False)
    conn.execute(sa.update(customers).where(customers.c.customer == name).values(record=text))
