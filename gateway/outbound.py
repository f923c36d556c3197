"""Documents that go out: written by the partner's agreement, numbered without gaps, archived, and put on the road.

What was sent waits for its acknowledgment: :mod:`gateway.acknowledged` matches what comes back.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from uuid_utils.compat import uuid7

from gateway.road import Road
from orders.document import Document
from partners.partner import Agreement, Direction, Identifier, PartnerError, TradingPartner
from queues.message import Message
from queues.queue import publish
from store import events, numbers, partners, sent, transmissions
from store.database import Connection
from store.events import Event
from store.sent import SentDocument
from store.transmissions import Transmission
from translators.interchange import Delimiters, PartyId
from translators.maps.bases import base_map_text
from translators.maps.engine import CompiledMap, compile_map
from translators.outgoing import ControlNumbers, Outgoing, Written
from translators.writing import write

OUR_DEFAULT = Identifier(qualifier="ZZ", value="DOCKGATE")
_DEFAULTS = {"x12": ("004010", "00401"), "edifact": ("D:96A:UN", "UNOC:3"), "tradacoms": ("9", ""), "file": ("", "")}
_UNA_BYTES = 6


class NotAgreed(PartnerError):
    """The partner has no agreement to be sent such a document: add one with direction out to its profile."""

    code = "not-agreed"


class Unwritable(PartnerError):
    """A document cannot be written so that its partner could read it; the message names what is missing."""

    code = "unwritable"


def agreement_out(profile: TradingPartner, wanted: str) -> Agreement:
    """What was agreed for sending a set.

    Raises:
        NotAgreed: nothing was.
    """
    for agreement in profile.agreements:
        if agreement.direction is Direction.OUT and agreement.document == wanted:
            return agreement
    known = ", ".join(one.document for one in profile.agreements if one.direction is Direction.OUT) or "none"
    raise NotAgreed(f"partner {profile.partner} has no agreement to be sent {wanted}; agreed for sending: {known}")


def outgoing(profile: TradingPartner, agreement: Agreement, *, test: bool = False) -> Outgoing:
    """The envelope an agreement asks for."""
    version, syntax = _DEFAULTS[agreement.standard]
    ours = profile.our_identifier or OUR_DEFAULT
    theirs = profile.identifiers[0]
    return Outgoing(
        sender=PartyId(ours.qualifier, ours.value),
        receiver=PartyId(theirs.qualifier, theirs.value),
        version=agreement.versions[0] if agreement.versions else version,
        syntax=agreement.syntax or syntax,
        group_sender=agreement.group_sender,
        group_receiver=agreement.group_receiver,
        test=test or not agreement.production,
        delimiters=_delimiters(agreement),
        una=_una(agreement),
    )


def anybody(standard: str) -> Outgoing:
    """An envelope for a look at a document without a partner."""
    version, syntax = _DEFAULTS[standard]
    return Outgoing(PartyId("ZZ", "SENDER"), PartyId("ZZ", "RECEIVER"), version, syntax)


def _delimiters(agreement: Agreement) -> Delimiters:
    given = (agreement.delimiters or "").encode("latin-1", "replace")
    if not given or agreement.standard != "x12":
        return Delimiters()
    return Delimiters(given[0:1], given[1:2], given[2:3], given[3:4])


def _una(agreement: Agreement) -> bytes:
    given = (agreement.delimiters or "").encode("latin-1", "replace")
    return given if agreement.standard == "edifact" and len(given) == _UNA_BYTES else b""


def keep_to_send(
    road: Road,
    conn: Connection,
    channel: str,
    partner: str | None,
    name: str,
    data: bytes,
    answers: str | None = None,
) -> str:
    """Archive what is to go out and record it as a transmission; its id. ``answers`` is the one it acknowledges."""
    archived = road.archive.store(data)
    transmission_id = f"TR-{uuid7().hex}"
    transmissions.add(
        conn,
        Transmission(
            transmission_id=transmission_id,
            direction="out",
            channel=channel,
            transport_id=transmission_id,
            partner=partner,
            name=name,
            sha256=archived.sha256,
            size_bytes=archived.size_bytes,
            state="to send",
            reason=None,
            answers=answers,
            at=road.clock(),
        ),
    )
    return transmission_id


def send_document(
    road: Road, conn: Connection, profile: TradingPartner, wanted: str, document: Document, cause: str | None = None
) -> str:
    """Write a document and put it on its way; the transmission's id. ``cause`` is the transmission that led to it.

    Raises:
        NotAgreed: the partner is sent no such set.
        Unwritable: the partner could not read what would be written.
    """
    return send_agreed(road, conn, profile, agreement_out(profile, wanted), document, cause)


def send_agreed(
    road: Road,
    conn: Connection,
    profile: TradingPartner,
    agreement: Agreement,
    document: Document,
    cause: str | None = None,
    order_id: str | None = None,
) -> str:
    """Write a document by one agreement and put it on its way; the transmission's id. ``order_id`` has it told there.

    Raises:
        Unwritable: the partner could not read what would be written.
    """
    wanted = agreement.document
    stored = partners.map_text(conn, agreement.map)
    compiled = compile_map(stored[0] if stored else base_map_text(agreement.map), base_map_text)
    now = road.clock()
    control = _numbers(conn, profile.partner)
    written = _checked(compiled, document, outgoing(profile, agreement), control, now)
    name = f"{wanted}-{control.interchange}.{written.suffix}"
    transmission_id = keep_to_send(road, conn, f"partner:{profile.partner}", profile.partner, name, written.data)
    _await_answer(conn, agreement, document, written, control, transmission_id, profile, now)
    note = f"{wanted} to {profile.partner}" + (f"; {len(written.lost)} fields had no place" if written.lost else "")
    told = Event(now, "document.written", "written", note=note, ref=name, transmission_id=transmission_id)
    events.record(conn, replace(told, order_id=order_id))
    body = {"transmission_id": transmission_id}
    publish(conn, Message("send", f"send:{transmission_id}", body, cause or transmission_id), now)
    return transmission_id


def _checked(
    compiled: CompiledMap, document: Document, envelope: Outgoing, control: ControlNumbers, at: datetime
) -> Written:
    written = write(compiled, document, envelope, control, at)
    rejects = [finding.message for finding in written.findings if finding.rejects]
    if rejects:
        raise Unwritable(f"map {compiled.name} writes what its reader would refuse: {'; '.join(rejects[:5])}")
    return written


def _numbers(conn: Connection, partner: str) -> ControlNumbers:
    def following(what: str) -> int:
        return numbers.next_number(conn, f"{what}/out/{partner}")

    return ControlNumbers(f"{following('interchange'):09d}", str(following("group")), f"{following('set'):04d}")


def _await_answer(
    conn: Connection,
    agreement: Agreement,
    document: Document,
    written: Written,
    control: ControlNumbers,
    transmission_id: str,
    profile: TradingPartner,
    now: datetime,
) -> None:
    hours = float(agreement.answer_hours)
    is_answered = agreement.standard != "file" and agreement.acknowledge != "none"
    due_at = now + timedelta(hours=hours) if hours and is_answered else None
    sent.add(
        conn,
        SentDocument(
            transmission_id=transmission_id,
            partner=profile.partner,
            kind=document.kind,
            set_id=agreement.document,
            customer_po_number=document.customer_po_number,
            functional_id=written.functional_id,
            interchange_control_number=control.interchange,
            group_control_number=control.group,
            set_control_number=control.set,
            sent_at=now,
            due_at=due_at,
            state=sent.WAITING if due_at else sent.NOT_EXPECTED,
        ),
    )
