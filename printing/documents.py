"""The dock's papers: an order in, a page out. Pure: the same order, site and day give the same bytes.

A paper is one function here and one template of the same name. What is missing in the order is missing on the paper:
no empty labels, no "None".
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from orders.content import Address, Party
from orders.document import PurchaseOrder
from orders.order import SalesOrder
from orders.values import FulfilmentState, OrderState, PartyRole, PrintOn, Priority
from printing.barcodes import code_128
from printing.lines import bar_code_of, goods, line_on, notes_for, priced, totals
from printing.pdf import Pdf, render
from printing.printer import PDF
from printing.wording import amount, breakable, clean, day, in_words, paragraph, shortened, window

Kind = Literal["pick-list", "packing-slip", "stop-notice", "test-page"]

REPRINT = "REPRINT"
"""On a page that was printed before: whoever holds two knows which came second."""

POSTAL_CODE_LAST = (None, "US", "CA", "GB", "AU", "IN", "CN", "KR", "TW", "SG", "NZ")
"""Countries that write it after the town; the others write it before."""

_LONGEST_IN_HEAD = 44


@dataclass(frozen=True)
class Site:
    """Where the goods leave from, as it stands at the head of a paper."""

    name: str
    address_lines: tuple[str, ...] = ()
    country: str = "US"
    """Not repeated in addresses of the same country."""


@dataclass(frozen=True)
class Page:
    """A paper ready to print. ``pages`` counts its sheets; ``sha256`` is that of ``data`` and the archive's key."""

    kind: Kind
    title: str
    media_type: str
    data: bytes
    sha256: str
    pages: int


def pick_list(order: SalesOrder, site: Site, *, printed_on: date, reprint: bool = False) -> Page:
    """What to fetch for an order, with bar codes for order and parts, and room to write what was picked."""
    content = order.content
    lines = goods(content.lines)
    shown = []
    for line in lines:
        entry = line_on(line, PrintOn.PICK_LIST)
        shown.append(entry | {"bar_code": bar_code_of(entry["part"])})
    return _page(
        "pick-list",
        "Pick list",
        _head(order, site, printed_on, _marks(order, reprint))
        | {
            "facts": _facts(order, site),
            "handling": _handling(content),
            "notes": notes_for(content.notes, PrintOn.PICK_LIST),
            "lines": shown,
            "totals": totals(lines),
        },
    )


def packing_slip(
    order: SalesOrder, site: Site, *, printed_on: date, with_prices: bool = False, reprint: bool = False
) -> Page:
    """What is in the shipment, for whoever opens it. Prices only if the partner wants them, and never in a gift."""
    content = order.content
    lines = goods(content.lines)
    show_prices = with_prices and not content.gift
    shown = [line_on(line, PrintOn.PACKING_SLIP) | (priced(line) if show_prices else {}) for line in lines]
    return _page(
        "packing-slip",
        "Packing slip",
        _head(order, site, printed_on, [REPRINT] if reprint else [])
        | {
            "facts": _facts(order, site),
            "notes": notes_for(content.notes, PrintOn.PACKING_SLIP),
            "gift_message": paragraph(content.gift_message),
            "lines": shown,
            "totals": totals(lines),
            "with_prices": show_prices,
            "with_backorders": any(entry["backordered"] for entry in shown),
            "money": _money(content) if show_prices else [],
        },
    )


def stop_notice(order: SalesOrder, site: Site, *, printed_on: date, reprint: bool = False) -> Page:
    """Papers that are out for an order are void: whoever holds them must stop, and what to do with the goods."""
    is_cancelled = order.order_state is OrderState.CANCELLED
    what = "The order is cancelled." if is_cancelled else "The order is being changed."
    steps = ["Stop picking and packing this order", "Take every paper of it printed before this one, and destroy it"]
    steps.append("Put goods already taken back in their place" if is_cancelled else "Wait for the new pick list")
    return _page(
        "stop-notice",
        "Stop",
        _head(order, site, printed_on, [REPRINT] if reprint else [])
        | {
            "order": f"Order {clean(order.order_number)}, PO {clean(order.content.customer_po_number)}",
            "sentence": f"{what} Pick lists and packing slips of it that are out are void.",
            "steps": steps,
            "reason": in_words(order.cancel_reason) if order.cancel_reason else "",
        },
    )


