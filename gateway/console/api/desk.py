"""What a program may do to orders: enter, correct, cancel, hold, release, and the dock's word on them.

Every answer carries the order's version as its ETag; ``If-Match`` with it refuses to overwrite what was not seen. With
an ``Idempotency-Key`` the same request again is answered and not done again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from decimal import Decimal
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gateway import clerk
from gateway.clerk import Hand
from gateway.console.api.models import OrderDetail
from gateway.console.api.orders import detail, tagged
from gateway.console.context import ACTOR, Key, NoteText, TheRoad
from orders.document import PurchaseOrder
from orders.fulfilling import Shipment, ShipmentLine
from orders.order import SalesOrder
from orders.values import CancelReason, HoldKind


class ExactNumbers(Request):
    """A request whose JSON numbers are decimals as they were written, never floats."""

    async def json(self) -> Any:
        if not hasattr(self, "_json"):
            self._json = json.loads(await self.body(), parse_float=Decimal)
        return self._json


class ExactRoute(APIRoute):
    """Reads bodies without floats: money goes through here."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def handle_exactly(request: Request) -> Response:
            return await handle(ExactNumbers(request.scope, request.receive))

        return handle_exactly


router = APIRouter(prefix="/orders", tags=["orders"], route_class=ExactRoute)


async def _hand(
    request: Request,
    if_match: Annotated[str | None, Header(description="the ETag of the order as you saw it", max_length=40)] = None,
    idempotency_key: Annotated[str, Header(description="makes the request take effect once", max_length=200)] = "",
) -> Hand:
    asked = f"{request.method} {request.url.path}?{request.url.query}\n".encode() + await request.body()
    return Hand(ACTOR, _version(if_match), key=idempotency_key, what=hashlib.sha256(asked).hexdigest())


def _version(if_match: str | None) -> int | None:
    if if_match is None or if_match.strip() == "*":
        return None
    text = if_match.strip().removeprefix("W/").strip('"')
    if not text.isdecimal():
        fault = {"type": "value_error", "loc": ("header", "if-match"), "msg": "is not an ETag of an order"}
        raise RequestValidationError([fault])
    return int(text)


TheHand = Annotated[Hand, Depends(_hand)]


class Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    reason: NoteText = Field(default="", max_length=500, description="why; kept with the order")


class Corrections(Asked):
    changes: dict[str, Any] = Field(
        min_length=1,
        max_length=5000,
        description='path to new value: {"lines[2].quantity": "12"}; null empties a field or takes an entry out',
    )


class Cancellation(Asked):
    cancel_reason: CancelReason = CancelReason.CUSTOMER_REQUEST


class HoldRequest(Asked):
    kind: HoldKind = HoldKind.REVIEW
    until: AwareDatetime | None = Field(default=None, description="when it lets go by itself; else a person does")


class DockAnswer(Asked):
    done: bool = Field(description="true: goods are put back, it may be done; false: it is too late")


class Picked(Asked):
    lines: tuple[ShipmentLine, ...] = Field(min_length=1)
    packed: bool = Field(default=False, description="they are in cartons")


class Invoiced(Asked):
    invoice_number: str = Field(min_length=1, max_length=30)


@router.post("", status_code=201)
def enter(
    road: TheRoad,
    response: Response,
    hand: TheHand,
    order: PurchaseOrder,
    draft: Annotated[bool, Query(description="keep it as a draft: nothing is asked of it yet")] = False,
) -> OrderDetail:
    """Enter an order; it takes the road of all others. Its fields are those of ``/api/v1/schema/purchase-order``."""
    return _shown(response, clerk.enter_order(road, order, hand, is_draft=draft))


@router.post("/{name}/submit")
def submit(road: TheRoad, response: Response, hand: TheHand, name: Key) -> OrderDetail:
    """A draft is done: it takes the road of all others."""
    return _shown(response, clerk.submit_order(road, name, hand))


