"""What we answer: one functional acknowledgment (997 or 999) for each group, one TA1 for an envelope that needs it.

Here they are data, made from findings by the tables below, in the codes of 005010; ``x12/writer.py`` turns them into
bytes once the gateway has drawn control numbers, and says what an older version has no code for in that version's
words. A 997, 999 or TA1 is never answered. A refused interchange is answered by its TA1 alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from translators.findings import Code, Finding, Level, has_reject
from translators.interchange import GroupHeader, Header

SEGMENT_CODES = {
    Code.SEGMENT_UNKNOWN: "1",
    Code.SEGMENT_UNEXPECTED: "2",
    Code.SEGMENT_NOT_USED: "2",
    Code.SEGMENT_MISSING: "3",
    Code.SEGMENT_TOO_SELDOM: "3",
    Code.LOOP_TOO_SELDOM: "3",
    Code.LOOP_REPEATS: "4",
    Code.HIERARCHY_TOO_DEEP: "4",
    Code.SEGMENT_REPEATS: "5",
    Code.SEGMENT_NOT_IN_SET: "6",
    Code.SEGMENT_OUT_OF_PLACE: "7",
    Code.SEGMENT_TOO_LONG: "8",
    Code.BINARY_LENGTH_WRONG: "8",
}
"""AK304. An element's finding gives its segment the 8."""

ELEMENT_CODES = {
    Code.ELEMENT_MISSING: "1",
    Code.CONDITION_UNMET: "2",
    Code.ELEMENTS_TOO_MANY: "3",
    Code.ELEMENTS_LIMIT: "3",
    Code.ELEMENT_TOO_SHORT: "4",
    Code.ELEMENT_TOO_LONG: "5",
    Code.ELEMENT_LIMIT: "5",
    Code.CHARACTER_INVALID: "6",
    Code.NUMBER_INVALID: "6",
    Code.CODE_UNKNOWN: "7",
    Code.CODE_NOT_IN_GUIDE: "7",
    Code.CODE_NOT_IN_TABLE: "7",
    Code.VALUE_REFUSED: "7",
    Code.HIERARCHY_WRONG: "7",
    Code.DATE_INVALID: "8",
    Code.TIME_INVALID: "9",
    Code.EXCLUSION_BROKEN: "10",
    Code.ELEMENT_NOT_USED: "10",
    Code.ELEMENT_REPEATS: "12",
    Code.SEPARATOR_IN_DATA: "13",
}
"""AK403."""

GUIDE_CODES = {
    Code.SEGMENT_NOT_USED: "I4",
    Code.LOOP_TOO_SELDOM: "I7",
    Code.SEGMENT_TOO_SELDOM: "I8",
    Code.CODE_NOT_IN_GUIDE: "I6",
    Code.ELEMENT_NOT_USED: "I10",
}
"""IK304 and IK403: what only a partner's guide forbids. A 997 has no words for it and says the nearest above."""

SET_CODES = {
    Code.NO_AGREEMENT: "1",
    Code.NO_MAP: "1",
    Code.SET_END_MISSING: "2",
    Code.SET_NUMBER_MISMATCH: "3",
    Code.SEGMENT_COUNT_WRONG: "4",
    Code.SET_TOO_LARGE: "5",
    Code.SET_ID_MISSING: "6",
    Code.SET_NOT_OF_GROUP: "18",
    Code.SET_NUMBER_MALFORMED: "7",
    Code.SET_NUMBER_REPEATED: "23",
}
"""AK502."""

SEGMENTS_IN_ERROR = "5"

GROUP_CODES = {
    Code.FUNCTIONAL_ID_MISSING: "1",
    Code.GROUP_VERSION_UNKNOWN: "2",
    Code.GROUP_END_MISSING: "3",
    Code.GROUP_NUMBER_MISMATCH: "4",
    Code.SET_COUNT_WRONG: "5",
    Code.GROUP_NUMBER_MALFORMED: "6",
    Code.GROUP_NUMBER_REPEATED: "19",
}
"""AK905."""

