"""The shape of bench/latest.json, its ratios and its table; nothing is timed here."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bench import results
from bench.__main__ import main
from bench.measurements import MEASUREMENTS, known_names
from bench.results import entry, percentile, ratio, table, write_latest


def test_ratio_above_one_is_better_for_us_whichever_way_the_unit_counts() -> None:
    assert ratio(200, 100, "orders/s") == 2
    assert ratio(100, 200, "ms") == 2
    assert ratio(200, 100, "ms") == 0.5


def test_latest_json_has_the_agreed_keys_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "latest.json"
    write_latest([entry("x12.read", 42.5, "MB/s", 7, {"pyx12": 4.25})], path)
    document = json.loads(path.read_text("utf-8"))
    assert list(document) == ["commit", "machine", "results"]
    (one,) = document["results"]
    assert list(one) == ["name", "value", "unit", "n", "rss_mb", "peers"]
    assert one["peers"] == [{"name": "pyx12", "value": 4.25, "ratio": 10.0}]
    assert one["rss_mb"] > 1


def test_table_shows_value_count_and_how_much_better_we_are() -> None:
    screen = Console(width=200, file=io.StringIO())
    with screen.capture() as captured:
        screen.print(table([entry("road.latency.p50@embedded", 1250, "ms", 80, {"somebody": 2500})]))
    shown = captured.get()
    assert all(word in shown for word in ("road.latency.p50@embedded", "1,250", "ms", "80", "somebody 2,500 (2×)"))


@pytest.mark.parametrize(("percent", "expected"), [(50, 50), (99, 99), (100, 100), (1, 1)])
def test_percentile_is_a_value_that_was_measured(percent: float, expected: int) -> None:
    assert percentile(range(100, 0, -1), percent) == expected
    assert percentile([7], percent) == 7


def test_every_name_is_measured_once() -> None:
    assert len(set(known_names())) == len(known_names())


def test_a_name_stands_for_all_that_begin_with_it() -> None:
    chosen = [one for one in MEASUREMENTS if one.is_wanted(["road.latency"])]
    assert [name for one in chosen for name in one.names if "p50" in name] == [
        "road.latency.p50@embedded",
        "road.latency.p50@appliance",
    ]


def test_unknown_name_is_a_usage_error_that_lists_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["nonsense"])
    assert left.value.code == 2
    told = capsys.readouterr().err
    assert "nonsense" in told
    assert all(name in told for name in known_names())


def test_machine_and_commit_are_told() -> None:
    assert "Python" in results.machine()
    assert isinstance(results.commit(), str)
