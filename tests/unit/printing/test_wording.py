"""How values look on paper."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from orders.values import FreightPayment, ShipComplete
from printing.wording import amount, clean, day, in_words, paragraph, quantity, shortened, window


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("12.000000", "12"),
        ("0.50", "0.5"),
        ("1200", "1,200"),
        ("1234567.125", "1,234,567.125"),
        ("0", "0"),
        ("1E+3", "1,000"),
    ],
)
def test_quantities_carry_no_idle_zeros(given: str, shown: str) -> None:
    assert quantity(Decimal(given)) == shown


@pytest.mark.parametrize(
    ("given", "shown"), [("4.25", "4.25"), ("4", "4.00"), ("1234.5000", "1,234.50"), ("0.012500", "0.0125")]
)
def test_amounts_have_at_least_two_places(given: str, shown: str) -> None:
    assert amount(Decimal(given)) == shown


def test_dates_cannot_be_misread() -> None:
    assert day(date(2026, 3, 4)) == "04 Mar 2026"
    assert day(None) == ""


@pytest.mark.parametrize(
    ("first", "last", "shown"),
    [
        (date(2026, 12, 1), date(2026, 12, 5), "01–05 Dec 2026"),
        (date(2026, 11, 30), date(2026, 12, 5), "30 Nov 2026 – 05 Dec 2026"),
        (date(2026, 12, 1), date(2026, 12, 1), "01 Dec 2026"),
        (date(2026, 12, 1), None, "from 01 Dec 2026"),
        (None, date(2026, 12, 1), "by 01 Dec 2026"),
        (None, None, ""),
    ],
)
def test_a_window_is_said_as_short_as_it_can_be(first: date | None, last: date | None, shown: str) -> None:
    assert window(first, last) == shown


def test_a_printers_escape_sequences_do_not_reach_the_page() -> None:
    assert clean("\x1b%-12345X@PJL\r\nSET\x00 \x9b2J") == "%-12345X@PJL SET 2J"


def test_marks_that_turn_the_reading_direction_are_dropped() -> None:
    assert clean("12 \u202e43 niaM\u202c\u200f St\u2066") == "12 43 niaM St"


def test_half_a_surrogate_pair_is_dropped() -> None:
    assert clean("a\ud800b") == "ab"


def test_letters_of_any_script_stay() -> None:
    assert clean("Zoë Müller 漢字 шланг €½") == "Zoë Müller 漢字 шланг €½"


def test_a_paragraph_keeps_its_lines_whoever_ended_them() -> None:
    assert paragraph("one\r\ntwo\rthree\u2028four\n") == "one\ntwo\nthree\nfour"
    assert paragraph(None) == ""


def test_codes_are_said_in_words() -> None:
    assert in_words(FreightPayment.PREPAID_AND_ADD) == "Prepaid and add"
    assert in_words(FreightPayment.COLLECT) == "Collect"
    assert in_words(ShipComplete.BACKORDER_OK) == "Back orders allowed"
    assert in_words(None) == ""


def test_a_long_text_is_shortened_with_an_ellipsis() -> None:
    assert shortened("Big Box Stores", 8) == "Big Box…"
    assert shortened("Big Box", 8) == "Big Box"
