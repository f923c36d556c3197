"""The translate step: archived bytes become documents, findings and acknowledgments, by the sender's agreements."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from gateway.acknowledged import note_advice, note_received
from gateway.confirming import ask_for_shipments, confirms
from gateway.outbound import keep_to_send
from gateway.partner_files import map_base
from gateway.road import Road
from orders import desk
from orders.document import ApplicationAdvice, PurchaseOrder, PurchaseOrderChange, ShipNotice
from orders.rules import counted
from partners.partner import Identifier, PartnerError, TradingPartner
from queues.message import Message
from queues.queue import publish, publish_in_order
from queues.worker import Write
from store import events, numbers, partners, transmissions
from store.database import Connection
from store.events import Event
from store.transmissions import StoredDocument, Transmission
from translators.answering import Answer, write_answer
from translators.edifact.acknowledge import Acknowledgment as Contrl
from translators.edifact.acknowledge import repeated
from translators.findings import Code, Finding, Where
from translators.maps.bases import base_map_text
from translators.maps.engine import CompiledMap, compile_map, whole_text
from translators.outgoing import ControlNumbers
from translators.translate import Agreed, Envelope, TranslatedInterchange, Translation, read
from translators.x12.acknowledge import INTERCHANGE_CODES, Acknowledgment, InterchangeAcknowledgment

BLOCK_BYTES = 1 << 16
MAPS_KEPT = 512
WAIT_FOR_EARLIER_S = 5.0
"""How long a transmission waits for those before it, which began no longer ago than this."""
LOOK_AGAIN_S = 0.05
_of_this_thread = threading.local()


class UnknownPartner(PartnerError):
    """Nobody we know sent this: add a partner with the identifier it names, then replay the parked message."""

    code = "unknown-partner"


def translate(road: Road, message: Message) -> Write:
    """Read a transmission. What its sender may not send is refused; what nobody known sent is parked with its bytes."""
    with road.database.read() as conn:
        transmission = transmissions.transmission_by_id(conn, message.body["transmission_id"])
        agreements = Agreements(conn)
        with road.archive.open(transmission.sha256) as file:
            translation = read(
                iter(lambda: file.read(BLOCK_BYTES), b""),
                agreements.agreed,
                received_at=transmission.at,
                channel=transmission.channel,
            )
    if agreements.unknown and not agreements.known:
        raise UnknownPartner(
            f"no partner has the identifier {' or '.join(sorted(agreements.unknown))}; "
            f"add one, then `dockgate parked replay` this message"
        )
    _let_earlier_go_first(road, transmission)
    return lambda conn: _Result(road, conn, transmission, translation, agreements).write()


def _let_earlier_go_first(road: Road, transmission: Transmission) -> None:
    """What came by one channel is handed on in its order, however many workers read: no change overtakes another.

    Not for ever: one that is large or is tried again holds the others up for a moment only.
    """
    end = time.monotonic() + WAIT_FOR_EARLIER_S
    since = transmission.at - timedelta(seconds=WAIT_FOR_EARLIER_S)
    while (left_s := end - time.monotonic()) > 0:
        heard = road.database.bell.heard()
        with road.database.read() as conn:
            if not transmissions.has_earlier_unread(conn, transmission, since):
                return
        road.database.bell.wait(heard, min(left_s, LOOK_AGAIN_S))


class Agreements:
    """Finds what was agreed with whoever an envelope names, and remembers who was known and who was not."""

    def __init__(self, conn: Connection, drafts: Mapping[str, CompiledMap] | None = None) -> None:
        """``drafts`` are maps to take in place of those in use."""
        self._conn = conn
        self._drafts = drafts or {}
        self.known: dict[str, TradingPartner] = {}
        self.unknown: set[str] = set()

    def agreed(self, envelope: Envelope) -> Agreed | None:
        partner = self._by_way(envelope.channel) if envelope.channel else None
        if partner is None:
            partner = partners.partner_by_identifier(self._conn, envelope.sender)
        if partner is None:
            self.unknown.add(str(envelope.sender))
            return None
        self.known[partner.partner] = partner
        agreement = partner.agreement(envelope.set_id, envelope.version)
        return Agreed(partner.partner, agreement, self._map(agreement.map) if agreement else None)

    def _by_way(self, channel: str) -> TradingPartner | None:
        """Whose folder a file lay in. It goes before the sender a file names: anybody can write another's number."""
        way = Identifier(qualifier="channel", value=channel)
        known = partners.partner_by_identifier(self._conn, way)
        if known is not None:
            return known
        kind, _, name = channel.partition(":")
        names = (one for one in partners.partners(self._conn) if kind == "folder" and one.partner == name)
        return next(names, None)

    def _map(self, name: str) -> CompiledMap:
        if name in self._drafts:
            return self._drafts[name]
        stored = partners.map_text(self._conn, name)
        return _compiled(stored[0] if stored else base_map_text(name), partial(map_base, self._conn))