def printer_test_page(printer: str, printed_at: str) -> Page:
    """A sheet for whoever sets a printer up: edges, scale, grey, letters and bars."""
    code = bar_code_of("DOCKGATE-1")
    return _sealed(
        "test-page",
        f"Test page {clean(printer)}",
        render(
            "test-page",
            {"title": "Test page", "printer": clean(printer), "printed_at": clean(printed_at), "bar_code": code},
        ),
    )


def _page(kind: Kind, name: str, content: dict[str, Any]) -> Page:
    title = f"{name} {content['order_number']}"
    return _sealed(kind, title, render(kind, breakable(content) | {"title": title, "name": name}))


def _sealed(kind: Kind, title: str, pdf: Pdf) -> Page:
    return Page(kind, title, PDF, pdf.data, hashlib.sha256(pdf.data).hexdigest(), pdf.pages)


def _head(order: SalesOrder, site: Site, printed_on: date, marks: list[str]) -> dict[str, Any]:
    """What stands at the top of every paper."""
    content = order.content
    code = code_128(order.order_number)
    return {
        "order_number": clean(order.order_number),
        "bar_code": {"svg": code.svg().decode(), "modules": code.width},
        "po": clean(content.customer_po_number),
        "customer": shortened(_customer(content), _LONGEST_IN_HEAD),
        "site": {"name": clean(site.name), "lines": [clean(line) for line in site.address_lines]},
        "marks": marks,
        "parties": _parties(content, site),
        "printed_on": day(printed_on),
        "revision": order.revision,
    }


def _marks(order: SalesOrder, reprint: bool) -> list[str]:
    """Words nobody on the dock may overlook."""
    marks = [REPRINT] if reprint else []
    if order.fulfilment_state is FulfilmentState.PARTLY_SHIPPED:
        marks.append("BACK ORDER")
    elif order.dock_release > 1:
        marks.append("REPLACES EARLIER PAPERS")
    if order.content.rush or order.content.priority is Priority.RUSH:
        marks.append("RUSH")
    elif order.content.priority is Priority.HIGH:
        marks.append("PRIORITY")
    marks += [f"{kind} HOLD" for kind in sorted({hold.kind.value.upper() for hold in order.open_holds()})]
    return marks


def _customer(content: PurchaseOrder) -> str:
    for role in (PartyRole.SOLD_TO, PartyRole.BUYER, PartyRole.BILL_TO, PartyRole.SHIP_TO):
        party = content.party(role)
        if party and clean(party.name):
            return clean(party.name)
    return clean(content.partner)


def _parties(content: PurchaseOrder, site: Site) -> list[dict[str, Any]]:
    """Ship-to first; the buyer only if it is somebody else; whom cartons are marked for if anybody."""
    blocks: list[dict[str, Any]] = []
    for title, roles in (
        ("Ship to", (PartyRole.SHIP_TO,)),
        ("Customer", (PartyRole.SOLD_TO, PartyRole.BUYER, PartyRole.BILL_TO)),
        ("Mark for", (PartyRole.MARK_FOR, PartyRole.ULTIMATE_CONSIGNEE)),
    ):
        party = next((party for role in roles if (party := content.party(role))), None)
        block = _party_lines(party, site) if party else []
        if block and block not in [other["lines"] for other in blocks]:
            blocks.append({"title": title, "lines": block, "remark": _remark(party)})
    if len(blocks) == 1 and (customer := _customer(content)) != blocks[0]["lines"][0]:
        blocks.append({"title": "Customer", "lines": [customer], "remark": ""})
    return blocks


