"""A small HTTP server around one shop: what it was asked, what it says, and the trouble a test makes it have."""

from __future__ import annotations

import contextlib
import json
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request; names of headers are in lower case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Said:
    """One answer."""

    status: int
    data: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Shop(ABC):
    """What all private shops have: where they are, what they were asked, and trouble on demand."""

    url: str = ""
    asked: list[Asked] = field(default_factory=list)
    trouble: Callable[[Asked], Said | None] = field(default=lambda asked: None)
    """Says something else than the shop would; None leaves it to the shop."""
    lost: Callable[[Asked], bool] = field(default=lambda asked: False)
    """Whether the shop does what it is asked, and its answer is lost on the way."""

    @abstractmethod
    def answer(self, asked: Asked) -> Said:
        """What the shop says."""

    def changes(self) -> list[Asked]:
        """What it was asked that is not just a question."""
        return [one for one in self.asked if one.method != "GET"]


@contextlib.contextmanager
def serving(shop: Shop) -> Iterator[None]:
    """Serve a shop for the time of a test."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, unquote(address.path), parse_qs(address.query), headers, body)
            shop.asked.append(asked)
            said = shop.trouble(asked) or shop.answer(asked)
            if shop.lost(asked):
                self.close_connection = True
                return
            text = json.dumps(said.data).encode()
            with contextlib.suppress(OSError):
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

        def do_POST(self) -> None:
            self.do_GET()

        def do_PUT(self) -> None:
            self.do_GET()

        def log_message(self, *_: object) -> None:
            """Nothing: tests look at what was asked."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    shop.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
