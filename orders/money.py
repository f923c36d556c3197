"""Money to the smallest coin: minor units, rounding, and amounts shared out so that the parts add up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from enum import StrEnum
from fractions import Fraction

ZERO = Decimal(0)
KEPT_PLACES = 4
"""Decimals of an amount that is not rounded to the coin (:data:`orders.values.Money`)."""
PRICE_PLACES = 6
MOST_MONEY = Decimal(10) ** 14
"""An amount has 18 digits, four of them decimals: from here on it cannot be kept."""
MOST_PRICE = Decimal(10) ** 12
"""Likewise a price or a quantity, with six."""
EXACTLY = Context(prec=80)
_WITHOUT_COINS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_MINOR_UNITS = (
    dict.fromkeys(_WITHOUT_COINS.split(), 0)
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
    | dict.fromkeys(("CLF", "UYW"), 4)
)


class RoundingMode(StrEnum):
    """What happens to an amount that lies in the middle."""

    HALF_UP = "half-up"
    HALF_EVEN = "half-even"


class RoundingScope(StrEnum):
    """What is rounded to the coin: every line, or only the sums of the document."""

    LINE = "line"
    DOCUMENT = "document"


_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(KEPT_PLACES + 1))
"""What an amount with so many decimals is a multiple of."""
_MODES = {RoundingMode.HALF_UP: ROUND_HALF_UP, RoundingMode.HALF_EVEN: ROUND_HALF_EVEN}


@dataclass(frozen=True)
class Rounding:
    """How a partner's amounts are rounded: once a line and half up, if nothing else was agreed."""

    scope: RoundingScope = RoundingScope.LINE
    mode: RoundingMode = RoundingMode.HALF_UP

    def money(self, amount: Decimal, currency: str | None) -> Decimal:
        """The amount in whole coins."""
        return amount.quantize(_STEPS[minor_unit(currency)], _MODES[self.mode], EXACTLY)

    def line(self, amount: Decimal, currency: str | None) -> Decimal:
        """The amount of a line: in whole coins, or as exact as an amount is kept where the document is rounded."""
        if self.scope is RoundingScope.LINE:
            return self.money(amount, currency)
        return amount.quantize(_STEPS[KEPT_PLACES], _MODES[self.mode], EXACTLY)


USUAL_ROUNDING = Rounding()


def minor_unit(currency: str | None) -> int:
    """Decimals of the currency's smallest unit (ISO 4217); two where the standard has no other."""
    return _MINOR_UNITS.get(currency or "", 2)


def round_money(amount: Decimal, currency: str | None) -> Decimal:
    """The amount in whole coins, half up."""
    return USUAL_ROUNDING.money(amount, currency)


def extended(
    quantity: Decimal, price: Decimal, basis: Decimal | None, currency: str | None, rounding: Rounding | None = None
) -> Decimal:
    """quantity times price for ``basis`` units (one when None or zero), rounded once."""
    return (rounding or USUAL_ROUNDING).line(quantity * price / (basis or 1), currency)


def as_decimal(value: Fraction, places: int = PRICE_PLACES) -> Decimal:
    """A ratio with so many decimals, half up; exact where it has no more."""
    above, below = abs(value.numerator) * 10**places, value.denominator
    whole = (2 * above + below) // (2 * below)
    return Decimal(-whole if value.numerator < 0 else whole).scaleb(-places, EXACTLY)


def allocated(amount: Decimal, weights: Sequence[Decimal], currency: str | None) -> tuple[Decimal, ...]:
    """The amount shared out by weight, in whole coins that add up to it (largest remainder).

    Of equal remainders the first gets the coin. Without any weight all shares are the same but for coins.
    """
    if not weights:
        return ()
    coin = Decimal(1).scaleb(-minor_unit(currency))
    coins = Fraction(amount / coin)
    whole = int(coins)
    total = sum(map(Fraction, weights), Fraction(0))
    parts = [Fraction(weight) / total if total else Fraction(1, len(weights)) for weight in weights]
    exact = [whole * part for part in parts]
    shares = [one.numerator // one.denominator for one in exact]
    left = whole - sum(shares)
    largest = sorted(range(len(exact)), key=lambda at: (shares[at] - exact[at], at))
    for at in largest[:left]:
        shares[at] += 1
    rest = (coins - whole) * Fraction(coin)
    made = [share * coin for share in shares]
    if rest:  # an amount finer than a coin: the fraction goes where most goes
        most = max(range(len(made)), key=lambda at: (parts[at], -at))
        made[most] += as_decimal(rest, KEPT_PLACES)
    return tuple(made)
