"""The base maps that come in the package. The only module of the room that opens a file, and only its own data."""

from __future__ import annotations

from functools import lru_cache
from importlib import resources

from translators.findings import MapError
from translators.maps.engine import CompiledMap, compile_map
from translators.maps.paths import nearest

_SHARED = ("x12", "edifact")
"""Texts that base maps of a standard extend: parties, references and code tables; no maps by themselves."""


@lru_cache(maxsize=64)
def base_map_text(name: str) -> str:
    """The TOML text of a base map by name. Raises MapError for a name we do not ship."""
    if name not in (*base_map_names(), *_SHARED):
        raise MapError(f"there is no base map {name!r}{nearest(name, base_map_names())}")
    return _folder().joinpath(f"{name}.toml").read_text("utf-8")


@lru_cache(maxsize=1)
def base_map_names() -> tuple[str, ...]:
    """Every base map, by name: the standard and the set, ``x12-850``, ``edifact-orders``, or the kind of file."""
    names = (one.name.removesuffix(".toml") for one in _folder().iterdir() if one.name.endswith(".toml"))
    return tuple(sorted(name for name in names if name not in _SHARED))


_TABLES = ("csv", "tsv", "xlsx", "xls", "ods", "html")
"""Kinds of files that are tables all alike."""


def base_map_for(standard: str, set_id: str) -> str | None:
    """The name of the base map for a set or a kind of file, or None."""
    name = f"{standard}-{set_id.lower()}"
    if standard == "file":
        name = "csv-order" if set_id in _TABLES else "json-order" if set_id == "json" else set_id
    return name if name in base_map_names() else None


@lru_cache(maxsize=64)
def base_map(name: str) -> CompiledMap:
    """A base map, compiled once."""
    return compile_map(base_map_text(name), base_map_text)


def _folder() -> resources.abc.Traversable:
    return resources.files("translators.maps").joinpath("base")
