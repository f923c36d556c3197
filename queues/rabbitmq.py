"""RabbitMQ behind the queue contract: the only module that knows pika.

One connection and one channel live on one I/O thread (:class:`Link`); worker threads stand beside it and reach the
channel only through callbacks, each guarded by the generation of the connection it was meant for. Publishing is
confirmed and mandatory, queues are quorum queues, delivery is claim-check: ids travel, never the bytes.

Topology, in a vhost of our own: exchange ``dockgate.steps`` (direct, one durable quorum queue ``dockgate.<step>`` for
each step) and exchange ``dockgate.dead`` (fanout) to ``dockgate.parking``. Delivery limit and dead-lettering are a
policy (systemd/rabbitmq-definitions.json), so that they can be changed on live queues; the worker counts deliveries
as well.
"""

from __future__ import annotations

import contextlib
import logging
import queue as threadsafe
import random
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pika
from pika.exceptions import AMQPError
from pika.exchange_type import ExchangeType

from queues.errors import BrokerUnavailable, Unroutable
from queues.queue import Delivery, decoded
from store.database import Connection
from store.outbox import DueRow

EXCHANGE = "dockgate.steps"
DEAD_EXCHANGE = "dockgate.dead"
PARKING_QUEUE = "dockgate.parking"
QUORUM = {"x-queue-type": "quorum"}

HEARTBEAT_S = 10
BLOCKED_TIMEOUT_S = 60
RECONNECT_FIRST_S = 0.2
RECONNECT_MOST_S = 3.0
"""Longer waits made draining take too long when it was measured."""
CONNECT_TIMEOUT_S = 5.0
CONFIRM_TIMEOUT_S = 30.0
PREFETCH = 20
PREFETCH_OF = {"print": 1, "enter": 512}
"""Steps that hold a device want one message at a time; the order desk takes many at once (:data:`queues.worker.MANY`),
and as many for each of its threads are to wait at hand."""

log = logging.getLogger("dockgate.rabbitmq")


def queue_name(step: str) -> str:
    """The broker's name for a step's queue."""
    return f"dockgate.{step}"