@router.put("/{name}/content")
def put_content(
    road: TheRoad,
    response: Response,
    hand: TheHand,
    name: Key,
    order: PurchaseOrder,
    reason: Annotated[str, Query(max_length=500, description="why; kept with the order")] = "",
) -> OrderDetail:
    """Put another content in place of the order's: a new revision, decided upon anew."""
    return _shown(response, clerk.amend_order(road, name, order, replace(hand, reason=reason)))


@router.patch("/{name}/content")
def correct(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: Corrections) -> OrderDetail:
    """Correct single values by path: a new revision, decided upon anew."""
    return _shown(response, clerk.amend_order(road, name, wanted.changes, _with(hand, wanted)))


@router.post("/{name}/cancel")
def cancel(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: Cancellation) -> OrderDetail:
    """Cancel what has not left; once goods are picked the dock is asked."""
    return _shown(response, clerk.cancel_order(road, name, wanted.cancel_reason, _with(hand, wanted)))


@router.post("/{name}/reject")
def reject(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: Asked) -> OrderDetail:
    """The order is not taken."""
    return _shown(response, clerk.reject_order(road, name, _with(hand, wanted)))


@router.post("/{name}/reopen")
def reopen(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: Asked) -> OrderDetail:
    """An ended order lives again and is checked anew."""
    return _shown(response, clerk.reopen_order(road, name, _with(hand, wanted)))


@router.post("/{name}/hold")
def hold(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: HoldRequest) -> OrderDetail:
    """Stop the order until somebody lets the hold go."""
    return _shown(response, clerk.hold_order(road, name, wanted.kind, _with(hand, wanted), until=wanted.until))


@router.post("/{name}/dock")
def to_dock(road: TheRoad, response: Response, hand: TheHand, name: Key) -> OrderDetail:
    """An approved order goes to the dock; of a partly shipped one, what is left."""
    return _shown(response, clerk.release_to_dock(road, name, hand))


@router.post("/{name}/take-back")
def take_back(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: Asked) -> OrderDetail:
    """Undo a release while nothing is picked: the papers are void."""
    return _shown(response, clerk.take_back(road, name, _with(hand, wanted)))


@router.post("/{name}/dock-answer")
def dock_answer(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: DockAnswer) -> OrderDetail:
    """The dock's word on a change or cancellation that waits for it."""
    return _shown(response, clerk.dock_answers(road, name, _with(hand, wanted), is_done=wanted.done))


@router.post("/{name}/take-change")
def take_change(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: Asked) -> OrderDetail:
    """Take a customer's change that is held, as far as it fits."""
    return _shown(response, clerk.take_change(road, name, _with(hand, wanted)))


@router.post("/{name}/pick")
def pick(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: Picked) -> OrderDetail:
    """The dock has goods in hand, or in cartons."""
    return _shown(response, clerk.pick_order(road, name, wanted.lines, _with(hand, wanted), is_packed=wanted.packed))


@router.post("/{name}/ship")
def ship(road: TheRoad, response: Response, hand: TheHand, name: Key, shipment: Shipment) -> OrderDetail:
    """Goods have left. The ship notice and the invoice follow where they were agreed; the same shipment is known."""
    return _shown(response, clerk.ship_order(road, name, shipment, hand))


@router.post("/{name}/invoice")
def invoice(road: TheRoad, response: Response, hand: TheHand, name: Key, wanted: Invoiced) -> OrderDetail:
    """What was shipped is invoiced elsewhere, under this number."""
    return _shown(response, clerk.invoice_order(road, name, wanted.invoice_number, _with(hand, wanted)))


@router.post("/{name}/close")
def close(road: TheRoad, response: Response, hand: TheHand, name: Key) -> OrderDetail:
    """Nothing more is to come of it."""
    return _shown(response, clerk.close_order(road, name, hand))


def _with(hand: Hand, wanted: Asked) -> Hand:
    return replace(hand, reason=wanted.reason)


def _shown(response: Response, order: SalesOrder) -> OrderDetail:
    tagged(response, order)
    return detail(order)
