"""One order for many stores made into an order for each, as was agreed with its partner (X12 SDQ, EDIFACT LOC).

Each part has the lines of its store with the quantities of its store. What is said of the whole order only once, its
allowances and the customer's totals, stays together: allowances on the first part, totals in the extensions of each.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Literal

from orders.document import Line, Party, PurchaseOrder, quantity_for
from translators.findings import Code, Finding, Where

Stores = Literal["none", "per-store", "per-store-mark-for"]
"""``per-store`` ships to the stores; ``per-store-mark-for`` to the order's own ship-to and marks cartons for them."""

_OF_THE_WHOLE = ("total_as_received", "line_count_as_received", "hash_total_as_received")
_LINE = re.compile(r"lines\[(\d+)\]\.(.+)")
_PLACE = re.compile(r"([A-Z0-9]+)\.(\d+)(?::\d+)?@(\d+)")


def split(order: PurchaseOrder, how: Stores) -> tuple[PurchaseOrder, ...]:
    """The parts of an order: first the lines that name no store, if there are any, then store by store."""
    stores = _stores(order) if how != "none" else ()
    if not stores:
        return (order,)
    rest = tuple(line for line in order.lines if not _is_for_stores(line))
    parts = [_part(order, "", rest)] if rest else []
    charged = {line.line_no for line in rest}
    for store in stores:
        lines = tuple(_line_for(line, store, charged) for line in order.lines if _goes_to(line, store))
        charged.update(line.line_no for line in lines)
        parts.append(_for_store(_part(order, store, lines), order, store, how))
    first, *others = parts
    return first, *(one.model_copy(update={"allowances": ()}) for one in others)


def uneven(order: PurchaseOrder) -> tuple[Finding, ...]:
    """Lines whose stores together get another quantity than the line orders."""
    found = []
    for number, line in enumerate(order.lines, 1):
        total = sum((one.quantity for one in line.schedules), start=Decimal(0))
        if _is_for_stores(line) and total != line.quantity:
            message = (
                f"line {number} orders {line.quantity:f}, its stores get {total:f}: the stores' quantities were taken"
            )
            place = _PLACE.fullmatch(order.provenance.get(f"lines[{number}].quantity", ""))
            where = Where(place[1], element=int(place[2]), offset=int(place[3])) if place else Where()
            found.append(Finding(Code.STORES_UNEVEN, message, where))
    return tuple(found)


def _is_for_stores(line: Line) -> bool:
    return any(one.ship_to for one in line.schedules)


def _goes_to(line: Line, store: str) -> bool:
    return any(one.ship_to == store for one in line.schedules)


def _stores(order: PurchaseOrder) -> tuple[str, ...]:
    """Every store once, as they come."""
    return tuple(dict.fromkeys(one.ship_to for line in order.lines for one in line.schedules if one.ship_to))


def _line_for(line: Line, store: str, charged: set[int]) -> Line:
    """The line as one store gets it; what it is charged as an amount it is charged once."""
    quantity, deliveries = quantity_for(line.schedules, store)
    each = tuple(one for one in line.allowances if one.amount is None or line.line_no not in charged)
    update: dict[str, Any] = {
        "quantity": quantity,
        "schedules": deliveries,
        "allowances": each,
        "extended_as_received": None,
    }
    return line.model_copy(update=update)


def _part(order: PurchaseOrder, store: str, lines: tuple[Line, ...]) -> PurchaseOrder:
    whole = {name: str(value) for name in _OF_THE_WHOLE if (value := getattr(order, name)) is not None}
    extensions = {**order.extensions, "whole-order": whole} if whole else order.extensions
    update: dict[str, Any] = {
        "lines": lines,
        "extensions": extensions,
        "provenance": _provenance(order, lines, store),
        **dict.fromkeys(_OF_THE_WHOLE),
    }
    if store:
        channel_order_id = f"{order.channel_order_id or ''}/{store}"
        update |= {"store": store, "channel_order_id": channel_order_id[-80:]}
    return order.model_copy(update=update)


def _provenance(order: PurchaseOrder, lines: tuple[Line, ...], store: str) -> dict[str, str]:
    """Where the fields came from, by the numbers lines have in the part."""
    before = {line.line_no: number for number, line in enumerate(order.lines, 1)}
    now = {str(before[line.line_no]): number for number, line in enumerate(lines, 1)}
    found = {}
    for name, source in order.provenance.items():
        place = _LINE.fullmatch(name)
        if place is None:
            found[name] = source
        elif place[1] in now and not (store and place[2].startswith("schedules")):
            found[f"lines[{now[place[1]]}].{place[2]}"] = source
    return found


def _for_store(part: PurchaseOrder, order: PurchaseOrder, store: str, how: Stores) -> PurchaseOrder:
    role = "ship-to" if how == "per-store" else "mark-for"
    others = tuple(one for one in part.parties if one.role != role)
    return part.model_copy(update={"parties": (*others, _party(order, store, role))})


def _party(order: PurchaseOrder, store: str, role: str) -> Party:
    """The store as the order tells of it anywhere, else by its code in the same list as the order's ship-to."""
    known = (*order.parties, *(party for line in order.lines for party in line.parties))
    named = next((one for one in known if one.party_code == store), None)
    if named is not None:
        return Party.model_validate(dict(named) | {"role": role})
    qualifier = next((one.party_code_qualifier for one in order.parties if one.role == "ship-to"), None)
    return Party.model_validate(
        {"role": role, "party_code": store, "party_code_qualifier": qualifier, "store_number": store[:20]}
    )
