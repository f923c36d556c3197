"""Orders for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from gateway import operations
from gateway.console.api.models import (
    BlanketDetail,
    ChangedField,
    OrderDetail,
    OrderSummary,
    ReleaseRequest,
    RevisionRow,
    Timeline,
    TimelineEntry,
)
from gateway.console.context import ACTOR, MAX_NUMBER, Filter, Key, PageNumber, TheRoad, Window
from gateway.console.pages.orders import as_kind
from gateway.reviewing import blanket_for
from gateway.timeline import rows
from orders.diff import differences
from orders.fulfilling import rolled_up
from orders.order import SalesOrder
from store import events, orders
from store.errors import NotFound

router = APIRouter(prefix="/orders", tags=["orders"])


@router.get("")
def order_list(
    request: Request,
    response: Response,
    road: TheRoad,
    state: Filter = "",
    partner: Filter = "",
    customer: Filter = "",
    held: Filter = "",
    search: Filter = "",
    before: Annotated[str, Query(max_length=80, description="order id: only orders entered before this one")] = "",
    pg: PageNumber = 1,
) -> list[OrderSummary]:
    """Orders, those entered last first, 50 a page.

    The ``Link`` header names the next page by the last order of this one: a deep page costs what the first does.
    """
    if held and as_kind(held) is None:
        return []
    window = Window(pg)
    with road.database.read() as conn:
        found = orders.listed(
            conn,
            state=state or None,
            partner=partner or None,
            customer=customer or None,
            held=as_kind(held),
            search=search or None,
            before=before or None,
            limit=window.limit,
            offset=window.offset,
        )
    shown = window.rows(found)
    if window.has_more(found):
        following = request.url.remove_query_params("page").include_query_params(before=shown[-1].order_id)
        response.headers["Link"] = f'<{following.path}?{following.query}>; rel="next"'
    return [OrderSummary.model_validate(row) for row in shown]


@router.get("/{name}")
def one_order(road: TheRoad, response: Response, name: Key) -> OrderDetail:
    """One order, by order number, order id or the customer's PO number; its ETag is its version."""
    with road.database.read() as conn:
        order = operations.find_order(conn, name)
    tagged(response, order)
    return detail(order)


@router.get("/{name}/content")
def content(road: TheRoad, name: Key, revision: Annotated[int | None, Query(ge=1, le=MAX_NUMBER)] = None) -> Response:
    """Everything the order says, as it stands or as one revision said it: ``/api/v1/schema/purchase-order``."""
    with road.database.read() as conn:
        order = operations.find_order(conn, name)
        if revision is not None:
            content = orders.revision_of(conn, order.order_id, revision).content
        else:
            content = rolled_up(order)
    response = Response(content.model_dump_json(exclude_none=True), media_type="application/json")
    tagged(response, order)
    return response


@router.get("/{name}/blanket")
def blanket(road: TheRoad, name: Key) -> BlanketDetail | None:
    """Of a blanket order, or the one a release draws on: what was agreed, drawn and is left; null for other orders."""
    with road.database.read() as conn:
        found = blanket_for(conn, operations.find_order(conn, name))
    return None if found is None else BlanketDetail.model_validate(found)


@router.get("/{name}/revisions")
def revisions(road: TheRoad, name: Key) -> list[RevisionRow]:
    """Every revision of the order: who made it, when, why, and what it changed."""
    with road.database.read() as conn:
        found = orders.revisions(conn, operations.find_order(conn, name).order_id)
    rows = []
    for before, one in zip((None, *found), found, strict=False):
        changed = differences(before.content, one.content) if before else ()
        changes = [ChangedField(path=each.path, before=each.before, after=each.after) for each in changed]
        rows.append(RevisionRow(revision=one.revision, actor=one.actor, reason=one.reason, at=one.at, changes=changes))
    return rows


@router.get("/{name}/timeline")
def timeline(road: TheRoad, name: Key) -> Timeline:
    """Everything that happened to it, from raw bytes to paper."""
    with road.database.read() as conn:
        order = operations.find_order(conn, name)
        happened = rows(events.order_timeline(conn, order.order_id))
    entries = [TimelineEntry.model_validate(row.to_json()) for row in happened]
    return Timeline(order=order.order_number, po=order.content.customer_po_number or "", events=entries)


@router.post("/{name}/release")
def release(road: TheRoad, response: Response, name: Key, wanted: ReleaseRequest) -> OrderDetail:
    """Let go of its open holds, of one kind or of all."""
    if wanted.kind is not None and as_kind(wanted.kind) is None:
        raise NotFound(f"there is no {wanted.kind!r} hold: credit or review")
    kind = as_kind(wanted.kind or "")
    order = operations.release_order(road, name, ACTOR, wanted.note, kind, reason_code=wanted.reason_code)
    tagged(response, order)
    return detail(order)


def tagged(response: Response, order: SalesOrder) -> None:
    """Put the order's version on an answer, for ``If-Match``."""
    response.headers["ETag"] = f'"{order.version}"'


def detail(order: SalesOrder) -> OrderDetail:
    """The order as the API shows it: only the fields the model lists."""
    return OrderDetail.model_validate(order)
