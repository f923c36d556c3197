"""Control numbers that were used: those counted up one by one, as nearly all are, take no memory of their own."""

from __future__ import annotations

from translators.numbers import is_digits

_LONGEST = 18
"""Digits of a number that is counted with; a longer one is remembered as it is."""


class UsedNumbers:
    """Numbers as text, for leading zeros count: a run that goes up by one, and all others."""

    def __init__(self) -> None:
        self._first = self._after = 0
        self._width = 0
        self._next: str | None = None
        """What comes next if the run goes on; None before it has begun."""
        self._others: set[str] = set()

    def __contains__(self, number: str) -> bool:
        if number == self._next or self._next is None:
            return number in self._others
        if number in self._others:
            return True
        if len(number) > _LONGEST or not is_digits(number):
            return False
        return self._first <= int(number) < self._after and number == str(int(number)).zfill(self._width)

    def add(self, number: str) -> bool:
        """Whether the number is new; from now on it is not."""
        is_new = number not in self
        if number == self._next:
            self._after += 1
        elif self._next is None and len(number) <= _LONGEST and is_digits(number):
            self._first, self._after, self._width = int(number), int(number) + 1, len(number)
        else:
            if is_new:
                self._others.add(number)
            return is_new
        self._next = str(self._after).zfill(self._width)
        return is_new
