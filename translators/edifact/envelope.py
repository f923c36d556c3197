"""UNB, UNG, UNH, UNT, UNE and UNZ: who is open, what they count, and whether trailer and header agree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from translators.edifact.syntax import Marks, divide, plain
from translators.findings import Code, Finding, Where
from translators.interchange import (
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
from translators.numbers import read_count


def header_missing(offset: int) -> InterchangeOpened:
    """An interchange that begins without its UNB."""
    message = "there is no UNB: nobody is named as sender; ask for the whole interchange"
    finding = Finding(Code.HEADER_MISSING, message, Where("UNB", offset=offset))
    return InterchangeOpened(Header("edifact", offset=offset), (finding,))


@dataclass(slots=True)
class _OpenSet:
    set_id: str
    number: str
    version: str
    offset: int
    count: int = 1
    findings: list[Finding] = field(default_factory=list)


Elements = list[list[str]]


class Envelope:
    """The open interchange, group and set."""

    def __init__(self, marks: Marks) -> None:
        self._marks = marks
        self.opened = False
        self.headless = False
        self.closed = False
        self._number = ""
        self._groups = 0
        self._messages = 0
        self._has_ung = False
        self._group: GroupHeader | None = None
        self._sets = 0
        self._set: _OpenSet | None = None
        self._findings: list[Finding] = []

    def body(self, pieces: list[bytes], offset: int) -> None:
        """Segments that are not the envelope's."""
        count = len(pieces) - pieces.count(b"")
        if self._set:
            self._set.count += count
        elif count:
            self._add(Code.STRAY_SEGMENT, "segments that stand in no message were passed over", "", offset)

    def too_long(self, offset: int) -> None:
        message = "a segment is longer than any standard allows; is a terminator missing?"
        if self._set:
            self._set.count += 1
            self._set.findings.append(Finding(Code.SEGMENT_TOO_LONG, message, Where(position=self._set.count)))
        else:
            self._add(Code.STRAY_SEGMENT, message, "", offset)

    def segment(self, piece: bytes, offset: int) -> Iterator[Event]:
        """One service segment."""
        tag = piece[:3]
        elements = self._elements(piece)
        if tag == b"UNB":
            yield self._open(elements, offset)
        elif tag == b"UNG":
            yield from self._open_group(elements, offset)
        elif tag == b"UNH":
            yield from self._open_set(elements, offset)
        elif tag == b"UNT" and self._set:
            yield self._close_set(elements)
        elif tag == b"UNE" and self._group:
            yield from self._close_group(elements, offset)
        elif tag == b"UNZ":
            yield from self._close(elements, offset)
        else:
            self.body([piece], offset)

    def cut_off(self, reason: str) -> Iterator[Event]:
        """There is no UNZ. Where there was no UNB either, that has been told."""
        yield from self._end_group(not self._has_ung)
        if not self.opened and not self.headless:
            message = "the UNB never ends; is it another terminator than the UNA or the standard says?"
            yield InterchangeOpened(Header("edifact"), (Finding(Code.HEADER_MALFORMED, message, Where("UNB", 1)),))
        if not self.headless:
            self._add(
                Code.INTERCHANGE_CUT_OFF, f"{reason}: take the interchange as not received and send it again", "UNZ"
            )
        yield self._closed()

    def _elements(self, piece: bytes) -> Elements:
        marks = self._marks
        return [
            [plain(part, marks.release) for part in divide(element, marks.component, marks.release)]
            for element in divide(piece, marks.element, marks.release)
        ]

    def _open(self, elements: Elements, offset: int) -> InterchangeOpened:
        self.opened = True
        self._number = _at(elements, 5)
        findings = []
        if not _at(elements, 2):
            findings.append(Finding(Code.SENDER_MISSING, "UNB names no sender", Where("UNB", 1, 2, offset=offset)))
        if not _at(elements, 3):
            findings.append(Finding(Code.RECEIVER_MISSING, "UNB names no recipient", Where("UNB", 1, 3, offset=offset)))
        if not 1 <= len(self._number) <= 14:
            message = "UNB 0020 must have one to fourteen characters"
            findings.append(Finding(Code.INTERCHANGE_NUMBER_MALFORMED, message, Where("UNB", 1, 5, offset=offset)))
        header = Header(
            standard="edifact",
            sender=_party(elements, 2),
            receiver=_party(elements, 3),
            control_number=self._number or None,
            test=_at(elements, 11) == "1",
            version=":".join(elements[1][:2]) if len(elements) > 1 else "",
            acknowledgment_requested=_at(elements, 9) == "1",
            date=_at(elements, 4),
            time=_at(elements, 4, 1),
            offset=offset,
        )
        return InterchangeOpened(header, tuple(findings))

    def _open_group(self, elements: Elements, offset: int) -> Iterator[Event]:
        yield from self._end_group(not self._has_ung)
        self._has_ung = True
        header = GroupHeader(
            functional_id=_at(elements, 1) or None,
            version=":".join(elements[7]) if len(elements) > 7 else None,
            control_number=_at(elements, 5) or None,
            sender=_at(elements, 2),
            receiver=_at(elements, 3),
            offset=offset,
        )
        yield self._group_opened(header)

    def _group_opened(self, header: GroupHeader) -> GroupOpened:
        self._group = header
        self._groups += 1
        self._sets = 0
        return GroupOpened(header)

    def _open_set(self, elements: Elements, offset: int) -> Iterator[Event]:
        yield from self._end_set()
        if self._group is None:
            yield self._group_opened(GroupHeader(offset=offset))
        identity = elements[2] if len(elements) > 2 else [""]
        set_id, version = identity[0], ":".join(part.strip() for part in identity[1:])
        self._set = _OpenSet(set_id, _at(elements, 1), version, offset)
        if not set_id:
            self._set.findings.append(Finding(Code.SET_ID_MISSING, "UNH names no message type", Where("UNH", 1, 2)))

    def _close_set(self, trailer: Elements) -> SetRead:
        open_set = self._set
        assert open_set is not None
        open_set.count += 1
        stated = _at(trailer, 1)
        if read_count(stated) != open_set.count:
            message = f"UNT says {stated[:12] or 'nothing'}, the message has {open_set.count} segments"
            open_set.findings.append(Finding(Code.SEGMENT_COUNT_WRONG, message, Where("UNT", open_set.count, 1)))
        if _at(trailer, 2) != open_set.number:
            message = "the reference in UNT is not that of the UNH"
            open_set.findings.append(Finding(Code.SET_NUMBER_MISMATCH, message, Where("UNT", open_set.count, 2)))
        return self._set_read(open_set)

    def _set_read(self, one: _OpenSet) -> SetRead:
        self._set = None
        self._sets += 1
        self._messages += 1
        return SetRead(
            one.set_id or None,
            one.number or None,
            one.count,
            one.offset,
            one.version or None,
            None,
            tuple(one.findings),
        )

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
        if len(self._findings) < 20:
            self._findings.append(Finding(code, message, Where(tag or None, offset=offset)))


def _at(elements: Elements, index: int, component: int = 0) -> str:
    if index >= len(elements) or component >= len(elements[index]):
        return ""
    return elements[index][component]


def _party(elements: Elements, index: int) -> PartyId | None:
    value = _at(elements, index)
    return PartyId(_at(elements, index, 1), value) if value else None
