"""Orders for the papers' tests: one line, forty lines, two hundred, and one that tries to break the page."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from orders.document import Address, Identifier, Line, Note, Party, PurchaseOrder, Schedule
from orders.order import SalesOrder
from orders.values import FreightPayment, LotControl, NoteKind, PartyRole, PrintOn, Priority, ShipComplete
from printing.documents import Site

SITE = Site("Cascade Fittings Manufacturing", ("2100 NW Industrial St", "Portland, OR 97210", "+1 503 555 0100"))
PRINTED_ON = date(2026, 11, 24)


def address(**changes: Any) -> Address:
    fields = {
        "line1": "6094 Commerce Pkwy",
        "city": "Seattle",
        "region": "US-WA",
        "postal_code": "98101",
        "country": "US",
    }
    return Address(**(fields | changes))


def order(content: PurchaseOrder, number: str = "SO-100042", **changes: Any) -> SalesOrder:
    return SalesOrder(order_id="o1", order_number=number, idempotency_key="k", content=content, **changes)


def line(number: int, **changes: Any) -> Line:
    fields: dict[str, Any] = {
        "line_no": number,
        "quantity": Decimal(12 * number),
        "uom": "EA",
        "part": f"CF-{1000 + number}-B",
        "part_as_ordered": (
            Identifier(qualifier="BP", value=f"88{number:05}"),
            Identifier(qualifier="UP", value=f"0614141{number:05}"),
        ),
        "description": f"Compression fitting, brass, {number}/8 in × ½ NPT",
        "unit_price": Decimal("4.25"),
        "extended_price": Decimal("4.25") * 12 * number,
    }
    return Line(**(fields | changes))


def short() -> SalesOrder:
    """One line, as little as may reach the dock."""
    ship_to = Party(role=PartyRole.SHIP_TO, name="Big Box DC 6094", address=address())
    return order(PurchaseOrder(customer_po_number="4500123456", partner="bigbox", parties=(ship_to,), lines=(line(1),)))


def ordinary(lines: int = 40) -> SalesOrder:
    """A retailer's order with everything a retailer's order has."""
    entries = [line(number) for number in range(1, lines + 1)]
    entries[0] = line(
        1,
        lot_control=LotControl.RECORD,
        pack_qty=Decimal(5),
        customer_line_ref="0010",
        notes=(
            Note(note_kind=NoteKind.TO_DOCK, note_text="Wipe flux residue off before packing."),
            Note(note_kind=NoteKind.INTERNAL, note_text="Margin is thin here."),
        ),
    )
    if lines > 1:
        entries[1] = line(
            2,
            pack_qty=Decimal(12),
            schedules=(
                Schedule(schedule_no=1, quantity=Decimal(10), requested_ship_date=date(2026, 12, 1)),
                Schedule(schedule_no=2, quantity=Decimal(8), requested_ship_date=date(2026, 12, 8), ship_to="DC 6095"),
                Schedule(
                    schedule_no=3,
                    quantity=Decimal(6),
                    requested_delivery_date=date(2026, 12, 21),
                    dock_door="14",
                    time_window="06:00-10:00",
                ),
            ),
        )
    if lines > 2:
        entries[2] = line(3, serial_required=True, hazmat=True, un_number="UN1993", quantity=Decimal("0.5"), uom="CS")
    return order(
        PurchaseOrder(
            customer_po_number="4500123456",
            customer_po_date=date(2026, 11, 20),
            partner="bigbox",
            department_number="042",
            internal_vendor_no="V-77120",
            ship_not_before=date(2026, 12, 1),
            ship_no_later=date(2026, 12, 5),
            cancel_after=date(2026, 12, 8),
            requested_delivery_date=date(2026, 12, 9),
            carrier_scac="UPSN",
            carrier_service_requested="UPS Freight",
            service_level="GND",
            freight_payment=FreightPayment.THIRD_PARTY,
            third_party_account="A1B2C3",
            ship_complete=ShipComplete.COMPLETE_ORDER,
            signature_required=True,
            priority=Priority.HIGH,
            currency="USD",
            lines_total=Decimal("41820.00"),
            freight_total=Decimal("310.5"),
            charges_total=Decimal("310.5"),
            grand_total=Decimal("42130.5000"),
            parties=(
                Party(
                    role=PartyRole.SHIP_TO,
                    name="Big Box Distribution Center 6094",
                    store_number="6094",
                    contact_name="Zoë Müller",
                    phone="+1 206 555 0142",
                    address=address(
                        line2="Dock doors 10–18", delivery_instructions="Call 30 min ahead; gate code 4471#."
                    ),
                ),
                Party(role=PartyRole.SOLD_TO, name="Big Box Stores, Inc.", address=address(line1="1 Retail Way")),
                Party(role=PartyRole.MARK_FOR, name="Store 1187", address=address(city="Tacoma", line1="77 Pine St")),
            ),
            notes=(
                Note(
                    note_kind=NoteKind.TO_DOCK,
                    note_text="Floor-load only, no pallets.\nApply the routing label to the short side.",
                    print_on=(PrintOn.PICK_LIST,),
                ),
                Note(
                    note_kind=NoteKind.TO_CUSTOMER,
                    note_text="Thank you for your order. Claims within 10 days of receipt, please.",
                    print_on=(PrintOn.PACKING_SLIP,),
                ),
            ),
            lines=tuple(entries),
        ),
    )


def hostile() -> SalesOrder:
    """Names and notes that are code, control characters, far too long, or in another script."""
    evil = '#panic("x") $x$ *a* _b_ `c` <d> @e = f \\ "g" {{7*7}} ${HOME} %s #{1+1} //n /*o*/'
    return order(
        PurchaseOrder(
            customer_po_number='PO"#1\\',
            partner="évil",
            parties=(
                Party(
                    role=PartyRole.SHIP_TO,
                    name="W" * 100,
                    name2="\x1b%-12345X@PJL ^XA^FDx^XZ \u202eevil\u202c \x00end",
                    address=address(line1=evil[:60], city="Saint-Étienne-de-Saint-Geoirs-sur-la-Longue-Rivière"[:50]),
                ),
            ),
            notes=(
                Note(note_kind=NoteKind.TO_DOCK, note_text=evil, print_on=(PrintOn.PICK_LIST, PrintOn.PACKING_SLIP)),
                Note(note_kind=NoteKind.TO_DOCK, note_text=("long words " * 900)[:9900]),
            ),
            lines=(
                line(1, part="P" * 80, description="漢字 ブレーキ шланг ü ß €" + "x" * 50, notes=()),
                line(2, part="ÜNICODE-7", description=evil[:80]),
                line(3, quantity=Decimal("123456789012.123456"), pack_qty=Decimal("7"), carton_marks="#" * 200),
                line(
                    4,
                    notes=(Note(note_kind=NoteKind.TO_DOCK, note_text="Read all of this. " * 500),),
                ),
            ),
        ),
        number="SO-1000421234567890-ABCDEFGHIJ",
    )
