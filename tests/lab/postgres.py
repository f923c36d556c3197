"""A private PostgreSQL: own cluster, port and folder; the machine's database is never touched."""

from __future__ import annotations

import itertools
import os
import pwd
import signal
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Self

from sqlalchemy import create_engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from tests.lab.process import LOOPBACK, Nest, end, free_port, kill, newest, wait_until

OWNER = "postgres"


class PrivatePostgres:
    """One throw-away cluster. ``durable=True`` keeps fsync on, for tests that kill it.

    >>> with PrivatePostgres() as postgres:
    ...     url = postgres.new_database()
    """

    def __init__(self, *, durable: bool = False, settings: str = "") -> None:
        self._bin = newest("usr/lib/postgresql/*/bin/postgres", "PostgreSQL", "postgresql").parent
        self._user = OWNER if os.getuid() == 0 else None  # postgres refuses to run as root
        self._nest = Nest("postgres")
        self.folder = self._nest.folder
        self.port = free_port()
        self._names = itertools.count(1)
        self._server: subprocess.Popen[bytes] | None = None
        if self._user:
            owner = pwd.getpwnam(self._user)
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        self._settings = self._settings_file(durable) + settings + "\n"

    def _settings_file(self, durable: bool) -> str:
        on = "on" if durable else "off"
        return f"""
port = {self.port}
listen_addresses = '{LOOPBACK}'
unix_socket_directories = '{self.folder}'
max_connections = 100
shared_buffers = 64MB
logging_collector = off
log_min_messages = warning
fsync = {on}
synchronous_commit = {on}
full_page_writes = {on}
jit = off
"""

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, problem: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """The postmaster."""
        assert self._server, "the database was never started"
        return self._server.pid

    def url(self, database: str = "postgres") -> str:
        return f"postgresql+psycopg2://{OWNER}@{LOOPBACK}:{self.port}/{database}"

    def start(self, timeout_s: float = 60) -> None:
        """Start, or start again after :meth:`stop` or :meth:`kill`; returns when it takes a connection."""
        if not (self.folder / "data" / "PG_VERSION").exists():
            self._make_cluster()
        command: list[str | Path] = [self._bin / "postgres", "-D", self.folder / "data"]
        self._server = self._nest.start(command, log="postgres.log", env={"HOME": str(self.folder)}, user=self._user)
        wait_until(self._answers, "PostgreSQL to take a connection", timeout_s)

    def _make_cluster(self) -> None:
        options = ["-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-instructions", "--no-sync"]
        command: list[str | Path] = [self._bin / "initdb", "-D", self.folder / "data", *options]
        making = self._nest.start(command, log="initdb.log", env={"HOME": str(self.folder)}, user=self._user)
        if making.wait(60):
            raise RuntimeError(f"initdb failed: {self._nest.log_tail('initdb.log')}")
        with (self.folder / "data" / "postgresql.auto.conf").open("a") as file:
            file.write(self._settings)

    def _answers(self) -> bool:
        assert self._server
        if self._server.poll() is not None:
            raise RuntimeError(f"PostgreSQL ended at its start: {self._nest.log_tail('postgres.log')}")
        try:
            self._administer("select 1")
        except OperationalError:
            return False
        return True

    def _administer(self, statement: str) -> None:
        engine = create_engine(self.url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement))

    def stop(self) -> None:
        """Fast orderly stop: open transactions are rolled back."""
        assert self._server
        end(self._server, signal.SIGINT)

    def kill(self) -> None:
        """kill -9 of postmaster and backends, as a power cut; the next start recovers from the log."""
        assert self._server
        kill(self._server)

    def pause(self) -> None:
        """The postmaster takes no new connection; those that are open go on."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """End the server and remove its folder."""
        if self._server:
            self.stop()
        self._nest.close()

    def new_database(self) -> str:
        """URL of a new, empty database."""
        name = f"t{next(self._names)}"
        self._administer(f"create database {name} template template0")
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Drop one made by :meth:`new_database`, whoever is still connected."""
        self._administer(f"drop database {url.rsplit('/', 1)[1]} with (force)")
