"""The order desk takes documents: many new orders in one transaction, repeats and changes one by one.

An order that nothing stops goes from here to the dock: entered, decided, approved, released, its print jobs asked for.
What several orders need of the store is read once for all of them, and written in one statement for each table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from uuid_utils.compat import uuid7

from gateway import changes, deciding
from gateway.catalogues import catalogue_of
from gateway.deciding import Cause, Decisions
from gateway.road import Road
from orders import desk
from orders.document import PurchaseOrder, PurchaseOrderChange
from orders.masters import Catalogue, Customer
from orders.outcome import Change
from queues.message import Message
from queues.worker import WriteOfSome
from store import masters, orders, transmissions
from store.database import Connection
from store.transmissions import StoredDocument


@dataclass(frozen=True)
class _Prepared:
    """An order document and the order it becomes, but for its number, if we have none of its PO yet."""

    document: StoredDocument
    catalogue: Catalogue
    change: Change


def enter(road: Road, messages: Sequence[Message]) -> WriteOfSome:
    """The order desk takes documents: a new order, a repeat of one it has, or a change of one.

    Orders are completed from the masters before the transaction begins. What is measured against other orders, and
    against a customer's credit, comes after: while one thread waits for the database there, others prepare.
    """
    prepared = _prepared(road, _document_ids(messages))

    def write(conn: Connection, mine: Sequence[Message]) -> None:
        ids = _document_ids(mine)
        ready = {one.document.document_id: one for one in prepared if one.document.document_id in ids}
        known = orders.ids_by_key(conn, [one.change.order.idempotency_key for one in ready.values()])
        new = [one for one in ready.values() if one.change.order.idempotency_key not in known]
        if new:
            _enter_new(road, conn, new)
        left = ids.keys() - {one.document.document_id for one in new}
        for one in transmissions.documents_by_id(conn, [name for name in ids if name in left]) if left else ():
            if isinstance(one.content, PurchaseOrderChange):
                changes.take(road, conn, one, one.content, Cause(transmission_id=one.transmission_id))
            else:
                _enter_again(road, conn, one, known[desk.idempotency_key(_order(one))])

    return write


def _document_ids(messages: Sequence[Message]) -> dict[str, None]:
    """Each once, in their order: a change may be woken twice."""
    return dict.fromkeys(message.body["document_id"] for message in messages)


def _order(document: StoredDocument) -> PurchaseOrder:
    assert isinstance(document.content, PurchaseOrder), "only orders are entered"
    return document.content


def _prepared(road: Road, ids: Iterable[str]) -> list[_Prepared]:
    """Those of the documents that order, as the orders they become."""
    with road.database.read() as conn:
        documents = [
            one for one in transmissions.documents_by_id(conn, list(ids)) if isinstance(one.content, PurchaseOrder)
        ]
        known = _known_of(conn, documents)
    now = road.clock()
    return [_Prepared(one, known[one.partner][0], _becomes(one, known[one.partner], now)) for one in documents]


def _known_of(conn: Connection, documents: Sequence[StoredDocument]) -> dict[str, tuple[Catalogue, Customer | None]]:
    """What our masters know of everything that each partner ordered, and of the customer who pays."""
    by_partner: dict[str, list[PurchaseOrder]] = defaultdict(list)
    for document in documents:
        by_partner[document.partner].append(_order(document))
    known = {}
    for partner, ordered in by_partner.items():
        profile = deciding.profile_named(conn, partner)
        customer = masters.customer_by_id(conn, profile.customer)
        known[partner] = catalogue_of(conn, profile, customer, *ordered), customer
    return known


def _becomes(document: StoredDocument, known: tuple[Catalogue, Customer | None], now: datetime) -> Change:
    entry = desk.Entry(
        uuid7().hex,
        "",
        document.transmission_id,
        document.map,
        now,
        document.document_id,
        document.fingerprint or "",
    )
    return desk.enter(_order(document), entry, *known)


def _enter_new(road: Road, conn: Connection, prepared: Sequence[_Prepared]) -> None:
    now = road.clock()
    decisions = Decisions(conn)
    numbers = orders.new_numbers(conn, [one.change.order.order_id for one in prepared])
    decisions.lock(one.document.partner for one in prepared)
    changed = [
        (
            desk.numbered(one.change, numbers[one.change.order.order_id]),
            decisions.profile(one.document.partner),
            Cause(transmission_id=one.document.transmission_id),
        )
        for one in prepared
    ]
    catalogues = {one.document.partner: one.catalogue for one in prepared}
    decisions.reviews.read_for([(change.order, profile) for change, profile, _ in changed], catalogues.values(), now)
    entered = [
        deciding.Kept(decisions.decided(change, profile, now), profile, cause) for change, profile, cause in changed
    ]
    stored = deciding.enter_all(road, conn, entered)
    decisions.keep()
    transmissions.link_orders(
        conn, {one.document.document_id: order.order_id for one, order in zip(prepared, stored, strict=True)}
    )
    changes.wake(conn, stored, now)


def _enter_again(road: Road, conn: Connection, document: StoredDocument, order_id: str) -> None:
    """A PO we have came again: a change of it where that was agreed for files, else a repeat."""
    order = orders.order_by_id(conn, order_id)
    profile = deciding.profile_named(conn, document.partner)
    again = changes.sent_again(conn, order, document, profile)
    if again is not None and isinstance(again.content, PurchaseOrderChange):
        changes.take(road, conn, again, again.content, Cause(transmission_id=document.transmission_id))
        return
    refuse = profile.review.duplicate_po == "refuse"
    now, hold_id = road.clock(), deciding.new_hold_id()
    change = desk.repeated(order, _order(document), document.transmission_id, now, hold_id, refuse=refuse)
    deciding.keep(road, conn, change, profile, Cause(transmission_id=document.transmission_id))
    transmissions.link_orders(conn, {document.document_id: order_id})
