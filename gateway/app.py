"""The composition root: builds the box from its settings, and runs the roles one process is asked for."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from gateway import pipeline
from gateway.acknowledged import alarm_overdue
from gateway.channels.folder import FolderWatcher
from gateway.deciding import alarm_unanswered, wake_expired
from gateway.road import Road, utc_now
from gateway.settings import CupsPrinterSettings, PrinterSettings, Settings
from printing.folder import FolderPrinter
from printing.printer import Printer
from printing.routing import Rule, rules_from
from queues.embedded import EmbeddedQueue
from queues.queue import Queue
from queues.rabbitmq import Publisher, RabbitQueue
from queues.relay import Relay
from queues.worker import Worker
from store import orders, outbox, partners, schema, sent
from store.archive import Archive
from store.database import Database
from store.errors import StoreUnavailable

HOUSEKEEPING_EVERY_S = 600.0
GARBAGE = (100_000, 20, 100)
"""How rarely cycles are looked for: documents are trees, which need no looking. It was a quarter of an order's time."""
KEEP_SENT_DAYS = 14
"""Days that done messages are kept: what a broker or a restored backup lost can be sent again from them."""

log = logging.getLogger("dockgate")


def open_road(
    settings: Settings,
    *,
    clock: Callable[[], datetime] = utc_now,
    reached: Callable[[str], None] = lambda point: None,
    migrate: bool = False,
) -> Road:
    """Everything the steps stand on.

    Args:
        migrate: bring the database's schema up to date first; else it must be so already.

    Raises:
        SchemaBehind: the schema is not what this program needs, and ``migrate`` was not asked for.
        StoreUnavailable: the database does not answer.
    """
    gc.set_threshold(*GARBAGE)
    settings.home.mkdir(parents=True, exist_ok=True)
    database = Database(settings.database_url)
    if migrate:
        schema.migrate(database)
    else:
        schema.require_newest(database)
    return Road(
        settings=settings,
        database=database,
        archive=Archive(settings.home / "archive"),
        printers=open_printers(settings),
        routing=routing_rules(settings),
        clock=clock,
        reached=reached,
    )


def open_printers(settings: Settings) -> Mapping[str, Printer]:
    """The drivers of the printers in the settings, by name."""
    return {one.name: _printer(one, settings.home) for one in settings.printers}


def routing_rules(settings: Settings) -> tuple[Rule, ...]:
    """Which printer a paper goes to, as the settings say."""
    return rules_from(rule.model_dump(exclude_none=True) for rule in settings.routing)


def _printer(settings: PrinterSettings, home: Path) -> Printer:
    if isinstance(settings, CupsPrinterSettings):
        from printing.cups import CupsPrinter  # pycups is not there on a box that prints into a folder

        return CupsPrinter(settings.name, settings.queue, server=settings.server, device_uri=settings.device or None)
    return FolderPrinter(settings.name, home / settings.folder)


def open_queue(road: Road, steps: Sequence[str], name: str = "dockgate worker") -> Queue:
    """A consumer of the steps' queues on the engine the settings name."""
    if road.settings.is_embedded:
        return EmbeddedQueue(road.database, steps, road.clock)
    return RabbitQueue(road.settings.queue.url, steps, name=name)


def open_worker(road: Road, steps: Sequence[str]) -> Worker:
    """A worker for some of the road's steps."""
    functions = pipeline.steps(road)
    chosen = {name: functions[name] for name in steps}
    together = {name: step for name, step in pipeline.steps_of_many(road).items() if name in chosen}
    queue = open_queue(road, steps)
    return Worker(road.database, queue, chosen, road.clock, of_many=together, reached=road.reached)


class Box:
    """The roles one process plays; started together, drained together.

    Args:
        road: from :func:`open_road`.
        folders: watch the partners' inboxes.
        steps: steps to work on; none for a process that only serves.
        relay: publish the outbox to the broker; needed once per box when it has one.
    """

    def __init__(self, road: Road, *, folders: bool, steps: Iterable[str], relay: bool) -> None:
        self.road = road
        chosen = tuple(steps)
        self._workers: list[tuple[Worker, int]] = []
        groups = (
            (pipeline.ROAD_STEPS, road.settings.work.threads),
            (pipeline.PRINT_STEPS, 1),
            (pipeline.CALL_STEPS, road.settings.outbound.threads),
        )
        for group, threads in groups:
            # Printing and calls stand apart: a slow printer or receiver must not keep orders waiting.
            if mine := [step for step in group if step in chosen]:
                self._workers.append((open_worker(road, mine), threads))
        self._folders = FolderWatcher(road) if folders else None
        self._relay: Relay | None = None
        if relay and not road.settings.is_embedded:
            publisher = Publisher(road.settings.queue.url, pipeline.STEPS)
            self._relay = Relay(road.database, publisher, road.clock)
        self._stopping = threading.Event()
        self._housekeeper = threading.Thread(target=self._keep_house, name="housekeeping", daemon=True)

    def start(self) -> None:
        """Start every role; returns at once."""
        if self._relay:
            self._relay.start()
        for worker, threads in self._workers:
            worker.start(threads)
        if self._folders:
            self.watch_partners()
            self._folders.start()
        self._housekeeper.start()

    def watch_partners(self) -> None:
        """Watch the inboxes of partners that were added since."""
        if self._folders is None:
            return
        with self.road.database.read() as conn:
            profiles = partners.partners(conn)
        for profile in profiles:
            self._folders.add(profile)

    def stop(self) -> bool:
        """Take nothing more in, finish what was begun; False when that took too long."""
        self._stopping.set()
        if self._folders:
            self._folders.stop()
        drained = [worker.stop(self.road.settings.work.drain_s) for worker, _ in self._workers]
        if self._relay:
            self._relay.stop()
        self._housekeeper.join(5)
        self.road.database.close()
        return all(drained)

    def _alarm_overdue(self) -> None:
        now = self.road.clock()
        with self.road.database.read() as conn:
            is_due = sent.is_due(conn, now)
            is_unanswered = bool(orders.answers_overdue(conn, now, 1))
            is_expired = bool(orders.holds_expired(conn, now, 1))
        if is_due or is_unanswered or is_expired:
            with self.road.database.write() as conn:
                for document in alarm_overdue(conn, now):
                    log.warning("acknowledgment overdue", extra={"partner": document.partner, "set": document.set_id})
                for order in alarm_unanswered(conn, now):
                    log.warning("our answer is overdue", extra={"order": order.order_number})
                wake_expired(conn, now)

    def _keep_house(self) -> None:
        waited = 0.0
        while not self._stopping.wait(WATCH_PARTNERS_EVERY_S):
            waited += WATCH_PARTNERS_EVERY_S
            try:
                self.watch_partners()
                self._alarm_overdue()
                if waited >= HOUSEKEEPING_EVERY_S:
                    waited = 0.0
                    with self.road.database.write() as conn:
                        outbox.prune(conn, self.road.clock() - timedelta(days=KEEP_SENT_DAYS))
            except StoreUnavailable as error:
                log.warning("housekeeping waits", extra={"reason": str(error)})


WATCH_PARTNERS_EVERY_S = 2.0
"""How soon a new partner's inbox is watched: no restart to add one."""
