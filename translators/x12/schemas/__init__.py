"""Structure as data: which segments a set has, in which order and how often, and what their elements look like.

``segments.toml`` describes segments, ``<set>.toml`` the order of a set; both in a short notation of our own.
Only what we need to read is written down, in our own words; a partner's guide says more and comes with its map.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any, NamedTuple

from translators.findings import SchemaMissing
from translators.structures import Schema, build


@dataclass(frozen=True, slots=True)
class ElementSpec:
    """One element: ``kind`` is an, id, n, n2, r, dt, tm, b (anything) or c (a composite)."""

    kind: str
    least: int
    most: int
    must: bool
    codes: frozenset[str] = frozenset()
    is_used: bool = True
    is_of_guide: bool = False
    """Whether the codes are those of a partner's guide, and not all the standard has."""


Specs = Mapping[str, tuple[ElementSpec, ...]]
"""By tag, the elements of segments in order."""


class Condition(NamedTuple):
    """What elements of a segment ask of each other: P all or none, R at least one, E at most one, C the first asks for
    all others, L the first asks for one of the others. (The letters are X12's own.)"""

    kind: str
    elements: tuple[int, ...]


_ELEMENT = re.compile(
    r"(?P<kind>an|id|n2|n|r|dt|tm|b|c)(?P<least>[0-9]+)?(?:-(?P<most>[0-9]+))?(?P<codes>\([^)]*\))?(?P<must>!)?"
)


_CONDITION = re.compile(r"(?P<kind>[PRECL])(?P<elements>(?:[0-9]{2}){2,})")


@lru_cache(maxsize=64)
def schema(set_id: str) -> Schema:
    """The structure of a set. Versions from 3020 to 7030 differ too little to need their own."""
    if not re.fullmatch(r"[0-9]{3}", set_id) or not _file(f"{set_id}.toml").is_file():
        raise SchemaMissing(f"no structure for X12 set {set_id!r}: add translators/x12/schemas/{set_id}.toml")
    data = tomllib.loads(_file(f"{set_id}.toml").read_text("utf-8"))
    built = build(set_id, data["structure"], data.get("nest", ""))
    return replace(built, functional_id=data["functional_id"])


def has_schema(set_id: str) -> bool:
    try:
        schema(set_id)
    except SchemaMissing:
        return False
    return True


@lru_cache(maxsize=1024)
def functional_id(set_id: str) -> str:
    """The group a set belongs in; empty for sets we have no structure of, which may stand in any."""
    return schema(set_id).functional_id if has_schema(set_id) else ""


@lru_cache(maxsize=1)
def segment_specs() -> dict[str, tuple[ElementSpec, ...]]:
    """What we know of each segment's elements."""
    return {tag: _elements(text) for tag, text in _segments().items()}


@lru_cache(maxsize=1)
def conditions() -> dict[str, tuple[Condition, ...]]:
    """What elements of a segment ask of each other, by tag; only what we look at."""
    found = {tag: tuple(_conditions(text)) for tag, text in _segments().items()}
    return {tag: told for tag, told in found.items() if told}


def _segments() -> dict[str, str]:
    return tomllib.loads(_file("segments.toml").read_text("utf-8"))


def _conditions(text: str) -> Iterator[Condition]:
    for match in filter(None, map(_CONDITION.fullmatch, text.split())):
        digits = match["elements"]
        yield Condition(match["kind"], tuple(int(digits[at : at + 2]) for at in range(0, len(digits), 2)))


def _elements(text: str) -> tuple[ElementSpec, ...]:
    specs = []
    for word in text.split():
        if _CONDITION.fullmatch(word):
            continue
        match = _ELEMENT.fullmatch(word)
        if match is None:
            raise SchemaMissing(f"segments.toml: cannot read {word!r}")
        least = int(match["least"] or 1)
        codes = frozenset((match["codes"] or "()")[1:-1].split("|")) - {""}
        specs.append(ElementSpec(match["kind"], least, int(match["most"] or least), bool(match["must"]), codes))
    return tuple(specs)


def _file(name: str) -> Any:
    return resources.files(__name__).joinpath(name)
