"""Units: from what a customer orders to what we stock, by exact fractions, never by rounding."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from orders.content import PartCrossReference
from orders.masters import Part
from orders.money import MOST_PRICE

QUANTITY_PLACES = 6
ONE = Fraction(1)
_PIECE = frozenset({"EA", "C62", "H87", "PCE", "PC", "NAR"})
"""Codes for one piece in UN/ECE Recommendation 20 and 21, and in X12."""
_OF_A_PIECE = {
    "PR": 2, "NPR": 2, "DZ": 12, "DZN": 12, "DPC": 12, "GRO": 144, "GS": 144, "CEN": 100, "HC": 100, "MIL": 1000,
    "TH": 1000,
}  # fmt: skip
_MEASURES: tuple[dict[str, Fraction], ...] = (
    {
        "KGM": Fraction(1),
        "KG": Fraction(1),
        "GRM": Fraction(1, 1000),
        "GR": Fraction(1, 1000),
        "TNE": Fraction(1000),
        "LBR": Fraction("0.45359237"),
        "LB": Fraction("0.45359237"),
        "ONZ": Fraction("0.028349523125"),
        "OZ": Fraction("0.028349523125"),
    },
    {
        "MTR": Fraction(1),
        "MR": Fraction(1),
        "CMT": Fraction(1, 100),
        "MMT": Fraction(1, 1000),
        "INH": Fraction("0.0254"),
        "IN": Fraction("0.0254"),
        "FOT": Fraction("0.3048"),
        "FT": Fraction("0.3048"),
        "YRD": Fraction("0.9144"),
        "YD": Fraction("0.9144"),
    },
)
"""International units with their exact size (1959 agreement on yard and pound), X12 codes beside those of Rec 20."""
_WHOLE = (
    _PIECE | _OF_A_PIECE.keys() | {"CS", "CT", "CA", "BX", "XBX", "XCS", "XCT", "PK", "XPK", "PL", "XPX", "RO", "SET"}
)
"""Units that are counted, never divided."""


def decimals(uom: str, part: Part | None = None) -> int:
    """Decimals a quantity in this unit may have: none where things are counted."""
    if part is not None and uom in part.decimals:
        return part.decimals[uom]
    return 0 if uom in _WHOLE else QUANTITY_PLACES


def factor(
    uom: str, part: Part, reference: PartCrossReference | None = None, as_received: str | None = None
) -> Fraction | None:
    """How many of the part's units are in one of another, or None where nobody has said.

    What was agreed with the customer (the cross-reference) goes before what the part says, and that before what
    everybody knows: a dozen, a pound.
    """
    if reference is not None and reference.uom_factor and reference.customer_uom in (None, uom, as_received):
        return reference.uom_factor
    if uom == part.uom:
        return ONE
    if uom in part.conversions:
        return part.conversions[uom]
    return _everywhere(uom, part.uom)


def _everywhere(uom: str, into: str) -> Fraction | None:
    pieces = {code: Fraction(1) for code in _PIECE} | {code: Fraction(count) for code, count in _OF_A_PIECE.items()}
    for sizes in (pieces, *_MEASURES):
        if uom in sizes and into in sizes:
            return sizes[uom] / sizes[into]
    return None


def converted(quantity: Decimal, by: Fraction, uom: str, part: Part | None = None) -> Decimal | None:
    """The quantity in another unit; None when that unit cannot be divided so, or the result does not come out even."""
    if by is ONE and quantity == quantity.to_integral_value():
        return quantity
    exact = Fraction(quantity) * by
    shifted = exact * 10 ** decimals(uom, part)
    if shifted.denominator != 1:
        return None
    result = Decimal(shifted.numerator).scaleb(-decimals(uom, part)).normalize() + 0
    return result if abs(result) < MOST_PRICE else None
