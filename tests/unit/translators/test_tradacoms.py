from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

import pytest

from partners.partner import Agreement
from translators.agreed import Agreed, Envelope
from translators.findings import Finding, SchemaMissing
from translators.interchange import Assembly, GroupClosed, Interchange, InterchangeOpened, SetRead
from translators.limits import MAX_SEGMENT_BYTES
from translators.maps.bases import base_map
from translators.tradacoms.reader import read
from translators.tradacoms.schemas import schema, tags
from translators.translate import Translation
from translators.translate import read as translate
from translators.walker import Walked
from translators.walking import Structure

FILE = b"""STX=ANA:1+5000000000011:HILLTOP STORES+5010000000022:WIDGETS LTD+260302:120000+000417+PASSWORD+ORDHDR'
MHD=1+ORDHDR:9'
TYP=0430+NEW-ORDERS'
SDT=5010000000022:417+WIDGETS LTD'
CDT=5000000000011+HILLTOP STORES'
FIL=17+1+260302'
MTR=6'
MHD=2+ORDERS:9'
CLO=5000000000099:0007+HILLTOP ?'ROAD?' STORE ?+ CAFE??+7 MILL LANE:RIVERTON'
ORD=PO-1001::260302'
DIN=260402+260404'
OLD=1+5010000123457:AB-100++:B-77+12+24+0925'
OTR=1'
MTR=7'
MHD=3+ORDTLR:9'
OFT=1'
MTR=3'
END=3'
"""


def interchange(raw: bytes) -> Interchange:
    assembly = Assembly()
    for event in read(raw):
        assembly.take(event)
    return assembly.interchanges[0]


def findings(raw: bytes) -> list[Finding]:
    found: list[Finding] = []
    for event in read(raw):
        found += getattr(event, "findings", None) or ([event.finding] if hasattr(event, "finding") else [])
    return found


def codes(raw: bytes) -> list[str]:
    return [finding.code.value for finding in findings(raw)]


def test_a_transmission_of_orders_is_read_with_sender_receiver_reference_and_messages() -> None:
    found = interchange(FILE)
    assert (found.standard, found.sender, found.receiver) == ("tradacoms", ":5000000000011", ":5010000000022")
    assert (found.control_number, found.header.version, found.header.date) == ("000417", "ANA:1", "260302")
    (group,) = found.groups
    assert [(one.id, one.control_number, one.segments) for one in group.transaction_sets] == [
        ("ORDHDR", "1", 6),
        ("ORDERS", "2", 7),
        ("ORDTLR", "3", 3),
    ]
    assert codes(FILE) == []


def test_a_body_gives_its_segments_with_marks_that_no_text_holds() -> None:
    order = next(one for one in read(FILE) if isinstance(one, SetRead) and one.set_id == "ORDERS")
    assert order.version == "9"
    assert interchange(FILE).header.delimiters.element == b"\x1d"
    assert order.body is not None
    texts = order.body.texts()
    assert texts[0] == "MHD\x1d2\x1dORDERS\x1f9"
    assert texts[1].split("\x1d") == [
        "CLO", "5000000000099\x1f0007", "HILLTOP 'ROAD' STORE + CAFE?", "7 MILL LANE\x1fRIVERTON"
    ]  # fmt: skip
    assert [FILE[at : at + 3] for at in order.body.offsets()] == [
        b"MHD",
        b"CLO",
        b"ORD",
        b"DIN",
        b"OLD",
        b"OTR",
        b"MTR",
    ]


def test_the_same_events_come_however_the_bytes_come() -> None:
    whole = list(read(FILE))
    assert list(read(FILE[at : at + 1] for at in range(len(FILE)))) == whole
    assert isinstance(next(iter(read(b"\xef\xbb\xbf\r\n" + FILE.replace(b"\n", b"\r\n")))), InterchangeOpened)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"MTR=7'", b"MTR=8'", "segment-count-wrong"),
        (b"MTR=7'", b"MTR=x'", "segment-count-wrong"),
        (b"MTR=7'\n", b"", "set-end-missing"),
        (b"END=3'", b"END=4'", "group-count-wrong"),
        (b"END=3'", b"", "interchange-cut-off"),
        (b"MHD=2", b"MHD=7", "set-number-mismatch"),
        (b"MHD=2+ORDERS:9", b"MHD=2", "set-id-missing"),
        (b"+000417+", b"++", "interchange-number-malformed"),
        (b"+5000000000011:HILLTOP STORES+", b"++", "sender-missing"),
        (b"+5010000000022:WIDGETS LTD+2", b"++2", "receiver-missing"),
        (b"MHD=2", b"XYZ=1'\nMHD=2", "stray-segment"),
    ],
)
def test_what_is_wrong_with_a_transmission_is_told(old: bytes, new: bytes, code: str) -> None:
    assert codes(FILE.replace(old, new, 1)) == [code]


def test_a_transmission_cut_at_any_byte_is_never_whole() -> None:
    end = FILE.rindex(b"'")
    for size in range(end):
        assert any(finding.rejects for finding in findings(FILE[:size])), size


