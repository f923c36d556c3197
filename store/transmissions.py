"""What crossed a channel, in either direction: the transmission, its interchanges, findings, documents and answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import sqlalchemy as sa

from orders.diff import written
from orders.document import DOCUMENTS, Document
from store.database import Connection, insert_new
from store.errors import NotFound
from store.tables import acknowledgment, document, finding, interchange, parked, transmission


@dataclass(frozen=True)
class Transmission:
    """Bytes that crossed a channel once.

    ``transport_id`` is the channel's own name for the crossing (unique per channel and direction), ``name`` the
    sender's label, never a path of ours. ``state``: received, translated, refused, parked / to send, sent.
    ``answers`` names the inbound transmission an outbound one acknowledges.
    """

    transmission_id: str
    direction: str
    channel: str
    transport_id: str
    partner: str | None
    name: str
    sha256: str
    size_bytes: int
    state: str
    reason: str | None
    answers: str | None
    at: datetime


@dataclass(frozen=True)
class StoredDocument:
    """A translated document, and the order it became once the order desk has seen it."""

    document_id: str
    transmission_id: str
    kind: str
    partner: str
    customer_po_number: str | None
    map: str
    content: Document
    order_id: str | None
    fingerprint: str | None = None
    """What a repeat is told by; the store works it out. None: written by an earlier version."""


def add(conn: Connection, row: Transmission) -> bool:
    """Record a transmission; False when this crossing was recorded before."""
    return bool(insert_new(conn, transmission, vars(row)))


def by_transport_id(conn: Connection, channel: str, direction: str, transport_id: str) -> Transmission | None:
    """The transmission a channel knows by this id, if it was recorded."""
    query = sa.select(transmission).where(
        transmission.c.channel == channel,
        transmission.c.direction == direction,
        transmission.c.transport_id == transport_id,
    )
    row = conn.execute(query).first()
    return None if row is None else Transmission(*row)


def transmission_by_id(conn: Connection, transmission_id: str) -> Transmission:
    """One transmission.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(transmission).where(transmission.c.transmission_id == transmission_id)).first()
    if row is None:
        raise NotFound(f"no transmission {transmission_id}")
    return Transmission(*row)


def has_earlier_unread(conn: Connection, one: Transmission, since: datetime) -> bool:
    """Whether one that came by the same channel before this, and after ``since``, is still being read."""
    is_earlier = sa.tuple_(transmission.c.at, transmission.c.transmission_id) < sa.tuple_(
        sa.literal(one.at, transmission.c.at.type), sa.literal(one.transmission_id)
    )
    set_aside = sa.select(parked.c.parked_id).where(parked.c.transmission_id == transmission.c.transmission_id)
    query = sa.select(transmission.c.transmission_id).where(
        transmission.c.channel == one.channel,
        transmission.c.state == "received",
        transmission.c.at > since,
        is_earlier,
        sa.not_(set_aside.exists()),
    )
    return conn.execute(query.limit(1)).first() is not None


def recent(
    conn: Connection,
    *,
    direction: str | None = None,
    state: str | None = None,
    limit: int = 100,
    offset: int = 0,
    before: datetime | None = None,
) -> list[Transmission]:
    """Transmissions, newest first; of one direction or state, or older than a moment."""
    query = sa.select(transmission).order_by(transmission.c.at.desc(), transmission.c.transmission_id)
    query = query.limit(limit).offset(offset)
    if before is not None:
        query = query.where(transmission.c.at < before)
    if direction is not None:
        query = query.where(transmission.c.direction == direction)
    if state is not None:
        query = query.where(transmission.c.state == state)
    return [Transmission(*row) for row in conn.execute(query)]


def read_by(conn: Connection, map_name: str, since: datetime) -> list[str]:
    """Inbound transmissions since a moment with a document read by a map, oldest first."""
    query = (
        sa.select(transmission.c.transmission_id)
        .join(document, document.c.transmission_id == transmission.c.transmission_id)
        .where(document.c.map == map_name, transmission.c.at >= since, transmission.c.direction == "in")
        .group_by(transmission.c.transmission_id, transmission.c.at)
        .order_by(transmission.c.at)
    )
    return list(conn.execute(query).scalars())


def answers_to(conn: Connection, transmission_id: str) -> list[Transmission]:
    """The outbound transmissions that acknowledge an inbound one."""
    query = sa.select(transmission).where(transmission.c.answers == transmission_id).order_by(transmission.c.at)
    return [Transmission(*row) for row in conn.execute(query)]


def settle(
    conn: Connection, transmission_id: str, state: str, *, partner: str | None = None, reason: str | None = None
) -> None:
    """Say what became of a transmission."""
    values: dict[str, Any] = {"state": state, "reason": reason}
    if partner is not None:
        values["partner"] = partner
    conn.execute(sa.update(transmission).where(transmission.c.transmission_id == transmission_id).values(**values))


def add_interchange(
    conn: Connection,
    transmission_id: str,
    *,
    standard: str,
    sender: str,
    receiver: str,
    control_number: str,
    is_test: bool,
) -> str | None:
    """Record an interchange; the id of the transmission that brought it before, or None when it is new.

    Sender, receiver and control number decide: the unique index lets only one of two racing workers through.
    """
    row = {"standard": standard, "sender": sender, "receiver": receiver, "control_number": control_number}
    if insert_new(conn, interchange, row | {"transmission_id": transmission_id, "is_test": is_test}):
        return None
    earlier = sa.select(interchange.c.transmission_id).where(
        *(interchange.c[name] == value for name, value in row.items())
    )
    return str(conn.execute(earlier).scalar_one())


