"""Numbers and dates as customers write them in files, made into what :mod:`translators.numbers` reads.

A partner's habits (decimal comma, day before month) come from its map. Where a value can be read in two ways and
nothing says which, it is refused: a wrong quantity is worse than a question.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache, partial

from translators.files.options import DATE_ORDERS, FileOptions
from translators.findings import Code
from translators.maps.functions import FUNCTIONS, Function
from translators.numbers import Unreadable, read_date, read_decimal

_BLANKS = re.compile(r"[ '\u00a0\u2009\u202f]")
_NUMBER = re.compile(r"(?P<sign>[-+]?)(?P<digits>[0-9.,]+)(?P<after>-?)")
_SCIENTIFIC = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?[Ee][-+]?[0-9]+")
_GROUPED = re.compile(r"[0-9]{1,3}(?:([.,])[0-9]{3})(?:\1[0-9]{3})*")
_GROUPED_BLANKS = re.compile(r"[-+]?[0-9]{1,3}(?:[ '\u00a0\u2009\u202f][0-9]{3})+(?:[.,][0-9]+)?-?")
_YES = frozenset({"y", "yes", "true", "1", "x", "ja", "j"})
_NO = frozenset({"n", "no", "false", "0", "nein"})
_CURRENCY = "$€£¥"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_PARTS = re.compile(r"([0-9]{1,4})([-/. ])([0-9]{1,2})\2([0-9]{1,4})")
_TIME = re.compile(r"[T ]+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?:Z|[-+][0-9]{2}:?[0-9]{2})?$")


def read_number(text: str, decimal: str = ".") -> Decimal:
    """A number with the decimal mark ``.`` or ``,`` (the other one may group by three), or ``auto``.

    Raises Unreadable. A minus may stand behind, as SAP writes it; a currency sign may stand at either end.
    """
    bare = text.strip().strip(_CURRENCY).strip()
    if _SCIENTIFIC.fullmatch(bare):
        raise Unreadable(Code.NUMBER_SCIENTIFIC, "was turned into scientific notation by a spreadsheet")
    if _GROUPED_BLANKS.fullmatch(bare):
        bare = _BLANKS.sub("", bare)
    match = _NUMBER.fullmatch(bare)
    if match is None or (match["sign"] and match["after"]):
        raise Unreadable(Code.NUMBER_INVALID, "is not a number")
    digits = match["digits"]
    mark = _mark(digits) if decimal == "auto" else decimal
    whole, found, fraction = digits.partition(mark) if mark else (digits, "", "")
    if "." in whole or "," in whole:
        if not _GROUPED.fullmatch(whole) or mark in whole:
            raise Unreadable(Code.NUMBER_INVALID, f"does not have its decimal mark where it belongs ({mark or 'none'})")
        whole = whole.replace(".", "").replace(",", "")
    sign = "-" if "-" in (match["sign"], match["after"]) else ""
    return read_decimal(sign + whole + ("." if found else "") + fraction)


def _mark(digits: str) -> str:
    """The decimal mark of a number that nobody told us of; empty when it has none."""
    marks = [letter for letter in digits if letter in ".,"]
    if not marks:
        return ""
    last = marks[-1]
    if len(set(marks)) == 2:
        return last
    if len(marks) > 1:
        return "," if last == "." else "."
    whole, _, fraction = digits.partition(last)
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole != "0":
        raise Unreadable(Code.NUMBER_AMBIGUOUS, "may be thousands or a fraction; name the decimal mark in [file]")
    return last


def read_day(text: str, orders: tuple[str, ...] = ()) -> date:
    """A day written in one of the orders or formats, or in ISO 8601 or eight digits; a time of day is left out.

    Raises Unreadable, also when day and month could change places and no order says which is which.
    """
    bare = _TIME.sub("", text.strip())
    for one in orders:
        if one not in DATE_ORDERS and (match := _format(one).fullmatch(bare)):
            parts = match.groupdict()
            month = parts["m"] if parts["m"].isdigit() else _month(parts["m"])
            return _day(parts["y"], month, parts["d"])
    if len(bare) == 8 and bare.isdigit():
        return read_date(bare)
    if match := re.fullmatch(r"([0-9]{1,2})[- ./]([A-Za-z]{3})[a-z.]*[- ./]([0-9]{2}|[0-9]{4})", bare):
        return _day(match[3], _month(match[2]), match[1])
    numbers = _PARTS.fullmatch(bare)
    if numbers is None:
        message = (
            "is a spreadsheet's day number; format the column as a date" if len(bare) == 5 and bare.isdigit() else ""
        )
        raise Unreadable(Code.DATE_INVALID, message or "is not a date")
    one, two, three = numbers[1], numbers[3], numbers[4]
    if len(one) == 4:
        return _day(one, two, three)
    order = next((name for name in orders if name in DATE_ORDERS), "") or _evident(int(one), int(two), three)
    if order == "ymd":
        return _day(one, two, three)
    return _day(three, two, one) if order == "dmy" else _day(three, one, two)


def _evident(one: int, two: int, three: str) -> str:
    """The order of two numbers and a year, when only one is possible."""
    if len(three) != 4 or (one <= 12 and two <= 12 and one != two):
        raise Unreadable(
            Code.DATE_AMBIGUOUS, "does not say which is the day and which the month; name the order in [file]"
        )
    return "dmy" if one > 12 else "mdy"


def _month(word: str) -> str:
    name = word[:3].lower()
    if name not in _MONTHS:
        raise Unreadable(Code.DATE_INVALID, "has a month we do not know by this name")
    return str(_MONTHS.index(name) + 1)


def _day(year: str, month: str, day: str) -> date:
    if len(year) not in (2, 4) or len(day) > 2 or len(month) > 2:
        raise Unreadable(Code.DATE_INVALID, "is not a date")
    return read_date(f"{year}{month:0>2}{day:0>2}")


@lru_cache(maxsize=256)
def _format(text: str) -> re.Pattern[str]:
    pattern = re.escape(text)
    for mark, group in (
        ("YYYY", "(?P<y>[0-9]{4})"),
        ("YY", "(?P<y>[0-9]{2})"),
        ("MMM", "(?P<m>[A-Za-z]{3})"),
        ("MM", "(?P<m>[0-9]{1,2})"),
        ("DD", "(?P<d>[0-9]{1,2})"),
    ):
        if f"<{group[4]}>" not in pattern:
            pattern = pattern.replace(mark, group, 1)
    return re.compile(pattern)


def read_moment(text: str) -> datetime | None:
    """A day with a time and its offset from UTC (ISO 8601), or None: a time that may be anywhere is no moment."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def read_flag(text: str) -> bool:
    """Yes or no, in the words of XML, spreadsheets and SAP. Raises Unreadable."""
    word = text.casefold()
    if word not in _YES and word not in _NO:
        raise Unreadable(Code.CODE_UNKNOWN, "is neither yes nor no")
    return word in _YES


def _read_whole(text: str, decimal: str) -> int:
    number = read_number(text, decimal)
    if number != number.to_integral_value():
        raise Unreadable(Code.NUMBER_INVALID, "is not a whole number")
    return int(number)


def functions_of(options: FileOptions) -> Mapping[str, Function]:
    """The functions of a map for files: numbers and days are read as the partner writes them."""
    return {
        **FUNCTIONS,
        "decimal": partial(read_number, decimal=options.decimal),
        "integer": partial(_read_whole, decimal=options.decimal),
        "date": partial(read_day, orders=options.dates),
        "moment": read_moment,
        "yes": read_flag,
    }
