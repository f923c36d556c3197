"""The functions of maps the other way round: from a field's value to the text on the wire."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from decimal import Decimal
from typing import Any

from translators.maps.functions import FULL
from translators.tree import LEVEL_B


class CannotSay(ValueError):
    """A value has no text in this place; the next place is tried, or the loss is told."""


def text_of(value: Any) -> str:
    """A value as plain text: decimals without exponent and idle zeros, dates as CCYYMMDD, times as HHMM or HHMMSS."""
    if isinstance(value, bool):
        raise CannotSay
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, date):
        return value.strftime("%Y%m%d")
    if isinstance(value, time):
        return value.strftime("%H%M%S" if value.second else "%H%M")
    if isinstance(value, str | int):
        return str(value)
    raise CannotSay


def _implied(value: Any, places: int) -> str:
    scaled = Decimal(value).scaleb(places)
    if scaled != scaled.to_integral_value():
        raise CannotSay
    return str(int(scaled))


def _n2(value: Any) -> str:
    return _implied(value, 2)


def _n4(value: Any) -> str:
    return _implied(value, 4)


def _yes(value: Any) -> str:
    return "Y" if value else "N"


def _lines(value: Any) -> str:
    return LEVEL_B.join(str(value).split("\n"))


def _dtm(value: Any) -> str:
    return f"{LEVEL_B}{text_of(value)}{LEVEL_B}102"


def _period_days(value: Any) -> str:
    """Days after the date of the invoice."""
    return LEVEL_B.join(("5", "3", "D", text_of(value)))


def _described(value: Any) -> str:
    """In two components where one of the older directories is too short, cut at a blank if there is one."""
    text, most = str(value), FULL[0]
    at = text.rfind(" ", 1, most) if len(text) > most else 0
    parts = [text]
    if at > 0:
        parts = [text[:at], text[at + 1 :]]
    elif len(text) > most and " " not in text[most - 1 : most + 1]:
        parts = [text[:most], text[most:]]
    return LEVEL_B * 3 + LEVEL_B.join(parts)


_INVERSES: dict[str, Callable[[Any], Any]] = {
    "n2": _n2,
    "n4": _n4,
    "yes": _yes,
    "lines": _lines,
    "dtm": _dtm,
    "period-days": _period_days,
    "described": _described,
}
"""Those that are more than text; the others lose nothing by :func:`text_of`."""


def inverse(words: tuple[str, ...], value: Any) -> str:
    """The text that the functions would read as the value. Raises CannotSay."""
    for word in reversed(words):
        if word in _INVERSES:
            value = _INVERSES[word](value)
    return text_of(value)


def key_of(table: dict[str, Any], value: Any, unmatched: str) -> Any:
    """The code that a table reads as the value. Raises CannotSay when there is none."""
    if isinstance(value, str) and table.get(value) == value:
        return value
    for code, meaning in table.items():
        if meaning == value and isinstance(meaning, bool) == isinstance(value, bool):
            return code
    if unmatched == "keep":
        return value
    raise CannotSay