def _party_lines(party: Party, site: Site) -> list[str]:
    lines = [clean(party.name), clean(party.name2)]
    if party.store_number:
        lines.append(f"Store {clean(party.store_number)}")
    elif party.party_code and not clean(party.name):
        lines.append(clean(party.party_code))
    if party.address:
        at = party.address
        lines += [clean(at.line1), clean(at.line2), clean(at.line3)]
        lines.append(", ".join(filter(None, (clean(at.building), clean(at.floor), clean(at.room)))))
        lines.append(_town(at))
        lines.append(clean(at.country) if at.country != site.country else "")
    lines.append(" · ".join(filter(None, (clean(party.contact_name), clean(party.phone)))))
    return [line for line in lines if line]


def _town(at: Address) -> str:
    """Town, region and postal code as the post of the country wants them."""
    town, postal_code = clean(at.city), clean(at.postal_code)
    region = clean(at.region).removeprefix(f"{at.country}-")
    if at.country in POSTAL_CODE_LAST:
        return f"{', '.join(filter(None, (town, region)))} {postal_code}".strip()
    return ", ".join(filter(None, (f"{postal_code} {town}".strip(), "" if region.isdigit() else region)))


def _remark(party: Party | None) -> str:
    """How to find the door."""
    return clean(party.address.delivery_instructions) if party and party.address else ""


def _facts(order: SalesOrder, site: Site) -> list[dict[str, Any]]:
    """The order in label and value, those that decide when it leaves first and in bold."""
    content = order.content
    carrier = " · ".join(filter(None, (clean(content.carrier_scac), clean(content.carrier_service_requested))))
    freight_payer = clean(content.third_party_account)
    pairs = [
        ("Ship on", day(content.requested_ship_date), True),
        ("Ship window", window(content.ship_not_before, content.ship_no_later), True),
        ("Promised to ship", day(content.promised_ship_date), False),
        ("Deliver on", day(content.requested_delivery_date), False),
        ("Delivery window", window(content.deliver_not_before, content.deliver_no_later), False),
        ("Cancel after", day(content.cancel_after), True),
        ("PO date", day(content.customer_po_date), False),
        ("Release", clean(content.release_number), False),
        ("Carrier", carrier, False),
        ("Service", clean(content.service_level), False),
        ("Freight", in_words(content.freight_payment), False),
        ("Freight account", freight_payer, False),
        ("Incoterm", " ".join(filter(None, (clean(content.incoterm), clean(content.incoterm_place)))), False),
        ("Department", clean(content.department_number), False),
        ("Vendor number", clean(content.internal_vendor_no), False),
        ("Ship from", clean(content.ship_from) if clean(content.ship_from) != clean(site.name) else "", False),
        ("Routing guide", clean(content.routing_guide_ref), False),
    ]
    return [{"label": label, "value": value, "bold": bold} for label, value, bold in pairs if value]


def _handling(content: PurchaseOrder) -> list[str]:
    """Wishes for the shipment as a whole."""
    wishes = [in_words(content.ship_complete)]
    wishes += ["Signature required"] if content.signature_required else []
    wishes += ["Saturday delivery"] if content.saturday_delivery else []
    wishes += ["Packing slip in the carton"] if content.packing_slip_required else []
    wishes += ["Gift: no prices in the carton"] if content.gift else []
    return [wish for wish in wishes if wish]


def _money(content: PurchaseOrder) -> list[dict[str, str]]:
    """What it comes to; freight is one of the charges, and stands by itself."""
    other = (content.charges_total or Decimal(0)) - (content.freight_total or Decimal(0))
    pairs = [
        ("Goods", content.lines_total),
        ("Allowances", -abs(content.allowances_total) if content.allowances_total else None),
        ("Freight", content.freight_total or None),
        ("Other charges" if content.freight_total else "Charges", other or None),
        ("Tax", content.tax_total or None),
        (f"Total {clean(content.currency)}".strip(), content.grand_total),
    ]
    return [{"label": label, "value": amount(value)} for label, value in pairs if value is not None]
