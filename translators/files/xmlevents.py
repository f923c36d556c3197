"""XML read bite by bite, with everything refused that an order has no use for.

expat reads it: no entity, DTD or other file is ever fetched, for a DOCTYPE ends the reading before expat looks inside.
The one that every cXML document bears is blanked out before: it names a DTD and brings nothing of its own, so that no
entity but XML's own five can be used.
Processing instructions and comments are passed over; XInclude elements are elements like others.
"""

from __future__ import annotations

import re
from xml.parsers import expat

from translators.files.trees import Unsound, unsound
from translators.findings import Code
from translators.limits import MAX_ELEMENTS, MAX_MARKUP_BYTES, MAX_NESTING

_BETWEEN = "}"
_ENCODINGS = frozenset({"utf-8", "utf8", "utf-16", "utf-16le", "utf-16be", "us-ascii", "ascii", "iso-8859-1"})
_ENCODINGS |= {f"iso-8859-{part}" for part in range(2, 16)} | {f"windows-125{page}" for page in range(9)}
_STEP_BYTES = 16 * 1024
_PROLOG_BYTES = 4 * 1024
_BODY = re.compile(rb"<[A-Za-z_]|\x00")
"""Where the outermost element begins, or the prolog is at its end for another reason."""
_CXML_DOCTYPE = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml\b[^<>]*\?>)?\s*"
    rb"(?P<doctype><!DOCTYPE\s+cXML\s+SYSTEM\s+([\"'])https?://xml\.cxml\.org/[A-Za-z0-9./_-]{1,100}\.dtd\2\s*>)"
)


class XmlEvents:
    """Calls ``start``, ``text`` and ``stop`` as the elements come. Raises Unsound."""

    def __init__(self) -> None:
        self.depth = 0
        self._fed = self._told = 0
        self._prolog: bytes | None = b""
        self._parser = parser = expat.ParserCreate(namespace_separator=_BETWEEN)
        parser.buffer_text = True
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.XmlDeclHandler = self._declaration
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._stop
        parser.CharacterDataHandler = self._text
        parser.CommentHandler = parser.ProcessingInstructionHandler = self._other

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        """An element begins. Attributes have their local names."""

    def text(self, text: str) -> None:
        """A piece of text; one text may come in several."""

    def stop(self, name: str) -> None:
        """An element ends."""

    @property
    def offset(self) -> int:
        """The byte at which the present element begins."""
        return max(self._parser.CurrentByteIndex, 0)

    def feed(self, raw: bytes) -> None:
        """Some bytes more, in steps so that no tag grows unseen."""
        if self._prolog is not None:
            self._prolog += raw
            if len(self._prolog) < _PROLOG_BYTES and not _BODY.search(self._prolog):
                return
            raw = self._begun(self._prolog)
        for start in range(0, len(raw), _STEP_BYTES):
            part = raw[start : start + _STEP_BYTES]
            self._parse(part, is_last=False)
            self._fed += len(part)
            if self._fed - self._told > MAX_MARKUP_BYTES:
                message = f"one tag or comment is longer than {MAX_MARKUP_BYTES} bytes"
                raise unsound(Code.FILE_TOO_LARGE, message, self.offset)

    def end(self) -> None:
        """There are no more bytes."""
        if self._prolog is not None:
            self._parse(self._begun(self._prolog), is_last=False)
        self._parse(b"", is_last=True)

    def _begun(self, prolog: bytes) -> bytes:
        """The first bytes, with blanks where cXML names its DTD."""
        self._prolog = None
        found = _CXML_DOCTYPE.match(prolog)
        if found is None:
            return prolog
        start, end = found.span("doctype")
        return prolog[:start] + b" " * (end - start) + prolog[end:]

    def _parse(self, raw: bytes, is_last: bool) -> None:
        try:
            self._parser.Parse(raw, is_last)
        except Unsound:
            raise
        except (expat.ExpatError, LookupError, ValueError) as reason:
            message = f"this is no well-formed XML ({reason}); was the file cut off?"
            raise unsound(Code.FILE_MALFORMED, message, max(self._parser.ErrorByteIndex, 0)) from None

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise unsound(Code.ENCODING_INVALID, "the XML names an encoding we do not read; ask for UTF-8", 0)

    def _doctype(self, *_: object) -> None:
        message = "the XML has a DOCTYPE, which can do harm and is of no use to an order"
        raise unsound(Code.DOCTYPE_REFUSED, message, self.offset)

    def _other(self, *_: object) -> None:
        self._told = self._fed

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._told = self._fed
        self.depth += 1
        if self.depth > MAX_NESTING:
            raise unsound(Code.NESTING_LIMIT, f"elements stand more than {MAX_NESTING} deep", self.offset)
        if len(attributes) > MAX_ELEMENTS:
            raise unsound(Code.ELEMENTS_LIMIT, f"an element has more than {MAX_ELEMENTS} attributes", self.offset)
        namespace, _, local = name.rpartition(_BETWEEN)
        self.start(namespace, local, {key.rpartition(_BETWEEN)[2]: value for key, value in attributes.items()})

    def _text(self, text: str) -> None:
        self._told = self._fed
        self.text(text)

    def _stop(self, name: str) -> None:
        self._told = self._fed
        self.depth -= 1
        self.stop(name.rpartition(_BETWEEN)[2])
