"""Reads sets to documents as a reader's events come in, and decides what is accepted.

A set stands or falls alone; a group with its trailer; an interchange with its own. What falls gives no documents, and
whoever sent it hears so once, at the level where it fell.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from pydantic import ValidationError

from orders.document import SPEAKS_OF_AN_EARLIER_ORDER, Document, PurchaseOrder, change_from
from partners.partner import Identifier
from translators.agreed import Agree, Agreed, Envelope
from translators.answering import ACKNOWLEDGMENTS, Answer, Answers, answers_to
from translators.documents import document_of
from translators.findings import Code, Finding, Severity, Where, has_reject
from translators.interchange import (
    Assembly,
    Event,
    Group,
    GroupClosed,
    GroupHeader,
    GroupOpened,
    Header,
    Interchange,
    InterchangeClosed,
    InterchangeOpened,
    PartyId,
    SetRead,
)
from translators.limits import MAX_SETS_NAMED
from translators.maps.engine import CompiledMap
from translators.maps.forms import Run
from translators.maps.shortcuts import Lesson, shortcuts
from translators.received import ReceivedAcknowledgment, received, received_interchanges
from translators.splitting import split, uneven
from translators.tradacoms.heads import HEADER_MESSAGES, Above
from translators.walking import Structure, located
from translators.x12.header import readable_text

_MAX_SET_ID = 6


@dataclass(frozen=True, slots=True)
class TranslatedDocument:
    """One document and where it stood."""

    document: Document
    set_id: str
    set_control_number: str
    group_control_number: str
    map: str
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class TranslatedInterchange:
    """One interchange: its envelope, who sent it, what came of it. ``interchange`` has all its findings in place."""

    interchange: Interchange
    partner: str | None = None
    documents: tuple[TranslatedDocument, ...] = ()
    answers: tuple[Answer, ...] = ()
    """What its sender is to be told, the word on the envelope first."""
    received: tuple[ReceivedAcknowledgment, ...] = ()
    """The partner's word on what we sent."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        found = list(self.interchange.findings)
        for group in self.interchange.groups:
            found += group.findings
            for one in group.transaction_sets:
                found += one.findings
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The last ``documents`` documents given out do not count: their group or interchange was refused."""

    documents: int


Outcome = TranslatedDocument | Withdrawn | TranslatedInterchange


@dataclass(slots=True)
class _Open:
    """The interchange being read."""

    header: Header
    sender: Identifier | None
    receiver: Identifier | None
    refused: bool
    answers: Answers
    partner: str | None = None
    unknown: bool = False
    group: GroupHeader = field(default_factory=GroupHeader)
    agreed: dict[tuple[str, str], Agreed | None] = field(default_factory=dict)
    in_group: int = 0
    """Documents of the open group, given out and not yet sure."""
    documents: int = 0
    """Those of groups that stand."""
    received: list[ReceivedAcknowledgment] = field(default_factory=list)
    above: Above | None = None
    """TRADACOMS: what the message at the head of the file says of all its orders."""


class Reading:
    """Takes events in order, and says after each what has come of it."""

    def __init__(self, agree: Agree, received_at: datetime, channel: str | None) -> None:
        self._agree = agree
        self._received_at = received_at
        self._channel = channel
        self._assembly = Assembly(sound_sets=MAX_SETS_NAMED)
        self._structure = Structure()
        self._open: _Open | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """On the file itself."""
        return tuple(self._assembly.findings)

    def take(self, event: Event) -> tuple[Outcome, ...]:
        if isinstance(event, SetRead | InterchangeClosed) and self._now().header.standard == "tradacoms":
            event = self._tolerated(event, self._now())
        if isinstance(event, SetRead):
            found, documents = self._set(event, self._now())
            self._assembly.take(event, found)
            return documents
        self._assembly.take(event)
        if isinstance(event, InterchangeOpened):
            header = event.header
            self._structure.begin(header)
            ids = _identifier(header.sender), _identifier(header.receiver)
            self._open = _Open(header, *ids, has_reject(event.findings), answers_to(header))
        elif isinstance(event, GroupOpened):
            now = self._now()
            now.group, now.in_group, now.agreed = event.header, 0, {}
        elif isinstance(event, GroupClosed):
            return self._close_group(event, self._now(), self._assembly.interchanges[-1].groups[-1])
        elif isinstance(event, InterchangeClosed):
            return self._close(event, self._now(), self._assembly.interchanges.pop())
        return ()

    def _tolerated(self, event: SetRead | InterchangeClosed, now: _Open) -> SetRead | InterchangeClosed:
        """The event; wrong counts in it are told and no more, where that was agreed."""
        if all(one.code not in _WRONG_COUNTS for one in event.findings):
            return event
        if isinstance(event, SetRead):
            self._agreed(replace(event, set_id="ORDERS") if event.set_id in HEADER_MESSAGES else event, now)
        agreements = (one.agreement for one in now.agreed.values() if one is not None)
        if all(one is None or one.wrong_counts == "refuse" for one in agreements):
            return event
        told = (replace(one, severity=Severity.WARNING) if one.code in _WRONG_COUNTS else one for one in event.findings)
        return replace(event, findings=tuple(told))

    def _now(self) -> _Open:
        assert self._open is not None
        return self._open

    def _set(self, read: SetRead, now: _Open) -> tuple[tuple[Finding, ...], tuple[TranslatedDocument, ...]]:
        """Reads one set; gives the findings beyond the envelope's, and its document, or that in its parts."""
        found: list[Finding] = []
        document, is_wanted = None, True
        if read.set_id in ACKNOWLEDGMENTS:
            self._acknowledgment(read, now, found)
            is_wanted = False
        elif now.header.standard == "tradacoms" and read.set_id in HEADER_MESSAGES:
            found += self._header_message(read, now)
            is_wanted = False
        elif read.set_id and len(read.set_id) <= _MAX_SET_ID and not now.refused:
            document, is_wanted = self._business(read, now, found)
        every = (*read.findings, *found)
        if has_reject(every):
            document = None
        documents = self._parts(document, read, now) if document else ()
        now.in_group += len(documents)
        now.answers.set_read(read, every, is_wanted=is_wanted)
        return tuple(found), documents

    def _parts(self, whole: TranslatedDocument, read: SetRead, now: _Open) -> tuple[TranslatedDocument, ...]:
        """An order for many stores as was agreed, any other document as it is."""
        agreed = self._agreed(read, now)
        how = agreed.agreement.stores if agreed and agreed.agreement else "none"
        if how == "none" or not isinstance(whole.document, PurchaseOrder):
            return (whole,)
        return tuple(replace(whole, document=part) for part in split(whole.document, how))

    def _acknowledgment(self, read: SetRead, now: _Open, found: list[Finding]) -> None:
        """A partner's word on what we sent: noted, never answered."""
        found.append(
            Finding(Code.ACKNOWLEDGMENT_RECEIVED, f"a {read.set_id}, which is not answered", _start(read, now))
        )
        walked = self._structure.walk(read)
        if walked is not None:
            word, findings = received(read, walked.root)
            now.received += word
            found += located([*walked.findings, *findings], read)

    def _header_message(self, read: SetRead, now: _Open) -> list[Finding]:
        """A message on the whole file, no document of its own: its segments belong to every order behind it."""
        told = [Finding(Code.HEADER_MESSAGE, f"{read.set_id} speaks of the whole file", _start(read, now))]
        walked = self._structure.walk(read)
        if walked is not None and read.body is not None:
            told += located(walked.findings, read)
            now.above = Above(walked.root, read.body.offsets())
        return told

    def _business(self, read: SetRead, now: _Open, found: list[Finding]) -> tuple[TranslatedDocument | None, bool]:
        """The document of a set, by what was agreed; and whether its sender wants to hear of it."""
        agreed = self._agreed(read, now)
        if agreed is None:
            self._unknown(now)
            return None, False
        agreement = agreed.agreement
        document = None
        if agreement is None:
            message = f"no agreement with {agreed.partner} for {read.set_id}"
            found.append(Finding(Code.NO_AGREEMENT, message, _start(read, now)))
        elif agreed.map is None:
            found.append(Finding(Code.NO_MAP, f"no map reads {read.set_id} yet", _start(read, now)))
        elif not any(one.code is Code.SET_NOT_OF_GROUP for one in read.findings):
            document = self._document(read, now, agreed, found)
        return document, agreement is None or agreement.acknowledge != "none"

    def _document(self, read: SetRead, now: _Open, agreed: Agreed, found: list[Finding]) -> TranslatedDocument | None:
        """The order of a set, by the short way where it is known, else by the long one."""
        wanted = agreed.map
        if wanted is None or agreed.agreement is None or read.body is None:
            return None
        outside = self._outside(read, now, agreed.partner, agreed.agreement.production)
        plain = read.body.plain()
        short = shortcuts(wanted, read.set_id or "", now.header.delimiters, plain[1]) if plain else None
        order = short.order(plain[0], read.offset, outside) if plain and short and not read.findings else None
        if order is None:
            long = self._long_way(read, now, wanted, outside, found)
            if long is None:
                return None
            document, lesson = long
            if plain and short and lesson and not read.findings and not found:
                short.learn(replace(lesson, text=plain[0]))
        else:
            document = order
        if isinstance(document, PurchaseOrder) and document.purpose_code in SPEAKS_OF_AN_EARLIER_ORDER:
            document = change_from(document)
        if isinstance(document, PurchaseOrder) and agreed.agreement.stores != "none":
            found.extend(uneven(document))
        numbers = (read.control_number or "", now.group.control_number or "")
        return TranslatedDocument(document, read.set_id or "", *numbers, wanted.name, (*read.findings, *found))

    def _long_way(
        self, read: SetRead, now: _Open, wanted: CompiledMap, outside: dict[str, Any], found: list[Finding]
    ) -> tuple[Document, Lesson | None] | None:
        """Walks the set, runs the map's rules and asks the model; adds what is wrong to ``found``.

        An order comes with all that can be learned from it.
        """
        walked = self._structure.walk(read, wanted.guide)
        if walked is None or read.body is None:
            if read.body is not None:
                message = f"the structure of {read.set_id} is not known yet"
                found.append(Finding(Code.NO_MAP, message, _start(read, now)))
            return None
        found.extend(located(walked.findings, read))
        if has_reject(read.findings) or has_reject(found):
            return None
        offsets = now.above.put_above(walked.root, read.body.offsets()) if now.above else read.body.offsets()
        known = frozenset((one.where.position, one.where.element) for one in found)
        run = Run(offsets, readable_text(now.header.delimiters.component), known=known, kept=None if found else [])
        data = wanted.apply(walked.root, run)
        found.extend(located(run.findings, read))
        if has_reject(found):
            return None
        data.update(outside)
        document, refused = document_of(wanted.model, data, run.provenance, offsets)
        found.extend(refused)
        if document is None:
            return None
        if not isinstance(document, PurchaseOrder):
            return document, None
        return document, Lesson("", read.offset, outside, walked.root, run, data, document)

    def _outside(self, read: SetRead, now: _Open, partner: str, is_production: bool) -> dict[str, Any]:
        """The fields of an order that the map cannot know."""
        numbers = (now.header.control_number, now.group.control_number, read.control_number)
        return {
            "channel": self._channel,
            "channel_order_id": "/".join((str(now.header.sender), *(number or "" for number in numbers))),
            "partner": partner,
            "received_at": self._received_at,
            "test_indicator": now.header.test or not is_production,
        }

    def _agreed(self, read: SetRead, now: _Open) -> Agreed | None:
        """Asked once for each kind of set in a group."""
        version = now.group.version or read.version or ""
        key = (read.set_id or "", version)
        if key not in now.agreed:
            now.agreed[key] = None
            if now.sender is not None and now.receiver is not None:
                envelope = Envelope(
                    standard=now.header.standard,
                    sender=now.sender,
                    receiver=now.receiver,
                    group_sender=now.group.sender,
                    group_receiver=now.group.receiver,
                    set_id=key[0],
                    version=version,
                    test=now.header.test,
                    interchange_control_number=now.header.control_number or "",
                )
                now.agreed[key] = self._agree(envelope)
        agreed = now.agreed[key]
        if agreed is not None:
            now.partner = now.partner or agreed.partner
        return agreed

    def _unknown(self, now: _Open) -> None:
        if now.unknown:
            return
        now.unknown = True
        message = (
            f"nobody we know sends as {now.header.sender} to {now.header.receiver}: "
            f"add a partner with identifier {now.header.sender}, then replay the transmission"
        )
        finding = Finding(Code.UNKNOWN_SENDER, message, Where(_ENVELOPES[now.header.standard], 1))
        self._assembly.interchanges[-1].findings += (finding,)

    def _close_group(self, event: GroupClosed, now: _Open, group: Group) -> tuple[Outcome, ...]:
        now.answers.group_closed(now.group, event, group.findings)
        in_group, now.in_group = now.in_group, 0
        if has_reject(group.findings):
            return (Withdrawn(in_group),) if in_group else ()
        now.documents += in_group
        return ()

    def _close(self, event: InterchangeClosed, now: _Open, interchange: Interchange) -> tuple[Outcome, ...]:
        refused = has_reject(interchange.findings)
        envelopes, findings = received_interchanges(event.acknowledges)
        interchange.findings += findings
        closed = TranslatedInterchange(
            interchange=interchange,
            partner=now.partner,
            answers=now.answers.closed(interchange, event),
            received=(*envelopes, *now.received),
        )
        self._open = None
        return (Withdrawn(now.documents), closed) if refused and now.documents else (closed,)


_ENVELOPES = {"x12": "ISA", "edifact": "UNB", "tradacoms": "STX"}
_WRONG_COUNTS = frozenset({Code.SEGMENT_COUNT_WRONG, Code.GROUP_COUNT_WRONG})
_HEADERS = {"x12": "ST", "edifact": "UNH", "tradacoms": "MHD"}


def _start(read: SetRead, now: _Open) -> Where:
    """Where a set begins."""
    return Where(_HEADERS[now.header.standard], 1, offset=read.offset)


def _identifier(party: PartyId | None) -> Identifier | None:
    if party is None:
        return None
    try:
        return Identifier(qualifier=party.qualifier, value=party.value)
    except ValidationError:
        return None
