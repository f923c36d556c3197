"""The orders of one PO: one as a rule, one for each store where that was agreed."""

from __future__ import annotations

from collections.abc import Sequence

from orders import desk
from orders.document import PurchaseOrder, PurchaseOrderChange
from orders.order import SalesOrder
from orders.spreading import spread
from store import orders, transmissions
from store.database import Connection


def po_key(content: PurchaseOrder | PurchaseOrderChange) -> str:
    """What orders of one PO have alike, also where there is one for each store."""
    return desk.idempotency_key(content.model_copy(update={"store": None}))


def orders_of(conn: Connection, change: PurchaseOrderChange) -> list[SalesOrder]:
    """The orders a change may speak of: what stands for no store first, then store by store."""
    every = orders.orders_of_po(conn, change.partner or "", change.customer_po_number or "")
    key = desk.idempotency_key(change)
    mine = [one for one in every if one.idempotency_key in (key, f"{key}|{one.content.store}")]
    return sorted(mine, key=lambda one: one.content.store is not None)


def is_more_to_come(conn: Connection, change: PurchaseOrderChange, found: Sequence[SalesOrder]) -> bool:
    """Whether another order of the PO is still on its way to the desk: a change is for all of them."""
    if change.store is not None:
        return False
    known = {one.idempotency_key for one in found}
    coming = (one.content for one in transmissions.orders_to_come(conn, [change.customer_po_number or ""]))
    of_po = (one for one in coming if isinstance(one, PurchaseOrder) and po_key(one) == po_key(change))
    return any(desk.idempotency_key(one) not in known for one in of_po)


def part_of(
    conn: Connection, order: SalesOrder, content: PurchaseOrder, change: PurchaseOrderChange
) -> PurchaseOrderChange:
    """What of a change is this order's, which had that ``content``: all of it, unless its PO is several orders."""
    every = orders_of(conn, change)
    contents = [content if one.order_id == order.order_id else one.content for one in every]
    parts = zip(every, spread(change, contents), strict=True)
    return next((part for one, part in parts if part and one.order_id == order.order_id), change)
