"""How the console says things: states with their meaning and tone, times, spans, sizes and amounts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

Tone = Literal["good", "busy", "stop", "bad", "quiet"]
"""good: done · busy: on its way · stop: waits for a person · bad: refused or broken · quiet: nothing to say of it."""


@dataclass(frozen=True)
class Word:
    """A state as people read it."""

    tone: Tone
    meaning: str


ORDER = {
    "received": Word("busy", "its bytes are in, nothing is decided yet"),
    "draft": Word("quiet", "somebody is still writing it"),
    "incomplete": Word("stop", "something the dock needs is missing: fill it"),
    "validated": Word("busy", "complete; credit and review look at it next"),
    "in credit": Word("stop", "waits until a person lets go of its credit hold"),
    "in review": Word("stop", "waits until a person lets go of its review hold"),
    "approved": Word("good", "nothing stands in its way"),
    "released": Word("good", "the dock may start"),
    "change pending": Word("stop", "a change waits for the word of the dock, which has goods in hand"),
    "cancel requested": Word("stop", "the cancellation waits for the word of the dock, which has goods in hand"),
    "cancelled": Word("quiet", "nothing will be shipped"),
    "rejected": Word("bad", "refused; nothing will be shipped"),
    "invoiced": Word("good", "the invoice is out"),
    "closed": Word("quiet", "done"),
}
CREDIT = {
    "not checked": Word("quiet", "no credit decision yet"),
    "not required": Word("quiet", "no credit check was agreed, or it is prepaid"),
    "ok": Word("good", "within the limit"),
    "hold": Word("stop", "over the limit, past due, or without a credit file"),
    "waived": Word("good", "a person let it go in spite of the figures"),
    "rejected": Word("bad", "credit was refused"),
}
FULFILMENT = {
    "open": Word("quiet", "not at the dock yet"),
    "released": Word("busy", "its papers are on their way to the printer"),
    "printed": Word("good", "every paper is out"),
    "picking": Word("busy", "being picked"),
    "packed": Word("busy", "packed"),
    "partly shipped": Word("busy", "a part has left the dock"),
    "shipped": Word("good", "it has left the dock"),
}
TRANSMISSION = {
    "received": Word("busy", "archived, not read yet"),
    "translated": Word("good", "read; its documents went on"),
    "refused": Word("bad", "its content cannot be taken; the findings say why"),
    "parked": Word("stop", "set aside for a person"),
    "discarded": Word("quiet", "given up by a person; the bytes are kept"),
    "to send": Word("busy", "waits for its channel"),
    "sent": Word("good", "handed over to the channel"),
}
PRINT = {
    "intent": Word("busy", "asked for"),
    "sending": Word("busy", "the printer has it"),
    "printed": Word("good", "the paper is out"),
    "in doubt": Word("stop", "nobody knows whether paper came out: a person decides"),
    "refused": Word("bad", "the printer would not take it"),
    "canceled": Word("quiet", "taken back at the printer"),
}
PARKED = {
    "open": Word("stop", "waits for a person"),
    "replayed": Word("good", "tried again"),
    "discarded": Word("quiet", "given up by a person"),
}
SEVERITY = {
    "note": Word("quiet", "only told"),
    "warning": Word("stop", "accepted in spite of it"),
    "reject": Word("bad", "refused because of it"),
}
STAGE: dict[str, Tone] = {
    "received": "busy",
    "held": "stop",
    "parked": "stop",
    "in doubt": "stop",
    "refused": "bad",
    "approved": "good",
    "released": "good",
    "printed": "good",
}
AXES = {
    "order": ORDER,
    "credit": CREDIT,
    "fulfilment": FULFILMENT,
    "transmission": TRANSMISSION,
    "print": PRINT,
    "parked": PARKED,
    "severity": SEVERITY,
    "health": {"ok": Word("good", "works"), "problem": Word("bad", "needs a person")},
}
_UNKNOWN = Word("quiet", "")


def word(state: object, axis: str) -> Word:
    """Meaning and tone of a state; one nobody has words for yet is shown as it is."""
    return AXES[axis].get(str(state), _UNKNOWN)


def stage_tone(stage: str) -> Tone:
    return STAGE.get(stage, "quiet")


def capital(text: object) -> str:
    """The text with a capital in front: `in credit` becomes `In credit`."""
    said = str(text)
    return "OK" if said == "ok" else said[:1].upper() + said[1:]


def plain(name: object) -> str:
    """A name of ours as people write it: `pick-list` is a pick list, `credit_limit` a credit limit."""
    return str(name).replace("-", " ").replace("_", " ")


_UNSEEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)


def visible(text: str) -> str:
    """The text with every character that is not seen, or reorders what is, written as its code point.

    Nothing a partner sends can so hide, reorder or forge what stands on a page. Line ends and tabs stay.
    """
    return _UNSEEN.sub(lambda found: f"⟨{ord(found[0]):02X}⟩", text)


def full_time(at: datetime) -> str:
    """A moment in UTC to the second: `2026-03-02 12:00:01`."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def clock_time(at: datetime) -> str:
    """The time of day to the millisecond."""
    moment = at.astimezone(UTC)
    return f"{moment:%H:%M:%S}.{moment.microsecond // 1000:03d}"


def span(ms: float) -> str:
    """A span of time as people read it: `840 ms`, `2.31 s`, `4 min 05 s`, `3 h 12 min`, `2 d 4 h`."""
    if ms < 1000:
        return f"{round(ms)} ms"
    seconds = ms / 1000
    if seconds < 60:
        return f"{seconds:.2f} s"
    minutes, rest = divmod(int(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest:02d} s"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours < 48 else f"{hours // 24} d {hours % 24} h"


def age(at: datetime, now: datetime) -> str:
    """How long ago a moment was, to one unit: `just now`, `12 s ago`, `4 min ago`, `3 h ago`, `2 d ago`."""
    seconds = int((now - at).total_seconds())
    if seconds < 2:
        return "just now"
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago"


def size(size_bytes: int) -> str:
    """`812 bytes`, `14.2 kB`, `3.4 MB`, `82.2 GB`."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    value = float(size_bytes)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 1000:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:.1f} TB"


def amount(value: Decimal | None, places: int = 2) -> str:
    """A number with thousands set apart and at least so many decimals; a dash for none."""
    if value is None:
        return "–"
    digits = -int(value.normalize().as_tuple().exponent) if value else 0
    return f"{value:,.{max(places, digits)}f}"


def quantity(value: Decimal | None) -> str:
    """A quantity without needless zeros."""
    return amount(value, 0)


_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d{1,6})?")


def figure(value: object) -> str:
    """A figure of a hold: a number with its thousands set apart, anything else (a code, an id) as it is."""
    text = str(value)
    return amount(Decimal(text), 2 if "." in text else 0) if _NUMBER.fullmatch(text) else text
