"""Maps in use: tested, activated, and replayed over recent traffic before they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from gateway.partner_files import activate, map_base
from gateway.road import Road
from gateway.translation import BLOCK_BYTES, Agreements
from store import partners, transmissions
from store.database import Connection
from translators.documents import flat
from translators.maps.engine import CompiledMap, compile_map
from translators.translate import TranslatedDocument, read
from translators.trials import Trial, trials


@dataclass(frozen=True)
class Difference:
    """What a draft would change in one document: its fields with their values before and after, None for none."""

    transmission_id: str
    document: str
    fields: tuple[tuple[str, str | None, str | None], ...]


def compiled_revision(conn: Connection, name: str, revision: int | None = None) -> tuple[CompiledMap, int]:
    """A revision of a map, the newest when none is named, ready to run.

    Raises:
        NotFound, MapError: there is none, or it cannot be used.
    """
    stored = partners.map_at(conn, name, revision)
    return compile_map(stored.toml, partial(map_base, conn)), stored.revision


def own_tests(road: Road, name: str, revision: int | None = None) -> tuple[Trial, ...]:
    """Runs the tests of a map's revision."""
    with road.database.read() as conn:
        return trials(compiled_revision(conn, name, revision)[0])


def activate_map(road: Road, name: str, revision: int | None, by: str) -> int:
    """Take a revision into use once its tests pass, a newer or an older one; its number.

    Raises:
        NotFound, MapError, MapTestFailed: there is none, it cannot be used, or it fails its own tests.
    """
    with road.database.write() as conn:
        compiled, number = compiled_revision(conn, name, revision)
        activate(conn, road, compiled, number, by)
    return number


def replay(road: Road, name: str, revision: int | None, days: int) -> Iterator[Difference]:
    """What a revision would make of the last days' traffic that was read by this map, where that differs.

    Nothing is changed: the archived bytes are read again, by the draft, and compared with a reading by the map in use.
    """
    with road.database.read() as conn:
        draft, _ = compiled_revision(conn, name, revision)
        names = transmissions.read_by(conn, name, road.clock() - timedelta(days=days))
        for transmission_id in names:
            yield from _compared(road, conn, transmission_id, name, draft)


def _compared(
    road: Road, conn: Connection, transmission_id: str, name: str, draft: CompiledMap
) -> Iterator[Difference]:
    before = _reading(road, conn, transmission_id, Agreements(conn))
    after = _reading(road, conn, transmission_id, Agreements(conn, {name: draft}))
    for key in {**before, **after}:
        old, new = before.get(key), after.get(key)
        if old is not None and old.map != name:
            continue
        was, would = (flat(one.document) if one else {} for one in (old, new))
        fields = tuple(
            (path, was.get(path), would.get(path)) for path in {**was, **would} if was.get(path) != would.get(path)
        )
        if fields:
            yield Difference(transmission_id, key, fields)


def _reading(
    road: Road, conn: Connection, transmission_id: str, agreements: Agreements
) -> dict[str, TranslatedDocument]:
    """The documents of a transmission by set id and control number."""
    transmission = transmissions.transmission_by_id(conn, transmission_id)
    with road.archive.open(transmission.sha256) as file:
        blocks = iter(lambda: file.read(BLOCK_BYTES), b"")
        found = read(blocks, agreements.agreed, received_at=transmission.at, channel=transmission.channel)
    return {
        f"{number}: {one.set_id} {one.set_control_number}".rstrip(): one
        for number, one in enumerate(found.documents, 1)
    }
