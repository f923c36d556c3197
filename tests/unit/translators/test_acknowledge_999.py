"""The 999: the same verdict as a 997, with the line a segment stands in and a guide's own codes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from translators.findings import Code, Finding, Where
from translators.interchange import Delimiters, GroupHeader, Header, PartyId
from translators.outgoing import ControlNumbers
from translators.translate import inspect
from translators.x12.acknowledge import Acknowledgment, acknowledgment, lines_of, set_verdict
from translators.x12.writer import write_997, write_999

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
NUMBERS = ControlNumbers("42", "7", "1")
ORDER = ["ST*850*0001", "BEG*00*SA*PO-1**20260302", "PO1*7*x*EA", "PID*F", "PO1*8*1*EA", "CTT*2", "SE*7*0001"]


def answered(findings: Sequence[Finding], version: str = "005010", group: Sequence[Finding] = ()) -> Acknowledgment:
    header = Header("x12", PartyId("ZZ", "ACME"), PartyId("01", "US"), "000000001", delimiters=Delimiters())
    verdict = set_verdict("850", "0001", findings, lines_of(ORDER, "*", findings))
    answer = acknowledgment(header, GroupHeader("PO", version, "77", "ACME", "US"), [verdict], group, None)
    assert answer is not None
    return answer


def body(raw: bytes) -> list[str]:
    segments = raw.decode("ascii").split("~")
    return segments[segments.index(next(one for one in segments if one.startswith("AK2"))) : -4]


def found(code: Code, tag: str, position: int, element: int | None = None, value: str = "") -> Finding:
    return Finding(code, "wrong", Where(tag, position, element), value)


def test_a_999_names_the_line_by_its_number() -> None:
    answer = answered([found(Code.NUMBER_INVALID, "PO1", 3, 2, "x")])
    assert body(write_999(answer, NUMBERS, AT)) == [
        "AK2*850*0001",
        "IK3*PO1*3**8",
        "CTX*PO101>7",
        "IK4*2**6*x",
        "IK5*R*5",
        "AK9*R*1*1*0",
    ]


def test_segments_before_and_behind_the_lines_stand_in_none() -> None:
    findings = [found(Code.SEGMENT_UNKNOWN, tag, position) for tag, position in (("BEG", 2), ("PID", 4), ("CTT", 6))]
    assert lines_of(ORDER, "*", findings) == {4: ("PO101", "7")}
    assert lines_of(["ST*850*1", "G68*1*EA"], "*", [found(Code.SEGMENT_UNKNOWN, "G68", 2)]) == {}
    assert lines_of(ORDER, "*", [found(Code.SEGMENT_MISSING, "SE", 99)]) == {}


def test_what_only_a_guide_forbids_has_codes_of_its_own_in_a_999() -> None:
    answer = answered([found(Code.SEGMENT_NOT_USED, "PID", 4), found(Code.ELEMENT_NOT_USED, "PO1", 5, 9, "GREEN")])
    assert body(write_999(answer, NUMBERS, AT)) == [
        "AK2*850*0001",
        "IK3*PID*4**I4",
        "CTX*PO101>7",
        "IK3*PO1*5**8",
        "CTX*PO101>8",
        "IK4*9**I10*GREEN",
        "IK5*E*I5",
        "AK9*E*1*1*1",
    ]
    assert body(write_997(answer, NUMBERS, AT)) == [
        "AK2*850*0001",
        "AK3*PID*4**2",
        "AK3*PO1*5**8",
        "AK4*9**10*GREEN",
        "AK5*E*5",
        "AK9*E*1*1*1",
    ]


def test_a_set_against_standard_and_guide_says_both() -> None:
    answer = answered([found(Code.SEGMENT_TOO_SELDOM, "PID", 4), found(Code.SEGMENT_UNKNOWN, "ZZZ", 5)])
    assert body(write_999(answer, NUMBERS, AT))[-2:] == ["IK5*R*5*I5", "AK9*R*1*1*0"]


def test_a_broken_condition_is_a_situational_trigger() -> None:
    answer = answered([found(Code.CONDITION_UNMET, "PO1", 3, 4)])
    assert body(write_999(answer, NUMBERS, AT))[3:5] == ["IK4*4**2", "CTX*SITUATIONAL TRIGGER*PO1*3"]


def test_codes_of_005010_are_said_in_the_words_of_an_older_version() -> None:
    findings = [found(Code.SET_NOT_OF_GROUP, "ST", 1), found(Code.ELEMENT_REPEATS, "PO1", 3, 4, "1^2")]
    group = [Finding(Code.GROUP_NUMBER_REPEATED, "again")]
    newer = body(write_997(answered(findings, "005010", group), NUMBERS, AT))
    assert newer[-3:] == ["AK4*4**12*1^2", "AK5*R*18*5", "AK9*R*1*1*0*19"]
    older = body(write_997(answered(findings, "004010", group), NUMBERS, AT))
    assert older[-3:] == ["AK4*4**6*1^2", "AK5*R*6*5", "AK9*R*1*1*0*6"]


def test_the_guide_a_set_names_is_said_again_from_005010_on() -> None:
    verdict = set_verdict("850", "0001", (), convention="005010XYZ")
    header = Header("x12", PartyId("ZZ", "ACME"), PartyId("01", "US"), "000000001", delimiters=Delimiters())
    for version, expected in (("005010", "AK2*850*0001*005010XYZ"), ("004010", "AK2*850*0001")):
        answer = acknowledgment(header, GroupHeader("PO", version, "77", "ACME", "US"), [verdict], (), None)
        assert answer is not None
        assert body(write_997(answer, NUMBERS, AT))[0] == expected


def test_a_group_with_a_warning_is_accepted_with_errors() -> None:
    answer = answered([], group=[Finding(Code.GROUP_VERSION_UNKNOWN, "odd")])
    assert body(write_997(answer, NUMBERS, AT)) == ["AK2*850*0001", "AK5*A", "AK9*E*1*1*1*2"]


def test_a_999_walks_without_a_finding_and_keeps_version_and_separators() -> None:
    answer = answered([found(Code.NUMBER_INVALID, "PO1", 3, 2, "x"), found(Code.CONDITION_UNMET, "PO1", 3, 4)])
    raw = write_999(answer, NUMBERS, AT, Delimiters(b"|", b":", b"\n"))
    assert b"CTX|PO101:7\n" in raw
    assert b"|X|005010\n" in raw
    assert list(inspect(raw).all_findings()) == []


def test_a_999_for_an_older_version_is_of_the_first_version_that_has_one() -> None:
    assert b"*X*005010~ST*999*0001~" in write_999(answered([], "004010"), NUMBERS, AT)


def test_two_groups_of_one_number_are_told_and_both_read(wire: Callable[..., bytes]) -> None:
    raw = wire(trailer=("GE*1*77", "GS*PO*A*B*20260302*1200*77*X*0040", "GE*0*77", "IEA*2*000000001"))
    codes = [finding.code.value for finding in inspect(raw).all_findings()]
    assert codes == ["group-number-repeated", "group-version-unknown"]
