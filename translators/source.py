"""A file as it comes: all at once or bite by bite, without a copy of the whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from translators.limits import CHUNK_BYTES

Source = bytes | bytearray | memoryview | Iterable[bytes]
"""Bytes, or anything that yields them (an open file read in blocks, a socket, a generator)."""


def chunks(source: Source) -> Iterator[bytes]:
    """The source in bites of ``CHUNK_BYTES`` or a little more, however small or large its parts are."""
    if isinstance(source, bytes | bytearray | memoryview):
        for start in range(0, len(source), CHUNK_BYTES):
            yield bytes(source[start : start + CHUNK_BYTES])
        return
    pending: list[bytes] = []
    size = 0
    for part in source:
        if len(part) >= 2 * CHUNK_BYTES:
            if pending:
                yield b"".join(pending)
                pending, size = [], 0
            yield from chunks(part)
            continue
        pending.append(part)
        size += len(part)
        if size >= CHUNK_BYTES:
            yield b"".join(pending)
            pending, size = [], 0
    if size:
        yield b"".join(pending)


class Window:
    """A sliding view on a source: the bytes not yet read for good, and where in the file they begin."""

    def __init__(self, source: Source) -> None:
        self._chunks = chunks(source)
        self.data = b""
        self.offset = 0
        self.ended = False

    def grow(self, to: int = 0) -> bool:
        """One more bite, or as many as give ``to`` bytes. False when the source has ended before that."""
        while not self.ended:
            chunk = next(self._chunks, None)
            if chunk is None:
                self.ended = True
                return False
            self.data = self.data + chunk if self.data else chunk
            if len(self.data) >= to:
                return True
        return False

    def skip(self, size: int) -> None:
        """Done with the first ``size`` bytes."""
        self.offset += size
        self.data = self.data[size:]
