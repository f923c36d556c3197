"""Orders for programs."""

from __future__ import annotations

from fastapi import APIRouter

from gateway import operations
from gateway.console.api.models import (
    OrderDetail,
    OrderSummary,
    ReleaseRequest,
    Timeline,
    TimelineEntry,
)
from gateway.console.context import ACTOR, Filter, Key, PageNumber, TheRoad, Window
from gateway.console.pages.orders import as_kind
from gateway.timeline import rows
from orders.order import SalesOrder
from store import events, orders
from store.errors import NotFound

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("")
def order_list(
    road: TheRoad,
    state: Filter = "",
    partner: Filter = "",
    held: Filter = "",
    search: Filter = "",
    pg: PageNumber = 1,
) -> list[OrderSummary]:
    """Orders, newest first, 50 a page."""
    if held and as_kind(held) is None:
        return []
    window = Window(pg)
    with road.database.read() as conn:
        found = orders.listed(
            conn,
            state=state or None,
            partner=partner or None,
            held=as_kind(held),
            search=search or None,
            limit=window.limit,
            offset=window.offset,
        )
    return [OrderSummary.model_validate(row) for row in window.rows(found)]


@router.get("/{name}")
def one_order(road: TheRoad, name: Key) -> OrderDetail:
    """One order, by order number, order id or the customer's PO number."""
    with road.database.read() as conn:
        return detail(operations.find_order(conn, name))


@router.get("/{name}/timeline")
def timeline(road: TheRoad, name: Key) -> Timeline:
    """Everything that happened to it, from raw bytes to paper."""
    with road.database.read() as conn:
        order = operations.find_order(conn, name)
        happened = rows(events.order_timeline(conn, order.order_id))
    entries = [TimelineEntry.model_validate(row.to_json()) for row in happened]
    return Timeline(order=order.order_number, po=order.content.customer_po_number or "", events=entries)


@router.post("/{name}/release")
def release(road: TheRoad, name: Key, wanted: ReleaseRequest) -> OrderDetail:
    """Let go of its open holds, of one kind or of all."""
    if wanted.kind is not None and as_kind(wanted.kind) is None:
        raise NotFound(f"there is no {wanted.kind!r} hold: credit or review")
    kind = as_kind(wanted.kind or "")
    return detail(operations.release_order(road, name, ACTOR, wanted.note, kind))


def detail(order: SalesOrder) -> OrderDetail:
    """The order as the API shows it: only the fields the model lists."""
    return OrderDetail.model_validate(order)
