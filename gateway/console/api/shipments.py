"""Goods have left: many orders in one request."""

from __future__ import annotations

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from gateway import clerk
from gateway.clerk import Hand
from gateway.console.api.desk import ExactRoute
from gateway.console.context import ACTOR, TheRoad
from orders.fulfilling import Shipment
from orders.order import OrderError
from store.errors import StoreError, StoreUnavailable

router = APIRouter(prefix="/shipments", tags=["orders"], route_class=ExactRoute)


class ShippedOrder(BaseModel):
    model_config = ConfigDict(extra="forbid")

    order: str = Field(min_length=1, max_length=100, description="order number, order id or the customer's PO number")
    version: int | None = Field(default=None, description="of the order as you saw it; another one is refused")
    shipment: Shipment


class Confirmation(BaseModel):
    model_config = ConfigDict(extra="forbid")

    shipments: list[ShippedOrder] = Field(min_length=1, max_length=500)


class Result(BaseModel):
    order: str = Field(description="as it was asked for")
    shipment_id: str
    ok: bool
    order_number: str | None = None
    fulfilment_state: str | None = None
    version: int | None = None
    code: str | None = Field(default=None, description="why not, for programs")
    message: str | None = Field(default=None, description="why not, for people")


@router.post("")
def confirm(road: TheRoad, wanted: Confirmation) -> list[Result]:
    """Goods of many orders have left. Each is done or refused alone; the answer has a result for each, in their order.

    The same shipment again is known by its id, so a request that broke off is sent again as it was.
    """
    return [_shipped(road, one) for one in wanted.shipments]


def _shipped(road: TheRoad, one: ShippedOrder) -> Result:
    name = one.shipment.shipment_id
    try:
        order = clerk.ship_order(road, one.order, one.shipment, Hand(ACTOR, one.version))
    except StoreUnavailable:
        raise
    except (OrderError, StoreError) as error:
        return Result(order=one.order, shipment_id=name, ok=False, code=error.code, message=str(error))
    return Result(
        order=one.order,
        shipment_id=name,
        ok=True,
        order_number=order.order_number,
        fulfilment_state=str(order.fulfilment_state),
        version=order.version,
    )
