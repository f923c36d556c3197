"""Partners and maps travel as TOML files: imported into the database, taken up without a restart."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from gateway.road import Road
from partners.kits import kit
from partners.partner import Agreement, PartnerError
from partners.profile import ProfileInvalid, read_profile
from store import partners
from store.database import Connection
from translators.findings import TranslationError
from translators.maps.bases import base_map_names, base_map_text
from translators.maps.engine import CompiledMap, compile_map
from translators.trials import trials


class MapMissing(PartnerError):
    """A profile names a map that is neither in the database nor among the files nor a base map."""

    code = "map-missing"


class MapForOther(PartnerError):
    """An agreement tells a partner one document, and its map writes another."""

    code = "map-for-other"


KIT = "kit:"
"""What stands before the name of a kit where a file may be named."""


class MapTestFailed(TranslationError):
    """A map does not do what its own tests say; it is not taken into use. Mend the map or the test."""

    code = "map-test-failed"


def import_files(road: Road, files: list[Path], by: str, *, as_draft: bool = False) -> list[str]:
    """Import profiles, maps and kits (``kit:NAME``) in one transaction; a line for each says what was stored.

    ``as_draft`` keeps maps out of use until they are activated.

    Raises:
        ProfileInvalid, MapError, MapMissing, MapTestFailed, UnknownKit: one of them cannot be used; then none is
            imported.
    """
    texts = [pair for path in files for pair in _texts(path)]
    maps = [(path, text) for path, text in texts if _is_map(path, text)]
    profiles = [(path, text) for path, text in texts if not _is_map(path, text)]
    with road.database.write() as conn:
        return [*_import_maps(conn, road, maps, by, as_draft), *_import_profiles(conn, road, profiles, by)]


def _texts(path: Path) -> Iterator[tuple[Path, str]]:
    if not str(path).startswith(KIT):
        yield path, _text(path)
        return
    found = kit(str(path).removeprefix(KIT))
    for number, text in enumerate((*found.maps, found.profile), 1):
        yield Path(f"{path}/{number}"), text


def _import_maps(conn: Connection, road: Road, maps: list[tuple[Path, str]], by: str, as_draft: bool) -> Iterator[str]:
    for _, text in maps:
        compiled = compile_map(text, partial(map_base, conn))
        revision = partners.import_map(conn, compiled.name, text, road.clock(), by)
        if as_draft:
            yield f"map {compiled.name}, revision {revision}, a draft"
            continue
        activate(conn, road, compiled, revision, by)
        yield f"map {compiled.name}, revision {revision}, in use"


def map_base(conn: Connection, name: str) -> str:
    """The text of a map that another extends: one of the box's own, or a base map. Raises MapError."""
    stored = partners.map_text(conn, name)
    return stored[0] if stored else base_map_text(name)


def activate(conn: Connection, road: Road, compiled: CompiledMap, revision: int, by: str) -> None:
    """Take a revision of a map into use, once its own tests pass.

    Raises:
        MapTestFailed: one of them does not.
    """
    failed = [f"{one.name}: {'; '.join(one.faults)}" for one in trials(compiled) if not one.passed]
    if failed:
        raise MapTestFailed(f"map {compiled.name} fails its own tests and is not taken into use: {' / '.join(failed)}")
    partners.activate_map(conn, compiled.name, revision, road.clock(), by)


def _import_profiles(conn: Connection, road: Road, profiles: list[tuple[Path, str]], by: str) -> Iterator[str]:
    for path, text in profiles:
        profile = read_profile(text)
        for agreement in profile.agreements:
            if agreement.map not in base_map_names() and partners.map_text(conn, agreement.map) is None:
                raise MapMissing(
                    f"{path}: agreement {agreement.document} names map {agreement.map!r}, which is not there; "
                    f"import its file too, or take one of {', '.join(base_map_names())}"
                )
            _check_told(conn, path, agreement)
        revision = partners.import_partner(conn, profile, road.clock(), by)
        yield f"partner {profile.partner}, revision {revision}"


def _check_told(conn: Connection, path: Path, agreement: Agreement) -> None:
    if agreement.tells is None:
        return
    compiled = compile_map(map_base(conn, agreement.map), partial(map_base, conn))
    written = compiled.model.model_fields["kind"].default
    if written != agreement.tells:
        raise MapForOther(
            f"{path}: agreement {agreement.document} tells {agreement.tells}, and map {agreement.map} writes "
            f'{written}: name another map, or tells = "{written}"'
        )


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
