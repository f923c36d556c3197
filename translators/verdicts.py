"""The forms in which acknowledgments that come in are told, whatever their standard."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    WITH_ERRORS = "accepted-with-errors"
    PARTLY = "partly"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ReceivedError:
    """One thing the partner complains of. ``code`` names the element it was told in (``AK403/7``), ``place`` where in
    our document, as ``PO102 in segment 6``, ``value`` what stood there, ``text`` says it in plain words."""

    code: str
    place: str
    value: str
    text: str


@dataclass(frozen=True, slots=True)
class ReceivedAcknowledgment:
    """The word on one interchange (TA1), one group, or one set. ``kind`` is 997, 999, TA1 or CONTRL.

    What it does not speak of is None: a group's answer has no set, a TA1 nothing but the interchange. Of the errors of
    a set the first hundred are kept.
    """

    kind: str
    verdict: Verdict
    interchange_control_number: str | None = None
    group_functional_id: str | None = None
    group_control_number: str | None = None
    set_id: str | None = None
    set_control_number: str | None = None
    errors: tuple[ReceivedError, ...] = ()
