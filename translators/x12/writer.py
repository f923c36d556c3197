"""From data to X12 bytes: documents and acknowledgments.

An answer speaks as it was spoken to: the version, separators and ids of what it answers, the ids turned round.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from translators.interchange import Delimiters, Header, PartyId
from translators.limits import MAX_VALUE_SHOWN
from translators.outgoing import ControlNumbers, Outgoing
from translators.tree import LEVEL_B
from translators.x12.acknowledge import Acknowledgment, InterchangeAcknowledgment, SetVerdict

Clean = Callable[[str, Delimiters], bytes]


def _clean(text: str, delimiters: Delimiters) -> bytes:
    """A value of the partner's own, shown back: ASCII, printable, without separators, trimmed and short."""
    raw = "".join(letter if " " <= letter <= "~" else "?" for letter in text[:MAX_VALUE_SHOWN]).encode("ascii")
    return _apart(raw, delimiters)


def write_set(
    set_id: str,
    functional_id: str,
    body: Sequence[Sequence[str]],
    outgoing: Outgoing,
    numbers: ControlNumbers,
    at: datetime,
) -> bytes:
    """The interchange that carries one set; ``body`` is its segments between ST and SE, components joined by US."""
    number, marks = numbers.set.zfill(4), outgoing.delimiters
    day, clock = at.strftime("%Y%m%d" if outgoing.version >= "004" else "%y%m%d"), at.strftime("%H%M")
    sender = outgoing.group_sender or outgoing.sender.value
    receiver = outgoing.group_receiver or outgoing.receiver.value
    segments = [
        ["GS", functional_id, sender, receiver, day, clock, numbers.group, "X", outgoing.version],
        ["ST", set_id, number],
        *body,
        ["SE", str(len(body) + 2), number],
        ["GE", "1", numbers.group],
    ]
    answered = Header(
        "x12", outgoing.receiver, outgoing.sender, test=outgoing.test, version=outgoing.syntax, delimiters=marks
    )
    return _interchange(answered, segments, 1, numbers.interchange, at, marks, _clean_text)


def write_997(
    acknowledgment: Acknowledgment, numbers: ControlNumbers, at: datetime, delimiters: Delimiters | None = None
) -> bytes:
    """The interchange that answers one group."""
    group = acknowledgment.group
    ak1 = ["AK1", group.functional_id or "", group.control_number or ""]
    if (group.version or "") >= "005010":
        ak1.append(group.version or "")
    body = [ak1]
    for verdict in acknowledgment.sets:
        body.extend(_set_segments(verdict))
    counts = [str(count) for count in (acknowledgment.stated, acknowledgment.received, acknowledgment.accepted)]
    body.append(["AK9", acknowledgment.verdict, *counts, *acknowledgment.codes])
    number = numbers.set.zfill(4)
    segments = [["ST", "997", number], *body, ["SE", str(len(body) + 2), number]]
    day, clock = at.strftime("%Y%m%d"), at.strftime("%H%M")
    sender, receiver = group.receiver or "", group.sender or ""
    head = ["GS", "FA", sender, receiver, day, clock, numbers.group, "X", group.version or "004010"]
    segments = [head, *segments, ["GE", "1", numbers.group]]
    return _interchange(acknowledgment.interchange, segments, 1, numbers.interchange, at, delimiters)


def write_ta1(
    acknowledgment: InterchangeAcknowledgment,
    numbers: ControlNumbers,
    at: datetime,
    delimiters: Delimiters | None = None,
) -> bytes:
    """The interchange that answers one envelope."""
    header = acknowledgment.interchange
    number = (header.control_number or "").zfill(9)
    segment = ["TA1", number, header.date, header.time, acknowledgment.verdict, acknowledgment.code]
    return _interchange(header, [segment], 0, numbers.interchange, at, delimiters)


def _set_segments(verdict: SetVerdict) -> list[list[str]]:
    segments = [["AK2", verdict.set_id or "000", verdict.control_number.zfill(4)]]
    for note in verdict.segments:
        segments.append(["AK3", note.tag or "ZZZ", str(note.position), "", note.code])
        for element in note.elements:
            place = f"{element.position}:{element.component}" if element.component else str(element.position)
            segments.append(["AK4", place, "", element.code, element.value])
    segments.append(["AK5", verdict.verdict, *verdict.codes])
    return segments


def _interchange(
    answered: Header,
    segments: Sequence[Sequence[str]],
    groups: int,
    number: str,
    at: datetime,
    delimiters: Delimiters | None,
    clean: Clean = _clean,
) -> bytes:
    chosen = delimiters or answered.delimiters
    number = number.zfill(9)
    version = answered.version or "00401"
    repetition = chosen.repetition.decode("latin-1") if version >= "00402" else ""
    isa = ["ISA", "00", " " * 10, "00", " " * 10, *_party(answered.receiver, chosen), *_party(answered.sender, chosen)]
    isa += [at.strftime("%y%m%d"), at.strftime("%H%M"), repetition or "U", version.ljust(5)[:5], number, "0"]
    isa.append("T" if answered.test else "P")
    head = chosen.element.join(one.encode("latin-1", "replace") for one in isa)
    lines = [head + chosen.element + chosen.component]
    lines += [_segment(segment, chosen, clean) for segment in segments]
    lines.append(_segment(["IEA", str(groups), number], chosen, clean))
    return b"".join(line + chosen.segment for line in lines)


def _party(party: PartyId | None, delimiters: Delimiters) -> tuple[str, str]:
    qualifier, value = (party.qualifier, party.value) if party else ("ZZ", "")
    clean = [_clean(one, delimiters).decode("ascii") for one in (qualifier, value)]
    return clean[0].ljust(2)[:2], clean[1].ljust(15)[:15]


def _segment(elements: Sequence[str], delimiters: Delimiters, clean: Clean) -> bytes:
    """One segment without its terminator; empty elements and components at the end are left off."""
    cleaned = [
        delimiters.component.join(clean(part, delimiters) for part in element.split(LEVEL_B)).rstrip(
            delimiters.component
        )
        for element in elements
    ]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    return delimiters.element.join(cleaned)


def _clean_text(text: str, delimiters: Delimiters) -> bytes:
    """Text of a document. Letters beyond ASCII are UTF-8: the standard has no word for them."""
    raw = "".join(letter if letter.isprintable() else " " for letter in text).encode("utf-8", "replace")
    return _apart(raw, delimiters)


def _apart(raw: bytes, delimiters: Delimiters) -> bytes:
    """Bytes that cannot break the segment they stand in."""
    for separator in (delimiters.element, delimiters.segment, delimiters.repetition, delimiters.component):
        if separator:
            raw = raw.replace(separator, b" ")
    return raw.strip()
