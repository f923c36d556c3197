"""What people look at is read from indexes, so that it stays fast when there are very many orders; PostgreSQL only."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from store.database import Connection, Database
from store.schema import migrate
from tests.many_orders import fill, looks

COUNT = 3_000
DOCS = Path(__file__).parents[2] / "docs" / "queries.md"


@pytest.fixture
def many(postgres_url: str) -> Iterator[Database]:
    database = Database(postgres_url)
    migrate(database)
    with database.write() as conn:
        fill(conn, COUNT)
        conn.execute(sa.text("ANALYZE"))
    yield database
    database.close()


def plans_of(database: Database) -> dict[str, str]:
    """The plan of each look, with whole tables read only where there is no other way."""
    statements: list[tuple[str, Any]] = []

    def note(conn: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        if statement.lstrip().startswith("SELECT"):
            statements.append((statement, parameters))

    plans: dict[str, str] = {}
    for name, look in looks(random.Random(7), COUNT).items():
        with database.read() as conn:
            conn.execute(sa.text("SET LOCAL enable_seqscan = off"))
            statements.clear()
            sa.event.listen(conn, "before_cursor_execute", note)
            look(conn)
            asked = list(statements)
            for statement, parameters in asked:
                rows = conn.exec_driver_sql(f"EXPLAIN {statement}", parameters)
                plans[name] = plans.get(name, "") + "\n".join(row[0] for row in rows)
    return plans


def test_no_look_reads_a_whole_table_of_orders(many: Database) -> None:
    plans = plans_of(many)
    read_whole = {
        name: plan for name, plan in plans.items() if re.search(r"Seq Scan on (sales_order|order_line|hold)", plan)
    }
    assert read_whole == {}


def test_the_documentation_names_the_indexes_that_are_used(many: Database) -> None:
    documented = dict(re.findall(r"^\| ([\w -]+?) \| ((?:`\w+`(?:, )?)+) \|", DOCS.read_text(), re.MULTILINE))
    for name, plan in plans_of(many).items():
        for index in re.findall(r"`(\w+)`", documented[name]):
            assert index in plan, f"{name}: the plan has no {index}\n{plan}"
