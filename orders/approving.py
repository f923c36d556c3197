"""Who may let an order go on in spite of credit: amount bands, roles, four eyes, and a reason from the house's list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from orders.control import Approval, Waiver
from orders.credit_policy import Band, HousePolicy
from orders.desk import release_holds, waived
from orders.order import OrderError, SalesOrder
from orders.outcome import Change, OrderEvent
from orders.rules import plain
from orders.values import HoldKind


class ApprovalNeeded(OrderError):
    """The order's amount needs the word of somebody else; the message names the role and who has it."""

    code = "approval-needed"


class ReasonNeeded(OrderError):
    """A release in spite of credit must name a reason of the house's list; the message names them."""

    code = "reason-needed"


@dataclass(frozen=True)
class Leave:
    """What a person gives: leave for this revision, up to an amount, until a day."""

    by: str
    note: str = ""
    reason_code: str = ""
    up_to: Decimal | None = None
    until: date | None = None


def give_leave(
    order: SalesOrder, leave: Leave, policy: HousePolicy, amount: Decimal, at: datetime, kind: HoldKind | None = None
) -> Change:
    """A person lets the order go on in spite of credit; where two must agree, the first one's word is kept.

    Args:
        amount: what the order comes to, in the currency of the bands.
        kind: which holds are let go along with the credit holds; None: all.

    Raises:
        ApprovalNeeded, ReasonNeeded: see the classes.
        UnknownHold: there are open holds, but none of this kind.
    """
    _check_reason(leave, policy)
    band = next((one for one in policy.bands if one.up_to is None or amount <= one.up_to), None)
    if policy.bands:
        order = _agreed(order, leave, policy, band, amount, at)
    events: tuple[OrderEvent, ...] = ()
    if band:
        given = _given(order)
        told = f"by {leave.by} ({len(given)} of {band.persons})" + (
            f": {leave.reason_code}" if leave.reason_code else ""
        )
        events = (OrderEvent("approval.given", told),)
        if len(given) < band.persons:
            return Change(order, events)
    waiver = Waiver(
        revision=order.revision,
        up_to=order.content.grand_total if leave.up_to is None else leave.up_to,
        until=leave.until,
        by=leave.by,
        at=at,
        reason_code=leave.reason_code or None,
        note=leave.note or None,
    )
    if order.open_holds(kind):
        return Change(order, events).then(release_holds(order, kind, leave.by, leave.note, at, waiver))
    return Change(order, events).then(waived(order, waiver))


def _check_reason(leave: Leave, policy: HousePolicy) -> None:
    if policy.reasons and leave.reason_code not in policy.reasons:
        known = ", ".join(f"{code} ({meaning})" for code, meaning in policy.reasons.items())
        said = f"{leave.reason_code!r} is no reason" if leave.reason_code else "no reason was named"
        raise ReasonNeeded(f"{said}: give one of {known}")


def _given(order: SalesOrder) -> list[Approval]:
    """Who has agreed to this revision so far."""
    return [one for one in order.approvals if one.revision == order.revision and one.decision == "approved"]


def _agreed(
    order: SalesOrder, leave: Leave, policy: HousePolicy, band: Band | None, amount: Decimal, at: datetime
) -> SalesOrder:
    """The order with the person's word on it, if they may give it."""
    what = f"order {order.order_number} of {plain(amount)}"
    if band is None:
        raise ApprovalNeeded(f"{what} is above every band of the credit policy: nobody may release it")
    enough = {one.role for one in policy.bands[policy.bands.index(band) :]}
    if enough.isdisjoint(policy.people.get(leave.by, ())):
        known = sorted(name for name, roles in policy.people.items() if not enough.isdisjoint(roles)) or ["nobody yet"]
        raise ApprovalNeeded(f"{what} needs the role {band.role}, which {leave.by} has not; have: {', '.join(known)}")
    if leave.by == order.content.entered_by:
        raise ApprovalNeeded(f"{what} was entered by {leave.by}: another person must let it go")
    if any(one.user == leave.by for one in _given(order)):
        raise ApprovalNeeded(f"{what} needs {band.persons} persons, and {leave.by} has agreed already: ask another")
    step = len(_given(order)) + 1
    word = Approval(
        step=step,
        role=band.role,
        user=leave.by,
        decision="approved",
        comment=leave.note or None,
        at=at,
        revision=order.revision,
        reason_code=leave.reason_code or None,
    )
    return order.model_copy(update={"approvals": (*order.approvals, word)})
