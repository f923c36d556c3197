"""What a file holds: interchanges, groups and sets, for every syntax in the same words.

The readers of ``x12/`` and ``edifact/`` yield the events below; :class:`Assembly` puts them together to the picture
that ``dockgate inspect`` shows. Sender and receiver stand in it as ``qualifier:value`` (``01:007940297``);
``:value`` when there is no qualifier, null when there is no id. Other syntaxes have no interchanges.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from translators.detect import Syntax
from translators.findings import Code, Finding, Where
from translators.limits import MAX_FINDINGS


@dataclass(frozen=True, slots=True)
class PartyId:
    """An id as an envelope gives it. Either half may be empty: the input may be anything.

    ``routing`` is EDIFACT's address behind the id (0008, 0014): part of the way to somebody, not of who it is.
    """

    qualifier: str
    value: str
    routing: str = field(default="", compare=False)

    def __str__(self) -> str:
        return f"{self.qualifier}:{self.value}"


@dataclass(frozen=True, slots=True)
class Delimiters:
    """The separators of one interchange, as bytes; ``repetition`` is empty before version 00402 of X12.

    For EDIFACT they are those its segments are handed on with; what is on the wire stands in ``Header.una``.
    """

    element: bytes = b"*"
    component: bytes = b">"
    segment: bytes = b"~"
    repetition: bytes = b""


@dataclass(frozen=True, slots=True)
class Header:
    """What an ISA or UNB says. ``standard`` is ``x12`` or ``edifact``."""

    standard: str
    sender: PartyId | None = None
    receiver: PartyId | None = None
    control_number: str | None = None
    test: bool = False
    version: str = ""
    acknowledgment_requested: bool = False
    delimiters: Delimiters = Delimiters()
    date: str = ""
    time: str = ""
    offset: int = 0
    una: bytes = b""
    """EDIFACT: the six marks in use, in the order of a UNA, whether it came or not."""


@dataclass(frozen=True, slots=True)
class GroupHeader:
    """What a GS or UNG says; an EDIFACT interchange without UNG has one group with nothing in it."""

    functional_id: str | None = None
    version: str | None = None
    control_number: str | None = None
    sender: str = ""
    receiver: str = ""
    offset: int = 0


class SetBody(Protocol):
    """The segments of one set, still undivided; only who wants them pays for dividing them."""

    def texts(self) -> list[str]:
        """Each segment as text."""

    def offsets(self) -> list[int]:
        """Where in the file each segment begins."""

    def plain(self) -> tuple[str, str] | None:
        """The set as one text and what joins its segments; None when there is anything odd about it."""


@dataclass(frozen=True, slots=True)
class InterchangeOpened:
    header: Header
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupOpened:
    header: GroupHeader
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class SetRead:
    """One whole set. ``body`` is None when it was too large to be kept. (Not frozen: there is one for each order.)"""

    set_id: str | None
    control_number: str | None
    segments: int
    offset: int
    version: str | None
    body: SetBody | None
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class GroupClosed:
    findings: tuple[Finding, ...]
    sets_stated: int | None
    """What the trailer claims (GE01), for AK902; None when it says nothing readable."""


@dataclass(frozen=True, slots=True)
class InterchangeClosed:
    findings: tuple[Finding, ...]
    acknowledges: tuple[tuple[str, ...], ...] = ()
    """TA1 segments that came inside: the partner's word on interchanges of ours."""


@dataclass(frozen=True, slots=True)
class Loose:
    """A finding on the file itself: bytes that belong to no interchange."""

    finding: Finding


Event = InterchangeOpened | GroupOpened | SetRead | GroupClosed | InterchangeClosed | Loose


@dataclass(slots=True)
class TransactionSet:
    id: str | None
    control_number: str | None
    segments: int
    findings: tuple[Finding, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "control_number": self.control_number,
            "segments": self.segments,
            "findings": _json(self.findings),
        }


