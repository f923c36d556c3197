"""The front door: bytes in, documents, findings and acknowledgments out.

``inspect`` looks at envelopes and structure and needs to know nobody. ``read`` asks what was agreed and gives orders;
``stream`` gives them one by one. None raises on any bytes: what is wrong with the input is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import chain
from typing import Any

from orders.document import Document
from translators import customer_files
from translators.agreed import Agree, Agreed, Envelope, standard_agreement
from translators.answering import Answer, write_answer
from translators.detect import Syntax, detect
from translators.edifact import reader as edifact
from translators.encodings import foreign_encoding, rewritten
from translators.findings import Code, Finding, Where
from translators.interchange import (
    Assembly,
    Event,
    Header,
    Inspection,
    Interchange,
    InterchangeOpened,
    SetRead,
)
from translators.limits import HEAD_BYTES
from translators.outgoing import PROVISIONAL
from translators.reading import Outcome, Reading, TranslatedDocument, TranslatedInterchange, Withdrawn
from translators.source import Source, chunks
from translators.tradacoms import reader as tradacoms
from translators.walking import Structure
from translators.x12 import reader as x12

__all__ = [
    "Agree",
    "Agreed",
    "Envelope",
    "Header",
    "Interchange",
    "TranslatedDocument",
    "TranslatedInterchange",
    "Translation",
    "Withdrawn",
    "inspect",
    "read",
    "standard_agreement",
    "stream",
]

_READERS = {Syntax.X12: x12.read, Syntax.EDIFACT: edifact.read, Syntax.TRADACOMS: tradacoms.read}


@dataclass(frozen=True, slots=True)
class _Opened:
    """A file of a syntax: its events if it is EDI, its bytes, and what already is wrong."""

    syntax: Syntax
    source: Iterator[bytes]
    events: Iterable[Event] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Translation:
    """Everything one file gave, by interchange: the caller decides on repeats before it takes the documents."""

    syntax: Syntax
    interchanges: tuple[TranslatedInterchange, ...] = ()
    loose: tuple[Finding, ...] = ()
    """Findings on the file itself."""

    @property
    def documents(self) -> tuple[TranslatedDocument, ...]:
        return tuple(document for one in self.interchanges for document in one.documents)

    @property
    def findings(self) -> tuple[Finding, ...]:
        return (*self.loose, *(finding for one in self.interchanges for finding in one.findings))

    @property
    def answers(self) -> tuple[Answer, ...]:
        """What the senders are to be told."""
        return tuple(answer for one in self.interchanges for answer in one.answers)

    def to_json(self, file: str, at: datetime) -> dict[str, Any]:
        """What ``dockgate read`` prints; the acknowledgments bear provisional control numbers."""
        answers = [write_answer(one, PROVISIONAL, at) for one in self.answers]
        return {
            "file": file,
            "documents": [as_json(one.document) for one in self.documents],
            "findings": [finding.to_json() for finding in self.findings],
            "acknowledgments": [answer.decode("latin-1") for answer in answers],
        }


def as_json(document: Document) -> dict[str, Any]:
    """A document as plain data, without the fields nobody filled."""
    return document.model_dump(mode="json", exclude_none=True)


def inspect(source: Source) -> Inspection:
    """What a file holds. Never raises on any bytes."""
    opened = _opened(source)
    assembly, structure = Assembly(), Structure()
    assembly.findings.extend(opened.findings)
    if opened.syntax in customer_files.FILES and opened.syntax is not Syntax.BINARY:
        assembly.findings.extend(customer_files.findings(opened.source, opened.syntax))
    elif opened.syntax not in _READERS and not opened.findings:
        assembly.findings.append(_unknown(opened.syntax))
    for event in opened.events:
        extra: tuple[Finding, ...] = ()
        if isinstance(event, InterchangeOpened):
            structure.begin(event.header)
        elif isinstance(event, SetRead):
            extra = structure.findings(event)
        assembly.take(event, extra)
    return assembly.inspection(opened.syntax)


def read(source: Source, agree: Agree, received_at: datetime, channel: str | None = None) -> Translation:
    """The documents of a file, read as was agreed with its sender. Never raises on any bytes.

    ``received_at`` is when the bytes were archived, with its offset from UTC.
    """
    opened = _opened(source)
    interchanges: list[TranslatedInterchange] = []
    documents: list[TranslatedDocument] = []
    loose: list[Finding] = []
    for outcome in _outcomes(opened, agree, received_at, channel):
        if isinstance(outcome, TranslatedDocument):
            documents.append(outcome)
        elif isinstance(outcome, Withdrawn):
            del documents[-outcome.documents :]
        elif isinstance(outcome, TranslatedInterchange):
            interchanges.append(replace(outcome, documents=tuple(documents)))
            documents.clear()
        else:
            loose.append(outcome)
    return Translation(opened.syntax, tuple(interchanges), tuple(loose))


def stream(
    source: Source, agree: Agree, received_at: datetime, channel: str | None = None
) -> Iterator[Outcome | Finding]:
    """What :func:`read` gives, one by one as the bytes come in, so that a file of any size needs little memory.

    A document may have to be given back: :class:`Withdrawn` says so before its interchange is closed. Once the
    interchange has come (here without documents), those before it count. Findings on the file itself come last.
    """
    return _outcomes(_opened(source), agree, received_at, channel)


def _outcomes(opened: _Opened, agree: Agree, received_at: datetime, channel: str | None) -> Iterator[Outcome | Finding]:
    if opened.syntax in customer_files.FILES:
        coming = customer_files.Coming(agree, received_at, channel)
        door = partial(stream, agree=agree, received_at=received_at, channel=channel)
        yield from customer_files.outcomes(opened.source, opened.syntax, coming, door)
    elif opened.syntax not in _READERS and not opened.findings:
        yield _unknown(opened.syntax)
    reading = Reading(agree, received_at, channel)
    for event in opened.events:
        yield from reading.take(event)
    yield from opened.findings
    yield from reading.findings


def _unknown(syntax: Syntax) -> Finding:
    return Finding(Code.SYNTAX_UNKNOWN, f"this is {syntax.value}, no EDI and no customer file we know")


def _opened(source: Source) -> _Opened:
    """The syntax of a source and how it is read."""
    parts = chunks(source)
    first: list[bytes] = []
    size = 0
    for part in parts:
        first.append(part)
        size += len(part)
        if size >= HEAD_BYTES:
            break
    head = b"".join(first)
    syntax = detect(head[:HEAD_BYTES])
    whole = chain((head,), parts)
    if syntax is Syntax.EMPTY:
        empty = Finding(Code.EMPTY_INPUT, "the file is empty; was it taken while being written?", Where())
        return _Opened(syntax, whole, findings=(empty,))
    if syntax not in _READERS:
        return _Opened(syntax, whole)
    encoding = foreign_encoding(head[:HEAD_BYTES])
    if encoding is None:
        return _Opened(syntax, whole, _READERS[syntax](whole))
    guess = Finding(Code.ENCODING_GUESSED, f"read as {encoding}; offsets are those of the text in UTF-8", Where())
    return _Opened(syntax, whole, _READERS[syntax](rewritten(whole, encoding)), (guess,))
