"""GS, ST, SE, GE and IEA: who is open, what they count, and whether trailer and header agree.

A wrong count or number refuses the thing it speaks of: SE its set alone, GE its group, IEA its interchange.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from translators.findings import Code, Finding, Where
from translators.interchange import (
    Event,
    GroupClosed,
    GroupHeader,
    GroupOpened,
    InterchangeClosed,
    SetRead,
)
from translators.limits import MAX_SET_BYTES, MAX_SET_SEGMENTS
from translators.numbers import is_digits, read_count
from translators.used import UsedNumbers
from translators.x12.body import Body, Clean
from translators.x12.header import Isa, readable_text
from translators.x12.schemas import functional_id

_MAX_STRAY_SHOWN = 10
"""Stray segments named one by one in an interchange; more tell a person nothing new."""


@dataclass(slots=True)
class _OpenSet:
    elements: list[str]
    offset: int
    pieces: list[bytes]
    size: int
    count: int
    findings: list[Finding]
    too_large: bool = False


class Envelope:
    """The open interchange, group and set of one ISA."""

    def __init__(self, isa: Isa) -> None:
        self.header = isa.header
        self.clean: Clean | None = None
        self.closed = False
        self._separator = readable_text(isa.header.delimiters.element)
        self._groups = 0
        self._group: list[str] | None = None
        self._group_offset = 0
        self._functional_id = ""
        self._group_numbers: set[str] = set()
        self._sets = 0
        self._set_numbers = UsedNumbers()
        self._set: _OpenSet | None = None
        self._findings: list[Finding] = []
        self._stray = 0
        self._acknowledges: list[tuple[str, ...]] = []

    @property
    def in_set(self) -> bool:
        return self._set is not None

    def body(self, pieces: list[bytes], offset: int, size: int) -> None:
        """Pieces without an envelope tag: part of the open set, or stray when none is open."""
        if not pieces:
            return
        if (open_set := self._set) is None:
            self._note_stray(pieces, offset)
            return
        open_set.size += size
        open_set.count += len(pieces)
        if self.clean is not None:
            open_set.count -= sum(map(_is_blank, pieces))
        elif b"" in pieces:
            open_set.count -= pieces.count(b"")
        if open_set.too_large:
            return
        if open_set.count > MAX_SET_SEGMENTS or open_set.size > MAX_SET_BYTES:
            message = f"a set may have {MAX_SET_SEGMENTS} segments and {MAX_SET_BYTES} bytes; send it in parts"
            open_set.findings.append(Finding(Code.SET_TOO_LARGE, message, Where("ST", 1, offset=open_set.offset)))
            open_set.too_large, open_set.pieces = True, []
            return
        open_set.pieces.extend(pieces)

    def body_finding(self, code: Code, tag: bytes, message: str) -> None:
        """A finding on the segment that comes next in the open set."""
        if self._set:
            where = Where(tag.decode("latin-1"), self._set.count + 1)
            self._set.findings.append(Finding(code, message, where))

    def too_long(self, head: bytes, offset: int) -> None:
        """A segment past the limit: its tag stands in the set for it."""
        tag = (self.clean or bytes)(head).split(self.header.delimiters.element)[0][:3]
        self.body_finding(
            Code.SEGMENT_TOO_LONG, tag, "the segment is longer than any standard allows; is a terminator missing?"
        )
        self.body([tag or b"?"], offset, 1)

    def segment(self, piece: bytes, raw: bytes, offset: int) -> Iterator[Event]:
        """One envelope segment."""
        elements = self._divided(piece)
        tag = elements[0]
        if tag == "ST":
            yield from self._open_set(elements, raw, offset)
        elif tag == "SE" and self._set:
            self.body([raw], offset, len(raw))
            yield self._close_set(elements, offset)
        elif tag == "GS":
            yield from self._open_group(elements, offset)
        elif tag == "GE" and self._group:
            yield from self._close_group(elements, offset)
        elif tag == "IEA":
            yield from self._close(elements, offset)
        elif tag == "TA1" and not self._group:
            self._acknowledges.append(tuple(elements))
        else:
            self.body([raw], offset, len(raw))

    def whole_set(self, raw: bytes, offset: int, trailer: bytes, trailer_offset: int) -> SetRead | None:
        """A set from ST to SE at one stroke; None when it is not plain and must be taken piece by piece."""
        terminator = self.header.delimiters.segment
        count = raw.count(terminator) + 1
        if self._set or self._group is None or len(raw) > MAX_SET_BYTES or count > MAX_SET_SEGMENTS:
            return None
        head = raw[: raw.find(terminator)]
        self._set = _OpenSet(self._divided(head), offset, [raw], len(raw), count, [])
        return self._close_set(self._divided(trailer), trailer_offset)

    def _divided(self, piece: bytes) -> list[str]:
        text = readable_text(piece)
        elements = text.split(self._separator)
        return elements if text.isprintable() and " " not in text else list(map(str.strip, elements))

    def cut_off(self, reason: str) -> Iterator[Event]:
        """There is no IEA."""
        yield from self._end_group("the group has no GE")
        self._add(Code.INTERCHANGE_CUT_OFF, f"{reason}: take the interchange as not received and send it again", "IEA")
        yield self._closed()

    def _open_set(self, elements: list[str], raw: bytes, offset: int) -> Iterator[Event]:
        yield from self._end_set()
        if self._group is None:
            self._add(Code.SET_OUTSIDE_GROUP, "a set must stand in a group: a GS is missing before it", "ST", offset)
            yield from self._open_group(["GS"], offset)
        self._set = _OpenSet(elements, offset, [raw.lstrip() if self.clean else raw], len(raw), 1, [])

    def _close_set(self, trailer: list[str], offset: int) -> SetRead:
        open_set = self._set
        assert open_set is not None
        stated, number = _at(trailer, 1), _at(trailer, 2)
        position = open_set.count
        if read_count(stated) != position:
            message = f"SE01 says {stated[:12] or 'nothing'}, the set has {position} segments"
            place = Where("SE", position, 1, offset=offset)
            open_set.findings.append(Finding(Code.SEGMENT_COUNT_WRONG, message, place, stated[:12]))
        if number != _at(open_set.elements, 2):
            message = "SE02 is not the control number of the ST"
            open_set.findings.append(
                Finding(Code.SET_NUMBER_MISMATCH, message, Where("SE", position, 2, offset=offset), number[:12])
            )
        return self._set_read(open_set)

    def _set_read(self, open_set: _OpenSet) -> SetRead:
        self._set = None
        self._sets += 1
        set_id, number, version = (*open_set.elements, "", "", "")[1:4]
        is_new = self._set_numbers.add(number)
        if not (is_new and self._is_sound(set_id, number)):
            where = Where("ST", 1, offset=open_set.offset)
            open_set.findings[:0] = self._header_findings(set_id, number, where, is_new=is_new)
        delimiters = self.header.delimiters
        pieces = open_set.pieces
        raw = pieces[0] if len(pieces) == 1 else delimiters.segment.join(pieces)
        body = Body(raw, delimiters.element, delimiters.segment, self.clean, open_set.offset)
        return SetRead(
            set_id or None,
            number or None,
            open_set.count,
            open_set.offset,
            version or None,
            None if open_set.too_large else body,
            tuple(open_set.findings),
        )

    def _is_sound(self, set_id: str, number: str) -> bool:
        """Whether the ST can be nothing but right, which it nearly always is."""
        return 1 <= len(number) <= 9 and number.isalnum() and functional_id(set_id) == self._functional_id

    def _header_findings(self, set_id: str, number: str, where: Where, *, is_new: bool) -> Iterator[Finding]:
        if not set_id:
            yield Finding(Code.SET_ID_MISSING, "ST01 is empty", where)
        if not 1 <= len(number) <= 9 or not number.isalnum():
            yield Finding(Code.SET_NUMBER_MALFORMED, "ST02 must have one to nine characters", where, number[:12])
        elif not is_new:
            yield Finding(Code.SET_NUMBER_REPEATED, f"ST02 {number} was used before in this group", where, number)
        wanted = functional_id(set_id)
        if wanted and self._functional_id and self._functional_id != wanted:
            message = f"a {set_id} belongs in a group {wanted}, this one is {self._functional_id[:4]}"
            yield Finding(Code.SET_NOT_OF_GROUP, message, where, set_id)

    def _end_set(self) -> Iterator[Event]:
        """A set that something else ended."""
        if self._set:
            message = "the set has no SE"
            self._set.findings.append(Finding(Code.SET_END_MISSING, message, Where("SE", self._set.count + 1)))
            yield self._set_read(self._set)

    def _open_group(self, elements: list[str], offset: int) -> Iterator[Event]:
        yield from self._end_group("the next GS came before the GE")
        self._groups += 1
        self._group, self._group_offset, self._sets, self._set_numbers = elements, offset, 0, UsedNumbers()
        self._functional_id = _at(elements, 1)
        header = GroupHeader(
            functional_id=_at(elements, 1) or None,
            version=_at(elements, 8) or None,
            control_number=_at(elements, 6) or None,
            sender=_at(elements, 2),
            receiver=_at(elements, 3),
            offset=offset,
        )
        repeated = header.control_number in self._group_numbers
        self._group_numbers.add(header.control_number or "")
        yield GroupOpened(header, tuple(_group_findings(header, len(elements), offset, repeated)))

    def _end_group(self, reason: str) -> Iterator[Event]:
        yield from self._end_set()
        if self._group:
            finding = Finding(Code.GROUP_END_MISSING, reason, Where("GE", offset=self._group_offset))
            self._group = None
            yield GroupClosed((finding,), None)

    def _close_group(self, trailer: list[str], offset: int) -> Iterator[Event]:
        yield from self._end_set()
        assert self._group is not None
        findings = []
        stated = read_count(_at(trailer, 1))
        if stated != self._sets:
            message = f"GE01 says {_at(trailer, 1)[:12] or 'nothing'}, the group has {self._sets} sets"
            findings.append(Finding(Code.SET_COUNT_WRONG, message, Where("GE", element=1, offset=offset)))
        if _at(trailer, 2) != _at(self._group, 6):
            message = "GE02 is not the control number of the GS"
            findings.append(Finding(Code.GROUP_NUMBER_MISMATCH, message, Where("GE", element=2, offset=offset)))
        self._group = None
        yield GroupClosed(tuple(findings), stated)

    def _close(self, trailer: list[str], offset: int) -> Iterator[Event]:
        yield from self._end_group("the IEA came before the GE")
        allowed = {self._groups, self._groups + len(self._acknowledges)}
        if read_count(_at(trailer, 1)) not in allowed:
            message = f"IEA01 says {_at(trailer, 1)[:12] or 'nothing'}, the interchange has {self._groups} groups"
            self._add(Code.GROUP_COUNT_WRONG, message, "IEA", offset, 1)
        if _at(trailer, 2) != self.header.control_number:
            self._add(Code.INTERCHANGE_NUMBER_MISMATCH, "IEA02 is not the control number of the ISA", "IEA", offset, 2)
        yield self._closed()

    def _closed(self) -> InterchangeClosed:
        self.closed = True
        return InterchangeClosed(tuple(self._findings), tuple(self._acknowledges))

    def _note_stray(self, pieces: list[bytes], offset: int) -> None:
        for piece in pieces:
            if piece.strip() and self._stray < _MAX_STRAY_SHOWN:
                self._stray += 1
                tag = readable_text(piece.strip().split(self.header.delimiters.element)[0][:8])
                self._add(Code.STRAY_SEGMENT, "a segment that stands in no set was passed over", tag, offset)
            offset += len(piece) + len(self.header.delimiters.segment)

    def _add(self, code: Code, message: str, tag: str, offset: int | None = None, element: int | None = None) -> None:
        self._findings.append(Finding(code, message, Where(tag, element=element, offset=offset)))


def _group_findings(header: GroupHeader, elements: int, offset: int, repeated: bool) -> Iterator[Finding]:
    if elements == 1:
        return
    where = Where("GS", offset=offset)
    if not header.functional_id:
        yield Finding(Code.FUNCTIONAL_ID_MISSING, "GS01 is empty", where)
    number = header.control_number or ""
    if not is_digits(number) or len(number) > 9:
        yield Finding(Code.GROUP_NUMBER_MALFORMED, "GS06 must be a number of one to nine digits", where, number[:12])
    elif repeated:
        yield Finding(Code.GROUP_NUMBER_REPEATED, f"GS06 {number} was used before in this interchange", where, number)
    version = header.version or ""
    if not is_digits(version[:6]) or len(version) < 6:
        message = "GS08 must begin with six digits, 004010 for instance"
        yield Finding(Code.GROUP_VERSION_UNKNOWN, message, where, version[:12])


def _is_blank(piece: bytes) -> bool:
    return not piece or piece.isspace()


def _at(elements: list[str], index: int) -> str:
    return elements[index] if index < len(elements) else ""
