"""Envelopes: what is read, in whatever shape it comes, and what is found wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from translators.interchange import Inspection
from translators.limits import CHUNK_BYTES, MAX_SEGMENT_BYTES
from translators.translate import inspect

Wire = Callable[..., bytes]


def summary(found: Inspection) -> list[tuple[str | None, str | None, str | None, list[tuple[str | None, int]]]]:
    return [
        (
            one.sender,
            one.receiver,
            one.control_number,
            [(item.id, item.segments) for group in one.groups for item in group.transaction_sets],
        )
        for one in found.interchanges
    ]


GOOD = [("01:007940297", "ZZ:DOCKGATE", "000000001", [("850", 8)])]


def test_a_good_file_has_no_finding(wire: Wire) -> None:
    found = inspect(wire())
    assert summary(found) == GOOD
    assert list(found.all_findings()) == []


@pytest.mark.parametrize(
    "end", ["~", "\n", "\r", "\r\n", "~\n", "~\r\n", "\x15", "\x1c", "\x85", "'", "~\n\t  ", "~  ", "Ö"]
)
def test_any_terminator_is_taken(wire: Wire, end: str) -> None:
    found = inspect(wire(end=end))
    assert summary(found) == GOOD
    assert list(found.all_findings()) == []


def test_a_terminator_of_three_bytes_is_taken(wire: Wire) -> None:
    assert summary(inspect(wire(end="~").replace(b"~", "…".encode()))) == GOOD


@pytest.mark.parametrize("front", [b"\xef\xbb\xbf", b"\r\n\r\n", b"   ", b"\x00\x00"])
def test_a_bom_or_blanks_in_front_are_no_finding(wire: Wire, front: bytes) -> None:
    found = inspect(front + wire())
    assert summary(found) == GOOD
    assert list(found.all_findings()) == []


def test_junk_in_front_is_a_warning_with_its_offset(wire: Wire, codes: Callable[..., list[str]]) -> None:
    found = inspect(b"$$REQUEST ID=VAN\n" + wire())
    assert summary(found) == GOOD
    assert codes(found.findings) == ["stray-bytes"]
    assert found.findings[0].where.offset == 0


def test_lines_wrapped_at_eighty_columns_are_unwrapped_even_inside_isa_and_iea(wire: Wire) -> None:
    raw = wire()
    for width, line_break in ((80, b"\n"), (80, b"\r\n"), (78, b"\n"), (30, b"\n")):
        wrapped = line_break.join(raw[at : at + width] for at in range(0, len(raw), width))
        found = inspect(wrapped)
        assert summary(found) == GOOD, width
        assert list(found.all_findings()) == []


def test_a_trimmed_isa_is_read_with_a_warning(wire: Wire, codes: Callable[..., list[str]]) -> None:
    raw = wire().replace(b" ", b"")
    found = inspect(raw.replace(b"HILLTOPSTORE7", b"HILLTOP STORE 7"))
    assert summary(found) == GOOD
    assert codes(found.all_findings()) == ["interchange-header-width"]


def test_an_isa_padded_with_non_breaking_spaces_is_read(wire: Wire) -> None:
    head, rest = wire()[:105], wire()[105:]
    assert summary(inspect(head.replace(b" ", b"\xc2\xa0") + rest)) == GOOD


def test_an_isa_in_the_data_is_no_new_interchange(wire: Wire, order: str) -> None:
    found = inspect(wire(order.replace("HILLTOP", "NARCISA*") + "\nNTE**ISAAC AND ISA*"))
    assert len(found.interchanges) == 1


def test_two_interchanges_with_other_separators_and_junk_between(wire: Wire) -> None:
    second = wire(number="000000002").replace(b"*", b"|").replace(b"~", b"\n")
    found = inspect(wire() + b"\r\n---\r\n" + second)
    assert [one.control_number for one in found.interchanges] == ["000000001", "000000002"]
    assert [finding.code.value for finding in found.all_findings()] == ["stray-bytes"]


def test_an_isa_that_comes_before_the_iea_ends_the_first_interchange_as_cut_off(
    wire: Wire, codes: Callable[..., list[str]]
) -> None:
    found = inspect(wire(trailer=()) + wire(number="000000002"))
    assert [one.control_number for one in found.interchanges] == ["000000001", "000000002"]
    assert codes(found.interchanges[0].findings) == ["interchange-cut-off"]
    assert codes(found.interchanges[1].findings) == []


@pytest.mark.parametrize("size", [1, 7, 100, 4096])
def test_the_size_of_the_bites_makes_no_difference(wire: Wire, size: int) -> None:
    raw = wire(end="~\r\n")
    assert summary(inspect(raw[at : at + size] for at in range(0, len(raw), size))) == GOOD


def test_a_set_across_many_windows_is_one_set(wire: Wire, one_set: Callable[..., list[str]]) -> None:
    body = "BEG*00*SA*1**20260302\n" + "\n".join(f"PO1*{n}*1*EA*1**VN*PART-{n:06}" for n in range(9000))
    raw = wire([one_set(body, f"{n:04}") for n in range(1, 4)])
    assert len(raw) > 5 * CHUNK_BYTES
    found = inspect(raw)
    assert [item.segments for item in found.interchanges[0].groups[0].transaction_sets] == [9003] * 3
    assert list(found.all_findings()) == []


def test_findings_say_where_in_the_file(wire: Wire) -> None:
    raw = wire().replace(b"SE*8*", b"SE*9*")
    (finding,) = inspect(raw).all_findings()
    assert finding.where.to_json() == {
        "segment": "SE", "position": 8, "element": 1, "component": None, "offset": raw.index(b"SE*9"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "level", "code"),
    [
        (b"SE*8*", b"SE*7*", "set", "segment-count-wrong"),
        (b"SE*8*", b"SE**", "set", "segment-count-wrong"),
        (b"SE*8*0001", b"SE*8*0002", "set", "set-number-mismatch"),
        (b"SE*8*0001~", b"", "set", "set-end-missing"),
        (b"ST*850*0001", b"ST*850*", "set", "set-number-malformed"),
        (b"ST*850*", b"ST**", "set", "set-id-missing"),
        (b"ST*850*", b"ST*810*", "set", "set-not-of-group"),
        (b"GE*1*77", b"GE*2*77", "group", "set-count-wrong"),
        (b"GE*1*77", b"GE*1*78", "group", "group-number-mismatch"),
        (b"GE*1*77~", b"", "group", "group-end-missing"),
        (b"*77*X", b"*A7*X", "group", "group-number-malformed"),
        (b"GS*PO", b"GS*", "group", "functional-id-missing"),
        (b"IEA*1*", b"IEA*2*", "interchange", "group-count-wrong"),
        (b"IEA*1*000000001", b"IEA*1*000000002", "interchange", "interchange-number-mismatch"),
        (b"IEA*1*000000001~", b"", "interchange", "interchange-cut-off"),
        (b"*000000001*0*P", b"*00000000A*0*P", "interchange", "interchange-number-malformed"),
        (b"007940297 ", b"          ", "interchange", "sender-missing"),
        (b"*DOCKGATE ", b"*         ", "interchange", "receiver-missing"),
        (b"*0*P*>", b"*0*X*>", "interchange", "test-flag-invalid"),
        (b"*260302*1200*U", b"*261302*1200*U", "interchange", "interchange-date-invalid"),
        (b"*00401*", b"*99999*", "interchange", "interchange-version-unknown"),
        (b"P*>~", b"P**~", "interchange", "delimiters-invalid"),
        (b"P*>~", b"P*A~", "interchange", "delimiters-invalid"),
    ],
)
def test_every_flaw_of_an_envelope_is_found_at_its_own_level(
    wire: Wire, old: bytes, new: bytes, level: str, code: str
) -> None:
    assert old in wire()
    found = list(inspect(wire().replace(old, new, 1)).all_findings())
    assert (level, code) in [(finding.code.level.value, finding.code.value) for finding in found]


def test_a_set_number_used_twice_in_a_group_is_found(wire: Wire, one_set: Callable[..., list[str]]) -> None:
    found = inspect(wire([one_set(), one_set()]))
    assert [finding.code.value for finding in found.all_findings()] == ["set-number-repeated"]


def test_a_segment_between_sets_is_told(wire: Wire) -> None:
    raw = wire().replace(b"GE*1*77~", b"NTE**lost~GE*1*77~")
    assert [finding.code.value for finding in inspect(raw).all_findings()] == ["stray-segment"]


def test_a_binary_segment_may_hold_terminators(wire: Wire, order: str) -> None:
    data = b"\x00SE*9*9~IEA*~\xff"
    raw = wire(order + f"\nBIN*{len(data)}*@")
    found = inspect(raw.replace(b"@", data))
    assert found.interchanges[0].groups[0].transaction_sets[0].segments == 9
    assert "binary-length-wrong" not in [finding.code.value for finding in found.all_findings()]


def test_a_binary_length_that_lies_is_found(wire: Wire, order: str) -> None:
    for length in ("3", "999999999", "-1", "x", "9999999"):
        found = inspect(wire(order + f"\nBIN*{length}*abcdef"))
        assert "binary-length-wrong" in [finding.code.value for finding in found.all_findings()], length


def test_a_segment_without_end_is_refused_and_the_next_set_is_read(
    wire: Wire, order: str, one_set: Callable[..., list[str]]
) -> None:
    long = order + "\nNTE**" + "x" * (3 * MAX_SEGMENT_BYTES)
    found = inspect(wire([one_set(long), one_set(number="0002")]))
    first, second = found.interchanges[0].groups[0].transaction_sets
    assert "segment-too-long" in [finding.code.value for finding in first.findings]
    assert (second.control_number, second.findings) == ("0002", ())


def test_ta1_segments_are_kept_apart(wire: Wire) -> None:
    raw = wire().replace(b"GS*", b"TA1*000000009*260302*1200*A*000~GS*", 1)
    assert list(inspect(raw).all_findings()) == []


def test_a_source_is_read_once_and_bit_by_bit(wire: Wire) -> None:
    asked: list[int] = []

    def source() -> Iterator[bytes]:
        for number in range(3):
            asked.append(number)
            yield wire(number=f"00000000{number + 1}")

    assert len(inspect(source()).interchanges) == 3
    assert asked == [0, 1, 2]


@pytest.mark.parametrize("first", ["BIN*12*ab~SE*5*1~cd~", "BIN*99*ab~", "REF*ZZ*B~", "~", "GE*1*77~"])
def test_what_stands_first_in_a_window_is_read_as_anywhere_else(first: str, wire: Wire) -> None:
    begin = wire().partition(b"BEG*")[0] + b"REF*ZZ*SOME NUMBER OF OURS~" * 3_000
    rest = f"{first}N1*ST*A~SE*3004*0001~GE*1*77~IEA*1*000000001~".encode()
    assert inspect([begin, rest]) == inspect(begin + rest)
