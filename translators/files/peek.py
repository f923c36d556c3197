"""A first look at a customer's file: what a person, or the choice of a base map, needs to know of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from translators.detect import Syntax
from translators.files import delimited, jsontext, markup, sheets
from translators.files.archive import Archive, whole
from translators.files.headings import Row, headings_of, is_filled
from translators.files.options import FileOptions
from translators.files.trees import OrderTree, Unsound, leaf
from translators.findings import Finding
from translators.limits import HEAD_BYTES, MAX_ARCHIVE_BYTES, MAX_HEADING_ROWS
from translators.source import Source, chunks
from translators.tree import Loop

_SHEETS = (Syntax.XLSX, Syntax.XLS, Syntax.ODS, Syntax.HTML)


@dataclass(frozen=True, slots=True)
class Peek:
    """What evidently stands in a file; everything may be empty."""

    syntax: Syntax
    root: str = ""
    """XML: the outermost element, by its local name."""
    namespace: str = ""
    headings: tuple[str, ...] = ()
    """Tables: the headings. JSON: the keys of the outermost object."""
    sheets: tuple[str, ...] = ()
    """Workbooks: the sheets that are not hidden. Zip: the names of the members."""
    sender: str = ""
    receiver: str = ""
    order: str = ""
    """UBL: the ids of buyer, seller and order."""
    findings: tuple[Finding, ...] = field(default=())

    def to_json(self) -> dict[str, Any]:
        names = ("root", "namespace", "headings", "sheets", "sender", "receiver", "order")
        return {name: value for name in names if (value := getattr(self, name))}


def peek(source: Source, syntax: Syntax) -> Peek:
    """What a file of this syntax shows at a first look. Never raises for any bytes."""
    try:
        if syntax is Syntax.XML:
            return _xml(source)
        if syntax is Syntax.JSON:
            return Peek(syntax, headings=tuple(jsontext.keys_of(source)))
        if syntax in (Syntax.CSV, Syntax.TSV):
            return Peek(syntax, headings=_headings(list(_first(delimited.rows(_head(source), FileOptions())))))
        if syntax in _SHEETS:
            book = sheets.book(source, syntax)
            shown = [one for one in book.sheets if not one.is_hidden]
            headings = _headings(list(_first(book.rows(shown[0])))) if shown else ()
            return Peek(syntax, headings=headings, sheets=tuple(one.name for one in shown))
        if syntax is Syntax.ZIP:
            return Peek(syntax, sheets=tuple(Archive(whole(source, MAX_ARCHIVE_BYTES)).names))
    except Unsound as refusal:
        return Peek(syntax, findings=(refusal.finding,))
    return Peek(syntax)


def _head(source: Source) -> bytes:
    """The first bytes, up to the end of a line."""
    raw = b""
    for part in chunks(source):
        raw += part
        if len(raw) >= HEAD_BYTES:
            cut = raw[:HEAD_BYTES]
            return cut[: cut.rfind(b"\n") + 1] or cut
    return raw


def _first(rows: Any) -> Any:
    """The first filled rows."""
    count = 0
    for row in rows:
        if isinstance(row, Row) and is_filled(row):
            yield row
            count += 1
            if count == MAX_HEADING_ROWS:
                return


def _headings(rows: list[Row]) -> tuple[str, ...]:
    found = headings_of(rows, FileOptions())
    return () if isinstance(found, Finding) else tuple(filter(None, found.names))


def _xml(source: Source) -> Peek:
    raw = next(iter(chunks(source)), b"")
    namespace, root = markup.root_of(raw)
    sender = receiver = order = ""
    if namespace.startswith("urn:oasis:names:specification:ubl:"):
        for one in markup.orders(raw, FileOptions()):
            if isinstance(one, OrderTree):
                order = leaf(one.root, "cbc:ID")
                sender = _party(one.root, "cac:BuyerCustomerParty")
                receiver = _party(one.root, "cac:SellerSupplierParty")
    return Peek(Syntax.XML, root, namespace, sender=sender, receiver=receiver, order=order)


def _party(order: Loop, role: str) -> str:
    """A party's endpoint: a bare leaf, or a loop when it names its scheme."""
    for outer in order.loops.get(role, ()):
        for party in outer.loops.get("cac:Party", ()):
            inner = party.loops.get("cbc:EndpointID", [party])[0]
            return leaf(inner, "cbc:EndpointID")
    return ""
