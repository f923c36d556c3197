"""TRADACOMS as it streams in: STX, messages from MHD to MTR, END, with the release character minded.

The same events as X12 and EDIFACT. A file of orders is three kinds of message in one transmission: ORDHDR (who to
whom), an ORDERS for each order, ORDTLR (how many); the structure of each stands in ``schemas/``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from translators.detect import BLANKS, without_blanks
from translators.findings import Code, Finding, Where
from translators.interchange import Event, Loose
from translators.limits import MAX_SEGMENT_BYTES, MAX_STRAY_BYTES
from translators.source import Source, Window
from translators.tradacoms.body import RELEASE, TERMINATOR, divide
from translators.tradacoms.envelope import Envelope

_START = re.compile(rb"(?<![A-Za-z0-9])STX=")


class _Piece(NamedTuple):
    """A segment without its terminator and blanks before it; not whole when none came, soon enough or at all."""

    raw: bytes
    offset: int
    is_whole: bool = True


def read(source: Source) -> Iterator[Event]:
    """The events of a file that :mod:`translators.detect` took for TRADACOMS. Never raises on any bytes."""
    envelope: Envelope | None = None
    found_any, stray = False, 0
    for piece in _pieces(Window(source)):
        start = _START.search(piece.raw) if envelope is None else _START.match(piece.raw)
        if start and piece.is_whole:
            if envelope is not None:
                yield from envelope.cut_off("the next STX came before the END")
            elif start.start():
                yield _stray(piece.offset)
            envelope, found_any, stray = Envelope(), True, 0
            yield from envelope.open(piece.raw[start.start() :], piece.offset + start.start())
        elif envelope is None:
            if not stray:
                yield _stray(piece.offset)
            stray += len(piece.raw)
            if stray > MAX_STRAY_BYTES:
                message = "too many bytes that belong to no transmission; the rest of the file was not read"
                yield Loose(Finding(Code.STRAY_BYTES_LIMIT, message, Where(offset=piece.offset)))
                break
        elif piece.is_whole:
            yield from envelope.segment(piece.raw, piece.offset)
            envelope = None if envelope.closed else envelope
        elif len(piece.raw) > MAX_SEGMENT_BYTES:
            envelope.too_long(piece.offset)
    if envelope is not None:
        yield from envelope.cut_off("the file ends before the END")
    if not found_any:
        message = "no STX was found: ask the sender for the whole transmission"
        yield Loose(Finding(Code.NO_INTERCHANGE, message, Where(offset=0)))


def _stray(offset: int) -> Loose:
    return Loose(Finding(Code.STRAY_BYTES, "bytes that belong to no transmission", Where(offset=offset)))


def _pieces(window: Window) -> Iterator[_Piece]:
    """All segments of a file. What grows past all limits is given once and then passed over to its terminator."""
    is_dropping = False
    while window.grow() or window.data:
        *whole, rest = divide(window.data, TERMINATOR, RELEASE)
        offset = window.offset
        for raw in whole:
            if not is_dropping:
                yield from _bare(raw, offset, is_whole=len(raw) <= MAX_SEGMENT_BYTES)
            is_dropping = False
            offset += len(raw) + 1
        window.skip(offset - window.offset)
        if window.ended or len(rest) > MAX_SEGMENT_BYTES:
            if not is_dropping:
                yield from _bare(rest, offset, is_whole=False)
            is_dropping = not window.ended
            window.skip(len(rest))


def _bare(raw: bytes, offset: int, is_whole: bool) -> Iterator[_Piece]:
    piece = without_blanks(raw)
    if piece:
        yield _Piece(piece.rstrip(BLANKS), offset + len(raw) - len(piece), is_whole)
