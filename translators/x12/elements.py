"""Is a segment's content what its place asks for? One regular expression says yes; only a no is looked into.

The expression is built from the segment's description and the separators in use. It is sharper than lengths: it knows
the calendar and what a number looks like, so that most segments of an honest file cost one match and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from translators.findings import Code
from translators.limits import MAX_ELEMENT_BYTES, MAX_ELEMENTS
from translators.numbers import Unreadable, read_date, read_decimal, read_integer, read_time
from translators.x12.schemas import Condition, ElementSpec, Specs, conditions, segment_specs

_LEAP = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|2000)"
_DAY = (
    "(?:(?:0[13578]|1[02])(?:0[1-9]|[12][0-9]|3[01])|(?:0[469]|11)(?:0[1-9]|[12][0-9]|30)|02(?:0[1-9]|1[0-9]|2[0-8]))"
)
_DATE = f"(?:(?:19[5-9]|20[0-9])[0-9]{_DAY}|(?=19[5-9]|20[0-9]){_LEAP}0229)"
_TIME = "(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9](?:[0-9]{1,2})?)?"


@lru_cache(maxsize=4096)
def pattern(tag: str, specs: tuple[ElementSpec, ...], element: str, component: str, repetition: str) -> re.Pattern[str]:
    """Matches a whole segment of this tag that has nothing wrong with it."""
    separator, bad = re.escape(element), never_in_text(element + component + repetition)
    asked = list(conditions().get(tag, ()))
    values = [value_pattern(spec, separator, bad) if spec.is_used else "" for spec in specs]
    text, must_follows, at = "", False, len(specs)
    while at:
        spec, one = specs[at - 1], values[at - 1]
        pair = Condition("P", (at - 1, at))
        if pair in asked and not (must_follows or spec.must or specs[at - 2].must):
            # A pair of which nothing stands behind costs no look ahead, and PO1 has ten.
            asked.remove(pair)
            text = f"(?:{separator}(?:{values[at - 2]}{separator}{one}|{separator}){text})?"
            at -= 2
            continue
        text = f"{separator}{one}{text}" if spec.must else f"{separator}(?:{one})?{text}"
        must_follows = must_follows or spec.must
        text = text if must_follows else f"(?:{text})?"
        at -= 1
    ahead = "".join(_condition_pattern(condition, separator) for condition in asked)
    return re.compile(re.escape(tag) + ahead + text + f"{separator}*")


def _condition_pattern(condition: Condition, separator: str) -> str:
    """Looks ahead from behind the tag: whether the elements that are there may be there together."""
    there = [f"(?:{separator}[^{separator}]*){{{at - 1}}}{separator}[^{separator}]" for at in condition.elements]
    first, others = there[0], there[1:]
    every = "".join(f"(?={one})" for one in others)
    if condition.kind == "P":
        return f"(?:(?={first}){every}|" + "".join(f"(?!{one})" for one in there) + ")"
    if condition.kind == "R":
        return f"(?={'|'.join(there)})"
    if condition.kind == "E":
        return "".join(f"(?!(?={one}){more})" for at, one in enumerate(there) for more in there[at + 1 :])
    return f"(?:(?!{first})|" + (every if condition.kind == "C" else f"(?={'|'.join(others)})") + ")"


def never_in_text(separators: str) -> str:
    """The inside of a character class: what no text element may hold."""
    return "".join(map(re.escape, separators)) + "\x00-\x1f\x7f"


def value_pattern(spec: ElementSpec, separator: str, bad: str) -> str:
    """Matches what may stand in an element when something does."""
    if spec.codes:
        return "(?:" + "|".join(map(re.escape, sorted(spec.codes))) + ")"
    if spec.kind == "dt":
        return _DATE
    if spec.kind == "tm":
        return _TIME
    if spec.kind in ("n", "n2"):
        return f"-?[0-9]{{{spec.least},{spec.most}}}"
    if spec.kind == "r":
        return f"-?(?:[0-9]{{1,{spec.most}}}(?:\\.[0-9]{{0,6}})?|\\.[0-9]{{1,6}})"
    if spec.kind in ("b", "c"):
        return f"[^{separator}]+"
    return f"[^{bad}]{{{spec.least},{spec.most}}}"


def faults(elements: list[str], separators: str, every: Specs | None = None) -> Iterator[tuple[Code, int, str, str]]:
    """Everything wrong in a segment: code, element, message, value. ``separators`` are component and repetition,
    ``every`` the descriptions of segments where a guide has its own."""
    specs = (segment_specs() if every is None else every).get(elements[0])
    if len(elements) - 1 > MAX_ELEMENTS:
        yield Code.ELEMENTS_LIMIT, MAX_ELEMENTS + 1, f"has more than {MAX_ELEMENTS} elements", ""
        return
    for position, value in enumerate(elements[1:], 1):
        if len(value) > MAX_ELEMENT_BYTES:
            yield Code.ELEMENT_LIMIT, position, f"is longer than {MAX_ELEMENT_BYTES} characters", value[:20]
        elif specs is not None and position <= len(specs):
            if fault := _fault(specs[position - 1], value, separators):
                yield fault[0], position, fault[1], value[:100]
        elif specs is not None and value:
            yield Code.ELEMENTS_TOO_MANY, position, f"is one element more than {elements[0]} has", value[:100]
            return
    for position in range(len(elements), len(specs or ()) + 1):
        if specs and specs[position - 1].must:
            yield Code.ELEMENT_MISSING, position, "is missing", ""
    for condition in conditions().get(elements[0], ()):
        there = [at for at in condition.elements if at < len(elements) and elements[at].strip()]
        if broken := _broken(condition, there):
            yield *broken, ""


def _broken(condition: Condition, there: list[int]) -> tuple[Code, int, str] | None:
    """The element at which a condition is broken, given those of its elements that are there."""
    kind, (first, *others) = condition
    if kind == "E":
        message = f"may not be there together with {there[0]:02}" if there else ""
        return (Code.EXCLUSION_BROKEN, there[1], message) if len(there) > 1 else None
    if kind == "R":
        return None if there else (Code.CONDITION_UNMET, first, f"or another of {condition.elements} must be there")
    asks = bool(there) if kind == "P" else first in there
    lacking = [at for at in condition.elements if at not in there]
    met = len(there) > 1 if kind == "L" else not lacking
    if not asks or met:
        return None
    return Code.CONDITION_UNMET, (others[0] if kind == "L" else lacking[0]), f"must be there because of {there[0]:02}"


def _fault(spec: ElementSpec, value: str, separators: str) -> tuple[Code, str] | None:
    bare = value.strip()
    if not bare:
        return (Code.ELEMENT_MISSING, "is missing") if spec.must else None
    if not spec.is_used:
        return Code.ELEMENT_NOT_USED, "is not used by the guide"
    if spec.codes and bare not in spec.codes:
        code = Code.CODE_NOT_IN_GUIDE if spec.is_of_guide else Code.CODE_UNKNOWN
        return code, "is none of the codes that may stand here"
    if spec.kind not in ("b", "c"):
        if any(letter < " " or letter == "\x7f" for letter in value):
            return Code.CHARACTER_INVALID, "holds a control character"
        if separators[1:] and separators[1:] in value:
            return Code.ELEMENT_REPEATS, "holds a repetition separator: it may come only once"
        if separators and separators[0] in value:
            return Code.SEPARATOR_IN_DATA, "holds a component separator: it has no components"
    try:
        check_kind(spec.kind, bare)
    except Unreadable as reason:
        return reason.code, str(reason)
    size = len(bare.lstrip("-").replace(".", "")) if spec.kind in ("r", "n", "n2") else len(value)
    if size > spec.most and spec.kind != "c":
        return Code.ELEMENT_TOO_LONG, f"has {size} characters, {spec.most} are allowed"
    if len(value) < spec.least and spec.kind in ("an", "id"):
        return Code.ELEMENT_TOO_SHORT, f"has {len(value)} characters, {spec.least} are needed"
    return None


def check_kind(kind: str, value: str) -> None:
    """Raises Unreadable for a date, time or number that is none."""
    if kind == "dt":
        read_date(value)
    elif kind == "tm":
        read_time(value)
    elif kind == "r":
        read_decimal(value)
    elif kind in ("n", "n2"):
        read_integer(value)
