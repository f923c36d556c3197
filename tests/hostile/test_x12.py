"""Bad X12, by number: refused at the right level, soon, with little memory, never a crash."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from tests.factories import as_order, envelope_answers, group_answers
from translators.interchange import Inspection
from translators.outgoing import PROVISIONAL
from translators.translate import Translation, inspect, read, standard_agreement
from translators.x12.writer import write_997, write_ta1

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
MEBIBYTE = 1024 * 1024
HEAD = "ISA*00*          *00*          *ZZ*ACME           *ZZ*DOCKGATE       *260302*1200*U*00401*000000001*0*P*>~"
BODY = "BEG*00*SA*PO-1**20260302~N1*ST*HILL*92*0007~PO1*1*12*EA*9.25**VN*AB-1~CTT*1~"


def order(body: str = BODY) -> bytes:
    count = body.count("~") + 2
    group = f"GS*PO*A*B*20260302*1200*7*X*004010~ST*850*0001~{body}SE*{count}*0001~GE*1*7~"
    return (HEAD + group + "IEA*1*000000001~").encode("latin-1")


def translated(raw: bytes) -> Translation:
    return read(raw, standard_agreement, AT)


def codes(found: Inspection) -> list[str]:
    return [finding.code.value for finding in found.all_findings()]


def within_limits(act: Callable[[], Inspection]) -> Inspection:
    """Runs it twice: once by the clock, once counting memory, which is slow."""
    began = time.perf_counter()
    act()
    assert time.perf_counter() - began < 5
    tracemalloc.start()
    try:
        found = act()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 128 * MEBIBYTE
    return found


def test_b30_a_delimiter_that_is_a_letter_or_used_twice_is_refused() -> None:
    good = order()
    for bad in (good.replace(b"*P*>~", b"*P*~~"), good.replace(b"*P*>~", b"*P**~"), good.replace(b"*P*>~", b"*P*>A")):
        assert translated(bad).documents == ()
        assert any(finding.rejects for finding in translated(bad).findings)


def test_b32_an_order_cut_at_any_byte_is_never_accepted() -> None:
    raw = order()
    assert len(translated(raw).documents) == 1
    for size in range(len(raw)):
        cut = translated(raw[:size])
        assert cut.documents == (), size
        assert group_answers(cut) == (), size
        assert any(finding.rejects for finding in cut.findings), size
        inspect(raw[:size])


def test_b32_an_order_that_begins_at_any_byte_is_never_accepted() -> None:
    raw = order()
    for size in range(1, len(raw)):
        assert translated(raw[size:]).documents == (), size


def test_b33_trailing_garbage_leaves_the_order_alone() -> None:
    found = translated(order() + b"\n--\nregards, the mainframe")
    assert len(found.documents) == 1
    assert [finding.code.value for finding in found.findings] == ["stray-bytes"]
    assert not found.findings[0].rejects


def test_b33_edifact_behind_x12_is_refused_aloud() -> None:
    found = translated(order() + b"UNB+UNOA:1+A+B+260302:1200+1'UNZ+0+1'")
    assert len(found.documents) == 1
    assert found.findings[0].rejects


def test_b33_an_isa_inside_an_interchange_refuses_the_outer_one() -> None:
    raw = order()
    at = raw.index(b"PO1*")
    nested = raw[:at] + raw + raw[at:]
    found = translated(nested)
    assert [len(one.documents) for one in found.interchanges] == [0, 1]


def test_b34_a_million_segments_are_refused_as_too_large() -> None:
    def source() -> Iterator[bytes]:
        yield order().split(b"CTT")[0]
        for _ in range(1000):
            yield b"N3*A~" * 1000
        yield b"SE*1*0001~GE*1*7~IEA*1*000000001~"

    assert "set-too-large" in codes(within_limits(lambda: inspect(source())))


def test_b34_a_million_elements_are_refused() -> None:
    assert "segment-too-long" in codes(within_limits(lambda: inspect(order(BODY + "N9" + "*A" * 1_000_000 + "~"))))
    assert "elements-limit" in codes(inspect(order(BODY + "N9" + "*A" * 20_000 + "~")))


def test_b34_an_element_of_ten_megabytes_is_refused() -> None:
    long = "N9*ZZ*" + "x" * (10 * MEBIBYTE) + "~"
    assert "segment-too-long" in codes(within_limits(lambda: inspect(order(BODY + long))))
    assert "element-limit" in codes(inspect(order(BODY + "N9*ZZ*" + "x" * 20_000 + "~")))


def test_b34_ten_thousand_passes_of_a_loop_are_refused() -> None:
    body = BODY.replace("PO1*", "N1*ST*A~" * 10_000 + "PO1*", 1)
    assert "loop-repeats" in codes(inspect(order(body)))
    assert translated(order(body)).documents == ()


def test_b34_ten_thousand_lines_are_an_order() -> None:
    found = translated(order(BODY.replace("PO1*", "PO1*1*1*EA*1**VN*A~" * 9_999 + "PO1*", 1)))
    assert len(as_order(found.documents[0].document).lines) == 10_000


@pytest.mark.parametrize(
    "number",
    ["1_000", "\uff11", "NaN", "Infinity", "1e9", "+-1", "+1", "1.2.3", "9" * 5000, "1,5", "0x1F", "--1", "1-", "1 0"],
)
def test_b36_a_number_that_is_none_is_refused_with_element_error_6(number: str) -> None:
    found = translated(order().replace(b"*12*EA", f"*{number}*EA".encode()))
    assert found.documents == ()
    (answer,) = group_answers(found)
    lines = write_997(answer, PROVISIONAL, AT).split(b"~")
    assert any(line.startswith(b"AK4*2**6") for line in lines)
    assert b"AK5*R*5" in lines


@pytest.mark.parametrize(
    "day", ["2024131", "20240230", "00000000", "99991231", "202402", "2024-02-01", "20240230240000"]
)
def test_b37_a_day_that_is_none_is_refused_with_element_error_8(day: str) -> None:
    found = translated(order().replace(b"**20260302", f"**{day}".encode()))
    assert found.documents == ()
    (answer,) = group_answers(found)
    assert any(line.startswith(b"AK4*5**8") for line in write_997(answer, PROVISIONAL, AT).split(b"~"))


def test_b42_a_binary_length_that_lies_is_refused() -> None:
    for length in ("4", "-1", "99999999", "1e3"):
        found = translated(order(BODY + f"BIN*{length}*abcdef~"))
        assert found.documents == (), length


def test_a_gibibyte_of_zeros_ends_soon_wherever_it_stands() -> None:
    read_so_far = 0

    def zeros(front: bytes) -> Iterator[bytes]:
        nonlocal read_so_far
        read_so_far = 0
        yield front
        block = bytes(64 * 1024)
        for _ in range(16 * 1024):
            read_so_far += len(block)
            yield block

    for front in (b"", order(), order()[:-1], order()[:200], b"UNB+UNOA:1+A+B+260302:1200+1'"):
        within_limits(lambda front=front: inspect(zeros(front)))  # type: ignore[misc]
        if front in (b"", order()):
            assert read_so_far < 8 * MEBIBYTE


def test_thousands_of_beginnings_of_an_interchange_do_no_harm() -> None:
    raw = HEAD.encode() * 4_000
    found = within_limits(lambda: inspect(raw))
    assert all(interchange.findings for interchange in found.interchanges[:100])
    within_limits(lambda: inspect(b"ISA*" * 100_000))


def test_releases_and_terminators_without_end_do_no_harm() -> None:
    within_limits(lambda: inspect(b"UNB+UNOA:1+A+B+260302:1200+1'UNH+1+ORDERS:D:96A:UN'FTX+" + b"?'" * 500_000))
    within_limits(lambda: inspect(order(BODY + "~" * 500_000)))


def test_b34_a_chain_of_a_hundred_thousand_hl_is_refused() -> None:
    def notice(parents: Callable[[int], str], loops: int = 10_000) -> bytes:
        chain = "".join(f"HL*{number}*{parents(number)}*I~" for number in range(1, loops + 1))
        raw = order(f"BSN*00*SHIP-1*20260302*1200~{chain}")
        return raw.replace(b"GS*PO", b"GS*SH").replace(b"ST*850", b"ST*856")

    chain = notice(lambda number: str(number - 1), 100_000)
    assert "hierarchy-too-deep" in codes(within_limits(lambda: inspect(chain)))
    circle = notice(lambda number: str(number % 10_000 + 1))
    assert "hierarchy-wrong" in codes(inspect(circle))
    crowd = notice(lambda _: "1").replace(b"~HL*2", b"~HL*1")
    assert "hierarchy-wrong" in codes(inspect(crowd))


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        (b"SE*6*", b"SE*7*", b"AK5*R*4"),
        (b"SE*6*0001", b"SE*6*0002", b"AK5*R*3"),
        (b"GE*1*7~", b"GE*2*7~", b"AK9*R*2*1*0*5"),
        (b"GE*1*7~", b"GE*1*8~", b"AK9*R*1*1*0*4"),
        (b"IEA*1*000000001", b"IEA*1*000000002", b"TA1*000000001*260302*1200*R*001"),
        (b"IEA*1*", b"IEA*2*", b"TA1*000000001*260302*1200*R*021"),
    ],
)
def test_b31_header_and_trailer_that_differ_are_refused_by_their_own_code(old: bytes, new: bytes, line: bytes) -> None:
    assert old in order()
    found = translated(order().replace(old, new))
    assert found.documents == ()
    answers = [write_997(one, PROVISIONAL, AT) for one in group_answers(found)]
    answers += [write_ta1(one, PROVISIONAL, AT) for one in envelope_answers(found)]
    assert line in b"".join(answers).split(b"~")


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b"\r", b"~\n", b"~\r\n", b"\x1c"])
def test_b30_any_terminator_is_taken(end: bytes) -> None:
    assert len(translated(order().replace(b"~", end)).documents) == 1


@pytest.mark.parametrize("lead", [b"\xef\xbb\xbf", b"\n\n", b"  ", b"\x00\x00"])
def test_b30_a_mark_or_blanks_in_front_are_passed_over(lead: bytes) -> None:
    assert len(translated(lead + order()).documents) == 1


@pytest.mark.parametrize("hour", ["2400", "2460", "12", "1260", "12h0", "120061"])
def test_b37_a_time_that_is_none_is_refused_with_element_error_9(hour: str) -> None:
    found = translated(order(BODY.replace("N1*ST", f"DTM*002*20260401*{hour}~N1*ST")))
    assert found.documents == ()
    (answer,) = group_answers(found)
    assert any(line.startswith(b"AK4*3**9") for line in write_997(answer, PROVISIONAL, AT).split(b"~"))


def test_b34_an_acknowledgment_of_a_hundred_thousand_complaints_is_read_to_its_end() -> None:
    body = "AK1*PO*7~AK2*850*0001~" + "AK3*PO1*6**8~AK4*2**6*x~" * 50_000 + "AK5*R*5~AK9*R*1*1*0~"
    raw = order(body).replace(b"GS*PO", b"GS*FA").replace(b"ST*850", b"ST*997")
    found = within_limits(lambda: inspect(raw))
    assert not any(finding.rejects for finding in found.all_findings())
