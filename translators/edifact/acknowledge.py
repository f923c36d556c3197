"""What we answer: one syntax report (CONTRL) for each interchange.

Here it is data, made from findings by the tables below; ``edifact/writer.py`` turns it into bytes once the gateway has
drawn control numbers. A CONTRL knows no "accepted with errors": what is not rejected is acknowledged and not named. A
CONTRL is never answered. Codes are those of 0085, actions those of 0083: 4 this and all below it is rejected, 7 this is
acknowledged and so is what stands below unless it is named, 8 received and not looked at yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from translators.findings import Code, Finding, Level, has_reject
from translators.interchange import GroupHeader, Header

REJECTED, ACKNOWLEDGED, RECEIVED = "4", "7", "8"

ELEMENT_CODES = {
    Code.ELEMENT_MISSING: "13",
    Code.ELEMENTS_TOO_MANY: "16",
    Code.ELEMENTS_LIMIT: "16",
    Code.ELEMENT_TOO_SHORT: "40",
    Code.ELEMENT_TOO_LONG: "39",
    Code.ELEMENT_LIMIT: "39",
    Code.CHARACTER_INVALID: "21",
    Code.SEPARATOR_IN_DATA: "21",
    Code.NUMBER_INVALID: "37",
    Code.CODE_UNKNOWN: "12",
    Code.CODE_NOT_IN_TABLE: "12",
    Code.VALUE_REFUSED: "12",
    Code.DATE_INVALID: "12",
    Code.TIME_INVALID: "12",
    Code.ELEMENT_NOT_USED: "15",
    Code.ELEMENT_REPEATS: "16",
    Code.CONDITION_UNMET: "48",
    Code.EXCLUSION_BROKEN: "48",
    Code.HIERARCHY_WRONG: "12",
    Code.CODE_NOT_IN_GUIDE: "12",
}
"""UCD."""

SEGMENT_CODES = {
    Code.SEGMENT_UNKNOWN: "15",
    Code.SEGMENT_UNEXPECTED: "15",
    Code.SEGMENT_NOT_IN_SET: "15",
    Code.SEGMENT_OUT_OF_PLACE: "15",
    Code.SEGMENT_MISSING: "13",
    Code.SEGMENT_NOT_USED: "15",
    Code.SEGMENT_TOO_SELDOM: "13",
    Code.LOOP_TOO_SELDOM: "13",
    Code.HIERARCHY_TOO_DEEP: "34",
    Code.SEGMENT_REPEATS: "35",
    Code.LOOP_REPEATS: "36",
    Code.SEGMENT_TOO_LONG: "18",
    Code.BINARY_LENGTH_WRONG: "18",
}
"""UCS. An element's finding gives its segment no code of its own."""

SET_CODES = {
    Code.NO_AGREEMENT: "17",
    Code.NO_MAP: "14",
    Code.SET_END_MISSING: "13",
    Code.SET_NUMBER_MISMATCH: "28",
    Code.SEGMENT_COUNT_WRONG: "29",
    Code.SET_TOO_LARGE: "18",
    Code.CHARACTER_SET_WRONG: "21",
    Code.SET_ID_MISSING: "13",
    Code.SET_NOT_OF_GROUP: "31",
    Code.SET_NUMBER_MALFORMED: "12",
    Code.SET_NUMBER_REPEATED: "26",
}
"""UCM."""

GROUP_CODES = {
    Code.FUNCTIONAL_ID_MISSING: "13",
    Code.GROUP_END_MISSING: "13",
    Code.GROUP_NUMBER_MISMATCH: "28",
    Code.SET_COUNT_WRONG: "29",
    Code.GROUP_NUMBER_MALFORMED: "12",
    Code.GROUP_NUMBER_REPEATED: "26",
    Code.GROUP_VERSION_UNKNOWN: "14",
}
"""UCF."""

INTERCHANGE_CODES = {
    Code.INTERCHANGE_CUT_OFF: "13",
    Code.INTERCHANGE_NUMBER_MISMATCH: "28",
    Code.INTERCHANGE_NUMBER_MALFORMED: "12",
    Code.GROUP_COUNT_WRONG: "29",
    Code.SENDER_MISSING: "13",
    Code.UNKNOWN_SENDER: "23",
    Code.RECEIVER_MISSING: "13",
    Code.VERSION_UNKNOWN: "2",
    Code.INTERCHANGE_DATE_INVALID: "12",
    Code.TEST_FLAG_INVALID: "12",
    Code.SET_OUTSIDE_GROUP: "30",
    Code.STRAY_SEGMENT: "33",
    Code.HEADER_WIDTH: "18",
    Code.HEADER_MALFORMED: "18",
    Code.INTERCHANGE_REPEATED: "26",
    Code.DELIMITERS_INVALID: "22",
}
"""UCI."""

NEVER_ANSWERED = ("CONTRL",)
_UNSPECIFIED = "18"
_MISSING = (Code.SEGMENT_MISSING, Code.SEGMENT_TOO_SELDOM, Code.LOOP_TOO_SELDOM)
"""Their place is where the gap was seen."""
_MAX_SEGMENT_NOTES = 999
_MAX_ELEMENT_NOTES = 99


