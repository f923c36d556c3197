"""Calls of a store's API: who we are, how fast we may, and what its answers mean, the same for every store.

A call goes the way of all outbound HTTP (:mod:`gateway.net`). What a store says is one of four things: done, *later*
(429 and its like: nobody calls it before the time it names), *away* (5xx or no answer: tried again), or *no* (a person
looks). Numbers in its JSON are read as Decimal and int; ids of more than 53 bits stay exact.
"""

from __future__ import annotations

import base64
import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode

from uuid_utils.compat import uuid4

from gateway import net
from gateway.settings import OutboundSettings
from partners.partner import Storefront

ANSWER_BYTES = 8 << 20
"""The most that is read of an answer: an order of some thousand lines."""
STEP_S = 40.0
"""Seconds all calls of one step may take together: a worker's lease on its message lasts 60."""
LATER_S = 30.0
"""How long a store that says "later" is left alone when it does not say how long."""
LONGEST_WAIT_S = 3600.0
EARLY_S = 60.0
"""A token is renewed so long before its end."""


_HEADERS = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "Dockgate"}


class StorefrontError(Exception):
    """A store could not be told something. The message says which store, what it answered, and what to do."""

    code = "storefront-error"
    retry = False


class StorefrontRefused(StorefrontError):
    """The store understood and says no: mend what it complains of, in the order or in the store, then replay."""

    code = "storefront-refused"


class StorefrontDenied(StorefrontError):
    """The store does not take our account or secret: give it the right one, then replay."""

    code = "storefront-denied"


class StorefrontAway(StorefrontError):
    """The store cannot answer now; it is tried again."""

    code = "storefront-away"
    retry = True


class StorefrontBusy(StorefrontError):
    """The store asks to be called later: its limit of calls is used up. It is called again after that time.

    ``after_s`` is in seconds.
    """

    code = "storefront-busy"
    retry = True

    def __init__(self, message: str, after_s: float) -> None:
        super().__init__(message)
        self.after_s = after_s


@dataclass(frozen=True)
class Answer:
    """What a store answered: its JSON as Python values, or None when it is none."""

    status: int
    data: Any
    headers: Mapping[str, str]


@dataclass
class Memory:
    """What all threads of a process remember of stores between calls: tokens, and who wants to be let alone."""

    clock: Callable[[], datetime]
    tokens: dict[tuple[str, str], tuple[str, datetime]] = field(default_factory=dict)
    """Each with the time it is to be renewed at."""
    quiet_until: dict[tuple[str, str], datetime] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)


