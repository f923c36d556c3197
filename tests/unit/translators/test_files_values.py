from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from translators.files.values import read_day, read_number
from translators.numbers import Unreadable


@pytest.mark.parametrize(
    ("text", "mark", "number"),
    [
        ("12", ".", "12"),
        ("1,234.56", ".", "1234.56"),
        ("1,234", ".", "1234"),
        ("1.234,56", ",", "1234.56"),
        ("1.234", ",", "1234"),
        ("1 234,56", ",", "1234.56"),
        ("1\u00a0234\u00a0567,5", ",", "1234567.5"),
        ("1'234.50", ".", "1234.50"),
        ("12-", ".", "-12"),
        ("-12,5", ",", "-12.5"),
        ("+3", ".", "3"),
        ("$9.25", ".", "9.25"),
        ("9,25 €", ",", "9.25"),
        (".5", ".", "0.5"),
        ("1.234,56", "auto", "1234.56"),
        ("1,234.56", "auto", "1234.56"),
        ("1.234.567", "auto", "1234567"),
        ("9,5", "auto", "9.5"),
        ("9.25", "auto", "9.25"),
        ("0.125", "auto", "0.125"),
        ("1234.567", "auto", "1234.567"),
    ],
)
def test_a_number_is_read_by_the_partners_decimal_mark(text: str, mark: str, number: str) -> None:
    assert read_number(text, mark) == Decimal(number)


@pytest.mark.parametrize(
    ("text", "mark", "code"),
    [
        ("1.234", "auto", "number-ambiguous"),
        ("12,500", "auto", "number-ambiguous"),
        ("1.23E+11", ".", "number-scientific"),
        ("1,23e5", ",", "number-scientific"),
        ("1.234,56", ".", "number-invalid"),
        ("1,5", ".", "number-invalid"),
        ("1,23,456", ".", "number-invalid"),
        ("1.2.3", ".", "number-invalid"),
        ("1_000", ".", "number-invalid"),
        ("１２", ".", "number-invalid"),
        ("NaN", ".", "number-invalid"),
        ("--5", ".", "number-invalid"),
        ("-5-", ".", "number-invalid"),
        ("", ".", "number-invalid"),
        (",", ".", "number-invalid"),
        ("12 pcs", ".", "number-invalid"),
        ("9" * 19, ".", "number-invalid"),
    ],
)
def test_a_number_that_leaves_a_doubt_is_refused(text: str, mark: str, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_number(text, mark)
    assert refusal.value.code == code


DAY = date(2026, 3, 4)


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("2026-03-04", ()),
        ("20260304", ()),
        ("2026/3/4", ()),
        ("2026-03-04T05:06:07Z", ()),
        ("2026-03-04 00:00:00", ()),
        ("2026-03-04T05:06:07.123+01:00", ()),
        ("4-Mar-2026", ()),
        ("04 March 2026", ()),
        ("04.03.2026", ("dmy",)),
        ("4.3.26", ("dmy",)),
        ("03/04/2026", ("mdy",)),
        ("3/4/26 12:00", ("mdy",)),
        ("26-03-04", ("ymd",)),
        ("04032026", ("DDMMYYYY",)),
        ("260304", ("YYMMDD",)),
        ("04MAR26", ("DDMMMYY",)),
        ("04.03.2026", ("YYYYMMDD", "dmy")),
    ],
)
def test_a_day_is_read_by_the_partners_order(text: str, orders: tuple[str, ...]) -> None:
    assert read_day(text, orders) == DAY


def test_a_day_above_twelve_leaves_no_doubt() -> None:
    assert read_day("13/03/2026") == read_day("03/13/2026") == date(2026, 3, 13)
    assert read_day("05/05/2026") == date(2026, 5, 5)


@pytest.mark.parametrize(
    ("text", "orders", "code"),
    [
        ("03/04/2026", (), "date-ambiguous"),
        ("03/04/26", (), "date-ambiguous"),
        ("13/14/2026", (), "date-invalid"),
        ("03/13/2026", ("dmy",), "date-invalid"),
        ("30.02.2026", ("dmy",), "date-invalid"),
        ("00.00.0000", ("dmy",), "date-invalid"),
        ("31.12.9999", ("dmy",), "date-invalid"),
        ("46084", (), "date-invalid"),
        ("4 Foo 2026", (), "date-invalid"),
        ("04FOO26", ("DDMMMYY",), "date-invalid"),
        ("2026-03-04T25", (), "date-invalid"),
        ("04.03-2026", ("dmy",), "date-invalid"),
        ("next week", (), "date-invalid"),
        ("٢٠٢٦٠٣٠٤", (), "date-invalid"),
        ("", (), "date-invalid"),
    ],
)
def test_a_day_that_is_none_or_leaves_a_doubt_is_refused(text: str, orders: tuple[str, ...], code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        read_day(text, orders)
    assert refusal.value.code == code
