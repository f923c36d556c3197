"""The dock's side of an order: picked, packed, shipped, invoiced, delivery by delivery.

A delivery is a schedule of a line; a line without schedules is one delivery, number 1. The goods of an order stand
where its least advanced open delivery stands, but once something has left, it is partly shipped until all of it has.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from pydantic import Field

from orders.content import Content, about
from orders.control import Progress
from orders.document import Line, PurchaseOrder, Schedule
from orders.life import Verb
from orders.order import OrderError, SalesOrder, after
from orders.outcome import Change, OrderEvent, moved
from orders.values import (
    FulfilmentState,
    InvoiceState,
    LineStatus,
    LineType,
    Quantity,
    Ref,
    ShipComplete,
    Str4,
    Str30,
    Str80,
    Timestamp,
)

ZERO = Decimal(0)
NOT_GOODS = frozenset({LineType.SERVICE, LineType.COMMENT, LineType.CHARGE})
"""Kinds of line that nobody carries to a truck."""


class UnknownDelivery(OrderError):
    """The order has no such line or delivery to pick or ship."""

    code = "unknown-delivery"


class TooMuch(OrderError):
    """More than is still to ship of a delivery, beyond what the customer allows: amend the order, or the figure."""

    code = "too-much"


class ShipmentLine(Content):
    """How much of one delivery a shipment holds."""

    line_no: int
    schedule_no: int = 1
    quantity: Quantity = Field(gt=0)
    lot: Str80 | None = about("lot")
    serials: tuple[Str80, ...] = ()
    package: Ref | None = about("the package it lies in")


class ShipmentPackage(Content):
    """A carton or pallet of a shipment."""

    package: Ref
    sscc: Str30 | None = about("Serial Shipping Container Code, 18 digits")
    tracking_number: Str80 | None = about("the carrier's number")
    gross_weight: Quantity | None = about("weight with packing")
    weight_uom: str | None = None


class Shipment(Content):
    """What left the dock at once. ``shipment_id`` makes it known: the same one again is not shipped twice."""

    shipment_id: Ref
    shipped_at: Timestamp
    lines: tuple[ShipmentLine, ...] = Field(min_length=1)
    packages: tuple[ShipmentPackage, ...] = ()
    carrier_scac: Str4 | None = about("who carries it, if not as ordered")
    service_level: str | None = None
    bill_of_lading: Str30 | None = about("number of the bill of lading")
    pro_number: Str30 | None = about("the carrier's freight bill number")
    is_final: bool = Field(default=False, description="nothing more will come: what is left is cancelled")


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery of one line as it stands; ``left`` is what is still to ship."""

    line: Line
    schedule_no: int
    quantity: Decimal
    progress: Progress

    @property
    def place(self) -> tuple[int, int]:
        return self.line.line_no, self.schedule_no

    @property
    def wanted(self) -> Decimal:
        return max(ZERO, self.quantity - self.progress.cancelled)

    @property
    def left(self) -> Decimal:
        return max(ZERO, self.wanted - self.progress.shipped)

    @property
    def at_most(self) -> Decimal:
        """What may leave in all: the customer may take somewhat more than they ordered."""
        return self.wanted + self.quantity * (self.line.qty_tolerance_over or ZERO) / 100

    @property
    def is_begun(self) -> bool:
        one = self.progress
        return bool(one.picked or one.shipped or one.cancelled)

    def moved(self, update: Mapping[str, Decimal]) -> Delivery:
        return replace(self, progress=self.progress.model_copy(update=dict(update)))


def deliveries(order: SalesOrder) -> Iterator[Delivery]:
    """Every delivery of the order's goods, in line order."""
    begun = {(one.line_no, one.schedule_no): one for one in order.progress}
    for line in order.content.lines:
        if line.line_type in NOT_GOODS or line.line_status is LineStatus.CANCELLED:
            continue
        for schedule_no, quantity in _parts(line):
            key = line.line_no, schedule_no
            yield Delivery(line, schedule_no, quantity, begun.get(key) or Progress(line_no=key[0], schedule_no=key[1]))


def _parts(line: Line) -> Iterable[tuple[int, Decimal]]:
    if not line.schedules:
        return ((1, line.quantity),)
    return ((schedule.schedule_no, schedule.quantity) for schedule in line.schedules)


def goods_of(order: SalesOrder, untouched: FulfilmentState) -> FulfilmentState:
    """Where the goods stand by what was picked, packed and shipped; ``untouched`` when nothing was."""
    parts = [one for one in deliveries(order) if one.wanted or one.progress.shipped]
    if any(one.progress.shipped for one in parts):
        return FulfilmentState.PARTLY_SHIPPED if any(one.left for one in parts) else FulfilmentState.SHIPPED
    if parts and all(one.progress.packed >= one.wanted for one in parts):
        return FulfilmentState.PACKED
    if any(one.progress.picked for one in parts):
        return FulfilmentState.PICKING
    return untouched


