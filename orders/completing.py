"""An order is completed from our masters: terms, addresses, parts, units, prices, totals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from orders.document import Address, Party, PurchaseOrder
from orders.masters import Catalogue, Customer
from orders.money import ZERO
from orders.pricing import Match, matched, priced
from orders.totals import totalled
from orders.values import PartyRole


def completed(document: PurchaseOrder, catalogue: Catalogue, customer: Customer | None) -> PurchaseOrder:
    """The document with everything our masters know: terms, ship-to address, parts, units, prices, totals.

    What the customer sent stays; only empty fields are filled, and ``provenance`` names the record that filled them.
    Completing an order again with the same masters changes nothing.
    """
    filled = _of_the_customer(document, catalogue, customer) if customer else {}
    source = f"customer record {customer.customer}" if customer else ""
    told = {name: source for name, value in filled.items() if name != "parties" and value != getattr(document, name)}
    currency = filled.get("currency", document.currency)
    on = day_of(document)
    matches = [matched(line, catalogue, on) for line in document.lines]
    asked = _asked(matches)
    done = [
        priced(line, match, catalogue, currency, on, asked.get(match.part.part, ZERO) if match.part else ZERO)
        for line, match in zip(document.lines, matches, strict=True)
    ]
    told |= {f"lines[{line.line_no}].unit_price": where for line, where in done}
    update = filled | {"lines": tuple(line for line, _ in done), "provenance": document.provenance | told}
    return totalled(document.model_copy(update=update), catalogue.rounding)


def day_of(document: PurchaseOrder) -> date:
    """The day whose prices hold: that of the purchase order, else the day it was placed or came in."""
    if document.customer_po_date:
        return document.customer_po_date
    moment = document.placed_at or document.received_at
    return moment.date() if moment else date.max


def _asked(matches: list[Match]) -> dict[str, Decimal]:
    """How much the order asks of each part in all, in the part's unit."""
    asked: dict[str, Decimal] = {}
    for match in matches:
        if match.part and match.stock_quantity is not None:
            asked[match.part.part] = asked.get(match.part.part, ZERO) + match.stock_quantity
    return asked


def _of_the_customer(document: PurchaseOrder, catalogue: Catalogue, customer: Customer) -> dict[str, Any]:
    """What the customer's record, their terms and the place it goes to say where the order says nothing."""
    ship_to = document.party(PartyRole.SHIP_TO)
    place = catalogue.ship_tos.get(ship_to.party_code or "") if ship_to else None
    payment_terms = document.payment_terms or customer.payment_terms
    terms = catalogue.terms.get(payment_terms)
    days = terms.net_days if terms and terms.net_days is not None else customer.net_days
    filled: dict[str, Any] = {
        "payment_terms": payment_terms,
        "net_days": document.net_days if document.net_days is not None else days,
        "freight_payment": document.freight_payment or customer.freight_payment,
        "carrier_scac": document.carrier_scac or (place and place.carrier_scac) or customer.carrier_scac,
        "ship_from": document.ship_from or (place and place.site) or customer.site,
        "currency": document.currency or customer.currency,
        "parties": tuple(_known(party, catalogue, customer) for party in document.parties),
    }
    if terms and document.discount_percent is None and document.net_days is None:
        filled |= {"discount_percent": terms.discount_percent, "discount_days": terms.discount_days}
    return filled


def _known(party: Party, catalogue: Catalogue, customer: Customer) -> Party:
    """The party with our key, and with the address on file when the sender gave only a code."""
    if party.role is not PartyRole.SHIP_TO:
        return party
    on_file = catalogue.ship_tos.get(party.party_code or "")
    if on_file is None:
        return party.model_copy(update={"party_ref": customer.customer})
    return party.model_copy(
        update={
            "party_ref": f"{customer.customer}/{on_file.code}",
            "name": party.name or on_file.name,
            "address": party.address if _is_usable(party.address) else on_file.address,
        }
    )


def _is_usable(address: Address | None) -> bool:
    return address is not None and bool(address.line1 and address.city)
