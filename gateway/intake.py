"""Taking bytes in, the same for every channel: archived and fsynced first, then recorded with the work they mean.

A channel may tell its sender "received" when :func:`receive` has returned, and not before.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import BinaryIO

from uuid_utils.compat import uuid7

from gateway.road import Road
from queues.message import Message
from queues.queue import publish
from store import events, transmissions
from store.events import Event
from store.transmissions import Transmission


@dataclass(frozen=True)
class Crossing:
    """How bytes came in.

    Attributes:
        channel: the channel's name, ``folder:acme``.
        transport_id: the channel's own name for this crossing; a second one with the same name is a repeat.
        name: what the sender called it: a label for people, never a path of ours.
        last_byte_at: when its last byte had come, as far as the channel can know.
    """

    channel: str
    transport_id: str
    name: str
    last_byte_at: datetime


def receive(road: Road, source: BinaryIO | bytes, crossing: Crossing) -> str:
    """Keep the bytes and announce the work; the transmission's id. Repeating a crossing changes nothing.

    Raises:
        OSError: the archive cannot be written; nothing was taken in.
        StoreUnavailable: the database does not answer; nothing was taken in.
    """
    archived = road.archive.store(source)
    road.reached("after-archive")
    now = road.clock()
    transmission_id = f"TR-{uuid7().hex}"
    row = Transmission(
        transmission_id=transmission_id,
        direction="in",
        channel=crossing.channel,
        transport_id=crossing.transport_id,
        partner=None,
        name=crossing.name[:300],
        sha256=archived.sha256,
        size_bytes=archived.size_bytes,
        state="received",
        reason=None,
        answers=None,
        at=crossing.last_byte_at,
    )
    with road.database.write() as conn:
        if not transmissions.add(conn, row):
            earlier = transmissions.by_transport_id(conn, crossing.channel, "in", crossing.transport_id)
            return earlier.transmission_id if earlier else transmission_id
        note = f"{crossing.name}, {archived.size_bytes} bytes"
        events.record(
            conn,
            Event(
                crossing.last_byte_at,
                "transmission.received",
                "received",
                note=note,
                ref=archived.sha256,
                transmission_id=transmission_id,
            ),
        )
        body = {"transmission_id": transmission_id}
        publish(conn, Message("translate", f"translate:{transmission_id}", body, transmission_id), now)
    road.reached("after-intake")
    return transmission_id
