"""The CONTRL and the writer: right code, right level, right places, in the partner's own marks."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from translators.edifact.acknowledge import (
    ELEMENT_CODES,
    GROUP_CODES,
    INTERCHANGE_CODES,
    SEGMENT_CODES,
    SET_CODES,
    Acknowledgment,
    acknowledgment,
    group_verdict,
    set_verdict,
)
from translators.edifact.syntax import Marks
from translators.edifact.writer import Envelope, Message, write_contrl, write_interchange, write_message
from translators.findings import Code, Level, Severity
from translators.interchange import PartyId
from translators.outgoing import ControlNumbers
from translators.translate import inspect

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
NUMBERS = ControlNumbers("42", "7", "1")
HEAD = "UNB+UNOC:3+4012345000009:14+5098765000001:14+260302:1200+REF77++++1++1'"
BODY = "BGM+220+PO-1+9'DTM+137:20260302:102'LIN+1++4000862141404:EN'QTY+21:12'UNS+S'"
SELLER, BUYER = PartyId("14", "5098765000001"), PartyId("14", "4012345000009")
TABLES = {
    Level.ELEMENT: ELEMENT_CODES,
    Level.SEGMENT: SEGMENT_CODES,
    Level.SET: SET_CODES,
    Level.GROUP: GROUP_CODES,
    Level.INTERCHANGE: INTERCHANGE_CODES,
}


def message(number: int = 1, body: str = BODY, set_id: str = "ORDERS") -> str:
    return f"UNH+{number}+{set_id}:D:96A:UN'{body}UNT+{body.count(chr(39)) + 2}+{number}'"


def wire(*messages: str) -> bytes:
    return (HEAD + "".join(messages) + f"UNZ+{len(messages)}+REF77'").encode()


def answer(raw: bytes) -> Acknowledgment | None:
    """The answer to the first interchange, put together from its findings as a reading does."""
    interchange = inspect(raw).interchanges[0]
    groups, holds = [], False
    for group in interchange.groups:
        sets = [set_verdict(one.id, one.control_number, one.findings, "D:96A:UN") for one in group.transaction_sets]
        holds = holds or any(one.set_id == "CONTRL" for one in sets)
        groups.append(group_verdict(group.header, sets, group.findings))
    return acknowledgment(interchange.header, groups, interchange.findings, holds)


def written(raw: bytes) -> list[str]:
    found = answer(raw)
    assert found is not None
    return write_contrl(found, NUMBERS, AT).decode().split("'")[3:-3]


def test_a_good_interchange_is_acknowledged_by_one_segment() -> None:
    assert written(wire(message(), message(2))) == ["UCI+REF77+4012345000009:14+5098765000001:14+7"]


def test_the_answer_turns_the_ids_round_and_keeps_marks_syntax_and_test_flag() -> None:
    head = "UNA|*,! ^UNB*UNOB|4*4012345000009|14*5098765000001|14*20260302|1200*REF77******1^"
    body = message().translate(str.maketrans(":+'", "|*^"))
    found = answer((head + body + "UNZ*1*REF77^").encode())
    assert found is not None
    assert write_contrl(found, NUMBERS, AT) == (
        b"UNA|*,! ^UNB*UNOB|4*5098765000001|14*4012345000009|14*20260304|0506*42******1^UNH*1*CONTRL|4|1|UN^"
        b"UCI*REF77*4012345000009|14*5098765000001|14*7^UNT*3*1^UNZ*1*42^"
    )


def test_the_routing_address_of_the_sender_is_where_the_answer_goes() -> None:
    found = answer(wire(message()).replace(b"+4012345000009:14+", b"+4012345000009:14:DEPT7+"))
    assert found is not None
    sent = write_contrl(found, NUMBERS, AT)
    assert b"UNB+UNOC:3+5098765000001:14+4012345000009:14:DEPT7+" in sent
    assert b"UCI+REF77+4012345000009:14:DEPT7+5098765000001:14+7'" in sent


def test_one_bad_message_leaves_the_other_nine_acknowledged() -> None:
    messages = [message(number) for number in range(1, 11)]
    messages[4] = message(5, BODY.replace("QTY+21:12", "QTY+21:twelve"))
    assert written(wire(*messages)) == [
        "UCI+REF77+4012345000009:14+5098765000001:14+7",
        "UCM+5+ORDERS:D:96A:UN+4",
        "UCS+5",
        "UCD+37+2:2",
    ]


def test_a_missing_segment_is_named_by_the_last_one_before_the_gap() -> None:
    report = written(wire(message(1, BODY.replace("DTM+137:20260302:102'", ""))))
    assert report[1:] == ["UCM+1+ORDERS:D:96A:UN+4", "UCS+2+13"]


def test_what_is_only_told_is_not_reported_as_an_error() -> None:
    raw = wire(message(1, BODY.replace("UNS+S'", "ZZZ+1'")))
    assert [one.code.value for one in inspect(raw).all_findings()] == ["segment-unknown", "segment-missing"]
    assert written(raw) == ["UCI+REF77+4012345000009:14+5098765000001:14+7"]


def test_a_group_is_named_when_it_or_a_message_of_it_is_rejected() -> None:
    bad = message(2, BODY.replace("QTY+21:12", "QTY+21:twelve"))
    groups = [
        f"UNG+ORDERS+A+B+260302:1200+{number}+UN+D:96A'{one}UNE+{count}+{number}'"
        for number, (one, count) in enumerate([(message(), 1), (bad, 1), (message(3), 9)], 1)
    ]
    assert written(wire(*groups)) == [
        "UCI+REF77+4012345000009:14+5098765000001:14+7",
        "UCF+2+A+B+7",
        "UCM+2+ORDERS:D:96A:UN+4",
        "UCS+5",
        "UCD+37+2:2",
        "UCF+3+A+B+4+29+UNE+2",
    ]


def test_a_report_is_never_reported_on() -> None:
    contrl = message(1, "UCI+REF77+A:14+B:14+7'", "CONTRL")
    assert answer(wire(contrl)) is None
    assert answer(wire(contrl, message(2))) is not None


def test_nobody_is_answered_without_a_sender_or_a_reference() -> None:
    assert answer(wire(message()).replace(b"4012345000009:14", b"")) is None
    assert answer(wire(message()).replace(b"REF77", b"")) is None


def test_our_own_reader_finds_nothing_wrong_with_our_report() -> None:
    found = answer(wire(message(1, BODY.replace("QTY+21:12", "QTY+21:twelve"))))
    assert found is not None
    assert list(inspect(write_contrl(found, NUMBERS, AT)).all_findings()) == []


@pytest.mark.parametrize("level", list(TABLES))
def test_every_code_in_a_table_speaks_of_its_level(level: Level) -> None:
    assert {code.level for code in TABLES[level]} == {level}


def test_every_code_below_the_interchange_that_rejects_can_be_told_in_a_report() -> None:
    told = {code for table in TABLES.values() for code in table}
    silent = {Code.HEADER_MISSING}
    assert {code for code in Code if code.severity is Severity.REJECT and code.level in TABLES} - told - silent == set()


def test_an_interchange_is_written_with_its_counts_and_references() -> None:
    envelope = Envelope(SELLER, BUYER, "9", AT, application_reference="ORDRSP", acknowledgment_requested=True)
    rows = [["BGM", ["231"], "OR-1", "29"], ["FTX", "AAI", "", "", ["O'HARA + CO", "WHY?", ""], ""]]
    sent = write_interchange(envelope, [Message(["ORDRSP", "D", "96A", "UN", "EAN005"], rows, "1")])
    assert sent.raw == (
        b"UNA:+.? 'UNB+UNOC:3+5098765000001:14+4012345000009:14+260304:0506+9++ORDRSP++1'"
        b"UNH+1+ORDRSP:D:96A:UN:EAN005'BGM+231+OR-1+29'FTX+AAI+++O?'HARA ?+ CO:WHY??'UNT+4+1'UNZ+1+9'"
    )
    assert sent.lost == ""


def test_numbers_are_written_with_the_mark_of_the_interchange() -> None:
    envelope = Envelope(SELLER, BUYER, "9", AT, marks=Marks(decimal=b","))
    sent = write_message([["QTY", ["21", "1.5", "PCE"]], ["FTX", "AAI", "", "", "1.5"]], ["ORDERS"], envelope)
    assert b"'QTY+21:1,5:PCE'FTX+AAI+++1.5'" in sent.raw


@pytest.mark.parametrize(
    ("syntax", "text", "wanted", "lost"),
    [
        ("UNOC:3", "Müller", "Müller".encode("latin-1"), ""),
        ("UNOC:3", "Łódź €", "?", "Łź€"),
        ("UNOB:1", "Müller", b"Muller", "ü"),
        ("UNOA:1", "Müller & Co", b"MULLER & CO", "Ü"),
        ("UNOD:3", "Łódź", "Łódź".encode("iso8859-2"), ""),
        ("UNOW:4", "Łódź 東京", "Łódź 東京".encode(), ""),
        ("UNOX:3", "東京", b"..", "東京"),
        ("UNOC:3", "a\x00b\x1dc\r\nd", b"a b c  d", ""),
    ],
)
def test_what_the_character_set_lacks_is_written_as_near_as_can_be_and_told(
    syntax: str, text: str, wanted: bytes | str, lost: str
) -> None:
    sent = write_message([["FTX", "AAI", "", "", text]], ["ORDERS"], Envelope(SELLER, BUYER, "9", AT, syntax))
    assert sent.lost == lost
    assert isinstance(wanted, str) or b"FTX+AAI+++" + wanted + b"'" in sent.raw


def test_where_there_is_no_release_a_mark_in_data_becomes_a_blank() -> None:
    envelope = Envelope(SELLER, BUYER, "9", AT, marks=Marks(release=b""))
    assert b"FTX+AAI+++O HARA'" in write_message([["FTX", "AAI", "", "", "O'HARA"]], ["ORDERS"], envelope).raw