INTERCHANGE_CODES = {
    Code.INTERCHANGE_CUT_OFF: "023",
    Code.INTERCHANGE_NUMBER_MISMATCH: "001",
    Code.INTERCHANGE_NUMBER_MALFORMED: "018",
    Code.GROUP_COUNT_WRONG: "021",
    Code.SENDER_MISSING: "006",
    Code.UNKNOWN_SENDER: "006",
    Code.RECEIVER_MISSING: "008",
    Code.VERSION_UNKNOWN: "017",
    Code.INTERCHANGE_DATE_INVALID: "014",
    Code.TEST_FLAG_INVALID: "020",
    Code.SET_OUTSIDE_GROUP: "024",
    Code.STRAY_SEGMENT: "022",
    Code.HEADER_WIDTH: "022",
    Code.HEADER_MALFORMED: "022",
    Code.INTERCHANGE_REPEATED: "025",
    Code.DELIMITERS_INVALID: "026",
}
"""TA105."""

Lines = dict[int, tuple[str, str]]
"""By position in a set: the element that names the line a segment stands in, and what it says."""

_LINES = {"PO1": 1, "POC": 1, "IT1": 1, "LIN": 1, "HL": 1, "G68": 5, "G17": 5}
"""What opens a line, and which of its elements tells it from the others."""

_BEHIND_LINES = frozenset(("CTT", "TDS", "G76", "G31", "SE"))

NEVER_ANSWERED = ("997", "999", "TA1")
_FUNCTIONAL = "FA"


@dataclass(frozen=True, slots=True)
class ElementNote:
    """An AK4 or IK4: where in the segment, which code, and the bad value. ``guide_code`` is a 999's own."""

    position: int
    code: str
    component: int | None = None
    value: str = ""
    guide_code: str = ""


@dataclass(frozen=True, slots=True)
class SegmentNote:
    """An AK3 or IK3 with its elements. ``context`` names the line it stands in: an element and its value (PO101, 7)."""

    tag: str
    position: int
    code: str = ""
    elements: tuple[ElementNote, ...] = ()
    guide_code: str = ""
    context: tuple[str, str] | None = None

    @property
    def is_of_guide(self) -> bool:
        """Whether nothing but a guide forbids it."""
        return bool(self.guide_code) or (bool(self.elements) and all(one.guide_code for one in self.elements))


@dataclass(frozen=True, slots=True)
class SetVerdict:
    """What became of one set: A accepted, E accepted with errors noted, R refused."""

    set_id: str
    control_number: str
    verdict: str
    codes: tuple[str, ...] = ()
    segments: tuple[SegmentNote, ...] = ()
    convention: str = ""
    """The guide the set names itself (ST03), which AK203 says again."""


@dataclass(frozen=True, slots=True)
class Acknowledgment:
    """The answer to one functional group. ``verdict`` is A, E, P (partly accepted) or R."""

    interchange: Header
    group: GroupHeader
    verdict: str
    sets: tuple[SetVerdict, ...] = ()
    codes: tuple[str, ...] = ()
    stated: int = 0
    """Sets the group claims to have (AK902)."""
    received: int = 0
    accepted: int = 0


@dataclass(frozen=True, slots=True)
class InterchangeAcknowledgment:
    """The answer to an envelope. ``verdict`` is A, E or R; ``code`` says why, 000 is fine."""

    interchange: Header
    verdict: str
    code: str


def set_verdict(
    set_id: str | None,
    control_number: str | None,
    findings: Sequence[Finding],
    lines: Lines | None = None,
    convention: str | None = None,
) -> SetVerdict:
    """The verdict on a set from everything that was found on it. ``lines`` say in which line of it a segment stands,
    ``convention`` is its ST03."""
    if not findings:
        return SetVerdict(set_id or "", control_number or "", "A", convention=convention or "")
    notes = _segment_notes(findings, lines or {})
    codes = [SET_CODES[one.code] for one in findings if one.code in SET_CODES]
    if notes:
        codes.append(SEGMENTS_IN_ERROR)
    verdict = "R" if has_reject(findings) else "E" if codes else "A"
    unique = tuple(dict.fromkeys(codes))[:5]
    return SetVerdict(set_id or "", control_number or "", verdict, unique, notes, convention or "")