def printed(order: SalesOrder, at: datetime) -> Change:
    """Every paper of this release to the dock is out."""
    is_first = order.fulfilment_state is FulfilmentState.RELEASED
    goods = FulfilmentState.PRINTED if is_first else order.fulfilment_state
    update = {"fulfilment_state": goods, "printed_at": order.printed_at or at}
    return Change(order.model_copy(update=update), (OrderEvent("order.printed", "every paper is out"),))


def pick(order: SalesOrder, picked: Iterable[ShipmentLine], by: str, *, packed: bool = False) -> Change:
    """The dock has goods in hand; with ``packed``, in cartons.

    Raises:
        IllegalTransition: the order is not at the dock.
        UnknownDelivery, TooMuch: see the classes.
    """
    after(order, Verb.PICK)
    parts = _by_place(order)
    for one in picked:
        delivery = _of(order, parts, one)
        before = delivery.progress
        in_hand = before.packed if packed else before.picked
        if in_hand + one.quantity > delivery.at_most:
            raise _too_much(order, one, delivery.wanted - in_hand)
        update = {"picked": max(before.picked, in_hand + one.quantity)}
        parts[delivery.place] = delivery.moved(update | ({"packed": in_hand + one.quantity} if packed else {}))
    return moved(_with(order, parts), Verb.PICK, OrderEvent("order.packed" if packed else "order.picked", f"by {by}"))


def ship(order: SalesOrder, shipment: Shipment) -> Change:
    """Goods have left. What is not in the shipment stays open as a back order, unless the order allows none.

    Raises:
        IllegalTransition: the order is not at the dock.
        UnknownDelivery, TooMuch: see the classes.
    """
    after(order, Verb.SHIP)
    parts = _by_place(order)
    for one in shipment.lines:
        delivery = _of(order, parts, one)
        before = delivery.progress
        shipped = before.shipped + one.quantity
        if shipped > delivery.at_most:
            raise _too_much(order, one, delivery.left)
        in_hand = {"packed": max(before.packed, shipped), "picked": max(before.picked, shipped)}
        parts[delivery.place] = delivery.moved({"shipped": shipped} | in_hand)
    changed = _with(order, parts)
    events = [OrderEvent("order.shipped", _in_short(shipment))]
    left = sum((one.left for one in deliveries(changed)), ZERO)
    if left and (shipment.is_final or order.content.ship_complete is ShipComplete.NO_BACKORDER):
        changed = cancelled_rest(changed)
        events.append(OrderEvent("order.rest_cancelled", f"{left.normalize():f} not shipped, no back order is wanted"))
    elif left:
        events.append(OrderEvent("order.backordered", f"{left.normalize():f} still to ship"))
    numbers = [package.tracking_number for package in shipment.packages if package.tracking_number]
    return moved(
        order,
        Verb.SHIP,
        *events,
        progress=changed.progress,
        fulfilment_state=changed.fulfilment_state,
        shipped_at=order.shipped_at or shipment.shipped_at,
        tracking=tuple(dict.fromkeys((*order.tracking, *numbers))),
        invoice_state=InvoiceState.DUE,
    )


def release_rest(order: SalesOrder, at: datetime) -> Change:
    """The goods of a back order are there: papers for what is left.

    Raises:
        IllegalTransition: nothing of the order has been shipped, or all of it.
    """
    told = OrderEvent("order.released", "what is left, to the dock")
    fields = {"dock_release": order.dock_release + 1, "dock_released_at": at}
    return moved(order, Verb.RELEASE_REST, told, **fields)


def invoice(order: SalesOrder, number: str) -> Change:
    """What was shipped is invoiced; with everything shipped, the order is.

    Raises:
        NothingToInvoice: nothing was shipped since the last invoice.
    """
    if not any(one.shipped > one.invoiced for one in order.progress):
        raise NothingToInvoice(f"order {order.order_number} has nothing shipped that is not invoiced")
    progress = tuple(one.model_copy(update={"invoiced": one.shipped}) for one in order.progress)
    fields = {"progress": progress, "invoice_state": InvoiceState.SENT, "invoice_number": number}
    told = OrderEvent("order.invoiced", f"invoice {number}")
    if order.fulfilment_state is not FulfilmentState.SHIPPED:
        return Change(order.model_copy(update=fields), (told,))
    return moved(order, Verb.INVOICE, told, **fields)


def close(order: SalesOrder, by: str) -> Change:
    """Nothing more is to come of it.

    Raises:
        IllegalTransition: it is not invoiced, nor a blanket order without releases under way.
    """
    return moved(order, Verb.CLOSE, OrderEvent("order.closed", f"by {by}"))


class NothingToInvoice(OrderError):
    """Everything shipped of the order is invoiced already, or nothing is shipped."""

    code = "nothing-to-invoice"


