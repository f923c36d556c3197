"""What a map may fill: each document's fields and rows, read off its model, and the shorter words maps use for some."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import UnionType
from typing import Any, Union, get_args, get_origin

from orders.document import (
    DOCUMENTS,
    Component,
    Content,
    Identifier,
    Line,
    LineChange,
    LineContent,
    Note,
    OrderHeader,
    Party,
    Reference,
    Schedule,
)

HEADERS = {
    "purchase-order": "order",
    "purchase-order-change": "change",
    "order-response": "response",
    "ship-notice": "shipment",
    "invoice": "invoice",
    "inventory-advice": "inventory",
    "application-advice": "advice",
}
"""The section of a map that fills a document's head."""

SHARED = ("parties", "references", "notes", "allowances")
"""Rows that header and lines have alike: a map says them once."""

_NUMBERS = ("line_no", "schedule_no", "package_no", "component_no")
"""Fields that count the rows; the engine fills them."""
_NOT_THE_MAPS = frozenset(
    {"attachments", "provenance", "extensions", "kind", "schema_version", "channel", "partner", "received_at",
     "tags", "options", "store", "unplaced", *_NUMBERS}
)  # fmt: skip
"""Fields that the engine, the gateway or the order desk fills. In a customer's line our own price is one, too."""
_WORDS: dict[type[Content], dict[str, str]] = {
    Party: {"code": "party_code", "code_qualifier": "party_code_qualifier"},
    Reference: {"type": "ref_type", "value": "ref_value", "description": "ref_description", "date": "ref_date"},
    Note: {"kind": "note_kind", "text": "note_text", "language": "note_language", "heading": "note_heading"},
    Schedule: {"deliver_by": "requested_delivery_date", "ship_by": "requested_ship_date"},
    Component: {"price": "price_as_received", "part": "part_as_ordered"},
    LineContent: {"price": "price_as_received", "part": "part_as_ordered"},
}


@dataclass(frozen=True, slots=True)
class Kind:
    """What one thing is: the fields rules may fill, shorter words for them, the rows it may hold by name, the field
    that counts it, and what a row of it cannot be without."""

    model: type[Content]
    names: frozenset[str]
    words: dict[str, str]
    rows: dict[str, type[Content]]
    number: str
    needs: tuple[str, ...]
    keeps: bool
    """Whether it has a place for input that no field names."""


@lru_cache(maxsize=64)
def kind_of(model: type[Content]) -> Kind:
    """Reads a model."""
    rows = {name: row for name, field in model.model_fields.items() if (row := _row_of(field.annotation))}
    names = frozenset(model.model_fields) - _NOT_THE_MAPS - set(rows)
    if model is Party:
        names = names - {"role", "address"} | frozenset(ADDRESS)
    if model in (Line, LineChange):
        names -= {"unit_price"}
    words = next((words for base, words in _WORDS.items() if issubclass(model, base)), {})
    number = next((name for name in _NUMBERS if name in model.model_fields), "")
    return Kind(model, names, words, rows, number, _needs(model, number), "extensions" in model.model_fields)


def document_model(kind: str) -> type[OrderHeader]:
    """The model of a document's kind."""
    return DOCUMENTS[kind]


def _needs(model: type[Content], number: str) -> tuple[str, ...]:
    """A line or an allowance that lacks something is told of; a reference without its number is no reference."""
    if issubclass(model, LineContent):
        return ()
    required = (name for name, field in model.model_fields.items() if field.is_required())
    return tuple(name for name in required if name not in (number, "role"))


def _row_of(annotation: Any) -> type[Content] | None:
    """The model of the rows a field holds; part numbers are values to a map, not rows."""
    if get_origin(annotation) in (Union, UnionType):
        return next((row for one in get_args(annotation) if (row := _row_of(one))), None)
    if get_origin(annotation) is not tuple:
        return None
    inner = get_args(annotation)[0]
    is_row = isinstance(inner, type) and issubclass(inner, Content) and inner is not Identifier
    return inner if is_row else None


_ADDRESS_MODEL: Any = Party.model_fields["address"].annotation
ADDRESS = frozenset(next(one for one in get_args(_ADDRESS_MODEL) if one is not type(None)).model_fields)
"""The fields of a postal address; to a map they are fields of the party."""
