"""The base maps that come in the package. The only module of the room that opens a file, and only its own data."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from translators.findings import MapError
from translators.maps.engine import CompiledMap, compile_map
from translators.maps.paths import nearest

_BASES = {("x12", "850"): "x12-850"}
"""Which base map reads which set."""


def base_map_text(name: str) -> str:
    """The TOML text of a base map by name. Raises MapError for a name we do not ship."""
    if name not in _BASES.values():
        raise MapError(f"there is no base map {name!r}{nearest(name, list(_BASES.values()))}")
    return resources.files("translators.maps").joinpath("base").joinpath(f"{name}.toml").read_text("utf-8")


def base_map_names() -> tuple[str, ...]:
    return tuple(sorted(_BASES.values()))


def base_map_for(standard: str, set_id: str) -> str | None:
    """The name of the base map for a set, or None."""
    return _BASES.get((standard, set_id))


@lru_cache(maxsize=16)
def base_map(name: str) -> CompiledMap:
    """A base map, compiled once."""
    return compile_map(base_map_text(name), base_map_text)
