"""What we tell the customer when goods have left: the ship notice, and the invoice for what was shipped."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from orders.control import Progress
from orders.document import Invoice, InvoiceLine, Line, Package, PurchaseOrder, ShipNotice, ShippedLine, ShippedOrder
from orders.fulfilling import Shipment, ShipmentLine
from orders.invoice import InvoiceType
from orders.money import extended
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


def invoice(order: SalesOrder, number: str, on: date) -> Invoice:
    """What was shipped and is not invoiced yet, at our prices.

    Percentages of the head are taken of what is invoiced; its fixed amounts stand on the order's first invoice.
    """
    is_first = not any(one.invoiced for one in order.progress)
    content = order.content
    charged = tuple(_charged(order))
    allowances = content.allowances if is_first else tuple(one for one in content.allowances if one.amount is None)
    figures = totalled(content.model_copy(update={"lines": charged, "allowances": allowances}))
    lines = tuple(
        InvoiceLine(line_no=place, quantity=line.quantity, **_fields(line, (*_OF_A_LINE, *_PRICE, "extended_price")))
        for place, line in enumerate(charged, 1)
    )
    totals = _fields(figures, ("lines_total", "allowances_total", "charges_total", "tax_total", "grand_total"))
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


def _charged(order: SalesOrder) -> Iterator[Line]:
    """The order's lines with what was shipped since the last invoice; deliveries at another price are lines apart."""
    by_line: dict[int, list[Progress]] = {}
    for one in order.progress:
        if one.shipped > one.invoiced:
            by_line.setdefault(one.line_no, []).append(one)
    currency = order.content.currency
    for line in order.content.lines:
        own = {schedule.schedule_no: schedule.unit_price for schedule in line.schedules}
        prices: dict[Decimal | None, Decimal] = {}
        for one in by_line.get(line.line_no, ()):
            price = own.get(one.schedule_no)
            price = line.unit_price if price is None else price
            prices[price] = prices.get(price, Decimal(0)) + one.shipped - one.invoiced
        for price, quantity in prices.items():
            amount = extended(quantity, price or Decimal(0), line.price_basis_qty, currency)
            yield line.model_copy(update={"quantity": quantity, "unit_price": price, "extended_price": amount})


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
