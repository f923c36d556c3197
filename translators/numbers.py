"""Numbers, dates and times as they stand in wire formats: ASCII only, fixed lengths, no favours.

Python's own readers take far more than a partner may send (``1_000``, Arabic digits, ``NaN``, a date of seven digits),
so none of them sees a value that these patterns have not passed.
"""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

from translators.findings import Code

MAX_DIGITS = 18
"""What the order document can hold; fifteen is the most X12 gives to a quantity or price."""

_DECIMAL = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INTEGER = re.compile(r"-?[0-9]+")
_DIGITS = re.compile(r"[0-9]+")
_YEARS = range(1950, 2100)
"""A year outside this range is a filler such as 9999 or 0000, not a day somebody wants goods on."""
_CENTURY_PIVOT = 70
"""Six-digit dates: 70 to 99 are 19xx, 00 to 69 are 20xx."""


class Unreadable(ValueError):
    """A value is not what its place asks for; carries the finding's code."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


def read_decimal(text: str) -> Decimal:
    """A number with an optional leading minus and decimal point (X12 type R)."""
    if _DECIMAL.fullmatch(text) is None:
        raise Unreadable(Code.NUMBER_INVALID, "is not a plain decimal number")
    if len(text) > MAX_DIGITS and sum(letter.isdigit() for letter in text) > MAX_DIGITS:
        raise Unreadable(Code.NUMBER_INVALID, f"has more than {MAX_DIGITS} digits")
    return Decimal(text)


def read_implied(text: str, places: int) -> Decimal:
    """A whole number whose last digits are decimals (X12 type N2: ``1234`` is 12.34)."""
    return Decimal(read_integer(text)).scaleb(-places)


def read_integer(text: str) -> int:
    if _INTEGER.fullmatch(text) is None or len(text) > MAX_DIGITS:
        raise Unreadable(Code.NUMBER_INVALID, f"is not a whole number of at most {MAX_DIGITS} digits")
    return int(text)


def is_digits(text: str) -> bool:
    """ASCII digits only, at least one."""
    return _DIGITS.fullmatch(text) is not None


def read_count(text: str) -> int | None:
    """A count from an envelope trailer, or None when it is none."""
    return int(text) if len(text) <= 10 and is_digits(text) else None


def read_date(text: str) -> date:
    """CCYYMMDD, or YYMMDD of the older standards."""
    if not is_digits(text) or len(text) not in (6, 8):
        raise Unreadable(Code.DATE_INVALID, "is not a date of eight digits, year month day")
    if len(text) == 6:
        text = ("19" if int(text[:2]) >= _CENTURY_PIVOT else "20") + text
    year, month, day = int(text[:4]), int(text[4:6]), int(text[6:])
    if year not in _YEARS:
        raise Unreadable(Code.DATE_INVALID, f"has a year outside {_YEARS.start} to {_YEARS.stop - 1}")
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(Code.DATE_INVALID, "is not a day of the calendar") from None


def read_formatted(text: str, form: str) -> date:
    """A date as EDIFACT writes it, by its format code (2379); without one its length decides. Of a period the first.

    Read are 2, 101 and 102 (days), 203, 204, 303, 304, 201 (days with a time, which is left), 616 (weeks: the Monday),
    609 and 610 (months: the first), 718 and 719 (periods).
    """
    if form in ("718", "719"):
        first, _, _ = text.partition("-")
        return read_date(first[: len(first) // 2] if "-" not in text else first)
    if form == "2" and is_digits(text) and len(text) == 6:  # DDMMYY
        return read_date(text[4:] + text[2:4] + text[:2])
    if form == "616" and is_digits(text) and len(text) == 6:
        try:
            return date.fromisocalendar(int(text[:4]), int(text[4:]), 1)
        except ValueError:
            raise Unreadable(Code.DATE_INVALID, "is not a week of a year") from None
    if form in ("609", "610"):
        return read_date(text + "01")
    if form == "201" and is_digits(text):
        return read_date(text[:6])
    return read_date(text[:8] if len(text) > 8 and is_digits(text) else text)


def read_time(text: str) -> time:
    """HHMM, HHMMSS, or HHMMSS with tenths or hundredths. There is no 2400."""
    if not is_digits(text) or len(text) not in (4, 6, 7, 8):
        raise Unreadable(Code.TIME_INVALID, "is not a time of four or six digits")
    hundredths = int(text[6:].ljust(2, "0")) if len(text) > 6 else 0
    try:
        return time(int(text[:2]), int(text[2:4]), int(text[4:6] or 0), hundredths * 10_000)
    except ValueError:
        raise Unreadable(Code.TIME_INVALID, "is not a time of the day") from None
