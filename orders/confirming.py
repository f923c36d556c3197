"""What a warehouse says has left, as a shipment of one order: lines by number or part, packages by their numbers."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time
from decimal import Decimal

from orders.fulfilling import Delivery, Shipment, ShipmentLine, ShipmentPackage, deliveries
from orders.order import OrderError, SalesOrder
from orders.shipment import Package, ShipNotice, ShippedLine, ShippedOrder


class Unconfirmed(OrderError):
    """A line of a ship confirmation is no line of its order, or has no quantity. The message names its row."""

    code = "unconfirmed"


def confirmed(order: SalesOrder, notice: ShipNotice, place: int, received_at: datetime) -> Shipment:
    """The shipment that one order of a confirmation speaks of. The same confirmation again gives the same id.

    Args:
        place: which of the notice's orders, from 1.

    Raises:
        Unconfirmed: a line of it fits no line of the order.
    """
    said = notice.orders[place - 1]
    packages: dict[str, ShipmentPackage] = {}
    lines: list[ShipmentLine] = []
    left = {one.place: one.left for one in deliveries(order)}
    for package, line, path in _lines(said, f"orders[{place}]"):
        name = _package(package, packages) if package else None
        row = _row(notice.provenance, path)
        if not line.quantity or line.quantity < 0:
            raise Unconfirmed(f"{row}order {order.order_number}: {line.quantity} is no quantity that can have left")
        for delivery, quantity in _spread(_meant(order, line, row), line.quantity, left):
            lines.append(
                ShipmentLine(
                    line_no=delivery.line.line_no,
                    schedule_no=delivery.schedule_no,
                    quantity=quantity,
                    lot=line.lot,
                    package=name,
                )
            )
    if not lines:
        raise Unconfirmed(f"nothing is said to have left of order {order.order_number}")
    day = notice.shipped_on
    return Shipment(
        shipment_id=shipment_id(notice, said, order),
        shipped_at=datetime.combine(day, time(), UTC) if day else received_at,
        lines=tuple(lines),
        packages=tuple(packages.values()),
        carrier_scac=notice.carrier_scac,
        bill_of_lading=notice.bill_of_lading,
        pro_number=notice.pro_number,
    )


def shipment_id(notice: ShipNotice, said: ShippedOrder, order: SalesOrder) -> str:
    """The warehouse's own number and the order's; without one, a number made of everything that is said."""
    if notice.shipment_number:
        return f"{notice.shipment_number}/{order.order_number}"
    text = f"{order.order_id} {notice.shipped_on} {said.model_dump_json(exclude_none=True)}"
    return f"F-{hashlib.sha256(text.encode()).hexdigest()[:20]}"


def _lines(said: ShippedOrder, path: str) -> Iterator[tuple[Package | None, ShippedLine, str]]:
    for number, line in enumerate(said.lines, 1):
        yield None, line, f"{path}.lines[{number}]"
    yield from _packed(said.packages, path)


def _packed(packages: tuple[Package, ...], path: str) -> Iterator[tuple[Package, ShippedLine, str]]:
    for number, package in enumerate(packages, 1):
        inner = f"{path}.packages[{number}]"
        for place, line in enumerate(package.lines, 1):
            yield package, line, f"{inner}.lines[{place}]"
        yield from _packed(package.packages, inner)


def _package(package: Package, known: dict[str, ShipmentPackage]) -> str | None:
    """Rows of one SSCC or tracking number are one package; without either it is none that anybody could name."""
    name = package.sscc or package.tracking_number
    if name:
        known.setdefault(
            name,
            ShipmentPackage(
                package=name,
                sscc=package.sscc,
                tracking_number=package.tracking_number,
                gross_weight=package.gross_weight,
                weight_uom=package.weight_uom,
            ),
        )
    return name


def _row(provenance: Mapping[str, str], path: str) -> str:
    """The row of the file that a line was read from, for people."""
    places = (where for field, where in provenance.items() if field.startswith(f"{path}.") and "@" in where)
    where = next(places, "")
    return f"row {where.rpartition('@')[2]}: " if where else ""


def _meant(order: SalesOrder, said: ShippedLine, row: str) -> list[Delivery]:
    """The deliveries a line speaks of: by our line number, else by part."""
    every = list(deliveries(order))
    if number := (said.customer_line_ref or "").lstrip("0"):
        found = [one for one in every if str(one.line.line_no) == number]
        what = f"line {number}"
    else:
        parts = {one.value for one in said.part_as_ordered} | ({said.part} if said.part else set())
        found = [
            one for one in every if one.line.part in parts or parts & {each.value for each in one.line.part_as_ordered}
        ]
        what = f"part {', '.join(sorted(parts))}" if parts else "line without a number or a part"
    if not found:
        raise Unconfirmed(f"{row}order {order.order_number} has no {what} to ship")
    return found


def _spread(
    meant: list[Delivery], quantity: Decimal, left: dict[tuple[int, int], Decimal]
) -> Iterator[tuple[Delivery, Decimal]]:
    """A quantity over deliveries, the first first; what no delivery has room for is the last one's."""
    open_ones = [one for one in meant if left[one.place] > 0] or meant[-1:]
    for one in open_ones:
        taken = quantity if one is open_ones[-1] else min(quantity, left[one.place])
        if taken > 0:
            left[one.place] -= taken
            quantity -= taken
            yield one, taken