def test_the_next_transmission_ends_one_that_has_no_end() -> None:
    two = FILE.replace(b"END=3'\n", b"") + FILE
    assert codes(two) == ["interchange-cut-off"]
    assert sum(isinstance(event, InterchangeOpened) for event in read(two)) == 2


def test_a_party_without_a_code_is_known_by_its_name() -> None:
    assert interchange(FILE.replace(b"+5000000000011:", b"+:")).sender == ":HILLTOP STORES"


def test_batches_inside_a_transmission_are_passed_over() -> None:
    assert codes(FILE.replace(b"MHD=2", b"BAT=1'\nMHD=2").replace(b"END", b"EOB=1'\nEND")) == []


def test_bytes_outside_of_transmissions_are_told_once() -> None:
    assert codes(b"hello 'there'\n" + FILE + b"regards'again") == ["stray-bytes", "stray-bytes"]
    assert codes(b"nothing here") == ["stray-bytes", "no-interchange"]


def test_a_segment_without_end_does_not_fill_the_memory() -> None:
    long = FILE.replace(b"OTR=1'", b"DNA=" + b"x" * (3 * MAX_SEGMENT_BYTES) + b"'OTR=1'")
    assert codes(long) == ["segment-too-long", "segment-count-wrong"]
    order = next(one for one in read(long) if isinstance(one, SetRead) and one.set_id == "ORDERS")
    assert order.body is None


def test_the_group_says_how_many_messages_the_trailer_claims() -> None:
    (closed,) = (event for event in read(FILE) if isinstance(event, GroupClosed))
    assert closed.sets_stated == 3


def walked(raw: bytes) -> Walked:
    structure = Structure()
    structure.begin(interchange(raw).header)
    order = next(one for one in read(raw) if isinstance(one, SetRead) and one.set_id == "ORDERS")
    found = structure.walk(order)
    assert found is not None
    return found


def test_an_order_becomes_a_tree_with_a_loop_for_each_line() -> None:
    found = walked(FILE.replace(b"OTR=1", b"DNA=1+++heavy'OLD=2+:AB-200'OTR=2").replace(b"MTR=7", b"MTR=9"))
    assert found.findings == []
    assert found.root.segments["ORD"][0].elements[1] == "PO-1001\x1f\x1f260302"
    first, second = found.root.loops["OLD"]
    assert first.segments["DNA"][0].elements[4] == "heavy"
    assert second.segments["OLD"][0].elements[2] == "\x1fAB-200"


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (b"CLO=", b"DIN=", "segment-missing"),
        (b"OLD=1+", b"DNA=1+", "segment-missing"),
        (b"DIN=260402", b"DIN=26\x010402", "character-invalid"),
        (b"DIN=260402", b"ZZZ=260402", "segment-unknown"),
    ],
)
def test_what_is_wrong_inside_an_order_is_told(old: bytes, new: bytes, code: str) -> None:
    assert code in [finding.code.value for finding in walked(FILE.replace(old, new, 1)).findings]


@pytest.mark.parametrize("set_id", ["ORDHDR", "ORDERS", "ORDTLR", "RSGRSG"])
def test_every_structure_places_segments_we_know(set_id: str) -> None:
    assert schema(set_id).tags - {set_id} <= tags()


@pytest.mark.parametrize("set_id", ["INVOIC", "segments", ""])
def test_a_message_without_structure_names_where_to_add_it(set_id: str) -> None:
    with pytest.raises(SchemaMissing) as missing:
        schema(set_id)
    assert "orders.toml" in str(missing.value)


def orders_by(raw: bytes, wrong_counts: Literal["refuse", "tell"]) -> Translation:
    """The file as a partner's whose counts are taken so."""
    agreement = Agreement(document="ORDERS", standard="tradacoms", map="tradacoms-orders", wrong_counts=wrong_counts)

    def agree(envelope: Envelope) -> Agreed:
        return Agreed("hilltop", agreement if envelope.set_id == "ORDERS" else None, base_map("tradacoms-orders"))

    return translate(raw, agree, datetime(2026, 3, 4, tzinfo=UTC))


@pytest.mark.parametrize(
    ("old", "new"), [(b"MTR=7'", b"MTR=8'"), (b"MTR=6'", b"MTR=9'"), (b"MTR=3'", b"MTR=0'"), (b"END=3'", b"END=4'")]
)
def test_counts_that_are_wrong_are_told_and_no_more_where_that_was_agreed(old: bytes, new: bytes) -> None:
    raw = FILE.replace(old, new, 1)
    taken = orders_by(raw, "tell")
    assert [one.document.customer_po_number for one in taken.documents] == ["PO-1001"]
    assert [one.weight for one in taken.findings if one.code.value.endswith("count-wrong")] == ["warning"]
    assert any(one.rejects for one in orders_by(raw, "refuse").findings)


def test_an_order_with_a_wrong_count_is_refused_unless_otherwise_agreed() -> None:
    assert orders_by(FILE.replace(b"MTR=7'", b"MTR=8'"), "refuse").documents == ()
    assert orders_by(FILE.replace(b"END=3'", b"END=4'"), "refuse").documents == ()


def test_what_is_wrong_besides_counts_is_refused_all_the_same() -> None:
    assert orders_by(FILE.replace(b"MTR=7'", b"", 1), "tell").documents == ()
