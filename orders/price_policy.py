"""Whose price holds where the customer's is not ours: ours, theirs, or a person is asked (rule R1)."""

from __future__ import annotations

from decimal import Decimal

from orders.document import Line, PurchaseOrder
from orders.money import Rounding, extended
from orders.review_policy import Price, Take
from orders.totals import totalled
from orders.values import PriceBasis, PriceSource

ZERO = Decimal(0)
USUAL_AMOUNT = Decimal("0.05")
"""Tolerance per price basis where nobody has set another."""
FACTORS_OF_ANOTHER_BASIS = (Decimal(100), Decimal(1000))
NEARLY = Decimal("0.05")


def verdict(line: Line, setting: Price) -> tuple[bool, Take]:
    """Whether the customer's price is beyond tolerance, and whose price is to be taken then."""
    variance, ours = line.price_variance, line.price_list_price
    if not variance or ours is None:
        return False, "ours"
    percent = setting.percent or ZERO
    if variance > 0 and setting.favour_percent is not None:
        percent = setting.favour_percent
    amount = USUAL_AMOUNT if setting.amount is None else setting.amount
    is_within = abs(variance) <= max(amount, ours * percent / 100)
    if is_within and setting.line_amount is not None:
        is_within = abs(variance * line.quantity / (line.price_basis_qty or 1)) <= setting.line_amount
    if is_within:
        return False, setting.within or "ours"
    return True, (setting.in_our_favour if variance > 0 else setting.against_us) or "hold"


def looks_like_another_basis(line: Line) -> bool:
    """Whether the two prices differ by a factor of a hundred or a thousand, nearly."""
    theirs, ours = line.price_as_received, line.price_list_price
    if not theirs or not ours:
        return False
    ratio = max(theirs / ours, ours / theirs)
    return any(abs(ratio / factor - 1) < NEARLY for factor in FACTORS_OF_ANOTHER_BASIS)


def settled(order: PurchaseOrder, setting: Price | None, rounding: Rounding | None = None) -> PurchaseOrder:
    """The order with the customer's price on the lines where that is what was agreed to take."""
    if setting is None or (setting.within, setting.against_us, setting.in_our_favour).count("theirs") == 0:
        return order
    rounding = rounding or Rounding()
    lines = tuple(_settled(line, setting, order.currency, rounding) for line in order.lines)
    return order if lines == order.lines else totalled(order.model_copy(update={"lines": lines}), rounding)


def _settled(line: Line, setting: Price, currency: str | None, rounding: Rounding) -> Line:
    theirs = line.price_as_received
    if theirs is None or not line.price_variance or line.price_source is PriceSource.CUSTOMER:
        return line
    if line.price_basis_code is PriceBasis.NO_CHARGE or looks_like_another_basis(line):
        return line
    if any(one.unit_price is not None for one in line.schedules):
        return line
    if verdict(line, setting)[1] != "theirs":
        return line
    amount = extended(line.quantity, theirs, line.price_basis_qty, currency, rounding)
    update = {"unit_price": theirs, "price_source": PriceSource.CUSTOMER, "extended_price": amount}
    return line.model_copy(update=update)
