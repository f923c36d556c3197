"""A map's own tests: samples it must read to stated values, documents it must write with stated segments.

[[tests]]
name   = "two stores"
sample = '''ISA*00*...~IEA*1*000000001~'''
expect = { customer_po_number = "PO-1", "lines[1].quantity" = "12", "parties.ship_to.name" = "HILL" }

[[tests]]
name          = "a workbook"
sample_base64 = '''UEsDBBQ...'''
expect        = { customer_po_number = "PO-2" }

[[tests]]
name     = "our answer"
document = { kind = "order-response", ... }
writes   = ["BAK*00*AD*PO-1*20260302"]
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, cast

from pydantic import ValidationError

from orders.document import DOCUMENTS, Document
from partners.partner import Agreement
from translators.agreed import Agreed, Envelope
from translators.documents import flat
from translators.findings import MapError
from translators.interchange import PartyId
from translators.maps.engine import CompiledMap
from translators.outgoing import PROVISIONAL, Outgoing
from translators.translate import read
from translators.writing import write

_AT = datetime(2026, 1, 2, 3, 4, tzinfo=UTC)
_SAMPLES = ("sample", "sample_base64")
_KEYS = frozenset({*_SAMPLES, "name", "expect", "documents", "document", "writes"})
_WRITTEN_AS = {"x12": ("004010", "00401"), "edifact": ("D:96A:UN", "UNOC:3")}


@dataclass(frozen=True, slots=True)
class Trial:
    """What one test came to; no faults: it passed."""

    name: str
    faults: tuple[str, ...]

    @property
    def passed(self) -> bool:
        return not self.faults


def trials(wanted: CompiledMap) -> tuple[Trial, ...]:
    """Runs the tests a map carries. Raises MapError for a test that is not written as one."""
    return tuple(_trial(wanted, number, test) for number, test in enumerate(wanted.tests, 1))


def _trial(wanted: CompiledMap, number: int, test: Any) -> Trial:
    if not isinstance(test, dict) or not test.keys() <= _KEYS or not ({*_SAMPLES, "document"} & test.keys()):
        raise MapError(f"tests: test {number} needs sample (or sample_base64) and expect, or document and writes")
    name = str(test.get("name", f"test {number}"))
    if not test.keys().isdisjoint(_SAMPLES):
        return Trial(name, tuple(_read_faults(wanted, test)))
    return Trial(name, tuple(_write_faults(wanted, test)))


def _read_faults(wanted: CompiledMap, test: dict[str, Any]) -> Iterator[str]:
    def agree(envelope: Envelope) -> Agreed:
        return Agreed("test", Agreement(document=envelope.set_id[:20], map="test"), wanted)

    translation = read(_sample(test), agree, _AT, "test")
    yield from (f"{one.code.value}: {one.message}" for one in translation.findings if one.rejects)
    count = int(test.get("documents", 1))
    if len(translation.documents) != count:
        yield f"{len(translation.documents)} documents came of it, {count} were expected"
    values = flat(translation.documents[0].document) if translation.documents else {}
    for path, expected in test.get("expect", {}).items():
        found = values.get(path)
        if found != (str(expected).lower() if isinstance(expected, bool) else str(expected)):
            yield f"{path} is {found!r}, expected {expected!r}"


def _sample(test: dict[str, Any]) -> bytes:
    """The bytes of a sample. What is no text, a workbook, is in base64: the map stays one file, wherever it goes."""
    if "sample" in test:
        return str(test["sample"]).strip().encode()
    try:
        return base64.b64decode("".join(str(test["sample_base64"]).split()), validate=True)
    except binascii.Error as error:
        raise MapError(f"tests: sample_base64 is no base64: {error}") from None


def _write_faults(wanted: CompiledMap, test: dict[str, Any]) -> Iterator[str]:
    data = test["document"]
    model = DOCUMENTS.get(data.get("kind", "")) if isinstance(data, dict) else None
    if model is None:
        yield f"document.kind is none of {', '.join(DOCUMENTS)}"
        return
    try:
        document = cast(Document, model.model_validate(data))
    except ValidationError as error:
        yield f"the document is none: {error.errors(include_url=False)[0]['msg']}"
        return
    version, syntax = _WRITTEN_AS.get(wanted.match.standard, ("", ""))
    envelope = Outgoing(PartyId("ZZ", "US"), PartyId("ZZ", "THEM"), version, syntax)
    written = write(wanted, document, envelope, PROVISIONAL, _AT)
    yield from (f"{one.code.value}: {one.message}" for one in written.findings if one.rejects)
    text = written.data.decode("utf-8", "replace")
    yield from (f"{segment!r} is not written" for segment in test.get("writes", ()) if str(segment) not in text)
