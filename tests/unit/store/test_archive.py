"""The archive: bytes are whole on disk before anybody is told, named by what they are."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path

import pytest

from store.archive import Archive, ArchiveDamaged
from store.errors import NotFound

DATA = b"ISA*00*" * 1000


def test_bytes_are_found_again_by_their_hash(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archived = archive.store(DATA)
    assert archived.sha256 == hashlib.sha256(DATA).hexdigest()
    assert (archived.size_bytes, archive.load(archived.sha256)) == (len(DATA), DATA)


def test_large_input_is_streamed(tmp_path: Path) -> None:
    archived = Archive(tmp_path).store(io.BytesIO(b"x" * 3_000_001))
    assert archived.size_bytes == 3_000_001


def test_same_bytes_are_stored_once(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    first, second = archive.store(DATA), archive.store(io.BytesIO(DATA))
    assert first == second
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


def test_empty_input_is_kept_too(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    assert archive.load(archive.store(b"").sha256) == b""


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "0" * 63, "g" * 64, "A" * 64, "0" * 64])
def test_what_is_not_there_is_not_found(tmp_path: Path, name: str) -> None:
    with pytest.raises(NotFound):
        Archive(tmp_path).load(name)


def test_bytes_that_changed_on_disk_are_not_handed_out(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archived = archive.store(DATA)
    archive.path(archived.sha256).write_bytes(DATA + b"!")
    with pytest.raises(ArchiveDamaged, match="restore it from a backup"):
        archive.load(archived.sha256)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Paths that were fsynced, in this order."""
    paths: list[str] = []
    real = os.fsync

    def noted(handle: int) -> None:
        paths.append(str(Path(f"/proc/self/fd/{handle}").readlink()))
        real(handle)

    monkeypatch.setattr(os, "fsync", noted)
    return paths


def test_file_and_folder_are_fsynced_before_the_bytes_count_as_stored(tmp_path: Path, synced: list[str]) -> None:
    archive = Archive(tmp_path)
    assert synced == [str(tmp_path)], "the first level of folders stands once there is an archive"
    final = archive.path(archive.store(DATA).sha256)
    temporary, *folders = synced[1:]
    assert "/incoming/" in temporary
    assert folders == [str(final.parent.parent), str(final.parent)]


def test_folder_that_another_process_made_is_fsynced_too(tmp_path: Path, synced: list[str]) -> None:
    archive = Archive(tmp_path)
    final = archive.path(hashlib.sha256(DATA).hexdigest())
    final.parent.mkdir()
    archive.store(DATA)
    assert str(final.parent.parent) in synced


@pytest.mark.parametrize("failing", ["write", "fsync", "rename"])
def test_failure_at_any_step_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    archive = Archive(tmp_path)

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    class Source(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            refuse()
            return b""

    if failing == "fsync":
        monkeypatch.setattr(os, "fsync", refuse)
    elif failing == "rename":
        monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OSError, match="No space"):
        archive.store(Source() if failing == "write" else DATA)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
