"""How what the order desk tells becomes rows of the timeline, and the timeline becomes a trip people can read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orders.outcome import Change
from store.events import Event

STAGES = {
    "order.entered": "entered",
    "order.repeated": "entered",
    "document.refused": "refused",
    "order.rejected": "refused",
    "order.held": "held",
    "order.incomplete": "held",
    "hold.released": "released",
    "order.approved": "approved",
    "order.released": "released",
    "order.kept": "approved",
    "order.printed": "printed",
    "order.picked": "picked",
    "order.packed": "packed",
    "order.shipped": "shipped",
    "order.invoiced": "invoiced",
}
"""The stage of the road an order event belongs to."""


def order_events(change: Change, at: datetime, actor: str, transmission_id: str | None) -> list[Event]:
    """The events of a verb, tied to the order and to the transmission that caused it."""
    return [
        Event(
            at,
            event.what,
            STAGES.get(event.what, "order"),
            actor=actor,
            note=event.note,
            ref=change.order.order_number,
            transmission_id=transmission_id,
            order_id=change.order.order_id,
        )
        for event in change.events
    ]


@dataclass(frozen=True)
class TimelineRow:
    """One row as screens and ``trace --json`` show it; ``ms`` counts from the last byte received."""

    at: datetime
    ms: int
    stage: str
    actor: str
    what: str
    note: str
    ref: str

    def to_json(self) -> dict[str, object]:
        """The keys of ``trace --json``; a note is told with what happened."""
        what = f"{self.what}: {self.note}" if self.note else self.what
        at = self.at.isoformat()
        return {"at": at, "ms": self.ms, "stage": self.stage, "actor": self.actor, "what": what, "ref": self.ref}


def rows(events: list[Event]) -> list[TimelineRow]:
    """The timeline with its clock: milliseconds from the first event."""
    if not events:
        return []
    start = events[0].at
    return [
        TimelineRow(
            one.at, round((one.at - start).total_seconds() * 1000), one.stage, one.actor, one.what, one.note, one.ref
        )
        for one in events
    ]