@dataclass(slots=True)
class Group:
    header: GroupHeader
    transaction_sets: list[TransactionSet] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()

    def to_json(self) -> dict[str, Any]:
        return {
            "functional_id": self.header.functional_id,
            "version": self.header.version,
            "control_number": self.header.control_number,
            "transaction_sets": [one.to_json() for one in self.transaction_sets],
            "findings": _json(self.findings),
        }


@dataclass(slots=True)
class Interchange:
    header: Header
    groups: list[Group] = field(default_factory=list)
    findings: tuple[Finding, ...] = ()

    @property
    def standard(self) -> str:
        return self.header.standard

    @property
    def sender(self) -> str | None:
        return str(self.header.sender) if self.header.sender else None

    @property
    def receiver(self) -> str | None:
        return str(self.header.receiver) if self.header.receiver else None

    @property
    def control_number(self) -> str | None:
        return self.header.control_number

    @property
    def test(self) -> bool:
        return self.header.test

    def to_json(self) -> dict[str, Any]:
        return {
            "standard": self.standard,
            "sender": self.sender,
            "receiver": self.receiver,
            "control_number": self.control_number,
            "test": self.test,
            "groups": [group.to_json() for group in self.groups],
            "findings": _json(self.findings),
        }


@dataclass(frozen=True, slots=True)
class Inspection:
    """What one file holds and what is wrong with it."""

    syntax: Syntax
    interchanges: tuple[Interchange, ...] = ()
    findings: tuple[Finding, ...] = ()

    def to_json(self, file: str) -> dict[str, Any]:
        return {
            "file": file,
            "syntax": self.syntax.value,
            "interchanges": [one.to_json() for one in self.interchanges],
            "findings": _json(self.findings),
        }

    def all_findings(self) -> Iterator[Finding]:
        yield from self.findings
        for interchange in self.interchanges:
            yield from interchange.findings
            for group in interchange.groups:
                yield from group.findings
                for one in group.transaction_sets:
                    yield from one.findings


class Assembly:
    """Puts a reader's events together. Past the limit of findings a set keeps only its weightiest.

    Sets past ``sound_sets`` are kept only if there is something to be said of them.
    """

    def __init__(self, sound_sets: int | None = None) -> None:
        self._sound_sets = sound_sets
        self.interchanges: list[Interchange] = []
        self.findings: list[Finding] = []
        self._kept = 0

    def take(self, event: Event, extra: tuple[Finding, ...] = ()) -> None:
        """``extra`` are findings somebody else has on the same thing, such as the structure of a set."""
        if isinstance(event, Loose):
            self.findings.extend(self._keep((event.finding,)))
            return
        findings = self._keep(event.findings + extra)
        if isinstance(event, InterchangeOpened):
            self.interchanges.append(Interchange(event.header, findings=findings))
            return
        interchange = self.interchanges[-1]
        if isinstance(event, GroupOpened):
            interchange.groups.append(Group(event.header, findings=findings))
        elif isinstance(event, SetRead):
            sets = interchange.groups[-1].transaction_sets
            if findings or self._sound_sets is None or len(sets) < self._sound_sets:
                sets.append(TransactionSet(event.set_id, event.control_number, event.segments, findings))
        elif isinstance(event, GroupClosed):
            interchange.groups[-1].findings += findings
        else:
            interchange.findings += findings

    def inspection(self, syntax: Syntax) -> Inspection:
        return Inspection(syntax, tuple(self.interchanges), tuple(self.findings))

    def _keep(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        if not findings:
            return findings
        if self._kept < MAX_FINDINGS <= self._kept + len(findings):
            message = f"more than {MAX_FINDINGS} findings; from here on each set keeps only its weightiest"
            self.findings.append(Finding(Code.FINDINGS_LIMIT, message, Where()))
        self._kept += len(findings)
        if self._kept < MAX_FINDINGS:
            return findings
        return (next((one for one in findings if one.rejects), findings[0]),)


def _json(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [finding.to_json() for finding in findings]
