"""Who is called when something happens to an order: address, events, and the secrets calls are signed with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

import sqlalchemy as sa

from store.database import Connection
from store.erp_tables import webhook
from store.errors import NotFound


@dataclass(frozen=True)
class Webhook:
    """One address that is called. Until ``old_until`` calls are signed with the secret before, too."""

    webhook_id: str
    url: str
    events: list[str]
    secret: str = field(repr=False)
    old_secret: str | None = field(repr=False)
    old_until: datetime | None
    added_at: datetime
    added_by: str

    def secrets(self, now: datetime) -> list[str]:
        """What a call is signed with now, the newest secret first."""
        is_old_good = self.old_secret and self.old_until and now < self.old_until
        return [self.secret, self.old_secret] if is_old_good and self.old_secret else [self.secret]

    def wants(self, what: str) -> bool:
        """Whether it is called for an event: named whole, by its group (``order.*``), or with all (``*``)."""
        return what in self.events or "*" in self.events or f"{what.partition('.')[0]}.*" in self.events


def add(conn: Connection, hook: Webhook) -> None:
    """Keep a new one."""
    conn.execute(sa.insert(webhook).values(**vars(hook)))


def listed(conn: Connection) -> list[Webhook]:
    """All of them, oldest first."""
    rows = conn.execute(sa.select(webhook).order_by(webhook.c.added_at, webhook.c.webhook_id))
    return [Webhook(**row._mapping) for row in rows]


def by_id(conn: Connection, webhook_id: str) -> Webhook:
    """One of them.

    Raises:
        NotFound: there is none of this id.
    """
    row = conn.execute(sa.select(webhook).where(webhook.c.webhook_id == webhook_id)).first()
    if row is None:
        raise NotFound(f"no webhook {webhook_id!r}: `dockgate webhook list` shows those there are")
    return Webhook(**row._mapping)


def remove(conn: Connection, webhook_id: str) -> None:
    """Call it no more.

    Raises:
        NotFound: there is none of this id.
    """
    if not conn.execute(sa.delete(webhook).where(webhook.c.webhook_id == webhook_id)).rowcount:
        raise NotFound(f"no webhook {webhook_id!r}: `dockgate webhook list` shows those there are")


def rotate(conn: Connection, webhook_id: str, secret: str, until: datetime) -> None:
    """Give it a new secret; the one before is good until a time."""
    changed = sa.update(webhook).where(webhook.c.webhook_id == webhook_id)
    conn.execute(changed.values(secret=secret, old_secret=webhook.c.secret, old_until=until))
