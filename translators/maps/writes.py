"""What a map adds when it writes: constants and counts that stand in no field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from translators.findings import MapError
from translators.maps.forms import Language
from translators.maps.paths import Path, nearest

_COMPUTED = ("count", "sum", "now", "above", "field", "copy", "text")
_BESIDES = ("beside", "without", "must")


@dataclass(frozen=True, slots=True)
class Constant:
    """``how`` is text, count (rows of a field, loops of a tag), sum (of a field of rows), now (date, time, moment),
    above (a field of what holds the row), field (one of the row itself) or copy (another element of the segment, by its
    number); ``what`` says which."""

    path: Path
    how: str
    what: str
    beside: int = 0
    """An element of the same segment that must have content, or the constant makes no sense."""
    without: int = 0
    """One that must have none."""
    is_must: bool = False
    """Whether the segment is made for its sake."""


def constants(table: Any, language: Language, where: str) -> tuple[Constant, ...]:
    """The ``write`` table of a section: place = text, or { count = "lines" }. Raises MapError."""
    if not isinstance(table, dict):
        raise MapError(f'{where}: write a table such as {{ "BEG.01" = "00" }}')
    made = []
    for text, value in table.items():
        path = language.located(text, f"{where}.{text}")
        if isinstance(value, str):
            made.append(Constant(path, "text", value))
        elif isinstance(value, dict) and len(said := [one for one in value if one not in _BESIDES]) == 1:
            how, what = said[0], value[said[0]]
            beside, without, must = value.get("beside", 0), value.get("without", 0), value.get("must", False)
            if not (isinstance(what, str) and isinstance(beside, int) and isinstance(without, int)):
                raise MapError(f'{where}.{text}: write {{ {how} = "..." }}; beside and without are numbers of elements')
            if not isinstance(must, bool):
                raise MapError(f"{where}.{text}: must is true, where the segment is made for its sake")
            if how not in _COMPUTED:
                raise MapError(f"{where}.{text}: there is no {how!r} here{nearest(how, _COMPUTED)}")
            if how == "copy" and not what.isdigit():
                raise MapError(f'{where}.{text}: copy names an element of the segment by its number, copy = "03"')
            made.append(Constant(path, how, what, beside, without, must))
        else:
            raise MapError(f'{where}.{text}: write a text, or {{ count = "lines" }}, {{ sum = "lines.quantity" }}')
    return tuple(made)