def lines_of(texts: Sequence[str], separator: str, findings: Sequence[Finding]) -> Lines:
    """The line in which each segment with a finding stands, for :func:`set_verdict`. ``texts`` are a set's segments."""
    found: Lines = {}
    line: tuple[str, str] | None = None
    wanted = sorted({one.where.position for one in findings if one.where.position})
    for position, text in enumerate(texts[: wanted[-1]] if wanted else (), 1):
        tag, _, rest = text.partition(separator)
        if tag in _LINES:
            value = "".join(rest.split(separator)[_LINES[tag] - 1 : _LINES[tag]])
            line = (f"{tag}{_LINES[tag]:02}", value)
        elif tag in _BEHIND_LINES:
            line = None
        if line and line[1] and position == wanted[0]:
            found[position] = line
        if position == wanted[0]:
            wanted.pop(0)
    return found


def _segment_notes(findings: Sequence[Finding], lines: Lines) -> tuple[SegmentNote, ...]:
    """One AK3 for each place and code; the elements of one segment share theirs."""
    notes: dict[tuple[int, str, str, str], list[ElementNote]] = {}
    for finding in findings:
        where, code = finding.where, finding.code
        place, of_guide = (where.position or 1, where.segment or ""), GUIDE_CODES.get(code, "")
        if code in ELEMENT_CODES:
            note = ElementNote(where.element or 1, ELEMENT_CODES[code], where.component, finding.value, of_guide)
            notes.setdefault((*place, "8", ""), []).append(note)
        elif code in SEGMENT_CODES:
            notes.setdefault((*place, SEGMENT_CODES[code], of_guide), [])
    return tuple(
        SegmentNote(tag, position, code, tuple(elements), of_guide, lines.get(position))
        for (position, tag, code, of_guide), elements in sorted(notes.items())
    )


def acknowledgment(
    interchange: Header,
    group: GroupHeader,
    sets: Sequence[SetVerdict],
    findings: Sequence[Finding],
    stated: int | None,
    unnamed: int = 0,
) -> Acknowledgment | None:
    """The answer to a group, or None when it must not be answered. ``unnamed`` sets are accepted beside ``sets``: the
    counts speak for them."""
    if group.functional_id == _FUNCTIONAL or not group.control_number or not group.functional_id:
        return None
    codes = tuple(dict.fromkeys(GROUP_CODES[one.code] for one in findings if one.code in GROUP_CODES))
    count = len(sets) + unnamed
    claimed = count if stated is None else stated
    if has_reject(findings):
        return Acknowledgment(interchange, group, "R", (), codes[:5], claimed, count, 0)
    accepted = count - sum(1 for one in sets if one.verdict == "R")
    verdict = _group_verdict(sets, accepted, count, bool(codes))
    return Acknowledgment(interchange, group, verdict, tuple(sets), codes[:5], claimed, count, accepted)


def _group_verdict(sets: Sequence[SetVerdict], accepted: int, count: int, is_noted: bool) -> str:
    if accepted < count:
        return "P" if accepted else "R"
    return "E" if is_noted or any(one.verdict == "E" for one in sets) else "A"


def interchange_acknowledgment(
    interchange: Header, findings: Iterable[Finding], functional_ids: Iterable[str | None], holds_acknowledgments: bool
) -> InterchangeAcknowledgment | None:
    """The TA1 for an envelope: when its sender asked for one, or it is refused. None when it must not be answered."""
    told = [one for one in findings if one.code.level is Level.INTERCHANGE and one.code in INTERCHANGE_CODES]
    refused = next((one for one in told if one.rejects), None)
    ids = set(functional_ids)
    if holds_acknowledgments or ids == {_FUNCTIONAL} or not interchange.control_number or interchange.sender is None:
        return None
    if refused is None and not interchange.acknowledgment_requested:
        return None
    if refused:
        return InterchangeAcknowledgment(interchange, "R", INTERCHANGE_CODES[refused.code])
    if told:
        return InterchangeAcknowledgment(interchange, "E", INTERCHANGE_CODES[told[0].code])
    return InterchangeAcknowledgment(interchange, "A", "000")
