"""A CONTRL that comes in, read to what it says of our interchange, groups and messages, in plain words."""

from __future__ import annotations

from collections.abc import Iterator

from translators.tree import LEVEL_B, Loop, Segment
from translators.verdicts import ReceivedAcknowledgment, ReceivedError, Verdict

_KIND = "CONTRL"
_REJECTED = frozenset("4")
"""Action 4; 7 and 8 take what is spoken of, and so do the older 1, 2, 3, 5 and 6 unless an error stands beside."""

TEXTS = {
    "2": "the syntax version is not taken",
    "7": "we are not who should receive it",
    "12": "a value is invalid",
    "13": "something is missing",
    "14": "a value is not taken in this place",
    "15": "something stands where it may not",
    "16": "there are too many elements or components",
    "17": "no agreement covers it",
    "18": "it is refused without a stated reason",
    "21": "a character may not stand there",
    "23": "our identifier is not known there",
    "25": "tests are not taken",
    "26": "it came before",
    "28": "reference of header and trailer differ",
    "29": "a count is wrong",
    "35": "a segment comes too often",
    "36": "a group of segments comes too often",
    "37": "a value has letters where digits belong, or the other way round",
    "39": "a value is too long",
    "40": "a value is too short",
}
"""Code list 0085 in our words."""
_NOT_KNOWN = "a code we have no words for"


def received_report(root: Loop) -> list[ReceivedAcknowledgment]:
    """The word on the interchange first, then on each group and message the report names; empty without a UCI."""
    head = next(iter(root.segments.get("UCI", ())), None)
    if head is None or not _at(head, 1):
        return []
    number = _at(head, 1)
    whole = ReceivedAcknowledgment(_KIND, _verdict(_at(head, 4)), number, errors=tuple(_errors("UCI", _at(head, 5))))
    return [whole, *(_message(number, loop) for loop in _messages(root))]


def _messages(root: Loop) -> Iterator[Loop]:
    yield from root.loops.get("UCM", ())
    for group in root.loops.get("UCF", ()):
        yield from group.loops.get("UCM", ())


def _message(number: str, loop: Loop) -> ReceivedAcknowledgment:
    head = loop.segments["UCM"][0]
    errors = list(_errors("UCM", _at(head, 4)))
    for inner in loop.loops.get("UCS", ()):
        place = f"segment {_at(inner.segments['UCS'][0], 1)}"
        errors += _errors("UCS", _at(inner.segments["UCS"][0], 2), place)
        for element in inner.segments.get("UCD", ()):
            at = _at(element, 2).partition(LEVEL_B)[0]
            # The report counts the tag as 1.
            where = f"element {int(at) - 1} of {place}" if at.isascii() and at.isdigit() else place
            errors += _errors("UCD", _at(element, 1), where)
    return ReceivedAcknowledgment(
        _KIND,
        _verdict(_at(head, 3)),
        number,
        set_id=_at(head, 2).partition(LEVEL_B)[0] or None,
        set_control_number=_at(head, 1) or None,
        errors=tuple(errors),
    )


def _verdict(action: str) -> Verdict:
    return Verdict.REJECTED if action in _REJECTED or not action else Verdict.ACCEPTED


def _errors(segment: str, code: str, place: str = "") -> Iterator[ReceivedError]:
    if code:
        yield ReceivedError(f"{segment}/{code[:10]}", place, "", TEXTS.get(code, _NOT_KNOWN))


def _at(segment: Segment, index: int) -> str:
    return segment.elements[index].strip(" ") if index < len(segment.elements) else ""
