"""Customers' files to documents: what an envelope would say is told by the file itself or by its channel.

A file is shown as one interchange with one set for each order: an order stands or falls alone, a broken file falls as a
whole. A zip is so many files. Nobody is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain

from orders.document import SPEAKS_OF_AN_EARLIER_ORDER, PurchaseOrder, change_from
from partners.partner import Agreement, Identifier
from translators.agreed import Agree, Agreed, Envelope
from translators.detect import Syntax, detect
from translators.documents import document_of
from translators.files.archive import Archive, whole
from translators.files.kinds import Kind, kind_of
from translators.files.options import FileOptions
from translators.files.peek import peek
from translators.files.reading import OrderTree, read_file
from translators.files.trees import Unsound
from translators.findings import Code, Finding, Where, has_reject, shown
from translators.interchange import (
    Assembly,
    Event,
    GroupClosed,
    GroupHeader,
    GroupOpened,
    Header,
    InterchangeClosed,
    InterchangeOpened,
    PartyId,
    SetRead,
)
from translators.limits import HEAD_BYTES, MAX_ARCHIVE_BYTES, MAX_FILE_HEAD_BYTES
from translators.maps.engine import CompiledMap
from translators.maps.forms import Run
from translators.reading import Outcome, TranslatedDocument, TranslatedInterchange, Withdrawn
from translators.source import Source, chunks
from translators.splitting import split, uneven

FILES = frozenset({Syntax.XML, Syntax.JSON, Syntax.CSV, Syntax.TSV, Syntax.TEXT, Syntax.HTML, Syntax.ZIP}) | {
    Syntax.XLSX, Syntax.XLS, Syntax.ODS, Syntax.BINARY,
}  # fmt: skip
"""What is read here. Bytes without sense may be a text in an encoding that only a partner's map knows."""
_CHANNEL = "channel"
"""The qualifier of a sender who is known by the way the file came."""
_NO_MARK = "\x00"
"""Nothing divides a text of a file: no reader lets this character through."""
_PLACES = {Syntax.XML: "byte", Syntax.JSON: "character", Syntax.TEXT: "line"}


@dataclass(frozen=True, slots=True)
class Coming:
    """What the outside knows of a file."""

    agree: Agree
    received_at: datetime
    channel: str | None


Opened = Callable[[Source], Iterator[Outcome | Finding]]
"""The front door, for what stands in an archive."""


def outcomes(source: Source, syntax: Syntax, coming: Coming, door: Opened) -> Iterator[Outcome | Finding]:
    """The documents of a file, then its interchange. Never raises on any bytes."""
    if syntax is Syntax.ZIP:
        yield from _members(source, door)
        return
    parts = chunks(source)
    head = _head(parts, syntax)
    kind = kind_of(head, syntax)
    agreed, name = _agreed(kind, coming)
    yield from _File(agreed, name, kind, syntax, coming).outcomes(chain(head, parts))


def findings(source: Source, syntax: Syntax) -> Iterator[Finding]:
    """What a look at a file tells: what evidently stands in it, and what is broken."""
    raw = whole_or_none(source)
    if raw is None:
        yield Finding(Code.FILE_TOO_LARGE, f"the file has more than {MAX_ARCHIVE_BYTES} bytes; ask for smaller ones")
        return
    seen = peek(raw, syntax)
    told = ", ".join(f"{key} {_said(value)}" for key, value in seen.to_json().items())
    kind = next(iter(kind_of((raw,), syntax).kinds))
    yield Finding(Code.FILE_SEEN, f"{kind}: {told}" if told else kind)
    for one in read_file(raw, syntax, FileOptions()):
        if isinstance(one, OrderTree):
            yield from _placed(one.findings, one, syntax)
        else:
            yield one


def whole_or_none(source: Source) -> bytes | None:
    """All bytes of a source, when they are not too many."""
    try:
        return whole(source, MAX_ARCHIVE_BYTES)
    except Unsound:
        return None


def _said(value: str | tuple[str, ...]) -> str:
    return shown(value if isinstance(value, str) else ", ".join(value))


def _head(parts: Iterator[bytes], syntax: Syntax) -> list[bytes]:
    """The first bites: enough to see who sent an XML file behind what is attached to it."""
    head: list[bytes] = []
    size = 0
    for part in parts:
        head.append(part)
        size += len(part)
        if syntax is not Syntax.XML or size >= MAX_FILE_HEAD_BYTES:
            break
    return head


def _members(source: Source, door: Opened) -> Iterator[Outcome | Finding]:
    """The files of an archive, each by itself, once the whole of it is known to be sound."""
    try:
        raw = whole(source, MAX_ARCHIVE_BYTES)
        archive = Archive(raw)
        for name in archive.names:
            for _ in archive.read(name):
                pass
        archive = Archive(raw)
        if not archive.names:
            yield Finding(Code.NO_ORDER, "the archive is empty")
        for name in archive.names:
            member = b"".join(archive.read(name))
            if detect(member[:HEAD_BYTES]) is Syntax.ZIP:
                yield Finding(Code.ARCHIVE_REFUSED, f"{shown(name)} is an archive inside the archive; pack once")
                continue
            for one in door(member):
                yield replace(one, message=f"{shown(name)}: {one.message}") if isinstance(one, Finding) else one
    except Unsound as refusal:
        yield refusal.finding


