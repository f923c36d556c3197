"""From the plain data a map gives to a document, with every refusal of the model turned into a finding."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, cast

from pydantic import ValidationError

from orders.document import Document, OrderHeader
from translators.findings import Code, Finding, Where, shown
from translators.limits import MAX_FINDINGS_PER_SET

_NAMED_PLACE = re.compile(r"(?P<name>.+)@(?P<offset>[0-9]+)", re.DOTALL)
_PLACE = re.compile(r"(?P<tag>[A-Z0-9]{2,3})\.(?P<element>[0-9]{2})(?::(?P<component>[1-9]))?@(?P<offset>[0-9]+)")


def document_of(
    model: type[OrderHeader], data: dict[str, Any], provenance: dict[str, str], offsets: list[int]
) -> tuple[Document | None, list[Finding]]:
    """The document, or what its fields cannot take."""
    try:
        return cast(Document, model.model_validate({**data, "provenance": provenance})), []
    except ValidationError as refusal:
        errors = refusal.errors(include_url=False, include_context=False)[:MAX_FINDINGS_PER_SET]
        return None, [_finding(error, data, provenance, offsets) for error in errors]


def _finding(error: Any, data: dict[str, Any], provenance: dict[str, str], offsets: list[int]) -> Finding:
    path = _path(error["loc"], data)
    value = error["input"] if isinstance(error["input"], str) else ""
    message = f"the document cannot take {path}: {error['msg']}" + (f" ({shown(value)})" if value else "")
    place = _PLACE.fullmatch(provenance.get(path, ""))
    if place is None and (named := _NAMED_PLACE.fullmatch(provenance.get(path, ""))):
        where = Where(named["name"].rpartition("/")[2], offset=int(named["offset"]))
        return Finding(Code.VALUE_REFUSED, message, where, value[:100])
    if place is None:
        return Finding(Code.VALUE_REFUSED, message, Where(), value[:100])
    offset = int(place["offset"])
    position = offsets.index(offset) + 1 if offset in offsets else None
    component = int(place["component"]) if place["component"] else None
    where = Where(place["tag"], position, int(place["element"]), component, offset)
    return Finding(Code.VALUE_REFUSED, message, where, value[:100])


def _path(location: tuple[str | int, ...], data: Any) -> str:
    """The field's name as provenance has it: lines and rows counted from 1, parties by role, address left out."""
    path, here = "", data
    for key in location:
        try:
            here = here[key]
        except (KeyError, IndexError, TypeError):
            here = None
        if isinstance(key, int):
            role = here.get("role") if isinstance(here, dict) else None
            path += f".{str(role).replace('-', '_')}" if role else f"[{key + 1}]"
        elif key != "address":
            path += f".{key}" if path else key
    return re.sub(r"(part_as_ordered)\[.*", r"\1", path)


def flat(document: Document) -> dict[str, str]:
    """Every value of a document by its name, as provenance has it: rows from 1, parties by role."""
    data = document.model_dump(mode="json", exclude_none=True, exclude={"provenance"})
    return dict(_leaves(data, ""))


def _leaves(value: Any, name: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key != "address":
                yield from _leaves(inner, f"{name}.{key}" if name else key)
            else:
                yield from _leaves(inner, name)
    elif isinstance(value, list):
        for number, inner in enumerate(value, 1):
            role = str(inner["role"]).replace("-", "_") if isinstance(inner, dict) and "role" in inner else None
            yield from _leaves(inner, f"{name}.{role}" if role else f"{name}[{number}]")
    else:
        yield name, str(value).lower() if isinstance(value, bool) else str(value)
