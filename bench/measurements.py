"""Every measurement by name, and how one is run: in a process of its own, so that its memory is its own."""

from __future__ import annotations

import importlib
import multiprocessing
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from typing import cast

from bench.results import Entry
from gateway.logs import quiet_libraries
from tests.lab.process import ServerMissing


@dataclass(frozen=True)
class Measurement:
    """A function ``module:name`` without arguments that gives the entries with these names."""

    names: tuple[str, ...]
    function: str
    takes_long: bool = False
    """Measured only when it is asked for by name."""

    def is_wanted(self, prefixes: Sequence[str]) -> bool:
        if not prefixes:
            return not self.takes_long
        return any(name.startswith(tuple(prefixes)) for name in self.names)


def _road(engine: str) -> tuple[Measurement, ...]:
    return (
        Measurement((f"orders.enter@{engine}",), f"bench.road:enter_{engine}"),
        Measurement(
            (f"road.throughput@{engine}", f"road.throughput.paper@{engine}"), f"bench.road:throughput_{engine}"
        ),
        Measurement((f"road.latency.p50@{engine}", f"road.latency.p99@{engine}"), f"bench.road:latency_{engine}"),
    )


MILLION = (
    *("newest", "deep-page", "of-a-state", "of-a-partner", "by-PO", "by-a-part-of-a-PO", "by-part", "by-customer"),
    *("of-nobody", "held", "counts", "open-holds", "exposure", "exposure-to-a-day", "held-of-a-customer"),
)

MEASUREMENTS = (
    Measurement(("x12.read", "x12.read.segments", "x12.850.document", "x12.850.document.new"), "bench.x12:measure"),
    Measurement(("x12.read.gigabyte",), "bench.gigabyte:measure_read"),
    Measurement(("translate.stream.gigabyte",), "bench.gigabyte:measure_stream", takes_long=True),
    Measurement(("edifact.read", "edifact.read.segments", "edifact.orders.document"), "bench.edifact:measure"),
    Measurement(("print.slip",), "bench.papers:slip"),
    Measurement(tuple(f"orders.million.{name}" for name in MILLION), "bench.million:measure", takes_long=True),
    *_road("embedded"),
    *_road("appliance"),
)


@dataclass(frozen=True)
class Outcome:
    """The entries, or the server that is missing for them."""

    entries: tuple[Entry, ...]
    missing: str = ""


def known_names() -> list[str]:
    """What can be measured."""
    return [name for one in MEASUREMENTS for name in one.names]


def run(measurement: Measurement) -> Outcome:
    """Measure in a fresh process."""
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(_measured, measurement.function).result()


def _measured(function: str) -> Outcome:
    quiet_libraries()
    module, _, name = function.partition(":")
    try:
        entries = getattr(importlib.import_module(module), name)()
    except ServerMissing as problem:
        return Outcome((), str(problem))
    return Outcome(tuple(cast(Entry, one) for one in entries))
