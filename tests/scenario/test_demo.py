"""The newcomer's story: one command, and four sample orders end where they should."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest
from rich.console import Console

from gateway.demo import run_demo
from tests.box import BoxUnderTest

ENDS = {"straight": "printed", "credit": "credit_hold", "review": "review_hold", "refused": "refused"}


def test_demo_command_prints_one_json_line_for_each_sample_and_exits_0(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gateway.cli", "demo", "--json", "--home", str(tmp_path / "home")]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    trips = [json.loads(line) for line in done.stdout.splitlines()]
    assert {trip["sample"]: trip["end"] for trip in trips} == ENDS
    keys = {"sample", "road", "po", "order", "end", "stages", "documents", "acknowledgments"}
    assert all(trip.keys() == keys for trip in trips)
    straight = trips[0]
    assert [one["kind"] for one in straight["documents"]] == ["pick-list", "packing-slip"]
    for document in straight["documents"]:
        text = "".join(page.extract_text() for page in pypdf.PdfReader(document["path"]).pages)
        assert straight["po"] in text
        assert straight["order"] in text
    assert straight["stages"][0]["stage"] == "received"
    for trip in trips:
        (path,) = trip["acknowledgments"]
        assert ("AK5*R*4" if trip["sample"] == "refused" else "AK5*A") in Path(path).read_text("ascii")


def test_demo_ends_where_it_should_on_either_engine(home_box: BoxUnderTest) -> None:
    before = home_box.papers()
    trips = run_demo(home_box.home, Console(file=io.StringIO()))
    assert {trip.sample: trip.end for trip in trips} == ENDS
    assert home_box.papers() - before == 2


def test_demo_on_the_same_box_again_sends_new_orders(tmp_path: Path) -> None:
    first, second = (run_demo(tmp_path / "home", None) for _ in range(2))
    assert all(trip.is_as_expected for trip in second if trip.sample != "straight")
    assert {trip.po for trip in first} & {trip.po for trip in second} == set()


@pytest.mark.parametrize("arguments", [["serve", "as3"], ["work", "fold"], ["order", "list", "--held", "x"]])
def test_unknown_word_on_the_command_line_is_a_usage_error_that_names_the_known_ones(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert "known" in done.stderr


def test_console_port_that_is_taken_is_one_clear_line(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        (tmp_path / "dockgate.toml").write_text(f"[console]\nport = {port}\n", "ascii")
        command = [sys.executable, "-m", "gateway.cli", "run", "--home", str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert f"cannot listen on 127.0.0.1:{port}" in done.stderr
    assert "Traceback" not in done.stderr
