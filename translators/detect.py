"""Which syntax a file is written in, told from its first bytes alone. Names and content types lie; bytes do not."""

from __future__ import annotations

import re
from enum import StrEnum

from translators.encodings import foreign_encoding

BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
BLANKS = b" \t\r\n\x0b\x0c\x00\x1a"


class Syntax(StrEnum):
    X12 = "x12"
    EDIFACT = "edifact"
    TRADACOMS = "tradacoms"
    XML = "xml"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    HTML = "html"
    XLSX = "xlsx"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    ZIP = "zip"
    PDF = "pdf"
    TEXT = "text"
    BINARY = "binary"
    EMPTY = "empty"


_ISA = re.compile(rb"(?:^|[^A-Za-z0-9])ISA(?P<sep>[^A-Za-z0-9\s])[^\r\n]{0,10}(?P=sep)")
_GS = re.compile(rb"GS([^A-Za-z0-9\s])[A-Z]{2}\1")
_UNB = re.compile(rb"UNA.{6}\s*UN[BGH]|(?:^|[^A-Za-z0-9])UN[BH][^A-Za-z0-9\s]", re.DOTALL)
_TRADACOMS = re.compile(rb"STX=[A-Z]{2,6}:[0-9]")
_HTML = re.compile(rb"<(?:html|table|!doctype\s+html|head|meta)[\s>]", re.IGNORECASE)
_HTML_LOOK_AHEAD = 512
"""Old "workbooks" are often a page with a table; an order has no such element so near its beginning."""
_PARTS, _PARTS_ALIKE = 3, 2
"""Two thirds of the lines divided alike make a table, whatever titles stand above it."""
_TAG = re.compile(rb"<(?:[A-Za-z_?!])")
_SIGNATURES = (
    (b"PK\x03\x04", Syntax.ZIP),
    (b"PK\x05\x06", Syntax.ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", Syntax.XLS),
    (b"%PDF-", Syntax.PDF),
)
_LOCAL_HEADER = 30
"""Bytes of a zip's local header before the member's name (APPNOTE 4.3.7)."""
_OPC_FIRST = (b"[Content_Types].xml", b"_rels/", b"docProps/", b"xl/", b"customXml/")
_ODS_TYPE = b"application/vnd.oasis.opendocument.spreadsheet"


def detect(head: bytes) -> Syntax:
    """The syntax of a file that begins with ``head``. Junk, a BOM or blank lines in front do not mislead it."""
    for signature, syntax in _SIGNATURES:
        if head.startswith(signature):
            return _packed(head) if syntax is Syntax.ZIP else syntax
    if (encoding := foreign_encoding(head)) is not None:
        head = head.decode(encoding, "ignore").replace("\x85", "\n").encode()
    bare = without_blanks(head)
    if not bare:
        return Syntax.BINARY if b"\x00" in head else Syntax.EMPTY
    return _envelope(bare) or _text(bare)


def _packed(head: bytes) -> Syntax:
    """What a zip is, by the names of its members. A workbook's first one is not a name that a person would give."""
    names = [
        head[at + _LOCAL_HEADER : at + _LOCAL_HEADER + int.from_bytes(head[at + 26 : at + 28], "little")]
        for at in (match.start() for match in re.finditer(rb"PK\x03\x04", head))
    ]
    if names and names[0] == b"mimetype" and _ODS_TYPE in head[:200]:
        return Syntax.ODS
    if not names or not names[0].startswith(_OPC_FIRST):
        return Syntax.ZIP
    if any(name.endswith(b"workbook.bin") for name in names):
        return Syntax.XLSB
    return Syntax.XLSX if any(name.startswith(b"xl/") for name in names) else Syntax.ZIP


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
        return Syntax.HTML if _HTML.search(bare[:_HTML_LOOK_AHEAD]) else Syntax.XML
    if bare[:1] in (b"{", b"["):
        return Syntax.JSON
    if _is_binary(bare):
        return Syntax.BINARY
    separator = _separator(bare)
    if separator == b"\t":
        return Syntax.TSV
    return Syntax.CSV if separator else Syntax.TEXT


def _is_binary(bare: bytes) -> bool:
    sample = bare[:4096]
    controls = sum(byte < 32 and byte not in b"\t\r\n\x0c\x1c\x1d\x1e\x1f" for byte in sample)
    return b"\x00" in sample or controls * 20 > len(sample)


def _separator(bare: bytes) -> bytes:
    """What the first lines hold equally often outside quotes; empty for nothing. The last may be cut, and is left."""
    text = re.sub(rb'"[^"]*"', b'""', bare[:8192])
    lines = [line for line in re.split(rb"\r\n?|\n", text)[:20] if line.strip()]
    if len(lines) > 2:
        lines = lines[:-1]
    for separator in (b"\t", b",", b";", b"|"):
        counts = [line.count(separator) for line in lines]
        if 0 not in counts and (len(set(counts)) == 1 or (separator in b",;" and len(lines) > 1)):
            return separator
        most = max(set(counts), key=counts.count, default=0)
        if most > 1 and counts.count(most) * _PARTS >= len(lines) * _PARTS_ALIKE:
            return separator
    return b""
