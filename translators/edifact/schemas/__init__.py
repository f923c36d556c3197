"""Structure as data, from the UN directories, which are free: the order of messages and the elements of segments.

One structure serves all directories of a message: the widest of them, so that D.93A and D.23A and EANCOM's subsets are
read by the same paths. What a partner uses less of is said by its guide.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

from translators.findings import SchemaMissing
from translators.structures import Schema, build


@dataclass(frozen=True, slots=True)
class Part:
    """A component, or an element of one: ``kind`` is an, n, q (number or text) or p (a period)."""

    kind: str
    most: int
    must: bool


@dataclass(frozen=True, slots=True)
class ElementSpec:
    """One element: its components, of which a simple element has one."""

    parts: tuple[Part, ...]
    must: bool
    is_composite: bool


_MESSAGE = re.compile(r"[A-Z]{6}")
_ELEMENT = re.compile(r"(?:(?P<times>[2-9])\*)?(?:\((?P<parts>[^)]+)\)(?P<must>!)?|(?P<part>\S+))(?:\s+|$)")
_PART = re.compile(r"(?P<kind>an|n|q|p)(?P<most>[0-9]+)(?P<must>!)?")


@lru_cache(maxsize=64)
def schema(set_id: str) -> Schema:
    """The structure of a message. Raises SchemaMissing."""
    if not _MESSAGE.fullmatch(set_id) or not _file(f"{set_id}.toml").is_file():
        raise SchemaMissing(f"no structure for EDIFACT {set_id!r}: add translators/edifact/schemas/{set_id}.toml")
    data = tomllib.loads(_file(f"{set_id}.toml").read_text("utf-8"))
    return build(set_id, data["structure"], data.get("nest", ""))


def has_schema(set_id: str) -> bool:
    try:
        schema(set_id)
    except SchemaMissing:
        return False
    return True


@lru_cache(maxsize=1)
def segment_specs() -> dict[str, tuple[ElementSpec, ...]]:
    """What we know of each segment's elements."""
    data: dict[str, str] = tomllib.loads(_file("segments.toml").read_text("utf-8"))
    return {tag: elements(text) for tag, text in data.items()}


def elements(text: str) -> tuple[ElementSpec, ...]:
    """The elements of a segment from their notation."""
    specs: list[ElementSpec] = []
    at = 0
    while at < len(text):
        match = _ELEMENT.match(text, at)
        if match is None:
            raise SchemaMissing(f"segments.toml: cannot read {text[at:]!r}")
        words = (match["parts"] or match["part"]).split()
        parts = tuple(_part(word) for word in words)
        must = bool(match["must"]) if match["parts"] else parts[0].must
        specs += [ElementSpec(parts, must, bool(match["parts"]))] * int(match["times"] or 1)
        at = match.end()
    return tuple(specs)


def _part(word: str) -> Part:
    match = _PART.fullmatch(word)
    if match is None:
        raise SchemaMissing(f"segments.toml: cannot read {word!r}")
    return Part(match["kind"], int(match["most"]), bool(match["must"]))


def _file(name: str) -> Any:
    return resources.files(__name__).joinpath(name)
