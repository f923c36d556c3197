"""What a queue promises, on the embedded engine (both databases) and on RabbitMQ alike."""

from __future__ import annotations

import json
import random
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa

from queues import parking
from queues.embedded import EmbeddedQueue
from queues.errors import BrokerUnavailable, LeaseLost, Unroutable
from queues.message import Message
from queues.queue import DELIVERY_LIMIT, Delivery, Queue, publish, publish_in_order
from queues.rabbitmq import Publisher, RabbitQueue
from queues.relay import Relay
from queues.worker import Outcome, Step, StepOfMany, Worker, Write, WriteOfSome
from store import outbox, parked
from store.database import Connection, Database
from store.errors import StoreUnavailable
from store.schema import migrate
from store.tables import counter
from tests.lab.rabbit import PrivateRabbit

STEPS = ("enter", "print")
WAIT_S = 30
RETRIES_S = [0.01] * 5


def now() -> datetime:
    return datetime.now(UTC)


class Engine:
    """One engine under test: where messages are published, and as many consumers as a test asks for."""

    def __init__(self, database: Database, amqp_url: str | None) -> None:
        self.database, self.amqp_url = database, amqp_url
        self.queues: list[Queue] = []
        self.workers: list[Worker] = []
        self.relay: Relay | None = None
        if amqp_url:
            self.relay = Relay(database, Publisher(amqp_url, STEPS), now)
            self.relay.start()

    def queue(self) -> Queue:
        queue: Queue
        if self.amqp_url:
            queue = RabbitQueue(self.amqp_url, STEPS)
        else:
            queue = EmbeddedQueue(self.database, STEPS, now)
        self.queues.append(queue)
        return queue

    def work(
        self, steps: Mapping[str, Step], *, workers: int = 1, of_many: Mapping[str, StepOfMany] | None = None
    ) -> None:
        for _ in range(workers):
            queue = self.queue()
            worker = Worker(self.database, queue, steps, now, of_many=of_many or {}, retry_delays_s=RETRIES_S)
            worker.start()
            self.workers.append(worker)

    def publish(self, *messages: Message) -> None:
        with self.database.write() as conn:
            for message in messages:
                publish(conn, message, now())

    def take(self, queue: Queue) -> Delivery:
        delivery = queue.take(WAIT_S)
        assert delivery is not None
        return delivery

    def lose_worker(self, queue: Queue) -> None:
        """What is left behind when a worker is killed: connections close, leases stay until they are known dead."""
        if isinstance(queue, EmbeddedQueue):
            with self.database.write() as conn:
                outbox.free_leases(conn, queue._owner)
        else:
            queue.close()
        self.queues.remove(queue)

    def parked(self) -> list[parked.Parked]:
        with self.database.read() as conn:
            return parked.parked_messages(conn)

    def close(self) -> None:
        for worker in self.workers:
            assert worker.stop()
        for queue in self.queues:
            queue.close()
        if self.relay:
            self.relay.stop()


