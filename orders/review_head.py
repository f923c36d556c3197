"""Review rules that look at the order as a whole: dates, ship-to, terms, totals, what the partner will want back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from orders.document import Address, Line, PurchaseOrder
from orders.known import BlanketLine, Known
from orders.places import region_of_postcode
from orders.review_lines import path
from orders.review_policy import (
    Allowances,
    Carriers,
    Currencies,
    Dates,
    Enterers,
    Needs,
    Notes,
    Place,
    Setting,
    Twin,
)
from orders.rules import Said, plain
from orders.values import AddressStatus, HandlingMethod, OrderType, PartyRole, PriceSource, Severity

ZERO = Decimal(0)
CENT = Decimal("0.01")
LEAST_TOTAL_TOLERANCE = Decimal("0.05")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PO_BOX = re.compile(r"\b(p\.?\s*o\.?|post(al)?\s+office)\s*box\b|\bpostfach\b", re.IGNORECASE)
ASKED_TO_CANCEL = frozenset({"IsBuyerRequestedCancel", "intentToCancel", "is_buyer_request_cancel"})
"""What stores call it; beside them the tag ``buyer-asked-to-cancel``."""
CANCEL_TAG = "buyer-asked-to-cancel"
TYPED = "typed"


def _dates(order: PurchaseOrder, setting: Dates, known: Known) -> Iterator[Said]:
    today = known.today
    if today is None:
        return
    for where, day, lead in _asked_days(order, setting):
        if day < today:
            yield Said(f"{where}: wanted on {day}, which has passed", where, {"wanted": f"{day}"})
        elif lead is not None and day < today + timedelta(days=lead):
            yield Said(
                f"{where}: wanted on {day}, we need {lead} days from {today}",
                where,
                {"wanted": f"{day}", "lead_days": str(lead)},
            )
    yield from _closed(order, setting)
    yield from _narrow(order, setting)


def _asked_days(order: PurchaseOrder, setting: Dates) -> Iterator[tuple[str, date, int | None]]:
    """Every day the customer asks for, with the days we need."""
    for name in ("requested_ship_date", "requested_delivery_date", "ship_no_later", "deliver_no_later"):
        if day := getattr(order, name):
            yield name, day, setting.lead_days
    for line in order.lines:
        lead = line.lead_time_days if line.lead_time_days is not None else setting.lead_days
        for one in line.schedules:
            if day := one.requested_ship_date or one.requested_delivery_date:
                yield path(line, f"schedules[{one.schedule_no}]"), day, lead


def _closed(order: PurchaseOrder, setting: Dates) -> Iterator[Said]:
    if setting.ship_days is None and not setting.closed_on:
        return
    asked = {order.requested_ship_date} | {one.requested_ship_date for line in order.lines for one in line.schedules}
    for day in sorted(day for day in asked if day):
        weekday = WEEKDAYS[day.weekday()]
        is_open = setting.ship_days is None or weekday in setting.ship_days
        if not is_open or f"{day}" in (setting.closed_on or ()):
            yield Said(f"nothing is shipped on {weekday} {day}", "requested_ship_date", {"wanted": f"{day}"})


def _narrow(order: PurchaseOrder, setting: Dates) -> Iterator[Said]:
    for first, last, name in (
        (order.ship_not_before, order.ship_no_later, "ship_no_later"),
        (order.deliver_not_before, order.deliver_no_later, "deliver_no_later"),
        (order.requested_ship_date, order.requested_delivery_date, "requested_delivery_date"),
    ):
        if first is None or last is None:
            continue
        least = setting.transit_days or 0 if name != "ship_no_later" else 0
        days = (last - first).days
        if days < least:
            figures = {"days": str(days), "needed": str(least)}
            yield Said(f"{first} to {last}: {days} days, {least} are needed", name, figures)


def _twin(order: PurchaseOrder, setting: Twin, known: Known) -> Iterator[Said]:
    if known.twins:
        twins = ", ".join(known.twins)
        reason = f"{twins} came within {setting.minutes} minutes with the same ship-to and total"
        yield Said(reason, "grand_total", {"orders": twins})


def _allowances(order: PurchaseOrder, setting: Allowances, known: Known) -> Iterator[Said]:
    if setting.agreed is None and setting.most_percent is None:
        return
    taken = [(f"allowances[{place}]", one) for place, one in enumerate(order.allowances, 1)]
    taken += [
        (path(line, f"allowances[{place}]"), one)
        for line in order.lines
        for place, one in enumerate(line.allowances, 1)
    ]
    for where, one in taken:
        if one.is_charge or one.handling_method is HandlingMethod.INFORMATION_ONLY or setting.agreed is None:
            continue
        if (one.code or "") not in setting.agreed:
            words = " ".join(filter(None, (one.code, one.description))) or "without a code"
            yield Said(f"allowance {words} was not agreed", where, {"code": one.code or ""})
    most, base = setting.most_percent, order.lines_total
    if most is not None and base and (order.allowances_total or ZERO) * 100 > base * most:
        figures = {"allowances": plain(order.allowances_total or ZERO), "most_percent": plain(most)}
        reason = f"allowances of {figures['allowances']} are more than {plain(most)} % of {plain(base)}"
        yield Said(reason, "allowances", figures)


def _ship_to(order: PurchaseOrder, setting: Place, known: Known) -> Iterator[Said]:
    party = order.party(PartyRole.SHIP_TO)
    if party is None or party.address is None:
        return
    where, address = "parties[ship-to]", party.address
    name = party.party_code or party.name or ""
    if known.customer is not None and "/" not in (party.party_ref or "") and party.party_code:
        yield Said(f"ship-to {name} is not on file", where, {"ship_to": name, **_short_address(address)})
    if address.address_status is AddressStatus.UNDELIVERABLE:
        yield Said(f"ship-to {name} cannot be delivered to", where, _short_address(address))
    country = address.country or ""
    barred = country in (setting.barred_countries or ())
    if barred or (setting.countries is not None and country and country not in setting.countries):
        figures = {"country": country}
        yield Said(f"nothing is shipped to {country}", f"{where}.address.country", figures, at_least=Severity.HOLD)
    lines = " ".join(filter(None, (address.line1, address.line2, address.line3)))
    reach_a_box = setting.parcel_carriers or ("USPS",)
    if PO_BOX.search(lines) and order.carrier_scac and order.carrier_scac not in reach_a_box:
        figures = {"address": lines[:80], "carrier": order.carrier_scac}
        yield Said(f"{order.carrier_scac} does not deliver to {lines[:80]}", f"{where}.address.line1", figures)
    expected = region_of_postcode(address.postal_code or "") if country == "US" else None
    if expected and address.region and address.region.removeprefix("US-") not in expected:
        figures = {"postal_code": address.postal_code or "", "region": address.region, "expected": "/".join(expected)}
        reason = f"postal code {address.postal_code} is in {figures['expected']}, not in {address.region}"
        yield Said(reason, f"{where}.address.postal_code", figures)
    words = f"{party.name or ''} {party.name2 or ''}".lower()
    is_forwarder = any(one.lower() in words for one in setting.forwarders or ())
    if is_forwarder or order.party(PartyRole.FORWARDER):
        yield Said(f"the goods go to a forwarder: {party.name or name}", where, {"name": party.name or ""})


def _short_address(address: Address) -> dict[str, str]:
    parts = (address.line1, address.city, address.region, address.postal_code, address.country)
    return {"address": ", ".join(filter(None, parts))}


def _needed(order: PurchaseOrder, setting: Needs, known: Known) -> Iterator[Said]:
    for wanted in setting.needs or ():
        for where in missing(order, wanted):
            yield Said(f"{where} is missing: {order.partner} will want it back", where, {"field": where})


def missing(order: PurchaseOrder, wanted: str) -> Iterator[str]:
    """Paths at which a field is empty: ``lines.gtin`` is asked of each line, ``parties[ship-to].name`` of one party."""
    head, _, rest = wanted.partition(".")
    parts: Iterable[tuple[str, Any]]
    if head == "lines" and rest:
        parts = ((f"lines[{line.line_no}].{rest}", _at(line, rest)) for line in order.lines)
    elif head.startswith("parties[") and rest:
        party = next((one for one in order.parties if f"parties[{one.role}]" == head), None)
        parts = ((wanted, _at(party, rest)),)
    elif head == "references" and rest:
        parts = ((wanted, any(one.ref_type == rest for one in order.references) or None),)
    else:
        parts = ((wanted, _at(order, wanted)),)
    yield from (where for where, value in parts if value in (None, "", ()))


def _at(part: Any, fields: str) -> Any:
    for name in fields.split("."):
        part = getattr(part, name, None)
    return part


def total_difference(order: PurchaseOrder) -> Decimal | None:
    """The customer's total less ours, beyond what rounding explains; None when there is no difference to speak of."""
    theirs = order.total_as_received
    if theirs is None or order.grand_total is None or theirs == order.grand_total:
        return None
    return theirs - order.grand_total


