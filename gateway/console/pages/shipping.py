"""What has left the dock, told by hand: one form for an order, with what is left of each delivery filled in."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gateway import clerk, operations
from gateway.clerk import Hand
from gateway.console.context import ACTOR, Key, TheRoad, printable
from gateway.console.rendering import page
from orders.fulfilling import Shipment, ShipmentLine, ShipmentPackage, deliveries
from store import orders

router = APIRouter(prefix="/orders")

QUANTITY = "quantity-"
MOST_FIELDS = 5_000


@router.get("/{name}/ship")
def ship_form(request: Request, road: TheRoad, name: Key) -> HTMLResponse:
    with road.database.read() as conn:
        order = operations.find_order(conn, name)
        number = len(orders.shipments_of(conn, order.order_id)) + 1
    left = [one for one in deliveries(order) if one.left]
    return page(request, "ship.html", order=order, left=left, shipment_id=f"{order.order_number}-{number}")


async def _fields(request: Request) -> dict[str, str]:
    form = await request.form(max_fields=MOST_FIELDS)
    return {name: printable(value) for name, value in form.items() if isinstance(value, str)}


@router.post("/{name}/ship")
def ship(road: TheRoad, name: Key, fields: Annotated[dict[str, str], Depends(_fields)]) -> Response:
    """Deliveries whose quantity is empty or zero stay where they are."""
    shipped = tuple(
        _line(key, value, bool(fields.get("tracking"))) for key, value in fields.items() if _is_some(key, value)
    )
    tracking = fields.get("tracking", "")[:80]
    shipment = Shipment(
        shipment_id=fields.get("shipment_id", "")[:72],
        shipped_at=road.clock(),
        lines=shipped,
        packages=(ShipmentPackage(package="1", tracking_number=tracking),) if tracking else (),
        carrier_scac=fields.get("carrier") or None,
        is_final=fields.get("final") == "on",
    )
    order = clerk.ship_order(road, name, shipment, Hand(ACTOR))
    return RedirectResponse(f"/orders/{quote(order.order_number, safe='')}?done=shipped", 303)


def _is_some(key: str, value: str) -> bool:
    return key.startswith(QUANTITY) and value not in ("", "0")


def _line(key: str, value: str, is_packed: bool) -> ShipmentLine:
    line_no, _, schedule_no = key.removeprefix(QUANTITY).partition(".")
    try:
        return ShipmentLine(
            line_no=int(line_no),
            schedule_no=int(schedule_no),
            quantity=Decimal(value),
            package="1" if is_packed else None,
        )
    except (ValueError, InvalidOperation):
        fault = {"type": "value_error", "loc": ("form", key), "msg": f"{value!r} is no quantity"}
        raise RequestValidationError([fault]) from None
