"""The sales order: three state axes, holds, how far each delivery is, and the content of its latest revision.

The order axis says how far the decision has got, the credit axis whether the money is right, the fulfilment axis how
far the goods are. A hold is a row, not a state: an order may carry several of several kinds. The legal moves stand in
:mod:`orders.life`.
"""

from __future__ import annotations

from pydantic import Field

from orders.content import Content
from orders.control import HoldRow, OrderControl
from orders.document import PurchaseOrder
from orders.life import Verb, destination, starts_of
from orders.values import FulfilmentState, HoldKind, OrderState, Ref, Str500, Timestamp


class OrderError(Exception):
    """The order desk cannot do what was asked. The message says what stands in the way."""

    code = "order-error"
    retry = False


class IllegalTransition(OrderError):
    """The order is in a state that the verb does not start from."""

    code = "illegal-transition"


class UnknownHold(OrderError):
    """No open hold of the order has this id or kind."""

    code = "unknown-hold"


class NotForTheDock(OrderError):
    """The order may not be released: it is a test or a blanket order, or a hold stops it."""

    code = "not-for-the-dock"


class PendingChange(Content):
    """What is to become of the order once the dock, which has its goods in hand, says yes."""

    content: PurchaseOrder = Field(description="the order as it would be")
    by: Ref = Field(description="who asked")
    at: Timestamp = Field(description="when")
    reason: Str500 | None = None


class SalesOrder(OrderControl):
    """One order as it stands: what is ours about it, and the content of its latest revision."""

    revision: int = Field(default=1, description="number of the content revision, counted from 1")
    customer: str | None = Field(default=None, description="customer record it is billed to")
    document_fingerprint: str = Field(
        default="", description="what the customer sent, hashed: tells a repeat from a change"
    )
    changes_taken: tuple[str, ...] = Field(default=(), description="fingerprints of the customer's changes so far")
    pending: PendingChange | None = Field(default=None, description="a change that waits for the dock's word")
    content: PurchaseOrder

    def open_holds(self, kind: HoldKind | None = None) -> tuple[HoldRow, ...]:
        """Holds nobody has released yet, of one kind or of all."""
        return tuple(hold for hold in self.holds if hold.is_open and kind in (None, hold.kind))

    @property
    def is_at_the_dock(self) -> bool:
        """Papers of it may be out there."""
        return self.fulfilment_state is not FulfilmentState.OPEN


def after(order: SalesOrder, verb: Verb) -> OrderState:
    """The state the verb leads to.

    Raises:
        IllegalTransition: the table knows no such move.
    """
    to = destination(verb, order.order_state, order.fulfilment_state)
    if to is None:
        raise IllegalTransition(
            f"order {order.order_number} is {order.order_state}, its goods {order.fulfilment_state}: "
            f"{verb} starts from {', '.join(starts_of(verb))} only"
        )
    return to


def may(order: SalesOrder, verb: Verb) -> bool:
    """Whether the table knows a move for the verb from where the order stands."""
    return destination(verb, order.order_state, order.fulfilment_state) is not None
