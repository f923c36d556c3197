"""Structure as data: which segments a set has, in which order and how often, and what their elements look like.

``segments.toml`` describes segments, ``<set>.toml`` the order of a set; both in a short notation of our own.
Only what we need to read is written down, in our own words; a partner's guide says more and comes with its map.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from typing import Any

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


_ELEMENT = re.compile(
    r"(?P<kind>an|id|n2|n|r|dt|tm|b|c)(?P<least>[0-9]+)?(?:-(?P<most>[0-9]+))?(?P<codes>\([^)]*\))?(?P<must>!)?"
)


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
    data: dict[str, str] = tomllib.loads(_file("segments.toml").read_text("utf-8"))
    return {tag: _elements(text) for tag, text in data.items()}


def _elements(text: str) -> tuple[ElementSpec, ...]:
    specs = []
    for word in text.split():
        match = _ELEMENT.fullmatch(word)
        if match is None:
            raise SchemaMissing(f"segments.toml: cannot read {word!r}")
        least = int(match["least"] or 1)
        codes = frozenset((match["codes"] or "()")[1:-1].split("|")) - {""}
        specs.append(ElementSpec(match["kind"], least, int(match["most"] or least), bool(match["must"]), codes))
    return tuple(specs)


def _file(name: str) -> Any:
    return resources.files(__name__).joinpath(name)
