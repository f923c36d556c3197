"""``inspect``, ``read`` and ``partner check``: single files, without a box. Nothing a file holds can make them fail."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gateway.road import utc_now
from partners.partner import Agreement, TradingPartner
from partners.profile import read_profile
from translators import translate
from translators.maps.bases import base_map, base_map_text
from translators.maps.engine import CompiledMap, compile_map

BLOCK_BYTES = 1 << 16


def blocks(path: Path) -> Iterator[bytes]:
    """The file's bytes, a block at a time: a file of any size needs little memory."""
    with path.open("rb") as file:
        while block := file.read(BLOCK_BYTES):
            yield block


def inspect_file(path: Path) -> dict[str, Any]:
    """Envelopes and findings of one file, in the JSON form of ``inspect --json``."""
    return translate.inspect(blocks(path)).to_json(str(path))


def reader(profile: Path | None, map_file: Path | None) -> Callable[[Path], dict[str, Any]]:
    """A function that reads one file to the JSON form of ``read --json``.

    Without a profile every sender is taken, with the base map for its document; with one, only that partner is known.

    Raises:
        ProfileInvalid, MapError: the profile or map cannot be used; the message names every fault.
    """
    partner = read_profile(profile.read_text("utf-8")) if profile else None
    chosen = compile_map(map_file.read_text("utf-8"), base_map_text) if map_file else None
    if partner is None:
        agree = translate.standard_agreement if chosen is None else _with_map(chosen)
    else:
        agree = _of_partner(partner, chosen)

    def read(path: Path) -> dict[str, Any]:
        now = utc_now()
        translation = translate.read(blocks(path), agree, received_at=now, channel="file")
        return translation.to_json(str(path), now)

    return read


def _with_map(chosen: CompiledMap) -> translate.Agree:
    def agree(envelope: translate.Envelope) -> translate.Agreed | None:
        standard = translate.standard_agreement(envelope)
        return None if standard is None else translate.Agreed(standard.partner, standard.agreement, chosen)

    return agree


def _of_partner(partner: TradingPartner, chosen: CompiledMap | None) -> translate.Agree:
    known = set(partner.identifiers)

    def map_of(agreement: Agreement) -> CompiledMap:
        return chosen or base_map(agreement.map)

    def agree(envelope: translate.Envelope) -> translate.Agreed | None:
        if envelope.sender not in known:
            return None
        agreement = partner.agreement(envelope.set_id, envelope.version)
        return translate.Agreed(partner.partner, agreement, map_of(agreement) if agreement else None)

    return agree
