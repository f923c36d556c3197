"""What credit and review rules say: a stop with its figures, before it becomes a hold on an order."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from orders.values import HoldKind, Severity


@dataclass(frozen=True)
class Stop:
    """One rule that spoke.

    ``reason`` is for a person and carries the numbers; ``figures`` holds the same numbers by name, as text.
    A note is only shown; a hold stops the order until a person or a re-check lets it go.
    """

    kind: HoldKind
    rule: str
    reason: str
    severity: Severity = Severity.HOLD
    field_path: str = ""
    figures: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Said:
    """What a review rule has to say, before it is known how hard the rule is.

    ``left_to`` names the rule that says the same better: this is not said where that one is on.
    """

    reason: str
    field_path: str = ""
    figures: dict[str, str] = field(default_factory=dict)
    left_to: str = ""
    at_least: Severity | None = None
    at_most: Severity | None = None


def plain(amount: Decimal) -> str:
    """A number as people write it: no exponent, no needless zeros beyond two decimals."""
    text = f"{amount:f}"
    if "." not in text:
        return text
    whole, _, places = text.partition(".")
    places = places.rstrip("0").ljust(2, "0")
    return f"{whole}.{places}"


def counted(number: int, thing: str) -> str:
    """A number with its thing, in the plural where it is not one: 1 line, 2 lines."""
    return f"{number} {thing}" if number == 1 else f"{number} {thing}s"
