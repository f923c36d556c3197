"""The gate in front of every route: right host, no orders from other sites, small bodies, security headers on all.

There is no login yet, so the console must not be reachable through somebody's browser by the back door: a page of
another site may neither post here (Sec-Fetch-Site, Origin) nor rename itself to this machine (Host).
"""

from __future__ import annotations

import ipaddress
import logging
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

API = "/api/"
MAX_BODY_BYTES = 64 * 1024
"""Far more than any form or API body of ours, but for whole orders and lists of masters."""
LARGE = ("/api/v1/orders", "/api/v1/masters")
MAX_LARGE_BODY_BYTES = 64 * 1024 * 1024
"""An order of ten thousand lines with five deliveries each has about 20 MB."""
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; object-src 'none'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "Cache-Control": "no-store",
}

log = logging.getLogger("dockgate.console")


class Guard:
    """ASGI middleware around the whole console.

    Args:
        app: what it guards.
        host: the address or name the console listens on; besides it the machine's own name, ``localhost`` and bare
            addresses are answered.
    """

    def __init__(self, app: ASGIApp, host: str) -> None:
        self._app = app
        self._names = frozenset({"localhost", socket.gethostname().lower(), host.lower()})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_started = False

        async def send_guarded(message: Message) -> None:
            nonlocal is_started
            if message["type"] == "http.response.start":
                is_started = True
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refusal(scope)
        if refused is not None:
            await refused(scope, receive, send_guarded)
            return
        try:
            await self._app(scope, _limited(receive, _limit(scope)), send_guarded)
        except _TooLarge:
            if is_started:
                raise
            await _too_large(scope)(scope, receive, send_guarded)
        except Exception:
            log.exception("a page of the console failed", extra={"path": scope["path"]})
            if is_started:
                raise
            told = "this did not work, and it is our fault: the log says why"
            await refusal(scope, 500, "internal-error", told)(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not self._is_our_name(headers.get("host", "")):
            return refusal(scope, 421, "unknown-host", "the console does not answer to this host name")
        if "\0" in scope["path"] or b"%00" in scope["query_string"]:
            return refusal(scope, 400, "bad-request", "a NUL character has no place here")
        if scope["method"] not in SAFE_METHODS and not is_from_our_pages(scope["path"], headers):
            log.warning("refused a request from another site", extra={"path": scope["path"]})
            return refusal(scope, 403, "cross-site", "this request did not come from a page of the console")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _limit(scope):
            return _too_large(scope)
        return None

    def _is_our_name(self, host: str) -> bool:
        try:
            name = urlsplit(f"//{host}").hostname or ""
            if name in self._names:
                return True
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True


def is_from_our_pages(path: str, headers: Headers) -> bool:
    """Whether a changing request comes from the console itself, or from a program that is no browser.

    Browsers say where a request comes from; a program says nothing, brings no cookie, and may use the API only.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != headers.get("host"):
        return False
    if site is not None:
        return site == "same-origin"
    return origin is not None or (path.startswith(API) and "cookie" not in headers)


def refusal(scope: Scope, status: int, code: str, message: str) -> Response:
    """A short answer in the form the caller reads: JSON under ``/api/``, else plain text."""
    if scope["path"].startswith(API):
        return JSONResponse({"code": code, "message": message}, status)
    return PlainTextResponse(f"{message}\n", status)


class _TooLarge(HTTPException):
    """More bytes came than were announced or are allowed. A kind of HTTPException: FastAPI lets those pass."""


def _too_large(scope: Scope) -> Response:
    return refusal(scope, 413, "too-large", f"a request may have {_limit(scope)} bytes at most")


def _limit(scope: Scope) -> int:
    return MAX_LARGE_BODY_BYTES if scope["path"].startswith(LARGE) else MAX_BODY_BYTES


def _limited(receive: Receive, limit: int) -> Receive:
    taken = 0

    async def receive_limited() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > limit:
            raise _TooLarge(413, "the body went on and on")
        return message

    return receive_limited
