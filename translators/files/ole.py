"""OLE compound files ([MS-CFB]), the box old Office documents come in: one stream taken out, nothing believed."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Callable

from translators.files.trees import Unsound, unsound
from translators.findings import Code

_HEADER = struct.Struct("<24xHHHHH6xIII4xIIIII")
"""Versions, byte order, sector shifts; counts and first sectors of directory, FAT, mini FAT and DIFAT."""
_HEADER_BYTES = 512
_ENTRY_BYTES = 128
_LAST_SECTOR = 0xFFFFFFFA
"""Numbers from here on mean the end of a chain or a free sector."""


def _damaged(what: str) -> Unsound:
    return unsound(Code.FILE_MALFORMED, f"the old Office file is damaged: {what}; was it cut off?")


def _numbers(raw: bytes) -> array[int]:
    numbers = array("I")
    numbers.frombytes(raw[: len(raw) // 4 * 4])
    return numbers


class CompoundFile:
    """The streams of a compound file by their names. Raises Unsound."""

    def __init__(self, raw: bytes) -> None:
        if len(raw) < _HEADER_BYTES:
            raise _damaged("it has no header")
        fields = _HEADER.unpack_from(raw)
        self._raw, self._shift, self._mini_shift = raw, fields[3], fields[4]
        first_entry, self._cutoff, first_mini, _, first_list, lists = fields[7:]
        if self._shift not in (9, 12) or self._mini_shift != 6:
            raise _damaged("its sectors have an impossible size")
        self._fat = self._allocation(first_list, lists)
        self._entries = self._directory(self._chain(first_entry, self._fat, self._sector))
        self._mini_fat = _numbers(self._chain(first_mini, self._fat, self._sector))
        _, start, _ = self._entries.get("Root Entry", ("", _LAST_SECTOR, 0))
        self._mini = self._chain(start, self._fat, self._sector)

    @property
    def names(self) -> list[str]:
        return list(self._entries)

    def stream(self, name: str) -> bytes:
        """A stream's bytes."""
        if name not in self._entries:
            raise _damaged(f"it has no {name}")
        _, start, size = self._entries[name]
        if size < self._cutoff:
            return self._chain(start, self._mini_fat, self._mini_sector)[:size]
        return self._chain(start, self._fat, self._sector)[:size]

    def _sector(self, number: int) -> bytes:
        return self._raw[(number + 1) << self._shift : (number + 2) << self._shift]

    def _mini_sector(self, number: int) -> bytes:
        return self._mini[number << self._mini_shift : (number + 1) << self._mini_shift]

    def _allocation(self, next_list: int, lists: int) -> array[int]:
        """Which sector follows on which. Its own sectors are named in the header, and in lists when there are many."""
        sectors = _numbers(self._raw[76:_HEADER_BYTES])
        for _ in range(min(lists, len(self._raw) >> self._shift)):
            numbers = _numbers(self._sector(next_list))
            if not numbers:
                break
            next_list = numbers.pop()
            sectors.extend(numbers)
        most = len(self._raw) >> self._shift
        return _numbers(b"".join(self._sector(one) for one in sectors[:most] if one < _LAST_SECTOR))

    def _chain(self, number: int, following: array[int], sector: Callable[[int], bytes]) -> bytes:
        """The sectors of a chain. One that is longer than the file goes in a circle."""
        chain = bytearray()
        while number < _LAST_SECTOR:
            part = sector(number) if number < len(following) else b""
            if not part or len(chain) > len(self._raw):
                raise _damaged("a chain of sectors leads nowhere")
            chain += part
            number = following[number]
        return bytes(chain)

    def _directory(self, raw: bytes) -> dict[str, tuple[str, int, int]]:
        entries = {}
        for at in range(0, len(raw) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            size = int.from_bytes(raw[at + 64 : at + 66], "little")
            name = raw[at : at + max(0, min(size, 64) - 2)].decode("utf-16-le", "replace")
            start, length = struct.unpack_from("<II", raw, at + 116)
            if name:
                entries[name] = (name, start, length)
        return entries
