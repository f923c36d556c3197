"""Webhooks: programs that are called when something happens to an order, signed as Standard Webhooks says.

Each call is a message of the step ``webhook``: tried again by the table of outcomes, parked after the last try. Calls
about one order to one address keep their order; a call may come twice, with the same ``webhook-id``.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from uuid_utils.compat import uuid7

from gateway import net
from gateway.road import Road
from gateway.turns import is_too_early, write_too_early
from queues.message import Message
from queues.worker import Write
from store import webhooks
from store.database import Connection
from store.errors import NotFound
from store.webhooks import Webhook

EVENTS = (
    "order.drafted",
    "order.submitted",
    "order.entered",
    "order.repeated",
    "order.incomplete",
    "order.held",
    "hold.released",
    "order.approved",
    "order.kept",
    "order.rejected",
    "order.released",
    "order.taken_back",
    "dock.stopped",
    "order.printed",
    "order.picked",
    "order.packed",
    "order.shipped",
    "order.backordered",
    "order.rest_cancelled",
    "order.invoiced",
    "order.closed",
    "order.amended",
    "order.cancelled",
    "order.reopened",
    "cancel.asked",
    "cancel.refused",
    "change.received",
    "change.repeated",
    "change.asked",
    "change.confirmed",
    "change.refused",
    "document.refused",
    "answer.overdue",
    "order.complete",
    "hold.expired",
    "credit.noted",
    "credit.waived",
    "approval.given",
    "line.rejected",
    "customer.asked",
    "master.updated",
)
"""Everything that happens to an order."""
PREFIX = "whsec_"
OVERLAP = timedelta(hours=24)
"""How long the secret before is good after a new one was made."""


class WebhookError(Exception):
    """A webhook could not be set up or called. The message says what to do."""

    code = "webhook-error"
    retry = False


class UnknownEvent(WebhookError):
    """Nothing of this name happens to an order."""

    code = "unknown-event"


class CallFailed(WebhookError):
    """The receiver did not take the call: it answered with another status than 2xx. It is tried again."""

    code = "call-failed"
    retry = True


@dataclass(frozen=True)
class Tried:
    """What came of a call made by hand."""

    is_good: bool
    detail: str


def add(road: Road, url: str, events: Sequence[str], by: str) -> Webhook:
    """Call an address from now on; the answer is the only place that shows the secret.

    Raises:
        UnknownEvent: nothing of this name happens to an order.
        AddressRefused: the address is not one we call.
    """
    net.checked_url(url)
    groups = {f"{one.partition('.')[0]}.*" for one in EVENTS}
    unknown = [one for one in events if one not in EVENTS and one not in groups and one != "*"]
    if unknown or not events:
        raise UnknownEvent(f"no event {', '.join(unknown) or 'named'}; known: *, order.*, {', '.join(EVENTS)}")
    hook = Webhook(f"WH-{uuid7().hex[-12:]}", url, sorted(set(events)), new_secret(), None, None, road.clock(), by)
    with road.database.write() as conn:
        webhooks.add(conn, hook)
    return hook


def rotate(road: Road, webhook_id: str) -> Webhook:
    """Give it a new secret; for a day calls are signed with both.

    Raises:
        NotFound: there is none of this id.
    """
    with road.database.write() as conn:
        webhooks.by_id(conn, webhook_id)
        webhooks.rotate(conn, webhook_id, new_secret(), road.clock() + OVERLAP)
        return webhooks.by_id(conn, webhook_id)


def try_now(road: Road, webhook_id: str) -> Tried:
    """Call it now with an event ``webhook.test``; what came of it.

    Raises:
        NotFound: there is none of this id.
    """
    with road.database.read() as conn:
        hook = webhooks.by_id(conn, webhook_id)
    now = road.clock()
    payload = {"type": "webhook.test", "timestamp": now.isoformat(), "data": {"webhook_id": webhook_id}}
    try:
        reply = _call(road, hook, f"test_{uuid7().hex}", payload)
    except net.NetError as error:
        return Tried(False, str(error))
    return Tried(reply.is_good, f"answered {reply.status}")


def call(road: Road, message: Message) -> Write:
    """The step: one call. One whose webhook was removed meanwhile is done."""
    name, _, key = message.message_id.partition(":")[2].partition(":")
    with road.database.read() as conn:
        if is_too_early(conn, message):
            return write_too_early
        try:
            hook = webhooks.by_id(conn, name)
        except NotFound:
            return _nothing
    reply = _call(road, hook, f"{name}_{key.replace(':', '_')}", message.body)
    if not reply.is_good:
        raise CallFailed(f"{name} ({net.checked_url(hook.url).host}) answered {reply.status}: {_shown(reply.body)}")
    road.reached("after-webhook")
    return _nothing


def _call(road: Road, hook: Webhook, call_id: str, payload: dict[str, Any]) -> net.Reply:
    body = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
    now = road.clock()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Dockgate-Webhooks",
        "webhook-id": call_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signatures(hook.secrets(now), call_id, now, body),
    }
    outbound = road.settings.outbound
    return net.call(net.Request("POST", hook.url, body, headers), outbound.allow, outbound.timeout_s, outbound.ca_file)


def signatures(keys: Sequence[str], call_id: str, at: datetime, body: bytes) -> str:
    """A signature with each secret, by Standard Webhooks' scheme ``v1``."""
    signed = f"{call_id}.{int(at.timestamp())}.".encode() + body
    return " ".join(f"v1,{_mac(key, signed)}" for key in keys)


def _mac(secret: str, signed: bytes) -> str:
    key = base64.b64decode(secret.removeprefix(PREFIX))
    return base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def new_secret() -> str:
    """256 bits by chance, as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def _shown(body: bytes) -> str:
    text = body[:200].decode("utf-8", "replace")
    return "".join(char if char.isprintable() else " " for char in text)


def _nothing(conn: Connection) -> None:
    """A call leaves nothing to write."""
