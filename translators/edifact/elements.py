"""Is a segment's content what its place asks for? One regular expression says yes; only a no is looked into.

Segments are in the separators of the inside (:mod:`translators.edifact.syntax`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from translators.edifact.schemas import ElementSpec, Part, segment_specs
from translators.edifact.syntax import COMPONENT, ELEMENT, REPETITION
from translators.findings import Code
from translators.limits import MAX_ELEMENT_BYTES, MAX_ELEMENTS
from translators.numbers import Unreadable, read_date, read_decimal, read_time
from translators.walker import Fault, Match

_ANY = r"[^\x00-\x1f\x7f]"
_COMMA = re.compile(r"-?[0-9]*,[0-9]*")
_DAY = r"(?:19[5-9]|20[0-9])[0-9](?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])"
_CLOCK = "(?:[01][0-9]|2[0-3])[0-5][0-9]"
_DATE_LENGTHS = (8, 12, 14)
_PERIODS = {"101": (6, 0, 1), "102": (8, 0, 1), "203": (8, 4, 1), "204": (8, 6, 1), "718": (8, 0, 2), "719": (8, 4, 2)}
"""Of the formats of a period (2379) that are days: digits of the day, of the time, and how many there are."""


class Dialect:
    """EDIFACT, which inside has the same separators always."""

    element = ELEMENT

    def matcher(self, tag: str) -> Match | None:
        found = pattern(tag)
        return found.fullmatch if found else None

    def faults(self, elements: list[str]) -> Iterator[Fault]:
        return faults(elements)


@lru_cache(maxsize=512)
def pattern(tag: str) -> re.Pattern[str] | None:
    """Matches a whole segment of this tag that has nothing wrong with it; None when we do not know the tag.

    It says no to repetitions and to days late in a month: those are looked into, and nothing is found.
    """
    specs = segment_specs().get(tag)
    if specs is None:
        return None
    return re.compile(re.escape(tag) + _chain([(_element(spec), spec.must) for spec in specs], ELEMENT, True))


def _element(spec: ElementSpec) -> str:
    if any(part.kind == "p" for part in spec.parts):
        other = f"{_ANY}{{1,35}}(?:{COMPONENT}(?!{'|'.join(_PERIODS)}){_ANY}{{1,3}})?"
        return f"{_ANY}{{1,3}}(?:{COMPONENT}(?:{_DAY}{COMPONENT}102|{_DAY}{_CLOCK}{COMPONENT}203|{other}))?"
    if not spec.is_composite:
        return _part(spec.parts[0])
    return _chain([(_part(part), part.must) for part in spec.parts], COMPONENT, False)


def _chain(words: list[tuple[str, bool]], separator: str, leads: bool) -> str:
    """Words joined by separators, those that need not come optional from behind."""
    text, must_follows = f"{separator}*", False
    for index in range(len(words) - 1, -1, -1):
        word, must = words[index]
        lead = separator if leads or index else ""
        text = f"{lead}{word}{text}" if must else f"{lead}(?:{word})?{text}"
        must_follows = must_follows or must
        text = text if must_follows else f"(?:{text})?"
    return text


def _part(part: Part) -> str:
    if part.kind == "n":
        return f"-?(?:[0-9]{{1,{min(part.most, 18)}}}(?:\\.[0-9]{{0,6}})?|\\.[0-9]{{1,6}})"
    return f"{_ANY}{{1,{part.most}}}"


def faults(elements: list[str]) -> Iterator[Fault]:
    """Everything wrong in a segment."""
    if len(elements) - 1 > MAX_ELEMENTS:
        yield Fault(Code.ELEMENTS_LIMIT, MAX_ELEMENTS + 1, f"has more than {MAX_ELEMENTS} elements")
        return
    specs = segment_specs().get(elements[0])
    for position, value in enumerate(elements[1:], 1):
        if len(value) > MAX_ELEMENT_BYTES:
            yield Fault(Code.ELEMENT_LIMIT, position, f"is longer than {MAX_ELEMENT_BYTES} characters", value[:20])
        elif specs is not None and position <= len(specs):
            for one in value.split(REPETITION):
                yield from _element_faults(specs[position - 1], one, position)
        elif specs is not None and value:
            yield Fault(Code.ELEMENTS_TOO_MANY, position, f"is one element more than {elements[0]} has", value[:100])
            return
    for position in range(len(elements), len(specs or ()) + 1):
        if specs and specs[position - 1].must:
            yield Fault(Code.ELEMENT_MISSING, position, "is missing")


def _element_faults(spec: ElementSpec, value: str, position: int) -> Iterator[Fault]:
    parts = value.split(COMPONENT)
    if not any(part.strip(" ") for part in parts):
        if spec.must:
            yield Fault(Code.ELEMENT_MISSING, position, "is missing")
        return
    for at, text in enumerate(parts):
        component = at + 1 if spec.is_composite else None
        if at >= len(spec.parts):
            if text:
                message = f"is more than the {len(spec.parts)} components that may stand here"
                yield Fault(Code.ELEMENTS_TOO_MANY, position, message, text[:100], at + 1)
                return
        elif fault := _fault(spec.parts[at], text, parts[at + 1] if at + 1 < len(parts) else ""):
            yield Fault(fault[0], position, fault[1], text[:100], component)
    for at in range(len(parts), len(spec.parts)):
        if spec.parts[at].must:
            yield Fault(Code.ELEMENT_MISSING, position, "is missing", "", at + 1)


def _fault(part: Part, text: str, behind: str) -> tuple[Code, str] | None:
    bare = text.strip(" ")
    if not bare:
        return (Code.ELEMENT_MISSING, "is missing") if part.must else None
    if any(letter < " " or letter == "\x7f" for letter in text):
        return Code.CHARACTER_INVALID, "holds a control character"
    try:
        if part.kind == "n":
            read_decimal(bare)
        elif part.kind == "p":
            return _period_fault(bare, behind.strip(" "))
    except Unreadable as reason:
        return reason.code, str(reason)
    size = len(bare.lstrip("-").replace(".", "")) if part.kind == "n" else len(text)
    if size > part.most:
        return Code.ELEMENT_TOO_LONG, f"has {size} characters, {part.most} are allowed"
    return None


def _period_fault(text: str, form: str) -> tuple[Code, str] | None:
    """What is wrong with a date, as far as its format is one of days. Raises Unreadable for none at all.

    A sound date of another length is common (102 with a time behind, 203 without one): told, and read by its length.
    """
    if form not in _PERIODS:
        return None
    day, clock, times = _PERIODS[form]
    bare = text.replace("-", "") if times == 2 else text
    size = (day + clock) * times
    if times == 1 and len(bare) != size and len(bare) in _DATE_LENGTHS:
        day, clock = 8, len(bare) - 8
    elif len(bare) != size:
        raise Unreadable(Code.DATE_INVALID, f"has not the length of a date of format {form}")
    for start in range(0, len(bare), day + clock):
        read_date(bare[start : start + day])
        if clock:
            read_time(bare[start + day : start + day + clock])
    if len(bare) == size:
        return None
    code = Code.ELEMENT_TOO_LONG if len(bare) > size else Code.ELEMENT_TOO_SHORT
    return code, f"has {len(bare)} digits, format {form} has {size}"


@lru_cache(maxsize=512)
def numbers_of(tag: str) -> tuple[tuple[int, int], ...]:
    """Where numbers stand in a segment: element from 1, component from 0."""
    specs = segment_specs().get(tag, ())
    return tuple(
        (at, component)
        for at, spec in enumerate(specs, 1)
        for component, part in enumerate(spec.parts)
        if part.kind in ("n", "q")
    )


def with_decimal_points(texts: list[str]) -> list[str]:
    """The segments with a point for the comma in every number.

    Whatever the UNA says: both marks come in one file, and neither may group thousands (ISO 9735, section 10).
    """
    return [_pointed(text) if "," in text else text for text in texts]


def _pointed(text: str) -> str:
    elements = text.split(ELEMENT)
    for at, component in numbers_of(elements[0]):
        if at < len(elements) and "," in elements[at]:
            parts = elements[at].split(COMPONENT)
            if component < len(parts) and _COMMA.fullmatch(parts[component]):
                parts[component] = parts[component].replace(",", ".")
                elements[at] = COMPONENT.join(parts)
    return ELEMENT.join(elements)
