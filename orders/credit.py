"""Credit: what a customer owes and has on order, against what they may.

    exposure = open receivables - unapplied payments + shipped and not invoiced
             + approved open orders within the horizon + this order, less what is prepaid

All in one currency, with the rates of the day of the check; every figure used is kept with the decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from orders.credit_case import Case, Standing, case_of
from orders.credit_policy import CreditRules, Stage
from orders.credit_rules import ASKED_OF_PREPAID, asked
from orders.exposure import is_paid_elsewhere
from orders.order import SalesOrder
from orders.rules import Stop, plain
from orders.values import CreditState, HoldKind, PaymentMethod, Severity

AT_ENTRY = frozenset({Stage.ENTRY, Stage.RELEASE})
"""An order that nothing stops goes from entry to the dock at once: the rules of both are asked."""


@dataclass(frozen=True)
class CreditDecision:
    """The state of the credit axis, the stops behind it, and every figure that was used."""

    state: CreditState
    stops: tuple[Stop, ...]
    snapshot: dict[str, str]


def credit_decision(
    order: SalesOrder, standing: Standing, rules: CreditRules, at: datetime, stages: frozenset[Stage] = AT_ENTRY
) -> CreditDecision:
    """Decide whether the order may go on, and say why not.

    Args:
        order: the priced order; its own figures count as if it were approved.
        standing: what is known of the customer.
        rules: what holds for this order (:meth:`orders.credit_policy.HousePolicy.rules_for`).
        at: now.
        stages: whose rules are asked.
    """
    case = case_of(order, standing, rules, at)
    is_prepaid = order.content.payment_method in (PaymentMethod.PREPAID_CARD, PaymentMethod.MARKETPLACE)
    figures = _figures(case)
    stops = tuple(
        Stop(HoldKind.CREDIT, name, reason, rule.severity, figures=figures)
        for name, rule, reason in asked(case, rules.rules, stages)
        if not is_prepaid or name in ASKED_OF_PREPAID
    )
    told = figures | _told_beside(case, stages)
    return CreditDecision(_state(stops, is_free=is_prepaid and is_paid_elsewhere(order.content)), stops, told)


def _state(stops: tuple[Stop, ...], *, is_free: bool) -> CreditState:
    hardest = {stop.severity for stop in stops}
    if Severity.REJECT in hardest:
        return CreditState.REJECTED
    if Severity.HOLD in hardest:
        return CreditState.HOLD
    return CreditState.NOT_REQUIRED if is_free else CreditState.OK


def _figures(case: Case) -> dict[str, str]:
    """The figures a stop was said for: when they are the same, so is the stop."""
    standing = case.standing
    figures = {
        "receivables": plain(standing.receivables),
        "open_orders": plain(standing.open_orders),
        "order_total": plain(case.this),
        "exposure": plain(case.exposure),
        "past_due": plain(standing.late(case.day)),
        "currency": standing.currency,
    }
    if case.limit is not None:
        figures["credit_limit"] = plain(case.limit)
    if standing.unapplied:
        figures["unapplied_payments"] = plain(standing.unapplied)
    return figures


def _told_beside(case: Case, stages: frozenset[Stage]) -> dict[str, str]:
    """What else the decision rested on: kept with it, but no reason to hold anew."""
    standing = case.standing
    told = {"checked_at": case.at.isoformat(), "stages": ", ".join(stage for stage in Stage if stage in stages)}
    ages = [one.as_of for one in standing.family if one.as_of]
    if ages:
        told["receivables_as_of"] = min(ages).isoformat()
    if standing.head and standing.account and standing.head.customer != standing.account.customer:
        told["limit_of"] = standing.head.customer
    return told | {f"rate_{one}": f"{plain(rate.rate)} of {rate.on}" for one, rate in sorted(standing.rates.items())}
