"""A file of more sets than anybody reads one by one: those without a finding are counted, no word is lost on others."""

from __future__ import annotations

import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from tests.factories import group_answers
from translators.outgoing import PROVISIONAL
from translators.translate import TranslatedDocument, TranslatedInterchange, read, standard_agreement, stream
from translators.x12.writer import write_997

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ISA = "ISA*00*          *00*          *ZZ*ACME           *ZZ*DOCKGATE       *260302*1200*U*00401*000000001*0*P*>~"
BODY = "BEG*00*SA*PO-{number}**20260302~N1*ST*HILL*92*0007~PO1*1*12*EA*9.25**VN*AB-1~CTT*1~SE*{count}*{number:04}~"


@pytest.fixture(autouse=True)
def few_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("answering", "reading"):
        monkeypatch.setattr(f"translators.{module}.MAX_SETS_NAMED", 3)


def interchange(sets: int, broken: int | None = None) -> bytes:
    """Some orders; one of them counts its segments wrong."""
    body = "".join(
        f"ST*850*{number:04}~" + BODY.format(number=number, count=7 if number == broken else 6)
        for number in range(1, sets + 1)
    )
    return f"{ISA}GS*PO*A*B*20260302*1200*7*X*004010~{body}GE*{sets}*7~IEA*1*000000001~".encode()


def test_accepted_sets_past_the_limit_are_counted_and_not_named() -> None:
    outcomes = list(stream(interchange(8), standard_agreement, AT))
    assert sum(isinstance(one, TranslatedDocument) for one in outcomes) == 8
    closed = outcomes[-1]
    assert isinstance(closed, TranslatedInterchange)
    (group,) = closed.interchange.groups
    assert len(group.transaction_sets) == 3
    (answer,) = group_answers(read(interchange(8), standard_agreement, AT))
    assert (answer.verdict, answer.stated, answer.received, answer.accepted) == ("A", 8, 8, 8)
    said = write_997(answer, PROVISIONAL, AT)
    assert (said.count(b"AK2*850*"), said.count(b"AK5*A~")) == (3, 3)
    assert b"~AK9*A*8*8*8~" in said


def test_a_refused_set_is_named_wherever_it_stands() -> None:
    translation = read(interchange(8, broken=7), standard_agreement, AT)
    (answer,) = group_answers(translation)
    assert (answer.verdict, answer.accepted) == ("P", 7)
    assert [one.control_number for one in answer.sets] == ["0001", "0002", "0003", "0007"]
    assert [one.code.value for one in translation.findings] == ["segment-count-wrong"]
    assert b"AK2*850*0007~AK5*R*4~AK9*P*8*8*7~" in write_997(answer, PROVISIONAL, AT)


def test_a_number_that_comes_again_is_told_though_its_set_was_only_counted() -> None:
    twice = interchange(8).replace(b"ST*850*0008~", b"ST*850*0005~").replace(b"SE*6*0008~", b"SE*6*0005~")
    assert "set-number-repeated" in [one.code.value for one in read(twice, standard_agreement, AT).findings]


def test_memory_does_not_grow_with_the_number_of_sets() -> None:
    whole = interchange(1)
    start, end = whole.index(b"ST*"), whole.index(b"GE*")
    held: list[int] = []

    def many() -> Iterator[bytes]:
        yield whole[:start]
        for number in range(1, 8_001):
            if number % 4_000 == 0:
                held.append(tracemalloc.get_traced_memory()[0])
            yield whole[start:end].replace(b"*0001~", b"*%04d~" % number)
        yield b"GE*8000*7~IEA*1*000000001~"

    tracemalloc.start()
    try:
        outcomes = sum(1 for _ in stream(many(), standard_agreement, AT))
    finally:
        tracemalloc.stop()
    assert outcomes == 8_001
    assert held[1] - held[0] < 4_000 * 40  # a name alone would be more
