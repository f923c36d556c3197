"""The sales order and its life: three state axes, the table of legal transitions, holds, revisions.

The order axis says how far the decision has got, the credit axis whether the money is right, the fulfilment axis how
far the goods are. A hold is a row, not a state: an order may carry several of several kinds.
"""

from __future__ import annotations

from enum import StrEnum

from pydantic import Field

from orders.control import HoldRow, OrderControl
from orders.document import PurchaseOrder
from orders.values import HoldKind
from orders.values import OrderState as S


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


class Verb(StrEnum):
    """What can be done to an order on its order axis."""

    VALIDATE = "validate"
    HOLD_FOR_CREDIT = "hold for credit"
    HOLD_FOR_REVIEW = "hold for review"
    APPROVE = "approve"
    RELEASE = "release"
    CANCEL = "cancel"
    REJECT = "reject"


_UNDECIDED = (S.VALIDATED, S.IN_CREDIT, S.IN_REVIEW)

TRANSITIONS: dict[Verb, dict[S, S]] = {
    Verb.VALIDATE: {S.RECEIVED: S.VALIDATED, S.DRAFT: S.VALIDATED, S.INCOMPLETE: S.VALIDATED},
    Verb.HOLD_FOR_CREDIT: dict.fromkeys(_UNDECIDED, S.IN_CREDIT),
    Verb.HOLD_FOR_REVIEW: dict.fromkeys(_UNDECIDED, S.IN_REVIEW),
    Verb.APPROVE: dict.fromkeys(_UNDECIDED, S.APPROVED),
    Verb.RELEASE: {S.APPROVED: S.RELEASED},
    Verb.CANCEL: dict.fromkeys((S.RECEIVED, S.DRAFT, S.INCOMPLETE, *_UNDECIDED, S.APPROVED), S.CANCELLED),
    Verb.REJECT: dict.fromkeys((S.RECEIVED, S.INCOMPLETE, *_UNDECIDED), S.REJECTED),
}
"""Every legal move of the order axis: verb, then state before to state after. What is not here is not allowed."""


class SalesOrder(OrderControl):
    """One order as it stands: what is ours about it, and the content of its latest revision."""

    revision: int = Field(default=1, description="number of the content revision, counted from 1")
    customer: str | None = Field(default=None, description="customer record it is billed to")
    document_fingerprint: str = Field(
        default="", description="what the customer sent, hashed: tells a repeat from a change"
    )
    content: PurchaseOrder

    def open_holds(self, kind: HoldKind | None = None) -> tuple[HoldRow, ...]:
        """Holds nobody has released yet, of one kind or of all."""
        return tuple(hold for hold in self.holds if hold.is_open and kind in (None, hold.kind))


def after(order: SalesOrder, verb: Verb) -> S:
    """The state the verb leads to.

    Raises:
        IllegalTransition: the table knows no such move.
    """
    try:
        return TRANSITIONS[verb][order.order_state]
    except KeyError:
        starts = ", ".join(sorted(TRANSITIONS[verb]))
        raise IllegalTransition(
            f"order {order.order_number} is {order.order_state}: {verb} starts from {starts} only"
        ) from None


def may(order: SalesOrder, verb: Verb) -> bool:
    """Whether the table knows a move for the verb from where the order stands."""
    return order.order_state in TRANSITIONS[verb]
