"""The ISA: the one segment that must be understood before any separator is known.

By rule it is 106 bytes with the separators in fixed places. Three forms occur and are told apart in this order:
the rule's; the rule's with line breaks in it, in which case every CR and LF of the interchange is dropped; and one
whose padding somebody trimmed (or blew up to non-breaking spaces), where the separators are counted instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from translators.findings import Code, Finding, Where
from translators.interchange import Delimiters, Header, PartyId
from translators.numbers import Unreadable, is_digits, read_date

_WIDTHS = (2, 10, 2, 10, 2, 15, 2, 15, 6, 4, 1, 5, 9, 1, 1)
_SEPARATORS = tuple(3 + sum(_WIDTHS[:count]) + count for count in range(16))
_ISA_BYTES = 106
_MAX_TRIMMED_ELEMENT = 80
_KNOWN_VERSIONS = ("002", "003", "004", "005", "006", "007", "008")
WANTED_BYTES = 1024
"""What the caller should have at hand: enough for every form of an ISA and the tag behind it."""


@dataclass(frozen=True, slots=True)
class Isa:
    """An ISA as it was read; ``size`` bytes of the file were its own."""

    header: Header
    findings: tuple[Finding, ...]
    size: int
    wrapped: bool = False

    @property
    def usable(self) -> bool:
        return bool(self.size)


def read_isa(data: bytes, offset: int) -> Isa:
    """The ISA at the start of ``data``. When it makes no sense ``usable`` is False and a finding says why."""
    where = Where("ISA", 1, offset=offset)
    form = _fixed(data) or _wrapped(data) or _trimmed(data)
    if form is None:
        message = "the ISA has neither 106 bytes nor sixteen separated elements; ask the sender for the file again"
        return Isa(Header("x12", offset=offset), (Finding(Code.HEADER_MALFORMED, message, where),), 0)
    elements, component, terminator, size, wrapped, exact = form
    version = elements[11]
    repetition = elements[10].encode() if version >= "00402" and len(elements[10]) == 1 else b""
    delimiters = Delimiters(data[3:4], component, terminator, b"" if repetition.isalnum() else repetition)
    header = _header(elements, delimiters, offset)
    findings = [*_delimiter_findings(delimiters, where), *_value_findings(header, elements, where)]
    if not exact:
        message = "the ISA is not 106 bytes long; it was read by counting separators"
        findings.append(Finding(Code.HEADER_WIDTH, message, where))
    readable = not any(finding.code is Code.DELIMITERS_INVALID for finding in findings)
    return Isa(header, tuple(findings), size if readable else 0, wrapped)


_Form = tuple[list[str], bytes, bytes, int, bool, bool]


def _fixed(data: bytes) -> _Form | None:
    separator = data[3:4]
    if len(data) < _ISA_BYTES or any(data[at : at + 1] != separator for at in _SEPARATORS):
        return None
    terminator = _terminator(data[_ISA_BYTES - 1 :])
    size = _ISA_BYTES - 1 + len(terminator)
    return _elements(data[4:103].split(separator)), data[104:105], terminator, size, False, True


def _wrapped(data: bytes) -> _Form | None:
    if b"\n" not in data[:130] and b"\r" not in data[:130]:
        return None
    form = _fixed(data.translate(None, b"\r\n"))
    if form is None:
        return None
    elements, component, terminator, wanted, _, _ = form
    size = 0
    while wanted:
        wanted -= data[size] not in b"\r\n"
        size += 1
    return elements, component, terminator, size, True, True


def _trimmed(data: bytes) -> _Form | None:
    parts = data[4:].split(data[3:4], 15)
    if len(parts) < 16 or len(parts[15]) < 2 or max(map(len, parts[:15])) > _MAX_TRIMMED_ELEMENT:
        return None
    rest = parts[15]
    terminator = _terminator(rest[1:])
    size = len(data) - len(rest) + 1 + len(terminator)
    return _elements(parts[:15]), rest[:1], terminator, size, False, False


def _elements(parts: list[bytes]) -> list[str]:
    return [readable_text(part).strip() for part in parts]


def readable_text(raw: bytes) -> str:
    """UTF-8 where it is UTF-8, else one character for each byte: nothing is lost and nothing raises."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _terminator(rest: bytes) -> bytes:
    """The terminator at the start of ``rest``: CR LF, a character of several bytes, or the one byte there."""
    if rest[:2] == b"\r\n":
        return b"\r\n"
    if rest[:1] >= b"\xc2":
        for size in (2, 3, 4):
            try:
                rest[:size].decode("utf-8")
            except UnicodeDecodeError:
                continue
            return rest[:size]
    return rest[:1]


def _header(elements: list[str], delimiters: Delimiters, offset: int) -> Header:
    return Header(
        standard="x12",
        sender=PartyId(elements[4], elements[5]) if elements[5] else None,
        receiver=PartyId(elements[6], elements[7]) if elements[7] else None,
        control_number=elements[12] or None,
        test=elements[14] != "P",
        version=elements[11],
        acknowledgment_requested=elements[13] == "1",
        delimiters=delimiters,
        date=elements[8],
        time=elements[9],
        offset=offset,
    )


def _delimiter_findings(delimiters: Delimiters, where: Where) -> list[Finding]:
    used = (delimiters.element, delimiters.component, delimiters.segment)
    if len(set(used)) == 3 and not any(one.isalnum() or one == b" " or not one for one in used):
        return []
    message = (
        "element, component and segment separators must be three different characters, no letters, digits or blanks"
    )
    return [Finding(Code.DELIMITERS_INVALID, message, where)]


def _value_findings(header: Header, elements: list[str], where: Where) -> list[Finding]:
    findings = []

    def add(code: Code, element: int, message: str) -> None:
        place = Where("ISA", 1, element, offset=where.offset)
        findings.append(Finding(code, message, place, elements[element - 1][:20]))

    if header.sender is None:
        add(Code.SENDER_MISSING, 6, "ISA06 is empty: nobody can be answered")
    if header.receiver is None:
        add(Code.RECEIVER_MISSING, 8, "ISA08 is empty: it may not be meant for us")
    if not is_digits(elements[12]) or len(elements[12]) > 9:
        add(Code.INTERCHANGE_NUMBER_MALFORMED, 13, "ISA13 must be a control number of nine digits")
    if elements[14] not in ("P", "T", "I"):
        add(Code.TEST_FLAG_INVALID, 15, "ISA15 is neither P nor T; the interchange is taken as a test")
    if not header.version.startswith(_KNOWN_VERSIONS):
        add(Code.VERSION_UNKNOWN, 12, "ISA12 names no version we know")
    try:
        read_date(header.date)
    except Unreadable as reason:
        add(Code.INTERCHANGE_DATE_INVALID, 9, f"ISA09 {reason}")
    return findings
