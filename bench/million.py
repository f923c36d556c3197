"""A million orders in PostgreSQL: how long what people look at takes then, as the 95th percentile of many looks.

The orders are made by the database itself: five lines each, two thousand customers, the states a busy year leaves
behind. What is asked for differs from look to look, and nothing is asked twice.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

import sqlalchemy as sa

from bench.results import Entry, entry, percentile
from store.database import Connection, Database
from store.schema import migrate
from tests.lab.postgres import PrivatePostgres
from tests.many_orders import fill, looks

ORDERS = 1_000_000
LOOKS = 60


def measure() -> list[Entry]:
    """Milliseconds, 95th percentile, of each look at a million orders."""
    with PrivatePostgres(durable=False) as postgres:
        database = Database(postgres.new_database())
        migrate(database)
        with database.write() as conn:
            fill(conn, ORDERS)
        with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as conn:
            conn.execute(sa.text("VACUUM ANALYZE"))
        chance = random.Random(7)
        found = [
            entry(f"orders.million.{name.replace(' ', '-')}", _p95(partial(_look, database, look)), "ms", LOOKS)
            for name, look in looks(chance, ORDERS).items()
        ]
        database.close()
    return found


def _look(database: Database, look: Callable[[Connection], object]) -> float:
    with database.read() as conn:
        began = time.perf_counter()
        look(conn)
        return (time.perf_counter() - began) * 1000


def _p95(look: Callable[[], float]) -> float:
    look()  # the first finds everything cold
    return percentile([look() for _ in range(LOOKS)], 95)
