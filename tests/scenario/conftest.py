"""Whole boxes running in this process, on both engines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from gateway.app import Box
from gateway.pipeline import STEPS
from gateway.road import Road
from tests.box import BoxUnderTest, appliance_box, embedded_box
from tests.lab.cups import IppPrinter, PrivateCups


@dataclass
class RunningBox:
    """A box at work: drop files into it, look into its store."""

    under_test: BoxUnderTest
    road: Road
    box: Box


@pytest.fixture(scope="session")
def scenario_printer(cups_lab: PrivateCups) -> tuple[IppPrinter, str]:
    pytest.importorskip("cups")
    return cups_lab.add_printer("SCENARIO"), "SCENARIO"


@pytest.fixture(params=["embedded", pytest.param("appliance", marks=pytest.mark.servers)])
def home_box(request: pytest.FixtureRequest, tmp_path: Path) -> BoxUnderTest:
    """A box that is set up and not yet running, on each engine."""
    home = tmp_path / "home"
    if request.param == "embedded":
        return embedded_box(home)
    printer, queue = request.getfixturevalue("scenario_printer")
    url, amqp = request.getfixturevalue("postgres_url"), request.getfixturevalue("amqp_url")
    return appliance_box(home, url, amqp, request.getfixturevalue("cups_lab"), printer, queue)


@pytest.fixture
def running(home_box: BoxUnderTest) -> Iterator[RunningBox]:
    road = home_box.open()
    box = Box(road, folders=True, steps=STEPS, relay=True)
    box.start()
    yield RunningBox(home_box, road, box)
    assert box.stop()
