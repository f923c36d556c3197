"""The house's own rules of review, and what the house wants of the built-in ones: one text, kept as revisions.

A rule says when it speaks and what it says: ``message`` is text with expressions in braces, whose values are the
figures of the hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from orders.document import PurchaseOrder
from orders.expressions import Expression, ExpressionInvalid, ExpressionTooCostly, expression
from orders.review_policy import Level, ReviewRules
from orders.rules import Said, plain

_BRACES = re.compile(r"\{([^{}]*)\}")
MOST_RULES = 200


class OwnRule(BaseModel):
    """One rule of the house's own, as it is written."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str = Field(pattern=r"^X[0-9]{1,4}$", description="X1 ...")
    when: str = Field(min_length=1, description="the expression that is true where the rule speaks")
    message: str = Field(min_length=1, max_length=300, description="what it says, with expressions in braces")
    severity: Level = Field(default="hold", description="off, note, hold or reject")
    field: str = Field(default="", max_length=200, description="the field it speaks of")


class RuleText(BaseModel):
    """The whole text: the house's settings of R1 ... R26, and its own rules."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    review: ReviewRules = Field(default=ReviewRules(), description="settings for all partners")
    rules: tuple[OwnRule, ...] = Field(default=(), max_length=MOST_RULES, description="own rules")


@dataclass(frozen=True)
class ReadyRule:
    """An own rule that was read and checked."""

    code: str
    severity: Level
    field: str
    when: Expression
    words: tuple[str | tuple[str, Expression], ...]

    def speaks(self, order: PurchaseOrder, today: date | None) -> Iterator[Said]:
        """What it has to say of an order. One that costs too much says so, and stops the order for a person."""
        try:
            if not self.when(order, today):
                return
            said = [one if isinstance(one, str) else (one[0], _shown(one[1](order, today))) for one in self.words]
        except ExpressionTooCostly as error:
            yield Said(f"{self.code} cannot be asked: {error}", self.field)
            return
        figures = {one[0]: one[1] for one in said if not isinstance(one, str)}
        yield Said("".join(one if isinstance(one, str) else one[1] for one in said), self.field, figures)


def ready(rule: OwnRule) -> ReadyRule:
    """A rule, read and checked.

    Raises:
        ExpressionInvalid: its condition or its message; the message names rule, place and nearest field.
    """
    try:
        return _ready(rule)
    except ExpressionInvalid as error:
        raise ExpressionInvalid(f"{rule.code}: {error}") from None


@lru_cache(maxsize=1024)
def _ready(rule: OwnRule) -> ReadyRule:
    words: list[str | tuple[str, Expression]] = []
    at = 0
    for found in _BRACES.finditer(rule.message):
        words += [rule.message[at : found.start()], (found[1].strip(), expression(found[1]))]
        at = found.end()
    words.append(rule.message[at:])
    return ReadyRule(rule.code, rule.severity, rule.field, expression(rule.when), tuple(words))


def _shown(value: Any) -> str:
    if isinstance(value, Decimal):
        return plain(value)
    return "nothing" if value is None else {True: "yes", False: "no"}.get(value, str(value))
