"""Trading partners and maps: TOML texts as numbered revisions, and the identifiers partners are found by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from partners.partner import Identifier, PartnerError, TradingPartner
from partners.profile import read_profile, write_profile
from store.database import Connection, insert_new
from store.erp_tables import fed_partner
from store.errors import NotFound
from store.tables import active_map, map_revision, partner, partner_identifier, partner_revision


class IdentifierTaken(PartnerError):
    """Another partner has this identifier already; two partners cannot be told apart by it."""

    code = "identifier-taken"


def import_partner(conn: Connection, profile: TradingPartner, at: datetime, by: str) -> int:
    """Store a profile as the partner's new active revision; its number. An equal profile makes no new one.

    Raises:
        IdentifierTaken: one of its identifiers belongs to another partner.
    """
    name, toml = profile.partner, write_profile(profile)
    insert_new(conn, partner, {"partner": name, "name": profile.name})
    latest = _latest_partner(conn, name)
    if latest is not None and latest[1] == toml:
        return latest[0]
    revision = latest[0] + 1 if latest else 1
    values = {"partner": name, "revision": revision, "toml": toml, "imported_at": at, "imported_by": by}
    conn.execute(sa.insert(partner_revision).values(**values))
    conn.execute(
        sa.update(partner).where(partner.c.partner == name).values(name=profile.name, active_revision=revision)
    )
    conn.execute(sa.delete(partner_identifier).where(partner_identifier.c.partner == name))
    for one in profile.identifiers:
        if not insert_new(conn, partner_identifier, {"qualifier": one.qualifier, "value": one.value, "partner": name}):
            raise IdentifierTaken(
                f"identifier {one} belongs to partner {_owner(conn, one)}: take it out of one of them"
            )
    conn.execute(sa.delete(fed_partner).where(fed_partner.c.partner == name))
    if any(one.feed for one in profile.agreements):
        conn.execute(sa.insert(fed_partner).values(partner=name))
    return revision


def fed(conn: Connection) -> list[TradingPartner]:
    """Partners that are fed with orders, whoever ordered: an ERP, a warehouse."""
    names = conn.execute(sa.select(fed_partner.c.partner).order_by(fed_partner.c.partner)).scalars()
    return [partner_by_name(conn, name) for name in names.all()]


def partner_by_identifier(conn: Connection, identifier: Identifier) -> TradingPartner | None:
    """The partner an envelope's sender belongs to, or None."""
    name = _owner(conn, identifier)
    return None if name is None else partner_by_name(conn, name)


def partner_by_name(conn: Connection, name: str) -> TradingPartner:
    """A partner's active profile.

    Raises:
        NotFound: there is none.
    """
    query = (
        sa.select(partner_revision.c.toml)
        .join(partner, partner.c.partner == partner_revision.c.partner)
        .where(partner.c.partner == name, partner.c.active_revision == partner_revision.c.revision)
    )
    toml = conn.execute(query).scalar()
    if toml is None:
        raise NotFound(f"no partner {name!r}: `dockgate partner list` shows those there are")
    return _profile(toml)


@lru_cache(maxsize=512)
def _profile(toml: str) -> TradingPartner:
    """Every step reads its partner; the same text is the same profile, which nobody can change."""
    return read_profile(toml)


def partners(conn: Connection) -> list[TradingPartner]:
    """Every partner's active profile, by name."""
    names = sa.select(partner.c.partner).order_by(partner.c.partner)
    return [partner_by_name(conn, name) for name in conn.execute(names).scalars()]


@dataclass(frozen=True)
class MapRevision:
    """One revision of a map's text, and whether it is the one in use."""

    map: str
    revision: int
    toml: str
    imported_at: datetime
    imported_by: str
    is_active: bool


def import_map(conn: Connection, name: str, toml: str, at: datetime, by: str) -> int:
    """Store a map's text as its newest revision, a draft until it is activated; its number.

    The text of the newest revision again makes no new one.
    """
    latest = map_revisions(conn, name)[:1]
    if latest and latest[0].toml == toml:
        return latest[0].revision
    revision = latest[0].revision + 1 if latest else 1
    values = {"map": name, "revision": revision, "toml": toml, "imported_at": at, "imported_by": by}
    conn.execute(sa.insert(map_revision).values(**values))
    return revision


def activate_map(conn: Connection, name: str, revision: int, at: datetime, by: str) -> None:
    """Make a revision the one in use, a newer or an older one."""
    values = {"revision": revision, "activated_at": at, "activated_by": by}
    if not insert_new(conn, active_map, {"map": name, **values}):
        conn.execute(sa.update(active_map).where(active_map.c.map == name).values(**values))


def map_revisions(conn: Connection, name: str | None = None) -> list[MapRevision]:
    """Revisions of a map, or of all maps, newest first."""
    query = (
        sa.select(map_revision, (active_map.c.revision == map_revision.c.revision).label("is_active"))
        .outerjoin(active_map, active_map.c.map == map_revision.c.map)
        .order_by(map_revision.c.map, map_revision.c.revision.desc())
    )
    if name is not None:
        query = query.where(map_revision.c.map == name)
    rows = conn.execute(query)
    return [
        MapRevision(row.map, row.revision, row.toml, row.imported_at, row.imported_by, bool(row.is_active))
        for row in rows
    ]


def map_at(conn: Connection, name: str, revision: int | None = None) -> MapRevision:
    """One revision of a map; the newest when none is named.

    Raises:
        NotFound: there is none.
    """
    found = [one for one in map_revisions(conn, name) if revision in (None, one.revision)]
    if not found:
        which = f"revision {revision} of map {name!r}" if revision else f"map {name!r}"
        raise NotFound(f"no {which}: `dockgate map list` shows those there are")
    return found[0]


def map_text(conn: Connection, name: str) -> tuple[str, int] | None:
    """The active text of a map and its revision, or None when it is not in the database (a base map may be)."""
    query = (
        sa.select(map_revision.c.toml, map_revision.c.revision)
        .join(
            active_map,
            sa.and_(active_map.c.map == map_revision.c.map, active_map.c.revision == map_revision.c.revision),
        )
        .where(map_revision.c.map == name)
    )
    row = conn.execute(query).first()
    return None if row is None else (row.toml, int(row.revision))


def _owner(conn: Connection, identifier: Identifier) -> str | None:
    query = sa.select(partner_identifier.c.partner).where(
        partner_identifier.c.qualifier == identifier.qualifier, partner_identifier.c.value == identifier.value
    )
    return conn.execute(query).scalar()


def _latest_partner(conn: Connection, name: str) -> tuple[int, str] | None:
    query = sa.select(partner_revision.c.revision, partner_revision.c.toml).where(partner_revision.c.partner == name)
    row = conn.execute(query.order_by(partner_revision.c.revision.desc()).limit(1)).first()
    return None if row is None else (int(row.revision), str(row.toml))