def _identifier(kind: Kind, coming: Coming) -> Identifier:
    if kind.sender:
        return Identifier(qualifier=kind.scheme, value=kind.sender)
    return Identifier(qualifier=_CHANNEL, value=(coming.channel or "unknown")[:80])


def _agreed(kind: Kind, coming: Coming) -> tuple[Agreed | None, str]:
    """What was agreed, asked for by the most telling kind first; and the kind."""
    known: Agreed | None = None
    sender = _identifier(kind, coming)
    for name in kind.kinds:
        agreed = coming.agree(
            Envelope("file", sender, sender, "", "", name, "", False, "", coming.channel or ""),
        )
        if agreed is not None and agreed.agreement is not None:
            return agreed, name
        known = known or agreed
    return known, kind.kinds[0]


class _File:
    """One file being read."""

    def __init__(self, agreed: Agreed | None, name: str, kind: Kind, syntax: Syntax, coming: Coming) -> None:
        self._agreed = agreed
        self._name = name
        self._syntax = syntax
        self._coming = coming
        self._assembly = Assembly()
        self._sender = _identifier(kind, coming)

    def outcomes(self, source: Source) -> Iterator[Outcome | Finding]:
        self._take(InterchangeOpened(Header("file", PartyId(self._sender.qualifier, self._sender.value))))
        self._take(GroupOpened(GroupHeader()))
        told, documents = self._refused(), 0
        agreed = self._agreed
        if agreed and agreed.agreement and agreed.map and not told:
            for one in read_file(source, self._syntax, agreed.map.file or FileOptions()):
                if isinstance(one, Finding):
                    told.append(one)
                else:
                    found = self._order(one, agreed.partner, agreed.agreement, agreed.map)
                    documents += len(found)
                    yield from found
        self._take(GroupClosed((), None))
        self._take(InterchangeClosed(tuple(told)))
        if has_reject(told) and documents:
            yield Withdrawn(documents)
        yield TranslatedInterchange(self._assembly.interchanges[0], agreed.partner if agreed else None)
        yield from self._assembly.findings

    def _take(self, event: Event) -> None:
        self._assembly.take(event)

    def _refused(self) -> list[Finding]:
        """Why nothing can be made of the file, for want of a partner, an agreement or a map."""
        agreed = self._agreed
        if agreed is None:
            way = f"by channel {shown(self._coming.channel)}" if self._coming.channel else "by no channel"
            message = f"nobody we know sends as {self._sender} {way}: add a partner, then replay the transmission"
            return [Finding(Code.UNKNOWN_SENDER, message)]
        if agreed.agreement is None and self._syntax is Syntax.BINARY:
            return [Finding(Code.SYNTAX_UNKNOWN, "this is binary, no EDI and no customer file we know")]
        if agreed.agreement is None:
            message = f"no agreement with {agreed.partner} for {self._name}: this is {self._syntax.value}"
            return [Finding(Code.NO_AGREEMENT, message)]
        return [] if agreed.map else [Finding(Code.NO_MAP, f"no map reads {self._name} yet")]

    def _order(
        self, tree: OrderTree, partner: str, agreement: Agreement, wanted: CompiledMap
    ) -> tuple[TranslatedDocument, ...]:
        """One order by the partner's map, in the parts that were agreed; what is wrong stands with its set."""
        found = list(tree.findings)
        document = None
        if not has_reject(found):
            run = Run(tree.places, _NO_MARK, is_named=True)
            data = wanted.apply(tree.root, run)
            found += run.findings
            number = data.get("customer_po_number") or tree.name
            data.update(
                channel=self._coming.channel,
                channel_order_id=(data.get("channel_order_id") or f"{self._name}/{number}")[:80],
                partner=partner,
                received_at=self._coming.received_at,
                test_indicator=bool(data.get("test_indicator")) or not agreement.production,
            )
            if not has_reject(found):
                document, refused = document_of(wanted.model, data, run.provenance, tree.places)
                found += refused
        if isinstance(document, PurchaseOrder) and document.purpose_code in SPEAKS_OF_AN_EARLIER_ORDER:
            document = change_from(document)
        if isinstance(document, PurchaseOrder) and agreement.stores != "none":
            found += uneven(document)
        placed = tuple(dict.fromkeys(_placed(found, tree, self._syntax)))
        name = tree.name[:35]
        self._take(SetRead(self._name, name, len(tree.places), tree.places[0], None, None, placed))
        if document is None:
            return ()
        parts = split(document, agreement.stores) if isinstance(document, PurchaseOrder) else (document,)
        return tuple(TranslatedDocument(part, self._name, name, "", wanted.name, placed) for part in parts)


def _placed(found: list[Finding], tree: OrderTree, syntax: Syntax) -> Iterator[Finding]:
    """Findings with the row, line or byte they speak of, in words too."""
    word = _PLACES.get(syntax, "row")
    for one in found:
        where: Where = one.where
        if where.offset is None and where.position and where.position <= len(tree.places):
            where = replace(where, offset=tree.places[where.position - 1])
        message = one.message
        if where.offset is not None and not message.startswith(f"{word} "):
            message = f"{word} {where.offset}: {message}"
        yield replace(one, where=where, message=message)
