"""Strict TOML: a text is read into a model, and every fault names its place and the nearest thing that would do."""

from __future__ import annotations

import difflib
import tomllib
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Model = TypeVar("Model", bound=BaseModel)


def read_strict(text: str, model: type[Model]) -> Model:
    """The model a TOML text describes.

    Raises:
        ValueError: not TOML, an unknown or missing key, or a value that cannot be; one line of the message per fault.
    """
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"not a TOML text: {error}") from None
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        faults = [_fault(one, model) for one in error.errors(include_url=False)]
        raise ValueError("\n".join(faults)) from None


def _fault(error: ErrorDetails, root: type[BaseModel]) -> str:
    path = error["loc"]
    where = "".join(f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path).lstrip(".")
    if error["type"] == "extra_forbidden":
        known = list(_model_at(path[:-1], root).model_fields)
        near = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else f"known here: {', '.join(known)}"
        return f"{where}: unknown key; {hint}"
    if error["type"] == "missing":
        return f"{where}: this key is needed"
    return f"{where}: {error['msg']}, got {error['input']!r}"


def _model_at(path: tuple[int | str, ...], root: type[BaseModel]) -> type[BaseModel]:
    """The model that the tables at a path are read into."""
    model = root
    for step in path:
        if isinstance(step, str) and step in model.model_fields:
            model = _inner_model(model.model_fields[step].annotation) or model
    return model


def _inner_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((model for part in get_args(annotation) if (model := _inner_model(part))), None)
