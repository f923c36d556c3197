"""From data to X12 bytes: acknowledgments now, documents with the outbound maps.

An answer speaks as it was spoken to: the version, separators and ids of what it answers, the ids turned round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from translators.interchange import Delimiters, Header, PartyId
from translators.limits import MAX_VALUE_SHOWN
from translators.x12.acknowledge import Acknowledgment, InterchangeAcknowledgment, SetVerdict


@dataclass(frozen=True, slots=True)
class ControlNumbers:
    """Numbers for one interchange, drawn by the gateway without gaps. Text: leading zeros count."""

    interchange: str
    group: str
    set: str


PROVISIONAL = ControlNumbers("000000001", "1", "0001")
"""For what is shown and never sent."""


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
) -> bytes:
    chosen = delimiters or answered.delimiters
    number = number.zfill(9)
    version = answered.version or "00401"
    repetition = chosen.repetition.decode("latin-1") if version >= "00402" else ""
    isa = ["ISA", "00", " " * 10, "00", " " * 10, *_party(answered.receiver), *_party(answered.sender)]
    isa += [at.strftime("%y%m%d"), at.strftime("%H%M"), repetition or "U", version.ljust(5)[:5], number, "0"]
    isa.append("T" if answered.test else "P")
    head = chosen.element.join(one.encode("latin-1", "replace") for one in isa)
    lines = [head + chosen.element + chosen.component]
    lines += [_segment(segment, chosen) for segment in segments]
    lines.append(_segment(["IEA", str(groups), number], chosen))
    return b"".join(line + chosen.segment for line in lines)


def _party(party: PartyId | None) -> tuple[str, str]:
    qualifier, value = (party.qualifier, party.value) if party else ("ZZ", "")
    return qualifier.ljust(2)[:2], value.ljust(15)[:15]


def _segment(elements: Sequence[str], delimiters: Delimiters) -> bytes:
    """One segment without its terminator; empty elements at the end are left off."""
    cleaned = [_clean(element, delimiters) for element in elements]
    while cleaned and not cleaned[-1]:
        cleaned.pop()
    return delimiters.element.join(cleaned)


def _clean(text: str, delimiters: Delimiters) -> bytes:
    """Text that cannot break the segment it stands in: ASCII, printable, without separators, trimmed and short.

    A component separator of ours is written as a colon by those who call and put right here.
    """
    raw = "".join(letter if " " <= letter <= "~" else "?" for letter in text[:MAX_VALUE_SHOWN]).encode("ascii")
    for separator in (delimiters.element, delimiters.segment, delimiters.repetition, delimiters.component):
        if separator:
            raw = raw.replace(separator, b" ")
    return raw.strip()
