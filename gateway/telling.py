"""What happened to an order is told: to its timeline, to the feed of changes, to webhooks, and to partners fed with it.

All of it is written in the transaction that makes it true; calls and files go out by steps of their own, so that nobody
who is slow to listen keeps an order waiting.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.timeline import order_events
from orders.order import SalesOrder
from orders.outcome import SYSTEM, Change, OrderEvent
from partners.partner import Agreement, Direction, TradingPartner
from queues.message import Message
from queues.queue import publish_all_in_order
from store import events, feed, partners, webhooks
from store.database import Connection
from store.feed import OrderChange

AMENDED = {"changed": "order.amended"}
"""Words of an agreement that the order desk has another word for; the others are its own."""


@dataclass(frozen=True)
class Cause:
    """Who or what changes an order: a user or ``system``, by a transmission or not."""

    actor: str = SYSTEM
    transmission_id: str | None = None


@dataclass(frozen=True)
class Told:
    """What a verb made happen, and the order as it was stored after it."""

    change: Change
    order: SalesOrder
    cause: Cause

    def happenings(self) -> Iterator[tuple[str, OrderEvent]]:
        """Each event, with a key that no other has."""
        for place, event in enumerate(self.change.events):
            yield f"{self.order.order_id}:{self.order.version}:{place}", event


def tell(conn: Connection, told: Sequence[Told], at: datetime) -> None:
    """Tell everybody who is to know."""
    told = [one for one in told if one.change.events]
    if not told:
        return
    in_time = [
        event for one in told for event in order_events(one.change, at, one.cause.actor, one.cause.transmission_id)
    ]
    events.record(conn, *in_time)
    feed.append(conn, [_row(one.order, event, at) for one in told for event in one.change.events])
    hooks, fed = webhooks.listed(conn), partners.fed(conn)
    if not hooks and not fed:
        return
    calls: list[Message] = []
    feeds: list[Message] = []
    for one in told:
        for key, event in one.happenings():
            for hook in hooks:
                if hook.wants(event.what):
                    calls.append(_message("webhook", hook.webhook_id, key, _payload(one.order, event, at), one))
            for profile in fed:
                for place, agreement in enumerate(profile.agreements):
                    if is_fed(agreement, event.what):
                        body = _feeding(profile, agreement, one.order, event)
                        feeds.append(_message("feed", f"{profile.partner}.{place}", key, body, one))
    publish_all_in_order(conn, calls, at)
    publish_all_in_order(conn, feeds, at)


def is_fed(agreement: Agreement, what: str) -> bool:
    """Whether an agreement is to write an order out when something happens to it."""
    wanted = {AMENDED.get(word, f"order.{word}") for word in agreement.feed}
    return agreement.direction is Direction.OUT and what in wanted


def _message(step: str, who: str, key: str, body: dict[str, object], told: Told) -> Message:
    name = f"{step[0]}:{who}:{key}"
    return Message(step, name, body, told.cause.transmission_id, key=f"{who.partition('.')[0]}:{told.order.order_id}")


def _row(order: SalesOrder, event: OrderEvent, at: datetime) -> OrderChange:
    return OrderChange(order.order_id, order.order_number, order.version, event.what, event.note, at)


def _payload(order: SalesOrder, event: OrderEvent, at: datetime) -> dict[str, object]:
    """What a webhook is told, as things stood when it happened; the whole order is there for the asking."""
    data = {
        "order_id": order.order_id,
        "order_number": order.order_number,
        "version": order.version,
        "revision": order.revision,
        "partner": order.content.partner or "",
        "customer_po_number": order.content.customer_po_number or "",
        "order_state": str(order.order_state),
        "fulfilment_state": str(order.fulfilment_state),
        "note": event.note,
    }
    return {"type": event.what, "timestamp": at.isoformat(), "data": data}


def _feeding(profile: TradingPartner, agreement: Agreement, order: SalesOrder, event: OrderEvent) -> dict[str, object]:
    return {
        "partner": profile.partner,
        "document": agreement.document,
        "map": agreement.map,
        "order_id": order.order_id,
        "revision": order.revision,
        "what": event.what,
    }
