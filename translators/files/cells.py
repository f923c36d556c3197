"""What a spreadsheet keeps in its cells, as the text a person would see: numbers without noise, days as ISO dates."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal

_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[Ee][-+]?[0-9]{1,2})?")
_SURE_DIGITS = 15
"""A spreadsheet counts in binary: what stands behind the fifteenth digit is noise."""
_MOST_DIGITS = 40
_NOT_FORMAT = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_DATE_FORMATS = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
"""Numbers of built-in formats that show a date or time (ECMA-376 part 1, 18.8.30)."""
_LAST_DAY = 2_958_465
"""31 December 9999 as a day number."""
_LEAP_BUG = 60
"""29 February 1900, which never was: from here on the days of the 1900 system are one off."""


def is_date_format(number: int, code: str | None) -> bool:
    """Whether a number format shows a date or time. ``code`` is the workbook's own, None for a built-in one."""
    if code is None:
        return number in _DATE_FORMATS
    return bool(re.search("[ymdhs]", _NOT_FORMAT.sub("", code.partition(";")[0]), re.IGNORECASE))


def number_text(text: str) -> tuple[str, bool]:
    """A stored number as plain digits, and whether digits were lost. Raises ValueError for what is none."""
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = Decimal(text)
    _, digits, exponent = number.as_tuple()
    if len(digits) > _SURE_DIGITS:
        number = Decimal(f"{number:.{_SURE_DIGITS - 1}e}")
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    if len(plain) > _MOST_DIGITS:
        raise ValueError(text)
    is_whole = isinstance(exponent, int) and exponent >= 0
    return ("0" if plain in ("-0", "") else plain), number.adjusted() >= _SURE_DIGITS or (
        is_whole and len(digits) > _SURE_DIGITS
    )


def day_text(text: str, from_1904: bool = False) -> str:
    """A day number as an ISO date, with its time of day when there is one; a fraction alone is a time.

    Raises ValueError for what is none.
    """
    if not _NUMBER.fullmatch(text):
        raise ValueError(text)
    number = Decimal(text)
    if not 0 <= number <= _LAST_DAY:
        raise ValueError(text)
    days, seconds = int(number), round((number % 1) * 86_400)
    if number < 1 and not from_1904:
        return (datetime(1900, 1, 1) + timedelta(seconds=seconds)).time().isoformat()
    start = datetime(1904, 1, 1) if from_1904 else datetime(1899, 12, 30 if days >= _LEAP_BUG else 31)
    return moment_text(start + timedelta(days=days, seconds=seconds))


def moment_text(value: datetime | date | time | timedelta) -> str:
    """ISO 8601; midnight is the day alone."""
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.replace(microsecond=0).isoformat()
    return value.isoformat()
