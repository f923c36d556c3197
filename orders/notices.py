"""What we tell the customer when goods have left: the ship notice, and the invoice for what was shipped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from orders.control import Progress
from orders.document import (
    AllowanceCharge,
    Invoice,
    InvoiceLine,
    Line,
    Package,
    PurchaseOrder,
    ShipNotice,
    ShippedLine,
    ShippedOrder,
)
from orders.fulfilling import Shipment, ShipmentLine
from orders.invoice import InvoiceType
from orders.money import Rounding, extended
from orders.order import SalesOrder
from orders.totals import totalled

_OF_THE_ORDER = (
    "customer_po_number",
    "customer_po_date",
    "release_number",
    "department_number",
    "internal_vendor_no",
    "partner",
    "parties",
    "references",
    "payment_terms",
    "discount_percent",
    "discount_days",
    "net_days",
    "terms_text",
    "freight_payment",
    "currency",
    "test_indicator",
)
"""Fields of the head that a notice and an invoice repeat."""
_OF_A_LINE = ("part_as_ordered", "part", "description", "customer_line_ref", "uom", "uom_as_received", "pack_qty")
_TOTALS = ("lines_total", "allowances_total", "charges_total", "freight_total", "tax_total", "grand_total")
_PRICE = ("unit_price", "price_as_received", "price_basis_code", "price_basis_qty", "tax_category", "taxes")


def ship_notice(order: SalesOrder, shipment: Shipment, on: date) -> ShipNotice:
    """A shipment as the customer is to hear of it: packages with what lies in them, then what has no package."""
    content = order.content
    lines = {line.line_no: line for line in content.lines}
    packages = tuple(
        Package(
            package_no=number,
            package_kind="carton",
            sscc=package.sscc,
            tracking_number=package.tracking_number,
            gross_weight=package.gross_weight,
            weight_uom=package.weight_uom,
            lines=_shipped(lines, (one for one in shipment.lines if one.package == package.package)),
        )
        for number, package in enumerate(shipment.packages, 1)
    )
    loose = _shipped(lines, (one for one in shipment.lines if one.package is None))
    shipped = ShippedOrder(
        customer_po_number=content.customer_po_number,
        customer_po_date=content.customer_po_date,
        release_number=content.release_number,
        order_number=order.order_number,
        department_number=content.department_number,
        package_count=Decimal(len(packages)) if packages else None,
        packages=packages,
        lines=loose,
    )
    return ShipNotice(
        shipment_number=shipment.shipment_id[:30],
        notice_date=on,
        shipped_on=shipment.shipped_at.date(),
        carrier_scac=shipment.carrier_scac or content.carrier_scac,
        service_level=shipment.service_level or content.service_level,
        bill_of_lading=shipment.bill_of_lading,
        pro_number=shipment.pro_number,
        package_count=Decimal(len(packages)) if packages else None,
        orders=(shipped,),
        **_head(content),
    )


def invoice(order: SalesOrder, number: str, on: date, rounding: Rounding | None = None) -> Invoice:
    """What was shipped and is not invoiced yet, at our prices.

    Percentages are taken of what is invoiced; fixed amounts, freight among them, stand on the first invoice of the
    order or line they belong to.
    """
    is_first = not any(one.invoiced for one in order.progress)
    content = order.content
    charged = tuple(_charged(order, rounding))
    allowances = content.allowances if is_first else _not_fixed(content.allowances)
    freight = content.freight_charge_to_customer if is_first else None
    now_due = {"lines": charged, "allowances": allowances, "freight_charge_to_customer": freight}
    figures = totalled(content.model_copy(update=now_due), rounding)
    lines = tuple(
        InvoiceLine(
            line_no=place,
            quantity=line.quantity,
            **_fields(line, (*_OF_A_LINE, *_PRICE, "allowances", "extended_price")),
        )
        for place, line in enumerate(charged, 1)
    )
    totals = _fields(figures, _TOTALS)
    return Invoice(
        invoice_type=InvoiceType.INVOICE,
        invoice_number=number,
        invoice_date=on,
        order_number=order.order_number,
        shipped_on=order.shipped_at.date() if order.shipped_at else None,
        total_due=figures.grand_total,
        quantity_total=sum((line.quantity for line in charged), Decimal(0)),
        allowances=allowances,
        tax_lines=content.tax_lines,
        lines=lines,
        **_head(content),
        **totals,
    )


def _not_fixed(entries: tuple[AllowanceCharge, ...]) -> tuple[AllowanceCharge, ...]:
    """Those that grow with what is invoiced."""
    return tuple(one for one in entries if one.amount is None)


def _charged(order: SalesOrder, rounding: Rounding | None) -> Iterator[Line]:
    """The order's lines with what was shipped since the last invoice; deliveries at another price are lines apart.

    A line that is invoiced as a whole comes to exactly what the order says.
    """
    by_line: dict[int, list[Progress]] = {}
    for one in order.progress:
        if one.shipped > one.invoiced:
            by_line.setdefault(one.line_no, []).append(one)
    begun = {one.line_no for one in order.progress if one.invoiced}
    currency = order.content.currency
    for line in order.content.lines:
        own = {one.schedule_no: one for one in line.schedules if one.unit_price is not None}
        prices: dict[tuple[Decimal | None, Decimal | None], Decimal] = {}
        for one in by_line.get(line.line_no, ()):
            at = own.get(one.schedule_no)
            key = (line.unit_price, line.price_basis_qty)
            if at is not None:
                key = (at.unit_price, at.price_basis_qty or line.price_basis_qty)
            prices[key] = prices.get(key, Decimal(0)) + one.shipped - one.invoiced
        is_first = line.line_no not in begun
        if is_first and not own and list(prices.values()) == [line.quantity]:
            yield line
            continue
        for place, ((price, basis), quantity) in enumerate(prices.items()):
            amount = extended(quantity, price or Decimal(0), basis, currency, rounding)
            allowances = line.allowances if is_first and place == 0 else _not_fixed(line.allowances)
            figures = {"quantity": quantity, "unit_price": price, "price_basis_qty": basis, "extended_price": amount}
            yield line.model_copy(update=figures | {"allowances": allowances, "schedules": ()})


def _shipped(lines: dict[int, Line], shipped: Iterator[ShipmentLine]) -> tuple[ShippedLine, ...]:
    return tuple(
        ShippedLine(
            line_no=place,
            quantity=one.quantity,
            quantity_ordered=lines[one.line_no].quantity,
            lot=one.lot,
            serials=one.serials,
            **_fields(lines[one.line_no], _OF_A_LINE),
        )
        for place, one in enumerate(shipped, 1)
    )


def _head(content: PurchaseOrder) -> dict[str, Any]:
    return _fields(content, _OF_THE_ORDER)


def _fields(source: PurchaseOrder | Line, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(source, name) for name in names}
