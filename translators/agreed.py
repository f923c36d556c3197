"""What a translation needs to know of the outside: for which envelope, which partner, agreement and map."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from partners.partner import Agreement, Identifier
from translators.maps.bases import base_map, base_map_for
from translators.maps.engine import CompiledMap


@dataclass(frozen=True, slots=True)
class Envelope:
    """Everything the outside says about one set before it is opened. GS02/GS03 may name the customer (trap 6)."""

    standard: str
    sender: Identifier
    receiver: Identifier
    group_sender: str
    group_receiver: str
    set_id: str
    version: str
    test: bool
    interchange_control_number: str
    channel: str = ""
    """What it came by: who has no id of its own in a file is known by that."""


@dataclass(frozen=True, slots=True)
class Agreed:
    """A known partner. Without an agreement the set is refused as not agreed, without a map as not readable yet."""

    partner: str
    agreement: Agreement | None = None
    map: CompiledMap | None = None


Agree = Callable[[Envelope], Agreed | None]
"""None: nobody we know."""


_STANDARDS: dict[str, Literal["x12", "edifact", "tradacoms", "file"]] = {
    "x12": "x12",
    "edifact": "edifact",
    "tradacoms": "tradacoms",
    "file": "file",
}
_KIND = re.compile(r"[A-Za-z0-9-]{1,20}")


def standard_agreement(envelope: Envelope) -> Agreed:
    """Anybody's file by the base map, for a look at it without a partner."""
    name = base_map_for(envelope.standard, envelope.set_id)
    wanted = name or f"{envelope.standard}-{envelope.set_id.lower()}"
    if _KIND.fullmatch(envelope.set_id) is None or (name is None and envelope.standard == "file"):
        return Agreed(str(envelope.sender))
    agreement = Agreement(document=envelope.set_id, standard=_STANDARDS[envelope.standard], map=wanted)
    return Agreed(str(envelope.sender), agreement, base_map(name) if name else None)
