"""The front door: who is known, what falls and what stays, and that nothing raises."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from partners.partner import Agreement
from tests.factories import envelope_answers, group_answers
from translators.maps.bases import base_map
from translators.translate import (
    Agreed,
    Envelope,
    TranslatedDocument,
    TranslatedInterchange,
    Translation,
    Withdrawn,
    inspect,
    read,
    standard_agreement,
    stream,
)

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
Wire = Callable[..., bytes]
Read = Callable[[bytes], Translation]
OneSet = Callable[..., list[str]]
Codes = Callable[[object], list[str]]


def test_the_envelope_says_all_the_outside_knows(wire: Wire) -> None:
    asked: list[Envelope] = []

    def agree(envelope: Envelope) -> Agreed | None:
        asked.append(envelope)
        return standard_agreement(envelope)

    read(wire(test="T"), agree, AT)
    (envelope,) = asked
    assert (str(envelope.sender), str(envelope.receiver)) == ("01:007940297", "ZZ:DOCKGATE")
    assert (envelope.group_sender, envelope.group_receiver) == ("ACMEGS", "DOCKGS")
    assert (envelope.standard, envelope.set_id, envelope.version) == ("x12", "850", "004010")
    assert envelope.test
    assert envelope.interchange_control_number == "000000001"


def test_agreements_are_asked_for_once_for_each_kind_of_set(wire: Wire, one_set: OneSet) -> None:
    asked: list[str] = []

    def agree(envelope: Envelope) -> Agreed | None:
        asked.append(envelope.set_id)
        return standard_agreement(envelope)

    read(wire([one_set(number=f"{number:04}") for number in range(1, 9)]), agree, AT)
    assert asked == ["850"]


def test_an_unknown_sender_is_told_once_with_what_to_do(wire: Wire, one_set: OneSet, codes: Codes) -> None:
    translation = read(wire([one_set(), one_set(number="0002")]), lambda _: None, AT)
    assert translation.documents == ()
    assert group_answers(translation) == ()
    assert codes(translation.findings) == ["unknown-sender"]
    assert "add a partner with identifier 01:007940297" in translation.findings[0].message
    assert [one.code for one in envelope_answers(translation)] == ["006"]


def test_a_set_nobody_agreed_on_is_refused_as_not_supported(wire: Wire, codes: Codes) -> None:
    translation = read(wire(), lambda _: Agreed("acme"), AT)
    assert codes(translation.findings) == ["no-agreement"]
    assert [(one.verdict, one.sets[0].codes) for one in group_answers(translation)] == [("R", ("1",))]
    assert translation.interchanges[0].partner == "acme"


def test_a_partner_who_wants_no_997_gets_none(wire: Wire) -> None:
    agreement = Agreement(document="850", map="x12-850", acknowledge="none")
    translation = read(wire(), lambda _: Agreed("acme", agreement, base_map("x12-850")), AT)
    assert len(translation.documents) == 1
    assert group_answers(translation) == ()


@pytest.mark.parametrize(("flag", "is_test"), [("P", False), ("T", True), ("I", True), ("X", True)])
def test_only_a_production_envelope_makes_a_live_order(wire: Wire, translated: Read, flag: str, is_test: bool) -> None:
    assert translated(wire(test=flag)).documents[0].document.test_indicator is is_test


def test_an_agreement_for_tests_only_makes_test_orders(wire: Wire) -> None:
    agreement = Agreement(document="850", map="x12-850", production=False)
    translation = read(wire(), lambda _: Agreed("acme", agreement, base_map("x12-850")), AT)
    assert translation.documents[0].document.test_indicator is True


def test_a_refused_interchange_does_not_pull_down_the_next(wire: Wire, translated: Read) -> None:
    first = wire().replace(b"IEA*1*000000001", b"IEA*1*999999999")
    translation = translated(first + wire(number="000000002"))
    assert [len(one.documents) for one in translation.interchanges] == [0, 1]
    assert [len(group_answers(one)) for one in translation.interchanges] == [0, 1]


def test_a_refused_group_does_not_pull_down_the_next(wire: Wire, translated: Read) -> None:
    raw = wire()
    start, end = raw.index(b"GS*"), raw.index(b"IEA*")
    other = raw[start:end].replace(b"*77", b"*78").replace(b"GE*1*", b"GE*5*")
    both = raw[:end] + other + b"IEA*2*000000001~"
    translation = translated(both)
    assert [one.group_control_number for one in translation.documents] == ["77"]
    assert [one.verdict for one in group_answers(translation)] == ["A", "R"]


def test_documents_know_their_numbers_and_map(wire: Wire, translated: Read) -> None:
    (document,) = translated(wire()).documents
    assert (document.set_id, document.set_control_number, document.group_control_number) == ("850", "0001", "77")
    assert document.map == "x12-850"


def test_a_file_of_another_syntax_is_told(translated: Read, codes: Codes) -> None:
    translation = translated(b"%PDF-1.7")
    assert translation.syntax == "pdf"
    assert codes(translation.findings) == ["syntax-unknown"]
    assert codes(inspect(b"%PDF-1.7").findings) == ["syntax-unknown"]


def test_an_empty_file_is_told(translated: Read, codes: Codes) -> None:
    assert codes(translated(b"").findings) == ["empty-input"]
    assert codes(inspect(b"").findings) == ["empty-input"]


def test_inspect_in_json_has_the_keys_of_the_contract(wire: Wire) -> None:
    shown = inspect(wire()).to_json("po.edi")
    assert list(shown) == ["file", "syntax", "interchanges", "findings"]
    (interchange,) = shown["interchanges"]
    assert list(interchange) == ["standard", "sender", "receiver", "control_number", "test", "groups", "findings"]
    (group,) = interchange["groups"]
    assert list(group) == ["functional_id", "version", "control_number", "transaction_sets", "findings"]
    assert group["transaction_sets"] == [{"id": "850", "control_number": "0001", "segments": 8, "findings": []}]
    assert json.loads(json.dumps(shown)) == shown


def test_read_in_json_has_the_keys_of_the_contract(wire: Wire, translated: Read) -> None:
    shown = translated(wire(ack="1")).to_json("po.edi", AT)
    assert list(shown) == ["file", "documents", "findings", "acknowledgments"]
    assert shown["documents"][0]["customer_po_number"] == "PO-1001"
    assert [text[106:109] for text in shown["acknowledgments"]] == ["TA1", "GS*"]
    assert json.loads(json.dumps(shown)) == shown


def test_a_set_too_large_to_hold_is_refused_and_the_next_is_read(
    wire: Wire, translated: Read, one_set: OneSet, order: str, monkeypatch: pytest.MonkeyPatch, codes: Codes
) -> None:
    monkeypatch.setattr("translators.x12.envelope.MAX_SET_SEGMENTS", 20)
    raw = wire([one_set(order + "\nNTE**X" * 30), one_set(number="0002")])
    translation = translated(raw)
    assert codes(translation.findings) == ["set-too-large"]
    assert [one.set_control_number for one in translation.documents] == ["0002"]


def test_findings_of_a_file_are_limited(
    wire: Wire, one_set: OneSet, monkeypatch: pytest.MonkeyPatch, order: str, codes: Codes
) -> None:
    monkeypatch.setattr("translators.interchange.MAX_FINDINGS", 50)
    bad = order.replace("CTT*1", "ZZZ*1\n" * 20 + "CTT*one")
    found = inspect(wire([one_set(bad, f"{number:04}") for number in range(1, 11)]))
    assert "findings-limit" in codes(found.findings)
    assert len(list(found.all_findings())) < 60
    assert codes(found.interchanges[0].groups[0].transaction_sets[-1].findings) == ["number-invalid"]


def test_a_stream_gives_documents_before_their_interchange_is_read_to_its_end(wire: Wire, one_set: OneSet) -> None:
    raw = wire([one_set(number=f"{number:04}") for number in range(1, 4)])
    kinds = [type(one) for one in stream((raw,), standard_agreement, AT)]
    assert kinds == [TranslatedDocument] * 3 + [TranslatedInterchange]
    bites = iter((raw[:70_000], b""))
    assert isinstance(next(stream(bites, standard_agreement, AT)), TranslatedDocument)


def test_a_stream_takes_back_what_a_refused_group_or_interchange_gave(wire: Wire, one_set: OneSet) -> None:
    sets = [one_set(number="0001"), one_set(number="0002")]
    group = list(stream(wire(sets, trailer=("GE*9*77", "IEA*1*000000001")), standard_agreement, AT))
    assert group[2] == Withdrawn(2)
    whole = list(stream(wire(sets, trailer=("GE*2*77", "IEA*7*000000001")), standard_agreement, AT))
    assert whole[2] == Withdrawn(2)
    assert isinstance(whole[3], TranslatedInterchange)
    assert whole[3].documents == ()


def test_a_stream_ends_with_the_findings_on_the_file_itself(wire: Wire, codes: Codes) -> None:
    *_, last = stream(wire() + b"good bye", standard_agreement, AT)
    assert codes([last]) == ["stray-bytes"]
