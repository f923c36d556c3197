"""Acknowledgments that come in: what a partner made of what we sent.

A 997 or 999 gives one answer for the group it speaks of and one for each set it names; a TA1 one for an interchange.
Numbers stand as the partner wrote them: who looks for what was sent compares them without leading zeros. A malformed
acknowledgment gives findings, and still whatever can be read. CONTRL, APERAK and 824 take the same form: one more
reader in the table below.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from translators.edifact.received import received_report
from translators.findings import Code, Finding, Severity, Where, shown
from translators.interchange import SetRead
from translators.limits import MAX_FINDINGS_PER_SET
from translators.tree import Loop, Segment
from translators.verdicts import ReceivedAcknowledgment, ReceivedError, Verdict
from translators.x12 import wording

__all__ = ["ReceivedAcknowledgment", "ReceivedError", "Verdict", "received", "received_interchanges"]

Received = tuple[list[ReceivedAcknowledgment], tuple[Finding, ...]]

_VERDICTS = {
    "A": Verdict.ACCEPTED,
    "E": Verdict.WITH_ERRORS,
    "P": Verdict.PARTLY,
    **dict.fromkeys("RMWX", Verdict.REJECTED),
}
"""AK501, IK501, AK901, TA104. M, W and X are refusals over encryption or signature."""

_PLACE = re.compile(r"(?P<element>[0-9]{1,3})(?:[^0-9](?P<component>[0-9]{1,3}))?")
"""AK401 and IK401: element, component, repetition; whatever divides them is no digit."""


def received(read: SetRead, root: Loop) -> Received:
    """The acknowledgments in a walked set, the group's first; none when the set is no acknowledgment we read."""
    reader = _READERS.get(read.set_id or "")
    return reader(root) if reader else ([], ())


def received_interchanges(acknowledges: Iterable[Sequence[str]]) -> Received:
    """The same for the TA1 segments of an interchange, tag first (``InterchangeClosed.acknowledges``)."""
    answers: list[ReceivedAcknowledgment] = []
    findings: list[Finding] = []
    for elements in acknowledges:
        number, verdict, code = _at(elements, 1), _VERDICTS.get(_at(elements, 4)), _at(elements, 5)
        if not number:
            findings.append(_malformed("the TA1 names no interchange", "TA1", None, 1))
        if verdict is None or verdict is Verdict.PARTLY:
            findings.append(_malformed("TA104 says neither accepted nor refused", "TA1", None, 4, _at(elements, 4)))
            verdict = Verdict.REJECTED
        errors = _errors("TA105", (code.zfill(3),) if code.strip("0") else (), wording.INTERCHANGE)
        answers.append(ReceivedAcknowledgment("TA1", verdict, number or None, errors=tuple(errors)))
    return answers, tuple(findings)


@dataclass(frozen=True, slots=True)
class _Tags:
    """What a 997 and a 999 call the same things."""

    kind: str
    segment: str
    element: str
    trailer: str


def _functional(tags: _Tags) -> Callable[[Loop], Received]:
    def reader(root: Loop) -> Received:
        findings: list[Finding] = []
        head, tail = _first(root, "AK1"), _first(root, "AK9")
        if head is None:
            findings.append(_malformed("there is no AK1: it cannot be told what is answered", "AK1"))
        functional_id, number = (_at(head.elements, 1), _at(head.elements, 2)) if head else ("", "")
        group = (functional_id or None, number or None)
        whole = _verdict(tail, "AK9", findings)
        sets = [_of_set(tags, loop, group, whole, findings) for loop in root.loops.get("AK2", ())]
        if whole is None:
            whole = _together([one.verdict for one in sets])
        elif whole is Verdict.ACCEPTED and any(one.verdict is Verdict.REJECTED for one in sets):
            findings.append(_malformed("AK9 accepts the group, yet a set of it is refused", "AK9", tail))
        errors = _errors("AK905", tail.elements[5:10] if tail else (), wording.GROUP)
        answer = ReceivedAcknowledgment(tags.kind, whole, None, *group, errors=tuple(errors))
        return [answer, *sets], tuple(findings)

    return reader


