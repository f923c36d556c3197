"""Credit: what a customer owes and has on order, against what they may. Rule numbers C1 ... are ours.

exposure = receivables + approved open orders + this order - what is prepaid. All in the customer's currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from orders.document import PurchaseOrder
from orders.masters import Customer
from orders.rules import Stop, plain
from orders.values import CreditState, HoldKind, PaymentMethod, PaymentStatus, Severity

ZERO = Decimal(0)
PAST_DUE_GRACE_DAYS = 10
"""Days an item may be late before rule C3 stops new orders."""


@dataclass(frozen=True)
class CreditDecision:
    """The state of the credit axis, the stops behind it, and every figure that was used."""

    state: CreditState
    stops: tuple[Stop, ...]
    snapshot: dict[str, str]


def credit_decision(order: PurchaseOrder, customer: Customer | None, open_orders: Decimal) -> CreditDecision:
    """Decide whether the order may go on account.

    Args:
        order: the priced order; ``grand_total`` must be set.
        customer: the account it is billed to, or None when the partner has none.
        open_orders: sum of the customer's other approved orders that are not invoiced yet.
    """
    if order.payment_method in (PaymentMethod.PREPAID_CARD, PaymentMethod.MARKETPLACE):
        return _prepaid(order)
    if customer is None or customer.credit_limit is None:
        name = customer.name if customer else "the partner"
        return _decided({}, _hold("C8", f"{name} has no credit file: set a limit, or release this order by hand"))
    total = order.grand_total or ZERO
    exposure = customer.receivables + open_orders + total - (order.prepaid_amount or ZERO)
    figures = {
        "credit_limit": plain(customer.credit_limit),
        "receivables": plain(customer.receivables),
        "open_orders": plain(open_orders),
        "order_total": plain(total),
        "exposure": plain(exposure),
        "past_due": plain(customer.past_due),
        "past_due_days": str(customer.past_due_days),
        "currency": customer.currency,
    }
    stops = []
    if exposure > customer.credit_limit:
        stops.append(
            _hold(
                "C1",
                f"credit limit {plain(customer.credit_limit)} {customer.currency} exceeded: exposure {plain(exposure)} "
                f"with this order of {plain(total)}",
                figures,
            )
        )
    if customer.past_due > 0 and customer.past_due_days > PAST_DUE_GRACE_DAYS:
        stops.append(
            _hold(
                "C3",
                f"{plain(customer.past_due)} {customer.currency} past due for {customer.past_due_days} days; "
                f"{PAST_DUE_GRACE_DAYS} are allowed",
                figures,
            )
        )
    if order.currency != customer.currency:
        stops.append(
            _hold("C14", f"order is in {order.currency}, the account in {customer.currency}: no rate is known", figures)
        )
    return _decided(figures, *stops)


def _prepaid(order: PurchaseOrder) -> CreditDecision:
    if order.payment_status in (PaymentStatus.AUTHORISED, PaymentStatus.CAPTURED) or (
        order.payment_method is PaymentMethod.MARKETPLACE
    ):
        return CreditDecision(CreditState.NOT_REQUIRED, (), {"payment_method": str(order.payment_method)})
    state = order.payment_status or PaymentStatus.NONE
    return _decided({}, _hold("C10", f"prepaid order whose payment is {state}: wait until it is authorised"))


def _decided(snapshot: dict[str, str], *stops: Stop) -> CreditDecision:
    blocked = any(stop.severity is Severity.HOLD for stop in stops)
    return CreditDecision(CreditState.HOLD if blocked else CreditState.OK, stops, snapshot)


def _hold(rule: str, reason: str, figures: dict[str, str] | None = None) -> Stop:
    return Stop(HoldKind.CREDIT, rule, reason, figures=figures or {})
