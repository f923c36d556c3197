"""A change of a PO that became several orders, one for each store: what each of them takes of it.

The head of a change is for all orders. A line goes where its stores say; without stores, to the orders that have it.
A quantity for several stores together is divided by nobody but the customer: what cannot be placed is told to a person,
on the orders it touches (``unplaced``), and done to none.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from orders.change import ChangeAction, LineChange, PurchaseOrderChange
from orders.document import PurchaseOrder, quantity_for
from orders.matching import match
from orders.values import PartyRole, Purpose

_SAME_FOR_ALL = frozenset((ChangeAction.DELETE, ChangeAction.NO_CHANGE, ChangeAction.CHANGE_PRICE))
"""What can be done to a line at every store without a quantity of its own."""
_BY_DIFFERENCE = frozenset((ChangeAction.INCREASE, ChangeAction.DECREASE, ChangeAction.ADD, ChangeAction.DELETE))
"""What is said of the stores named, and of no other."""
_OF_THE_WHOLE = ("total_as_received", "line_count_as_received", "hash_total_as_received")


@dataclass(slots=True)
class _Share:
    """What one order takes."""

    order: PurchaseOrder
    lines: list[LineChange] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)

    def has(self, line: LineChange) -> Decimal | None:
        """How much of the line the order has; None when it is not one of its lines."""
        alone = PurchaseOrderChange(lines=(line,))
        found = match(alone, self.order).lines[0].line
        return found.quantity if found else None


def spread(change: PurchaseOrderChange, orders: Sequence[PurchaseOrder]) -> tuple[PurchaseOrderChange | None, ...]:
    """The change as each order of its PO takes it; None where it says nothing of an order."""
    if len(orders) == 1 and orders[0].store == change.store:
        return (change,)
    shares = [_Share(order) for order in orders]
    is_for_all = not change.lines or bool(change.is_whole) or change.purpose_code is Purpose.CANCEL
    for line in () if change.purpose_code is Purpose.CANCEL else change.lines:
        if any(one.ship_to for one in line.schedules):
            _to_its_stores(line, shares, is_whole=bool(change.is_whole))
        else:
            _to_those_who_have_it(line, shares)
    return tuple(
        _part(change, share, is_first=place == 0) if is_for_all or share.lines or share.unplaced else None
        for place, share in enumerate(shares)
    )


def _to_its_stores(line: LineChange, shares: list[_Share], *, is_whole: bool) -> None:
    named = dict.fromkeys(one.ship_to for one in line.schedules if one.ship_to)
    for store in named:
        mine, dated = quantity_for(line.schedules, store)
        share = next((one for one in shares if one.order.store == store), None)
        if share is None:
            message = f"{mine:f} of line {_name(line)} are for store {store}, which has no order of this PO"
            shares[0].unplaced.append(message)
        else:
            update = {"quantity": mine, "quantity_left": None, "schedules": dated}
            share.lines.append(line.model_copy(update=update))
    total = sum((one.quantity for one in line.schedules), start=Decimal(0))
    if is_whole or line.action in _BY_DIFFERENCE or line.quantity != total:
        return
    for share in shares:
        if share.order.store not in named and share.has(line) is not None:
            message = f"line {_name(line)} is now {total:f} for stores {', '.join(named)}; this order is not named"
            share.unplaced.append(message)


def _to_those_who_have_it(line: LineChange, shares: list[_Share]) -> None:
    holders = [(share, had) for share in shares if (had := share.has(line)) is not None]
    if len(holders) == 1:
        holders[0][0].lines.append(line)
    elif not holders:
        home = shares[0]
        if line.action is ChangeAction.ADD and home.order.store:
            home.unplaced.append(f"line {_name(line)} is to be added, for no store that is named")
        else:
            home.lines.append(line)
    elif line.action in _SAME_FOR_ALL or line.quantity in (None, sum(had for _, had in holders)):
        alike = line.model_copy(update={"quantity": None, "quantity_left": None, "schedules": ()})
        for share, _ in holders:
            share.lines.append(alike)
    else:
        stores = ", ".join(share.order.store or "none" for share, _ in holders)
        message = f"{line.quantity:f} of line {_name(line)} are for stores {stores} together; nobody says how many each"
        for share, _ in holders:
            share.unplaced.append(message)


def _part(change: PurchaseOrderChange, share: _Share, *, is_first: bool) -> PurchaseOrderChange:
    update: dict[str, Any] = {
        "lines": tuple(share.lines),
        "unplaced": tuple(share.unplaced) or None,
        "store": share.order.store,
        "parties": tuple(_without_the_store(change, share.order)),
        **dict.fromkeys(_OF_THE_WHOLE),
    }
    if not is_first:
        update["allowances"] = ()
    return change.model_copy(update=update)


def _without_the_store(change: PurchaseOrderChange, order: PurchaseOrder) -> Iterator[Any]:
    """The parties of the change, but none in the role that the order's own store has."""
    own = {one.role for one in order.parties if order.store and one.party_code == order.store}
    stores = own & {PartyRole.SHIP_TO, PartyRole.MARK_FOR}
    return (one for one in change.parties if one.role not in stores)


def _name(line: LineChange) -> str:
    return line.customer_line_ref or str(line.line_no)
