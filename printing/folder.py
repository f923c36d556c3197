"""A printer that is a folder: each page becomes a file. The embedded box prints so, and needs no print server."""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from printing.printer import (
    EXTENSIONS,
    DeviceStatus,
    InvalidRequest,
    NotHeld,
    PrinterMisconfigured,
    PrinterUnavailable,
    PrintRequest,
    PrintState,
)

_HANDLE = re.compile(r"(PJ-[0-9A-Za-z-]{1,60}\.[a-z]{3}) ([0-9a-f]{64})")


class FolderPrinter:
    """A held page is a hidden file, ``.PJ-1.pdf``; releasing it is the rename to ``PJ-1.pdf``.

    The file holds the page once; how many copies are wanted is for whoever prints it from there.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._name, self._folder = name, folder

    @property
    def name(self) -> str:
        return self._name

    def prepare(self, request: PrintRequest) -> str:
        file = request.job_id + EXTENSIONS[request.media_type]
        final = self._folder / file
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            if _sha256(final) is None:
                self._write(self._held(file), request.data)
            elif _sha256(final) != request.sha256:
                raise InvalidRequest(f"{file} is another page under the same print job id; ask for a new print job")
        except OSError as problem:
            raise PrinterUnavailable(f"folder printer {self._name} cannot write: {problem}") from problem
        return f"{file} {request.sha256}"

    def release(self, handle: str) -> None:
        file, sha256 = self._read_handle(handle)
        final, held = self._folder / file, self._held(file)
        try:
            if _sha256(final) == sha256:
                return
            if _sha256(held) != sha256:
                raise NotHeld(f"{held} is gone or another page; look for {final.name} before printing it again")
            held.rename(final)
            _sync_folder(self._folder)
        except OSError as problem:
            raise PrinterUnavailable(f"folder printer {self._name} cannot write: {problem}") from problem

    def status(self, handle: str) -> DeviceStatus:
        file, sha256 = self._read_handle(handle)
        final, held = self._folder / file, self._held(file)
        try:
            if _sha256(final) == sha256:
                return DeviceStatus(PrintState.PRINTED, str(final))
            if _sha256(held) == sha256:
                return DeviceStatus(PrintState.HELD)
        except OSError as problem:
            return DeviceStatus(PrintState.WAITING, f"the folder cannot be read: {problem}")
        return DeviceStatus(PrintState.UNKNOWN, f"neither {held.name} nor {final.name} is in {self._folder}")

    def cancel(self, handle: str) -> None:
        file, _ = self._read_handle(handle)
        try:
            self._held(file).unlink(missing_ok=True)
        except OSError as problem:
            raise PrinterUnavailable(f"folder printer {self._name} cannot write: {problem}") from problem

    def check(self) -> list[str]:
        if not self._folder.is_dir():
            return [f"printer {self._name}: there is no folder {self._folder}; it is made with the first page"]
        if not os.access(self._folder, os.W_OK | os.X_OK):
            return [f"printer {self._name}: no right to write in {self._folder}; chown it to the user of dockgate"]
        return []

    def _held(self, file: str) -> Path:
        return self._folder / f".{file}"

    def _write(self, path: Path, data: bytes) -> None:
        with path.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _sync_folder(self._folder)

    def _read_handle(self, handle: str) -> tuple[str, str]:
        match = _HANDLE.fullmatch(handle)
        if match is None:
            raise PrinterMisconfigured(f"{handle!r} is not a page of folder printer {self._name}; was it moved?")
        return match[1], match[2]


def _sha256(path: Path) -> str | None:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except FileNotFoundError:
        return None


def _sync_folder(folder: Path) -> None:
    """A rename lasts only when the folder itself is on the disk."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
