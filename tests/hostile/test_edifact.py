"""Bad EDIFACT, by number: refused at the right level, soon, with little memory, never a crash."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.hostile.test_x12 import codes, within_limits
from translators.edifact import reader
from translators.edifact.acknowledge import Acknowledgment, acknowledgment, group_verdict, set_verdict
from translators.edifact.writer import write_contrl
from translators.findings import Finding
from translators.interchange import GroupHeader, Interchange, SetRead
from translators.outgoing import PROVISIONAL
from translators.translate import inspect

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
MEBIBYTE = 1024 * 1024
HEAD = "UNB+UNOC:3+4012345000009:14+5098765000001:14+260302:1200+REF77'"
BODY = "BGM+220+PO-1+9'DTM+137:20260302:102'LIN+1++4000862141404:EN'QTY+21:12'UNS+S'"


def order(body: str = BODY) -> bytes:
    return (HEAD + f"UNH+1+ORDERS:D:96A:UN'{body}UNT+{body.count(chr(39)) + 2}+1'UNZ+1+REF77'").encode("latin-1")


def answer(interchange: Interchange) -> Acknowledgment | None:
    groups = [
        group_verdict(
            group.header if group.header.control_number else GroupHeader(),
            [set_verdict(one.id, one.control_number, one.findings, "D:96A:UN") for one in group.transaction_sets],
            group.findings,
        )
        for group in interchange.groups
    ]
    return acknowledgment(interchange.header, groups, interchange.findings)


def report(raw: bytes) -> list[str]:
    """The CONTRL on the first interchange, segment by segment, without its envelope."""
    found = answer(inspect(raw).interchanges[0])
    assert found is not None
    return write_contrl(found, PROVISIONAL, AT).decode("latin-1").split("'")[3:-3]


def accepted(raw: bytes) -> bool:
    """Whether anything in it could become a document."""
    return any(
        not any(finding.rejects for finding in (*interchange.findings, *group.findings, *one.findings))
        for interchange in inspect(raw).interchanges
        for group in interchange.groups
        for one in group.transaction_sets
    )


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("UNT+7", "UNT+8", ["UCI+REF77+4012345000009:14+5098765000001:14+7", "UCM+1+ORDERS:D:96A:UN+4+29+UNT+2"]),
        ("UNT+7+1", "UNT+7+9", ["UCI+REF77+4012345000009:14+5098765000001:14+7", "UCM+1+ORDERS:D:96A:UN+4+28+UNT+3"]),
        ("UNT+7+1'", "", ["UCI+REF77+4012345000009:14+5098765000001:14+7", "UCM+1+ORDERS:D:96A:UN+4+13+UNT"]),
        ("UNZ+1", "UNZ+2", ["UCI+REF77+4012345000009:14+5098765000001:14+4+29+UNZ"]),
        ("UNZ+1+REF77", "UNZ+1+REF7", ["UCI+REF77+4012345000009:14+5098765000001:14+4+28+UNZ"]),
        ("UNZ+1+REF77'", "", ["UCI+REF77+4012345000009:14+5098765000001:14+4+13+UNZ"]),
    ],
)
def test_b31_counts_and_references_that_differ_are_refused_with_their_code(
    old: str, new: str, expected: list[str]
) -> None:
    raw = order().decode()
    assert old in raw
    assert report(raw.replace(old, new).encode()) == expected
    assert not accepted(raw.replace(old, new).encode())


def test_b32_an_order_cut_at_any_byte_is_never_accepted() -> None:
    raw = order()
    assert accepted(raw)
    for size in range(len(raw)):
        assert not accepted(raw[:size]), size
    for size in range(1, len(raw)):
        assert not accepted(raw[size:]), size


def test_b33_trailing_garbage_leaves_the_order_alone() -> None:
    raw = order() + b"\n--\nregards, the mainframe"
    assert accepted(raw)
    assert codes(inspect(raw)) == ["stray-bytes"]


def test_b33_x12_behind_edifact_is_refused_aloud() -> None:
    isa = b"ISA*00*          *00*          *ZZ*ACME           *ZZ*DOCKGATE       *260302*1200*U*00401*000000001*0*P*>~"
    (finding,) = inspect(order() + isa).findings
    assert finding.rejects
    assert not inspect(order() + b"\nISAAC * NEWTON").findings[0].rejects


def test_b33_an_interchange_inside_an_interchange_refuses_the_outer_one() -> None:
    raw = order()
    at = raw.index(b"LIN")
    found = inspect(raw[:at] + raw + raw[at:])
    assert [any(one.rejects for one in each.findings) for each in found.interchanges] == [True, False]


def test_b34_a_million_segments_are_refused_as_too_large() -> None:
    def source() -> Iterator[bytes]:
        yield order().split(b"UNS")[0]
        for _ in range(1000):
            yield b"FTX+AAI'" * 1000
        yield b"UNT+1+1'UNZ+1+REF77'"

    assert "set-too-large" in codes(within_limits(lambda: inspect(source())))


def test_b34_a_million_elements_are_refused() -> None:
    assert "segment-too-long" in codes(within_limits(lambda: inspect(order(BODY + "FTX" + "+A" * 1_000_000 + "'"))))
    assert "elements-limit" in codes(inspect(order(BODY + "FTX" + "+A" * 20_000 + "'")))
    assert "element-limit" in codes(inspect(order(BODY + "FTX+AAI+++" + ":A" * 20_000 + "'")))


def test_b34_an_element_of_ten_megabytes_is_refused() -> None:
    long = "FTX+AAI+++" + "x" * (10 * MEBIBYTE) + "'"
    assert "segment-too-long" in codes(within_limits(lambda: inspect(order(BODY + long))))
    released = "FTX+AAI+++" + "?'" * MEBIBYTE + "'"
    assert "segment-too-long" in codes(within_limits(lambda: inspect(order(BODY + released))))
    assert "element-limit" in codes(inspect(order(BODY + "FTX+AAI+++" + "x" * 20_000 + "'")))


def test_b34_ten_thousand_passes_of_a_group_are_refused_and_ten_thousand_lines_are_not() -> None:
    assert "loop-repeats" in codes(inspect(order(BODY.replace("LIN", "NAD+ST+A'" * 10_000 + "LIN", 1))))
    many = order(BODY.replace("LIN", "LIN+1++4000862141404:EN'QTY+21:1'" * 9_999 + "LIN", 1))
    assert accepted(many)


def test_b35_releases_and_terminators_without_end_do_no_harm() -> None:
    for filler in (b"?'", b"??'", b"?\n", b"''", b"'\n", b"?", b"UNH+", b"'UNT+1", b"'UNB+", b"'UNA:+.? 'UNB+"):
        for front in (HEAD.encode(), HEAD.encode() + b"UNH+1+ORDERS:D:96A:UN'FTX+"):
            raw = front + filler * (MEBIBYTE // 16 // len(filler))
            within_limits(lambda raw=raw: inspect(raw))  # type: ignore[misc]
            assert not accepted(raw)


def test_b35_a_release_that_dangles_at_the_end_is_a_cut_interchange() -> None:
    assert not accepted(order()[:-1] + b"?'")
    assert not accepted(order()[:-1] + b"?")


@pytest.mark.parametrize(
    "number", ["1_000", "\xb9", "NaN", "1e9", "+1", "1.2.3", "9" * 500, "1.234,5", "--1", "1-", ","]
)
def test_b36_a_number_that_is_none_is_refused_in_the_ucd(number: str) -> None:
    raw = order().replace(b"QTY+21:12", f"QTY+21:{number}".encode("latin-1").replace(b"+", b"?+", 0))
    assert not accepted(raw)
    if "+" not in number:
        assert report(raw)[1:] == ["UCM+1+ORDERS:D:96A:UN+4", "UCS+5", "UCD+37+2:2"]


@pytest.mark.parametrize("number", ["12", "12.5", "12,5", "-3", ".5", ",5", "0012", "12."])
def test_b36_both_decimal_marks_are_numbers(number: str) -> None:
    assert accepted(order().replace(b"QTY+21:12", f"QTY+21:{number}".encode()))


@pytest.mark.parametrize("day", ["2024131", "20240230", "00000000", "99991231", "2024-02-01"])
def test_b37_a_day_that_is_none_is_refused(day: str) -> None:
    raw = order().replace(b"137:20260302", f"137:{day}".encode())
    assert report(raw)[1:] == ["UCM+1+ORDERS:D:96A:UN+4", "UCS+3", "UCD+12+2:2"]


def test_a_large_file_needs_little_memory() -> None:
    message = order()[len(HEAD) :].removesuffix(b"UNZ+1+REF77'")

    def source(count: int) -> Iterator[bytes]:
        yield HEAD.encode()
        for _ in range(count):
            yield message * 100
        yield f"UNZ+{count * 100}+REF77'".encode()

    def act() -> list[Finding]:
        return [
            one
            for event in reader.read(source(100))
            if not isinstance(event, SetRead)
            for one in getattr(event, "findings", ())
        ]

    assert within_limits(act) == []  # type: ignore[arg-type]
