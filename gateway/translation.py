"""The translate step: archived bytes become documents, findings and acknowledgments, by the sender's agreements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from translators.findings import Code, Finding, Where
from translators.maps.bases import base_map, base_map_text
from translators.maps.engine import CompiledMap, compile_map
from translators.translate import (
    Acknowledgment,
    Agreed,
    ControlNumbers,
    Envelope,
    TranslatedInterchange,
    Translation,
    read,
    write_997,
)
from uuid_utils.compat import uuid7

from gateway.road import Road
from orders import desk
from partners.partner import PartnerError, TradingPartner
from queues.message import Message
from queues.queue import publish, publish_in_order
from queues.worker import Write
from store import events, numbers, partners, transmissions
from store.database import Connection
from store.events import Event
from store.transmissions import StoredDocument, Transmission

BLOCK_BYTES = 1 << 16


class UnknownPartner(PartnerError):
    """Nobody we know sent this: add a partner with the identifier it names, then replay the parked message."""

    code = "unknown-partner"


def translate(road: Road, message: Message) -> Write:
    """Read a transmission. What its sender may not send is refused; what nobody known sent is parked with its bytes."""
    with road.database.read() as conn:
        transmission = transmissions.transmission_by_id(conn, message.body["transmission_id"])
        agreements = _Agreements(conn)
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
    return lambda conn: _Result(road, conn, transmission, translation, agreements).write()


class _Agreements:
    """Finds what was agreed with whoever an envelope names, and remembers who was known and who was not."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn
        self.known: dict[str, TradingPartner] = {}
        self.unknown: set[str] = set()

    def agreed(self, envelope: Envelope) -> Agreed | None:
        partner = partners.partner_by_identifier(self._conn, envelope.sender) if envelope.sender else None
        if partner is None:
            self.unknown.add(str(envelope.sender))
            return None
        self.known[partner.partner] = partner
        agreement = partner.agreement(envelope.set_id, envelope.version)
        return Agreed(partner.partner, agreement, self._map(agreement.map) if agreement else None)

    def _map(self, name: str) -> CompiledMap:
        stored = partners.map_text(self._conn, name)
        return _compiled(stored[0]) if stored else base_map(name)


@lru_cache(maxsize=512)
def _compiled(text: str) -> CompiledMap:
    return compile_map(text, base_map_text)


@dataclass
class _Result:
    """Writes what one transmission came to, in the worker's transaction."""

    road: Road
    conn: Connection
    transmission: Transmission
    translation: Translation
    agreements: _Agreements

    def write(self) -> None:
        now = self.road.clock()
        findings = [*self.translation.findings]
        documents = 0
        for interchange in self.translation.interchanges:
            repeat = self._repeat_of(interchange)
            if repeat is not None:
                findings.append(repeat)
                continue
            findings += interchange.findings
            documents += self._publish_documents(interchange, documents, now)
            for acknowledgment in interchange.acknowledgments:
                self._answer(interchange, acknowledgment, now)
        transmissions.add_findings(
            self.conn, self.transmission.transmission_id, [finding.to_json() for finding in findings]
        )
        self._settle(documents, findings, now)

    def _repeat_of(self, interchange: TranslatedInterchange) -> Finding | None:
        """The finding that an interchange came before, or None when it is new (or has no control number to know by)."""
        header = interchange.header
        if not (header.sender and header.receiver and header.control_number):
            return None
        earlier = transmissions.add_interchange(
            self.conn,
            self.transmission.transmission_id,
            standard=header.standard,
            sender=str(header.sender),
            receiver=str(header.receiver),
            control_number=header.control_number,
            is_test=header.test,
        )
        if earlier is None:
            return None
        text = f"interchange {header.control_number} from {header.sender} came before, in transmission {earlier}"
        return Finding(
            Code.INTERCHANGE_REPEATED, f"{text}: nothing was done with it again", Where(offset=header.offset)
        )

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
                translated.map_name,
                content,
                None,
            )
            transmissions.add_document(self.conn, stored)
            body = {"document_id": document_id}
            key = desk.idempotency_key(content)
            publish_in_order(self.conn, Message("enter", f"enter:{document_id}", body, transmission_id, key=key), now)
        return len(interchange.documents)

    def _answer(self, interchange: TranslatedInterchange, acknowledgment: Acknowledgment, now: datetime) -> None:
        """Write the functional acknowledgment of one group, with the next control numbers of this partner."""
        partner = interchange.partner or ""
        out = f"out/{partner}"
        control = ControlNumbers(
            interchange=f"{numbers.next_number(self.conn, f'interchange/{out}'):09d}",
            group=str(numbers.next_number(self.conn, f"group/{out}")),
            set=f"{numbers.next_number(self.conn, f'set/{out}'):04d}",
        )
        data = write_997(acknowledgment, control, now)
        archived = self.road.archive.store(data)
        answer_id = f"TR-{uuid7().hex}"
        transmissions.add(
            self.conn,
            Transmission(
                transmission_id=answer_id,
                direction="out",
                channel=self.transmission.channel,
                transport_id=answer_id,
                partner=partner,
                name=f"997-{control.interchange}.edi",
                sha256=archived.sha256,
                size_bytes=archived.size_bytes,
                state="to send",
                reason=None,
                answers=self.transmission.transmission_id,
                at=now,
            ),
        )
        transmissions.add_acknowledgment(
            self.conn,
            self.transmission.transmission_id,
            interchange_control_number=interchange.header.control_number or "",
            group_control_number=acknowledgment.group_control_number,
            kind="997",
            verdict=acknowledgment.verdict,
            answered_by=answer_id,
        )
        body = {"transmission_id": answer_id}
        message = Message("send", f"send:{answer_id}", body, self.transmission.transmission_id)
        publish(self.conn, message, now)

    def _settle(self, documents: int, findings: list[Finding], now: datetime) -> None:
        transmission_id = self.transmission.transmission_id
        rejects = [finding for finding in findings if finding.rejects]
        is_refused = not documents and bool(rejects)
        state = "refused" if is_refused else "translated"
        reason = rejects[0].message if rejects else None
        partner = next(iter(self.agreements.known), None)
        transmissions.settle(self.conn, transmission_id, state, partner=partner, reason=reason)
        note = f"{documents} documents, {len(findings)} findings" + (f"; {reason}" if reason else "")
        what = f"transmission.{state}"
        events.record(self.conn, Event(now, what, state, note=note, transmission_id=transmission_id))