def add_findings(conn: Connection, transmission_id: str, findings: Sequence[dict[str, Any]]) -> None:
    """Keep the findings of a transmission, each in its JSON form."""
    rows = [
        {"transmission_id": transmission_id, "severity": one["severity"], "code": one["code"], "record": one}
        for one in findings
    ]
    if rows:
        conn.execute(sa.insert(finding), rows)


def findings_of(conn: Connection, transmission_id: str) -> list[dict[str, Any]]:
    """The findings of a transmission in reading order, in their JSON form."""
    query = sa.select(finding.c.record).where(finding.c.transmission_id == transmission_id).order_by(finding.c.id)
    return list(conn.execute(query).scalars())


def add_document(conn: Connection, row: StoredDocument) -> None:
    """Keep a translated document until the order desk takes it, and after."""
    conn.execute(sa.insert(document), vars(row) | _as_kept(row.content))


def document_by_id(conn: Connection, document_id: str) -> StoredDocument:
    """One document.

    Raises:
        NotFound: there is none.
    """
    row = conn.execute(sa.select(document).where(document.c.document_id == document_id)).first()
    if row is None:
        raise NotFound(f"no document {document_id}")
    return _stored(row)


def documents_of(conn: Connection, transmission_id: str) -> list[StoredDocument]:
    """The documents a transmission brought, in its order."""
    query = sa.select(document).where(document.c.transmission_id == transmission_id).order_by(document.c.document_id)
    return [_stored(row) for row in conn.execute(query)]


def documents_by_id(conn: Connection, document_ids: Sequence[str]) -> list[StoredDocument]:
    """Documents in the order of their ids as given.

    Raises:
        NotFound: one of them does not exist.
    """
    rows = conn.execute(sa.select(document).where(document.c.document_id.in_(document_ids)))
    found = {row.document_id: row for row in rows}
    for document_id in document_ids:
        if document_id not in found:
            raise NotFound(f"no document {document_id}")
    return [_stored(found[document_id]) for document_id in document_ids]


def waiting_changes(conn: Connection, customer_po_numbers: Sequence[str]) -> list[StoredDocument]:
    """Changes of POs, whoever's, that no order has taken yet, oldest first."""
    return _not_taken(conn, "purchase-order-change", customer_po_numbers)


def orders_to_come(conn: Connection, customer_po_numbers: Sequence[str]) -> list[StoredDocument]:
    """Order documents of POs, whoever's, that the desk has not taken yet, oldest first."""
    return _not_taken(conn, "purchase-order", customer_po_numbers)


def _not_taken(conn: Connection, kind: str, customer_po_numbers: Sequence[str]) -> list[StoredDocument]:
    query = (
        sa.select(document)
        .join(transmission, transmission.c.transmission_id == document.c.transmission_id)
        .where(
            document.c.kind == kind,
            document.c.customer_po_number.in_(customer_po_numbers),
            document.c.order_id.is_(None),
        )
        .order_by(transmission.c.at, document.c.document_id)
    )
    return [_stored(row) for row in conn.execute(query)]


def _as_kept(content: Document) -> dict[str, Any]:
    kept = written(content)
    return {"content": kept.text, "fingerprint": kept.fingerprint}


def _stored(row: sa.Row[Any]) -> StoredDocument:
    values = dict(row._mapping)
    content = cast(Document, DOCUMENTS[values["kind"]].model_validate_json(values["content"]))
    return StoredDocument(**values | {"content": content})


def now_is(conn: Connection, document_id: str, content: Document) -> StoredDocument:
    """Note that a document has turned out to be one of another kind."""
    values = {"kind": content.kind} | _as_kept(content)
    conn.execute(sa.update(document).where(document.c.document_id == document_id).values(values))
    return document_by_id(conn, document_id)


def link_orders(conn: Connection, order_of: Mapping[str, str]) -> None:
    """Note which order each document became, or which one it repeats."""
    linked = sa.update(document).where(document.c.document_id == sa.bindparam("the_document"))
    rows = [{"the_document": document_id, "the_order": order_id} for document_id, order_id in order_of.items()]
    conn.execute(linked.values(order_id=sa.bindparam("the_order")), rows)


def add_acknowledgment(
    conn: Connection,
    transmission_id: str,
    *,
    interchange_control_number: str,
    group_control_number: str,
    kind: str,
    verdict: str,
    answered_by: str,
) -> bool:
    """Note the one acknowledgment of a functional group; False when it was given before."""
    row = {
        "transmission_id": transmission_id,
        "interchange_control_number": interchange_control_number,
        "group_control_number": group_control_number,
        "kind": kind,
        "verdict": verdict,
        "answered_by": answered_by,
    }
    return bool(insert_new(conn, acknowledgment, row))


def counts(conn: Connection) -> dict[tuple[str, str], int]:
    """How many transmissions there are by direction and state."""
    query = sa.select(transmission.c.direction, transmission.c.state, sa.func.count()).group_by(
        transmission.c.direction, transmission.c.state
    )
    return {(direction, state): count for direction, state, count in conn.execute(query)}
