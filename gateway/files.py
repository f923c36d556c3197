"""``inspect``, ``read``, ``write`` and ``partner check``: single files, without a box.

Nothing a file holds can make reading fail; writing says what it cannot write.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, cast

from pydantic import ValidationError

from gateway.outbound import agreement_out, anybody, outgoing
from gateway.road import utc_now
from orders.document import DOCUMENTS, Document
from partners.partner import Agreement, PartnerError, TradingPartner
from partners.profile import read_profile
from translators import translate
from translators.maps.bases import base_map, base_map_names, base_map_text
from translators.maps.engine import CompiledMap, compile_map
from translators.outgoing import PROVISIONAL, Written
from translators.writing import write as translate_write

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

    channel = _channel_of(partner)

    def read(path: Path) -> dict[str, Any]:
        now = utc_now()
        translation = translate.read(blocks(path), agree, received_at=now, channel=channel)
        return translation.to_json(str(path), now)

    return read


def _channel_of(partner: TradingPartner | None) -> str:
    """The channel a partner who is known by nothing else would send by: a file that names nobody is theirs."""
    own = (one.value for one in partner.identifiers if one.qualifier == "channel") if partner else ()
    return next(iter(own), "file")


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


class DocumentInvalid(PartnerError):
    """A JSON file is no document of ours; the message names the field and what is wrong with it."""

    code = "document-invalid"


def documents_in(path: Path) -> list[Document]:
    """The documents of a JSON file: one, a list of them, or what ``read --json`` printed.

    Raises:
        DocumentInvalid: it is no JSON, or a document in it is none.
    """
    try:
        data = json.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DocumentInvalid(f"{path} cannot be read as JSON: {error}") from None
    if isinstance(data, dict) and "documents" in data:
        data = data["documents"]
    return [_document(path, one) for one in (data if isinstance(data, list) else [data])]


def _document(path: Path, data: Any) -> Document:
    if not isinstance(data, dict) or data.get("kind") not in DOCUMENTS:
        raise DocumentInvalid(f"{path}: a document says its kind, one of {', '.join(DOCUMENTS)}")
    try:
        return cast(Document, DOCUMENTS[data["kind"]].model_validate(data))
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors(include_url=False)[:10])
        raise DocumentInvalid(f"{path}: {'; '.join(faults)}") from None


def writer(
    to: str, profile: Path | None, map_file: Path | None
) -> Callable[[Path], Iterator[tuple[dict[str, Any], Written]]]:
    """A function that writes the documents of a JSON file; each also as ``{"file", "to", "text", "findings"}``.

    ``to`` is a base map's name, a set agreed with the partner of the profile, or nothing beside a map.
    Control numbers are provisional.

    Raises:
        ProfileInvalid, MapError, NotAgreed: the profile or map cannot be used; the message names every fault.
    """
    partner = read_profile(profile.read_text("utf-8")) if profile else None
    chosen = compile_map(map_file.read_text("utf-8"), base_map_text) if map_file else None
    if partner is not None and to and to not in base_map_names():
        agreement = agreement_out(partner, to)
        envelope = outgoing(partner, agreement)
        chosen = chosen or base_map(agreement.map)
    else:
        chosen = chosen or base_map(to)
        envelope = anybody(chosen.match.standard)

    def write_all(path: Path) -> Iterator[tuple[dict[str, Any], Written]]:
        for document in documents_in(path):
            written = translate_write(chosen, document, envelope, PROVISIONAL, utc_now())
            findings = [one.to_json() for one in written.findings]
            shown = {"file": str(path), "to": to or chosen.name, "text": _text(written.data), "findings": findings}
            yield shown, written

    return write_all


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
