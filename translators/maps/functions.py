"""The functions a map may name behind a ``|``. A closed set: a map is data, and data runs nothing of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from translators.findings import Code
from translators.numbers import (
    Unreadable,
    is_digits,
    read_count,
    read_date,
    read_decimal,
    read_formatted,
    read_implied,
    read_integer,
    read_time,
)
from translators.tree import LEVEL_B

Function = Callable[[Any], Any]


def _n2(text: str) -> Any:
    return read_implied(text, 2)


def _n4(text: str) -> Any:
    return read_implied(text, 4)


def _digits(text: str) -> str:
    if not is_digits(text):
        raise Unreadable(Code.CHARACTER_INVALID, "is not digits only")
    return text


def _count(text: str) -> int | None:
    """A number where there is one: some partners count changes, others name them."""
    return read_count(text)


def _not_zero(number: Decimal) -> Decimal | None:
    """Nothing, where a partner says 0 for nothing."""
    return number or None


def _strip_zeros(text: str) -> str:
    return text.lstrip("0") or "0"


def _first_word(text: str) -> str:
    return text.split(maxsplit=1)[0]


def _yes(text: str) -> bool:
    if text not in ("Y", "N"):
        raise Unreadable(Code.CODE_UNKNOWN, "is neither Y nor N")
    return text == "Y"


def _lines(text: str) -> str:
    """The components of a free text (EDIFACT C108), one line each."""
    return "\n".join(part.rstrip() for part in text.split(LEVEL_B)).rstrip("\n")


def _dtm(text: str) -> date:
    """A date with its qualifier and format (EDIFACT C507: 2005, 2380, 2379); of a period its first day."""
    _, value, form = (*text.split(LEVEL_B), "", "")[:3]
    return read_formatted(value, form)


def _dtm_end(text: str) -> date:
    """The last day of a period (formats 718 and 719)."""
    _, value, form = (*text.split(LEVEL_B), "", "")[:3]
    if form not in ("718", "719"):
        raise Unreadable(Code.DATE_INVALID, "is not a period of two dates")
    first, _, last = value.partition("-")
    return read_formatted(last or first[len(first) // 2 :], "")


FUNCTIONS: dict[str, Function] = {
    "date": read_date,
    "time": read_time,
    "decimal": read_decimal,
    "integer": read_integer,
    "count": _count,
    "n2": _n2,
    "n4": _n4,
    "not-zero": _not_zero,
    "digits": _digits,
    "strip-zeros": _strip_zeros,
    "first-word": _first_word,
    "upper": str.upper,
    "lower": str.lower,
    "yes": _yes,
    "lines": _lines,
    "dtm": _dtm,
    "dtm-end": _dtm_end,
}
"""Each takes one value, trimmed and not empty, and gives the field's value or says why it cannot."""

JOINS: dict[str, Callable[[list[str]], str | None]] = {
    "join": "\n".join,
    "join-several": lambda parts: "\n".join(parts) if len(parts) > 1 else None,
}
"""These take all the values of a path with ``[*]``; they come first in the chain."""
