"""Review rules that look at lines: prices, parts, units, quantities, margins, deliveries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from orders.document import Line, PurchaseOrder
from orders.known import Known
from orders.price_policy import looks_like_another_basis, verdict
from orders.review_policy import Amounts, Floor, Price, Setting, Special, Unit
from orders.rules import Said, plain
from orders.values import LineStatus, PartyRole, Severity

ZERO = Decimal(0)
ORDERS_SEEN = 3


def path(line: Line, field: str) -> str:
    """Where a line's field stands, as corrections name it."""
    return f"lines[{line.line_no}].{field}"


def _price(order: PurchaseOrder, setting: Price, known: Known) -> Iterator[Said]:
    for line in order.lines:
        if line.unit_price is None:
            if line.part is not None and line.price_as_received is None:
                reason = f"line {line.line_no}: no price, neither from the customer nor on our list"
                yield Said(reason, path(line, "unit_price"))
            continue
        if line.price_variance is None:
            continue
        is_beyond, take = verdict(line, setting)
        if not is_beyond:
            continue
        is_other_basis = looks_like_another_basis(line)
        yield Said(
            _prices(line) + ("" if take == "hold" or is_other_basis else f"; {take} is taken, as agreed"),
            path(line, "price_as_received"),
            _price_figures(line),
            left_to="R2" if is_other_basis else "",
            at_most=None if take == "hold" else Severity.NOTE,
        )


