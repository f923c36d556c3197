"""A private RabbitMQ: own node, ports, folders, cookie and epmd; the machine's broker is never touched."""

from __future__ import annotations

import contextlib
import itertools
import os
import secrets
import signal
import socket
import subprocess
import time
from collections import deque
from types import TracebackType
from typing import Self

from tests.lab.process import LOOPBACK, Nest, end, free_port, is_listening, kill, newest, wait_until

VHOSTS_AT_ONCE = 16
"""A call of rabbitmqctl costs a second whatever it does, so virtual hosts are made in batches."""


class PrivateRabbit:
    """One throw-away broker.

    >>> with PrivateRabbit() as rabbit:
    ...     url = rabbit.new_vhost()
    """

    def __init__(self, *, plugins: tuple[str, ...] = (), settings: str = "") -> None:
        self._sbin = newest("usr/lib/rabbitmq/lib/rabbitmq_server-*/sbin", "RabbitMQ", "rabbitmq-server")
        self._nest = Nest("rabbit")
        self.folder = self._nest.folder
        self.port, self._distribution_port, self._epmd_port, self.management_port = (free_port() for _ in range(4))
        self.node = f"dockgate_{os.getpid()}_{self.port}@localhost"
        self._server: subprocess.Popen[bytes] | None = None
        self._epmd: subprocess.Popen[bytes] | None = None
        self._names = itertools.count(1)
        self._fresh: deque[str] = deque()
        self._used: list[str] = []
        self._write_files(plugins, settings)

    def _write_files(self, plugins: tuple[str, ...], settings: str) -> None:
        lines = [
            f"listeners.tcp.1 = {LOOPBACK}:{self.port}",
            "log.console = true",
            "log.console.level = warning",
            "log.file = false",
            "vm_memory_high_watermark.absolute = 512MB",
            "disk_free_limit.absolute = 50MB",
            "default_user = test",
            "default_pass = test",
            "loopback_users = none",
        ]
        if "rabbitmq_management" in plugins:
            lines += [f"management.tcp.ip = {LOOPBACK}", f"management.tcp.port = {self.management_port}"]
        (self.folder / "rabbitmq.conf").write_text("\n".join([*lines, settings, ""]))
        (self.folder / "enabled_plugins").write_text(f"[{','.join(plugins)}].\n")
        (self.folder / "home").mkdir()
        cookie = self.folder / "home" / ".erlang.cookie"
        cookie.write_text(secrets.token_hex(12))
        cookie.chmod(0o400)
        folder = str(self.folder)
        self._env = {
            "HOME": f"{folder}/home",
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self._distribution_port),
            "RABBITMQ_CONF_ENV_FILE": os.devnull,  # /etc/rabbitmq/rabbitmq-env.conf is the other broker's
            "RABBITMQ_CONFIG_FILE": f"{folder}/rabbitmq",
            "RABBITMQ_ADVANCED_CONFIG_FILE": f"{folder}/advanced.config",
            "RABBITMQ_ENABLED_PLUGINS_FILE": f"{folder}/enabled_plugins",
            "RABBITMQ_MNESIA_BASE": f"{folder}/mnesia",
            "RABBITMQ_LOG_BASE": f"{folder}/log",
            "RABBITMQ_PID_FILE": f"{folder}/pid",
            "RABBITMQ_GENERATED_CONFIG_DIR": f"{folder}/schema",
            "ERL_EPMD_PORT": str(self._epmd_port),
            "ERL_EPMD_ADDRESS": LOOPBACK,
            "ERL_CRASH_DUMP_SECONDS": "0",
            # two schedulers that do not spin, and never a stray `epmd -daemon`
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +A 8 +sbwt none -start_epmd false"
            " -kernel inet_dist_use_interface {127,0,0,1}",
        }

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
        """The Erlang machine itself: with NOTIFY_SOCKET the start script replaces itself by it."""
        assert self._server, "the broker was never started"
        return self._server.pid

    def url(self, vhost: str = "/") -> str:
        return f"amqp://test:test@{LOOPBACK}:{self.port}/{vhost.replace('/', '%2F')}"

    def start(self, timeout_s: float = 60) -> None:
        """Start, or start again after :meth:`stop` or :meth:`kill`; returns when the node itself says it is ready."""
        if self._epmd is None or self._epmd.poll() is not None:
            command = ["epmd", "-port", str(self._epmd_port), "-address", LOOPBACK]
            self._epmd = self._nest.start(command, log="epmd.log", env=self._env)
            wait_until(lambda: is_listening(self._epmd_port), "epmd to listen")
        address = self.folder / "notify"
        address.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as notify:
            notify.bind(str(address))
            notify.settimeout(0.5)
            self._server = self._nest.start(
                [self._sbin / "rabbitmq-server"], log="console.log", env={**self._env, "NOTIFY_SOCKET": str(address)}
            )
            self._wait_for_ready(notify, timeout_s)

    def _wait_for_ready(self, notify: socket.socket, timeout_s: float) -> None:
        assert self._server
        give_up_at = time.monotonic() + timeout_s
        while time.monotonic() < give_up_at:
            if self._server.poll() is not None:
                raise RuntimeError(f"RabbitMQ ended at its start: {self._nest.log_tail('console.log')}")
            with contextlib.suppress(TimeoutError):
                if b"READY=1" in notify.recv(4096):
                    return
        raise TimeoutError(f"RabbitMQ was not ready in {timeout_s} s: {self._nest.log_tail('console.log')}")

    def stop(self) -> None:
        """Orderly stop; what is durable is there again after :meth:`start`."""
        assert self._server
        end(self._server)

    def kill(self) -> None:
        """kill -9."""
        assert self._server
        kill(self._server)

    def pause(self) -> None:
        """Alive but mute, as behind a cut line."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        os.kill(self.pid, signal.SIGCONT)

    def close(self) -> None:
        """End broker and epmd, and remove the folder."""
        self._nest.close()

    def control(self, *arguments: str, tool: str = "rabbitmqctl", timeout_s: float = 60) -> str:
        """What a RabbitMQ command line tool says."""
        run = subprocess.run(
            [self._sbin / tool, "-q", "-n", self.node, *arguments],
            env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8", **self._env},
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if run.returncode:
            raise RuntimeError(f"{tool} {' '.join(arguments)}: {run.stderr or run.stdout}")
        return run.stdout

    def new_vhost(self) -> str:
        """URL of a virtual host nobody has used, with full rights for the user in the URL."""
        if not self._fresh:
            self._renew_vhosts()
        name = self._fresh.popleft()
        self._used.append(name)
        return self.url(name)

    def _renew_vhosts(self) -> None:
        old = self._used[:-1]  # the last one may still be in use
        new = [f"t{next(self._names)}" for _ in range(VHOSTS_AT_ONCE)]
        steps = [f'rabbit_vhost:delete(<<"{name}">>, <<"lab">>)' for name in old]
        for name in new:
            steps.append(f'rabbit_vhost:add(<<"{name}">>, <<"lab">>)')
            everything = ", ".join(['<<".*">>'] * 3)
            steps.append(
                f'rabbit_auth_backend_internal:set_permissions(<<"test">>, <<"{name}">>, {everything}, <<"lab">>)'
            )
        self.control("eval", ", ".join([*steps, "ok."]))
        self._used = self._used[-1:]
        self._fresh.extend(new)