@pytest.fixture(params=["embedded-sqlite", "embedded-postgresql", "rabbitmq"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "embedded-sqlite":
        database = Database(f"sqlite:///{tmp_path / 'box.db'}")
    else:
        database = Database(request.getfixturevalue("postgres_url"))
    migrate(database)
    engine = Engine(database, request.getfixturevalue("amqp_url") if request.param == "rabbitmq" else None)
    yield engine
    engine.close()
    database.close()


class Counted:
    """A step that counts its effects in the database and says so after each commit."""

    def __init__(self, fails: Callable[[Message], Exception | None] = lambda message: None) -> None:
        self.tried = threading.Semaphore(0)
        self.fails = fails

    def __call__(self, message: Message) -> Write:
        self.tried.release()
        if error := self.fails(message):
            raise error

        def write(conn: Connection) -> None:
            raise_counter(conn, message.message_id)

        return write

    def wait(self, times: int) -> None:
        for _ in range(times):
            assert self.tried.acquire(timeout=WAIT_S)


def raise_counter(conn: Connection, name: str) -> None:
    if conn.execute(sa.update(counter).where(counter.c.name == name).values(value=counter.c.value + 1)).rowcount == 0:
        conn.execute(sa.insert(counter).values(name=name, value=1))


def effects(database: Database) -> dict[str, int]:
    with database.read() as conn:
        return {row.name: row.value for row in conn.execute(sa.select(counter.c.name, counter.c.value))}


def wait_until(condition: Callable[[], bool]) -> None:
    tick = threading.Event()
    for _ in range(WAIT_S * 100):
        if condition():
            return
        tick.wait(0.01)
    raise AssertionError("did not come true in time")


def test_message_published_in_a_committed_transaction_is_done_once(engine: Engine) -> None:
    engine.work({"enter": Counted()})
    engine.publish(Message("enter", "m1"), Message("enter", "m2"))
    wait_until(lambda: effects(engine.database) == {"m1": 1, "m2": 1})


def test_message_published_in_a_failed_transaction_is_never_seen(engine: Engine) -> None:
    step = Counted()
    engine.work({"enter": step})
    with pytest.raises(RuntimeError), engine.database.write() as conn:
        publish(conn, Message("enter", "never"), now())
        raise RuntimeError
    engine.publish(Message("enter", "after"))
    wait_until(lambda: effects(engine.database) == {"after": 1})


def test_message_delivered_twice_takes_effect_once(engine: Engine) -> None:
    step = Counted()
    engine.work({"enter": step}, workers=2)
    message = Message("enter", "m1")
    engine.publish(message, message.again(failed=False), message.again(failed=False).again(failed=False))
    step.wait(3)
    engine.publish(Message("enter", "last"))
    wait_until(lambda: effects(engine.database) == {"m1": 1, "last": 1})


def test_worker_that_dies_after_the_commit_and_before_settling_costs_no_second_effect(engine: Engine) -> None:
    engine.publish(Message("enter", "m1"))
    queue = engine.queue()
    delivery = engine.take(queue)
    assert delivery.message is not None
    with engine.database.write() as conn:
        outbox.first_times(conn, "enter", ["m1"], now())
        raise_counter(conn, "m1")
        queue.complete(conn, delivery)
    engine.lose_worker(queue)
    step = Counted()
    engine.work({"enter": step})
    engine.publish(Message("enter", "m2"))
    wait_until(lambda: effects(engine.database) == {"m1": 1, "m2": 1})


def test_worker_that_dies_before_the_commit_leaves_the_message_to_another(engine: Engine) -> None:
    engine.publish(Message("enter", "m1"))
    queue = engine.queue()
    engine.take(queue)
    engine.lose_worker(queue)
    engine.work({"enter": Counted()})
    wait_until(lambda: effects(engine.database) == {"m1": 1})


def test_error_that_may_pass_is_tried_again_until_it_does(engine: Engine) -> None:
    engine.work({"enter": Counted(lambda message: BrokerUnavailable("away") if message.failures < 3 else None)})
    engine.publish(Message("enter", "m1"))
    wait_until(lambda: effects(engine.database) == {"m1": 1})
    assert engine.parked() == []


def test_unknown_error_is_parked_after_three_tries_with_its_traceback(engine: Engine) -> None:
    step = Counted(lambda message: ZeroDivisionError("boom") if message.message_id == "bad" else None)
    engine.work({"enter": step})
    engine.publish(Message("enter", "bad", transmission_id="TR-1"), Message("enter", "good"))
    wait_until(lambda: len(engine.parked()) == 1)
    (row,) = engine.parked()
    assert (row.attempt, row.transmission_id, row.reason) == (3, "TR-1", "ZeroDivisionError: boom")
    assert "Traceback" in row.traceback
    wait_until(lambda: effects(engine.database) == {"good": 1})


def test_error_that_cannot_pass_is_parked_at_once(engine: Engine) -> None:
    class Hopeless(Exception):
        code, retry = "hopeless", False

    engine.work({"enter": Counted(lambda message: Hopeless("no"))})
    engine.publish(Message("enter", "m1"))
    wait_until(lambda: len(engine.parked()) == 1)
    assert (engine.parked()[0].attempt, engine.parked()[0].reason) == (1, "hopeless: no")


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not json", "not a message"),
        ('{"step":"enter","message_id":"m","version":99}', "newer than"),
        ('{"step":"enter"}', "not a message"),
        ("x" * 1_100_000, "no message of ours"),
    ],
)
def test_bytes_that_are_no_message_are_parked_and_the_rest_flows(engine: Engine, body: str, reason: str) -> None:
    engine.work({"enter": Counted()})
    with engine.database.write() as conn:
        outbox.put(conn, outbox.OutboxRow("odd", 1, "enter", body, now()))
    engine.publish(Message("enter", "good"))
    wait_until(lambda: len(engine.parked()) == 1 and effects(engine.database) == {"good": 1})
    assert reason in engine.parked()[0].reason
    assert engine.parked()[0].body == body


def test_message_for_a_step_nobody_has_is_parked(engine: Engine) -> None:
    engine.work({"enter": Counted()})
    engine.publish(Message("print", "m1"))
    wait_until(lambda: len(engine.parked()) == 1)
    assert "no step 'print'" in engine.parked()[0].reason


def test_message_that_kills_its_worker_each_time_is_parked_at_the_delivery_limit(engine: Engine) -> None:
    engine.publish(Message("enter", "killer"))
    for _ in range(DELIVERY_LIMIT):
        queue = engine.queue()
        engine.take(queue)
        engine.lose_worker(queue)
    step = Counted()
    engine.work({"enter": step})
    wait_until(lambda: len(engine.parked()) == 1)
    assert "kills its worker" in engine.parked()[0].reason
    engine.publish(Message("enter", "good"))
    wait_until(lambda: effects(engine.database) == {"good": 1})


