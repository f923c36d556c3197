"""What a verb answers with: how the order stands afterwards, and what is to be told about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from orders.control import HoldRow
from orders.life import Verb
from orders.order import SalesOrder, after
from orders.rules import Stop
from orders.values import FulfilmentState

SYSTEM = "system"
MAX_REASON = 500
NewId = Callable[[], str]
"""Makes the key of a new hold."""


@dataclass(frozen=True)
class OrderEvent:
    """Something that happened to an order: ``what`` is noun.past, ``note`` is for people."""

    what: str
    note: str = ""


@dataclass(frozen=True)
class Change:
    """How the order stands after a verb, and what to tell about it.

    ``is_new_content`` asks for a row of the order's revision, with ``reason``. Whoever called the verb stores the order
    (checking ``version``), the revision and the events in one transaction.
    """

    order: SalesOrder
    events: tuple[OrderEvent, ...] = ()
    is_new_content: bool = False
    reason: str | None = None

    def told(self, *events: OrderEvent) -> Change:
        """The change with more to tell, after what it tells already."""
        return replace(self, events=(*self.events, *events))

    def then(self, following: Change) -> Change:
        """Two verbs in a row as one change."""
        return Change(
            following.order,
            (*self.events, *following.events),
            self.is_new_content or following.is_new_content,
            following.reason or self.reason,
        )

    def happened(self, what: str) -> bool:
        """Whether something of this name is told."""
        return any(event.what == what for event in self.events)


def moved(order: SalesOrder, verb: Verb, *events: OrderEvent, **fields: Any) -> Change:
    """The order after a verb of the table, with other fields set along with its state.

    Raises:
        IllegalTransition: the table knows no such move.
    """
    return Change(order.model_copy(update={"order_state": after(order, verb), **fields}), events)


def hold_row(stop: Stop, at: datetime, hold_id: str, source: str = "check", by: str = SYSTEM) -> HoldRow:
    """A stop as the hold it becomes."""
    return HoldRow.model_validate(
        {
            "hold_id": hold_id,
            "kind": stop.kind,
            "rule": stop.rule,
            "reason": stop.reason[:MAX_REASON],
            "figures": dict(stop.figures),
            "field_path": stop.field_path[:200] or None,
            "set_by": by,
            "set_at": at,
            "source": source,
        }
    )


def held(hold: HoldRow) -> OrderEvent:
    """Tells of a new hold."""
    return OrderEvent("order.held", f"{hold.kind} {hold.rule}: {hold.reason}")


def let_go(hold: HoldRow, by: str, at: datetime, note: str | None) -> HoldRow:
    """The hold, released."""
    return hold.model_copy(update={"released_by": by, "released_at": at, "release_note": note or None})


def off_the_dock(order: SalesOrder) -> tuple[dict[str, Any], tuple[OrderEvent, ...]]:
    """What an order that leaves the dock before anything is picked loses: its papers are void, and the dock is told."""
    if order.fulfilment_state not in (FulfilmentState.RELEASED, FulfilmentState.PRINTED):
        return {}, ()
    note = f"papers of revision {order.revision} are void"
    return {"fulfilment_state": FulfilmentState.OPEN}, (OrderEvent("dock.stopped", note),)
