"""Whatever the bytes: reading ends, within the contract, and what we write we can read."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import example, given, settings
from hypothesis import strategies as st

from translators.findings import Code, Finding, Where
from translators.interchange import Delimiters, GroupHeader, Header, PartyId
from translators.numbers import Unreadable, read_date, read_decimal, read_integer, read_time
from translators.outgoing import ControlNumbers
from translators.translate import inspect, read, standard_agreement
from translators.x12.acknowledge import acknowledgment, set_verdict
from translators.x12.writer import write_997

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ISA = b"ISA*00*          *00*          *ZZ*ACME           *ZZ*DOCKGATE       *260302*1200*U*00401*000000001*0*P*>~"
ORDER = (
    ISA + b"GS*PO*A*B*20260302*1200*7*X*004010~ST*850*0001~BEG*00*SA*PO-1**20260302~REF*DP*038~DTM*002*20260402~"
    b"SAC*A*F800***500~N9*ZZ*1~MSG*HELLO~N1*ST*HILL*92*0007~N3*1 ROAD~N4*TOWN*OH*44101*US~"
    b"PO1*1*12*EA*9.25*PE*VN*AB-1~PID*F****SPADE~SDQ*EA*92*0001*5*0002*7~SCH*12*EA***002*20260402~CTT*1~"
    b"SE*16*0001~GE*1*7~IEA*1*000000001~"
)
PIECES = [
    b"ISA*", b"GS*", b"ST*850*1", b"SE*", b"GE*", b"IEA*", b"~", b"\n", b"\r\n", b"*", b">", b"BIN*9*",
    b"UNB+",
    b"UNA:+.? '", b"UNH+1+ORDERS:D:96A:UN",
    b"'", b"?", b"PO1*", b"N1*ST", b"\x00", b"\xef\xbb\xbf", b"\xff", ISA, ORDER,
]  # fmt: skip


def check(raw: bytes) -> None:
    """Both doors open, give what they promise, and say it in JSON."""
    json.dumps(inspect(raw).to_json("any"))
    translation = read(raw, standard_agreement, AT, "folder")
    json.dumps(translation.to_json("any", AT))
    for one in translation.interchanges:
        assert not (one.documents and any(finding.rejects for finding in one.interchange.findings))


@given(st.binary(max_size=400))
def test_any_bytes_are_read_to_their_end(raw: bytes) -> None:
    check(raw)


@given(st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join))
@settings(max_examples=300)
def test_any_shuffle_of_envelope_pieces_is_read_to_its_end(raw: bytes) -> None:
    check(raw)


@given(st.integers(0, len(ORDER) - 1), st.binary(max_size=6), st.integers(0, 6))
@settings(max_examples=500)
def test_an_order_with_some_bytes_changed_is_read_to_its_end(at: int, put: bytes, gone: int) -> None:
    check(ORDER[:at] + put + ORDER[at + gone :])


@given(st.binary(max_size=200), st.integers(1, 50))
def test_bites_of_any_size_give_the_same_picture(raw: bytes, size: int) -> None:
    whole = ORDER + raw + ORDER
    bites = (whole[at : at + size] for at in range(0, len(whole), size))
    assert inspect(bites).to_json("any") == inspect(whole).to_json("any")


@given(st.text(max_size=12))
def test_readers_take_a_text_or_say_no(text: str) -> None:
    for reader in (read_decimal, read_integer, read_date, read_time):
        try:
            value = reader(text)
        except Unreadable:
            continue
        assert text.isascii()
        assert not isinstance(value, Decimal) or value.is_finite()


FINDINGS = st.builds(
    Finding,
    code=st.sampled_from(list(Code)),
    message=st.just("wrong"),
    where=st.builds(
        Where,
        segment=st.sampled_from(["BEG", "PO1", None]),
        position=st.integers(1, 99) | st.none(),
        element=st.integers(1, 9) | st.none(),
    ),
    value=st.text(max_size=120),
)


@given(
    st.lists(
        st.tuples(st.text(max_size=5) | st.none(), st.text(max_size=9) | st.none(), st.lists(FINDINGS, max_size=4)),
        max_size=4,
    ),
    st.text(max_size=20),
    st.sampled_from([Delimiters(), Delimiters(b"|", b":", b"\n"), Delimiters(b"\x1d", b"\x1f", b"\x1c", b"^")]),
)  # fmt: skip
@example([("|", None, [Finding(Code.SEGMENT_UNKNOWN, "wrong", Where("|", 2))])], "A", Delimiters(b"|", b":", b"\n"))
@settings(max_examples=200)
def test_any_acknowledgment_we_write_is_a_sound_interchange(
    sets: list[tuple[str | None, str | None, list[Finding]]], sender: str, delimiters: Delimiters
) -> None:
    header = Header("x12", PartyId("ZZ", sender or "A"), PartyId("01", "US"), "000000001", delimiters=delimiters)
    group = GroupHeader("PO", "004010", "7", sender, "US")
    verdicts = [set_verdict(set_id, number, findings) for set_id, number, findings in sets]
    answer = acknowledgment(header, group, verdicts, (), None)
    assert answer is not None
    raw = write_997(answer, ControlNumbers("3", "4", "5"), AT)
    found = inspect(raw)
    rejecting = [one for one in found.all_findings() if one.rejects and one.code is not Code.SENDER_MISSING]
    assert [one for one in rejecting if one.code is not Code.RECEIVER_MISSING] == []
    assert [one.id for one in found.interchanges[0].groups[0].transaction_sets] == ["997"]
