"""The lines of an order as a paper shows them: every number and word ready to be set in type."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from orders.content import Identifier, Note
from orders.line import Line, Schedule
from orders.values import LineStatus, LineType, LotControl, NoteKind, PrintOn
from printing.barcodes import BarcodeRefused, code_128
from printing.wording import amount, clean, day, paragraph, quantity, window

BUYERS_PART = ("BP", "IN", "SK", "CB", "PI", "IT")
"""Qualifiers of the buyer's own number for a part, best first (X12 235, EDIFACT 7143)."""
TRADE_NUMBER = ("UP", "EN", "UK", "UI", "UA", "SRV")
"""Qualifiers of the number on the package: UPC, EAN, GTIN."""
NOT_GOODS = (LineType.SERVICE, LineType.CHARGE)
"""Lines that are billed and never picked or packed."""

_LONGEST_UNBROKEN = 700
"""Characters of notes up to which a line stays on one page."""


def goods(lines: Iterable[Line]) -> list[Line]:
    """The lines somebody must handle: neither cancelled nor a service or charge."""
    return [line for line in lines if line.line_status is not LineStatus.CANCELLED and line.line_type not in NOT_GOODS]


def notes_for(notes: Iterable[Note], paper: PrintOn) -> list[str]:
    """Notes that must be printed on a paper; a note to the dock is on the pick list even if nobody said so."""
    wanted = []
    for note in notes:
        to_dock = note.note_kind is NoteKind.TO_DOCK and not note.print_on and paper is PrintOn.PICK_LIST
        if (paper in note.print_on or to_dock) and (text := paragraph(note.note_text)):
            wanted.append(text)
    return wanted


def line_on(line: Line, paper: PrintOn) -> dict[str, Any]:
    """What every paper says of a line; amounts are added by :func:`priced`."""
    notes = notes_for(line.notes, paper)
    buyers_part = _number(line.part_as_ordered, BUYERS_PART)
    return {
        "no": str(line.line_no),
        "po_line": clean(line.customer_line_ref) if clean(line.customer_line_ref) != str(line.line_no) else "",
        "part": clean(line.part) or _number(line.part_as_ordered, ("VP", "VN", "VC", "SA")) or buyers_part,
        "buyers_part": buyers_part,
        "trade_number": _number(line.part_as_ordered, TRADE_NUMBER),
        "description": clean(line.description) or clean(line.description_long)[:240],
        "details": _details(line),
        "rules": _rules(line) if paper is PrintOn.PICK_LIST else _told(line),
        "notes": notes,
        "quantity": quantity(line.quantity),
        "uom": clean(line.uom),
        "pack": _pack(line),
        "shipped": quantity(line.quantity_shipped) if line.quantity_shipped is not None else "",
        "backordered": quantity(line.quantity_backordered) if line.quantity_backordered else "",
        "schedules": [_schedule(line, schedule) for schedule in _worth_showing(line.schedules)],
        "comment": line.line_type is LineType.COMMENT,
        "breakable": sum(map(len, notes)) > _LONGEST_UNBROKEN or len(line.schedules) > 12,
    }


def bar_code_of(text: str) -> dict[str, Any] | None:
    """Bars and their width for a part number, or None if it is one that no bar code can carry."""
    try:
        code = code_128(text)
    except BarcodeRefused:
        return None
    return {"svg": code.svg().decode(), "modules": code.width}


def priced(line: Line) -> dict[str, Any]:
    """The line's price and amount, for papers that show them."""
    basis = line.price_basis_qty
    per = f" / {quantity(basis)}" if basis not in (None, Decimal(1)) else ""
    return {
        "price": amount(line.unit_price) + per if line.unit_price is not None else "",
        "amount": amount(line.extended_price) if line.extended_price is not None else "",
    }


def totals(lines: Iterable[Line]) -> list[str]:
    """``3 lines``, then the quantity in each unit, in the order the units appear."""
    sums: dict[str, Decimal] = {}
    count = 0
    for line in lines:
        if line.line_type is LineType.COMMENT:
            continue
        count += 1
        sums[clean(line.uom)] = sums.get(clean(line.uom), Decimal(0)) + line.quantity
    said = f"{count} line" if count == 1 else f"{count} lines"
    return [said, *(f"{quantity(total)} {uom}" for uom, total in sums.items())]


def _number(identifiers: Iterable[Identifier], qualifiers: tuple[str, ...]) -> str:
    given = {identifier.qualifier: identifier.value for identifier in identifiers}
    return next((clean(given[qualifier]) for qualifier in qualifiers if qualifier in given), "")


