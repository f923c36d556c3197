"""Orders: the list with its filters, one order with everything known of it, and the button that lets go of a hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gateway import credit, operations
from gateway.console.context import ACTOR, Filter, FormNote, Key, PageNumber, TheRoad, Window
from gateway.console.pages.overview import legs
from gateway.console.rendering import page
from gateway.timeline import TimelineRow, rows
from orders.diff import Difference, differences
from orders.document import PurchaseOrder
from orders.order import SalesOrder
from orders.values import HoldKind, OrderState
from store import events, orders, print_jobs, transmissions
from store.database import Connection
from store.errors import NotFound
from store.events import Event
from store.orders import Revision
from store.transmissions import Transmission

router = APIRouter(prefix="/orders")

CHANGES_SHOWN = 40


@dataclass(frozen=True)
class Step:
    """One row of a timeline, with where its reference leads to; empty when nowhere."""

    row: TimelineRow
    href: str


@router.get("")
def order_list(
    request: Request, road: TheRoad, state: Filter = "", held: Filter = "", search: Filter = "", pg: PageNumber = 1
) -> HTMLResponse:
    window = Window(pg)
    with road.database.read() as conn:
        found = orders.listed(
            conn,
            state=state or None,
            held=as_kind(held),
            search=search or None,
            limit=window.limit,
            offset=window.offset,
        )
    if held and as_kind(held) is None:
        found = []
    return page(
        request,
        "orders.html",
        rows=window.rows(found),
        has_more=window.has_more(found),
        pg=pg,
        filters={"search": search, "state": state, "held": held},
        states=list(OrderState),
        kinds=list(HoldKind),
    )


@router.get("/{name}")
def order_page(request: Request, road: TheRoad, name: Key) -> HTMLResponse:
    with road.database.read() as conn:
        order = operations.find_order(conn, name)
        crossings = transmissions_of(conn, order)
        happened = events.order_timeline(conn, order.order_id)
        return page(
            request,
            "order.html",
            order=order,
            content=order.content,
            jobs=print_jobs.jobs_of(conn, order.order_id),
            crossings=crossings,
            findings=[(one, transmissions.findings_of(conn, one.transmission_id)) for one in crossings],
            revisions=with_changes(orders.revisions(conn, order.order_id)),
            timeline=steps_of(happened),
            legs=legs(rows(happened)),
            kinds=sorted({hold.kind for hold in order.open_holds()}),
            seen=" ".join(hold.hold_id for hold in order.open_holds()),
            reasons=credit.policy_in_force(conn).reasons if order.open_holds(HoldKind.CREDIT) else {},
            approvals=[one for one in order.approvals if one.revision == order.revision],
        )


@router.post("/{name}/release")
def release(
    road: TheRoad,
    name: Key,
    note: FormNote = "",
    kind: Annotated[str, Form(max_length=20)] = "",
    seen: Annotated[str, Form(max_length=8000)] = "",
    reason_code: Annotated[str, Form(max_length=30)] = "",
) -> Response:
    if kind and as_kind(kind) is None:
        raise NotFound(f"there is no {kind!r} hold")
    shown = frozenset(seen.split())
    order = operations.release_order(road, name, ACTOR, note, as_kind(kind), seen=shown, reason_code=reason_code)
    return RedirectResponse(f"/orders/{quote(order.order_number, safe='')}?done=released", 303)


def as_kind(text: str) -> HoldKind | None:
    """The kind of hold a filter names, None for no or no known kind."""
    return HoldKind(text) if text in set(HoldKind) else None


def transmissions_of(conn: Connection, order: SalesOrder) -> list[Transmission]:
    """The transmissions an order came by, and the answers to them, oldest first."""
    found = []
    for transmission_id in order.transmission_ids:
        try:
            found.append(transmissions.transmission_by_id(conn, transmission_id))
        except NotFound:
            continue  # kept shorter than the order, by the settings of the archive
        found += transmissions.answers_to(conn, transmission_id)
    return found


def with_changes(kept: list[Revision]) -> list[tuple[Revision, tuple[Difference, ...]]]:
    """Each revision with what it changed, newest first."""
    before: list[PurchaseOrder | None] = [None, *(one.content for one in kept)]
    changed = [
        (one, differences(earlier, one.content)[:CHANGES_SHOWN] if earlier else ())
        for one, earlier in zip(kept, before, strict=False)
    ]
    return changed[::-1]


def steps_of(happened: list[Event]) -> list[Step]:
    """A timeline with links to the things it speaks of."""
    return [Step(row, _href(event)) for row, event in zip(rows(happened), happened, strict=True)]


def _href(event: Event) -> str:
    if event.print_job_id:
        return f"/print-jobs/{quote(event.print_job_id, safe='')}"
    if event.ref.isdecimal() and event.what.startswith("message."):
        return f"/parked/{event.ref}"
    if event.transmission_id and event.what.startswith(("transmission.", "interchange.", "document.", "store.")):
        return f"/transmissions/{quote(event.transmission_id, safe='')}"
    return ""
