"""The folder channel: customers drop files, we take each whole one once, and put our answers into their outbox.

A file is whole when its size and time of change stay the same for a while, or at once when its sender gives it its name
only now: an unfinished one (``.part``) that is renamed. It is claimed by a rename into
``.claimed`` under a name that is unique for ever, taken in, and then moved to ``done``. A crash in between leaves it
claimed, and the next look takes it from there; the unique name tells the store whether it was recorded already.

Hidden files, unfinished uploads (``.part``, ``.tmp``, ``.filepart``), folders, symbolic links and devices are left
alone. A notice of the kernel only says "look now"; what counts is the scan, since none comes from network drives.
"""

from __future__ import annotations

import logging
import os
import secrets
import stat
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from gateway.channels.notices import Notice, Notices
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
        self._next_look_s = 0.0
        self._may_have_claims = True
        self._reported: set[str] = set()
        for needed in (folder, self._claimed, self._done):
            needed.mkdir(parents=True, exist_ok=True)

    def resume(self) -> list[str]:
        """Take in what was claimed before and not finished; the transmissions' ids."""
        claims = [path for path in sorted(self._claimed.iterdir()) if path.is_file()]
        return [self._take(path, self._road.clock()) for path in claims]

    def scan(self, finished: Collection[str] = ()) -> list[str]:
        """Take in every file that has become whole; the transmissions' ids.

        Args:
            finished: names that their senders gave just now to files of an unfinished name.

        Raises:
            StoreUnavailable, OSError: a claimed file could not be taken in; the next scan tries it again.
        """
        now_s = time.monotonic()
        self._next_look_s = now_s + LOOK_EVERY_S
        self._seen = dict(self._look(now_s))
        whole = {
            name: seen
            for name, seen in self._seen.items()
            if now_s - seen.since_s >= self._settle_s or name in finished
        }
        self._next_look_s = min(
            (seen.since_s + self._settle_s for name, seen in self._seen.items() if name not in whole),
            default=self._next_look_s,
        )
        was_interrupted, self._may_have_claims = self._may_have_claims, True
        taken = [self._take(claim, seen.since) for name, seen in whole.items() if (claim := self._claim(name))]
        if was_interrupted:
            taken += self.resume()
        self._may_have_claims = False
        return taken

    def next_look_in_s(self) -> float:
        """Seconds until the next file can be whole, or the folder should be looked at anyway."""
        return max(0.0, self._next_look_s - time.monotonic())

    def _look(self, now_s: float) -> Iterator[tuple[str, _Seen]]:
        with os.scandir(self.folder) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if is_unfinished(entry.name) or entry.name == "done":
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
        self._inboxes: dict[Path, Inbox] = {}
        self._stopping = threading.Event()
        self._notices = Notices()
        self._thread = threading.Thread(target=self._run, name="folders", daemon=True)

    def add(self, partner: TradingPartner) -> None:
        """Watch a partner's inboxes; those already watched stay as they are."""
        for channel in partner.channels:
            folder = inbox_path(self._road, channel)
            if folder in self._inboxes:
                continue
            inbox = Inbox(self._road, partner.partner, folder, self._settle_s)
            self._notices.watch(folder)
            self._inboxes[folder] = inbox
            self._notices.wake()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._notices.wake()
        self._thread.join(15)
        if not self._thread.is_alive():
            self._notices.close()

    def _run(self) -> None:
        heard: list[Notice] = []
        while not self._stopping.is_set():
            inboxes = dict(self._inboxes)
            told = {notice.folder for notice in heard}
            for folder, inbox in inboxes.items():
                if folder in told or inbox.next_look_in_s() == 0:
                    with _outages_logged(inbox.channel):
                        inbox.scan({one.name for one in heard if one.folder == folder and is_unfinished(one.was)})
            heard = self._notices.wait(min((one.next_look_in_s() for one in inboxes.values()), default=LOOK_EVERY_S))


@contextmanager
def _outages_logged(channel: str) -> Iterator[None]:
    """A full disk or a database that is away must not end the watching: the files stay where they are."""
    try:
        yield
    except (OSError, StoreUnavailable) as error:
        log.warning("cannot take files in now", extra={"channel": channel, "reason": str(error)})


def is_unfinished(name: str) -> bool:
    """Whether a name says that its file is not for us, or not yet: hidden, or an upload under way."""
    return name.startswith(".") or name.lower().endswith(UNFINISHED)


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
