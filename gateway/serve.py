"""Serving the console: uvicorn in a thread of its own, so that the process keeps its own signals and its own end."""

from __future__ import annotations

import socket
import threading

import uvicorn

from gateway.console.app import create_app
from gateway.road import Road

ROLES = ("folders", "console", "relay", "printers")
"""What ``dockgate serve`` can do in one process."""
BACKLOG = 128
DRAIN_S = 3
LOOK_EVERY_S = 1.0


class ConsoleError(Exception):
    """The console cannot be served: the message says on which address, and why."""

    code = "console-error"
    retry = False


class ConsoleServer:
    """The console, serving from the moment this returns.

    Args:
        road: what it shows.
        host, port: where it listens; port 0 takes a free one.

    Raises:
        ConsoleError: the address cannot be listened on.
    """

    def __init__(self, road: Road, host: str, port: int) -> None:
        try:
            self._socket = socket.create_server((host, port), family=_family(host), backlog=BACKLOG)
        except OSError as error:
            raise ConsoleError(
                f"the console cannot listen on {host}:{port} ({error.strerror or error}): "
                "set [console] port in dockgate.toml, 0 takes a free one"
            ) from None
        name = f"[{host}]" if ":" in host else host
        self.url = f"http://{name}:{self._socket.getsockname()[1]}"
        config = uvicorn.Config(
            create_app(road),
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            lifespan="off",
            ws="none",
            timeout_graceful_shutdown=DRAIN_S,
        )
        self._server = uvicorn.Server(config)
        # In a thread of its own uvicorn leaves the process's signals alone.
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="console", daemon=True)
        self._thread.start()

    @property
    def is_serving(self) -> bool:
        return self._thread.is_alive()

    def stop(self) -> None:
        """Answer what was asked, then close."""
        self._server.should_exit = True
        self._thread.join(DRAIN_S + 2)
        self._socket.close()


def start_console(road: Road) -> ConsoleServer:
    """Serve the console beside other work, where the settings say.

    Raises:
        ConsoleError: the address cannot be listened on.
    """
    settings = road.settings.console
    return ConsoleServer(road, settings.host, settings.port)


def serve_console(road: Road, stopped: threading.Event) -> None:
    """Serve the console until the event is set.

    Raises:
        ConsoleError: the address cannot be listened on, or the server ended by itself.
    """
    server = start_console(road)
    try:
        while not stopped.wait(LOOK_EVERY_S):
            if not server.is_serving:
                raise ConsoleError(f"the console on {server.url} ended by itself: the log says why")
    finally:
        server.stop()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
