"""The folder channel: customers drop files, we take each whole one once, and put our answers into their outbox.

A file is whole when its size and time of change stay the same from one look to the next. It is claimed by a rename into
``.claimed`` under a name that is unique for ever, taken in, and then moved to ``done``. A crash in between leaves it
claimed, and the next start takes it from there; the unique name tells the store whether it was recorded already.

Hidden files, unfinished uploads (``.part``, ``.tmp``, ``.filepart``), folders, symbolic links and devices are left
alone. watchdog only says "look now"; what counts is the scan, since no notice comes from network drives.
"""

from __future__ import annotations

import logging
import os
import secrets
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer

from gateway.intake import Crossing, receive
from gateway.road import Road
from partners.partner import FolderChannel, TradingPartner
from store.archive import sync_folder
from store.errors import StoreUnavailable

UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp")
CLAIM_MARK = "~"
"""Stands between the unique part of a claimed file's name and the name it came with."""

LOOK_EVERY_S = 1.0
"""How often to look without being told; network drives tell nothing."""
REST_S = 0.02

log = logging.getLogger("dockgate.folder")


class ChannelError(Exception):
    """A channel cannot do its work. The message says what to look at."""

    code = "channel-error"
    retry = False


class Unreachable(ChannelError):
    """The other end does not take what we send now; it is tried again."""

    code = "unreachable"
    retry = True


@dataclass(frozen=True)
class _Seen:
    """What a file looked like, and since when it has looked so."""

    size: int
    changed_ns: int
    since_s: float
    since: datetime

    def is_same(self, status: os.stat_result) -> bool:
        return (self.size, self.changed_ns) == (status.st_size, status.st_mtime_ns)


class Inbox:
    """One partner's inbox folder.

    Args:
        road: where files go.
        partner: whose folder it is; names the channel ``folder:<partner>``.
        folder: the inbox; made when missing.
        settle_s: how long a file must look the same to be whole.
    """

    def __init__(self, road: Road, partner: str, folder: Path, settle_s: float) -> None:
        self.channel = f"folder:{partner}"
        self.folder = folder
        self._road = road
        self._claimed = folder / ".claimed"
        self._done = folder / "done"
        self._settle_s = settle_s
        self._seen: dict[str, _Seen] = {}
        self._reported: set[str] = set()
        for needed in (folder, self._claimed, self._done):
            needed.mkdir(parents=True, exist_ok=True)

    def resume(self) -> list[str]:
        """Take in what an earlier run had claimed and not finished; the transmissions' ids."""
        claims = [path for path in sorted(self._claimed.iterdir()) if path.is_file()]
        return [self._take(path, self._road.clock()) for path in claims]

    def scan(self) -> list[str]:
        """Take in every file that has become whole; the transmissions' ids.

        Raises:
            StoreUnavailable, OSError: a claimed file could not be taken in; it stays claimed for :meth:`resume`.
        """
        now_s = time.monotonic()
        self._seen = dict(self._look(now_s))
        whole = {name: seen for name, seen in self._seen.items() if now_s - seen.since_s >= self._settle_s}
        return [self._take(claim, seen.since) for name, seen in whole.items() if (claim := self._claim(name))]

    def next_look_s(self, most_s: float) -> float:
        """Seconds until the next file can be whole, ``most_s`` when there is none."""
        now_s = time.monotonic()
        return min((seen.since_s + self._settle_s - now_s for seen in self._seen.values()), default=most_s)

    def _look(self, now_s: float) -> Iterator[tuple[str, _Seen]]:
        with os.scandir(self.folder) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if entry.name.startswith(".") or entry.name.lower().endswith(UNFINISHED) or entry.name == "done":
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                before = self._seen.get(entry.name)
                if not stat.S_ISREG(status.st_mode):
                    self._report(entry.name, "not a plain file: only plain files are taken from an inbox")
                elif before is not None and before.is_same(status):
                    yield entry.name, before
                else:
                    yield entry.name, _Seen(status.st_size, status.st_mtime_ns, now_s, self._road.clock())

    def _report(self, name: str, why: str) -> None:
        if name not in self._reported:
            self._reported.add(name)
            log.warning("left alone", extra={"channel": self.channel, "file": printable(name), "reason": why})

    def _claim(self, name: str) -> Path | None:
        path = self.folder / name
        if not os.access(path, os.R_OK):
            self._report(name, "no permission to read it: change its permissions, it is taken then")
            return None
        claim = self._claimed / f"{secrets.token_hex(16)}{CLAIM_MARK}{name[-180:]}"
        try:
            path.rename(claim)
        except FileNotFoundError:
            return None  # somebody took it back
        sync_folder(self._claimed)
        sync_folder(self.folder)
        return claim

    def _take(self, claim: Path, last_byte_at: datetime) -> str:
        token, _, name = claim.name.partition(CLAIM_MARK)
        crossing = Crossing(self.channel, token, printable(name), last_byte_at)
        with claim.open("rb") as source:
            transmission_id = receive(self._road, source, crossing)
        claim.rename(self._done / claim.name)
        sync_folder(self._done)
        return transmission_id


