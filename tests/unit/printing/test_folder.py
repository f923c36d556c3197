"""The folder printer's own cases; what all drivers share is in tests/contract/test_printers.py."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from printing.folder import FolderPrinter
from printing.printer import PDF, ZPL, InvalidRequest, NotHeld, PrinterUnavailable, PrintRequest, PrintState


def page(data: bytes = b"%PDF-1.7 one", media_type: str = PDF) -> PrintRequest:
    return PrintRequest("PJ-7", "Pick list", media_type, data, hashlib.sha256(data).hexdigest())


def test_the_page_appears_under_its_job_id_only_when_released(tmp_path: Path) -> None:
    printer = FolderPrinter("folder", tmp_path / "paper")
    handle = printer.prepare(page())
    assert [path.name for path in (tmp_path / "paper").iterdir()] == [".PJ-7.pdf"]
    printer.release(handle)
    assert (tmp_path / "paper" / "PJ-7.pdf").read_bytes() == b"%PDF-1.7 one"
    assert [path.name for path in (tmp_path / "paper").iterdir()] == ["PJ-7.pdf"]


def test_a_label_keeps_its_kind(tmp_path: Path) -> None:
    printer = FolderPrinter("folder", tmp_path)
    printer.release(printer.prepare(page(b"^XA^XZ", ZPL)))
    assert (tmp_path / "PJ-7.zpl").exists()


def test_half_a_page_of_an_earlier_try_is_replaced(tmp_path: Path) -> None:
    (tmp_path / ".PJ-7.pdf").write_bytes(b"%PD")
    printer = FolderPrinter("folder", tmp_path)
    handle = printer.prepare(page())
    assert printer.status(handle).state is PrintState.HELD


def test_half_a_page_is_not_held_and_cannot_be_released(tmp_path: Path) -> None:
    printer = FolderPrinter("folder", tmp_path)
    handle = printer.prepare(page())
    (tmp_path / ".PJ-7.pdf").write_bytes(b"%PD")
    assert printer.status(handle).state is PrintState.UNKNOWN
    with pytest.raises(NotHeld):
        printer.release(handle)


def test_another_page_under_the_same_job_id_is_refused(tmp_path: Path) -> None:
    printer = FolderPrinter("folder", tmp_path)
    printer.release(printer.prepare(page()))
    with pytest.raises(InvalidRequest, match="another page"):
        printer.prepare(page(b"%PDF-1.7 two"))


def test_a_file_somebody_changed_is_not_called_printed(tmp_path: Path) -> None:
    printer = FolderPrinter("folder", tmp_path)
    handle = printer.prepare(page())
    printer.release(handle)
    (tmp_path / "PJ-7.pdf").write_bytes(b"scribble")
    assert printer.status(handle).state is PrintState.UNKNOWN


def test_a_folder_that_cannot_be_written_is_unavailable_and_named(tmp_path: Path) -> None:
    (tmp_path / "paper").write_text("a file where the folder should be")
    printer = FolderPrinter("folder", tmp_path / "paper")
    with pytest.raises(PrinterUnavailable, match="cannot write"):
        printer.prepare(page())
    assert "no right to write" in printer.check()[0]
