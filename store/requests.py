"""Requests of programs take effect once: the key a program gave, what it asked for, which order it changed."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from store.database import Connection, insert_new
from store.errors import Conflict, StoreError
from store.tables import api_request


class KeyReused(StoreError):
    """An Idempotency-Key stands for one request only; this one came with another before. Take a new key."""

    code = "key-reused"


def order_of(conn: Connection, key: str, what: str) -> str | None:
    """The order a request changed when it came before; None when it is new.

    Raises:
        KeyReused: the key came with another request.
    """
    row = conn.execute(sa.select(api_request.c.what, api_request.c.order_id).where(api_request.c.key == key)).first()
    if row is None:
        return None
    if row.what != what:
        raise KeyReused(
            f"Idempotency-Key {key!r} was used for another request before: take a new one for a new request"
        )
    return str(row.order_id)


def note(conn: Connection, key: str, what: str, order_id: str, at: datetime) -> None:
    """Write down what a request changed, in the transaction that changes it.

    Raises:
        Conflict: the same request is being done at this moment.
    """
    if not insert_new(conn, api_request, {"key": key, "what": what, "order_id": order_id, "at": at}):
        raise Conflict(f"a request with Idempotency-Key {key!r} was done a moment ago: ask again")
