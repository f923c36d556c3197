"""EDIFACT envelopes: separators, the release character, counts and references."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from translators.edifact import reader
from translators.edifact.charsets import decode
from translators.interchange import Header, Inspection, InterchangeOpened, SetRead
from translators.translate import Translation, inspect

ORDER = (
    b"UNB+UNOC:3+4012345000009:14+5098765000001:14+260302:1200+REF77++++1++1'"
    b"UNH+1+ORDERS:D:96A:UN:EAN008'BGM+220+PO-1001+9'DTM+137:20260302:102'"
    b"FTX+AAI+++O?'HARA?+CO ??'LIN+1++4000862141404:EN'QTY+21:12'UNS+S'UNT+8+1'UNZ+1+REF77'"
)


def respelled(component: str, element: str, release: str, segment: str) -> bytes:
    """The same order with other separators; what was released stays released."""
    text = ORDER.decode().replace("??", "\x01").replace("?'", "\x02").replace("?+", "\x03")
    for old, new in ((":", component), ("+", element), ("'", segment)):
        text = text.replace(old, new)
    for old, new in (("\x01", release * 2), ("\x02", release + segment), ("\x03", release + element)):
        text = text.replace(old, new)
    return text.encode()


def summary(found: Inspection) -> list[object]:
    return [
        (
            one.sender,
            one.receiver,
            one.control_number,
            one.test,
            [
                (
                    group.header.functional_id,
                    [(item.id, item.control_number, item.segments) for item in group.transaction_sets],
                )
                for group in one.groups
            ],
        )
        for one in found.interchanges
    ]  # fmt: skip


def texts(raw: bytes) -> list[str]:
    """The segments of the first message, with ``|`` between elements and ``^`` between components."""
    body = next(event.body for event in reader.read(raw) if isinstance(event, SetRead))
    assert body is not None
    return [text.replace("\x1d", "|").replace("\x1f", "^").replace("\x1e", "&") for text in body.texts()]


def header(raw: bytes) -> Header:
    return next(event.header for event in reader.read(raw) if isinstance(event, InterchangeOpened))


def codes(raw: bytes) -> list[str]:
    return [one.code.value for one in inspect(raw).all_findings()]


PLAIN = [
    "UNH|1|ORDERS^D^96A^UN^EAN008",
    "BGM|220|PO-1001|9",
    "DTM|137^20260302^102",
    "FTX|AAI|||O'HARA+CO ?",
    "LIN|1||4000862141404^EN",
    "QTY|21^12",
    "UNS|S",
    "UNT|8|1",
]


GOOD = [("14:4012345000009", "14:5098765000001", "REF77", True, [(None, [("ORDERS", "1", 8)])])]


@pytest.mark.parametrize(
    "raw",
    [
        ORDER,
        b"UNA:+.? '" + ORDER,
        b"UNA:+.? '\r\n" + ORDER.replace(b"'UN", b"'\r\nUN"),
        b"\xef\xbb\xbf" + ORDER,
        ORDER.replace(b"O?'HARA", b"OHARA").replace(b"'", b"\n"),
        b"\r\n\t UNA:+.? '" + ORDER,
        ORDER + b"\r\n\x1a",
        b"UNA|*.! ^" + respelled("|", "*", "!", "^"),
    ],
)
def test_separators_of_all_kinds_give_the_same_picture(raw: bytes) -> None:
    found = inspect(raw)
    assert summary(found) == GOOD
    assert list(found.all_findings()) == []
    assert [text for text in texts(raw) if "HARA" not in text] == [text for text in PLAIN if "HARA" not in text]


def test_a_release_holds_over_a_line_break() -> None:
    wrapped = ORDER.replace(b"O?'HARA", b"O?\r\n'HARA").replace(b"CO ??'", b"CO ?\n?\n'")
    assert texts(wrapped) == PLAIN
    assert codes(wrapped) == []


def test_the_last_line_break_may_be_missing_and_no_other_terminator() -> None:
    by_line = ORDER.replace(b"O?'HARA", b"OHARA").replace(b"'", b"\n")
    assert codes(by_line.rstrip(b"\n")) == []
    assert codes(by_line.rstrip(b"7\n")) == ["interchange-number-mismatch"]
    assert codes(ORDER[:-1]) == ["interchange-cut-off"]


def test_a_blank_release_character_means_none() -> None:
    raw = b"UNA:+.  '" + ORDER.replace(b"O?'HARA?+CO ??", b"WHY? 1 ??")
    assert texts(raw)[3] == "FTX|AAI|||WHY? 1 ??"
    assert codes(raw) == []


def test_blanks_before_segments_and_empty_segments_are_not_counted() -> None:
    raw = ORDER.replace(b"'BGM", b"'\r\n  BGM").replace(b"'LIN", b"''\n'\tLIN").replace(b"'UNT", b"'\n UNT")
    assert texts(raw) == PLAIN
    assert codes(raw) == []
    body = next(event.body for event in reader.read(raw) if isinstance(event, SetRead))
    assert body is not None
    assert [raw[at : at + 3] for at in body.offsets()] == [text[:3].encode() for text in PLAIN]


def test_lines_of_eighty_characters_are_put_together() -> None:
    raw = b"\r\n".join(ORDER[at : at + 80] for at in range(0, len(ORDER), 80))
    assert texts(raw) == PLAIN
    assert codes(raw) == []


def test_syntax_version_4_repeats_by_a_star_and_has_a_date_of_eight_digits() -> None:
    raw = ORDER.replace(b"UNOC:3", b"UNOC:4").replace(b"260302:1200", b"20260302:1200")
    raw = raw.replace(b"LIN+1++", b"LIN+1*2?*3++")
    assert texts(raw)[4] == "LIN|1&2*3||4000862141404^EN"
    assert (header(raw).date, header(raw).una) == ("20260302", b":+.?*'")
    assert texts(raw.replace(b"UNOC:4", b"UNOC:3"))[4] == "LIN|1*2*3||4000862141404^EN"
    assert texts(b"UNA:+.?^'" + raw.replace(b"1*2", b"1^2"))[4] == "LIN|1&2*3||4000862141404^EN"


def test_the_marks_on_the_wire_stay_known() -> None:
    assert header(ORDER).una == b":+.? '"
    assert header(b"UNA|*,! ^" + respelled("|", "*", "!", "^")).una == b"|*,! ^"


@pytest.mark.parametrize("una", [b"++.? '", b":+.?A'", b":+.? +", b"1+.? '"])
def test_a_una_without_six_sound_marks_refuses_the_interchange_and_still_tells_its_sender(una: bytes) -> None:
    found = inspect(b"UNA" + una + ORDER)
    assert [one.code.value for one in found.interchanges[0].findings] == ["delimiters-invalid"]
    assert found.interchanges[0].sender == "14:4012345000009"


@pytest.mark.parametrize(
    ("syntax", "raw", "text", "told"),
    [
        (b"UNOC:3", "MÜLLER".encode("latin-1"), "MÜLLER", []),
        (b"UNOC:3", "MÜLLER".encode(), "MÜLLER", ["character-set-wrong"]),
        (b"UNOC:3", "M\u2013S €".encode("cp1252"), "M\u2013S €", ["character-set-wrong"]),
        (b"UNOD:3", "ŁÓDŹ".encode("iso8859-2"), "ŁÓDŹ", []),
        (b"UNOE:3", "МОСКВА".encode("iso8859-5"), "МОСКВА", []),
        (b"UNOF:3", "ΑΘΗΝΑ".encode("iso8859-7"), "ΑΘΗΝΑ", []),
        (b"UNOW:4", "MÜLLER ŁÓDŹ".encode(), "MÜLLER ŁÓDŹ", []),
        (b"UNOY:4", "東京".encode(), "東京", []),
        (b"UNOY:4", "MÜLLER".encode("latin-1"), "MÜLLER", ["character-set-wrong"]),
        (b"UNOA:1", b"lower case @ home", "lower case @ home", []),
        (b"UNOA:1", "MÜLLER".encode("latin-1"), "MÜLLER", ["character-set-wrong"]),
        (b"IATB:1", "MÜLLER".encode("latin-1"), "MÜLLER", []),
    ],
)
def test_characters_are_read_by_the_set_of_the_unb_or_as_what_they_are(
    syntax: bytes, raw: bytes, text: str, told: list[str]
) -> None:
    order = ORDER.replace(b"UNOC:3", syntax).replace(b"O?'HARA?+CO ??", raw)
    assert texts(order)[3] == f"FTX|AAI|||{text}"
    assert codes(order) == told


def test_bytes_that_are_of_no_set_are_kept_one_by_one() -> None:
    assert decode(b"\x81\xff", "iso8859-1") == ("\x81\xff", False)
    assert decode(b"\xa5", "iso8859-7")[1] or decode(b"\xa5", "iso8859-7")[0] == "\xa5"


def test_a_separator_of_the_inside_that_comes_as_data_is_an_invalid_character() -> None:
    assert codes(ORDER.replace(b"O?'HARA", b"O\x1dHARA")) == ["character-invalid"]
    assert codes(ORDER.replace(b"O?'HARA", b"O?\x1fHARA")) == ["character-invalid"]


def test_a_message_reference_used_twice_is_told_and_refuses_nothing() -> None:
    message = ORDER[ORDER.index(b"UNH") : ORDER.index(b"UNZ")]
    found = inspect(ORDER.replace(b"UNZ+1", message + b"UNZ+2"))
    assert [(one.code.value, one.rejects) for one in found.all_findings()] == [("set-number-repeated", False)]


def test_an_even_number_of_release_characters_ends_the_segment() -> None:
    raw = ORDER.replace(b"FTX+AAI+++O?'HARA?+CO ??'", b"FTX+AAI+++A????'FTX+AAI+++B???''")
    assert summary(inspect(raw))[0][4] == [(None, [("ORDERS", "1", 9)])]  # type: ignore[index]


@pytest.mark.parametrize("size", [1, 5, 64])
def test_the_size_of_the_bites_makes_no_difference(size: int) -> None:
    assert summary(inspect(ORDER[at : at + size] for at in range(0, len(ORDER), size))) == GOOD


@pytest.mark.parametrize(
    ("old", "new", "level", "code"),
    [
        (b"UNT+8", b"UNT+9", "set", "segment-count-wrong"),
        (b"UNT+8+1", b"UNT+8+2", "set", "set-number-mismatch"),
        (b"UNT+8+1'", b"", "set", "set-end-missing"),
        (b"UNH+1+ORDERS:", b"UNH+1+:", "set", "set-id-missing"),
        (b"UNZ+1", b"UNZ+2", "interchange", "group-count-wrong"),
        (b"UNZ+1+REF77", b"UNZ+1+REF78", "interchange", "interchange-number-mismatch"),
        (b"UNZ+1+REF77'", b"", "interchange", "interchange-cut-off"),
        (b"4012345000009:14", b"", "interchange", "sender-missing"),
        (b"5098765000001:14", b"", "interchange", "receiver-missing"),
        (b"+REF77++", b"+++", "interchange", "interchange-number-malformed"),
        (ORDER[: ORDER.index(b"UNH")], b"", "interchange", "interchange-header-missing"),
        (b"UNT+8+1'", b"UNT+8+1'XYZ+1'", "interchange", "stray-segment"),
    ],
)
def test_every_flaw_is_found_at_its_own_level(old: bytes, new: bytes, level: str, code: str) -> None:
    assert old in ORDER
    found = [(one.code.level.value, one.code.value) for one in inspect(ORDER.replace(old, new, 1)).all_findings()]
    assert (level, code) in found


def test_groups_are_counted_where_there_are_groups() -> None:
    grouped = ORDER.replace(b"UNH+1", b"UNG+ORDERS+A+B+260302:1200+5+UN+D:96A'UNH+1").replace(b"UNZ", b"UNE+1+5'UNZ")
    found = inspect(grouped)
    assert list(found.all_findings()) == []
    (group,) = found.interchanges[0].groups
    assert (group.header.functional_id, group.header.control_number, group.header.version) == ("ORDERS", "5", "D:96A")
    wrong = [one.code.value for one in inspect(grouped.replace(b"UNE+1+5", b"UNE+2+6")).all_findings()]
    assert wrong == ["set-count-wrong", "group-number-mismatch"]


def test_groups_and_messages_without_a_group_do_not_mix() -> None:
    message = ORDER[ORDER.index(b"UNH") : ORDER.index(b"UNZ")]
    group = (
        b"UNG+ORDERS+A+B+260302:1200+5+UN+D:96A'"
        + message.replace(b"+1'", b"+2'").replace(b"+1+", b"+2+", 1)
        + b"UNE+1+5'"
    )
    before, behind = ORDER.replace(b"UNZ+1", group + b"UNZ+1"), ORDER.replace(message, group + message)
    assert "set-outside-group" in codes(before)
    assert "set-outside-group" in codes(behind)


def test_a_group_needs_a_reference() -> None:
    grouped = ORDER.replace(b"UNH+1", b"UNG+ORDERS+A+B+260302:1200++UN+D:96A'UNH+1").replace(b"UNZ", b"UNE+1+'UNZ")
    assert codes(grouped) == ["group-number-malformed"]
    nameless = grouped.replace(b"UNG+ORDERS", b"UNG+").replace(b"1200++", b"1200+5+").replace(b"UNE+1+", b"UNE+1+5")
    assert [(one.code.value, one.rejects) for one in inspect(nameless).all_findings()] == [
        ("functional-id-missing", False)
    ]


def test_una_may_come_again_and_stand_in_data() -> None:
    second = b"UNA:+,? ~" + respelled(":", "+", "?", "~")
    found = inspect(b"UNA:+.? '" + ORDER.replace(b"HARA", b"UNA") + second.replace(b"REF77", b"REF78"))
    assert [one.control_number for one in found.interchanges] == ["REF77", "REF78"]
    assert list(found.all_findings()) == []


def test_a_unb_behind_messages_without_one_begins_a_new_interchange() -> None:
    found = inspect(b"UNH+1+ORDERS:D:96A:UN'" + ORDER)
    assert [one.control_number for one in found.interchanges] == [None, "REF77"]
    assert list(found.interchanges[1].findings) == []


def test_an_edifact_message_of_another_kind_is_refused_as_one_no_map_reads(
    translated: Callable[[bytes], Translation],
) -> None:
    translation = translated(ORDER.replace(b"ORDERS", b"IFTMIN"))
    assert translation.documents == ()
    assert [one.code.value for one in translation.findings] == ["no-map"]
