"""What is answered to a sender: a verdict on every set, gathered to the answers its standard has.

X12 answers a group with a 997 or 999 and an envelope with a TA1, EDIFACT an interchange with a CONTRL. An
acknowledgment is never answered.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from translators.edifact import acknowledge as edifact
from translators.edifact.writer import write_contrl
from translators.findings import Finding, has_reject
from translators.interchange import GroupClosed, GroupHeader, Header, Interchange, InterchangeClosed, SetRead
from translators.limits import MAX_SETS_NAMED
from translators.outgoing import ControlNumbers
from translators.x12 import acknowledge as x12
from translators.x12.header import readable_text
from translators.x12.writer import write_997, write_999, write_ta1

Answer = x12.Acknowledgment | x12.InterchangeAcknowledgment | edifact.Acknowledgment

ACKNOWLEDGMENTS = frozenset((*x12.NEVER_ANSWERED, *edifact.NEVER_ANSWERED))
"""Sets that are acknowledgments themselves."""


class Answers(Protocol):
    """Gathers the answers to one interchange."""

    def set_read(self, read: SetRead, findings: Sequence[Finding], *, is_wanted: bool) -> None:
        """A set with everything found on it; ``is_wanted``: its sender wants to hear of it."""

    def group_closed(self, header: GroupHeader, event: GroupClosed, findings: Sequence[Finding]) -> None:
        """The open group ends, with everything found on it."""

    def closed(self, interchange: Interchange, event: InterchangeClosed) -> tuple[Answer, ...]:
        """The answers, the envelope's first."""


def answers_to(header: Header) -> Answers:
    """Who gathers the answers to an interchange of this standard."""
    if header.standard == "x12":
        return _X12Answers(header)
    return _EdifactAnswers(header) if header.standard == "edifact" else _NoAnswers()


def write_answer(answer: Answer, numbers: ControlNumbers, at: datetime, kind: str = "997") -> bytes:
    """The interchange that carries an answer; ``kind`` chooses between 997 and 999 where a group is answered."""
    if isinstance(answer, x12.InterchangeAcknowledgment):
        return write_ta1(answer, numbers, at)
    if isinstance(answer, edifact.Acknowledgment):
        return write_contrl(answer, numbers, at)
    return (write_999 if kind == "999" else write_997)(answer, numbers, at)


class _X12Answers:
    def __init__(self, header: Header) -> None:
        self._header = header
        self._sets: list[x12.SetVerdict] = []
        self._unnamed = 0
        self._is_wanted = False
        self._groups: list[Answer] = []

    def set_read(self, read: SetRead, findings: Sequence[Finding], *, is_wanted: bool) -> None:
        lines = None
        if findings and read.body is not None:  # a 999 says in which line of the document a segment stands
            lines = x12.lines_of(read.body.texts(), readable_text(self._header.delimiters.element), findings)
        if not findings and len(self._sets) >= MAX_SETS_NAMED:
            self._unnamed += 1
        else:
            self._sets.append(x12.set_verdict(read.set_id, read.control_number, findings, lines, read.version))
        self._is_wanted = self._is_wanted or is_wanted

    def group_closed(self, header: GroupHeader, event: GroupClosed, findings: Sequence[Finding]) -> None:
        if self._is_wanted:
            answer = x12.acknowledgment(self._header, header, self._sets, findings, event.sets_stated, self._unnamed)
            if answer is not None:
                self._groups.append(answer)
        self._sets, self._unnamed, self._is_wanted = [], 0, False

    def closed(self, interchange: Interchange, event: InterchangeClosed) -> tuple[Answer, ...]:
        ids = [group.header.functional_id for group in interchange.groups]
        ta1 = x12.interchange_acknowledgment(self._header, interchange.findings, ids, bool(event.acknowledges))
        groups = () if has_reject(interchange.findings) else tuple(self._groups)
        return (ta1, *groups) if ta1 else groups


class _EdifactAnswers:
    def __init__(self, header: Header) -> None:
        self._header = header
        self._sets: list[edifact.SetVerdict] = []
        self._groups: list[edifact.GroupVerdict] = []
        self._is_wanted = False
        self._holds_acknowledgments = False

    def set_read(self, read: SetRead, findings: Sequence[Finding], *, is_wanted: bool) -> None:
        if findings or len(self._sets) < MAX_SETS_NAMED:  # a CONTRL names none that is fine
            self._sets.append(edifact.set_verdict(read.set_id, read.control_number, findings, read.version))
        self._holds_acknowledgments = self._holds_acknowledgments or read.set_id in edifact.NEVER_ANSWERED
        self._is_wanted = self._is_wanted or is_wanted

    def group_closed(self, header: GroupHeader, event: GroupClosed, findings: Sequence[Finding]) -> None:
        self._groups.append(edifact.group_verdict(header, self._sets, findings))
        self._sets = []

    def closed(self, interchange: Interchange, event: InterchangeClosed) -> tuple[Answer, ...]:
        findings = interchange.findings
        if not (self._is_wanted or self._header.acknowledgment_requested or has_reject(findings)):
            return ()
        answer = edifact.acknowledgment(self._header, self._groups, findings, self._holds_acknowledgments)
        return (answer,) if answer else ()


class _NoAnswers:
    """TRADACOMS has no acknowledgments."""

    def set_read(self, read: SetRead, findings: Sequence[Finding], *, is_wanted: bool) -> None:
        return

    def group_closed(self, header: GroupHeader, event: GroupClosed, findings: Sequence[Finding]) -> None:
        return

    def closed(self, interchange: Interchange, event: InterchangeClosed) -> tuple[Answer, ...]:
        return ()