@pytest.mark.parametrize("at_once", ["one", "many"])
def test_changes_of_one_po_keep_their_order_under_four_workers_and_failures(engine: Engine, at_once: str) -> None:
    chance, lock = random.Random(7), threading.Lock()
    applied: dict[str, list[int]] = defaultdict(list)

    def step(message: Message) -> Write:
        with lock:
            if message.failures < len(RETRIES_S) and chance.random() < 0.3:  # more failures would park it, rightly
                raise BrokerUnavailable("away")

        def write(conn: Connection) -> None:
            conn.execute(sa.insert(counter).values(name=f"{message.key}/{message.seq}", value=1))
            with lock:
                applied[message.key].append(message.seq)

        return write

    def step_of_many(messages: Sequence[Message]) -> WriteOfSome:
        writes = {message.message_id: step(message) for message in messages}

        def write(conn: Connection, mine: Sequence[Message]) -> None:
            for one in mine:
                writes[one.message_id](conn)

        return write

    engine.work({"enter": step}, workers=4, of_many={"enter": step_of_many} if at_once == "many" else {})
    for number in range(1, 9):
        with engine.database.write() as conn:
            for key in range(10):
                publish_in_order(conn, Message("enter", f"{key}-{number}", key=f"acme|PO-{key}"), now())
    wait_until(lambda: len(effects(engine.database)) >= 80)
    assert {key: list(dict.fromkeys(order)) for key, order in applied.items()} == {
        f"acme|PO-{key}": list(range(1, 9)) for key in range(10)
    }


def test_parked_message_holds_back_its_followers_until_it_is_discarded(engine: Engine) -> None:
    class Hopeless(Exception):
        code, retry = "hopeless", False

    step = Counted(lambda message: Hopeless("no") if message.message_id == "first" else None)
    engine.work({"enter": step})
    with engine.database.write() as conn:
        for name in ("first", "second"):
            publish_in_order(conn, Message("enter", name, key="k"), now())
    wait_until(lambda: len(engine.parked()) == 1)
    step.wait(2)
    assert effects(engine.database) == {}
    with engine.database.write() as conn:
        assert parking.discard(conn, engine.parked()[0].parked_id, "ann", now)
    wait_until(lambda: effects(engine.database) == {"second": 1})


def test_parked_message_can_be_replayed_once_its_cause_is_mended(engine: Engine) -> None:
    mended = threading.Event()
    step = Counted(lambda message: None if mended.is_set() else KeyError("map"))
    engine.work({"enter": step})
    engine.publish(Message("enter", "m1"))
    wait_until(lambda: len(engine.parked()) == 1)
    parked_id = engine.parked()[0].parked_id
    mended.set()
    with engine.database.write() as conn:
        assert parking.replay(conn, parked_id, "ann", now)
        assert not parking.replay(conn, parked_id, "ann", now)
    wait_until(lambda: effects(engine.database) == {"m1": 1})
    assert engine.parked() == []


def test_draining_worker_finishes_what_it_began_and_leaves_the_rest_to_others(engine: Engine) -> None:
    begun, may_finish = threading.Event(), threading.Event()

    def slow(message: Message) -> Write:
        begun.set()
        assert may_finish.wait(WAIT_S)
        return lambda conn: raise_counter(conn, message.message_id)

    worker = Worker(engine.database, engine.queue(), {"enter": slow}, now)
    engine.publish(*(Message("enter", f"m{number}") for number in range(5)))
    worker.start()
    assert begun.wait(WAIT_S)
    stopper = threading.Thread(target=worker.stop)
    stopper.start()
    may_finish.set()
    stopper.join(WAIT_S)
    done = effects(engine.database)
    assert set(done.values()) == {1}
    for queue in list(engine.queues):
        queue.close()
        engine.queues.remove(queue)
    engine.work({"enter": Counted()})
    wait_until(lambda: effects(engine.database) == {f"m{number}": 1 for number in range(5)})


def test_unhandled_delivery_can_be_given_back(engine: Engine) -> None:
    engine.publish(Message("enter", "m1"))
    queue = engine.queue()
    queue.give_back(engine.take(queue))
    again = engine.take(queue)
    assert again.message == Message("enter", "m1")
    assert again.deliveries == 2
    engine.lose_worker(queue)


