"""Whatever the bytes: EDIFACT is read to its end, segments come out as they went in, and what we write we can read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, settings
from hypothesis import strategies as st

from translators.edifact import reader
from translators.edifact.acknowledge import acknowledgment, group_verdict, set_verdict
from translators.edifact.syntax import COMPONENT, ELEMENT, LEVEL_B, Marks
from translators.edifact.writer import Envelope, Message, write_contrl, write_interchange
from translators.findings import Code, Finding, Where
from translators.interchange import GroupHeader, Header, PartyId, SetRead
from translators.outgoing import ControlNumbers
from translators.translate import inspect, read, standard_agreement

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ORDER = (
    b"UNA:+.? 'UNB+UNOC:3+4012345000009:14+5098765000001:14+260302:1200+REF77'\r\n"
    b"UNH+1+ORDERS:D:96A:UN:EAN008'\r\nBGM+220+PO-1001+9'DTM+137:20260302:102'FTX+AAI+++O?'HARA?+CO ??'"
    b"NAD+BY+4012345000009::9'LIN+1++4000862141404:EN'QTY+21:12,5'UNS+S'UNT+9+1'UNZ+1+REF77'"
)
PIECES = [
    b"UNA:+.? '", b"UNA|*,! ^", b"UNB+UNOC:3+A+B+260302:1200+1", b"UNH+1+ORDERS:D:96A:UN", b"UNT+2+1", b"UNZ+1+1",
    b"UNG+ORDERS+A+B+260302:1200+5+UN+D:96A", b"UNE+1+5", b"UNB+", b"UNH", b"'", b"'", b"'", b"?", b"??", b"?'", b"?\n",
    b"\r\n", b" ", b"+", b":", b"BGM+220", b"LIN+1", b"UNS+S", b"\x1d", b"\x1f", b"\xff", b"\x00", b"ISA*00*", ORDER,
]  # fmt: skip
MARKS = [Marks(), Marks(b"|", b"*", b",", b"!", b"", b"^"), Marks(release=b""), Marks(repetition=b"*"), LEVEL_B]


def check(raw: bytes) -> None:
    """Both doors open and give what they promise; every message says as many segments as it gives."""
    json.dumps(inspect(raw).to_json("any"))
    json.dumps(read(raw, standard_agreement, AT, "folder").to_json("any", AT))
    for event in reader.read(raw):
        if isinstance(event, SetRead) and event.body is not None:
            texts, offsets = event.body.texts(), event.body.offsets()
            assert len(texts) == len(offsets) == event.segments
            for at, text in zip(offsets, texts, strict=True):
                is_plain = text[:1].isascii() and text[:1].isalpha()
                assert not is_plain or raw[at : at + 1] in (text[:1].encode(), b"?", b"!")
            assert offsets[0] == event.offset


@given(st.binary(max_size=300))
def test_any_bytes_are_read_to_their_end(raw: bytes) -> None:
    check(raw)
    check(b"UNB+UNOC:3+A+B+260302:1200+1'UNH+1+ORDERS:D:96A:UN'" + raw + b"'UNT+3+1'UNZ+1+1'")


@given(st.lists(st.sampled_from(PIECES), max_size=16).map(b"".join))
@settings(max_examples=500)
def test_any_shuffle_of_service_segments_is_read_to_its_end(raw: bytes) -> None:
    check(raw)


@given(st.integers(0, len(ORDER) - 1), st.binary(max_size=6), st.integers(0, 6))
@settings(max_examples=300)
def test_an_order_with_some_bytes_changed_is_read_to_its_end(at: int, put: bytes, gone: int) -> None:
    check(ORDER[:at] + put + ORDER[at + gone :])


@given(st.lists(st.sampled_from(PIECES), max_size=6).map(b"".join), st.integers(1, 50))
def test_bites_of_any_size_give_the_same_picture(raw: bytes, size: int) -> None:
    whole = ORDER + raw + ORDER
    bites = (whole[at : at + size] for at in range(0, len(whole), size))
    assert inspect(bites).to_json("any") == inspect(whole).to_json("any")


LETTERS = "".join(map(chr, range(32, 127))) + "äöüéèß"
"""Beyond ASCII only what cannot be taken for UTF-8 when it comes as ISO 8859-1."""
WORDS = st.text(LETTERS, max_size=12).filter(lambda text: text == text.strip())
SEGMENTS = st.lists(
    st.lists(st.lists(WORDS, min_size=1, max_size=4), min_size=1, max_size=5).filter(lambda one: any(map(any, one))),
    min_size=1,
    max_size=5,
)


def trimmed(parts: list[str]) -> list[str]:
    return parts[: max((at + 1 for at, part in enumerate(parts) if part), default=0)]


@given(SEGMENTS, st.sampled_from(MARKS), st.sampled_from(["UNOC:3", "UNOC:4", "UNOW:4", "UNOY:4"]))
@settings(max_examples=300)
def test_what_is_written_is_read_again_releases_and_all(
    segments: list[list[list[str]]], marks: Marks, syntax: str
) -> None:
    rows = [["FTX", *elements] for elements in segments]
    envelope = Envelope(PartyId("14", "A"), PartyId("", "B"), "77", AT, syntax, marks=marks)
    written = write_interchange(envelope, [Message(["ORDERS", "D", "96A", "UN"], rows, "5")])
    assert written.lost == ""
    (message,) = [event for event in reader.read(written.raw) if isinstance(event, SetRead)]
    assert message.body is not None
    texts = message.body.texts()
    assert (message.set_id, message.control_number, message.segments) == ("ORDERS", "5", len(rows) + 2)
    if marks.release or marks == LEVEL_B:
        wanted = [
            ELEMENT.join(trimmed(["FTX", *(COMPONENT.join(trimmed(parts)) for parts in elements)]))
            for elements in segments
        ]
        assert texts[1:-1] == wanted
    codes = {one.code for one in inspect(written.raw).all_findings() if one.rejects}
    assert codes <= {Code.ELEMENT_MISSING, Code.SEGMENT_MISSING}


FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(list(Code)),
    message=st.just("wrong"),
    where=st.builds(
        Where,
        segment=st.sampled_from(["BGM", "LIN", "UNH", "UNT", None]),
        position=st.integers(1, 99) | st.none(),
        element=st.integers(1, 9) | st.none(),
        component=st.integers(1, 5) | st.none(),
    ),
)


@given(
    st.lists(
        st.tuples(st.text(max_size=8), st.text(max_size=9), st.text(max_size=9), st.lists(FINDINGS, max_size=4)),
        max_size=4,
    ),
    st.text(max_size=20),
    st.sampled_from(MARKS),
    st.sampled_from(["UNOA:1", "UNOC:3", "UNOY:4", ""]),
)
@settings(max_examples=200)
def test_any_report_we_write_is_a_sound_interchange(
    sets: list[tuple[str, str, str, list[Finding]]], sender: str, marks: Marks, syntax: str
) -> None:
    header = Header("edifact", PartyId("ZZ", sender or "A"), PartyId("14", "US"), "1", version=syntax, una=marks.una)
    verdicts = [set_verdict(set_id, number, findings, version) for set_id, number, version, findings in sets]
    answer = acknowledgment(header, [group_verdict(GroupHeader(), verdicts, ())], ())
    assert answer is not None
    found = inspect(write_contrl(answer, ControlNumbers("3", "4", "5"), AT))
    rejecting = {one.code for one in found.all_findings() if one.rejects}
    assert rejecting <= {Code.SENDER_MISSING, Code.RECEIVER_MISSING, Code.ELEMENT_MISSING}
    assert [one.id for one in found.interchanges[0].groups[0].transaction_sets] == ["CONTRL"]
