"""The text of the house's review rules, read and checked."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache

from orders.expressions import ExpressionInvalid
from orders.order import OrderError
from orders.own_rules import RuleText, ready
from partners.strict_toml import read_strict


class RulesInvalid(OrderError):
    """The text is no set of review rules; each line of the message names one fault, where it is and what would do."""

    code = "rules-invalid"


@lru_cache(maxsize=16)
def read_rules(text: str) -> RuleText:
    """The rules a TOML text holds; the usual ones when it is empty.

    Raises:
        RulesInvalid: not TOML, an unknown key, an expression that cannot be read, a code used twice.
    """
    try:
        house = read_strict(text, RuleText)
    except ValueError as error:
        raise RulesInvalid(str(error)) from None
    faults = [f"{code}: there are two rules of this code" for code, n in _codes(house).items() if n > 1]
    for rule in house.rules:
        try:
            ready(rule)
        except ExpressionInvalid as error:
            faults.append(str(error))
    if faults:
        raise RulesInvalid("\n".join(faults))
    return house


def _codes(house: RuleText) -> Counter[str]:
    return Counter(rule.code for rule in house.rules)
