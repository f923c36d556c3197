"""Reads a page back: its text as a PDF reader gives it, its picture, and the bar codes a scanner finds in it."""

from __future__ import annotations

import io
import shutil
import subprocess

import pytest
import zxingcpp
from PIL import Image
from pypdf import PdfReader


def page_texts(data: bytes) -> list[str]:
    """The text of each page, without the invisible places to break."""
    return [page.extract_text().replace("\u200b", "") for page in PdfReader(io.BytesIO(data)).pages]


def text_of(data: bytes) -> str:
    return "\n".join(page_texts(data))


def pictures(data: bytes, dpi: int = 150, last: int = 99) -> list[Image.Image]:
    """Each page in grey, as a laser printer would draw it."""
    if not shutil.which("pdftoppm"):
        pytest.skip("pdftoppm is not installed: apt-get install poppler-utils")
    command = ["pdftoppm", "-r", str(dpi), "-l", str(last), "-gray", "-"]
    run = subprocess.run(command, input=data, capture_output=True, check=True)
    pages, stream = [], io.BytesIO(run.stdout)
    while stream.tell() < len(run.stdout):
        start = stream.tell()
        assert stream.readline() == b"P5\n"
        width, height = map(int, stream.readline().split())
        stream.readline()
        size = stream.tell() - start + width * height
        pages.append(Image.open(io.BytesIO(run.stdout[start : start + size])).copy())
        stream.seek(start + size)
    assert pages, "no page came out"
    return pages


def bar_codes(picture: Image.Image) -> set[str]:
    """What a scanner reads from a page."""
    return {code.text for code in zxingcpp.read_barcodes(picture)}