def _compiled(text: str, base: Callable[[str], str]) -> CompiledMap:
    """The map of a text, compiled once for each thread: it learns while it reads, and two must not teach it at once.

    A map that extends another of the box's is compiled anew when that one changes: its text is part of the key.
    """
    maps: dict[str, CompiledMap] = _of_this_thread.__dict__.setdefault("maps", {})
    key = whole_text(text, base)
    if key not in maps:
        if len(maps) >= MAPS_KEPT:
            maps.clear()
        maps[key] = compile_map(text, base)
    return maps[key]


@dataclass
class _Result:
    """Writes what one transmission came to, in the worker's transaction."""

    road: Road
    conn: Connection
    transmission: Transmission
    translation: Translation
    agreements: Agreements

    def write(self) -> None:
        now = self.road.clock()
        findings = [*self.translation.loose]
        documents = 0
        for interchange in self.translation.interchanges:
            repeat = self._repeat_of(interchange)
            if repeat is not None:
                findings.append(repeat)
                self._answer_repeat(interchange, now)
                continue
            findings += interchange.findings
            documents += self._publish_documents(interchange, documents, now)
            for answer in interchange.answers:
                self._answer(interchange, answer, now)
            if interchange.received and (partner := self._sender(interchange)):
                note_received(self.conn, partner, interchange.received, self.transmission.transmission_id, now)
        transmissions.add_findings(
            self.conn, self.transmission.transmission_id, [finding.to_json() for finding in findings]
        )
        self._settle(documents, findings, now)

    def _repeat_of(self, interchange: TranslatedInterchange) -> Finding | None:
        """The finding that an interchange came before; None when it is new, or has nothing to know it by."""
        header = interchange.interchange.header
        if not (header.sender and header.receiver and header.control_number):
            return None
        earlier = transmissions.add_interchange(
            self.conn,
            self.transmission.transmission_id,
            standard=header.standard,
            sender=str(header.sender)[:100],
            receiver=str(header.receiver)[:100],
            control_number=header.control_number[:35],
            is_test=header.test,
        )
        if earlier is None:
            return None
        text = f"interchange {header.control_number} from {header.sender} came before, in transmission {earlier}"
        return Finding(
            Code.INTERCHANGE_REPEATED, f"{text}: nothing was done with it again", Where(offset=header.offset)
        )

    def _sender(self, interchange: TranslatedInterchange) -> str | None:
        """Whose word an interchange is, also when it holds nothing but acknowledgments, for which nobody is asked."""
        if interchange.partner is not None:
            return interchange.partner
        sender = interchange.interchange.header.sender
        if sender is None:
            return None
        found = partners.partner_by_identifier(self.conn, Identifier(qualifier=sender.qualifier, value=sender.value))
        return found.partner if found else None

    def _publish_documents(self, interchange: TranslatedInterchange, before: int, now: datetime) -> int:
        transmission_id = self.transmission.transmission_id
        for place, translated in enumerate(interchange.documents, before + 1):
            content = translated.document
            document_id = f"{transmission_id}.{place}"
            stored = StoredDocument(
                document_id,
                transmission_id,
                content.kind,
                content.partner or "",
                content.customer_po_number,
                translated.map,
                content,
                None,
            )
            transmissions.add_document(self.conn, stored)
            if isinstance(content, PurchaseOrder | PurchaseOrderChange):
                body, key = {"document_id": document_id}, desk.idempotency_key(content)
                message = Message("enter", f"enter:{document_id}", body, transmission_id, key=key)
                publish_in_order(self.conn, message, now)
            else:
                what, note = f"document.{content.kind}", content.customer_po_number or ""
                self._tell(what, "received", note, document_id, now)
            profile = self.agreements.known.get(content.partner or "")
            if isinstance(content, ShipNotice) and profile and confirms(profile, translated.map):
                ask_for_shipments(self.conn, self.road, stored)
            if isinstance(content, ApplicationAdvice):
                note_advice(self.conn, content.partner or "", content, transmission_id, now)
        return len(interchange.documents)

    def _answer(self, interchange: TranslatedInterchange, answer: Answer, now: datetime) -> None:
        """One answer on its way, unless the partner wants none of its kind."""
        if interchange.partner is None:
            return
        kind, group = "TA1", ""
        if isinstance(answer, Acknowledgment):
            kind, group = self._wanted(interchange.partner, answer), answer.group.control_number or ""
        elif isinstance(answer, Contrl):
            kind = "CONTRL"
        if kind == "none":
            return
        control = self._numbers(interchange.partner, with_group=kind != "TA1")
        self._send(interchange, kind, group, answer.verdict, write_answer(answer, control, now, kind), control, now)

    def _answer_repeat(self, interchange: TranslatedInterchange, now: datetime) -> None:
        """A repeat gets no second acknowledgment, only word of that to a sender who asks for word on envelopes."""
        header = interchange.interchange.header
        if not header.acknowledgment_requested:
            return
        code = INTERCHANGE_CODES[Code.INTERCHANGE_REPEATED]
        if header.standard == "x12":
            self._answer(interchange, InterchangeAcknowledgment(header, "R", code), now)
        elif header.standard == "edifact":
            self._answer(interchange, repeated(header), now)

    def _wanted(self, partner: str, answer: Acknowledgment) -> str:
        """997 or 999, as was agreed for the first of the group's sets that wants either; none when no set does."""
        profile = self.agreements.known[partner]
        agreed = [profile.agreement(one.set_id, answer.group.version or "") for one in answer.sets]
        kinds = [one.acknowledge if one else "997" for one in agreed] or ["997"]
        return next((kind for kind in kinds if kind != "none"), "none")

    def _numbers(self, partner: str, *, with_group: bool = True) -> ControlNumbers:
        def following(what: str) -> int:
            return numbers.next_number(self.conn, f"{what}/out/{partner}")

        interchange = f"{following('interchange'):09d}"
        if not with_group:
            return ControlNumbers(interchange, "", "")
        return ControlNumbers(interchange, str(following("group")), f"{following('set'):04d}")

    def _send(
        self,
        interchange: TranslatedInterchange,
        kind: str,
        group: str,
        verdict: str,
        data: bytes,
        control: ControlNumbers,
        now: datetime,
    ) -> None:
        """Record an answer and hand it to the send step; its bytes are archived first."""
        name, inbound = f"{kind}-{control.interchange}.edi", self.transmission
        answer_id = keep_to_send(
            self.road, self.conn, inbound.channel, interchange.partner, name, data, inbound.transmission_id
        )
        transmissions.add_acknowledgment(
            self.conn,
            self.transmission.transmission_id,
            interchange_control_number=(interchange.interchange.control_number or "")[:35],
            group_control_number=group[:35],
            kind=kind,
            verdict=verdict,
            answered_by=answer_id,
        )
        body = {"transmission_id": answer_id}
        message = Message("send", f"send:{answer_id}", body, self.transmission.transmission_id)
        publish(self.conn, message, now)

    def _tell(self, what: str, stage: str, note: str, ref: str, now: datetime) -> None:
        """A line in the transmission's timeline."""
        told = Event(now, what, stage, note=note, ref=ref, transmission_id=self.transmission.transmission_id)
        events.record(self.conn, told)

    def _settle(self, documents: int, findings: list[Finding], now: datetime) -> None:
        transmission_id = self.transmission.transmission_id
        rejects = [finding for finding in findings if finding.rejects]
        is_refused = not documents and bool(rejects)
        state = "refused" if is_refused else "translated"
        reason = rejects[0].message if rejects else None
        partner = next(iter(self.agreements.known), None)
        transmissions.settle(self.conn, transmission_id, state, partner=partner, reason=reason)
        told = [f"{counted(documents, 'document')}, {counted(len(findings), 'finding')}", *([reason] if reason else [])]
        what = f"transmission.{state}"
        events.record(self.conn, Event(now, what, state, note="; ".join(told), transmission_id=transmission_id))
