"""Raw bytes as the console shows them: nothing is judged, nothing can hide."""

from __future__ import annotations

import pytest

from gateway.console.wire import MAX_HEX_BYTES, MAX_LINES, MAX_SHOWN_BYTES, view

ISA = b"ISA*00*          *00*          *ZZ*NORTHWIND      *ZZ*DOCKGATE       *260302*0830*U*00401*000000104*0*P*>~"


def shown(data: bytes) -> list[tuple[str, str, str]]:
    return [(line.number, line.tag, line.text) for line in view(data, len(data)).lines]


def test_x12_is_shown_as_numbered_segments_with_its_own_delimiters() -> None:
    data = ISA.replace(b"*", b"|").replace(b"~", b"!") + b"\r\nST|850|0001!\r\nSE|2|0001!"
    assert view(data, len(data)).kind == "segments"
    assert shown(data)[1:] == [("2", "ST", "|850|0001!"), ("3", "SE", "|2|0001!")]


def test_edifact_segments_end_at_a_quote_that_is_not_released() -> None:
    assert shown(b"UNA:+.? 'UNB+UNOC:3'FTX+AAI+++it?'s here??'UNZ+1+1'") == [
        ("", "UNA", ":+.? '"),
        ("1", "UNB", "+UNOC:3'"),
        ("2", "FTX", "+AAI+++it?'s here??'"),
        ("3", "UNZ", "+1+1'"),
    ]


def test_edifact_without_service_string_has_the_usual_delimiters() -> None:
    assert [tag for _, tag, _ in shown(b"UNB+UNOA:1'UNH+1'UNT+1'UNZ+1'")] == ["UNB", "UNH", "UNT", "UNZ"]


def test_a_finding_leads_to_its_segment_by_offset_or_by_a_tag_that_is_there_once() -> None:
    data = ISA + b"ST*850*1~N1*ST~N1*BY~SE*4*1~"
    found = view(data, len(data))
    assert found.number_of({"offset": data.index(b"N1*BY"), "segment": "N1"}) == "4"
    assert found.number_of({"offset": None, "segment": "SE"}) == "5"
    assert found.number_of({"segment": "N1"}) == ""
    assert found.number_of({"offset": 10**9, "segment": "ZZ"}) == ""


def test_text_is_shown_as_lines_and_its_hidden_characters_by_code_point() -> None:
    assert shown("po;part\r\n1;W\u202e-100\tx".encode()) == [("1", "", "po;part"), ("2", "", "1;W⟨202E⟩-100⟨09⟩x")]


def test_old_text_that_is_no_utf_8_is_read_as_latin_1() -> None:
    assert shown(b"Gr\xf6\xdfe") == [("1", "", "Größe")]


@pytest.mark.parametrize("data", [b"PK\x03\x04sheet", b"%PDF-1.7\nx", bytes(range(256))])
def test_what_is_no_text_is_shown_as_hex(data: bytes) -> None:
    assert view(data, len(data)).kind == "hex"
    assert view(data, len(data)).lines[0].tag.startswith(data[:4].hex(" "))


def test_only_the_beginning_of_something_large_is_shown() -> None:
    text = view(b"x" * (MAX_SHOWN_BYTES + 10), 10**9)
    assert (text.shown_bytes, text.size_bytes, text.is_whole) == (MAX_SHOWN_BYTES, 10**9, False)
    assert view(b"PK\x03\x04" * MAX_HEX_BYTES, 10**9).shown_bytes == MAX_HEX_BYTES


def test_a_swarm_of_tiny_segments_is_cut_and_what_is_left_out_is_said() -> None:
    data = ISA + b"A~" * 60_000
    found = view(data, len(data))
    assert len(found.lines) == MAX_LINES
    assert found.shown_bytes == len(ISA) + 2 * (MAX_LINES - 1)
    assert not found.is_whole
    assert found.number_of({"offset": found.shown_bytes + 1, "segment": "A"}) == ""


@pytest.mark.parametrize(
    "data", [b"", b"ISA", b"ISA" + b"*" * 103, b"UNA", b"UNA:+.? ", b"UNB", b"\xff\xfe", b"UNA      ' '", b"'" * 300]
)
def test_broken_beginnings_are_shown_too(data: bytes) -> None:
    found = view(data, len(data))
    assert found.is_whole
    assert found.number_of({"offset": 0, "segment": ""}) is not None