def _price_basis(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    for line in order.lines:
        if line.price_variance and looks_like_another_basis(line):
            reason = f"{_prices(line)}; it looks like a price for another number of units"
            yield Said(reason, path(line, "price_as_received"), _price_figures(line))


def _prices(line: Line) -> str:
    figures = _price_figures(line)
    return (
        f"line {line.line_no}: customer's price {figures['customer_price']} against ours {figures['our_price']}, "
        f"difference {figures['difference']}"
    )


def _price_figures(line: Line) -> dict[str, str]:
    theirs, ours = line.price_as_received or ZERO, line.price_list_price or ZERO
    figures = {"part": line.part or "", "customer_price": plain(theirs), "our_price": plain(ours)}
    return figures | {"difference": plain(theirs - ours)}


def _part_unknown(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    for line in order.lines:
        if line.part is None:
            ids = ", ".join(f"{one.qualifier} {one.value}" for one in line.part_as_ordered) or "no part number"
            yield Said(f"line {line.line_no}: no part of ours for {ids}", path(line, "part"), {"part_as_ordered": ids})


def _part_inactive(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    for line in order.lines:
        part = known.parts.get(line.part or "")
        if part is not None and not part.is_active:
            successor = part.superseded_by or ""
            hint = f"; {successor} has taken its place" if successor else ""
            figures = {"part": part.part, "successor": successor}
            yield Said(f"line {line.line_no}: {part.part} is not sold any more{hint}", path(line, "part"), figures)


def _revision(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    for line in order.lines:
        if line.revision_level is None:
            continue
        part = known.parts.get(line.part or "")
        made = part.revision if part else None
        if made and made != line.revision_level:
            reason = f"line {line.line_no}: revision {line.revision_level} of {line.part} is asked for, {made} is made"
            figures = {"part": line.part or "", "asked": line.revision_level, "made": made}
            yield Said(reason, path(line, "revision_level"), figures)


def _unit(order: PurchaseOrder, setting: Unit, known: Known) -> Iterator[Said]:
    for line in order.lines:
        if line.stock_uom is not None and line.stock_quantity is None:
            why = f"nobody has said how many {line.stock_uom} are in one {line.uom}: add it to the part's conversions"
            if line.uom_factor is not None:
                why = f"{plain(line.quantity)} {line.uom} are no whole number of {line.stock_uom}"
            figures = {"part": line.part or "", "uom": line.uom, "stock_uom": line.stock_uom}
            yield Said(f"line {line.line_no}: {why}", path(line, "uom"), figures)
        part, stock = known.parts.get(line.part or ""), line.stock_quantity
        multiple = part.pack_multiple if part else None
        if multiple and stock is not None and stock % multiple:
            figures = {"part": line.part or "", "quantity": plain(stock), "pack": plain(multiple)}
            reason = (
                f"line {line.line_no}: {plain(stock)} {line.stock_uom} are not sold, but multiples of {plain(multiple)}"
            )
            yield Said(reason, path(line, "quantity"), figures)
        pack = line.pack_qty if setting.whole_packs else None
        if pack and line.quantity % pack:
            reason = f"line {line.line_no}: {plain(line.quantity)} are no whole packs of {plain(pack)}"
            figures = {"quantity": plain(line.quantity), "pack": plain(pack)}
            yield Said(reason, path(line, "quantity"), figures)


def _quantity(order: PurchaseOrder, setting: Amounts, known: Known) -> Iterator[Said]:
    least, most, times, cancelled = setting.least, setting.most, setting.times_median, LineStatus.CANCELLED
    for line in order.lines:
        if line.line_status is cancelled:
            continue
        quantity, stock = line.quantity, line.stock_quantity
        if quantity <= 0:
            yield Said(f"line {line.line_no}: quantity {plain(quantity)}", path(line, "quantity"))
            continue
        if (least is not None and quantity < least) or (most is not None and quantity > most):
            yield _out_of_bounds(line, quantity, least, most)
        part = known.parts.get(line.part or "")
        if part is not None and stock is not None:
            fewest, greatest = part.min_qty, part.max_qty
            if (fewest is not None and stock < fewest) or (greatest is not None and stock > greatest):
                yield _out_of_bounds(line, stock, fewest, greatest)
        past = known.past.get((line.part or "", line.uom)) if times else None
        if times and past and past.median and past.orders >= (setting.orders_seen or ORDERS_SEEN):
            yield from _far_from_the_usual(line, times, past.median, past.orders)


def _out_of_bounds(line: Line, quantity: Decimal, least: Decimal | None, most: Decimal | None) -> Said:
    is_less = least is not None and quantity < least
    bound, words = plain((least if is_less else most) or ZERO), "fewer" if is_less else "more"
    figures = {"part": line.part or "", "quantity": plain(quantity), "bound": bound}
    reason = f"line {line.line_no}: {plain(quantity)} are {words} than the {bound} a line may have"
    return Said(reason, path(line, "quantity"), figures)


def _far_from_the_usual(line: Line, times: Decimal, median: Decimal, seen: int) -> Iterator[Said]:
    if median / times <= line.quantity <= median * times:
        return
    figures = {"part": line.part or "", "quantity": plain(line.quantity), "median": plain(median), "orders": str(seen)}
    yield Said(
        f"line {line.line_no}: {plain(line.quantity)} of {line.part}; {plain(median)} were usual in {seen} orders",
        path(line, "quantity"),
        figures,
    )


def _margin(order: PurchaseOrder, setting: Floor, known: Known) -> Iterator[Said]:
    floor = setting.percent
    if floor is None:
        return
    for line in order.lines:
        margin = line.margin_percent
        if margin is not None and margin < floor:
            reason = f"line {line.line_no}: margin {plain(margin)} % is under the floor of {plain(floor)} %"
            figures = {"part": line.part or "", "margin": plain(margin), "floor": plain(floor)}
            yield Said(reason, path(line, "margin_percent"), figures)


def _schedules(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    for line in order.lines:
        if not line.schedules:
            continue
        scheduled = sum((schedule.quantity for schedule in line.schedules), ZERO)
        if scheduled != line.quantity:
            yield Said(
                f"line {line.line_no}: deliveries sum to {plain(scheduled)}, ordered are {plain(line.quantity)}",
                path(line, "schedules"),
                {"scheduled": plain(scheduled), "ordered": plain(line.quantity)},
            )


def _special(order: PurchaseOrder, setting: Special, known: Known) -> Iterator[Said]:
    for line in order.lines:
        if needs := ", ".join(_needs(line)):
            yield Said(f"line {line.line_no}: {needs}", path(line, "line_no"), {"part": line.part or ""})
    ship_to = order.party(PartyRole.SHIP_TO)
    country = ship_to.address.country if ship_to and ship_to.address else None
    if setting.home_country and country and country != setting.home_country:
        yield Said(f"an export to {country}", "parties[ship-to].address.country", {"country": country})


def _needs(line: Line) -> Iterator[str]:
    if line.hazmat or line.un_number:
        yield f"dangerous goods {line.un_number or ''}".strip()
    if line.serial_required:
        yield "serial numbers"
    if line.certificates_required:
        yield f"certificates {', '.join(line.certificates_required)}"
    if line.inspection_required or line.source_inspection:
        yield "inspection"


def _short(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    if order.ship_complete not in _NOTHING_LATER:
        return
    for line in order.lines:
        ready, wanted = line.available_to_promise_date, _wanted(order, line)
        if ready and wanted and ready > wanted:
            reason = (
                f"line {line.line_no}: all of it is there on {ready}, wanted on {wanted}, and nothing may come later"
            )
            figures = {"part": line.part or "", "ready": f"{ready}", "wanted": f"{wanted}"}
            yield Said(reason, path(line, "quantity"), figures)


def _wanted(order: PurchaseOrder, line: Line) -> date | None:
    own = [one.requested_ship_date or one.requested_delivery_date for one in line.schedules]
    days = [day for day in own if day]
    return min(days) if days else order.requested_ship_date or order.requested_delivery_date


_NOTHING_LATER = frozenset({"no-backorder", "complete-order", "complete-line"})

RULES: dict[str, Callable[[PurchaseOrder, Any, Known], Iterator[Said]]] = {
    "R1": _price,
    "R2": _price_basis,
    "R3": _part_unknown,
    "R4": _part_inactive,
    "R5": _revision,
    "R6": _unit,
    "R7": _quantity,
    "R11": _margin,
    "R16": _schedules,
    "R19": _special,
    "R22": _short,
}
