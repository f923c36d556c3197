"""One door to SQLite and PostgreSQL: ``read()`` and ``write()`` hand out a connection inside a transaction.

SQLite (the embedded default) runs in WAL mode with ``synchronous=FULL``, because an acknowledgment goes out on the
strength of a commit. All writing in a process goes through one connection and takes its lock at BEGIN, so that no
transaction is refused half-way; readers may not write and never checkpoint.

A commit that published work rings a bell that waiting consumers hear: within the process on SQLite, by LISTEN/NOTIFY on
PostgreSQL, where the consumer may sit in another process.
"""

from __future__ import annotations

import contextlib
import functools
import io
import json
import select
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeEngine

from store.errors import StoreUnavailable

__all__ = ["Connection", "Database", "insert_many", "insert_new"]

CHANNEL = "dockgate_work"
BUSY_TIMEOUT_S = 30
POOL_SIZE = 8
POOL_OVERFLOW = 24
_RINGS = "dockgate.rings"
_A_HEAP = 8
"""From so many rows on they go to PostgreSQL as one."""


class Bell:
    """Tells waiting threads that there may be work. A ring between two waits is not lost."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._rung = 0

    def ring(self) -> None:
        with self._condition:
            self._rung += 1
            self._condition.notify_all()

    def heard(self) -> int:
        """How often it has rung; hand it to :meth:`wait` to hear the next one."""
        with self._condition:
            return self._rung

    def wait(self, heard: int, timeout_s: float) -> bool:
        """Wait for a ring after ``heard``; False when the time ran out."""
        with self._condition:
            return self._condition.wait_for(lambda: self._rung != heard, timeout_s)


class Database:
    """The box's database.

    Args:
        url: ``sqlite:////path/to/box.db`` or ``postgresql+psycopg2://user@host/name``.
    """

    def __init__(self, url: str) -> None:
        self.url = sa.engine.make_url(url)
        self.is_postgresql = self.url.get_backend_name() == "postgresql"
        self.bell = Bell()
        self._listener: threading.Thread | None = None
        self._closing = threading.Event()
        self._write_lock = contextlib.nullcontext() if self.is_postgresql else threading.RLock()
        if self.is_postgresql:
            self._writer = sa.create_engine(
                self.url,
                pool_pre_ping=True,
                pool_size=POOL_SIZE,
                max_overflow=POOL_OVERFLOW,
                executemany_mode="values_plus_batch",
            )
            self._reader: Engine = self._writer.execution_options(postgresql_readonly=True)
        else:
            self._writer = _sqlite_engine(self.url, is_writer=True)
            self._reader = _sqlite_engine(self.url, is_writer=False)

    @property
    def engine(self) -> Engine:
        """The engine that may write; migrations run on it."""
        return self._writer

    @contextlib.contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection inside a transaction that sees one state of the database and is rolled back at the end.

        Raises:
            StoreUnavailable: the database does not answer.
        """
        with _outages_told(), self._reader.connect() as conn:
            yield conn

    @contextlib.contextmanager
    def write(self) -> Iterator[Connection]:
        """A connection inside a transaction that is committed at the end, or rolled back when an exception passes.

        Raises:
            StoreUnavailable: the database does not answer, or is locked for longer than 30 s.
        """
        with _outages_told(), self._write_lock, self._writer.begin() as conn:
            yield conn
            rings = conn.info.pop(_RINGS, False)
            if rings and self.is_postgresql:
                conn.execute(sa.select(sa.func.pg_notify(CHANNEL, "")))
        if rings:
            self.bell.ring()

    @staticmethod
    def announce(conn: Connection) -> None:
        """Ring the bell when this transaction commits."""
        conn.info[_RINGS] = True

    def listen(self) -> None:
        """Hear bells rung by other processes too (PostgreSQL; on SQLite consumers look again every moment anyway)."""
        if self.is_postgresql and self._listener is None:
            self._listener = threading.Thread(target=self._hear, name="database-listener", daemon=True)
            self._listener.start()

    def _hear(self) -> None:
        while not self._closing.is_set():
            try:
                with contextlib.closing(self._writer.raw_connection()) as proxy:
                    raw: Any = proxy.driver_connection
                    raw.autocommit = True
                    raw.cursor().execute(f"LISTEN {CHANNEL}")
                    self.bell.ring()
                    while not self._closing.is_set():
                        if select.select([raw], [], [], 0.5)[0]:
                            raw.poll()
                            raw.notifies.clear()
                            self.bell.ring()
            except (sa.exc.SQLAlchemyError, OSError, self._driver_error):
                self._closing.wait(0.5)

    @property
    def _driver_error(self) -> type[Exception]:
        return self._writer.dialect.loaded_dbapi.Error

    def close(self) -> None:
        """Let go of every connection."""
        self._closing.set()
        if self._listener is not None:
            self._listener.join(5)
        self._writer.dispose()
        self._reader.dispose()


