"""Corrections by path: ``lines[2].quantity = 12`` in the words that differences are told in.

An entry of a list is named by its own number (``lines[2]``, ``schedules[1]``) or role (``parties[ship-to]``), else by
its place from 1. A path that ends with an entry replaces it, adds it when there is none, or with None takes it out.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from orders.content import Content
from orders.diff import key_of
from orders.document import PurchaseOrder
from orders.masters import BY_HAND
from orders.order import OrderError
from orders.values import PriceSource

_STEP = re.compile(r"(?P<name>[a-z_][a-z0-9_]*)(?:\[(?P<key>[^\]]+)\])?(?:\.|$)")
_KEYS = {"lines": "line_no", "schedules": "schedule_no", "parties": "role"}
"""The field that numbers the entries of a list."""

_BY_A_PERSON: dict[str, tuple[str, Any]] = {
    "part": ("part_match_rule", BY_HAND),
    "unit_price": ("price_source", PriceSource.MANUAL_OVERRIDE),
}
"""Fields that our masters fill, and what says that a person has filled them: then they stay as they are set."""


class CannotCorrect(OrderError):
    """A correction names no field of an order, or a value the field cannot have; the message says which."""

    code = "cannot-correct"


def corrected(content: PurchaseOrder, corrections: Mapping[str, Any]) -> PurchaseOrder:
    """The order's content with values put in place of others.

    Args:
        corrections: path to new value; text is read as the field's type, None empties the field.

    Raises:
        CannotCorrect: a path or a value does not fit; nothing is corrected then.
    """
    for path, value in corrections.items():
        steps = _steps(path)
        try:
            content = _put(content, steps, value, path)
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, one['loc'][1:]))} {one['msg']}".strip() for one in error.errors()[:3])
            raise CannotCorrect(f"{path} cannot be {value!r}: {told}") from None
    return content


def _steps(path: str) -> list[tuple[str, str | None]]:
    steps, at = [], 0
    while at < len(path):
        step = _STEP.match(path, at)
        if step is None:
            raise CannotCorrect(f"{path!r} is no path: write it like lines[2].schedules[1].quantity")
        steps.append((step["name"], step["key"]))
        at = step.end()
    if not steps:
        raise CannotCorrect("an empty path names no field")
    return steps


def _put(part: Any, steps: list[tuple[str, str | None]], value: Any, path: str) -> Any:
    """The part with the value at the end of the steps; only what lies on the way is built anew."""
    (name, key), rest = steps[0], steps[1:]
    model = type(part)
    if name not in model.model_fields:
        near = difflib.get_close_matches(name, model.model_fields, 1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise CannotCorrect(f"{path}: {model.__name__} has no field {name!r}{hint}")
    before = getattr(part, name)
    if key is not None:
        after: Any = _put_entry(before, name, key, rest, value, path)
    elif rest:
        if not isinstance(before, Content):
            raise CannotCorrect(f"{path}: {name} is empty or has no fields of its own; give it as a whole")
        after = _put(before, rest, value, path)
    else:
        after = value
    fields = {field: getattr(part, field) for field in part.model_fields_set} | {name: after}
    if name in _BY_A_PERSON and _BY_A_PERSON[name][0] in model.model_fields:
        mark, by_hand = _BY_A_PERSON[name]
        fields[mark] = None if after is None else by_hand
    if after is None:
        fields.pop(name)
    return model.model_validate(fields)


def _put_entry(
    before: Any, name: str, key: str, rest: list[tuple[str, str | None]], value: Any, path: str
) -> tuple[Any, ...]:
    if not isinstance(before, tuple):
        raise CannotCorrect(f"{path}: {name} is no list")
    entries = list(before)
    place = next((at for at, one in enumerate(entries) if key_of(one, at + 1) == key), None)
    if rest:
        if place is None:
            raise CannotCorrect(f"{path}: there is no {name}[{key}]")
        entries[place] = _put(entries[place], rest, value, path)
    elif value is None:
        if place is None:
            raise CannotCorrect(f"{path}: there is no {name}[{key}] to take out")
        del entries[place]
    else:
        numbered = {_KEYS[name]: key} | value if name in _KEYS and isinstance(value, dict) else value
        place = len(entries) if place is None else place
        entries[place : place + 1] = [numbered]
    return tuple(entries)
