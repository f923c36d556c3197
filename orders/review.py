"""Review: what a careful clerk would look at before the dock starts. Rules R1 ... R26 are ours.

Each rule is a function from the completed order and what is known beside it to what it has to say; :func:`review` asks
all that are not switched off, so that a person sees everything at once. R10 speaks when a change comes
(:mod:`orders.changing`), and of R9 one half when the same PO comes again (:mod:`orders.desk`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from orders import review_head, review_lines
from orders.document import PurchaseOrder
from orders.known import NOTHING, Known
from orders.own_rules import ReadyRule
from orders.review_policy import ReviewRules
from orders.rules import Said, Stop
from orders.values import HoldKind, LineStatus, Severity

Speaks = Callable[[PurchaseOrder, Any, Known], Iterator[Said]]
_RULES: dict[str, Speaks] = review_lines.RULES | review_head.RULES
_BY_WEIGHT = (Severity.NOTE, Severity.HOLD, Severity.REJECT)


@dataclass(frozen=True)
class Asked:
    """The rules that are not off, ready to be asked."""

    rules: tuple[tuple[str, Severity, Any, Speaks], ...]
    settings: Mapping[str, Any]

    def setting(self, code: str) -> Any:
        """The setting of a rule; None when it is off."""
        return self.settings.get(code)


@lru_cache(maxsize=512)
def asked_by_text(rules: str) -> Asked:
    """The rules to be asked, from their settings as JSON; partners have few policies and many orders."""
    asked = tuple(ReviewRules.model_validate_json(rules).asked())
    speaking = tuple((code, severity, setting, _RULES[code]) for code, severity, setting in asked)
    return Asked(speaking, {code: setting for code, _, setting in asked})


def asked_by(rules: ReviewRules) -> Asked:
    """The rules to be asked by their settings."""
    return asked_by_text(rules.model_dump_json(exclude_none=True))


def review(
    order: PurchaseOrder, asked: Asked, known: Known = NOTHING, own: Sequence[ReadyRule] = ()
) -> tuple[Stop, ...]:
    """Every stop and note the rules have for a completed order, the house's own after ours."""
    whole, order = order, _without_cancelled_lines(order)
    ours = tuple(
        Stop(HoldKind.REVIEW, code, said.reason, _weight(severity, said), said.field_path, said.figures)
        for code, severity, setting, speaks in asked.rules
        for said in speaks(whole if code in _OF_THE_WHOLE else order, setting, known)
        if not said.left_to or asked.setting(said.left_to) is None
    )
    return ours + tuple(
        Stop(HoldKind.REVIEW, rule.code, said.reason, Severity(rule.severity), said.field_path, said.figures)
        for rule in own
        for said in rule.speaks(order, known.today)
    )


_OF_THE_WHOLE = frozenset({"R15"})
"""Rules that count lines which were cancelled."""


def _without_cancelled_lines(order: PurchaseOrder) -> PurchaseOrder:
    cancelled = LineStatus.CANCELLED
    kept = tuple([line for line in order.lines if line.line_status is not cancelled])
    return order if len(kept) == len(order.lines) else order.model_copy(update={"lines": kept})


def _weight(severity: Severity, said: Said) -> Severity:
    """As hard as the rule is set, unless what it says is at least or at most of another weight."""
    weight = _BY_WEIGHT.index(severity)
    if said.at_most is not None:
        weight = min(weight, _BY_WEIGHT.index(said.at_most))
    if said.at_least is not None:
        weight = max(weight, _BY_WEIGHT.index(said.at_least))
    return _BY_WEIGHT[weight]