@dataclass(frozen=True, slots=True)
class ElementNote:
    """A UCD. ``position`` counts the tag as 1, so the first element is 2; components count from 1."""

    position: int
    code: str
    component: int | None = None


@dataclass(frozen=True, slots=True)
class SegmentNote:
    """A UCS with its UCDs. ``position`` counts UNH as 1; ``code`` is empty when only elements are wrong.

    For a segment that is missing it is the position of the last one before the gap.
    """

    position: int
    code: str
    elements: tuple[ElementNote, ...] = ()


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a level was rejected: the code, and the service segment and element it lies in, when it lies in one."""

    code: str = ""
    segment: str = ""
    element: int | None = None


NO_REASON = Reason()


@dataclass(frozen=True, slots=True)
class SetVerdict:
    """A UCM: what became of one message. ``version`` is what stands behind its type in the UNH."""

    set_id: str
    control_number: str
    version: str
    verdict: str
    reason: Reason = NO_REASON
    segments: tuple[SegmentNote, ...] = ()

    @property
    def is_rejected(self) -> bool:
        return self.verdict == REJECTED


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """A UCF, or the messages of an interchange without groups when the header is empty."""

    header: GroupHeader
    verdict: str
    reason: Reason
    sets: tuple[SetVerdict, ...]

    @property
    def is_real(self) -> bool:
        """Whether there was a UNG."""
        return bool(self.header.functional_id or self.header.control_number or self.header.sender)


@dataclass(frozen=True, slots=True)
class Acknowledgment:
    """The answer to one interchange."""

    interchange: Header
    verdict: str
    reason: Reason = NO_REASON
    groups: tuple[GroupVerdict, ...] = ()


def set_verdict(
    set_id: str | None, control_number: str | None, findings: Sequence[Finding], version: str | None = None
) -> SetVerdict:
    """The verdict on a message from everything that was found on it."""
    identity = (set_id or "", control_number or "", version or "")
    if not has_reject(findings):
        return SetVerdict(*identity, ACKNOWLEDGED)
    rejecting = [one for one in findings if one.rejects]
    reason = _reason(rejecting, SET_CODES)
    notes = _segment_notes(rejecting)
    if reason is NO_REASON and not notes:
        reason = Reason(_UNSPECIFIED)
    return SetVerdict(*identity, REJECTED, reason, notes)


def group_verdict(group: GroupHeader, sets: Sequence[SetVerdict], findings: Sequence[Finding]) -> GroupVerdict:
    """The verdict on a group; on the messages of an interchange without groups as well."""
    answered = tuple(one for one in sets if one.set_id not in NEVER_ANSWERED)
    if has_reject(findings):
        return GroupVerdict(group, REJECTED, _reason([one for one in findings if one.rejects], GROUP_CODES), answered)
    return GroupVerdict(group, ACKNOWLEDGED, NO_REASON, answered)


def acknowledgment(
    interchange: Header,
    groups: Sequence[GroupVerdict],
    findings: Iterable[Finding],
    holds_acknowledgments: bool = False,
) -> Acknowledgment | None:
    """The answer to an interchange, or None when it must not be answered or nobody can be.

    ``holds_acknowledgments`` says that there was a CONTRL in it: when there was nothing else, it is not answered.
    """
    answered = tuple(one for one in groups if one.sets)
    if holds_acknowledgments and not answered:
        return None
    if not interchange.control_number or interchange.sender is None:
        return None
    told = [one for one in findings if one.rejects and one.code.level is Level.INTERCHANGE]
    if told:
        return Acknowledgment(interchange, REJECTED, _reason(told, INTERCHANGE_CODES))
    return Acknowledgment(interchange, ACKNOWLEDGED, NO_REASON, answered)


def repeated(interchange: Header) -> Acknowledgment:
    """The answer to an interchange that came before."""
    return Acknowledgment(interchange, REJECTED, Reason(INTERCHANGE_CODES[Code.INTERCHANGE_REPEATED], "UNB"))


def _reason(findings: Sequence[Finding], codes: dict[Code, str]) -> Reason:
    """A CONTRL has room for one code on each level: that of the first finding."""
    finding = next((one for one in findings if one.code in codes), None)
    if finding is None:
        return NO_REASON
    tag, element = finding.where.segment or "", finding.where.element
    if not tag.startswith("UN"):
        return Reason(codes[finding.code])
    return Reason(codes[finding.code], tag, element + 1 if element else None)


def _segment_notes(findings: Sequence[Finding]) -> tuple[SegmentNote, ...]:
    """One UCS for each place and code; the elements of one segment share theirs."""
    notes: dict[tuple[int, str], list[ElementNote]] = {}
    for finding in findings:
        where, code = finding.where, finding.code
        position = where.position or 1
        if code in ELEMENT_CODES:
            note = ElementNote((where.element or 1) + 1, ELEMENT_CODES[code], where.component)
            notes.setdefault((position, ""), []).append(note)
        elif code in _MISSING:
            notes.setdefault((max(1, position - 1), SEGMENT_CODES[code]), [])
        elif code in SEGMENT_CODES:
            notes.setdefault((position, SEGMENT_CODES[code]), [])
    return tuple(
        SegmentNote(position, code, tuple(elements[:_MAX_ELEMENT_NOTES]))
        for (position, code), elements in sorted(notes.items())[:_MAX_SEGMENT_NOTES]
    )
