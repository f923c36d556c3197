"""How values look on paper: text made harmless, dates, quantities and amounts, and our codes in words."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
"""Own names: the machine's locale must not change a paper."""

_LINE_ENDS = re.compile(r"\r\n|[\r\n\v\f\x85\u2028\u2029]")
_UNPRINTABLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f"  # controls but the line end: escape sequences for printers among them
    "\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"  # invisible ones that reorder or join what is read
    "\ud800-\udfff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"  # halves of pairs, annotations, tags
)

_LONG_WORD = re.compile(r"(?=[0-9.,]*[^0-9.,\s])\S{18,}")
"""Not a number: half a quantity on the next line would be read as another quantity."""

_IN_WORDS = {
    "prepaid-and-add": "Prepaid and add",
    "third-party": "Third party",
    "customer-pickup": "Customer pickup",
    "defined-by-buyer-and-seller": "As agreed",
    "complete-order": "Ship complete order",
    "complete-line": "Ship complete lines",
    "backorder-ok": "Back orders allowed",
    "no-backorder": "No back orders",
}


def clean(text: str | None) -> str:
    """A partner's words as one line of plain text."""
    return " ".join(paragraph(text).split())


def paragraph(text: str | None) -> str:
    """A partner's words with their line ends kept."""
    unified = _LINE_ENDS.sub("\n", (text or "").replace("\t", " "))
    return _UNPRINTABLE.sub("", unified).strip()


def shortened(text: str, longest: int) -> str:
    """The text, or its beginning with an ellipsis, where a paper has one line for it and says it in full elsewhere."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


def breakable(value: Any) -> Any:
    """The same content with places to break in words that no column has room for; pictures are left alone."""
    if isinstance(value, str):
        return _LONG_WORD.sub(lambda word: "\u200b".join(word[0]), value)
    if isinstance(value, list):
        return [breakable(entry) for entry in value]
    if isinstance(value, dict):
        return {key: entry if key == "svg" else breakable(entry) for key, entry in value.items()}
    return value


def in_words(code: StrEnum | None) -> str:
    """A code of ours as a person says it."""
    if code is None:
        return ""
    return _IN_WORDS.get(code.value, code.value.replace("-", " ").capitalize())


def day(value: date | None) -> str:
    """``05 Dec 2026``: nobody takes the month for the day."""
    return f"{value.day:02} {MONTHS[value.month - 1]} {value.year}" if value else ""


def window(first: date | None, last: date | None) -> str:
    """From one day to another, as short as it can be said."""
    if first is None or last is None or first == last:
        if first and not last:
            return f"from {day(first)}"
        return f"by {day(last)}" if last and not first else day(first)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day:02}–{day(last)}"
    return f"{day(first)} – {day(last)}"


def quantity(value: Decimal) -> str:
    """``1,200`` or ``0.5``: no zeros that say nothing."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amount(value: Decimal, least_places: int = 2) -> str:
    """``1,234.50``; more places only where they carry something."""
    whole, _, places = f"{value:,f}".partition(".")
    return f"{whole}.{places.rstrip('0').ljust(least_places, '0')}"
