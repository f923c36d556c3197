"""Bar codes, read back by another program."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from printing.barcodes import BarcodeRefused, code_128, gs1_128


def read(png: bytes) -> list[tuple[str, str]]:
    return [(code.text, code.symbology_identifier) for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(png)))]


@pytest.mark.parametrize("text", ["SO-100042", "a", "PO 4500/7 #3", "~{}^_\\", "1234567890" * 4])
def test_code_128_scans_as_what_was_asked_for(text: str) -> None:
    assert read(code_128(text).png()) == [(text, "]C0")]


def test_gs1_128_starts_with_fnc1_and_keeps_its_elements_apart() -> None:
    code = gs1_128([("420", "98101"), ("00", "006141411234567890")])
    assert read(code.png()) == [("(420)98101(00)006141411234567890", "]C1")]
    assert code.text == "(420)98101(00)006141411234567890"


@pytest.mark.parametrize("text", ["", "é", "漢", "a\x00b", "a\nb", "x" * 49, "\x1b"])
def test_text_that_no_scanner_would_give_back_is_refused(text: str) -> None:
    with pytest.raises(BarcodeRefused):
        code_128(text)


@pytest.mark.parametrize(
    "elements",
    [
        [("00", "006141411234567891")],  # check digit
        [("01", "1234")],
        [("10", "AB[21]X")],
        [("10", "")],
        [("1x", "1")],
        [("999999", "1")],
        [],
    ],
)
def test_what_gs1_does_not_allow_is_refused(elements: list[tuple[str, str]]) -> None:
    with pytest.raises(BarcodeRefused):
        gs1_128(elements)


def test_the_svg_is_bars_only_with_ten_white_modules_either_side() -> None:
    code = code_128("SO-1")
    svg = code.svg().decode()
    assert svg.startswith(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {code.width} 1"')
    assert "M10 0h2v1h-2z" in svg, "Code 128 starts with a bar of two modules"
    assert code.width == len(code.modules) + 20
    assert code_128("SO-1") == code