def _of_set(
    tags: _Tags, loop: Loop, group: tuple[str | None, str | None], whole: Verdict | None, findings: list[Finding]
) -> ReceivedAcknowledgment:
    head, tail = loop.segments["AK2"][0], _first(loop, tags.trailer)
    verdict = _verdict(tail, tags.trailer, findings)
    if verdict is None:
        verdict = whole if whole is not None and whole is not Verdict.PARTLY else Verdict.REJECTED
    told = (one for noted in loop.loops.get(tags.segment, ()) for one in _in_segment(tags, noted))
    errors = list(islice(told, MAX_FINDINGS_PER_SET))
    errors += _errors(tags.trailer + "02", tail.elements[2:7] if tail else (), wording.SET)
    names = (_at(head.elements, 1) or None, _at(head.elements, 2) or None)
    return ReceivedAcknowledgment(tags.kind, verdict, None, *group, *names, tuple(errors))


def _in_segment(tags: _Tags, loop: Loop) -> Iterator[ReceivedError]:
    """The complaint of a segment, then those of its elements. A 999 adds, in CTX, the line it stands in."""
    head = loop.segments[tags.segment][0]
    tag, position, code = (shown(_at(head.elements, element)) for element in (1, 2, 4))
    contexts = [shown(_at(one.elements, 1)) for one in loop.segments.get("CTX", ())]
    behind = f"in segment {position}" + "".join(f", {context}" for context in contexts)
    elements = [*loop.segments.get(tags.element, ())]
    elements += [one.segments[tags.element][0] for one in loop.loops.get(tags.element, ())]
    if code != "8" or not elements:
        yield from _errors(tags.segment + "04", (code,), wording.SEGMENT, f"{tag} {behind}")
    for element in elements:
        place = _PLACE.match(_at(element.elements, 1))
        number = f"{int(place['element']):02}" if place else ""
        component = f":{place['component']}" if place and place["component"] else ""
        where, value = f"{tag}{number}{component} {behind}", shown(_at(element.elements, 4))
        yield from _errors(tags.element + "03", (_at(element.elements, 3),), wording.ELEMENT, where, value)


def _errors(
    element: str, codes: Sequence[str], texts: dict[str, str], place: str = "", value: str = ""
) -> Iterator[ReceivedError]:
    for code in codes:
        bare = code.strip()
        if bare:
            yield ReceivedError(f"{element}/{shown(bare)}", place, value, texts.get(bare, wording.NOT_KNOWN))


def _verdict(segment: Segment | None, tag: str, findings: list[Finding]) -> Verdict | None:
    """What AK5, IK5 or AK9 says. None when it is missing; refused when it says something else."""
    if segment is None:
        findings.append(_malformed(f"there is no {tag}: the verdict is taken from the others", tag))
        return None
    verdict = _VERDICTS.get(_at(segment.elements, 1))
    if verdict is None or (verdict is Verdict.PARTLY and tag != "AK9"):
        value = _at(segment.elements, 1)
        findings.append(_malformed(f"{tag}01 is no verdict: taken as refused", tag, segment, 1, value))
        return Verdict.REJECTED
    return verdict


def _together(verdicts: Sequence[Verdict]) -> Verdict:
    """The word on a group from those on its sets, where the partner forgot his own. Nothing said is no consent."""
    refused = verdicts.count(Verdict.REJECTED)
    if refused == len(verdicts):
        return Verdict.REJECTED
    if refused:
        return Verdict.PARTLY
    return Verdict.WITH_ERRORS if Verdict.WITH_ERRORS in verdicts else Verdict.ACCEPTED


def _malformed(
    message: str, tag: str, segment: Segment | None = None, element: int | None = None, value: str = ""
) -> Finding:
    where = Where(tag, segment.position if segment else None, element)
    return Finding(Code.ACKNOWLEDGMENT_MALFORMED, message, where, value[:100], Severity.WARNING)


def _first(loop: Loop, tag: str) -> Segment | None:
    return next(iter(loop.segments.get(tag, ())), None)


def _at(elements: Sequence[str], index: int) -> str:
    return elements[index].strip() if index < len(elements) else ""


def _report(root: Loop) -> Received:
    found = received_report(root)
    return found, () if found else (_malformed("the CONTRL names no interchange of ours", "UCI"),)


_READERS: dict[str, Callable[[Loop], Received]] = {
    "CONTRL": _report,
    "997": _functional(_Tags("997", "AK3", "AK4", "AK5")),
    "999": _functional(_Tags("999", "IK3", "IK4", "IK5")),
}