def cancelled_rest(order: SalesOrder) -> SalesOrder:
    """The order with everything cancelled that has not left."""
    parts = _by_place(order)
    for place, one in parts.items():
        if one.left:
            parts[place] = one.moved({"cancelled": one.progress.cancelled + one.left})
    return _with(order, parts)


def left_to_ship(order: SalesOrder) -> PurchaseOrder:
    """The order's content with what is still to ship in place of what was ordered; lines that are done are left out."""
    left: dict[int, dict[int, Decimal]] = {}
    for one in deliveries(order):
        if one.left:
            left.setdefault(one.line.line_no, {})[one.schedule_no] = one.left
    lines = []
    for line in order.content.lines:
        parts = left.get(line.line_no)
        if parts:
            kept = tuple(
                schedule.model_copy(update={"quantity": parts[schedule.schedule_no]})
                for schedule in line.schedules
                if schedule.schedule_no in parts
            )
            update = {"quantity": sum(parts.values(), ZERO), "schedules": kept}
            lines.append(line.model_copy(update=update))
    return order.content.model_copy(update={"lines": tuple(lines)})


def rolled_up(order: SalesOrder) -> PurchaseOrder:
    """The order's content with what was released, picked, shipped and is on back order on each line and schedule."""
    if not order.is_at_the_dock:
        return order.content
    by_line: dict[int, dict[int, Delivery]] = {}
    for one in deliveries(order):
        by_line.setdefault(one.line.line_no, {})[one.schedule_no] = one
    has_left = any(one.shipped for one in order.progress)
    lines = tuple(
        _rolled_up(line, by_line[line.line_no], has_left) if line.line_no in by_line else line
        for line in order.content.lines
    )
    return order.content.model_copy(update={"lines": lines})


def _rolled_up(line: Line, parts: Mapping[int, Delivery], has_left: bool) -> Line:
    """A later delivery of several is not on back order because an earlier one has left."""
    is_one = len(parts) == 1
    late = {no: one.left for no, one in parts.items() if one.progress.shipped or (has_left and is_one)}
    schedules = tuple(_schedule(one, parts[one.schedule_no], one.schedule_no in late) for one in line.schedules)
    figures: dict[str, Decimal | None] = {
        f"quantity_{name}": sum((getattr(one.progress, name) for one in parts.values()), ZERO)
        for name in ("picked", "packed", "shipped", "invoiced", "cancelled")
    }
    left = sum((one.left for one in parts.values()), ZERO)
    figures["quantity_released"] = sum((one.wanted for one in parts.values()), ZERO)
    figures["quantity_backordered"] = sum(late.values(), ZERO) or None
    status = _status(left, bool(figures["quantity_shipped"]), any(late.values()))
    return line.model_copy(update={"schedules": schedules, "line_status": status, **figures})


def _schedule(schedule: Schedule, one: Delivery, is_late: bool) -> Schedule:
    return schedule.model_copy(
        update={
            "quantity_released": one.wanted,
            "quantity_picked": one.progress.picked,
            "quantity_shipped": one.progress.shipped,
            "schedule_status": _status(one.left, bool(one.progress.shipped), is_late),
        }
    )


def _status(left: Decimal, has_left: bool, is_late: bool) -> LineStatus:
    if not left:
        return LineStatus.COMPLETE if has_left else LineStatus.CANCELLED
    return LineStatus.BACKORDERED if is_late else LineStatus.OPEN


def _by_place(order: SalesOrder) -> dict[tuple[int, int], Delivery]:
    return {one.place: one for one in deliveries(order)}


def _of(order: SalesOrder, parts: Mapping[tuple[int, int], Delivery], one: ShipmentLine) -> Delivery:
    try:
        return parts[one.line_no, one.schedule_no]
    except KeyError:
        raise UnknownDelivery(
            f"order {order.order_number} has no delivery {one.schedule_no} of line {one.line_no} to ship"
        ) from None


def _too_much(order: SalesOrder, one: ShipmentLine, left: Decimal) -> TooMuch:
    return TooMuch(
        f"order {order.order_number}, line {one.line_no}, delivery {one.schedule_no}: {one.quantity.normalize():f} are "
        f"more than the {max(ZERO, left).normalize():f} that are left"
    )


def _with(order: SalesOrder, parts: Mapping[tuple[int, int], Delivery]) -> SalesOrder:
    """The order with its deliveries as they are now; those nothing happened to are not kept."""
    begun = tuple(one.progress for one in parts.values() if one.is_begun)
    changed = order.model_copy(update={"progress": begun})
    return changed.model_copy(update={"fulfilment_state": goods_of(changed, order.fulfilment_state)})


def _in_short(shipment: Shipment) -> str:
    count = len(shipment.lines)
    carrier = f" by {shipment.carrier_scac}" if shipment.carrier_scac else ""
    return f"shipment {shipment.shipment_id}: {count} {'delivery' if count == 1 else 'deliveries'}{carrier}"
