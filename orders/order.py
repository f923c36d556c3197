"""The sales order: number, three state axes, holds and the current revision of its content."""

from __future__ import annotations

from pydantic import Field

from orders.control import HoldRow, OrderControl
from orders.document import PurchaseOrder
from orders.values import HoldKind


class SalesOrder(OrderControl):
    """One order as it stands: what is ours about it, and the content of its latest revision."""

    revision: int = Field(default=1, description="number of the content revision, counted from 1")
    content: PurchaseOrder

    def open_holds(self, kind: HoldKind | None = None) -> tuple[HoldRow, ...]:
        """Holds nobody has released yet, of one kind or of all."""
        return tuple(hold for hold in self.holds if hold.is_open and kind in (None, hold.kind))
