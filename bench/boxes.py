"""Whole boxes in this process, on either engine, that count what they have committed."""

from __future__ import annotations

import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Literal

from gateway.app import open_road
from gateway.road import Road
from gateway.settings import load_settings
from store import masters
from tests.box import BoxUnderTest, appliance_box, embedded_box
from tests.lab.cups import PrivateCups
from tests.lab.postgres import PrivatePostgres
from tests.lab.rabbit import PrivateRabbit

Engine = Literal["embedded", "appliance"]
CUSTOMER = "C-1001"
CREDIT = Decimal(1_000_000_000)
PRINTER = "BENCH"
WAIT_S = 120.0


class Reached:
    """Counts the points the road's messages reach, and lets a measurement wait for so many of one."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._changed = threading.Condition()

    def __call__(self, point: str) -> None:
        with self._changed:
            self._counts[point] += 1
            self._changed.notify_all()

    def wait_for(self, point: str, count: int, timeout_s: float = WAIT_S) -> None:
        """Return as soon as the point has been reached so often in all.

        Raises:
            TimeoutError: it was not.
        """
        with self._changed:
            if not self._changed.wait_for(lambda: self._counts[point] >= count, timeout_s):
                raise TimeoutError(f"{point} was reached {self._counts[point]} times of {count}: {self._counts}")


@contextmanager
def box_on(engine: Engine) -> Iterator[tuple[BoxUnderTest, Road, Reached]]:
    """A box with the demo partner, whose credit never ends; PostgreSQL keeps fsync on.

    Raises:
        ServerMissing: one of the appliance's servers is not installed.
    """
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="dockgate-bench-"))) / "home"
        under_test = embedded_box(home) if engine == "embedded" else _appliance(stack, home)
        reached = Reached()
        road = open_road(load_settings(home), reached=reached)
        stack.callback(road.database.close)
        with road.database.write() as conn:
            customer = masters.customer_by_id(conn, CUSTOMER)
            assert customer is not None
            masters.put(conn, customer.model_copy(update={"credit_limit": CREDIT}))
        yield under_test, road, reached


def _appliance(stack: ExitStack, home: Path) -> BoxUnderTest:
    postgres = stack.enter_context(PrivatePostgres(durable=True))
    rabbit = stack.enter_context(PrivateRabbit())
    cups = stack.enter_context(PrivateCups())
    printer = cups.add_printer(PRINTER, options="?waitjob=false")  # as docs/printing.md says
    return appliance_box(home, postgres.new_database(), rabbit.new_vhost(), cups, printer, PRINTER)
