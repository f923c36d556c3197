"""What a map adds when it writes: constants and counts that stand in no field.

A constant that comes back from a partner says nothing new, so reading takes it as known.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from translators.findings import MapError
from translators.maps.forms import Language, Run
from translators.maps.paths import Path, nearest
from translators.tree import Loop, bit_of

_COMPUTED = ("count", "sum", "now")


@dataclass(frozen=True, slots=True)
class Constant:
    """``how`` is text, count (rows of a field), sum (of a field of rows) or now (date, time); ``what`` says which."""

    path: Path
    how: str
    what: str

    def recognise(self, loop: Loop, run: Run) -> None:
        """Takes the constant as read, where it stands."""
        if self.how != "text":
            return
        path = self.path
        homes = path.home(loop, run.component) if path.loops else [loop]
        for home in homes:
            for segment in path.place.segments(home, run.component):
                if path.element < len(segment.elements):
                    value = segment.elements[path.element]
                    if path.component:
                        parts = value.split(run.component)
                        value = parts[path.component - 1] if path.component <= len(parts) else ""
                    if value.strip() == self.what:
                        segment.used |= bit_of(path.element, path.component)


def constants(table: Any, language: Language, where: str) -> tuple[Constant, ...]:
    """The ``write`` table of a section: place = text, or { count = "lines" }. Raises MapError."""
    if not isinstance(table, dict):
        raise MapError(f'{where}: write a table such as {{ "BEG.01" = "00" }}')
    made = []
    for text, value in table.items():
        path = language.located(text, f"{where}.{text}")
        if isinstance(value, str):
            made.append(Constant(path, "text", value))
        elif isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value.values())), str):
            how, what = next(iter(value.items()))
            if how not in _COMPUTED:
                raise MapError(f"{where}.{text}: there is no {how!r} here{nearest(how, _COMPUTED)}")
            made.append(Constant(path, how, what))
        else:
            raise MapError(f'{where}.{text}: write a text, or {{ count = "lines" }}, {{ sum = "lines.quantity" }}')
    return tuple(made)
