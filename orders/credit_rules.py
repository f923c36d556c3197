"""The credit rules C1 ... C16: each a function from a case to its reason, with both numbers, or None."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

from orders.credit_account import CreditAccount
from orders.credit_case import Case
from orders.credit_policy import Amount, Days, Monthly, PastDue, Rule, Rules, Share, Stage, Stale
from orders.exposure import is_paid_elsewhere
from orders.values import PaymentMethod, PaymentStatus

ASKED_OF_PREPAID = frozenset({"C9", "C10", "C16"})
"""Rules that an order paid beforehand must pass too: nothing of it goes on account."""


def asked(case: Case, rules: Rules, stages: frozenset[Stage]) -> Iterator[tuple[str, Rule, str]]:
    """Every rule that speaks, with its setting and its reason."""
    for name, rule in rules.asked(stages):
        reason = _RULES[name](case, rule)
        if reason:
            yield name, rule, reason


def _limit(case: Case, rule: Rule) -> str | None:
    if case.limit is None or case.exposure <= case.limit or case.is_within_tolerance:
        return None
    return (
        f"credit limit {case.money(case.limit)} exceeded: exposure {case.money(case.exposure)} "
        f"with this order of {case.money(case.this)}"
    )


def _tolerance(case: Case, rule: Rule) -> str | None:
    if case.limit is None or not case.is_within_tolerance:
        return None
    return (
        f"exposure {case.money(case.exposure)} is over the limit of {case.money(case.limit)} by "
        f"{case.money(case.exposure - case.limit)}: within tolerance"
    )


def _past_due(case: Case, rule: PastDue) -> str | None:
    days = max((one.days_late(case.day) for one in case.standing.family), default=0)
    late = case.standing.late(case.day, rule.days)
    if late <= rule.amount:
        return None
    return (
        f"{case.money(late)} past due for up to {days} days; {rule.days} days and {case.money(rule.amount)} are allowed"
    )


def _oldest(case: Case, rule: Days) -> str | None:
    age = max((one.age_days(case.day) for one in case.standing.family), default=0)
    if rule.days is None or age <= rule.days:
        return None
    return f"the oldest open item is {age} days old; {rule.days} are allowed"


def _share_overdue(case: Case, rule: Share) -> str | None:
    balance, late = case.standing.receivables, case.standing.late(case.day)
    if rule.percent is None or balance <= 0 or late * 100 <= balance * rule.percent:
        return None
    return (
        f"{late * 100 / balance:.1f} % of the balance is overdue ({case.money(late)} of {case.money(balance)}); "
        f"{rule.percent.normalize():f} % are allowed"
    )


def _largest(case: Case, rule: Amount) -> str | None:
    if rule.amount is None or case.this <= rule.amount:
        return None
    return f"this order of {case.money(case.this)} is above the largest allowed, {case.money(rule.amount)}"


def _first(case: Case, rule: Rule) -> str | None:
    return f"the customer's first order on account, {case.money(case.this)}" if case.standing.is_first else None


def _no_file(case: Case, rule: Rule) -> str | None:
    head = case.standing.head
    if head is None or (head.credit_limit is None and case.limit is None):
        name = head.customer if head else "the partner"
        return f"{name} has no credit file: set a limit, or release this order by hand"
    if head.review_on and head.review_on < case.day:
        return f"the limit was to be reviewed on {head.review_on}, today is {case.day}: review it"
    return None


def _accounts(case: Case) -> Iterator[CreditAccount]:
    """The customer's own account and the one whose limit counts."""
    own, head = case.standing.account, case.standing.head
    if own:
        yield own
    if head and head is not own:
        yield head


def _stopped(case: Case, rule: Rule) -> str | None:
    return next((f"account {one.customer} is stopped: {one.stop}" for one in _accounts(case) if one.stop), None)


def _not_paid(case: Case, rule: Rule) -> str | None:
    content = case.order.content
    if content.payment_method is not PaymentMethod.PREPAID_CARD or is_paid_elsewhere(content):
        return None
    state = content.payment_status or PaymentStatus.NONE
    return f"prepaid order whose payment is {state}: wait until it is authorised"


def _worse_terms(case: Case, rule: Rule) -> str | None:
    asked_for, own = case.order.content.net_days, case.standing.account
    if asked_for is None or own is None or own.net_days is None or asked_for <= own.net_days:
        return None
    return f"{asked_for} days to pay are asked for, {own.net_days} are on file"


def _temporary_over(case: Case, rule: Rule) -> str | None:
    head = case.standing.head
    if head is None or head.temporary_limit is None or head.has_temporary_limit(case.day):
        return None
    if case.limit is not None and case.exposure <= case.limit:
        return None
    ended = f"ended on {head.temporary_until}, today is {case.day}"
    return f"the temporary limit of {case.money(head.temporary_limit)} {ended}"


def _too_much_a_month(case: Case, rule: Monthly) -> str | None:
    value = case.this + case.standing.sum_of(case.standing.month_amounts)
    count = case.standing.month_orders + 1
    if rule.amount is not None and value > rule.amount:
        return f"orders of this month come to {case.money(value)}; {case.money(rule.amount)} are allowed"
    if rule.orders is not None and count > rule.orders:
        return f"this is order {count} of this month; {rule.orders} are allowed"
    return None


def _no_rate(case: Case, rule: Rule) -> str | None:
    if not case.without_rate:
        return None
    return f"amounts in {', '.join(case.without_rate)}, the account in {case.standing.currency}: no rate is known"


def _stale(case: Case, rule: Stale) -> str | None:
    if rule.hours is None:
        return None
    known = [one.as_of for one in case.standing.family]
    if not known or None in known:
        return f"receivables were never imported; they may be {rule.hours} hours old"
    oldest = min(one for one in known if one)
    age = case.at - oldest
    if age <= timedelta(hours=rule.hours):
        return None
    hours = int(age.total_seconds() // 3600)
    return f"receivables are {hours} hours old (of {oldest:%Y-%m-%d %H:%M} UTC); {rule.hours} hours are allowed"


def _denied(case: Case, rule: Rule) -> str | None:
    return next((f"{one.customer} may not be traded with: {one.denied}" for one in _accounts(case) if one.denied), None)


_RULES: dict[str, Callable[[Case, Any], str | None]] = {
    "C1": _limit,
    "C2": _tolerance,
    "C3": _past_due,
    "C4": _oldest,
    "C5": _share_overdue,
    "C6": _largest,
    "C7": _first,
    "C8": _no_file,
    "C9": _stopped,
    "C10": _not_paid,
    "C11": _worse_terms,
    "C12": _temporary_over,
    "C13": _too_much_a_month,
    "C14": _no_rate,
    "C15": _stale,
    "C16": _denied,
}
