"""Partners and maps travel as TOML files: imported into the database, taken up without a restart."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

from gateway.road import Road
from partners.partner import PartnerError
from partners.profile import ProfileInvalid, read_profile
from store import partners
from store.database import Connection
from translators.maps.bases import base_map_names, base_map_text
from translators.maps.engine import compile_map


class MapMissing(PartnerError):
    """A profile names a map that is neither in the database nor among the files nor a base map."""

    code = "map-missing"


def import_files(road: Road, files: list[Path], by: str) -> list[str]:
    """Import profiles and maps in one transaction; a line for each that says what was stored.

    Raises:
        ProfileInvalid, MapError, MapMissing: one of the files cannot be used; then none is imported.
    """
    texts = [(path, _text(path)) for path in files]
    maps = [(path, text) for path, text in texts if _is_map(path, text)]
    profiles = [(path, text) for path, text in texts if not _is_map(path, text)]
    with road.database.write() as conn:
        return [*_import_maps(conn, road, maps, by), *_import_profiles(conn, road, profiles, by)]


def _import_maps(conn: Connection, road: Road, maps: list[tuple[Path, str]], by: str) -> Iterator[str]:
    for _, text in maps:
        name = compile_map(text, base_map_text).name
        revision = partners.import_map(conn, name, text, road.clock(), by)
        yield f"map {name}, revision {revision}"


def _import_profiles(conn: Connection, road: Road, profiles: list[tuple[Path, str]], by: str) -> Iterator[str]:
    for path, text in profiles:
        profile = read_profile(text)
        for agreement in profile.agreements:
            if agreement.map not in base_map_names() and partners.map_text(conn, agreement.map) is None:
                raise MapMissing(
                    f"{path}: agreement {agreement.document} names map {agreement.map!r}, which is not there; "
                    f"import its file too, or take one of {', '.join(base_map_names())}"
                )
        revision = partners.import_partner(conn, profile, road.clock(), by)
        yield f"partner {profile.partner}, revision {revision}"


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ProfileInvalid(f"{path} cannot be read: {error}") from None


def _is_map(path: Path, text: str) -> bool:
    try:
        return "map" in tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileInvalid(f"{path}: not a TOML text: {error}") from None
