"""Which syntax a file is written in, told from its first bytes alone. Names and content types lie; bytes do not."""

from __future__ import annotations

import re
from enum import StrEnum

BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
BLANKS = b" \t\r\n\x0b\x0c\x00\x1a"


class Syntax(StrEnum):
    X12 = "x12"
    EDIFACT = "edifact"
    TRADACOMS = "tradacoms"
    XML = "xml"
    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ZIP = "zip"
    PDF = "pdf"
    TEXT = "text"
    BINARY = "binary"
    EMPTY = "empty"


_ISA = re.compile(rb"(?:^|[^A-Za-z0-9])ISA(?P<sep>[^A-Za-z0-9\s])[^\r\n]{0,10}(?P=sep)")
_GS = re.compile(rb"GS([^A-Za-z0-9\s])[A-Z]{2}\1")
_UNB = re.compile(rb"UNA.{6}\s*UN[BGH]|(?:^|[^A-Za-z0-9])UN[BH][^A-Za-z0-9\s]", re.DOTALL)
_TRADACOMS = re.compile(rb"STX=[A-Z]{2,6}:[0-9]")
_TAG = re.compile(rb"<(?:[A-Za-z_?!])")
_SIGNATURES = (
    (b"PK\x03\x04", Syntax.ZIP),
    (b"PK\x05\x06", Syntax.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Syntax.XLS),
    (b"%PDF-", Syntax.PDF),
)


def detect(head: bytes) -> Syntax:
    """The syntax of a file that begins with ``head``. Junk, a BOM or blank lines in front do not mislead it."""
    for signature, syntax in _SIGNATURES:
        if head.startswith(signature):
            return Syntax.XLSX if syntax is Syntax.ZIP and b"xl/" in head else syntax
    bare = without_blanks(head)
    if not bare:
        return Syntax.BINARY if b"\x00" in head else Syntax.EMPTY
    return _envelope(bare) or _text(bare)


def without_blanks(head: bytes) -> bytes:
    """The bytes from the first that means something: behind a BOM, blanks and filler."""
    bare = head.lstrip(BLANKS)
    for bom in BOMS:
        bare = bare.removeprefix(bom)
    return bare.lstrip(BLANKS)


def _envelope(bare: bytes) -> Syntax | None:
    found = [
        (match.start(), syntax)
        for pattern, syntax in ((_ISA, Syntax.X12), (_UNB, Syntax.EDIFACT))
        if (match := pattern.search(bare)) is not None
    ]
    if _GS.match(bare):
        return Syntax.X12
    if _TRADACOMS.match(bare):
        return Syntax.TRADACOMS
    if bare[:1] in b"<{[" and not (found and found[0][0] == 0):
        return None
    return min(found)[1] if found else None


def _text(bare: bytes) -> Syntax:
    if _TAG.match(bare):
        return Syntax.XML
    if bare[:2] in (b"<\x00", b"\x00<"):
        return Syntax.XML
    if bare[:1] in (b"{", b"["):
        return Syntax.JSON
    if _is_binary(bare):
        return Syntax.BINARY
    return Syntax.CSV if _has_columns(bare) else Syntax.TEXT


def _is_binary(bare: bytes) -> bool:
    sample = bare[:4096]
    controls = sum(byte < 32 and byte not in b"\t\r\n\x0c\x1c\x1d\x1e\x1f" for byte in sample)
    return b"\x00" in sample or controls * 20 > len(sample)


def _has_columns(bare: bytes) -> bool:
    """The first lines hold the same separator equally often. A last line that the head cuts does not count."""
    lines = [line for line in bare[:8192].split(b"\n")[:20] if line.strip()]
    if len(lines) > 2:
        lines = lines[:-1]
    for separator in (b",", b";", b"\t", b"|"):
        counts = {line.count(separator) for line in lines}
        if 0 not in counts and (len(counts) == 1 or (separator in (b",", b";") and len(lines) > 1)):
            return True
    return False
