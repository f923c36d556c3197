"""One document to the bytes of one interchange or file, by a map, and read again at once to see that it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from orders.document import Document
from translators.edifact import reader as edifact
from translators.edifact.schemas import schema as edifact_schema
from translators.edifact.shape import EdifactShape
from translators.edifact.syntax import Marks, marks_of_una
from translators.edifact.writer import Envelope, Message, write_interchange
from translators.file_writing import write_file
from translators.findings import Code, Finding, MapError
from translators.interchange import Event, InterchangeClosed, InterchangeOpened, SetRead
from translators.maps.engine import CompiledMap
from translators.maps.filling import fill
from translators.maps.places import emit
from translators.outgoing import ControlNumbers, Outgoing, Written
from translators.tree import LEVEL_B
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
        MapError: the map is for another document, writes no standard, or no format of files.
        SchemaMissing: there is no structure for the map's set.
    """
    if wanted.match.standard == "file":
        return write_file(wanted, document, at)
    writer = _WRITERS.get(wanted.match.standard)
    if writer is None or wanted.match.set_id is None:
        raise MapError(f"map {wanted.name} writes nothing: its match names no standard and set that is written")
    return writer(wanted, document, outgoing, numbers, at)


def _write_x12(
    wanted: CompiledMap, document: Document, outgoing: Outgoing, numbers: ControlNumbers, at: datetime
) -> Written:
    set_id = wanted.match.set_id or ""
    schema = x12_schema(set_id)
    filled = fill(wanted, document, schema, X12Shape(), at)
    body = list(emit(filled.root, schema.root))
    data = write_set(set_id, schema.functional_id, body, outgoing, numbers, at)
    findings = (*_faults(x12.read(data)), *_lost(filled.lost, set_id, wanted.name))
    return Written(data, tuple(filled.lost), findings, schema.functional_id)


def _write_edifact(
    wanted: CompiledMap, document: Document, outgoing: Outgoing, numbers: ControlNumbers, at: datetime
) -> Written:
    set_id = wanted.match.set_id or ""
    schema = edifact_schema(set_id)
    filled = fill(wanted, document, schema, EdifactShape(), at)
    segments = [[element.split(LEVEL_B) for element in one] for one in emit(filled.root, schema.root)]
    envelope = Envelope(
        sender=outgoing.sender,
        receiver=outgoing.receiver,
        reference=numbers.interchange.lstrip("0") or "0",
        at=at,
        syntax=outgoing.syntax,
        test=outgoing.test,
        marks=marks_of_una(outgoing.una) if outgoing.una else Marks(),
    )
    message = Message([set_id, *outgoing.version.split(":")], [[one[0][0], *one[1:]] for one in segments], numbers.set)
    written = write_interchange(envelope, [message])
    findings = list(_faults(edifact.read(written.raw)))
    if written.lost:
        said = f"the character set {outgoing.syntax} lacks {' '.join(written.lost)}; the nearest letters were written"
        findings.append(Finding(Code.CHARACTER_SET_WRONG, said))
    findings += _lost(filled.lost, set_id, wanted.name)
    return Written(written.raw, tuple(filled.lost), tuple(findings))


def _faults(events: Iterable[Event]) -> Iterator[Finding]:
    """What our own reader has to say of what was written."""
    structure = Structure()
    for event in events:
        if isinstance(event, InterchangeOpened):
            structure.begin(event.header)
        if isinstance(event, InterchangeOpened | SetRead | InterchangeClosed):
            yield from event.findings
        if isinstance(event, SetRead):
            yield from structure.findings(event)


def _lost(names: Iterable[str], set_id: str, map_name: str) -> Iterator[Finding]:
    for name in names:
        yield Finding(Code.VALUE_LOST, f"{name} has no place in a {set_id} by map {map_name}")


_WRITERS: dict[str, Writer] = {"x12": _write_x12, "edifact": _write_edifact}