def _details(line: Line) -> str:
    """What tells one variant from another."""
    told = [("Style", line.style), ("Colour", line.colour), ("Size", line.size), ("Model", line.model)]
    told += [("Rev", line.revision_level), ("Drawing", line.drawing_no)]
    parts = [f"{label} {clean(value)}" for label, value in told if clean(value)]
    if line.parent_line is not None:
        parts.insert(0, f"Part of line {line.parent_line}")
    return " · ".join(parts)


def _told(line: Line) -> list[str]:
    """What whoever opens the carton is told of the goods in it."""
    told = []
    if line.hazmat or line.un_number:
        told.append(f"DANGEROUS GOODS {clean(line.un_number)}".strip())
    if line.required_lot:
        told.append(f"Lot {clean(line.required_lot)}")
    if line.serials:
        told.append("Serials " + ", ".join(map(clean, line.serials)))
    return told


def _rules(line: Line) -> list[str]:
    """What whoever picks or packs the line must heed, the weightiest first."""
    rules = []
    if line.hazmat or line.un_number:
        rules.append(f"DANGEROUS GOODS {clean(line.un_number)}".strip())
    if line.required_lot or line.lot_control is LotControl.REQUIRED_LOT:
        rules.append(f"Lot {clean(line.required_lot)} only" if line.required_lot else "Lot as the customer asked")
    elif line.lot_control is LotControl.SINGLE_LOT:
        rules.append("One lot only, record it")
    elif line.lot_control is LotControl.RECORD:
        rules.append("Record lot")
    if line.serials:
        rules.append("Serials " + ", ".join(map(clean, line.serials)))
    elif line.serial_required:
        rules.append("Record serial numbers")
    if line.best_before_date:
        rules.append(f"Best before {day(line.best_before_date)} or later")
    elif line.min_shelf_life_days:
        rules.append(f"At least {line.min_shelf_life_days} days of shelf life")
    if line.inspection_required or line.source_inspection:
        rules.append("Inspect before shipping")
    rules += [f"Enclose {clean(paper)}" for paper in line.certificates_required]
    if line.carton_marks:
        rules.append(f"Mark cartons: {clean(line.carton_marks)}")
    if line.ticket_text:
        rules.append(f"Ticket: {clean(line.ticket_text)}")
    if line.substitution_allowed is False:
        rules.append("No substitutes")
    return rules


def _pack(line: Line) -> str:
    """``12 per carton: 3 cartons + 4``."""
    if not line.pack_qty or line.pack_qty <= 0:
        return ""
    per = f"{quantity(line.pack_qty)} per carton"
    full, rest = divmod(line.quantity, line.pack_qty)
    if full < 1:
        return per
    cartons = f"{quantity(full)} carton" + ("s" if full != 1 else "")
    return f"{per}: {cartons}" + (f" + {quantity(rest)}" if rest else "")


def _worth_showing(schedules: tuple[Schedule, ...]) -> list[Schedule]:
    open_ones = [schedule for schedule in schedules if schedule.schedule_status is not LineStatus.CANCELLED]
    if len(open_ones) == 1 and not (_when(open_ones[0]) or _where(open_ones[0])):
        return []
    return open_ones


def _schedule(line: Line, schedule: Schedule) -> dict[str, str]:
    uom = clean(schedule.uom) or clean(line.uom)
    return {"quantity": quantity(schedule.quantity), "uom": uom, "when": _when(schedule), "where": _where(schedule)}


def _when(schedule: Schedule) -> str:
    said = []
    if schedule.requested_ship_date:
        said.append(f"ship {day(schedule.requested_ship_date)}")
    if schedule.requested_delivery_date:
        said.append(f"deliver {day(schedule.requested_delivery_date)}")
    if span := window(schedule.not_before, schedule.not_after):
        said.append(span)
    if schedule.promised_date and not said:
        said.append(f"promised {day(schedule.promised_date)}")
    if schedule.time_window:
        said.append(clean(schedule.time_window))
    return ", ".join(said)


def _where(schedule: Schedule) -> str:
    told = [("to", schedule.ship_to), ("mark for", schedule.mark_for), ("door", schedule.dock_door)]
    told += [("by", schedule.carrier_scac), ("release", schedule.release_number)]
    return ", ".join(f"{label} {clean(value)}" for label, value in told if clean(value))
