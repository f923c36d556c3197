"""EDIFACT envelopes: separators, the release character, counts and references."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from translators.interchange import Inspection
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
            [(group.header.functional_id, [(item.id, item.control_number, item.segments) for item in group.transaction_sets])
             for group in one.groups],
        )
        for one in found.interchanges
    ]  # fmt: skip


GOOD = [("14:4012345000009", "14:5098765000001", "REF77", True, [(None, [("ORDERS", "1", 8)])])]


@pytest.mark.parametrize(
    "raw",
    [
        ORDER,
        b"UNA:+.? '" + ORDER,
        b"UNA:+.? '\r\n" + ORDER.replace(b"'UN", b"'\r\nUN"),
        b"\xef\xbb\xbf" + ORDER,
        ORDER.replace(b"O?'HARA", b"OHARA").replace(b"'", b"\n"),
        b"UNA|*.! ^" + respelled("|", "*", "!", "^"),
    ],
)
def test_separators_of_all_kinds_give_the_same_picture(raw: bytes) -> None:
    found = inspect(raw)
    assert summary(found) == GOOD
    assert list(found.all_findings()) == []


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


def test_una_may_come_again_and_stand_in_data() -> None:
    second = b"UNA:+,? ~" + respelled(":", "+", "?", "~")
    found = inspect(b"UNA:+.? '" + ORDER.replace(b"HARA", b"UNA") + second.replace(b"REF77", b"REF78"))
    assert [one.control_number for one in found.interchanges] == ["REF77", "REF78"]
    assert list(found.all_findings()) == []


def test_an_edifact_order_is_refused_until_a_map_reads_it(translated: Callable[[bytes], Translation]) -> None:
    translation = translated(ORDER)
    assert translation.documents == ()
    assert [one.code.value for one in translation.findings] == ["no-map"]
