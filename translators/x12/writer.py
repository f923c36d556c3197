"""From data to X12 bytes: documents and acknowledgments.

An answer speaks as it was spoken to: the version, separators and ids of what it answers, the ids turned round.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from translators.interchange import Delimiters, Header, PartyId
from translators.limits import MAX_VALUE_SHOWN
from translators.outgoing import ControlNumbers, Outgoing
from translators.tree import LEVEL_B
from translators.x12.acknowledge import (
    SEGMENTS_IN_ERROR,
    Acknowledgment,
    ElementNote,
    InterchangeAcknowledgment,
    SegmentNote,
    SetVerdict,
)

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


@dataclass(frozen=True, slots=True)
class _Kind:
    """Which of the two functional acknowledgments: its set, and the tags it has of its own."""

    set_id: str
    segment: str
    element: str
    trailer: str
    lowest: str
    """The version that has it first."""

    @property
    def speaks_of_guides(self) -> bool:
        return self.set_id == "999"


_997 = _Kind("997", "AK3", "AK4", "AK5", "")
_999 = _Kind("999", "IK3", "IK4", "IK5", "005010")

_OLDER_SET_CODES = {"18": "6"}
_OLDER_ELEMENT_CODES = {"12": "6", "13": "6"}
_OLDER_GROUP_CODES = {"19": "6"}
"""What was said before 005010."""

_NEWER = "005010"

_CONDITIONS = ("2", "10")
"""AK403 of an element that another one asks for or forbids."""


def write_997(
    acknowledgment: Acknowledgment, numbers: ControlNumbers, at: datetime, delimiters: Delimiters | None = None
) -> bytes:
    """The interchange that answers one group."""
    return _functional(_997, acknowledgment, numbers, at, delimiters)


def write_999(
    acknowledgment: Acknowledgment, numbers: ControlNumbers, at: datetime, delimiters: Delimiters | None = None
) -> bytes:
    """The same answer as a 999, which speaks of guides and names the line a segment stands in."""
    return _functional(_999, acknowledgment, numbers, at, delimiters)


def _functional(
    kind: _Kind, acknowledgment: Acknowledgment, numbers: ControlNumbers, at: datetime, delimiters: Delimiters | None
) -> bytes:
    group = acknowledgment.group
    is_older = (group.version or "") < _NEWER
    version = max(_flat(group.version) or "004010", kind.lowest)
    ak1 = ["AK1", _flat(group.functional_id), _flat(group.control_number)]
    if not is_older:
        ak1.append(_flat(group.version))
    body: list[Sequence[str]] = [ak1]
    for verdict in acknowledgment.sets:
        body.extend(_set_segments(kind, verdict, is_older))
    counts = [str(count) for count in (acknowledgment.stated, acknowledgment.received, acknowledgment.accepted)]
    codes = [_said(code, _OLDER_GROUP_CODES, is_older) for code in acknowledgment.codes]
    body.append(["AK9", acknowledgment.verdict, *counts, *dict.fromkeys(codes)])
    number = numbers.set.zfill(4)
    segments = [["ST", kind.set_id, number], *body, ["SE", str(len(body) + 2), number]]
    day, clock = at.strftime("%Y%m%d"), at.strftime("%H%M")
    sender, receiver = _flat(group.receiver), _flat(group.sender)
    head = ["GS", "FA", sender, receiver, day, clock, numbers.group, "X", version]
    segments = [head, *segments, ["GE", "1", numbers.group]]
    return _interchange(acknowledgment.interchange, segments, 1, numbers.interchange, at, delimiters)


def _flat(text: str | None) -> str:
    """What a partner wrote, said again as one component."""
    return (text or "").replace(LEVEL_B, " ")


def _named(text: str | None, otherwise: str) -> str:
    """A set or a segment as its sender named it: what is no letter or digit could be a separator of ours."""
    return "".join(letter for letter in text or "" if letter.isascii() and letter.isalnum()) or otherwise


def _said(code: str, older: dict[str, str], is_older: bool) -> str:
    return older.get(code, code) if is_older else code


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


def _set_segments(kind: _Kind, verdict: SetVerdict, is_older: bool) -> list[Sequence[str]]:
    segments: list[Sequence[str]] = [["AK2", _named(verdict.set_id, "000"), _flat(verdict.control_number).zfill(4)]]
    if not is_older and verdict.convention:
        segments[0] = [*segments[0], _flat(verdict.convention)]
    for note in verdict.segments:
        code = (kind.speaks_of_guides and note.guide_code) or note.code
        segments.append([kind.segment, _named(note.tag, "ZZZ"), str(note.position), "", code])
        if kind.speaks_of_guides and note.context:
            segments.append(["CTX", LEVEL_B.join(note.context)])
        for element in note.elements:
            segments.extend(_element_segments(kind, note, element, is_older))
    codes = [_said(code, _OLDER_SET_CODES, is_older) for code in verdict.codes]
    if kind.speaks_of_guides:
        codes = [one for code in codes for one in _codes_with_guide(code, verdict)][:5]
    segments.append([kind.trailer, verdict.verdict, *dict.fromkeys(codes)])
    return segments


def _element_segments(kind: _Kind, note: SegmentNote, element: ElementNote, is_older: bool) -> Iterator[Sequence[str]]:
    place = f"{element.position}{LEVEL_B}{element.component}" if element.component else str(element.position)
    code = (kind.speaks_of_guides and element.guide_code) or _said(element.code, _OLDER_ELEMENT_CODES, is_older)
    yield [kind.element, place, "", code, _flat(element.value)]
    if kind.speaks_of_guides and element.code in _CONDITIONS and not element.guide_code:
        yield ["CTX", "SITUATIONAL TRIGGER", note.tag, str(note.position)]


def _codes_with_guide(code: str, verdict: SetVerdict) -> tuple[str, ...]:
    """5 speaks of the standard, I5 of the guide; a set may have both."""
    if code != SEGMENTS_IN_ERROR:
        return (code,)
    of_guide = [note.is_of_guide for note in verdict.segments]
    return (() if all(of_guide) else (SEGMENTS_IN_ERROR,)) + (("I5",) if any(of_guide) else ())


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
    component = delimiters.component
    cleaned = [
        component.join(clean(part, delimiters) for part in element.split(LEVEL_B)).rstrip(component)
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
