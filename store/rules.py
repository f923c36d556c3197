"""The house's review rules: one text as numbered revisions, drafts until one of them is taken into use."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from store.database import Connection
from store.errors import NotFound
from store.tables import rule_revision


@dataclass(frozen=True)
class RuleRevision:
    """One revision of the rules' text, and whether it is the one in use."""

    revision: int
    toml: str
    imported_at: datetime
    imported_by: str
    activated_at: datetime | None
    activated_by: str | None
    is_active: bool


def import_rules(conn: Connection, toml: str, at: datetime, by: str) -> int:
    """Store a text as the newest revision, a draft until it is activated; its number.

    The text of the newest revision again makes no new one.
    """
    latest = next(iter(revisions(conn)), None)
    if latest and latest.toml == toml:
        return latest.revision
    revision = latest.revision + 1 if latest else 1
    values = {"revision": revision, "toml": toml, "imported_at": at, "imported_by": by, "is_active": False}
    conn.execute(sa.insert(rule_revision).values(**values))
    return revision


def activate(conn: Connection, revision: int, at: datetime, by: str) -> None:
    """Make a revision the one in use, a newer or an older one."""
    conn.execute(sa.update(rule_revision).where(rule_revision.c.is_active).values(is_active=False))
    chosen = sa.update(rule_revision).where(rule_revision.c.revision == revision)
    conn.execute(chosen.values(is_active=True, activated_at=at, activated_by=by))


def revisions(conn: Connection) -> list[RuleRevision]:
    """Every revision, newest first."""
    query = sa.select(rule_revision).order_by(rule_revision.c.revision.desc())
    return [RuleRevision(*row) for row in conn.execute(query)]


def revision_at(conn: Connection, revision: int | None = None) -> RuleRevision:
    """One revision; the newest when none is named.

    Raises:
        NotFound: there is none.
    """
    found = [one for one in revisions(conn) if revision in (None, one.revision)]
    if not found:
        which = f"revision {revision} of the rules" if revision else "rules"
        raise NotFound(f"no {which}: `dockgate rule list` shows those there are")
    return found[0]


def active_text(conn: Connection) -> str:
    """The text in use; "" when there is none."""
    return conn.execute(sa.select(rule_revision.c.toml).where(rule_revision.c.is_active)).scalar() or ""
