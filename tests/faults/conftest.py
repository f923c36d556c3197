"""Boxes that are killed, on both engines. ``--rounds`` repeats each kill."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from tests.box import BoxUnderTest, appliance_box, embedded_box
from tests.lab.cups import IppPrinter, PrivateCups

_numbers = itertools.count(1)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    rounds = metafunc.config.getoption("--rounds")
    if rounds > 1 and "box" in metafunc.fixturenames:
        metafunc.fixturenames.append("fault_round")
        metafunc.parametrize("fault_round", range(1, rounds + 1))


@pytest.fixture(scope="session")
def fault_printer(cups_lab: PrivateCups) -> tuple[IppPrinter, str]:
    pytest.importorskip("cups")
    return cups_lab.add_printer("FAULTS"), "FAULTS"


@pytest.fixture(params=["embedded", pytest.param("appliance", marks=pytest.mark.servers)])
def box(request: pytest.FixtureRequest, tmp_path: Path) -> BoxUnderTest:
    home = tmp_path / "home"
    if request.param == "embedded":
        return embedded_box(home)
    printer, queue = request.getfixturevalue("fault_printer")
    before = len(printer.papers())
    url, amqp = request.getfixturevalue("postgres_url"), request.getfixturevalue("amqp_url")
    box = appliance_box(home, url, amqp, request.getfixturevalue("cups_lab"), printer, queue)
    box.papers = lambda: len(printer.papers()) - before
    return box
