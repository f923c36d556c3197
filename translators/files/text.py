"""From bytes to lines: encodings, line ends, and letters that no text may hold."""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator
from itertools import chain

from translators.encodings import EBCDIC, foreign_encoding
from translators.findings import Code, Finding, Where
from translators.limits import MAX_LINE_CHARS
from translators.source import Source, chunks

_FALLBACKS = ("cp1252", "latin-1")
"""What is not UTF-8 comes from a Windows desk; the second takes the five bytes that Windows left free."""


def at_row(number: int, column: int | None = None) -> Where:
    """A place in a table or text: the row or line from 1, and the column."""
    return Where("row", None, column, offset=number)


class Lines:
    """The lines of a text, each with its line feed. Trouble ends them and stands among the findings.

    ``number`` is that of the line given last, from 1.
    """

    def __init__(self, source: Source, encoding: str) -> None:
        self.number = 0
        self.findings: list[Finding] = []
        self._encoding = encoding
        self._lines = self._cut(self._texts(source))

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        return next(self._lines)

    @property
    def is_broken(self) -> bool:
        return any(finding.rejects for finding in self.findings)

    def _refuse(self, code: Code, message: str) -> None:
        self.findings.append(Finding(code, f"line {self.number + 1}: {message}", at_row(self.number + 1)))

    def _cut(self, texts: Iterator[str]) -> Iterator[str]:
        ends = io.IncrementalNewlineDecoder(None, translate=True)
        rest = ""
        for text in texts:
            *lines, rest = (rest + ends.decode(text)).split("\n")
            for line in lines:
                if not self._is_sound(line):
                    return
                self.number += 1
                yield line + "\n"
            if not self._is_sound(rest):
                return
        rest += ends.decode("", final=True).rstrip("\n")
        if rest and not self.is_broken and self._is_sound(rest):
            self.number += 1
            yield rest + "\n"

    def _is_sound(self, line: str) -> bool:
        if "\x00" in line:
            self._refuse(Code.CHARACTER_INVALID, "holds a NUL byte; is this a text file, and in which encoding?")
        elif len(line) > MAX_LINE_CHARS:
            self._refuse(Code.FILE_TOO_LARGE, f"is longer than {MAX_LINE_CHARS} characters")
        else:
            return True
        return False

    def _texts(self, source: Source) -> Iterator[str]:
        parts = chunks(source)
        head = next(parts, b"")
        encoding = self._encoding if self._encoding != "auto" else foreign_encoding(head) or "utf-8"
        may_guess = self._encoding == "auto" and encoding == "utf-8"
        is_first, is_ascii = True, True
        decoder = codecs.getincrementaldecoder(encoding)()
        for chunk, is_last in chain(((part, False) for part in chain((head,), parts)), ((b"", True),)):
            held = decoder.getstate()[0]
            try:
                text = decoder.decode(chunk, final=is_last)
            except UnicodeDecodeError:
                name = next((one for one in _FALLBACKS if _reads(one, held + chunk)), "") if may_guess else ""
                if not name or not is_ascii:
                    self._refuse(Code.ENCODING_INVALID, f"holds bytes that are not {encoding}; name the encoding")
                    return
                message = f"read as {name}, for it is not UTF-8; name the encoding in [file] if letters look wrong"
                self.findings.append(Finding(Code.ENCODING_GUESSED, message, at_row(self.number + 1)))
                decoder, encoding, may_guess = codecs.getincrementaldecoder(name)(), name, False
                text = decoder.decode(held + chunk, final=is_last)
            is_ascii = is_ascii and text.isascii()
            text = text.removeprefix("\ufeff") if is_first else text
            yield text.replace("\x85", "\n") if encoding in EBCDIC else text
            is_first = False


def _reads(encoding: str, raw: bytes) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def whole_text(source: Source, encoding: str, most: int) -> tuple[str, list[Finding]]:
    """All of a text at once, when it has at most so many bytes; with a rejecting finding the text is empty."""
    raw = bytearray()
    for part in chunks(source):
        raw += part
        if len(raw) > most:
            return "", [Finding(Code.FILE_TOO_LARGE, f"the file has more than {most} bytes; ask for smaller ones")]
    if encoding == "auto":
        encoding = foreign_encoding(bytes(raw[:4096])) or "utf-8"
    try:
        return raw.decode(encoding).removeprefix("\ufeff"), []
    except UnicodeDecodeError as reason:
        message = f"byte {reason.start}: holds bytes that are not {encoding}; name the encoding"
        return "", [Finding(Code.ENCODING_INVALID, message, Where(offset=reason.start))]
