"""What can go wrong between steps."""

from __future__ import annotations


class QueueError(Exception):
    """Work could not be handed on. The message says what to look at."""

    code = "queue-error"
    retry = False


class BrokerUnavailable(QueueError):
    """The broker does not answer now; the work stays in the outbox and goes out when it is back."""

    code = "broker-unavailable"
    retry = True


class Unroutable(QueueError):
    """The broker has no queue for this step: declare the queues with ``dockgate migrate``."""

    code = "unroutable"
    retry = True


class Undecodable(QueueError):
    """The bytes are no message of ours, or of a version that is newer than this program."""

    code = "undecodable"


class LeaseLost(QueueError):
    """Another worker has this message now; everything this one did is rolled back."""

    code = "lease-lost"
