"""Another reader's segments beside ours, on files both take."""

from __future__ import annotations

import random
import warnings

import pytest
from pydifact.parser import Parser

from translators.edifact import reader
from translators.edifact.syntax import COMPONENT, ELEMENT
from translators.interchange import SetRead

TEXTS = ["BRICK", "O'HARA", "A+B", "10:30", "WHY?", "?'+:", "ÄÖÜ", "A, B. C", "'", "??", "LINE 1"]


def theirs(text: str) -> list[list[list[str]]]:
    """Segments of the message as elements of components, by pydifact; empty ones at an end left off."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        segments = [(one.tag, one.elements) for one in Parser().parse(text)]
    message = [one for one in segments if one[0] not in ("UNA", "UNB", "UNZ")]
    return [_trimmed([[tag], *([e] if isinstance(e, str) else list(e) for e in elements)]) for tag, elements in message]


def ours(raw: bytes) -> list[list[list[str]]]:
    (message,) = [event for event in reader.read(raw) if isinstance(event, SetRead)]
    assert message.body is not None
    return [_trimmed([one.split(COMPONENT) for one in text.split(ELEMENT)]) for text in message.body.texts()]


def _trimmed(elements: list[list[str]]) -> list[list[str]]:
    for parts in elements:
        while parts and not parts[-1]:
            parts.pop()
    while elements and not elements[-1]:
        elements.pop()
    return elements


@pytest.mark.parametrize("seed", range(30))
def test_both_readers_find_the_same_segments_elements_and_components(seed: int) -> None:
    chance = random.Random(seed)
    una, end = chance.choice([("UNA:+.? '", ""), ("", ""), ("UNA:+,? '", "\r\n")])

    def released(text: str) -> str:
        return "".join("?" + letter if letter in "?+:'" else letter for letter in text)

    def element() -> str:
        return ":".join(released(chance.choice(TEXTS)) for _ in range(chance.randint(1, 4)))

    body = [f"FTX+{'+'.join(element() for _ in range(chance.randint(1, 4)))}" for _ in range(chance.randint(1, 9))]
    rows = ["UNB+UNOC:3+A:14+B:14+260302:1200+77", "UNH+1+ORDERS:D:96A:UN", *body, f"UNT+{len(body) + 2}+1", "UNZ+1+77"]
    text = una + end + "".join(f"{row}'{end}" for row in rows)
    assert ours(text.encode("latin-1")) == theirs(text)
