"""The archive: raw bytes kept for good, named by their SHA-256, on disk before anybody is told so.

Layout: ``<root>/ab/cd/<sha256>``. A file appears whole or not at all: the bytes are written to a temporary name in the
same file system, fsynced, renamed, and the folder is fsynced. Storing the same bytes again changes nothing.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from store.errors import NotFound, StoreError

BLOCK_BYTES = 1 << 20


class ArchiveDamaged(StoreError):
    """Archived bytes no longer have the hash they were stored under: restore the file from a backup."""

    code = "archive-damaged"


@dataclass(frozen=True)
class Archived:
    """Where bytes went: their SHA-256 in hex, and how many there were."""

    sha256: str
    size_bytes: int


class Archive:
    """Content-addressed files below one folder, which is made when it is missing."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._incoming = root / "incoming"
        self._durable: set[Path] = set()
        """Folders whose own names are known to be on disk: each costs an fsync once, not at every file."""
        for name in ("incoming", *(f"{number:02x}" for number in range(256))):
            (root / name).mkdir(parents=True, exist_ok=True)
        sync_folder(root)

    def store(self, source: BinaryIO | bytes) -> Archived:
        """Keep the bytes; on return they are on disk and survive a power cut.

        Raises:
            OSError: the disk is full or not writable; nothing is left behind.
        """
        blocks = [source] if isinstance(source, bytes) else _blocks(source)
        temporary = self._incoming / secrets.token_hex(16)
        try:
            archived = _write(temporary, blocks)
            final = self._path(archived.sha256)
            if not final.exists():
                self._make_folder(final.parent)
                temporary.rename(final)
                sync_folder(final.parent)
            return archived
        finally:
            temporary.unlink(missing_ok=True)

    def open(self, sha256: str) -> BinaryIO:
        """The archived bytes as a file.

        Raises:
            NotFound: nothing is archived under this hash.
        """
        try:
            return self._path(sha256).open("rb")
        except FileNotFoundError:
            raise NotFound(f"the archive holds nothing under {sha256}") from None

    def load(self, sha256: str) -> bytes:
        """The archived bytes at once, checked against their hash; for papers and other small things.

        Raises:
            NotFound: nothing is archived under this hash.
            ArchiveDamaged: the bytes changed on disk.
        """
        with self.open(sha256) as file:
            data = file.read()
        if hashlib.sha256(data).hexdigest() != sha256:
            raise ArchiveDamaged(f"archived file {sha256} does not have its hash any more: restore it from a backup")
        return data

    def path(self, sha256: str) -> Path:
        """The file's place, for people and for programs that read it themselves."""
        return self._path(sha256)

    def _make_folder(self, folder: Path) -> None:
        if folder not in self._durable:
            folder.mkdir(exist_ok=True)
            sync_folder(folder.parent)
            self._durable.add(folder)

    def _path(self, sha256: str) -> Path:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):
            raise NotFound(f"not a SHA-256: {sha256[:80]!r}")
        return self.root / sha256[:2] / sha256[2:4] / sha256


def _blocks(source: BinaryIO) -> Iterator[bytes]:
    while block := source.read(BLOCK_BYTES):
        yield block


def _write(path: Path, blocks: Iterable[bytes]) -> Archived:
    digest, size = hashlib.sha256(), 0
    with path.open("xb") as file:
        for block in blocks:
            digest.update(block)
            size += len(block)
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return Archived(digest.hexdigest(), size)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: a rename is only on disk once its folder is."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
