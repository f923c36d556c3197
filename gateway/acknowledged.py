"""Acknowledgments that came in, matched to what we sent; and the alarm for those that did not come.

Functional acknowledgments (997, 999, TA1, CONTRL) name control numbers; application advices (824, APERAK) name them or
a number of the business, such as an invoice's.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from orders.document import AdviceItem, ApplicationAdvice
from store import events, sent
from store.database import Connection
from store.events import Event
from store.sent import SentDocument
from translators.received import ReceivedAcknowledgment

_BY_ADVICE = {
    "accepted": "accepted",
    "accepted-with-changes": "accepted-with-errors",
    "partly-accepted": "partly",
    "rejected": "rejected",
}


def note_received(
    conn: Connection, partner: str, received: Iterable[ReceivedAcknowledgment], transmission_id: str, at: datetime
) -> None:
    """Write down what a partner said of our sets, groups and interchanges."""
    for word in received:
        found = _documents(conn, partner, word)
        reason = "; ".join(f"{error.text} ({error.place})" if error.place else error.text for error in word.errors)
        what = f"{word.kind} {word.verdict}"
        if not found:
            _tell(conn, "acknowledgment.unmatched", f"{what}: nothing we sent has these numbers", transmission_id, at)
        for document in found:
            sent.answer(conn, document, word.verdict.value, transmission_id, at, reason or None)
            note = f"{what} for {document.set_id} {document.customer_po_number or ''}".rstrip()
            _tell(conn, f"acknowledgment.{_past(word.verdict.value)}", note, document.transmission_id, at, reason)


def note_advice(conn: Connection, partner: str, advice: ApplicationAdvice, transmission_id: str, at: datetime) -> None:
    """Write down what a partner's application made of documents of ours."""
    for item in advice.items:
        state = _BY_ADVICE[item.verdict.value]
        reason = "; ".join(error.error_text or error.error_code or "" for error in item.errors)
        for document in _meant(conn, partner, item):
            sent.answer(conn, document, state, transmission_id, at, reason or None)
            note = f"application advice {item.verdict} for {document.set_id} {item.ref_value or ''}".rstrip()
            _tell(conn, f"acknowledgment.{_past(state)}", note, document.transmission_id, at, reason)


def alarm_overdue(conn: Connection, now: datetime) -> list[SentDocument]:
    """Documents whose acknowledgment should have come by now; each is given, and told on its timeline, once."""
    overdue = sent.fall_due(conn, now)
    for document in overdue:
        note = f"no acknowledgment of {document.set_id} to {document.partner} by {document.due_at:%Y-%m-%d %H:%M} UTC"
        _tell(conn, "acknowledgment.overdue", note, document.transmission_id, now)
    return overdue


def _documents(conn: Connection, partner: str, word: ReceivedAcknowledgment) -> list[SentDocument]:
    """What an acknowledgment speaks of: one set, all of a group or all of an interchange. Groups speak for their sets
    only where these are not named themselves, which the caller sees by the later word winning."""
    if word.interchange_control_number is None and word.group_control_number is None:
        return []
    return sent.matching(
        conn,
        partner,
        interchange=word.interchange_control_number,
        functional_id=word.group_functional_id if word.kind != "CONTRL" else None,
        group=word.group_control_number if word.kind != "CONTRL" else None,
        set_number=word.set_control_number,
    )


def _meant(conn: Connection, partner: str, item: AdviceItem) -> list[SentDocument]:
    if item.set_control_number:
        return sent.matching(conn, partner, group=item.group_control_number, set_number=item.set_control_number)
    return sent.about(conn, partner, item.ref_value or "", item.set_id or "")


def _past(state: str) -> str:
    return {"partly": "partly-accepted"}.get(state, state)


def _tell(conn: Connection, what: str, note: str, transmission_id: str, at: datetime, reason: str = "") -> None:
    told = f"{note}: {reason}" if reason else note
    events.record(conn, Event(at, what, "acknowledged", note=told[:1000], transmission_id=transmission_id))
