"""UNB, UNG, UNH, UNT, UNE and UNZ: who is open, what they count, and whether trailer and header agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from translators.edifact.body import Body
from translators.edifact.charsets import codec_of, decode
from translators.edifact.syntax import COMPONENT, Cutter, Marks, cutter
from translators.findings import Code, Finding, Severity, Where
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
from translators.numbers import Unreadable, read_count, read_date
from translators.used import UsedNumbers

_MAX_TOLD = 20
"""Findings an interchange keeps about its own envelope."""
_SYNTAX_VERSIONS = ("1", "2", "3", "4")
_TEST_FLAGS = ("", "0", "1", "2", "3", "4")
INSIDE = Delimiters(b"\x1d", b"\x1f", b"\x1c", b"\x1e")
"""What a message's tree is divided by, whatever the interchange has on the wire."""


def header_missing(offset: int) -> InterchangeOpened:
    """An interchange that begins without its UNB."""
    message = "there is no UNB: nobody is named as sender; ask for the whole interchange"
    finding = Finding(Code.HEADER_MISSING, message, Where("UNB", offset=offset))
    return InterchangeOpened(Header("edifact", delimiters=INSIDE, offset=offset), (finding,))


@dataclass(slots=True)
class _OpenSet:
    set_id: str
    number: str
    version: str
    offset: int
    parts: list[bytes]
    size: int
    count: int = 1
    findings: list[Finding] = field(default_factory=list)
    is_kept: bool = True

    def drop(self) -> None:
        """The bytes are not kept: the message is refused already and may be of any size."""
        self.parts, self.is_kept = [], False


Elements = list[str]


