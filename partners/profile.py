"""A trading partner as TOML text and back. Strict: a key nobody knows is an error that names the nearest one."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterator
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from partners.partner import PartnerError, TradingPartner


class ProfileInvalid(PartnerError):
    """The text is not a partner profile; each line of the message names one fault, where it is and what would do."""

    code = "profile-invalid"


def read_profile(text: str) -> TradingPartner:
    """The partner a TOML text describes.

    Raises:
        ProfileInvalid: not TOML, an unknown key, a missing key or a value that cannot be.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ProfileInvalid(f"not a TOML text: {error}") from None
    try:
        return TradingPartner.model_validate(tables)
    except ValidationError as error:
        faults = [_fault(one) for one in error.errors(include_url=False)]
        raise ProfileInvalid("\n".join(faults)) from None


def write_profile(partner: TradingPartner) -> str:
    """The partner as TOML; reading the text gives an equal partner back."""
    tables = partner.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return "\n".join(_table(tables, ())).strip() + "\n"


def _fault(error: ErrorDetails) -> str:
    path = error["loc"]
    where = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    if error["type"] == "extra_forbidden":
        known = list(_model_at(path[:-1]).model_fields)
        near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
        return f"{where}: unknown key; {hint}"
    if error["type"] == "missing":
        return f"{where}: this key is needed"
    return f"{where}: {error['msg']}, got {error['input']!r}"


def _model_at(path: tuple[int | str, ...]) -> type[BaseModel]:
    """The model that the tables at a path are read into."""
    model: type[BaseModel] = TradingPartner
    for step in path:
        if isinstance(step, str) and step in model.model_fields:
            model = _inner_model(model.model_fields[step].annotation) or model
    return model


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _inner_model(part))), None)


def _table(values: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Plain keys first, then sub-tables: the order TOML needs."""
    for key, value in values.items():
        if not _is_table(value):
            yield f"{key} = {_value(value)}"
    for key, value in values.items():
        if isinstance(value, dict):
            yield f"\n[{'.'.join((*path, key))}]"
            yield from _table(value, (*path, key))
        elif _is_table(value):
            for entry in value:
                yield f"\n[[{'.'.join((*path, key))}]]"
                yield from _table(entry, (*path, key))


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