class Link:
    """One connection with one channel on an I/O thread of its own; it reconnects for ever until closed.

    Args:
        url: ``amqp://user:password@host:port/vhost``.
        name: shown in the broker's list of connections.
        steps: the steps whose queues are declared when the channel opens.
    """

    def __init__(self, url: str, name: str, steps: Sequence[str]) -> None:
        self._parameters = pika.URLParameters(url)
        self._parameters.heartbeat = HEARTBEAT_S
        self._parameters.blocked_connection_timeout = BLOCKED_TIMEOUT_S
        self._parameters.socket_timeout = 5
        self._parameters.stack_timeout = 10
        self._parameters.client_properties = {"connection_name": name}
        self._steps = steps
        self._connection: Any = None
        self._lock = threading.Lock()
        """Guards the connection: its I/O loop may be called only while it is not closed."""
        self._closing = threading.Event()
        self.channel: Any = None
        self.generation = 0
        self.is_up = threading.Event()
        self.last_problem = ""
        self._thread = threading.Thread(target=self._run, name=f"amqp-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def _run(self) -> None:
        wait_s = RECONNECT_FIRST_S
        while not self._closing.is_set():
            connection = None
            try:
                connection = pika.SelectConnection(
                    self._parameters,
                    on_open_callback=self._on_connection_open,
                    on_open_error_callback=self._on_connection_gone,
                    on_close_callback=self._on_connection_gone,
                )
                with self._lock:
                    self._connection = connection
                connection.ioloop.start()
            except (AMQPError, OSError) as error:
                self.last_problem = repr(error)
            wait_s = RECONNECT_FIRST_S if self.is_up.is_set() else min(wait_s * 2, RECONNECT_MOST_S)
            with self._lock:
                self._connection = None
            self.is_up.clear()
            self.channel = None
            self.on_down()
            if connection is not None:
                connection.ioloop.close()
            self._closing.wait(wait_s * (0.5 + random.random()))  # noqa: S311 - spreads reconnects, no secret

    def _on_connection_gone(self, connection: Any, why: Any) -> None:
        self.last_problem = str(why) or repr(why)
        if not self._closing.is_set():
            log.warning("broker connection lost", extra={"reason": self.last_problem})
        connection.ioloop.stop()

    def _on_connection_open(self, connection: Any) -> None:
        connection.channel(on_open_callback=self._on_channel_open)

    def _on_channel_open(self, channel: Any) -> None:
        self.channel = channel
        self.generation += 1
        channel.add_on_close_callback(self._on_channel_gone)
        # The broker cancels a consumer whose queue was deleted or moved; a fresh connection finds the new one.
        channel.add_on_cancel_callback(lambda frame: self._close_connection())
        self._one_after_another(channel, self._declarations(channel))

    def _on_channel_gone(self, channel: Any, why: Any) -> None:
        self.last_problem = str(why) or repr(why)
        self._close_connection()

    def _close_connection(self) -> None:
        connection = self._connection
        if connection is not None and connection.is_open:
            connection.close()

    def _declarations(self, channel: Any) -> Iterator[Callable[..., Any]]:
        """The topology, one call each; every call takes a ``callback``. Declaring what is there changes nothing."""
        yield partial(channel.exchange_declare, EXCHANGE, ExchangeType.direct, durable=True)
        yield partial(channel.exchange_declare, DEAD_EXCHANGE, ExchangeType.fanout, durable=True)
        yield partial(channel.queue_declare, PARKING_QUEUE, durable=True, arguments=QUORUM)
        yield partial(channel.queue_bind, PARKING_QUEUE, DEAD_EXCHANGE)
        for step in self._steps:
            yield partial(channel.queue_declare, queue_name(step), durable=True, arguments=QUORUM)
            yield partial(channel.queue_bind, queue_name(step), EXCHANGE, step)

    def _one_after_another(self, channel: Any, calls: Iterator[Callable[..., Any]]) -> None:
        call = next(calls, None)
        if call is None:
            self.on_ready(channel)
            self.is_up.set()
        else:
            call(callback=lambda frame: self._one_after_another(channel, calls))

    def on_ready(self, channel: Any) -> None:
        """The topology stands; subclasses start to consume or to confirm. Runs on the I/O thread."""

    def on_down(self) -> None:
        """The connection is gone. Runs on the I/O thread."""

    def call(self, function: Callable[[], None]) -> None:
        """Run a function on the I/O thread.

        Raises:
            BrokerUnavailable: there is no connection now.
        """
        with self._lock:
            if self._connection is None or not self.is_up.is_set():
                raise BrokerUnavailable(f"RabbitMQ does not answer: {self.last_problem or 'not connected yet'}")
            self._connection.ioloop.add_callback_threadsafe(function)

    def close(self) -> None:
        """Close the connection and end the thread."""
        self._closing.set()
        with self._lock:
            if (connection := self._connection) is not None:
                connection.ioloop.add_callback_threadsafe(
                    lambda: connection.close() if connection.is_open else connection.ioloop.stop()
                )
        if self._thread.is_alive():
            self._thread.join(10)


@dataclass
class _Pending:
    """One publish that waits for its confirm."""

    row_id: int
    message_id: str
    batch: _Batch
    returned: str = ""


class _Batch:
    """Publishes that are waited for together."""

    def __init__(self, size: int) -> None:
        self._left = size
        self.confirmed: list[int] = []
        self.failures: list[Exception] = []
        self.is_complete = threading.Event()

    def settle(self, row_id: int, failure: Exception | None) -> None:
        if failure is None:
            self.confirmed.append(row_id)
        else:
            self.failures.append(failure)
        self._left -= 1
        if self._left <= 0:
            self.is_complete.set()


class Publisher(Link):
    """Publishes outbox rows and knows which of them the broker has taken over."""

    def __init__(self, url: str, steps: Sequence[str]) -> None:
        super().__init__(url, "dockgate relay", steps)
        self._pending: dict[int, _Pending] = {}
        self._tag = 0

    def on_ready(self, channel: Any) -> None:
        self._tag = 0
        channel.add_on_return_callback(self._on_returned)
        channel.confirm_delivery(self._on_confirm)

    def on_down(self) -> None:
        pending, self._pending = self._pending, {}
        for one in pending.values():
            one.batch.settle(one.row_id, BrokerUnavailable("connection lost before the broker confirmed"))

    def _on_returned(self, channel: Any, method: Any, properties: Any, body: bytes) -> None:
        for one in self._pending.values():
            if one.message_id == properties.message_id:
                one.returned = f"{method.reply_code} {method.reply_text} for {method.routing_key}"

    def _on_confirm(self, frame: Any) -> None:
        method = frame.method
        upto = method.delivery_tag
        tags = [tag for tag in self._pending if tag <= upto] if method.multiple else [upto]
        is_ack = isinstance(method, pika.spec.Basic.Ack)
        for tag in tags:
            one = self._pending.pop(tag, None)
            if one is None:
                continue
            if one.returned:
                one.batch.settle(one.row_id, Unroutable(f"{one.returned}: run `dockgate migrate`"))
            elif is_ack:
                one.batch.settle(one.row_id, None)
            else:
                one.batch.settle(one.row_id, BrokerUnavailable("the broker refused the message: queue full?"))

    def publish(self, rows: Sequence[DueRow]) -> list[int]:
        """Publish the rows and wait for the broker's word; the ids of those it has taken over.

        Raises:
            BrokerUnavailable: there is no connection, or no word came in time.
        """
        batch = _Batch(len(rows))
        self.call(lambda: self._publish(rows, batch))
        if not batch.is_complete.wait(CONFIRM_TIMEOUT_S):
            raise BrokerUnavailable(f"no confirm within {CONFIRM_TIMEOUT_S:.0f} s")
        for failure in batch.failures[:1]:
            log.warning("not confirmed", extra={"reason": str(failure), "count": len(batch.failures)})
        return batch.confirmed

    def _publish(self, rows: Sequence[DueRow], batch: _Batch) -> None:
        for row in rows:
            if self.channel is None or not self.channel.is_open:
                batch.settle(row.id, BrokerUnavailable("channel closed"))
                continue
            self._tag += 1
            self._pending[self._tag] = _Pending(row.id, row.message_id, batch)
            properties = pika.BasicProperties(
                delivery_mode=pika.DeliveryMode.Persistent,
                message_id=row.message_id,
                content_type="application/json",
            )
            self.channel.basic_publish(EXCHANGE, row.step, row.body.encode(), properties, mandatory=True)


@dataclass(frozen=True)
class _Token:
    """What an acknowledgment needs: the delivery's tag, and the connection it came over."""

    generation: int
    tag: int


class RabbitQueue(Link):
    """Consumes the queues of the given steps, and whatever the broker set aside.

    Args:
        takes_work: false only declares the queues and watches the connection.
    """

    def __init__(
        self, url: str, steps: Sequence[str], *, name: str = "dockgate worker", takes_work: bool = True
    ) -> None:
        super().__init__(url, name, steps)
        self._takes_work = takes_work
        self._arrived: threadsafe.SimpleQueue[tuple[int, Any, Any, bytes] | None] = threadsafe.SimpleQueue()
        self._set_aside: deque[Delivery] = deque()
        """Taken in search of others of a step; they are next."""
        self._draining = threading.Event()
        self._consumer_tags: list[str] = []
        self.start()

    def on_ready(self, channel: Any) -> None:
        self._consumer_tags = []
        if self._draining.is_set() or not self._takes_work:
            return
        generation = self.generation
        for step in (*self._steps, None):
            # On a channel the prefetch holds for the consumers started after it.
            channel.basic_qos(prefetch_count=PREFETCH_OF.get(step or "", PREFETCH))
            name = PARKING_QUEUE if step is None else queue_name(step)
            tag = channel.basic_consume(
                name, lambda ch, method, props, body: self._arrived.put((generation, method, props, body))
            )
            self._consumer_tags.append(tag)

    def take(self, timeout_s: float) -> Delivery | None:
        end = time.monotonic() + timeout_s
        while not self._draining.is_set():
            with contextlib.suppress(IndexError):
                return self._set_aside.popleft()
            try:
                arrived = self._arrived.get(timeout=max(0.0, end - time.monotonic()))
            except threadsafe.Empty:
                return None
            if arrived is None:
                return None
            if delivery := self._current(arrived):
                return delivery
        return None

    def take_more(self, step: str, limit: int) -> list[Delivery]:
        taken: list[Delivery] = []
        while len(taken) < limit and not self._draining.is_set():
            try:
                arrived = self._arrived.get_nowait()
            except threadsafe.Empty:
                break
            if arrived is None:
                self._arrived.put(None)  # for whoever waits: we are draining
                break
            if delivery := self._current(arrived):
                is_alike = delivery.message is not None and delivery.message.step == step
                (taken if is_alike else self._set_aside).append(delivery)
        return taken

    def _current(self, arrived: tuple[int, Any, Any, bytes]) -> Delivery | None:
        """What arrived; None when its connection is gone since, and the broker delivers it again."""
        generation, method, properties, body = arrived
        return _delivery(generation, method, properties, body) if generation == self.generation else None

    def complete(self, conn: Connection, *deliveries: Delivery) -> None:
        """Nothing to do in the transaction: the inbox row already makes a second delivery harmless."""

    def settle(self, delivery: Delivery) -> None:
        self._on_channel(delivery.token, lambda channel, tag: channel.basic_ack(tag))

    def give_back(self, delivery: Delivery) -> None:
        # reject, not nack: from 4.3 on only a reject counts toward the delivery limit
        self._on_channel(delivery.token, lambda channel, tag: channel.basic_reject(tag, requeue=True))

    def _on_channel(self, token: _Token, act: Callable[[Any, int], None]) -> None:
        def on_io_thread() -> None:
            if token.generation == self.generation and self.channel is not None and self.channel.is_open:
                act(self.channel, token.tag)

        try:
            self.call(on_io_thread)
        except BrokerUnavailable:
            log.info("acknowledgment not sent, the broker will deliver again", extra={"tag": token.tag})

    def drain(self) -> None:
        if self._draining.is_set():
            return
        self._draining.set()
        self._arrived.put(None)

        def cancel() -> None:
            if self.channel is not None and self.channel.is_open:
                for tag in self._consumer_tags:
                    self.channel.basic_cancel(tag)

        try:
            self.call(cancel)
        except BrokerUnavailable:
            log.info("drained without a broker")

    def close(self) -> None:
        self.drain()
        super().close()

    def problems(self) -> list[str]:
        try:
            self.require_up()
        except BrokerUnavailable as error:
            return [str(error)]
        return []

    def require_up(self) -> None:
        """Wait until the connection stands and every queue is declared.

        Raises:
            BrokerUnavailable: that did not happen within 5 s.
        """
        if not self.is_up.wait(CONNECT_TIMEOUT_S):
            reason = self.last_problem or "no reason given"
            raise BrokerUnavailable(f"RabbitMQ does not answer: {reason}; check the URL and the broker's log")


def _delivery(generation: int, method: Any, properties: Any, body: bytes) -> Delivery:
    headers = properties.headers or {}
    deliveries = int(headers.get("x-delivery-count", int(method.redelivered))) + 1
    token = _Token(generation, method.delivery_tag)
    delivery = decoded(body.decode("utf-8", "replace"), deliveries, token)
    if method.routing_key and "x-death" in headers:
        reason = headers["x-death"][0].get("reason", "unknown")
        return Delivery(delivery.message, delivery.raw, deliveries, token, f"the broker set it aside: {reason}")
    return delivery
