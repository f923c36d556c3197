"""A second opinion on exposure: an order as a clerk would keep it on a card, in whole cents and pieces."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass
class Sold:
    """One order of one article."""

    cents: int
    ordered: int
    is_taken: bool = False
    shipped: int = 0
    invoiced: int = 0
    is_over: bool = False
    """Cancelled, as far as it had not left."""
    wanted: int | None = None
    """What a change asks for that the dock has not answered yet."""
    is_cancel_asked: bool = False

    @property
    def left(self) -> int:
        return 0 if self.is_over else self.ordered - self.shipped

    @property
    def is_in_hands(self) -> bool:
        """Some of it has left and some has not: the dock is asked before anything changes."""
        return 0 < self.shipped < self.ordered and not self.is_over

    @property
    def is_waiting(self) -> bool:
        return self.wanted is not None or self.is_cancel_asked

    def at_risk(self) -> Decimal:
        """Shipped and not invoiced, and what is to be shipped once we have said yes."""
        pieces = self.shipped - self.invoiced + (self.left if self.is_taken else 0)
        return Decimal(pieces * self.cents) / 100
