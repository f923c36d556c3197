"""Zip archives, read member by member: count, sizes and ratio are capped while unpacking, never believed.

Names are labels and nothing is ever written, so that ``../x`` and ``/etc/x`` are odd words and no more. Refused are
encryption, symbolic links, overlapping members, packing methods other than stored and deflated, archives in archives.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator

from translators.files.trees import Unsound, unsound
from translators.findings import Code, shown
from translators.limits import (
    CHUNK_BYTES,
    MAX_MEMBER_BYTES,
    MAX_MEMBERS,
    MAX_PACKING_RATIO,
    MAX_UNPACKED_BYTES,
    RATIO_FREE_BYTES,
)
from translators.source import Source, chunks

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 0x1
_LOCAL_HEADER_BYTES = 30
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error,
    EOFError, RuntimeError, OSError, ValueError, LookupError, OverflowError,
)  # fmt: skip
"""What Python's reader says to archives that lie."""


def whole(source: Source, most: int) -> bytes:
    """All bytes of a source. Raises Unsound when there are too many."""
    if isinstance(source, bytes) and len(source) <= most:
        return source
    raw = bytearray()
    for part in chunks(source):
        raw += part
        if len(raw) > most:
            raise unsound(Code.FILE_TOO_LARGE, f"the file has more than {most} bytes; ask for smaller ones")
    return bytes(raw)


class Archive:
    """An archive whose table of contents has been checked. Raises Unsound from every door."""

    def __init__(self, raw: bytes) -> None:
        self._unpacked = 0
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
            entries = self._zip.infolist()
        except _DAMAGE as reason:
            raise unsound(Code.ARCHIVE_REFUSED, f"the archive is damaged: {shown(str(reason))}") from None
        if len(entries) > MAX_MEMBERS:
            raise unsound(Code.ARCHIVE_REFUSED, f"the archive holds more than {MAX_MEMBERS} files")
        if len({entry.filename for entry in entries} - {""}) < len(entries):
            raise unsound(Code.ARCHIVE_REFUSED, "two files in the archive have one name, or one has none")
        before = 0
        for entry in sorted(entries, key=lambda one: one.header_offset):
            self._check(entry, before)
            before = entry.header_offset + _LOCAL_HEADER_BYTES + entry.compress_size
        self._entries = {entry.filename: entry for entry in entries if not entry.filename.endswith("/")}

    @property
    def names(self) -> list[str]:
        """The members, in the order of the table of contents."""
        return list(self._entries)

    def read(self, name: str) -> Iterator[bytes]:
        """A member's bytes, bite by bite."""
        entry = self._entries.get(name)
        if entry is None:
            raise unsound(Code.ARCHIVE_REFUSED, f"the archive has no {shown(name)}")
        size = 0
        try:
            with self._zip.open(entry) as member:
                while chunk := member.read(CHUNK_BYTES):
                    size += len(chunk)
                    self._unpacked += len(chunk)
                    self._weigh(entry, size)
                    yield chunk
        except Unsound:
            raise
        except _DAMAGE as reason:
            message = f"{shown(name)} in the archive is damaged: {shown(str(reason))}"
            raise unsound(Code.ARCHIVE_REFUSED, message) from None

    def _check(self, entry: zipfile.ZipInfo, before: int) -> None:
        name = shown(entry.filename)
        if entry.flag_bits & _ENCRYPTED:
            raise unsound(Code.PASSWORD_PROTECTED, f"{name} in the archive is encrypted; ask for it without a password")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise unsound(Code.ARCHIVE_REFUSED, f"{name} in the archive is a link, not a file")
        if entry.compress_type not in _METHODS:
            raise unsound(Code.ARCHIVE_REFUSED, f"{name} is packed by a method we do not read; use plain zip")
        if entry.header_offset < before:
            raise unsound(Code.ARCHIVE_REFUSED, f"{name} in the archive overlaps another file")

    def _weigh(self, entry: zipfile.ZipInfo, size: int) -> None:
        name = shown(entry.filename)
        if size > MAX_MEMBER_BYTES:
            raise unsound(Code.ARCHIVE_REFUSED, f"{name} unpacks to more than {MAX_MEMBER_BYTES} bytes")
        if self._unpacked > MAX_UNPACKED_BYTES:
            raise unsound(Code.ARCHIVE_REFUSED, f"the archive unpacks to more than {MAX_UNPACKED_BYTES} bytes")
        if size > RATIO_FREE_BYTES and size > entry.compress_size * MAX_PACKING_RATIO:
            raise unsound(Code.ARCHIVE_REFUSED, f"{name} unpacks to more than {MAX_PACKING_RATIO} times its size")
