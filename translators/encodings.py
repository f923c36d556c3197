"""Text without ASCII letters: UTF-16 and EBCDIC, told from the first bytes and rewritten for readers of EDI.

The readers of envelopes look for ASCII letters. A file of another family is told here and goes to them in UTF-8.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator

from translators.source import Source, chunks

EBCDIC = frozenset({"cp037", "cp273", "cp500", "cp1140"})
"""Code pages whose line end is a character of its own (NEL, U+0085)."""
_UTF16 = ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_EBCDIC_BEGINNINGS = (b"\xc9\xe2\xc1", b"\xe4\xd5\xc2", b"\xe4\xd5\xc1", b"\xe2\xe3\xe7\x7e")
"""ISA, UNB, UNA and STX= in any EBCDIC page: capital letters stand at the same places in all of them."""
_EBCDIC_MARKS = bytes.fromhex("050d152540 4b4d4e4f5c5d5e 60616b6d7a7d7e7f")
"""Line ends, blank and . ( + | * ) ; - / , _ : ' = " of code page 037."""
_EBCDIC_TEXT = frozenset(
    [
        *_EBCDIC_MARKS,
        *(row + at for row in (0x80, 0x90, 0xC0, 0xD0) for at in range(1, 10)),
        *(row + at for row in (0xA0, 0xE0) for at in range(2, 10)),
        *range(0xF0, 0xFA),
    ]
)
_SAMPLE = 4096


def foreign_encoding(head: bytes) -> str | None:
    """``utf-16-le``, ``utf-16-be`` or ``cp037``; None for everything that has ASCII letters, and for no text at all."""
    for bom, name in _UTF16:
        if head.startswith(bom) and not head.startswith(b"\xff\xfe\x00\x00"):
            return name
    sample = head[:_SAMPLE]
    if len(sample) >= 4:
        even, odd, half = sample[::2].count(0), sample[1::2].count(0), len(sample) // 2
        if odd * 10 >= half * 6 and not even:
            return "utf-16-le"
        if even * 10 >= half * 6 and not odd:
            return "utf-16-be"
    return "cp037" if _is_ebcdic(sample) else None


def _is_ebcdic(sample: bytes) -> bool:
    """EBCDIC has letters and digits above 0x80, its blank at 0x40; ASCII's blank and line feed mean nothing to it."""
    if sample.lstrip(b"\x40\x15\x25\x0d").startswith(_EBCDIC_BEGINNINGS):
        return True
    if len(sample) < 16 or b" " in sample or b"\n" in sample:
        return False
    letters = sum(byte >= 0x81 for byte in sample)
    known = sum(byte in _EBCDIC_TEXT for byte in sample)
    return letters * 2 > len(sample) and known * 20 > len(sample) * 19


def rewritten(source: Source, encoding: str) -> Iterator[bytes]:
    """The source in UTF-8. What cannot be decoded becomes U+FFFD, for a reader to stumble over where it stands."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for chunk in chunks(source):
        yield _unix(decoder.decode(chunk)).encode("utf-8", "replace")
    yield _unix(decoder.decode(b"", final=True)).encode("utf-8", "replace")


def _unix(text: str) -> str:
    """EBCDIC's new line is one of its own (NEL)."""
    return text.lstrip("\ufeff").replace("\x85", "\n")
