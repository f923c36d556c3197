"""The order desk takes documents: many new orders in one transaction, repeats and changes one by one.

An order that nothing stops goes from here to the dock: entered, decided, approved, released, its print jobs asked for.
What several orders need of the store is read once for all of them, and written in one statement for each table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from uuid_utils.compat import uuid7

from gateway import changes, deciding
from gateway.catalogues import catalogue_of
from gateway.deciding import Cause, Decisions
from gateway.road import Road
from orders import desk
from orders.document import PurchaseOrder, PurchaseOrderChange
from orders.masters import Catalogue
from orders.outcome import Change
from partners.partner import TradingPartner
from queues.message import Message
from queues.worker import Write
from store import orders, transmissions
from store.database import Connection
from store.transmissions import StoredDocument


def enter(road: Road, messages: Sequence[Message]) -> Write:
    """The order desk takes documents: a new order, a repeat of one it has, or a change of one."""

    def write(conn: Connection) -> None:
        ids = dict.fromkeys(message.body["document_id"] for message in messages)  # a change may be woken twice
        documents = transmissions.documents_by_id(conn, list(ids))
        ordered = [one for one in documents if isinstance(one.content, PurchaseOrder)]
        known = orders.ids_by_key(conn, [desk.idempotency_key(_order(one)) for one in ordered])
        new = [one for one in ordered if desk.idempotency_key(_order(one)) not in known]
        if new:
            _enter_new(road, conn, new)
        entered = {one.document_id for one in new}
        for one in documents:
            if isinstance(one.content, PurchaseOrderChange):
                changes.take(road, conn, one, one.content, Cause(transmission_id=one.transmission_id))
            elif one.document_id not in entered:
                _enter_again(road, conn, one, known[desk.idempotency_key(_order(one))])

    return write


def _order(document: StoredDocument) -> PurchaseOrder:
    assert isinstance(document.content, PurchaseOrder), "only orders are entered"
    return document.content


def _enter_new(road: Road, conn: Connection, documents: Sequence[StoredDocument]) -> None:
    now = road.clock()
    decisions = Decisions(conn)
    catalogues = _catalogues(conn, decisions, documents)
    ids = [uuid7().hex for _ in documents]
    numbers = orders.new_numbers(conn, ids)
    changed: list[tuple[Change, TradingPartner, Cause]] = []
    decisions.lock(one.partner for one in documents)
    for order_id, document in zip(ids, documents, strict=True):
        profile = decisions.profile(document.partner)
        entry = desk.Entry(
            order_id,
            numbers[order_id],
            document.transmission_id,
            document.map,
            now,
            document.document_id,
            document.fingerprint or "",
        )
        customer = decisions.customer(profile.customer)
        change = desk.enter(_order(document), entry, catalogues[document.partner], customer)
        changed.append((change, profile, Cause(transmission_id=document.transmission_id)))
    decisions.reviews.read_for([(change.order, profile) for change, profile, _ in changed], catalogues.values(), now)
    entered = [
        deciding.Kept(decisions.decided(change, profile, now), profile, cause) for change, profile, cause in changed
    ]
    stored = deciding.enter_all(road, conn, entered)
    decisions.keep()
    transmissions.link_orders(
        conn, {document.document_id: order.order_id for document, order in zip(documents, stored, strict=True)}
    )
    changes.wake(conn, stored, now)


def _catalogues(conn: Connection, decisions: Decisions, documents: Sequence[StoredDocument]) -> dict[str, Catalogue]:
    """What our masters know of everything that each partner ordered."""
    by_partner: dict[str, list[PurchaseOrder]] = defaultdict(list)
    for document in documents:
        by_partner[document.partner].append(_order(document))
    catalogues = {}
    for partner, ordered in by_partner.items():
        profile = decisions.profile(partner)
        catalogues[partner] = catalogue_of(conn, profile, decisions.customer(profile.customer), *ordered)
    return catalogues


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
