"""A CONTRL of a partner's: what it says of our interchange and messages, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime

from translators.received import ReceivedAcknowledgment, Verdict
from translators.translate import read, standard_agreement

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def received(body: str) -> tuple[ReceivedAcknowledgment, ...]:
    count = body.count("'") + 2
    raw = f"UNB+UNOC:3+THEM:14+US:14+260302:0915+9'UNH+1+CONTRL:D:3:UN'{body}UNT+{count}+1'UNZ+1+9'".encode()
    translation = read(raw, standard_agreement, AT, "folder")
    assert translation.answers == ()
    assert translation.documents == ()
    return translation.interchanges[0].received


def test_a_report_that_takes_all_speaks_of_the_interchange() -> None:
    (whole,) = received("UCI+77+US:14+THEM:14+7'")
    assert (whole.kind, whole.verdict, whole.interchange_control_number, whole.errors) == (
        "CONTRL",
        Verdict.ACCEPTED,
        "77",
        (),
    )


def test_a_refused_message_is_named_with_place_and_reason() -> None:
    whole, message = received("UCI+77+US:14+THEM:14+7'UCM+1+ORDRSP:D:96A:UN+4'UCS+3'UCD+13+2:1'")
    assert whole.verdict is Verdict.ACCEPTED
    assert (message.set_id, message.set_control_number, message.verdict) == ("ORDRSP", "1", Verdict.REJECTED)
    assert [(error.place, error.text) for error in message.errors] == [
        ("element 1 of segment 3", "something is missing")
    ]


def test_a_refused_interchange_says_why() -> None:
    (whole,) = received("UCI+77+US:14+THEM:14+4+26'")
    assert (whole.verdict, whole.errors[0].text) == (Verdict.REJECTED, "it came before")
