"""What partners say of what we sent: 997, 999 and TA1, good ones and broken ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from translators.findings import Finding
from translators.interchange import InterchangeClosed, InterchangeOpened, SetRead
from translators.received import ReceivedAcknowledgment, Verdict, received, received_interchanges
from translators.walking import Structure
from translators.x12 import reader, wording
from translators.x12.acknowledge import ELEMENT_CODES, GROUP_CODES, GUIDE_CODES, INTERCHANGE_CODES, SEGMENT_CODES
from translators.x12.acknowledge import SET_CODES as CODES_OF_SETS

Wire = Callable[..., bytes]
OneSet = Callable[..., list[str]]
Read = Callable[..., tuple[list[ReceivedAcknowledgment], tuple[Finding, ...]]]


@pytest.fixture
def heard(wire: Wire, one_set: OneSet) -> Read:
    """Reads the body of one acknowledgment set."""

    def read(body: str, set_id: str = "997") -> tuple[list[ReceivedAcknowledgment], tuple[Finding, ...]]:
        structure = Structure()
        for event in reader.read([wire([one_set(body, set_id=set_id)], functional_id="FA")]):
            if isinstance(event, InterchangeOpened):
                structure.begin(event.header)
            if isinstance(event, SetRead):
                walked = structure.walk(event)
                assert walked is not None
                return received(event, walked.root)
        raise AssertionError("no set came")

    return read


def lines(answer: ReceivedAcknowledgment) -> list[tuple[str, str, str]]:
    return [(one.code, one.place, one.value) for one in answer.errors]


def test_a_group_that_is_accepted_as_a_whole(heard: Read) -> None:
    answers, findings = heard("AK1*PR*0077\nAK9*A*2*2*2")
    assert findings == ()
    (group,) = answers
    assert (group.kind, group.verdict) == ("997", Verdict.ACCEPTED)
    assert (group.group_functional_id, group.group_control_number, group.set_id) == ("PR", "0077", None)


def test_each_set_has_its_own_verdict_and_errors(heard: Read) -> None:
    answers, findings = heard(
        "AK1*PR*77\nAK2*855*0001\nAK5*A\nAK2*855*0002\nAK3*PO1*6**8\nAK4*2:1*380*6*1_0\nAK3*ZZZ*9**1\nAK5*R*5\nAK9*P*2*2*1"
    )
    assert findings == ()
    group, first, second = answers
    assert group.verdict is Verdict.PARTLY
    assert (first.verdict, first.set_control_number, first.errors) == (Verdict.ACCEPTED, "0001", ())
    assert (second.verdict, second.set_id, second.group_control_number) == (Verdict.REJECTED, "855", "77")
    assert lines(second) == [
        ("AK403/6", "PO102:1 in segment 6", "1_0"),
        ("AK304/1", "ZZZ in segment 9", ""),
        ("AK502/5", "", ""),
    ]
    assert [one.text for one in second.errors] == [wording.ELEMENT["6"], wording.SEGMENT["1"], wording.SET["5"]]


def test_a_999_names_the_line_and_its_guide(heard: Read) -> None:
    answers, findings = heard(
        "AK1*PR*77*005010\nAK2*855*0001*005010\nIK3*PO1*6**8\nCTX*PO101>7\nIK4*2**I10*GREEN\n"
        "CTX*SITUATIONAL TRIGGER*PO1*6\nIK3*PID*7**I4\nIK5*E*I5\nAK9*E*1*1*1",
        set_id="999",
    )
    assert findings == ()
    assert answers[0].verdict is Verdict.WITH_ERRORS
    assert lines(answers[1]) == [
        ("IK403/I10", "PO102 in segment 6, PO101>7", "GREEN"),
        ("IK304/I4", "PID in segment 7", ""),
        ("IK502/I5", "", ""),
    ]


@pytest.mark.parametrize(
    ("body", "verdicts", "told"),
    [
        ("AK2*855*1\nAK5*A\nAK9*A*1*1*1", ["accepted", "accepted"], ["AK1"]),
        ("AK1*PR*77\nAK2*855*1\nAK5*A", ["accepted", "accepted"], ["AK9"]),
        ("AK1*PR*77\nAK2*855*1\nAK9*A*1*1*1", ["accepted", "accepted"], ["AK5"]),
        ("AK1*PR*77\nAK2*855*1\nAK9*P*1*1*1", ["partly", "rejected"], ["AK5"]),
        ("AK1*PR*77\nAK2*855*1\nAK5*Q\nAK9*A*1*1*1", ["accepted", "rejected"], ["AK5", "AK9"]),
        ("AK1*PR*77\nAK2*855*1\nAK5*P\nAK9*R*1*1*0", ["rejected", "rejected"], ["AK5"]),
        ("AK1*PR*77\nAK2*855*1\nAK5*R\nAK9*A*1*1*1", ["accepted", "rejected"], ["AK9"]),
        ("AK1*PR*77\nAK2*855*1\nAK5*A\nAK2*855*2\nAK5*R", ["partly", "accepted", "rejected"], ["AK9"]),
        ("AK1*PR*77\nAK2*855*1\nAK5*E\nAK2*855*2\nAK5*A", ["accepted-with-errors"] * 2 + ["accepted"], ["AK9"]),
        ("AK1*PR*77", ["rejected"], ["AK9"]),
        ("BEG*00", ["rejected"], ["AK1", "AK9"]),
    ],
)
def test_a_broken_one_gives_findings_and_what_can_be_read(
    heard: Read, body: str, verdicts: list[str], told: list[str]
) -> None:
    answers, findings = heard(body)
    assert [one.verdict.value for one in answers] == verdicts
    assert [one.where.segment for one in findings] == told
    assert {one.code.value for one in findings} == {"acknowledgment-malformed"}


def test_a_code_without_words_is_kept_and_says_so(heard: Read) -> None:
    answers, _ = heard("AK1*PR*77\nAK2*855*1\nAK3*PO1*2**99\nAK5*R*5\nAK9*R*1*1*0*42")
    assert (answers[1].errors[0].code, answers[1].errors[0].text) == ("AK304/99", wording.NOT_KNOWN)
    assert lines(answers[0]) == [("AK905/42", "", "")]


def test_of_very_many_errors_the_first_hundred_are_kept(heard: Read) -> None:
    answers, _ = heard("AK1*PR*77\nAK2*855*1\n" + "AK3*PO1*2**1\n" * 300 + "AK5*R*5\nAK9*R*1*1*0")
    assert len(answers[1].errors) == 101
    assert answers[1].errors[-1].code == "AK502/5"


def test_an_order_is_no_acknowledgment(heard: Read) -> None:
    assert heard("BEG*00*SA*PO-1**20260302\nPO1*1*1*EA", set_id="850") == ([], ())


@pytest.mark.parametrize(
    ("segment", "verdict", "codes", "findings"),
    [
        ("TA1*000000042*260302*1200*A*000", "accepted", [], 0),
        ("TA1*000000042*260302*1200*E*020", "accepted-with-errors", ["TA105/020"], 0),
        ("TA1*000000042*260302*1200*R*25", "rejected", ["TA105/025"], 0),
        ("TA1*000000042*260302*1200*Z", "rejected", [], 1),
        ("TA1", "rejected", [], 2),
    ],
)
def test_a_ta1_speaks_of_an_interchange(
    wire: Wire, segment: str, verdict: str, codes: Sequence[str], findings: int
) -> None:
    raw = wire([], trailer=(segment, "IEA*0*000000001")).replace(b"GS*PO*ACMEGS*DOCKGS*20260302*1200*77*X*004010~", b"")
    (closed,) = [event for event in reader.read([raw]) if isinstance(event, InterchangeClosed)]
    (answer,), told = received_interchanges(closed.acknowledges)
    assert (answer.kind, answer.verdict.value, [one.code for one in answer.errors]) == ("TA1", verdict, codes)
    assert answer.interchange_control_number == ("000000042" if segment != "TA1" else None)
    assert len(told) == findings


def test_every_code_we_send_has_words_when_it_comes_in() -> None:
    of_guide = set(GUIDE_CODES.values())
    assert set(SEGMENT_CODES.values()) | (of_guide & {"I4", "I7", "I8"}) <= set(wording.SEGMENT)
    assert set(ELEMENT_CODES.values()) | (of_guide & {"I6", "I10"}) <= set(wording.ELEMENT)
    assert set(CODES_OF_SETS.values()) | {"I5"} <= set(wording.SET)
    assert set(GROUP_CODES.values()) <= set(wording.GROUP)
    assert set(INTERCHANGE_CODES.values()) <= set(wording.INTERCHANGE)
