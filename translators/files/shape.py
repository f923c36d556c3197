"""How a partner writes numbers, days and flags in its files: :mod:`translators.files.values` the other way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from translators.files.options import DATE_ORDERS, FileOptions
from translators.maps.inverse import text_of

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class FileShape:
    """What writing must know of a file: see :class:`translators.maps.places.Shape`. Nothing in it has a length."""

    options: FileOptions

    def musts(self, tag: str) -> tuple[int, ...]:
        """Nothing that the structure does not say."""
        return ()

    def longest(self, tag: str, element: int, component: int) -> int | None:
        """No limit; a record of fixed width that is too short is told when the file is read again."""
        return None

    def fitted(self, tag: str, element: int, component: int, text: str) -> str:
        """All of it."""
        return text

    def parts(self, tag: str, element: int) -> int:
        """A leaf has no components."""
        return 1

    def count(self, tag: str) -> int:
        """A leaf has one text."""
        return 1

    def text(self, words: tuple[str, ...], value: Any) -> str:
        """A value as the partner writes it. Raises CannotSay."""
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, Decimal):
            return text_of(value).replace(".", self.options.decimal) if self.options.decimal == "," else text_of(value)
        if isinstance(value, datetime | time):
            return value.isoformat()
        if isinstance(value, date):
            return _day(value, next((one for one in self.options.dates if one not in DATE_ORDERS), ""))
        return text_of(value)


def _day(day: date, form: str) -> str:
    """A day in a format such as ``DD.MM.YYYY``; without one as ISO 8601 has it, which is always read."""
    text = form or "YYYY-MM-DD"
    year = f"{day.year:04}"
    for mark, value in (("YYYY", year), ("YY", year[2:]), ("MMM", _MONTHS[day.month - 1]), ("DD", f"{day.day:02}")):
        text = text.replace(mark, value, 1)
    return text.replace("MM", f"{day.month:02}", 1)
