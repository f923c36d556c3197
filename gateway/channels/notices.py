"""Notices of the kernel (inotify) that a file in a watched folder was closed after writing, or renamed.

One handle and the caller's own thread serve any number of folders. A notice only says "look now": none comes from a
network drive, and a folder beyond what the kernel will watch (``fs.inotify.max_user_watches``) is not told of.
"""

from __future__ import annotations

import contextlib
import ctypes
import errno
import logging
import os
import select
import struct
import threading
from dataclasses import dataclass
from pathlib import Path

CLOSED_AFTER_WRITING, MOVED_FROM, MOVED_TO = 0x08, 0x40, 0x80
OVERFLOW = 0x4000
"""The kernel threw notices away: anything may have happened anywhere."""
_FLAGS = os.O_CLOEXEC | os.O_NONBLOCK
_HEAD = struct.Struct("iIII")
_READ_BYTES = 1 << 16

log = logging.getLogger("dockgate.folder")


@dataclass(frozen=True)
class Notice:
    """Something happened to a file. ``was`` is the name it had in the same folder, if it was renamed there."""

    folder: Path
    name: str
    was: str = ""


class Notices:
    """Hears of what happens in folders; :meth:`watch` and :meth:`wake` may be called from any thread."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._folders: dict[int, Path] = {}
        self._lock = threading.Lock()
        self._woken, self._waker = os.pipe2(_FLAGS)
        self._handle = self._libc.inotify_init1(_FLAGS)
        if self._handle < 0:
            log.warning("no notices of new files, only looks", extra={"reason": os.strerror(ctypes.get_errno())})

    def watch(self, folder: Path) -> None:
        """Hear of a folder; watching it again changes nothing."""
        with self._lock:
            if self._handle < 0:
                return
            wanted = CLOSED_AFTER_WRITING | MOVED_FROM | MOVED_TO
            watch = self._libc.inotify_add_watch(self._handle, os.fsencode(folder), wanted)
            why = ctypes.get_errno()
            if watch >= 0:
                self._folders[watch] = folder
                return
        advice = "; raise fs.inotify.max_user_watches" if why == errno.ENOSPC else ""
        log.warning("no notices from a folder, only looks", extra={"reason": f"{folder}: {os.strerror(why)}{advice}"})

    def wait(self, timeout_s: float) -> list[Notice]:
        """What was heard since the last call; waits for it, and hears nothing when the time runs out or at a wake."""
        poll = select.poll()
        for handle in (self._woken, self._handle):
            if handle >= 0:
                poll.register(handle, select.POLLIN)
        ready = {handle for handle, _ in poll.poll(max(0.0, timeout_s) * 1000)}
        if self._woken in ready:
            os.read(self._woken, _READ_BYTES)
        return self._read() if self._handle in ready else []

    def wake(self) -> None:
        """End a :meth:`wait` at once."""
        with self._lock, contextlib.suppress(BlockingIOError):  # woken so often that one more makes no difference
            if self._waker >= 0:
                os.write(self._waker, b"!")

    def close(self) -> None:
        """Hear no more; nobody may be waiting."""
        with self._lock:
            for handle in (self._woken, self._waker, self._handle):
                if handle >= 0:
                    os.close(handle)
            self._woken = self._waker = self._handle = -1

    def _read(self) -> list[Notice]:
        data, place = os.read(self._handle, _READ_BYTES), 0
        heard: list[Notice] = []
        moved: dict[tuple[int, int], str] = {}
        with self._lock:
            folders = dict(self._folders)
        while place < len(data):
            watch, what, cookie, length = _HEAD.unpack_from(data, place)
            name = os.fsdecode(data[place + _HEAD.size : place + _HEAD.size + length].rstrip(b"\0"))
            place += _HEAD.size + length
            if what & OVERFLOW:
                heard += [Notice(folder, "") for folder in folders.values()]
            elif what & MOVED_FROM:
                moved[watch, cookie] = name
            elif watch in folders and what & (MOVED_TO | CLOSED_AFTER_WRITING):
                heard.append(Notice(folders[watch], name, moved.get((watch, cookie), "") if cookie else ""))
        return heard
