"""Line amounts, totals and rounding. Our figures; the customer's are controls and never overwritten.

Rules: an amount is rounded once per line to the currency's minor unit, half up, and the rounded lines are summed.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from orders.document import AllowanceCharge, Line, PurchaseOrder
from orders.masters import Catalogue
from orders.values import HandlingMethod, PriceBasis, PriceSource

ZERO = Decimal(0)
_MINOR_UNITS = dict.fromkeys(
    ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV", "XAF", "XOF", "XPF"), 0
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)


def minor_unit(currency: str | None) -> int:
    """Decimals of the currency's smallest unit (ISO 4217); two where the standard has no other."""
    return _MINOR_UNITS.get(currency or "", 2)


def round_money(amount: Decimal, currency: str | None) -> Decimal:
    """The amount in whole minor units, half up."""
    return amount.quantize(Decimal(1).scaleb(-minor_unit(currency)), ROUND_HALF_UP)


def extended(quantity: Decimal, price: Decimal, basis: Decimal | None, currency: str | None) -> Decimal:
    """quantity times price for ``basis`` units (one when None or zero), rounded once."""
    return round_money(quantity * price / (basis or 1), currency)


def priced(line: Line, catalogue: Catalogue, currency: str | None) -> Line:
    """The line with our part, our price, the difference to the customer's price and its amount.

    The price list states a price per unit; a customer who prices per hundred is compared per hundred. A line of no
    charge stays free. Without a list price the customer's own price is taken, and ``price_source`` says so.
    """
    part, rule = catalogue.resolve(line.part_as_ordered)
    basis = line.price_basis_qty or Decimal(1)
    listed = part.list_price * basis if part and part.list_price is not None else None
    price: Decimal | None
    if line.price_basis_code is PriceBasis.NO_CHARGE:
        price, source = ZERO, PriceSource.CUSTOMER
    elif listed is not None:
        price, source = listed, PriceSource.PRICE_LIST
    else:
        price, source = line.price_as_received, PriceSource.CUSTOMER
    variance = None
    if line.price_as_received is not None and listed is not None:
        variance = line.price_as_received - listed
    return line.model_copy(
        update={
            "part": part.part if part else line.part,
            "part_match_rule": rule or None,
            "description": line.description or (part.description if part else None),
            "pack_qty": line.pack_qty or (part.pack_qty if part else None),
            "unit_price": price,
            "price_source": source if price is not None else None,
            "price_list_price": listed,
            "price_variance": variance,
            "extended_price": None if price is None else extended(line.quantity, price, basis, currency),
        }
    )


def totalled(order: PurchaseOrder) -> PurchaseOrder:
    """The order with its totals: rounded lines, then allowances and charges, then tax."""
    lines_total = sum((line.extended_price or ZERO for line in order.lines), ZERO)
    allowances, charges = ZERO, ZERO
    for base, entries in _allowances(order, lines_total):
        for entry in entries:
            amount = round_money(_amount(entry, base), order.currency)
            if entry.handling_method is HandlingMethod.INFORMATION_ONLY:
                continue
            if entry.is_charge:
                charges += amount
            else:
                allowances += amount
    tax = sum((line.tax_amount or ZERO for line in order.tax_lines if not line.collected_by_marketplace), ZERO)
    return order.model_copy(
        update={
            "lines_total": lines_total,
            "allowances_total": allowances,
            "charges_total": charges,
            "tax_total": tax,
            "grand_total": lines_total - allowances + charges + tax,
        }
    )


def _allowances(order: PurchaseOrder, lines_total: Decimal) -> Iterable[tuple[Decimal, tuple[AllowanceCharge, ...]]]:
    yield lines_total, order.allowances
    for line in order.lines:
        yield line.extended_price or ZERO, line.allowances


def _amount(entry: AllowanceCharge, base: Decimal) -> Decimal:
    if entry.amount is not None:
        return entry.amount
    if entry.percent is not None:
        return base * entry.percent / 100
    return (entry.rate or ZERO) * (entry.rate_quantity or ZERO)
