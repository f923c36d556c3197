"""What was accepted once is right from now on: it goes into our masters, from where the next order is completed.

A price goes to the list the customer's own contract names, else to the customer's own list; never to a list that others
buy from too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from orders.completing import day_of
from orders.control import HoldRow
from orders.document import Line, PartCrossReference
from orders.masters import Offer, PartPrice, ShipTo, is_valid
from orders.order import SalesOrder
from orders.resolving import CannotResolve
from orders.rules import plain
from orders.values import PartyRole
from store import masters
from store.database import Connection
from store.errors import NotFound


@dataclass(frozen=True)
class Lesson:
    """What is to be learned from: an order, the day it counts from, and our part where the customer's was unknown."""

    order: SalesOrder
    on: date
    part: str = ""


def learn(conn: Connection, order: SalesOrder, holds: Sequence[HoldRow], at: datetime, part: str = "") -> list[str]:
    """Put into our masters what the holds speak of; what was done, for a timeline.

    Raises:
        CannotResolve: there is no record that would have to know, or it cannot be told which.
    """
    lesson = Lesson(order, min(at.date(), day_of(order.content)), part)
    told = []
    for hold in holds:
        if hold.rule not in _LEARNED:
            raise CannotResolve(f"{hold.rule} names nothing our masters could learn: known are {', '.join(_LEARNED)}")
        told.append(_LEARNED[hold.rule](conn, lesson, hold))
    return told


def _line(order: SalesOrder, hold: HoldRow) -> Line:
    for line in order.content.lines:
        if (hold.field_path or "").startswith(f"lines[{line.line_no}]."):
            return line
    raise CannotResolve(f"order {order.order_number}: {hold.rule} names no line")


def _price(conn: Connection, lesson: Lesson, hold: HoldRow) -> str:
    order = lesson.order
    line = _line(order, hold)
    if line.part is None or line.price_as_received is None:
        raise CannotResolve(f"order {order.order_number}, line {line.line_no}: no part or no price of the customer's")
    price_list = _list_of(conn, order, lesson.on)
    basis = line.price_basis_qty or Decimal(1)
    new = Offer(price=line.price_as_received, uom=line.uom, basis_qty=basis, valid_from=lesson.on)
    try:
        before = masters.get(conn, masters.kind_named("prices"), f"{price_list}{masters.KEY_SEPARATOR}{line.part}")
    except NotFound:
        kept: tuple[Offer, ...] = ()
    else:
        assert isinstance(before, PartPrice), "prices are prices of parts"
        # Breaks for larger quantities stay: what was agreed is the price of a quantity as small as any.
        kept = tuple(one for one in before.offers if one.from_qty > 0 or one.uom not in (None, line.uom))
    masters.put(conn, PartPrice(price_list=price_list, part=line.part, offers=(new, *kept)))
    return f"{line.part} costs {plain(line.price_as_received)} on list {price_list} from {lesson.on} on"


def _list_of(conn: Connection, order: SalesOrder, on: date) -> str:
    """The list that only this customer buys from."""
    customer = masters.customer_by_id(conn, order.customer)
    if customer is None:
        raise CannotResolve(f"order {order.order_number} has no customer's record: there is no list to put a price on")
    contracts = masters.contracts_of(conn, customer.customer)
    own = next((one.price_list for one in contracts if is_valid(one, on)), customer.price_list)
    if own is None:
        raise CannotResolve(
            f"{customer.customer} has neither a contract nor a price list of its own: make one, or accept once"
        )
    return own


def _cross_reference(conn: Connection, lesson: Lesson, hold: HoldRow) -> str:
    order = lesson.order
    line = _line(order, hold)
    part = lesson.part or line.part
    if part not in masters.parts(conn, [part or ""]) or not line.part_as_ordered:
        raise CannotResolve(f"order {order.order_number}, line {line.line_no}: say which of our parts it is")
    name = line.part_as_ordered[0]
    masters.put(
        conn,
        PartCrossReference(
            partner=order.content.partner or "",
            customer_part=name.value,
            qualifier=name.qualifier,
            our_part=part or "",
            customer_description=line.description,
        ),
    )
    return f"{name.qualifier} {name.value} of {order.content.partner} is {part}"


def _ship_to(conn: Connection, lesson: Lesson, hold: HoldRow) -> str:
    order = lesson.order
    party = order.content.party(PartyRole.SHIP_TO)
    if party is None or not party.party_code or party.address is None or order.customer is None:
        raise CannotResolve(f"order {order.order_number}: the ship-to has no code or no address to be kept under")
    name = party.name or party.party_code
    masters.put(conn, ShipTo(customer=order.customer, code=party.party_code, name=name, address=party.address))
    return f"ship-to {party.party_code} of {order.customer} is {name}"


_LEARNED: dict[str, Callable[[Connection, Lesson, HoldRow], str]] = {
    "R1": _price,
    "R3": _cross_reference,
    "R13": _ship_to,
}
