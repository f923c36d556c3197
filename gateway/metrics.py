"""``/metrics`` in Prometheus' text form: counted from the store when asked, so that it is true for every process."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from store import orders, outbox, parked, print_jobs, sent, transmissions
from store.database import Database

LOOK_BACK = timedelta(days=2)
"""How far back sent messages are looked at; what is older was done, or is a person's by now."""


class StoreCollector(Collector):
    """Reads all counts in one read transaction."""

    def __init__(self, database: Database, now: datetime) -> None:
        self._database = database
        self._now = now

    def collect(self) -> Iterable[Metric]:
        with self._database.read() as conn:
            by_direction = transmissions.counts(conn)
            crossed = GaugeMetricFamily(
                "dockgate_transmissions", "Transmissions by direction and state", labels=["direction", "state"]
            )
            for (direction, state), count in by_direction.items():
                crossed.add_metric([direction, state], count)
            yield crossed
            yield _by_label("dockgate_orders", "Orders under way by state", "state", orders.counts(conn))
            yield _by_label("dockgate_open_holds", "Open holds by kind", "kind", orders.open_hold_counts(conn))
            yield _by_label("dockgate_print_jobs", "Print jobs by state", "state", print_jobs.counts(conn))
            yield _by_label("dockgate_messages_waiting", "Messages in the outbox", "step", outbox.waiting(conn))
            under_way = outbox.under_way(conn, self._now - LOOK_BACK)
            yield GaugeMetricFamily(
                "dockgate_messages_under_way", "Messages not done yet, at the broker too", under_way
            )
            yield _by_label("dockgate_sent_documents", "Sent documents by answer", "state", sent.counts(conn))
            yield GaugeMetricFamily("dockgate_parked", "Messages that wait for a person", parked.open_count(conn))


def _by_label(name: str, meaning: str, label: str, counts: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for value, count in counts.items():
        family.add_metric([value], count)
    return family


def metrics_text(database: Database, now: datetime) -> bytes:
    """The metrics page as of ``now``.

    Raises:
        StoreUnavailable: the database does not answer.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(StoreCollector(database, now))
    return generate_latest(registry)
