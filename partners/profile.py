"""A trading partner as TOML text and back. Strict: a key nobody knows is an error that names the nearest one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from partners.partner import PartnerError, TradingPartner
from partners.strict_toml import read_strict


class ProfileInvalid(PartnerError):
    """The text is not a partner profile; each line of the message names one fault, where it is and what would do."""

    code = "profile-invalid"


def read_profile(text: str) -> TradingPartner:
    """The partner a TOML text describes.

    Raises:
        ProfileInvalid: not TOML, an unknown key, a missing key or a value that cannot be.
    """
    try:
        return read_strict(text, TradingPartner)
    except ValueError as error:
        raise ProfileInvalid(str(error)) from None


def write_profile(partner: TradingPartner) -> str:
    """The partner as TOML; reading the text gives an equal partner back."""
    tables = partner.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return "\n".join(_table(tables, ())).strip() + "\n"


def _table(values: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    """Plain keys first, then sub-tables: the order TOML needs."""
    for key, value in values.items():
        if not _is_table(value):
            yield f"{_key(key)} = {_value(value)}"
    for key, value in values.items():
        if isinstance(value, dict):
            yield f"\n[{'.'.join((*path, _key(key)))}]"
            yield from _table(value, (*path, _key(key)))
        elif _is_table(value):
            for entry in value:
                yield f"\n[[{'.'.join((*path, key))}]]"
                yield from _table(entry, (*path, key))


def _key(name: str) -> str:
    """The name, in quotes where TOML asks for them: a user's may hold a dot."""
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else json.dumps(name, ensure_ascii=False)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(item, dict) for item in value))


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    return json.dumps(value, ensure_ascii=False)
