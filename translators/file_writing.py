"""One document to one file by a map, and read again at once: what the file could not carry is told by name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from orders.document import Document, ShipNotice
from translators.detect import Syntax
from translators.documents import document_of, flat
from translators.files.options import FileOptions
from translators.files.reading import OrderTree, read_file
from translators.files.render import text_of_file
from translators.files.shape import FileShape
from translators.findings import Code, Finding, has_reject
from translators.maps.engine import CompiledMap
from translators.maps.filling import OURS, fill
from translators.maps.forms import Run
from translators.maps.outline import outline
from translators.outgoing import Written
from translators.structures import Schema

_OURS = OURS - {"test_indicator", "role"}
_FIXED = "fixed"
_TABLES = ("csv", "tsv")
_NO_MARK = "\x00"
_FRACTION = re.compile(r"-?[0-9]+\.[0-9]+")
_NUMBERED_PART = re.compile(r"(part_as_ordered)\[[0-9]+\]")


def write_file(wanted: CompiledMap, document: Document, at: datetime) -> Written:
    """A document as the file its map describes. ``at`` is the time of writing.

    Raises:
        MapError: the map is for another document, or does not say enough to write by.
    """
    options = wanted.file or FileOptions()
    if isinstance(document, ShipNotice) and wanted.file_format in _TABLES:
        document = document.in_rows()
    top = outline(wanted)
    filled = fill(wanted, document, Schema("file", top, frozenset()), FileShape(options), at)
    text = text_of_file(filled.root, top, options, wanted.file_format)
    data, findings = _encoded(text, options, is_xml=wanted.file_format == "xml")
    again, told = _read_again(wanted, data, document)
    lost = filled.lost if again is None else list(_lost(document, again, filled.lost))
    findings += [
        *told,
        *(Finding(Code.VALUE_LOST, f"{one} has no place in a file by map {wanted.name}") for one in lost),
    ]
    suffix = "txt" if wanted.file_format == _FIXED else wanted.file_format
    return Written(data, tuple(lost), tuple(findings), suffix=suffix)


def _encoded(text: str, options: FileOptions, *, is_xml: bool) -> tuple[bytes, list[Finding]]:
    encoding = "utf-8" if options.encoding == "auto" else options.codec
    try:
        return text.encode(encoding), []
    except UnicodeEncodeError:
        if is_xml:
            return text.encode(encoding, "xmlcharrefreplace"), []
        message = f"{encoding} lacks letters of the document; question marks were written"
        return text.encode(encoding, "replace"), [Finding(Code.CHARACTER_SET_WRONG, message)]


def _read_again(wanted: CompiledMap, data: bytes, document: Document) -> tuple[Document | None, list[Finding]]:
    """What our own reader makes of the file, with what the way of a file adds."""
    form = wanted.file_format
    syntax = Syntax.TEXT if form == _FIXED else Syntax(form)
    found: list[Finding] = []
    for one in read_file(data, syntax, wanted.file or FileOptions()):
        if isinstance(one, Finding):
            found.append(one)
            continue
        again, refused = _document(one, wanted, document)
        return again, [*found, *one.findings, *refused]
    return None, found


def _document(tree: OrderTree, wanted: CompiledMap, document: Document) -> tuple[Document | None, list[Finding]]:
    run = Run(tree.places, _NO_MARK, is_named=True)
    data = wanted.apply(tree.root, run)
    if has_reject(run.findings):
        return None, run.findings
    for name in ("channel", "channel_order_id", "partner", "received_at"):
        data[name] = getattr(document, name)
    again, refused = document_of(wanted.model, data, run.provenance, tree.places)
    return again, [*run.findings, *refused]


def _lost(document: Document, again: Document, told: list[str]) -> Iterator[str]:
    """Fields that the file says otherwise or not at all, by the names that filling told of where it did."""
    there, here = _values(again), _values(document)
    differing = [name for name, values in here.items() if not _is_ours(name) and values != there.get(name)]
    yield from (one for one in told if any(_is_in(name, one) for name in differing))
    yield from (name for name in differing if not any(_is_in(name, one) for one in told))


def _is_ours(name: str) -> bool:
    return not _OURS.isdisjoint(re.split(r"[.\[]", name))


def _values(document: Document) -> dict[str, set[str]]:
    """Every field with its text; the numbers of a part without regard to their order."""
    found: dict[str, set[str]] = {}
    for name, text in flat(document).items():
        plain = text.rstrip("0").rstrip(".") if _FRACTION.fullmatch(text) else text
        found.setdefault(_NUMBERED_PART.sub(r"\1", name), set()).add(plain)
    return found


def _is_in(name: str, lost: str) -> bool:
    return name == lost or name.startswith((f"{lost}.", f"{lost}["))
