"""An order is completed from our masters: terms, addresses, parts, prices, totals."""

from __future__ import annotations

from typing import Any

from orders.document import Address, Party, PurchaseOrder
from orders.masters import Catalogue, Customer
from orders.pricing import priced, totalled
from orders.values import PartyRole


def completed(document: PurchaseOrder, catalogue: Catalogue, customer: Customer | None) -> PurchaseOrder:
    """The document with everything our masters know: terms, ship-to address, parts, prices, totals.

    What the customer sent stays; only empty fields are filled, and ``provenance`` names the record that filled them.
    """
    filled: dict[str, Any] = {}
    if customer:
        filled = {
            "payment_terms": document.payment_terms or customer.payment_terms,
            "net_days": document.net_days if document.net_days is not None else customer.net_days,
            "freight_payment": document.freight_payment or customer.freight_payment,
            "carrier_scac": document.carrier_scac or customer.carrier_scac,
            "currency": document.currency or customer.currency,
            "parties": tuple(_known(party, customer) for party in document.parties),
        }
    source = f"customer record {customer.customer}" if customer else ""
    told = {name: source for name, value in filled.items() if name != "parties" and value != getattr(document, name)}
    currency = filled.get("currency", document.currency)
    lines = tuple(priced(line, catalogue, currency) for line in document.lines)
    return totalled(document.model_copy(update=filled | {"lines": lines, "provenance": document.provenance | told}))


def _known(party: Party, customer: Customer) -> Party:
    """The party with our key, and with the address on file when the sender gave only a code."""
    if party.role is not PartyRole.SHIP_TO:
        return party
    on_file = next((known for known in customer.ship_tos if known.code == party.party_code), None)
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
