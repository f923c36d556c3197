"""How documents go out to a partner: whose names are on the envelope, which version and separators, and its numbers."""

from __future__ import annotations

from dataclasses import dataclass, field

from translators.findings import Finding
from translators.interchange import Delimiters, PartyId


@dataclass(frozen=True, slots=True)
class ControlNumbers:
    """Numbers for one interchange, drawn by the gateway without gaps. Text: leading zeros count."""

    interchange: str
    group: str
    set: str


PROVISIONAL = ControlNumbers("000000001", "1", "0001")
"""For what is shown and never sent."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """An envelope to a partner. ``version`` is GS08 (``004010``) or S009 behind the message type (``D:96A:UN:EAN008``).

    ``syntax`` is ISA12 (``00401``) or the UNB syntax identifier (``UNOC:3``). Group ids are those of the envelope when
    they are empty.
    """

    sender: PartyId
    receiver: PartyId
    version: str
    syntax: str
    group_sender: str = ""
    group_receiver: str = ""
    test: bool = False
    delimiters: Delimiters = field(default_factory=Delimiters)
    una: bytes = b""
    """The six characters of the UNA we write with; empty: the usual ones."""


@dataclass(frozen=True, slots=True)
class Written:
    """The bytes of a document, the fields that found no place in them, and what our own reader says of them."""

    data: bytes
    lost: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    functional_id: str = ""
    """The X12 group it went out in; the partner's answer names it."""
    suffix: str = "edi"
    """How the file's name ends."""
