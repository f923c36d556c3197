"""One document to the bytes of one interchange, by a map, and read again at once to see that it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from orders.document import Document
from translators.findings import Code, Finding, MapError
from translators.interchange import InterchangeClosed, InterchangeOpened, SetRead
from translators.maps.engine import CompiledMap
from translators.maps.filling import fill
from translators.maps.places import emit
from translators.outgoing import ControlNumbers, Outgoing, Written
from translators.walking import Structure
from translators.x12 import reader as x12
from translators.x12.schemas import schema as x12_schema
from translators.x12.shape import X12Shape
from translators.x12.writer import write_set

Writer = Callable[[CompiledMap, Document, Outgoing, ControlNumbers, datetime], Written]


def write(
    wanted: CompiledMap, document: Document, outgoing: Outgoing, numbers: ControlNumbers, at: datetime
) -> Written:
    """A document as its partner wants it. ``at`` goes into the envelope, with its offset from UTC.

    Fields that found no place are told in ``lost``; what our own reader finds wrong with the result in ``findings``.

    Raises:
        MapError: the map is for another document or writes no standard.
        SchemaMissing: there is no structure for the map's set.
    """
    writer = _WRITERS.get(wanted.match.standard)
    if writer is None or wanted.match.set_id is None:
        raise MapError(f"map {wanted.name} writes no EDI: its match names no standard and set that is written")
    return writer(wanted, document, outgoing, numbers, at)


def _write_x12(
    wanted: CompiledMap, document: Document, outgoing: Outgoing, numbers: ControlNumbers, at: datetime
) -> Written:
    set_id = wanted.match.set_id or ""
    schema = x12_schema(set_id)
    filled = fill(wanted, document, schema, X12Shape(), at)
    body = list(emit(filled.root, schema.root))
    data = write_set(set_id, schema.functional_id, body, outgoing, numbers, at)
    structure = Structure()
    findings: list[Finding] = []
    for event in x12.read(data):
        if isinstance(event, InterchangeOpened):
            structure.begin(event.header)
        if isinstance(event, InterchangeOpened | SetRead | InterchangeClosed):
            findings += event.findings
        if isinstance(event, SetRead):
            findings += structure.findings(event)
    cut = [Finding(Code.VALUE_LOST, f"{name} has no place in a {set_id} by map {wanted.name}") for name in filled.lost]
    return Written(data, tuple(filled.lost), (*findings, *cut), schema.functional_id)


_WRITERS: dict[str, Writer] = {"x12": _write_x12}
