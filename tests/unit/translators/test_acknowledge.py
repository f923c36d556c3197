"""The 997 and TA1: right code, right level, right counts, readable by somebody else's reader."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from pyx12.rawx12file import RawX12File

from tests.factories import envelope_answers, group_answers
from translators.interchange import Delimiters, GroupHeader, Header, PartyId
from translators.outgoing import ControlNumbers
from translators.translate import Translation
from translators.x12.acknowledge import acknowledgment, set_verdict
from translators.x12.writer import write_997, write_ta1

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
NUMBERS = ControlNumbers("42", "7", "1")
Wire = Callable[..., bytes]
Read = Callable[[bytes], Translation]
OneSet = Callable[..., list[str]]


def answers(translation: Translation) -> list[list[str]]:
    return [
        write_997(one, NUMBERS, AT).decode("latin-1").replace("\n", "").split("~")[2:-4]
        for one in group_answers(translation)
    ]


def test_a_good_group_is_accepted(wire: Wire, translated: Read) -> None:
    (answer,) = answers(translated(wire()))
    assert answer == ["ST*997*0001", "AK1*PO*77", "AK2*850*0001", "AK5*A", "AK9*A*1*1*1"]


def test_the_answer_turns_the_ids_round_and_keeps_version_and_separators(wire: Wire, translated: Read) -> None:
    raw = wire(test="T").replace(b"*", b"|").replace(b"~", b"\x1c")
    (one,) = group_answers(translated(raw))
    sent = write_997(one, NUMBERS, AT)
    assert sent[:106] == (
        b"ISA|00|          |00|          |ZZ|DOCKGATE       |01|007940297      |260304|0506|U|00401|000000042|0|T|>\x1c"
    )
    assert sent.split(b"\x1c")[1:2] == [b"GS|FA|DOCKGS|ACMEGS|20260304|0506|7|X|004010"]
    assert sent.endswith(b"SE|6|0001\x1cGE|1|7\x1cIEA|1|000000042\x1c")


def test_one_bad_transaction_set_leaves_the_other_nine_accepted(wire: Wire, translated: Read, one_set: OneSet) -> None:
    sets = [one_set(number=f"{number:04}") for number in range(1, 11)]
    sets[4][1] = "BEG*00*SA***20260302"
    translation = translated(wire(sets))
    assert len(translation.documents) == 9
    (answer,) = answers(translation)
    assert answer[-1] == "AK9*P*10*10*9"
    at = answer.index("AK2*850*0005")
    assert answer[at : at + 4] == ["AK2*850*0005", "AK3*BEG*2**8", "AK4*3**1", "AK5*R*5"]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (b"SE*8*", b"SE*9*", ["AK5*R*4", "AK9*R*1*1*0"]),
        (b"SE*8*0001", b"SE*8*0009", ["AK5*R*3", "AK9*R*1*1*0"]),
        (b"SE*8*0001~", b"", ["AK5*R*2", "AK9*R*1*1*0"]),
        (b"ST*850", b"ST*810", ["AK5*R*6", "AK9*R*1*1*0"]),
        (b"20260302~N1", b"20240230~N1", ["AK3*BEG*2**8", "AK4*5**8*20240230", "AK5*R*5", "AK9*R*1*1*0"]),
        (b"*12*EA", b"*1_0*EA", ["AK3*PO1*6**8", "AK4*2**6*1_0", "AK5*R*5", "AK9*R*1*1*0"]),
        (b"BEG*00", b"BEG*99", ["AK3*BEG*2**8", "AK4*1**7*99", "AK5*R*5", "AK9*R*1*1*0"]),
        (b"N3*7", b"ZZZ*7", ["AK3*ZZZ*4**1", "AK5*E*5", "AK9*E*1*1*1"]),
        (b"ST*850*", b"ST**", ["AK2*000*0001", "AK5*R*6", "AK9*R*1*1*0"]),
        (b"GE*1*77", b"GE*2*77", ["AK1*PO*77", "AK9*R*2*1*0*5"]),
        (b"GE*1*77", b"GE*1*78", ["AK1*PO*77", "AK9*R*1*1*0*4"]),
        (b"GE*1*77~", b"", ["AK1*PO*77", "AK9*R*1*1*0*3"]),
    ],
)
def test_every_flaw_has_its_code(wire: Wire, translated: Read, old: bytes, new: bytes, expected: list[str]) -> None:
    assert old in wire()
    (answer,) = answers(translated(wire().replace(old, new, 1)))
    assert answer[-len(expected) :] == expected


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"IEA*1*000000001", b"IEA*1*000000002", "001"),
        (b"IEA*1*", b"IEA*9*", "021"),
        (b"IEA*1*000000001~", b"", "023"),
    ],
)
def test_a_refused_envelope_is_answered_by_its_ta1_alone(
    wire: Wire, translated: Read, old: bytes, new: bytes, code: str
) -> None:
    translation = translated(wire().replace(old, new))
    assert translation.documents == ()
    assert group_answers(translation) == ()
    (answer,) = envelope_answers(translation)
    sent = write_ta1(answer, NUMBERS, AT).split(b"~")
    assert sent[1] == b"TA1*000000001*260302*1200*R*" + code.encode()
    assert sent[2] == b"IEA*0*000000042"


def test_a_ta1_is_sent_for_a_good_envelope_only_when_asked_for(wire: Wire, translated: Read) -> None:
    assert envelope_answers(translated(wire())) == ()
    (answer,) = envelope_answers(translated(wire(ack="1")))
    assert (answer.verdict, answer.code) == ("A", "000")
    (noted,) = envelope_answers(translated(wire(ack="1").replace(b"*0*P", b"*1*P").replace(b"*1*P*>", b"*1*X*>")))
    assert (noted.verdict, noted.code) == ("E", "020")


def test_an_acknowledgment_is_never_acknowledged(wire: Wire, translated: Read, one_set: OneSet) -> None:
    body = "AK1*PO*12\nAK9*A*1*1*1"
    for set_id in ("997", "999"):
        raw = wire([one_set(body, set_id=set_id)], functional_id="FA", ack="1")
        translation = translated(raw)
        assert group_answers(translation) == ()
        assert envelope_answers(translation) == ()
        assert [finding.code.value for finding in translation.findings] == ["acknowledgment-received"]
    only_ta1 = raw[:106] + b"TA1*000000009*260302*1200*A*000~IEA*0*000000001~"
    assert envelope_answers(translated(only_ta1)) == ()


def test_a_bad_value_cannot_break_the_answer(wire: Wire, translated: Read, order: str) -> None:
    raw = wire(order.replace("*20260302", "*2>6\x07\x1b" + "9" * 300))
    (one,) = group_answers(translated(raw))
    sent = write_997(one, NUMBERS, AT, Delimiters(b"*", b"9", b"~"))
    (line,) = [line for line in sent.split(b"~") if line.startswith(b"AK4")]
    assert all(32 <= byte < 127 for byte in line)
    assert len(line) < 120
    assert line.startswith(b"AK4*5**6*2>6??")


def test_a_version_5010_group_names_its_version_in_ak1(wire: Wire, translated: Read) -> None:
    (answer,) = answers(translated(wire().replace(b"X*004010", b"X*005010")))
    assert answer[1] == "AK1*PO*77*005010"


def test_another_reader_understands_our_answer(wire: Wire, translated: Read, one_set: OneSet) -> None:
    sets = [one_set(), one_set("BEG*00*SA***20240230\nZZZ*1", number="0002")]
    (one,) = group_answers(translated(wire(sets)))
    sent = write_997(one, NUMBERS, AT).decode("ascii")
    tags = [segment.split("*")[0] for segment in RawX12File(io.StringIO(sent))]
    assert tags[:5] == ["ISA", "GS", "ST", "AK1", "AK2"]
    assert tags[-4:] == ["AK9", "SE", "GE", "IEA"]


def test_our_own_reader_finds_nothing_wrong_with_our_answer(wire: Wire, translated: Read) -> None:
    (one,) = group_answers(translated(wire(end="\n")))
    again = translated(write_997(one, NUMBERS, AT))
    assert [finding.code.value for finding in again.findings] == ["acknowledgment-received"]


def test_a_number_with_the_mark_we_divide_components_by_is_said_again_as_one() -> None:
    header = Header("x12", PartyId("ZZ", "A"), PartyId("01", "US"), "000000001", delimiters=Delimiters(b"|", b":"))
    verdict = set_verdict("850", "1\x1f2", [])
    answer = acknowledgment(header, GroupHeader("PO", "004010", "7", "A", "US"), [verdict], (), None)
    assert answer is not None
    assert b"AK2|850|01 2~" in write_997(answer, ControlNumbers("3", "4", "5"), AT)
