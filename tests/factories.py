"""Things tests are about, made in one place."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from orders.desk import Entry, enter
from orders.document import Address, Document, Identifier, Line, LineChange, Party, PurchaseOrder, PurchaseOrderChange
from orders.masters import Catalogue, Customer, Part, ShipTo
from orders.outcome import Change
from orders.values import FreightPayment, PartyRole
from translators.translate import TranslatedInterchange, Translation
from translators.x12.acknowledge import Acknowledgment, InterchangeAcknowledgment

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
_numbers = itertools.count(1)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, now: datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


def line(line_no: int = 1, **values: Any) -> Line:
    usual: dict[str, Any] = {
        "line_no": line_no,
        "quantity": Decimal(10),
        "uom": "EA",
        "part_as_ordered": (Identifier(qualifier="VP", value="W-100"),),
        "price_as_received": Decimal("9.25"),
    }
    return Line(**usual | values)


def ship_to(**values: Any) -> Party:
    address = Address(line1="1 Dock Road", city="Toledo", region="OH", postal_code="43604", country="US")
    usual: dict[str, Any] = {"role": PartyRole.SHIP_TO, "party_code": "0042", "name": "Store 42", "address": address}
    return Party(**usual | values)


def as_order(document: Document) -> PurchaseOrder:
    """A document that must be an order."""
    assert isinstance(document, PurchaseOrder)
    return document


def ordered_lines(document: Document) -> tuple[Line | LineChange, ...]:
    """The lines of an order or of a change."""
    assert isinstance(document, PurchaseOrder | PurchaseOrderChange)
    return document.lines


def group_answers(translated: Translation | TranslatedInterchange) -> tuple[Acknowledgment, ...]:
    """The 997s a reading gives."""
    return tuple(one for one in translated.answers if isinstance(one, Acknowledgment))


def envelope_answers(translated: Translation | TranslatedInterchange) -> tuple[InterchangeAcknowledgment, ...]:
    """The TA1s a reading gives."""
    return tuple(one for one in translated.answers if isinstance(one, InterchangeAcknowledgment))


def purchase_order(**values: Any) -> PurchaseOrder:
    usual: dict[str, Any] = {
        "customer_po_number": f"PO-{next(_numbers)}",
        "partner": "acme",
        "channel": "folder:acme",
        "channel_order_id": "x",
        "received_at": NOON,
        "currency": "USD",
        "parties": (ship_to(),),
        "lines": (line(),),
    }
    return PurchaseOrder(**usual | values)


def part(number: str = "W-100", **values: Any) -> Part:
    usual: dict[str, Any] = {"part": number, "description": "Widget", "list_price": Decimal("9.25")}
    return Part(**usual | values)


def catalogue(*parts: Part) -> Catalogue:
    known = parts or (part(),)
    return Catalogue({one.part: one for one in known})


def customer(**values: Any) -> Customer:
    usual: dict[str, Any] = {
        "customer": "C-1001",
        "name": "Acme Retail",
        "freight_payment": FreightPayment.COLLECT,
        "credit_limit": Decimal(10_000),
    }
    return Customer(**usual | values)


def places(*codes: str) -> Catalogue:
    """The usual catalogue, with delivery addresses on file."""
    return replace(catalogue(), ship_tos={code: known_ship_to(code) for code in codes})


def known_ship_to(code: str = "0042") -> ShipTo:
    address = Address(line1="9 Known Street", city="Dayton", region="OH", postal_code="45402", country="US")
    return ShipTo(customer="C-1001", code=code, name="Store on file", address=address)


def entered(document: PurchaseOrder | None = None, **values: Any) -> Change:
    number = next(_numbers)
    entry = Entry(f"order-{number}", f"SO-{number}", f"TR-{number}", "x12-850", NOON)
    return enter(document or purchase_order(**values), entry, catalogue(), customer())
