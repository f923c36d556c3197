from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest

from translators.findings import Code
from translators.numbers import Unreadable, read_count, read_date, read_decimal, read_implied, read_integer, read_time


@pytest.mark.parametrize(
    ("text", "value"), [("12", "12"), ("-3.50", "-3.50"), (".5", "0.5"), ("7.", "7"), ("0", "0"), ("007", "7")]
)
def test_a_plain_number_is_read(text: str, value: str) -> None:
    assert read_decimal(text) == Decimal(value)


@pytest.mark.parametrize(
    "text",
    [
        "1_000",
        "１２",
        "٣",
        "NaN",
        "Infinity",
        "1e9",
        "+-1",
        "+1",
        "1.2.3",
        "9" * 5000,
        "1,5",
        "",
        ".",
        "-",
        " 1",
        "1\n",
        "²",
    ],
)
def test_what_only_python_takes_for_a_number_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_decimal(text)
    assert refusal.value.code is Code.NUMBER_INVALID


def test_implied_decimals_are_two_places() -> None:
    assert read_implied("1234", 2) == Decimal("12.34")
    assert read_implied("-5", 2) == Decimal("-0.05")


@pytest.mark.parametrize("text", ["12.34", "1_0", "１", "", "9" * 40])
def test_a_whole_number_is_digits_only(text: str) -> None:
    with pytest.raises(Unreadable):
        read_integer(text)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("20260302", date(2026, 3, 2)),
        ("260302", date(2026, 3, 2)),
        ("991231", date(1999, 12, 31)),
        ("20240229", date(2024, 2, 29)),
    ],
)
def test_a_date_is_read(text: str, day: date) -> None:
    assert read_date(text) == day


@pytest.mark.parametrize(
    "text", ["2024131", "20240230", "00000000", "99991231", "20230229", "2024-1-1", "２０２４０１０１", "", "240132"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_date(text)
    assert refusal.value.code is Code.DATE_INVALID


def test_a_time_has_four_to_eight_digits() -> None:
    assert read_time("0930") == time(9, 30)
    assert read_time("235959") == time(23, 59, 59)
    assert read_time("12000050") == time(12, 0, 0, 500_000)


@pytest.mark.parametrize("text", ["2400", "1260", "930", "12:30", ""])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        read_time(text)


def test_a_count_that_is_none_is_none() -> None:
    assert read_count("12") == 12
    assert [read_count(text) for text in ("", "x", "-1", "1.0", "1" * 11, "１")] == [None] * 6
