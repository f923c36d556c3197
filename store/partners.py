"""Trading partners and maps: TOML texts as numbered revisions, and the identifiers partners are found by."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa

from partners.partner import Identifier, PartnerError, TradingPartner
from partners.profile import read_profile, write_profile
from store.database import Connection, insert_new
from store.errors import NotFound
from store.tables import map_revision, partner, partner_identifier, partner_revision


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
    return revision


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


def import_map(conn: Connection, name: str, toml: str, at: datetime, by: str) -> int:
    """Store a map's text as its new active revision; its number. An equal text makes no new one."""
    query = sa.select(map_revision.c.revision, map_revision.c.toml).where(map_revision.c.map == name)
    latest = conn.execute(query.order_by(map_revision.c.revision.desc()).limit(1)).first()
    if latest is not None and latest.toml == toml:
        return int(latest.revision)
    revision = int(latest.revision) + 1 if latest else 1
    values = {"map": name, "revision": revision, "toml": toml, "imported_at": at, "imported_by": by}
    conn.execute(sa.insert(map_revision).values(**values))
    return revision


def map_text(conn: Connection, name: str) -> tuple[str, int] | None:
    """The active text of a map and its revision, or None when it is not in the database (a base map may be)."""
    query = sa.select(map_revision.c.toml, map_revision.c.revision).where(map_revision.c.map == name)
    row = conn.execute(query.order_by(map_revision.c.revision.desc()).limit(1)).first()
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
