"""Gap-free counters: control numbers per partner and direction, taken in the transaction that uses them.

A counter is a row; taking a number locks it until commit, so a rolled-back transaction gives its number back.
"""

from __future__ import annotations

import sqlalchemy as sa

from store.database import Connection, insert_new
from store.tables import counter

HIGHEST_CONTROL_NUMBER = 999_999_999
"""Interchange control numbers have nine digits and start again at 1 (X12 ISA13)."""


def next_number(conn: Connection, name: str, highest: int = HIGHEST_CONTROL_NUMBER) -> int:
    """The next number of a counter, from 1; after ``highest`` it starts again at 1.

    Args:
        name: what is counted, e.g. ``interchange/out/acme``.
    """
    insert_new(conn, counter, {"name": name, "value": 0})
    following = sa.case((counter.c.value >= highest, 1), else_=counter.c.value + 1)
    taken = sa.update(counter).where(counter.c.name == name).values(value=following).returning(counter.c.value)
    return int(conn.execute(taken).scalar_one())
