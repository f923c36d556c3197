"""Names of downloads: the sender's label, never a path, never a second header."""

from __future__ import annotations

import pytest

from gateway.console.download import disposition


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("order 1.edi", "order 1.edi", "order%201.edi"),
        ("Größe.csv", "Groe.csv", "Gr%C3%B6%C3%9Fe.csv"),
        ("../../etc/passwd", "passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini", "boot.ini"),
        ('a"; x=".edi\r\nSet-Cookie: a=b', "a__ x__.ediSet-Cookie_ a_b", "a%22%3B%20x%3D%22.ediSet-Cookie%3A%20a%3Db"),
        ("\u202egnp.exe", "gnp.exe", "gnp.exe"),
        ("", "download", "download"),
        ("...", "download", "download"),
        ("注文", "download", "%E6%B3%A8%E6%96%87"),
    ],
)
def test_a_label_becomes_a_harmless_file_name(name: str, plain: str, whole: str) -> None:
    assert disposition("attachment", name) == f"attachment; filename=\"{plain}\"; filename*=UTF-8''{whole}"


def test_a_very_long_label_is_cut() -> None:
    assert len(disposition("attachment", "x" * 5000)) < 400
