"""From data to EDIFACT bytes: an interchange around messages, and the CONTRL.

A segment is a list: its tag, then its elements, each a text or a list of components. Numbers are written with a point;
the interchange's own mark is put in where a number stands. An answer speaks as it was spoken to: the marks, syntax and
ids of what it answers, the ids turned round.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from translators.edifact.acknowledge import Acknowledgment, GroupVerdict, Reason, SetVerdict
from translators.edifact.charsets import codec_of
from translators.edifact.elements import numbers_of
from translators.edifact.syntax import LEVEL_B, Marks, marks_of_una
from translators.interchange import Header, PartyId
from translators.outgoing import ControlNumbers

Element = str | Sequence[str]
Segment = Sequence[Element]

_NOBODY = PartyId("", "UNKNOWN")
_MAX_ID = 35


@dataclass(frozen=True, slots=True)
class Envelope:
    """What the UNB says. ``syntax`` is identifier and version as one finds them there: ``UNOC:3``."""

    sender: PartyId
    receiver: PartyId
    reference: str
    at: datetime
    syntax: str = "UNOC:3"
    application_reference: str = ""
    test: bool = False
    acknowledgment_requested: bool = False
    marks: Marks = field(default_factory=Marks)


@dataclass(frozen=True, slots=True)
class Message:
    """``identity`` is type, version, release, agency and, where there is one, the association's code."""

    identity: Sequence[str]
    segments: Sequence[Segment]
    reference: str = "1"


@dataclass(frozen=True, slots=True)
class Written:
    """The interchange, and the characters its character set lacks, each once; they were written as near as can be."""

    raw: bytes
    lost: str = ""


def write_interchange(envelope: Envelope, messages: Sequence[Message]) -> Written:
    """UNA, UNB, the messages with their UNH and UNT, UNZ."""
    pen = _Pen(envelope.marks, envelope.syntax)
    out = [b"" if envelope.marks == LEVEL_B else b"UNA" + envelope.marks.una, pen.segment(_unb(envelope))]
    for message in messages:
        reference = message.reference
        out.append(pen.segment(["UNH", reference, message.identity]))
        out += [pen.segment(segment) for segment in message.segments]
        out.append(pen.segment(["UNT", str(len(message.segments) + 2), reference]))
    out.append(pen.segment(["UNZ", str(len(messages)), envelope.reference]))
    return Written(b"".join(out), "".join(pen.lost))


def write_message(segments: Sequence[Segment], identity: Sequence[str], envelope: Envelope) -> Written:
    """An interchange of one message."""
    return write_interchange(envelope, [Message(identity, segments)])


def write_contrl(
    acknowledgment: Acknowledgment, numbers: ControlNumbers, at: datetime, marks: Marks | None = None
) -> bytes:
    """The interchange that answers one interchange."""
    answered = acknowledgment.interchange
    envelope = answering(answered, numbers.interchange, at, marks)
    uci: list[Element] = ["UCI", answered.control_number or "", _party(answered.sender), _party(answered.receiver)]
    segments: list[Segment] = [[*uci, acknowledgment.verdict, *_reason(acknowledgment.reason)]]
    for group in acknowledgment.groups:
        segments += _group_segments(group)
    identity = ["CONTRL", "4", "1", "UN"] if envelope.syntax.endswith(":4") else ["CONTRL", "D", "3", "UN"]
    return write_interchange(envelope, [Message(identity, segments, numbers.set)]).raw


def answering(answered: Header, reference: str, at: datetime, marks: Marks | None = None) -> Envelope:
    """The envelope of an answer: ids turned round, syntax, marks and test as in what is answered."""
    own = marks_of_una(answered.una) if len(answered.una) == 6 else Marks()
    return Envelope(
        sender=answered.receiver or _NOBODY,
        receiver=answered.sender or _NOBODY,
        reference=reference,
        at=at,
        syntax=answered.version if ":" in answered.version else "UNOC:3",
        test=answered.test,
        marks=marks or own,
    )


