"""Kits: ready-made profiles and maps for typical guides, each with samples and the documents they become.

A kit is a folder here: ``kit.toml`` (``title``, ``about``), ``partner.toml``, ``*.map.toml``, and ``samples/`` with
pairs of a file and the JSON of its documents.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from difflib import get_close_matches
from importlib import resources
from importlib.abc import Traversable

from partners.partner import PartnerError


class UnknownKit(PartnerError):
    """There is no kit of this name; the message names the nearest."""

    code = "unknown-kit"


@dataclass(frozen=True, slots=True)
class Sample:
    """A file as the partner sends it, and the documents it becomes as JSON text."""

    name: str
    data: bytes
    documents: str


@dataclass(frozen=True, slots=True)
class Kit:
    """One kit: what it is for, and the texts to import."""

    name: str
    title: str
    about: str
    profile: str
    maps: tuple[str, ...]
    samples: tuple[Sample, ...]


def kit_names() -> tuple[str, ...]:
    """Every kit, by name."""
    return tuple(sorted(one.name for one in _folder().iterdir() if one.joinpath("kit.toml").is_file()))


def kit(name: str) -> Kit:
    """One kit. Raises UnknownKit."""
    if name not in kit_names():
        near = get_close_matches(name, kit_names(), 1, 0.4)
        hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(kit_names())}"
        raise UnknownKit(f"there is no kit {name!r}; {hint}")
    folder = _folder().joinpath(name)
    told = tomllib.loads(folder.joinpath("kit.toml").read_text("utf-8"))
    maps = sorted((one for one in folder.iterdir() if one.name.endswith(".map.toml")), key=lambda one: one.name)
    return Kit(
        name,
        str(told["title"]),
        str(told["about"]),
        folder.joinpath("partner.toml").read_text("utf-8"),
        tuple(one.read_text("utf-8") for one in maps),
        tuple(_samples(folder.joinpath("samples"))),
    )


def _samples(folder: Traversable) -> list[Sample]:
    files = {one.name: one for one in folder.iterdir()} if folder.is_dir() else {}
    return [
        Sample(name, one.read_bytes(), files[expected].read_text("utf-8"))
        for name, one in sorted(files.items())
        if (expected := f"{name.rpartition('.')[0]}.json") in files and name != expected
    ]


def _folder() -> Traversable:
    return resources.files(__name__)
