"""What can go wrong with durable state."""

from __future__ import annotations


class StoreError(Exception):
    """Durable state could not be read or written. The message says what to look at."""

    code = "store-error"
    retry = False


class StoreUnavailable(StoreError):
    """The database does not answer now; the same work succeeds once it is back."""

    code = "store-unavailable"
    retry = True


class Conflict(StoreError):
    """The row changed since it was read; read it again and repeat the work."""

    code = "conflict"
    retry = True


class AlreadyExists(StoreError):
    """A row with this key is there already; the work was done before."""

    code = "already-exists"


class NotFound(StoreError):
    """No row has this key."""

    code = "not-found"
