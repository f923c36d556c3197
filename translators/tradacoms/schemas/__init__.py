"""Structure as data: the messages of a file of orders, in the notation of :mod:`translators.structures`."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from translators.findings import SchemaMissing
from translators.structures import Schema, build

_SEGMENTS = "segments"


@lru_cache(maxsize=1)
def _orders() -> dict[str, Any]:
    return tomllib.loads(resources.files(__name__).joinpath("orders.toml").read_text("utf-8"))


@lru_cache(maxsize=16)
def schema(set_id: str) -> Schema:
    """The structure of a message. Raises SchemaMissing."""
    if not has_schema(set_id):
        raise SchemaMissing(f"no structure for TRADACOMS {set_id!r}: add it to tradacoms/schemas/orders.toml")
    return build(set_id, _orders()[set_id]["structure"])


def has_schema(set_id: str) -> bool:
    return set_id in _orders() and set_id != _SEGMENTS


def tags() -> frozenset[str]:
    """The segments we know."""
    return frozenset(_orders()[_SEGMENTS])
