"""What changed between two versions of an order's content, and the fingerprint that tells a repeat from a change."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from orders.document import OrderHeader, PurchaseOrder

_OF_THE_ROAD = {"provenance", "received_at", "channel", "channel_order_id", "channel_order_ref", "schema_version"}
"""Fields that speak of one delivery of the document, not of what was ordered."""


@dataclass(frozen=True)
class Difference:
    """One field that is not the same: ``lines[2].quantity`` was 10, is 12. None: there was, or is, nothing."""

    path: str
    before: Any
    after: Any


class Written(NamedTuple):
    """A document as JSON without what nobody filled, and its :func:`fingerprint`."""

    text: str
    fingerprint: str


def fingerprint(document: OrderHeader) -> str:
    """SHA-256 over what the customer ordered or changes; the same for the same document sent again by another road."""
    return written(document).fingerprint


def written(document: OrderHeader) -> Written:
    """The document as it is kept, and its fingerprint: they share most of the work."""
    said = document.model_dump_json(exclude=_OF_THE_ROAD, exclude_none=True, exclude_defaults=True)
    road = document.model_dump_json(include=_OF_THE_ROAD, exclude_none=True, exclude_defaults=True)
    whole = ",".join(part[1:-1] for part in (said, road) if part != "{}")
    return Written(f"{{{whole}}}", hashlib.sha256(said.encode()).hexdigest())


def differences(before: PurchaseOrder, after: PurchaseOrder) -> tuple[Difference, ...]:
    """Every field that differs in what was ordered, in reading order. Lines are matched by ``line_no``."""
    known = {line.line_no: line for line in before.lines}
    same = {line.line_no for line in after.lines if known.get(line.line_no) == line}
    return tuple(_compare("", _keyed(_ordered(_without(before, same))), _keyed(_ordered(_without(after, same)))))


def _without(order: PurchaseOrder, line_nos: set[int]) -> PurchaseOrder:
    """The order without lines that need no look: of ten thousand, mostly all but one."""
    return order.model_copy(update={"lines": tuple(line for line in order.lines if line.line_no not in line_nos)})


def _ordered(document: OrderHeader) -> dict[str, Any]:
    return document.model_dump(mode="json", exclude=_OF_THE_ROAD, exclude_none=True, exclude_defaults=True)


def _keyed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _keyed(item) for name, item in value.items()}
    if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        keys = [f"[{_key(item, place)}]" for place, item in enumerate(value, 1)]
        return dict(zip(keys, map(_keyed, value), strict=True))
    return value


def key_of(entry: Any, place: int) -> str:
    """What names an entry of a list in paths: its own number or role, else its place from 1."""
    return _key({name: getattr(entry, name) for name in _NUMBERING if hasattr(entry, name)}, place)


_NUMBERING = ("line_no", "schedule_no", "role")


def _key(entry: dict[str, Any], place: int) -> str:
    return str(next((entry[name] for name in _NUMBERING if name in entry), place))


def _compare(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in [*before, *(name for name in after if name not in before)]:
            joint = "" if name.startswith("[") or not path else "."
            yield from _compare(f"{path}{joint}{name}", before.get(name), after.get(name))
    elif before != after:
        yield Difference(path, before, after)
