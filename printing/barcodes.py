"""Bar codes as pictures: Code 128 for our own numbers, GS1-128 for what the GS1 standards name.

zint draws them. Where it would only warn (a wrong check digit, a character the symbol cannot hold) we refuse: a bar
code that scans as something else is worse than none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

import zint

from printing.printer import PrintError

MAX_CHARACTERS = 48
"""GS1-128 allows 48; longer ones no hand scanner reads from a Letter page."""
QUIET_ZONE = 10
"""White modules either side, so that a scanner finds the ends."""

_GS1_CHARACTERS = frozenset("!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz")


class BarcodeRefused(PrintError):
    """The text cannot be a bar code of this kind."""

    code = "bar-code-refused"


@dataclass(frozen=True)
class Barcode:
    """One symbol. ``modules`` are its narrowest bars and gaps, black as True, without the quiet zones."""

    text: str
    modules: tuple[bool, ...]
    _symbol: zint.Symbol = field(repr=False, compare=False)

    @property
    def width(self) -> int:
        """Width in modules with both quiet zones; multiply by the module width wanted on paper."""
        return len(self.modules) + 2 * QUIET_ZONE

    def svg(self) -> bytes:
        """One black path on nothing; as many units wide as there are modules, one high: stretch it as you like."""
        bars, place = [], QUIET_ZONE
        for black, run in groupby(self.modules):
            size = len(list(run))
            if black:
                bars.append(f"M{place} 0h{size}v1h-{size}z")
            place += size
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {self.width} 1" preserveAspectRatio="none">'
            f'<path d="{"".join(bars)}"/></svg>'
        ).encode()

    def png(self) -> bytes:
        """Black on white with quiet zones, for screens and tests."""
        self._symbol.print()
        return bytes(self._symbol.memfile or b"")


def code_128(text: str) -> Barcode:
    """Code 128 of printable ASCII.

    Raises:
        BarcodeRefused: other characters, nothing, or too much.
    """
    if not (text.isascii() and text.isprintable()):
        raise BarcodeRefused(f"{text!r} has characters that Code 128 cannot carry: printable ASCII only")
    return _encode(text, text, zint.Symbology.CODE128, zint.InputMode.UNICODE)


def gs1_128(elements: Iterable[tuple[str, str]]) -> Barcode:
    """GS1-128 of (application identifier, value) pairs, led by FNC1: ``[("00", "006141411234567890")]`` for an SSCC.

    Raises:
        BarcodeRefused: an unknown identifier, a value it does not allow, or a wrong check digit.
    """
    pairs = list(elements)
    for identifier, value in pairs:
        if not (identifier.isascii() and identifier.isdigit() and value and _GS1_CHARACTERS.issuperset(value)):
            raise BarcodeRefused(f"({identifier}){value} is not an element of a GS1 bar code")
    bracketed = "".join(f"[{identifier}]{value}" for identifier, value in pairs)
    readable = "".join(f"({identifier}){value}" for identifier, value in pairs)
    return _encode(bracketed, readable, zint.Symbology.GS1_128, zint.InputMode.GS1)


def _encode(text: str, readable: str, symbology: zint.Symbology, mode: zint.InputMode) -> Barcode:
    if len(readable) > MAX_CHARACTERS + 4 * readable.count("("):
        raise BarcodeRefused(f"{readable!r} is too long for a bar code: {MAX_CHARACTERS} characters at most")
    symbol = zint.Symbol()
    symbol.symbology = symbology
    symbol.input_mode = mode
    symbol.warn_level = zint.WarningLevel.FAIL_ALL
    symbol.show_text = False
    symbol.output_options = zint.OutputOptions.BARCODE_MEMORY_FILE | zint.OutputOptions.BARCODE_QUIET_ZONES
    symbol.outfile = "symbol.png"
    try:
        symbol.encode(text)
    except RuntimeError as problem:
        raise BarcodeRefused(f"{readable!r} is not a {symbology.name} bar code: {problem}") from problem
    row = bytes(symbol.encoded_data)
    modules = tuple(bool(row[place // 8] >> place % 8 & 1) for place in range(symbol.width))
    return Barcode(readable, modules, symbol)
