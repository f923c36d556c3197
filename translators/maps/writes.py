"""What a map adds when it writes: constants and counts that stand in no field."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from translators.findings import MapError
from translators.maps.forms import Language
from translators.maps.paths import Path, nearest

_COMPUTED = ("count", "sum", "now", "above")


@dataclass(frozen=True, slots=True)
class Constant:
    """``how`` is text, count (rows of a field, loops of a tag), sum (of a field of rows), now (date, time) or above (a
    field of what holds the row); ``what`` says which."""

    path: Path
    how: str
    what: str
    beside: int = 0
    """An element of the same segment that must have content, or the constant makes no sense."""


def constants(table: Any, language: Language, where: str) -> tuple[Constant, ...]:
    """The ``write`` table of a section: place = text, or { count = "lines" }. Raises MapError."""
    if not isinstance(table, dict):
        raise MapError(f'{where}: write a table such as {{ "BEG.01" = "00" }}')
    made = []
    for text, value in table.items():
        path = language.located(text, f"{where}.{text}")
        if isinstance(value, str):
            made.append(Constant(path, "text", value))
        elif isinstance(value, dict) and set(value) == {"text", "beside"} and isinstance(value["beside"], int):
            made.append(Constant(path, "text", str(value["text"]), value["beside"]))
        elif isinstance(value, dict) and len(value) == 1 and isinstance(next(iter(value.values())), str):
            how, what = next(iter(value.items()))
            if how not in _COMPUTED:
                raise MapError(f"{where}.{text}: there is no {how!r} here{nearest(how, _COMPUTED)}")
            made.append(Constant(path, how, what))
        else:
            raise MapError(f'{where}.{text}: write a text, or {{ count = "lines" }}, {{ sum = "lines.quantity" }}')
    return tuple(made)