def is_rounding(order: PurchaseOrder, difference: Decimal) -> bool:
    """Whether a difference of totals is no more than cents of rounding."""
    return abs(difference) <= max(CENT * len(order.lines), LEAST_TOTAL_TOLERANCE)


def _totals(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    if order.grand_total is None and order.lines:
        yield Said("the order's total is larger than any we can keep: look at its amounts", "grand_total")
    difference = total_difference(order)
    if difference is not None:
        ours, theirs = order.grand_total or ZERO, order.total_as_received or ZERO
        is_small = is_rounding(order, difference)
        by_prices = not is_small and is_rounding(order, difference - _by_prices(order))
        yield Said(
            f"customer's total {plain(theirs)} against ours {plain(ours)}"
            + ("; it is as much as the prices differ" if by_prices else ""),
            "total_as_received",
            {"customer_total": plain(theirs), "our_total": plain(ours)},
            at_most=Severity.NOTE if is_small or by_prices else None,
        )
    count = order.line_count_as_received
    if count is not None and count != len(order.lines):
        reason = f"customer counted {count} lines, the order has {len(order.lines)}"
        yield Said(reason, "line_count_as_received")


def _by_prices(order: PurchaseOrder) -> Decimal:
    """How far apart the totals must be because prices are: R1 speaks of these."""
    return sum(
        (
            line.price_variance * line.quantity / (line.price_basis_qty or 1)
            for line in order.lines
            if line.price_variance and line.price_source is not PriceSource.CUSTOMER
        ),
        ZERO,
    )


def controls_agree(order: PurchaseOrder) -> bool:
    """Whether the customer's control figures, where there are any, fit the order as it is."""
    difference = total_difference(order)
    counted = order.line_count_as_received
    return (difference is None or is_rounding(order, difference)) and counted in (None, len(order.lines))


def _terms(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    customer = known.customer
    if customer is None:
        return
    for name, theirs, ours in (
        ("payment_terms", order.payment_terms, customer.payment_terms),
        ("net_days", order.net_days, customer.net_days),
        ("freight_payment", order.freight_payment, customer.freight_payment),
    ):
        if theirs is not None and ours is not None and theirs != ours:
            figures = {"asked": str(theirs), "agreed": str(ours)}
            yield Said(f"{name}: {theirs} is asked for, {ours} was agreed", name, figures)


def _carrier(order: PurchaseOrder, setting: Carriers, known: Known) -> Iterator[Said]:
    if setting.carriers is None or order.carrier_scac is None:
        return
    asked = {order.carrier_scac, f"{order.carrier_scac}:{order.service_level or ''}"}
    if asked.isdisjoint(setting.carriers):
        words = f"{order.carrier_scac} {order.service_level or ''}".strip()
        yield Said(f"{words} is not offered", "carrier_scac", {"asked": words, "offered": ", ".join(setting.carriers)})


def _blanket(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    if order.order_type is not OrderType.RELEASE:
        return
    blanket = known.blanket
    if blanket is None:
        reason = f"no blanket order of PO {order.customer_po_number} for release {order.release_number}"
        yield Said(reason, "release_number", {"po": order.customer_po_number or ""})
        return
    today = known.today
    if today and ((blanket.valid_until and today > blanket.valid_until) or today < (blanket.valid_from or today)):
        reason = f"blanket order {blanket.order_number} holds from {blanket.valid_from} to {blanket.valid_until}"
        yield Said(reason, "release_number", {"blanket": blanket.order_number})
    asked: dict[int, Decimal] = {}
    for line in order.lines:
        agreed = blanket_line(blanket.lines, line)
        if agreed is None:
            reason = f"line {line.line_no}: blanket order {blanket.order_number} has no such part"
            yield Said(reason, path(line, "part"), {"part": line.part or ""})
            continue
        asked[agreed.line_no] = asked.get(agreed.line_no, ZERO) + line.quantity
        if asked[agreed.line_no] > agreed.left:
            figures = {
                "asked": plain(asked[agreed.line_no]),
                "left": plain(agreed.left),
                "agreed": plain(agreed.agreed),
                "drawn": plain(agreed.drawn),
                "blanket": blanket.order_number,
            }
            yield Said(
                f"line {line.line_no}: {figures['asked']} are released, {figures['left']} of {figures['agreed']} are "
                f"left on blanket order {blanket.order_number}",
                path(line, "quantity"),
                figures,
            )


def blanket_line(lines: Iterable[BlanketLine], line: Line) -> BlanketLine | None:
    """The line of the blanket order that a release's line draws on: by the customer's number, else by the part."""
    candidates = [one for one in lines if one.part == line.part and one.uom == line.uom and line.part]
    by_number = [one for one in candidates if one.customer_line_ref and one.customer_line_ref == line.customer_line_ref]
    return next(iter(by_number or candidates), None)


def _notes(order: PurchaseOrder, setting: Notes, known: Known) -> Iterator[Said]:
    roads = setting.channels
    if roads is not None and not (order.channel or "").startswith(roads):
        return
    said = [("notes", note) for note in order.notes]
    said += [(path(line, "notes"), note) for line in order.lines for note in line.notes]
    for where, note in said:
        if setting.kinds is None or note.note_kind in setting.kinds:
            yield Said(f"the customer wrote: {note.note_text[:200]}", where, {"note": note.note_text[:200]})


def _currency(order: PurchaseOrder, setting: Currencies, known: Known) -> Iterator[Said]:
    if setting.currencies is not None and order.currency and order.currency not in setting.currencies:
        figures = {"asked": order.currency, "agreed": ", ".join(setting.currencies)}
        yield Said(f"{order.currency} was not agreed, {figures['agreed']} was", "currency", figures)
    yield from _price_currency(order)


def _price_currency(order: PurchaseOrder) -> Iterator[Said]:
    """There is a price of ours, but not in the order's currency: then there is none at all."""
    for line in order.lines:
        if line.unit_price is None and line.part and line.price_as_received is not None and line.uom_factor is not None:
            reason = f"line {line.line_no}: our price of {line.part} is in another currency than {order.currency}"
            yield Said(reason, path(line, "unit_price"), {"currency": order.currency or ""})


def _enterer(order: PurchaseOrder, setting: Enterers, known: Known) -> Iterator[Said]:
    if order.channel != TYPED:
        return
    limit = (setting.limits or {}).get(order.entered_by or "", setting.limit)
    total = order.grand_total or ZERO
    if limit is not None and total > limit:
        figures = {"total": plain(total), "limit": plain(limit), "by": order.entered_by or ""}
        yield Said(f"{plain(total)} is above {order.entered_by}'s limit of {plain(limit)}", "grand_total", figures)


def _cancel_after(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    day, today = order.cancel_after, known.today
    if day and today and today > day:
        reason = f"to be cancelled if not shipped by {day}, which has passed"
        yield Said(reason, "cancel_after", {"cancel_after": f"{day}"})


def _asked_to_cancel(order: PurchaseOrder, setting: Setting, known: Known) -> Iterator[Said]:
    asked = sorted(name for name in ASKED_TO_CANCEL & order.extensions.keys() if _is_yes(order.extensions[name]))
    asked += [CANCEL_TAG] if CANCEL_TAG in order.tags else []
    if asked:
        yield Said("the buyer asked to cancel: cancel it, or release it to ship all the same", "", {"said": asked[0]})


def _is_yes(value: Any) -> bool:
    return value is True or str(value).strip().lower() in ("true", "yes", "y", "1")


RULES: dict[str, Callable[[PurchaseOrder, Any, Known], Iterator[Said]]] = {
    "R8": _dates,
    "R9": _twin,
    "R12": _allowances,
    "R13": _ship_to,
    "R14": _needed,
    "R15": _totals,
    "R17": _terms,
    "R18": _carrier,
    "R20": _blanket,
    "R21": _notes,
    "R23": _currency,
    "R24": _enterer,
    "R25": _cancel_after,
    "R26": _asked_to_cancel,
}