class Line:
    """The line to one store for the time of one step.

    Args:
        name: the partner, for messages.
        storefront: where it is and who we are there.
        secret: the secret half of who we are.
        outbound: how calls are made.
        memory: what is remembered between calls.
    """

    def __init__(
        self, name: str, storefront: Storefront, secret: str, outbound: OutboundSettings, memory: Memory
    ) -> None:
        self.name = name
        self.storefront = storefront
        self.secret = secret
        self._outbound = outbound
        self._memory = memory
        self._key = (storefront.url, storefront.account)
        self._ends = time.monotonic() + STEP_S
        self._is_token_proven = self._key in memory.tokens

    def call(
        self,
        method: str,
        path: str,
        *,
        json_body: Any = None,
        form: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the store; an answer with status 2xx or 404.

        Args:
            path: behind the store's address, with its slash.
            json_body: sent as JSON, or ``form`` as a form.

        Raises:
            StorefrontBusy, StorefrontAway, StorefrontDenied, StorefrontRefused: see the classes.
            NetError: see :func:`gateway.net.call`.
        """
        self._ask_leave()
        sent = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "User-Agent": "Dockgate",
            **(headers or {}),
        }
        body = b""
        if json_body is not None:
            body, sent["Content-Type"] = json.dumps(json_body).encode(), "application/json"
        elif form is not None:
            body, sent["Content-Type"] = urlencode(form).encode(), "application/x-www-form-urlencoded"
        request = net.Request(method, self.storefront.url.rstrip("/") + path, body, sent)
        left_s = self._ends - time.monotonic()
        if left_s <= 0:
            raise StorefrontAway(f"{self.name}: the store is too slow, {STEP_S:g} s were not enough for all calls")
        timeout_s = min(self._outbound.timeout_s, left_s)
        reply = net.call(request, self._outbound.allow, timeout_s, self._outbound.ca_file, ANSWER_BYTES)
        return self._understood(request, reply)

    def token(self, ask: Callable[[], tuple[str, float]]) -> str:
        """The token we have, or a new one: ``ask`` gives it with the seconds it is good for."""
        with self._memory.lock:
            token, renewed_at = self._memory.tokens.get(self._key, ("", None))
        if renewed_at and renewed_at > self._memory.clock():
            return token
        token, good_s = ask()
        self._is_token_proven = False
        with self._memory.lock:
            renewed_at = self._memory.clock() + timedelta(seconds=max(0.0, good_s - EARLY_S))
            self._memory.tokens[self._key] = (token, renewed_at)
        return token

    def later(self, after_s: float | None) -> StorefrontBusy:
        """The error that says so; until then nobody of this process calls the store."""
        after_s = min(max(after_s if after_s is not None else LATER_S, 0.1), LONGEST_WAIT_S)
        with self._memory.lock:
            self._memory.quiet_until[self._key] = self._memory.clock() + timedelta(seconds=after_s)
        return StorefrontBusy(f"{self.name}: the store asks to be called again in {after_s:.0f} s", after_s)

    def refused(self, why: str) -> StorefrontRefused:
        """The error for a store's no."""
        return StorefrontRefused(f"{self.name}: the store refuses: {_plain(why)}")

    def basic(self) -> str:
        """Account and secret as HTTP Basic has them (RFC 7617)."""
        return "Basic " + base64.b64encode(f"{self.storefront.account}:{self.secret}".encode()).decode()

    def _ask_leave(self) -> None:
        with self._memory.lock:
            until = self._memory.quiet_until.get(self._key)
        left_s = (until - self._memory.clock()).total_seconds() if until else 0.0
        if left_s > 0:
            raise StorefrontBusy(f"{self.name}: the store asked to be let alone for another {left_s:.0f} s", left_s)

    def _understood(self, request: net.Request, reply: net.Reply) -> Answer:
        status = reply.status
        if status == 429:
            raise self.later(_asked_s(reply.headers))
        if status == 503 and "retry-after" in reply.headers:
            raise self.later(_asked_s(reply.headers))
        if status in (401, 403):
            with self._memory.lock:
                self._memory.tokens.pop(self._key, None)
            if self._is_token_proven:
                raise StorefrontAway(f"{self.name}: the store took its token back ({status}): another one is asked for")
            raise StorefrontDenied(
                f"{self.name}: the store does not take our account or secret ({status}): {_plain(reply.body)}; mend it "
                f"with dockgate storefront secret {self.name}, then replay"
            )
        where = f"{request.method} {net.checked_url(request.url).path}"
        if status >= 500 or status == 408:
            raise StorefrontAway(f"{self.name}: the store answered {status} to {where}: {_plain(reply.body)}")
        if not reply.is_good and status != 404:
            raise self.refused(f"{status} to {where}: {_plain(reply.body)}")
        self._is_token_proven = self._key in self._memory.tokens
        return Answer(status, _json(reply.body), reply.headers)


def segment(value: str) -> str:
    """A value as one segment of a path."""
    return quote(value, safe="")


def new_call_id() -> str:
    """An id for one call, where a store wants one."""
    return str(uuid4())


def _json(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _asked_s(headers: Mapping[str, str]) -> float | None:
    """How long a store asks us to wait, in seconds, by the headers stores use for it."""
    for name, unit in (("retry-after", 1.0), ("x-rate-limit-time-reset-ms", 0.001)):
        text = headers.get(name, "").strip()
        if text.replace(".", "", 1).isdigit():
            return float(text) * unit
    return None


def _plain(said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return " ".join("".join(one if one.isprintable() else " " for one in text[:500]).split())