class FolderWatcher:
    """Watches the inboxes of all partners that have a folder channel, on a thread of its own."""

    def __init__(self, road: Road) -> None:
        self._road = road
        self._settle_s = road.settings.folders.settle_s
        self._inboxes: dict[str, Inbox] = {}
        self._stopping = threading.Event()
        self._look_now = threading.Event()
        self._observer = Observer()
        self._thread = threading.Thread(target=self._run, name="folders", daemon=True)

    def add(self, partner: TradingPartner) -> None:
        """Watch a partner's inboxes; those already watched stay as they are."""
        for channel in partner.channels:
            folder = inbox_path(self._road, channel)
            if str(folder) in self._inboxes:
                continue
            inbox = Inbox(self._road, partner.partner, folder, self._settle_s)
            self._inboxes[str(folder)] = inbox
            self._observer.schedule(_Notice(self._look_now), str(folder))
            with _outages_logged(inbox.channel):
                inbox.resume()

    def start(self) -> None:
        self._observer.start()
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._look_now.set()
        self._thread.join(15)
        self._observer.stop()
        self._observer.join(5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._look_now.clear()
            inboxes = list(self._inboxes.values())
            for inbox in inboxes:
                with _outages_logged(inbox.channel):
                    inbox.scan()
            wait_s = min((inbox.next_look_s(LOOK_EVERY_S) for inbox in inboxes), default=LOOK_EVERY_S)
            # A moment of rest first: a busy upload gives a notice for each block.
            if not self._stopping.wait(REST_S):
                self._look_now.wait(max(0.0, wait_s - REST_S))


class _Notice(FileSystemEventHandler):
    def __init__(self, look_now: threading.Event) -> None:
        self._look_now = look_now

    def on_any_event(self, event: FileSystemEvent) -> None:
        self._look_now.set()


@contextmanager
def _outages_logged(channel: str) -> Iterator[None]:
    """A full disk or a database that is away must not end the watching: the files stay where they are."""
    try:
        yield
    except (OSError, StoreUnavailable) as error:
        log.warning("cannot take files in now", extra={"channel": channel, "reason": str(error)})


def inbox_path(road: Road, channel: FolderChannel) -> Path:
    """Where a partner's inbox is on disk."""
    return road.settings.folder_root / channel.inbox


def send(road: Road, channel: FolderChannel, name: str, data: bytes) -> Path:
    """Put an answer into the partner's outbox: whole or not at all; the same name again replaces the same bytes.

    Raises:
        Unreachable: the folder cannot be written now.
    """
    folder = road.settings.folder_root / channel.outbox
    temporary, final = folder / f".{name}.tmp", folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(final)
        sync_folder(folder)
    except OSError as error:
        raise Unreachable(f"cannot write into {folder}: {error}") from error
    return final


def printable(name: str) -> str:
    """A file's name as a label: what no person can read is shown as escapes."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
