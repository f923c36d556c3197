"""How fast the road is, on both engines: one box, every role in this process, orders of twenty lines.

Embedded is SQLite, the embedded queue and the folder printer. The appliance is a private PostgreSQL (fsync on), a
private RabbitMQ with quorum queues, and a private cupsd that prints on an IPP printer which is asked for each page.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial

from bench.boxes import WAIT_S, Engine, Reached, box_on
from bench.orders_850 import files
from bench.results import Entry, entry, percentile
from gateway import pipeline
from gateway.app import Box, open_worker
from gateway.intake import Crossing, receive
from gateway.road import Road
from queues.embedded import EmbeddedQueue
from queues.rabbitmq import Publisher
from queues.relay import Relay
from queues.worker import Worker
from store import events, orders, print_jobs
from tests.box import BoxUnderTest

WARM_UP = 20
ENTERED = 2000
ALONE, IN_TWENTIES = 100, 200
"""Orders of the throughput: so many in files of one, and so many in files of twenty."""
TRIPS = 80
PAPERS = 2
"""The demo partner wants a pick list and a packing slip."""
LOOK_S = 0.05


# ---------------------------------------------------------------- the order desk


def _enter(engine: Engine) -> list[Entry]:
    """Orders per second that one worker enters: message taken, step done, transaction committed, message settled.

    The worker has the threads it has in a box that nobody configured. All before it is done and waits: the documents
    are stored, and with a broker the messages are there already.
    """
    with box_on(engine) as (_, road, reached):
        _translate(road, WARM_UP + ENTERED)
        if not road.settings.is_embedded:
            _relay_all(road)
        worker = open_worker(road, ["enter"])
        try:
            worker.run_until_idle(WAIT_S, at_most=WARM_UP)
            began = time.perf_counter()
            worker.start(road.settings.work.threads)
            reached.wait_for("after-commit:enter", WARM_UP + ENTERED)
            took_s = time.perf_counter() - began
        finally:
            worker.stop()
        with road.database.read() as conn:
            assert sum(orders.counts(conn).values()) == WARM_UP + ENTERED
        return [entry(f"orders.enter@{engine}", ENTERED / took_s, "orders/s", ENTERED)]


def _translate(road: Road, count: int) -> None:
    """Documents and their messages, as the translate step makes them of files of twenty orders."""
    for name, data in files(count, 20, first=1):
        receive(road, data, Crossing("folder:northwind", name, name, road.clock()))
    queue = EmbeddedQueue(road.database, ["translate"], road.clock)
    Worker(road.database, queue, {"translate": pipeline.steps(road)["translate"]}, road.clock).run_until_idle()
    queue.close()


def _relay_all(road: Road) -> None:
    publisher = Publisher(road.settings.queue.url, pipeline.STEPS)
    relay = Relay(road.database, publisher, road.clock)
    publisher.start()
    assert publisher.is_up.wait(30), publisher.last_problem
    while relay.step():
        pass
    publisher.close()


# ---------------------------------------------------------------- the whole road


@contextmanager
def _running(road: Road) -> Iterator[None]:
    box = Box(road, folders=True, steps=pipeline.STEPS, relay=True)
    box.start()
    try:
        yield
    finally:
        box.stop()


def _throughput(engine: Engine) -> list[Entry]:
    """Orders per second of a heap of files, dropped at once, half an hour's post of a busy partner.

    The clock runs from the first file's drop. ``road.throughput`` stops it when the last order is translated, entered,
    checked, approved and released, and its papers are rendered, archived and asked for; ``…paper`` when the last page
    is out of the printer. All goes on at the same time: printing competes with what comes before it.
    """
    count = ALONE + IN_TWENTIES
    with box_on(engine) as (box, road, reached), _running(road):
        _warm_up(road, box, reached)
        began, began_at = time.perf_counter(), road.clock()
        for name, data in (
            *files(ALONE, 1, first=WARM_UP + 1),
            *files(IN_TWENTIES, 20, first=WARM_UP + ALONE + 1),
        ):
            box.drop(name, data)
        reached.wait_for("after-commit:render", (WARM_UP + count) * PAPERS)
        asked_s = time.perf_counter() - began
        _wait_for_pages(road, WARM_UP + count)
        with road.database.read() as conn:
            assert orders.counts(conn) == {"released": WARM_UP + count}
            pages = print_jobs.recent(conn, state="printed", limit=count * PAPERS)
            last_page = max(page.settled_at for page in pages if page.settled_at)
    out_s = (last_page - began_at).total_seconds()
    return [
        entry(f"road.throughput@{engine}", count / asked_s, "orders/s", count),
        entry(f"road.throughput.paper@{engine}", count / out_s, "orders/s", count),
    ]


def _latency(engine: Engine) -> list[Entry]:
    """Milliseconds from a file's last byte to its paper, one file of one order at a time.

    The clock runs from the moment before the sender writes the file and gives it its final name, so that noticing it
    counts too, until the timeline's ``order.printed``: the last of the two pages is known to be out, in the folder or
    by the word of the printing device itself. The 99th percentile of so few trips is the longest of them or the next.
    """
    took_ms = []
    with box_on(engine) as (box, road, reached), _running(road):
        _warm_up(road, box, reached)
        for number, (name, data) in enumerate(files(TRIPS, 1, first=WARM_UP + 1), WARM_UP + 1):
            dropped_at = road.clock()
            box.drop(name, data)
            reached.wait_for("after-commit:render", number * PAPERS)
            _wait_for_pages(road, number)
            took_ms.append((_printed_at(road, f"BENCH-{number}") - dropped_at).total_seconds() * 1000)
    return [
        entry(f"road.latency.p50@{engine}", percentile(took_ms, 50), "ms", TRIPS),
        entry(f"road.latency.p99@{engine}", percentile(took_ms, 99), "ms", TRIPS),
    ]


def _warm_up(road: Road, box: BoxUnderTest, reached: Reached) -> None:
    for name, data in files(WARM_UP, 4, first=1):
        box.drop(name, data)
    reached.wait_for("after-commit:render", WARM_UP * PAPERS)
    _wait_for_pages(road, WARM_UP)


def _wait_for_pages(road: Road, orders_printed: int) -> None:
    """Wait until the pages of so many orders are out. When they were is in the store: nothing is timed by this."""
    give_up_at = time.monotonic() + WAIT_S
    while True:
        with road.database.read() as conn:
            states = print_jobs.counts(conn)
        if states.get("printed", 0) >= orders_printed * PAPERS:
            return
        if time.monotonic() > give_up_at:
            raise TimeoutError(f"pages of {orders_printed} orders were wanted, print jobs are {states}")
        time.sleep(LOOK_S)


def _printed_at(road: Road, po: str) -> datetime:
    with road.database.read() as conn:
        timeline = events.order_timeline(conn, orders.find(conn, po)[0].order_id)
    return next(event.at for event in timeline if event.what == "order.printed")


def _named(work: Callable[[Engine], list[Entry]], engine: Engine) -> Callable[[], list[Entry]]:
    return partial(work, engine)


enter_embedded, enter_appliance = _named(_enter, "embedded"), _named(_enter, "appliance")
throughput_embedded, throughput_appliance = _named(_throughput, "embedded"), _named(_throughput, "appliance")
latency_embedded, latency_appliance = _named(_latency, "embedded"), _named(_latency, "appliance")
