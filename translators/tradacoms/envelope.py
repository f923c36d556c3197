"""STX, MHD, MTR and END: who is open, what they count, and whether they agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from translators.findings import Code, Finding, Where, shown
from translators.interchange import (
    Delimiters,
    Event,
    GroupClosed,
    GroupHeader,
    GroupOpened,
    Header,
    InterchangeClosed,
    InterchangeOpened,
    PartyId,
    SetRead,
)
from translators.limits import MAX_CONTROL_NUMBER, MAX_SET_BYTES, MAX_SET_SEGMENTS
from translators.numbers import is_digits, read_count
from translators.tradacoms.body import COMPONENT_MARK, ELEMENT_MARK, TERMINATOR, Body, divided

_MAX_FINDINGS = 20
_MARKS = Delimiters(ELEMENT_MARK.encode(), COMPONENT_MARK.encode(), TERMINATOR)
"""What divides the texts of a body, not what the file has: whoever walks them needs no other."""


@dataclass(slots=True)
class _OpenMessage:
    set_id: str
    version: str
    number: str
    offset: int
    count: int = 0
    size: int = 0
    body: Body | None = field(default_factory=Body)
    findings: list[Finding] = field(default_factory=list)

    def take(self, piece: bytes, offset: int) -> None:
        self.count += 1
        self.size += len(piece)
        if self.body is None:
            return
        if self.count > MAX_SET_SEGMENTS or self.size > MAX_SET_BYTES:
            self.body = None
            self.findings.append(Finding(Code.SET_TOO_LARGE, "the message is larger than we read", Where("MHD", 1)))
            return
        self.body.pieces.append(piece)
        self.body.starts.append(offset)


class Envelope:
    """The open transmission (STX to END) and message (MHD to MTR). All messages stand in one group with no name."""

    def __init__(self) -> None:
        self.closed = False
        self._messages = 0
        self._message: _OpenMessage | None = None
        self._findings: list[Finding] = []

    def open(self, piece: bytes, offset: int) -> Iterator[Event]:
        """STX: syntax, sender, recipient, date and time, sender's reference; then three that we do not need."""
        elements = divided(piece)
        number = _at(elements, 5)
        findings = []
        where = Where("STX", 1, offset=offset)
        sender, receiver = _party(elements, 2), _party(elements, 3)
        if sender is None:
            findings.append(Finding(Code.SENDER_MISSING, "STX names no sender", where))
        if receiver is None:
            findings.append(Finding(Code.RECEIVER_MISSING, "STX names no recipient", where))
        if not 1 <= len(number) <= MAX_CONTROL_NUMBER:
            message = f"the sender's reference in STX must have one to {MAX_CONTROL_NUMBER} characters"
            findings.append(Finding(Code.INTERCHANGE_NUMBER_MALFORMED, message, where, number[:100]))
        yield InterchangeOpened(
            Header(
                standard="tradacoms",
                sender=sender,
                receiver=receiver,
                control_number=number or None,
                version=":".join(elements[1]) if len(elements) > 1 else "",
                date=_at(elements, 4),
                time=_at(elements, 4, 1),
                delimiters=_MARKS,
                offset=offset,
            ),
            tuple(findings),
        )
        yield GroupOpened(GroupHeader(offset=offset))

    def segment(self, piece: bytes, offset: int) -> Iterator[Event]:
        """Any segment but STX, without its terminator."""
        tag = piece.partition(b"=")[0].strip()
        if tag == b"MHD":
            yield from self._end_message()
            self._open_message(piece, offset)
        elif tag == b"MTR" and self._message:
            self._message.take(piece, offset)
            yield self._close_message(self._message, _at(divided(piece), 1))
        elif tag == b"END":
            yield from self._close(divided(piece), offset)
        elif self._message:
            self._message.take(piece, offset)
        elif tag not in (b"BAT", b"EOB"):
            self._add(Code.STRAY_SEGMENT, f"{shown(tag.decode('latin-1')[:9])} stands in no message", tag, offset)

    def too_long(self, offset: int) -> None:
        """A segment past all limits, which was passed over."""
        message = "a segment is longer than any standard allows; is a terminator missing?"
        if self._message:
            self._message.count += 1
            self._message.body = None
            where = Where(position=self._message.count, offset=offset)
            self._message.findings.append(Finding(Code.SEGMENT_TOO_LONG, message, where))
        else:
            self._add(Code.STRAY_SEGMENT, message, b"", offset)

    def cut_off(self, reason: str) -> Iterator[Event]:
        """There is no END."""
        yield from self._end_message()
        message = f"{reason}: take the transmission as not received and send it again"
        self._add(Code.INTERCHANGE_CUT_OFF, message, b"END", None)
        yield from self._closed(None)

    def _open_message(self, piece: bytes, offset: int) -> None:
        elements = divided(piece)
        number, set_id, version = _at(elements, 1), _at(elements, 2), _at(elements, 2, 1)
        self._message = one = _OpenMessage(set_id, version, number, offset)
        one.take(piece, offset)
        if not set_id:
            one.findings.append(Finding(Code.SET_ID_MISSING, "MHD names no type of message", Where("MHD", 1, 2)))
        expected = str(self._messages + 1)
        if not is_digits(number) or number.lstrip("0") != expected:
            message = f"MHD says number {shown(number[:12]) or 'nothing'}, this is message {expected}"
            one.findings.append(Finding(Code.SET_NUMBER_MISMATCH, message, Where("MHD", 1, 1), number[:100]))

    def _close_message(self, one: _OpenMessage, stated: str) -> SetRead:
        if read_count(stated) != one.count:
            message = f"MTR says {shown(stated[:12]) or 'nothing'}, the message has {one.count} segments"
            one.findings.append(Finding(Code.SEGMENT_COUNT_WRONG, message, Where("MTR", one.count, 1)))
        return self._read(one)

    def _read(self, one: _OpenMessage) -> SetRead:
        self._message = None
        self._messages += 1
        findings = tuple(one.findings)
        return SetRead(
            one.set_id or None, one.number or None, one.count, one.offset, one.version or None, one.body, findings
        )

    def _end_message(self) -> Iterator[Event]:
        if self._message:
            where = Where("MTR", self._message.count + 1)
            self._message.findings.append(Finding(Code.SET_END_MISSING, "the message has no MTR", where))
            yield self._read(self._message)

    def _close(self, trailer: list[list[str]], offset: int) -> Iterator[Event]:
        yield from self._end_message()
        stated = _at(trailer, 1)
        if read_count(stated) != self._messages:
            message = f"END says {shown(stated[:12]) or 'nothing'}, the transmission has {self._messages} messages"
            self._add(Code.GROUP_COUNT_WRONG, message, b"END", offset)
        yield from self._closed(read_count(stated))

    def _closed(self, stated: int | None) -> Iterator[Event]:
        self.closed = True
        yield GroupClosed((), stated)
        yield InterchangeClosed(tuple(self._findings))

    def _add(self, code: Code, message: str, tag: bytes, offset: int | None) -> None:
        if len(self._findings) < _MAX_FINDINGS or code.severity == "reject":
            name = tag.decode("latin-1")[:3] or None
            self._findings.append(Finding(code, message, Where(name, offset=offset)))


def _at(elements: list[list[str]], index: int, component: int = 0) -> str:
    if index >= len(elements) or component >= len(elements[index]):
        return ""
    return elements[index][component]


def _party(elements: list[list[str]], index: int) -> PartyId | None:
    """The ANA code, or the name of somebody who has none."""
    value = _at(elements, index) or _at(elements, index, 1)
    return PartyId("", value) if value else None
