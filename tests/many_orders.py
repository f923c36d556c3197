"""Very many orders, made by PostgreSQL itself, and what people look at among them."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from orders.values import HoldKind
from store import credit, orders
from store.database import Connection

CUSTOMERS = 2_000
PARTS = 20_000
PAGE = 51
HORIZON = date(2026, 2, 10)

FILL = """
INSERT INTO sales_order (order_id, order_number, idempotency_key, partner, customer, customer_po_number, order_state,
    credit_state, fulfilment_state, version, revision, currency, grand_total, dock_release, line_count, received_at,
    open_amount, open_latest, open_dated, control)
SELECT lpad(to_hex(n), 32, '0'), 'SO-' || 100000 + n, 'p' || n % 200 || '|PO-' || n, 'p' || n % 200,
    'C-' || n % :customers, 'PO-' || 7000000 + n,
    CASE WHEN n % 1000 < 3 THEN 'in credit' WHEN n % 1000 < 6 THEN 'in review' WHEN n % 100 < 2 THEN 'released'
        ELSE 'closed' END,
    'ok', CASE WHEN n % 100 < 2 THEN 'printed' ELSE 'shipped' END, 1, 1, 'USD', 100 + n % 900, 1, 5,
    timestamptz '2026-01-01' + n * interval '20 seconds',
    CASE WHEN n % 100 < 2 THEN 100 + n % 900 END, CASE WHEN n % 100 = 1 THEN date '2026-01-01' + n % 90 END,
    CASE WHEN n % 100 = 1 THEN '{"2026-01-01":"10.50"}' END, '{}'
FROM generate_series(1, :orders) AS n;
INSERT INTO order_line (order_id, line_no, part, description, quantity, uom, unit_price, extended_price)
SELECT lpad(to_hex(n), 32, '0'), line, 'WG-' || (n * 7 + line * 131) % :parts, 'Widget', 10, 'EA', 9.25, 92.5
FROM generate_series(1, :orders) AS n, generate_series(1, 5) AS line;
INSERT INTO hold (hold_id, order_id, kind, rule, set_at, record)
SELECT 'H-' || n, lpad(to_hex(n), 32, '0'), CASE WHEN n % 1000 < 3 THEN 'credit' ELSE 'review' END, 'C1',
    timestamptz '2026-01-01' + n * interval '20 seconds', '{}'
FROM generate_series(1, :orders) AS n WHERE n % 1000 < 6;
"""


def fill(conn: Connection, count: int) -> None:
    """So many orders, their lines and holds."""
    for statement in FILL.strip().split(";"):
        if statement.strip():
            conn.execute(sa.text(statement), {"orders": count, "customers": CUSTOMERS, "parts": PARTS})


def looks(chance: random.Random, count: int) -> dict[str, Callable[[Connection], object]]:
    """What people look at, each asked of something drawn anew."""

    def order_id() -> str:
        return f"{chance.randrange(1, count):032x}"

    return {
        "newest": lambda conn: orders.listed(conn, limit=PAGE),
        "deep page": lambda conn: orders.listed(conn, before=order_id(), limit=PAGE),
        "of a state": lambda conn: orders.listed(conn, state="in review", before=order_id(), limit=PAGE),
        "of a partner": lambda conn: orders.listed(conn, partner=f"p{chance.randrange(200)}", limit=PAGE),
        "by PO": lambda conn: orders.listed(conn, search=f"PO-{7_000_000 + chance.randrange(1, count)}", limit=PAGE),
        "by a part of a PO": lambda conn: orders.listed(conn, search=f"{chance.randrange(10_000, 99_999)}", limit=PAGE),
        "by part": lambda conn: orders.listed(conn, search=f"WG-{chance.randrange(PARTS)}", limit=PAGE),
        "by customer": lambda conn: orders.listed(conn, search=f"C-{chance.randrange(CUSTOMERS)}", limit=PAGE),
        "of nobody": lambda conn: orders.listed(conn, search=f"no such {chance.random()}", limit=PAGE),
        "held": lambda conn: orders.listed(conn, held=chance.choice(list(HoldKind)), limit=PAGE),
        "counts": orders.counts,
        "open holds": orders.open_hold_counts,
        "exposure": lambda conn: credit.open_orders(conn, [f"C-{chance.randrange(CUSTOMERS)}"], None),
        "exposure to a day": lambda conn: credit.open_orders(conn, [f"C-{chance.randrange(CUSTOMERS)}"], HORIZON),
        "held of a customer": lambda conn: credit.held_orders(conn, [f"C-{chance.randrange(CUSTOMERS)}"]),
    }
