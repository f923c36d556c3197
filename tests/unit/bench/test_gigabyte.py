"""The interchange that is made while it is read, at a size for tests."""

from __future__ import annotations

from bench.gigabyte import interchange
from bench.measurements import MEASUREMENTS
from translators.translate import inspect


def test_the_large_interchange_is_one_group_without_a_finding() -> None:
    inspection = inspect(interchange(1_600_000))
    assert [one.code for one in inspection.all_findings()] == []
    (whole,) = inspection.interchanges
    (group,) = whole.groups
    numbers = [one.control_number for one in group.transaction_sets]
    assert numbers == [f"{number:09}" for number in range(1, 2_001)]


def test_what_takes_minutes_is_measured_only_when_asked_for() -> None:
    (long,) = [one for one in MEASUREMENTS if "translate.stream.gigabyte" in one.names]
    assert not long.is_wanted([])
    assert long.is_wanted(["translate"])
    assert all(one.is_wanted([]) for one in MEASUREMENTS if not one.takes_long)