def _group_segments(group: GroupVerdict) -> list[Segment]:
    """A group is named when it or a message of it is rejected; messages are named when they are."""
    rejected = [] if group.reason.code else [one for one in group.sets if one.is_rejected]
    segments: list[Segment] = []
    if group.is_real and (group.reason.code or rejected):
        header = group.header
        ucf: list[Element] = ["UCF", header.control_number or "", header.sender, header.receiver, group.verdict]
        segments.append([*ucf, *_reason(group.reason)])
    for one in rejected:
        segments += _set_segments(one)
    return segments


def _set_segments(one: SetVerdict) -> list[Segment]:
    identity = [one.set_id, *one.version.split(":")]
    segments: list[Segment] = [["UCM", one.control_number, identity, one.verdict, *_reason(one.reason)]]
    for note in one.segments:
        segments.append(["UCS", str(note.position), note.code])
        for element in note.elements:
            place = [str(element.position)] + ([str(element.component)] if element.component else [])
            segments.append(["UCD", element.code, place])
    return segments


def _reason(reason: Reason) -> list[Element]:
    return [reason.code, reason.segment, [str(reason.element)] if reason.element else ""]


def _unb(envelope: Envelope) -> Segment:
    is_latest = envelope.syntax.endswith(":4")
    return [
        "UNB",
        envelope.syntax.split(":"),
        _party(envelope.sender),
        _party(envelope.receiver),
        [envelope.at.strftime("%Y%m%d" if is_latest else "%y%m%d"), envelope.at.strftime("%H%M")],
        envelope.reference,
        "",
        envelope.application_reference,
        "",
        "1" if envelope.acknowledgment_requested else "",
        "",
        "1" if envelope.test else "",
    ]


def _party(party: PartyId | None) -> list[str]:
    return [party.value[:_MAX_ID], party.qualifier, party.routing] if party else [_NOBODY.value]


@dataclass(slots=True)
class _Pen:
    """Writes segments in some marks and one character set."""

    marks: Marks
    syntax: str
    lost: dict[str, None] = field(default_factory=dict)
    _codec: str = field(init=False)
    _folds: bool = field(init=False)
    _special: re.Pattern[bytes] = field(init=False)

    def __post_init__(self) -> None:
        syntax_id = self.syntax.partition(":")[0].upper()
        self._codec = "ascii" if syntax_id == "UNOX" else codec_of(syntax_id)
        self._folds = syntax_id == "UNOA"
        marks = self.marks
        taken = marks.component + marks.element + marks.release + marks.repetition + marks.segment
        self._special = re.compile(b"[" + re.escape(taken) + b"]")

    def segment(self, segment: Segment) -> bytes:
        """One segment with its terminator; what is empty at the end of it or of a composite is left off."""
        tag = str(segment[0])
        numbers = numbers_of(tag) if self.marks.decimal == b"," else ()
        elements = [self._element(one, [at for e, at in numbers if e == place]) for place, one in enumerate(segment)]
        while elements and not elements[-1]:
            elements.pop()
        return self.marks.element.join(elements) + self.marks.segment

    def _element(self, element: Element, numbers: Sequence[int]) -> bytes:
        parts = [element] if isinstance(element, str) else list(element)
        for at in numbers:
            if at < len(parts):
                parts[at] = parts[at].replace(".", ",")
        written = [self._text(part) for part in parts]
        while written and not written[-1]:
            written.pop()
        return self.marks.component.join(written)

    def _text(self, text: str) -> bytes:
        """A text that cannot break the segment it stands in: printable, released, in the character set."""
        text = "".join(letter if letter.isprintable() else " " for letter in text).strip()
        if self._folds:
            text = text.upper()
        try:
            raw = text.encode(self._codec)
        except UnicodeEncodeError:
            raw = "".join(map(self._nearest, text)).encode(self._codec)
        return self._special.sub(self._released, raw)

    def _released(self, mark: re.Match[bytes]) -> bytes:
        return self.marks.release + mark[0] if self.marks.release else b" "

    def _nearest(self, letter: str) -> str:
        """The letter, or what is left of it without its accents, or a point; what is not itself is noted as lost."""
        if self._has(letter):
            return letter
        self.lost.setdefault(letter)
        bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if self._has(part))
        return bare or "."

    def _has(self, letter: str) -> bool:
        try:
            letter.encode(self._codec)
        except UnicodeEncodeError:
            return False
        return True
