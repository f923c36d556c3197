"""What the console says, and how."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from gateway.console import words
from orders.values import CreditState, FulfilmentState, OrderState
from tests.factories import NOON


@pytest.mark.parametrize(
    ("axis", "states"), [("order", OrderState), ("credit", CreditState), ("fulfilment", FulfilmentState)]
)
def test_every_state_of_an_order_has_a_meaning(axis: str, states: type[OrderState]) -> None:
    assert [state for state in states if not words.word(state, axis).meaning] == []


def test_a_state_nobody_has_words_for_is_quiet_and_no_error() -> None:
    assert words.word("teleported", "order") == words.Word("quiet", "")


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (0, "0 ms"),
        (999, "999 ms"),
        (2_310, "2.31 s"),
        (245_000, "4 min 05 s"),
        (11_520_000, "3 h 12 min"),
        (187_200_000, "2 d 4 h"),
    ],
)
def test_a_span_is_said_in_units_that_fit(ms: int, said: str) -> None:
    assert words.span(ms) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "just now"),
        (12, "12 s ago"),
        (300, "5 min ago"),
        (10_000, "2 h ago"),
        (200_000, "2 d ago"),
        (-5, "just now"),
    ],
)
def test_an_age_is_said_in_one_unit(seconds: int, said: str) -> None:
    assert words.age(NOON - timedelta(seconds=seconds), NOON) == said


def test_amounts_have_two_decimals_or_as_many_as_they_need() -> None:
    shown = [words.amount(Decimal(value)) for value in ("1515.8", "0.00125", "1E+3", "0")]
    assert shown == ["1,515.80", "0.00125", "1,000.00", "0.00"]
    assert words.amount(None) == "–"
    assert [words.quantity(Decimal(value)) for value in ("40.000", "1200", "2.5")] == ["40", "1,200", "2.5"]


def test_figures_are_set_apart_but_codes_and_monsters_stay_as_they_are() -> None:
    shown = [words.figure(value) for value in ("25000", "33655.80", "0042", "1E+999999", "NaN", "VP WG-1", -1)]
    assert shown == ["25,000", "33,655.80", "0042", "1E+999999", "NaN", "VP WG-1", "-1"]


def test_characters_that_hide_or_reorder_are_shown_by_their_code_point() -> None:
    assert words.visible("a\u202eb\u200bc\x00d\x1b[31m") == "a⟨202E⟩b⟨200B⟩c⟨00⟩d⟨1B⟩[31m"
    assert words.visible("Größe 5\u00a0µm\n\tend") == "Größe 5\u00a0µm\n\tend"


def test_sizes_are_said_in_units_that_fit() -> None:
    assert [words.size(value) for value in (0, 999, 14_200, 3_400_000, 82_200_000_000)] == [
        "0 bytes",
        "999 bytes",
        "14.2 kB",
        "3.4 MB",
        "82.2 GB",
    ]