def insert_new(
    conn: Connection, table: sa.Table, *rows: dict[str, Any], returning: sa.Column[Any] | None = None
) -> list[Any]:
    """Insert the rows that are not there yet, in one statement; a repeat is not an error.

    Returns:
        Of each row inserted the ``returning`` column, else the first column of the primary key; in no order.
    """
    if not rows:
        return []
    column = next(iter(table.primary_key.columns)) if returning is None else returning
    if conn.dialect.name == "postgresql" and len(rows) >= _A_HEAP:
        heap = {"rows": _recordset(conn, table, rows)}
        return list(conn.execute(_insert_heap(table, column, tuple(rows[0])), heap).scalars())
    statement = _insert_new(table, column, conn.dialect.name == "postgresql")
    return list(conn.execute(statement, list(rows)).scalars())


def insert_many(conn: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that are new for certain. PostgreSQL takes them as a COPY, several times as fast as an INSERT.

    Args:
        rows: all with the same columns.
    """
    if not rows:
        return
    if conn.dialect.name != "postgresql":
        conn.execute(sa.insert(table), list(rows))
        return
    names = list(rows[0])
    texts = [_texts([row[name] for row in rows], table.c[name].type, conn.dialect) for name in names]
    lines = "\n".join([*map("\t".join, zip(*texts, strict=True)), ""])
    quote: Any = conn.dialect.identifier_preparer
    columns = ", ".join(quote.format_column(table.c[name]) for name in names)
    raw: Any = conn.connection.driver_connection
    codec = conn.dialect.loaded_dbapi.extensions.encodings[raw.encoding]
    encoded = io.BytesIO(lines.encode(codec))  # a StringIO would take four bytes for each letter
    with raw.cursor() as cursor:
        cursor.copy_expert(f"COPY {quote.format_table(table)} ({columns}) FROM STDIN", encoded)


def _texts(values: list[Any], kind: TypeEngine[Any], dialect: sa.Dialect) -> list[str]:
    """A column's values as they stand in the text of a COPY."""
    values = _bound(values, kind, dialect)
    words = "".join([value for value in values if isinstance(value, str)])
    if any(mark in words for mark in "\\\t\n\r"):
        return ["\\N" if value is None else _escaped(str(value)) for value in values]
    return ["\\N" if value is None else str(value) for value in values]


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _bound(values: list[Any], kind: TypeEngine[Any], dialect: sa.Dialect) -> list[Any]:
    """A column's values as the driver takes them."""
    convert: Callable[[Any], Any] | None = kind.dialect_impl(dialect).bind_processor(dialect)
    return [convert(value) for value in values] if convert else values


def _recordset(conn: Connection, table: sa.Table, rows: Sequence[dict[str, Any]]) -> str:
    """Rows as one JSON text: a single parameter costs the driver a fraction of what one for each value does."""
    names = list(rows[0])
    columns = [_bound([row[name] for row in rows], table.c[name].type, conn.dialect) for name in names]
    return json.dumps([dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)], default=str)


@functools.cache
def _insert_heap(table: sa.Table, returning: sa.Column[Any], names: tuple[str, ...]) -> Any:
    """As :func:`_insert_new` from a :func:`_recordset`. Its names are those of our own schema, quoted."""
    quote: Any = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
    into, columns = quote.format_table(table), ", ".join(quote.format_column(table.c[name]) for name in names)
    rows = f"SELECT {columns} FROM json_populate_recordset(NULL::{into}, :rows)"  # noqa: S608
    done = f"ON CONFLICT DO NOTHING RETURNING {quote.format_column(returning)}"
    return sa.text(f"INSERT INTO {into} ({columns}) {rows} {done}").columns(returning)


@functools.cache
def _insert_new(table: sa.Table, returning: sa.Column[Any], is_postgresql: bool) -> Any:
    """Built once for each table: most statements of the road are of this kind."""
    if is_postgresql:
        return postgresql.insert(table).on_conflict_do_nothing().returning(returning)
    return sqlite.insert(table).on_conflict_do_nothing().returning(returning)


@contextlib.contextmanager
def _outages_told() -> Iterator[None]:
    try:
        yield
    except (sa.exc.OperationalError, sa.exc.InterfaceError) as error:
        if isinstance(error, sa.exc.OperationalError) and not _is_outage(error):
            raise
        raise StoreUnavailable(f"the database does not answer: {error.orig}") from error
    except sa.exc.TimeoutError as error:
        raise StoreUnavailable(f"no database connection is free: {error}") from error


def _is_outage(error: sa.exc.OperationalError) -> bool:
    if error.connection_invalidated:
        return True
    text = str(error.orig).lower()
    return any(word in text for word in ("connect", "closed", "locked", "shutting down", "starting up", "terminating"))


def _sqlite_engine(url: sa.URL, *, is_writer: bool) -> Engine:
    engine = sa.create_engine(
        url,
        poolclass=QueuePool,
        pool_size=1 if is_writer else POOL_SIZE,
        max_overflow=0 if is_writer else POOL_OVERFLOW,
        connect_args={"timeout": BUSY_TIMEOUT_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _set_up(raw: Any, _record: Any) -> None:
        raw.isolation_level = None  # we say BEGIN ourselves
        cursor = raw.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_S * 1000}")
        if not is_writer:
            cursor.execute("PRAGMA query_only=ON")
            cursor.execute("PRAGMA wal_autocheckpoint=0")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        # A transaction that first reads and then writes is refused at once when another wrote meanwhile, whatever the
        # timeout; taking the lock at BEGIN waits for it instead.
        conn.exec_driver_sql("BEGIN IMMEDIATE" if is_writer else "BEGIN")

    return engine
