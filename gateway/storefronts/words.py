"""What a store is told, in its own terms: our word on an order as sentences, what has left as parcels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from orders.document import OrderResponse, ShipNotice, ShippedLine
from orders.response import Answer, LineStatement, ResponseLine

_OPENINGS = {
    Answer.RECEIVED: "received",
    Answer.ACCEPTED: "accepted",
    Answer.ACCEPTED_WITH_CHANGES: "accepted with changes",
    Answer.REJECTED: "refused",
    Answer.REJECTED_WITH_COUNTER_OFFER: "refused",
}
NOT_TAKEN = frozenset({LineStatement.REJECTED, LineStatement.REJECTED_UNKNOWN_PART, LineStatement.DELETED})
_CARRIERS = {
    "UPSN": "UPS",
    "UPSG": "UPS",
    "UPGF": "UPS Freight",
    "FDEG": "FedEx",
    "FDXG": "FedEx",
    "FDXE": "FedEx",
    "FDEN": "FedEx",
    "FEDX": "FedEx",
    "FXFE": "FedEx Freight",
    "USPS": "USPS",
    "DHLE": "DHL Express",
    "DHLC": "DHL",
    "ONTR": "OnTrac",
    "LSHP": "LaserShip",
}
"""Names stores know carriers by, for the codes (SCAC) of those that carry parcels; others go by our master's name."""


@dataclass(frozen=True)
class ParcelLine:
    """How much of one of the store's lines is in a parcel. ``ref`` is the store's own id of the line, or empty."""

    ref: str
    sku: str
    quantity: Decimal


@dataclass(frozen=True)
class Parcel:
    """What left under one tracking number. The store knows a parcel again by ``number``."""

    number: str
    carrier: str
    shipped_at: datetime
    lines: tuple[ParcelLine, ...]


def verdict(response: OrderResponse) -> str:
    """What we say of the whole: received, accepted, accepted with changes, refused."""
    return _OPENINGS[response.answer or Answer.RECEIVED]


def is_refused(response: OrderResponse) -> bool:
    """Whether nothing of the order is taken."""
    return verdict(response) == "refused"


def refused_lines(response: OrderResponse) -> tuple[ResponseLine, ...]:
    """Lines of which nothing is taken."""
    return tuple(line for line in response.lines if {one.statement for one in line.answers} <= NOT_TAKEN)


def sentences(response: OrderResponse) -> str:
    """Our word on an order or a change, for people: a line for the whole, then one for each that is not as asked."""
    what = "change" if response.responds_to == "change" else "order"
    told = [f"Dockgate: {what} {verdict(response)}, our sales order {response.order_number or 'has no number'}."]
    return "\n".join((*told, *_of_lines(response)))


def _of_lines(response: OrderResponse) -> Iterator[str]:
    for line in response.lines:
        for one in line.answers:
            if one.statement is LineStatement.ACCEPTED:
                continue
            part = _sku(line)
            name = f"Line {line.line_no}" + (f" ({part})" if part else "")
            amount = f", {one.quantity.normalize():f} {one.uom or ''}".rstrip() if one.quantity is not None else ""
            day = f", {one.delivery_date or one.ship_date}" if one.statement is LineStatement.CHANGED_DATE else ""
            yield f"{name}: {one.statement.value.replace('-', ' ')}{amount}{day}."


def parcels(notice: ShipNotice, shipped_at: datetime, carrier_name: str | None = None) -> tuple[Parcel, ...]:
    """What a notice says has left, by tracking number; goods without one go by the freight bill or the shipment.

    Args:
        carrier_name: our master's name of the carrier, for carriers that stores have no name for.
    """
    loose = notice.pro_number or notice.bill_of_lading or notice.shipment_number or ""
    by_number: dict[str, list[ShippedLine]] = {}
    for order in notice.orders:
        for package in order.packages:
            by_number.setdefault(package.tracking_number or loose, []).extend(package.lines)
        if order.lines:
            by_number.setdefault(loose, []).extend(order.lines)
    scac = notice.carrier_scac or ""
    carrier = _CARRIERS.get(scac) or carrier_name or scac
    return tuple(
        Parcel(number, carrier, shipped_at, tuple(_together(lines))) for number, lines in by_number.items() if lines
    )


def _together(lines: Sequence[ShippedLine]) -> Iterator[ParcelLine]:
    """One line of a parcel for each of the store's: two lots of one line, or two cartons, are one to the store."""
    found: dict[tuple[str, str], Decimal] = {}
    for line in lines:
        key = (line.customer_line_ref or "", _sku(line))
        found[key] = found.get(key, Decimal(0)) + (line.quantity or Decimal(0))
    yield from (ParcelLine(ref, sku, quantity) for (ref, sku), quantity in found.items())


def _sku(line: ShippedLine | ResponseLine) -> str:
    """The part number as the store has it."""
    return next((one.value for one in line.part_as_ordered if one.value), "")
