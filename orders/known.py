"""What review needs to know beside the order itself: read once for all orders of a transaction, never by a rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from orders.masters import Customer, Part


@dataclass(frozen=True, slots=True)
class Past:
    """What a partner ordered of a part before: how often, and the quantity in the middle."""

    orders: int
    median: Decimal


@dataclass(frozen=True, slots=True)
class BlanketLine:
    """One line of a blanket order: how much was agreed, and how much other releases have drawn."""

    line_no: int
    part: str | None
    customer_line_ref: str | None
    uom: str
    agreed: Decimal
    drawn: Decimal = Decimal(0)

    @property
    def left(self) -> Decimal:
        """Below zero when more was drawn than agreed."""
        return self.agreed - self.drawn


@dataclass(frozen=True, slots=True)
class Blanket:
    """The blanket order that a release draws on."""

    order_number: str
    lines: tuple[BlanketLine, ...]
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True)
class Known:
    """What is known for one order. ``twins`` are numbers of orders like it; ``past`` goes by part and unit."""

    at: datetime | None = None
    parts: Mapping[str, Part | None] = field(default_factory=dict)
    customer: Customer | None = None
    past: Mapping[tuple[str, str], Past] = field(default_factory=dict)
    twins: tuple[str, ...] = ()
    blanket: Blanket | None = None

    @property
    def today(self) -> date | None:
        return self.at.date() if self.at else None


NOTHING = Known()