def test_lease_that_another_worker_took_over_rolls_the_step_back(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'box.db'}")
    migrate(database)
    engine = Engine(database, None)
    engine.publish(Message("enter", "m1"))
    slow_queue = engine.queue()
    worker = Worker(database, slow_queue, {"enter": Counted()}, now)
    delivery = engine.take(slow_queue)
    engine.lose_worker(slow_queue)
    with pytest.raises(LeaseLost), database.write() as conn:
        slow_queue.complete(conn, delivery)
    other_queue = engine.queue()
    other = engine.take(other_queue)
    assert worker.handle(delivery) is Outcome.LOST
    assert effects(database) == {}
    assert Worker(database, other_queue, {"enter": Counted()}, now).handle(other) is Outcome.DONE
    assert effects(database) == {"m1": 1}
    engine.close()
    database.close()


@pytest.fixture
def rabbit_engine(postgres_url: str, amqp_url: str) -> Iterator[Engine]:
    database = Database(postgres_url)
    migrate(database)
    engine = Engine(database, amqp_url)
    yield engine
    engine.close()
    database.close()


def test_message_the_broker_lost_is_sent_again_by_the_sweeper(rabbit_engine: Engine, rabbit: PrivateRabbit) -> None:
    engine = rabbit_engine
    engine.publish(Message("enter", "m1"))
    queue = engine.queue()
    engine.take(queue)
    vhost = str(engine.amqp_url).rsplit("/", 1)[1]
    engine.lose_worker(queue)
    rabbit.control("purge_queue", "-p", vhost, "dockgate.enter")
    step = Counted()
    engine.work({"enter": step})
    assert engine.relay is not None
    engine.relay._lost_after_s = -1
    wait_until(lambda: engine.relay is not None and (engine.relay.sweep() or True) and bool(effects(engine.database)))
    assert effects(engine.database) == {"m1": 1}


def test_work_goes_on_after_the_broker_closed_every_connection(rabbit_engine: Engine, rabbit: PrivateRabbit) -> None:
    engine = rabbit_engine
    engine.work({"enter": Counted()}, workers=2)
    engine.publish(*(Message("enter", f"before-{number}") for number in range(20)))
    rabbit.control("close_all_connections", "test closes them")
    engine.publish(*(Message("enter", f"after-{number}") for number in range(20)))
    wait_until(lambda: len(effects(engine.database)) == 40)
    assert set(effects(engine.database).values()) == {1}


def test_message_without_a_queue_stays_in_the_outbox(rabbit_engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    engine = rabbit_engine
    engine.work({"enter": Counted()})
    with caplog.at_level("WARNING"):
        engine.publish(replace(Message("enter", "m1"), step="nowhere"), Message("enter", "good"))
        wait_until(lambda: effects(engine.database) == {"good": 1})
        wait_until(lambda: any("dockgate migrate" in str(vars(record)) for record in caplog.records))
    assert Unroutable.retry
    with engine.database.read() as conn:
        assert outbox.waiting(conn) == {"nowhere": 1}


def test_broker_that_is_away_is_named_as_the_problem(rabbit_engine: Engine) -> None:
    queue = RabbitQueue("amqp://test:test@127.0.0.1:1/nowhere", STEPS)
    assert "does not answer" in queue.problems()[0]
    queue.close()


def test_worker_keeps_its_message_while_the_database_is_away(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'box.db'}")
    migrate(database)
    engine = Engine(database, None)
    away = iter([StoreUnavailable("restarting"), StoreUnavailable("restarting"), None])
    engine.publish(Message("enter", "m1"))
    worker = Worker(database, engine.queue(), {"enter": Counted(lambda message: next(away))}, now)
    assert worker.run_until_idle() == 1
    assert effects(database) == {"m1": 1}
    assert engine.parked() == []
    engine.close()
    database.close()


def test_message_the_broker_set_aside_by_its_policy_is_parked_for_a_person(
    rabbit_engine: Engine, rabbit: PrivateRabbit, tmp_path: Path
) -> None:
    engine = rabbit_engine
    vhost = str(engine.amqp_url).rsplit("/", 1)[1]
    definitions = json.loads(Path("systemd/rabbitmq-definitions.json").read_text("ascii"))
    definitions["vhosts"] = []
    for policy in definitions["policies"]:
        policy["vhost"] = vhost
        policy["definition"]["delivery-limit"] = 2
    path = tmp_path / "definitions.json"
    path.write_text(json.dumps(definitions), "ascii")
    path.chmod(0o644)
    tmp_path.chmod(0o755)
    engine.publish(Message("enter", "m1"))
    queue = engine.queue()
    first = engine.take(queue)
    rabbit.control("import_definitions", str(path))
    queue.give_back(first)
    for _ in range(2):
        queue.give_back(engine.take(queue))
    set_aside = engine.take(queue)
    assert "the broker set it aside: delivery_limit" in set_aside.problem
    worker = Worker(engine.database, queue, {"enter": Counted()}, now)
    assert worker.handle(set_aside) is Outcome.PARKED
    assert effects(engine.database) == {}
    assert engine.parked()[0].message_id == "m1"
