"""Which control numbers were used before, in little memory."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from translators.used import UsedNumbers

NUMBERS = st.lists(
    st.one_of(
        st.sampled_from(["0001", "0002", "0003", "1", "2", "3", "9", "10", "0010", "A1", "", "٣", "9" * 30]),
        st.integers(0, 30).map(str),
        st.integers(95, 105).map(lambda number: f"{number:02}"),
    ),
    max_size=40,
)


@given(NUMBERS)
def test_a_number_was_used_exactly_when_it_was_added(numbers: list[str]) -> None:
    used, plainly = UsedNumbers(), set[str]()
    for number in numbers:
        assert (number in used) == (number in plainly)
        used.add(number)
        plainly.add(number)
    assert all(number in used for number in plainly)
    assert "never" not in used


def test_numbers_counted_up_are_a_run_and_the_same_again_is_told() -> None:
    used = UsedNumbers()
    for number in range(8, 100_000):
        assert f"{number:04}" not in used
        used.add(f"{number:04}")
    assert "0008" in used
    assert "99999" in used
    assert "8" not in used
    assert "0007" not in used
    assert "100000" not in used
    assert not used._others