class Envelope:
    """The open interchange, group and set.

    ``has_una`` is whether the marks were said and not assumed, ``are_sound`` whether what was said made sense.
    """

    def __init__(self, marks: Marks, has_una: bool = False, are_sound: bool = True) -> None:
        self._has_una = has_una
        self.cutter: Cutter = cutter(marks)
        self.opened = False
        self.headless = False
        self.closed = False
        self._are_sound = are_sound
        self._codec = "iso8859-1"
        self._number = ""
        self._groups = 0
        self._messages = 0
        self._numbers = UsedNumbers()
        self._has_ung = False
        self._group: GroupHeader | None = None
        self._sets = 0
        self._set: _OpenSet | None = None
        self._findings: list[Finding] = []
        self._told_charset = False

    @property
    def begun(self) -> bool:
        return self.opened or self.headless

    @property
    def is_empty(self) -> bool:
        """Whether it ended without a message."""
        return not self._messages

    def body(self, raw: bytes, offset: int, blank: int) -> None:
        """Whole segments that are not the envelope's, ``blank`` of them of nothing."""
        count = self.cutter.count(raw) - blank
        if self._set:
            self._extend(self._set, raw, count)
        elif count:
            tag = self._elements(raw[:16].lstrip())[0][:3]
            self._add(Code.STRAY_SEGMENT, "segments that stand in no message were passed over", tag, offset)

    def too_long(self, head: bytes, offset: int) -> None:
        """A segment past the limit."""
        message = "a segment is longer than any standard allows; is a terminator missing?"
        tag = self._elements(head.lstrip())[0][:3]
        if self._set:
            self._set.count += 1
            self._set.drop()
            self._set.findings.append(Finding(Code.SEGMENT_TOO_LONG, message, Where(tag, self._set.count)))
        else:
            self._add(Code.STRAY_SEGMENT, message, tag, offset)

    def segment(self, piece: bytes, raw: bytes, offset: int) -> Iterator[Event]:
        """One service segment; ``raw`` has what stands before its tag and its terminator too."""
        tag = piece[:3]
        if tag == b"UNH":
            yield from self._open_set(self._elements(piece), raw[-len(piece) - 1 :], offset)
        elif tag == b"UNT" and self._set:
            self._extend(self._set, raw, 1)
            yield self._close_set(self._set, self._elements(piece), offset)
        elif tag == b"UNB" and not self.begun:
            yield self._open(piece, offset)
        elif tag == b"UNG":
            yield from self._open_group(self._elements(piece), offset)
        elif tag == b"UNE" and self._group:
            yield from self._close_group(self._elements(piece), offset)
        elif tag == b"UNZ":
            yield from self._close(self._elements(piece), offset)
        else:
            self.body(raw, offset, 0)

    def cut_off(self, reason: str) -> Iterator[Event]:
        """There is no UNZ. Where there was no UNB either, that has been told."""
        yield from self._end_group(not self._has_ung)
        if not self.opened and not self.headless:
            message = "the UNB never ends; is it another terminator than the UNA or the standard says?"
            yield InterchangeOpened(
                Header("edifact", delimiters=INSIDE), (Finding(Code.HEADER_MALFORMED, message, Where("UNB", 1)),)
            )
        if not self.headless:
            self._add(
                Code.INTERCHANGE_CUT_OFF, f"{reason}: take the interchange as not received and send it again", "UNZ"
            )
        yield self._closed()

    def _extend(self, one: _OpenSet, raw: bytes, count: int) -> None:
        one.count += count
        one.size += len(raw)
        if not one.is_kept:
            return
        if one.count > MAX_SET_SEGMENTS or one.size > MAX_SET_BYTES:
            message = f"a message may have {MAX_SET_SEGMENTS} segments and {MAX_SET_BYTES} bytes; send it in parts"
            one.findings.append(Finding(Code.SET_TOO_LARGE, message, Where("UNH", 1, offset=one.offset)))
            one.drop()
            return
        one.parts.append(raw)

    def _elements(self, piece: bytes) -> Elements:
        return self.cutter.elements(piece, self._decoded)

    def _decoded(self, raw: bytes) -> str:
        return decode(raw, self._codec)[0]

    def _open(self, piece: bytes, offset: int) -> InterchangeOpened:
        self.opened = True
        syntax = _parts(self._elements(piece), 1)
        self._codec = codec_of(syntax[0])
        marks = self.cutter.marks
        if syntax[1:2] == ["4"] and not self._has_una and marks.component == b":":
            marks = replace(marks, repetition=b"*")
            self.cutter = cutter(marks)
        elements = self._elements(piece)
        self._number = _at(elements, 5)
        header = Header(
            standard="edifact",
            sender=_party(elements, 2),
            receiver=_party(elements, 3),
            control_number=self._number or None,
            test=_at(elements, 11) not in ("", "0"),
            version=":".join(syntax[:2]),
            acknowledgment_requested=_at(elements, 9) == "1",
            delimiters=INSIDE,
            una=marks.una,
            date=_at(elements, 4),
            time=_at(elements, 4, 1),
            offset=offset,
        )
        return InterchangeOpened(header, tuple(self._header_findings(header, elements, offset)))

    def _header_findings(self, header: Header, elements: Elements, offset: int) -> Iterator[Finding]:
        def finding(code: Code, element: int, message: str) -> Finding:
            return Finding(code, message, Where("UNB", 1, element, offset=offset), _at(elements, element)[:20])

        if not self._are_sound:
            message = "the UNA names the same mark twice, a letter, a digit or a blank; the standard's marks were taken"
            yield Finding(Code.DELIMITERS_INVALID, message, Where("UNA", offset=offset))
        if header.sender is None:
            yield finding(Code.SENDER_MISSING, 2, "UNB names no sender")
        if header.receiver is None:
            yield finding(Code.RECEIVER_MISSING, 3, "UNB names no recipient")
        if not 1 <= len(self._number) <= MAX_CONTROL_NUMBER:
            yield finding(Code.INTERCHANGE_NUMBER_MALFORMED, 5, "UNB 0020 must have one to fourteen characters")
        if header.version.rpartition(":")[2] not in _SYNTAX_VERSIONS:
            yield finding(Code.VERSION_UNKNOWN, 1, "UNB names no syntax version we know")
        if _at(elements, 11) not in _TEST_FLAGS:
            yield finding(
                Code.TEST_FLAG_INVALID, 11, "UNB 0035 is no test indicator; the interchange is taken as a test"
            )
        try:
            read_date(header.date)
        except Unreadable as reason:
            yield finding(Code.INTERCHANGE_DATE_INVALID, 4, f"UNB 0017 {reason}")

    def _open_group(self, elements: Elements, offset: int) -> Iterator[Event]:
        yield from self._end_group(not self._has_ung)
        if self._messages and not self._has_ung:
            self._add(Code.SET_OUTSIDE_GROUP, "a group comes behind messages that stand in none", "UNG", offset)
        self._has_ung = True
        header = GroupHeader(
            functional_id=_at(elements, 1) or None,
            version=":".join(_parts(elements, 7)) if len(elements) > 7 else None,
            control_number=_at(elements, 5) or None,
            sender=_at(elements, 2),
            receiver=_at(elements, 3),
            offset=offset,
        )
        yield self._group_opened(header, tuple(_group_findings(header)))

    def _group_opened(self, header: GroupHeader, findings: tuple[Finding, ...] = ()) -> GroupOpened:
        self._group = header
        self._groups += 1
        self._sets = 0
        return GroupOpened(header, findings)

    def _open_set(self, elements: Elements, raw: bytes, offset: int) -> Iterator[Event]:
        yield from self._end_set()
        if self._group is None:
            if self._has_ung:
                self._add(Code.SET_OUTSIDE_GROUP, "a message stands in no group, others do", "UNH", offset)
            yield self._group_opened(GroupHeader(offset=offset))
        set_id, *version = _parts(elements, 2)
        self._set = _OpenSet(set_id, _at(elements, 1), ":".join(version), offset, [raw], len(raw))

    def _close_set(self, one: _OpenSet, trailer: Elements, offset: int) -> SetRead:
        stated, position = _at(trailer, 1), one.count
        if read_count(stated) != position:
            message = f"UNT says {stated[:12] or 'nothing'}, the message has {position} segments"
            place = Where("UNT", position, 1, offset=offset)
            one.findings.append(Finding(Code.SEGMENT_COUNT_WRONG, message, place, stated[:12]))
        if _at(trailer, 2) != one.number:
            message = "the reference in UNT is not that of the UNH"
            place = Where("UNT", position, 2, offset=offset)
            one.findings.append(Finding(Code.SET_NUMBER_MISMATCH, message, place, _at(trailer, 2)[:14]))
        return self._set_read(one)

    def _set_read(self, one: _OpenSet) -> SetRead:
        self._set = None
        self._sets += 1
        self._messages += 1
        raw = b"".join(one.parts)[:-1]
        findings = (*self._set_findings(one), *one.findings)
        if not self._told_charset and not raw.isascii() and not decode(raw, self._codec)[1]:
            self._told_charset = True
            message = (
                "bytes that the character set of the UNB does not have; they were read as what they most likely are"
            )
            findings += (Finding(Code.CHARACTER_SET_WRONG, message, Where("UNH", 1, offset=one.offset)),)
        body = Body(raw, self.cutter, self._codec, one.offset) if one.is_kept else None
        self._numbers.add(one.number)
        return SetRead(
            one.set_id or None, one.number or None, one.count, one.offset, one.version or None, body, findings
        )

    def _set_findings(self, one: _OpenSet) -> Iterator[Finding]:
        where = Where("UNH", 1, 1, offset=one.offset)
        if not one.set_id:
            yield Finding(Code.SET_ID_MISSING, "UNH names no message type", replace(where, element=2))
        if not 1 <= len(one.number) <= MAX_CONTROL_NUMBER:
            message = "UNH 0062 must have one to fourteen characters"
            yield Finding(Code.SET_NUMBER_MALFORMED, message, where, one.number[:14])
        elif one.number in self._numbers:
            # Many count within a message type or always write 1; nothing is lost, as we name messages by place too.
            message = f"UNH 0062 {one.number} was used before in this interchange"
            yield Finding(Code.SET_NUMBER_REPEATED, message, where, one.number, Severity.WARNING)

    def _end_set(self) -> Iterator[Event]:
        if self._set:
            self._set.findings.append(
                Finding(Code.SET_END_MISSING, "the message has no UNT", Where("UNT", self._set.count + 1))
            )
            yield self._set_read(self._set)

    def _end_group(self, is_implied: bool) -> Iterator[Event]:
        """A group that ends without UNE: rightly so when it never had a UNG."""
        yield from self._end_set()
        if self._group:
            self._group = None
            missing = Finding(Code.GROUP_END_MISSING, "the group has no UNE", Where("UNE"))
            yield GroupClosed(() if is_implied else (missing,), None)

    def _close_group(self, trailer: Elements, offset: int) -> Iterator[Event]:
        yield from self._end_set()
        assert self._group is not None
        findings = []
        stated = read_count(_at(trailer, 1))
        if stated != self._sets:
            message = f"UNE says {_at(trailer, 1)[:12] or 'nothing'}, the group has {self._sets} messages"
            findings.append(Finding(Code.SET_COUNT_WRONG, message, Where("UNE", element=1, offset=offset)))
        if _at(trailer, 2) != (self._group.control_number or ""):
            message = "the reference in UNE is not that of the UNG"
            findings.append(Finding(Code.GROUP_NUMBER_MISMATCH, message, Where("UNE", element=2, offset=offset)))
        self._group = None
        yield GroupClosed(tuple(findings), stated)

    def _close(self, trailer: Elements, offset: int) -> Iterator[Event]:
        yield from self._end_group(not self._has_ung)
        count, what = (self._groups, "groups") if self._has_ung else (self._messages, "messages")
        if read_count(_at(trailer, 1)) != count:
            message = f"UNZ says {_at(trailer, 1)[:12] or 'nothing'}, the interchange has {count} {what}"
            self._add(Code.GROUP_COUNT_WRONG, message, "UNZ", offset)
        if self.opened and _at(trailer, 2) != self._number:
            self._add(Code.INTERCHANGE_NUMBER_MISMATCH, "the reference in UNZ is not that of the UNB", "UNZ", offset)
        yield self._closed()

    def _closed(self) -> InterchangeClosed:
        self.closed = True
        return InterchangeClosed(tuple(self._findings))

    def _add(self, code: Code, message: str, tag: str, offset: int | None = None) -> None:
        if len(self._findings) < _MAX_TOLD:
            self._findings.append(Finding(code, message, Where(tag or None, offset=offset)))


def _group_findings(header: GroupHeader) -> Iterator[Finding]:
    number = header.control_number or ""
    if not header.functional_id:
        # From syntax version 4 on it need not be there.
        message = "UNG 0038 names no kind of message"
        yield Finding(
            Code.FUNCTIONAL_ID_MISSING, message, Where("UNG", None, 1, offset=header.offset), severity=Severity.WARNING
        )
    if not 1 <= len(number) <= MAX_CONTROL_NUMBER:
        message = "UNG 0048 must have one to fourteen characters"
        yield Finding(Code.GROUP_NUMBER_MALFORMED, message, Where("UNG", None, 5, offset=header.offset), number[:14])


def _parts(elements: Elements, index: int) -> list[str]:
    """The components of an element, at least one."""
    return [part.strip(" ") for part in elements[index].split(COMPONENT)] if index < len(elements) else [""]


def _at(elements: Elements, index: int, component: int = 0) -> str:
    parts = _parts(elements, index)
    return parts[component] if component < len(parts) else ""


def _party(elements: Elements, index: int) -> PartyId | None:
    value = _at(elements, index)
    return PartyId(_at(elements, index, 1), value, _at(elements, index, 2)) if value else None
