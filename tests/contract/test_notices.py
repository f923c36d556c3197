"""Notices of the kernel: what the folder channel hears of, and what it makes of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.channels.folder import Inbox
from gateway.channels.notices import Notice, Notices
from store.errors import StoreUnavailable
from tests.box import BoxUnderTest, embedded_box

WAIT_S = 10.0


@pytest.fixture
def notices() -> Iterator[Notices]:
    heard = Notices()
    yield heard
    heard.close()


@pytest.fixture
def box(tmp_path: Path) -> BoxUnderTest:
    return embedded_box(tmp_path / "home")


def test_closed_and_renamed_files_are_heard_of_with_the_name_they_had(tmp_path: Path, notices: Notices) -> None:
    notices.watch(tmp_path)
    (tmp_path / "a.edi.part").write_bytes(b"ISA")
    (tmp_path / "a.edi.part").rename(tmp_path / "a.edi")
    assert notices.wait(WAIT_S) == [Notice(tmp_path, "a.edi.part"), Notice(tmp_path, "a.edi", was="a.edi.part")]


def test_file_moved_in_from_another_folder_had_no_name_here(tmp_path: Path, notices: Notices) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    notices.watch(inbox)
    (tmp_path / "a.part").write_bytes(b"ISA")
    (tmp_path / "a.part").rename(inbox / "a.edi")
    assert notices.wait(WAIT_S) == [Notice(inbox, "a.edi")]


def test_waiting_ends_when_it_is_woken(notices: Notices) -> None:
    threading.Timer(0.05, notices.wake).start()
    assert notices.wait(WAIT_S) == []


def test_folder_that_is_not_there_is_logged_and_nothing_more(
    tmp_path: Path, notices: Notices, caplog: pytest.LogCaptureFixture
) -> None:
    notices.watch(tmp_path / "nowhere")
    assert "only looks" in caplog.text


def test_file_that_gets_its_final_name_from_its_sender_is_whole_at_once(box: BoxUnderTest) -> None:
    road = box.open()
    inbox = Inbox(road, "northwind", box.inbox, settle_s=60)
    (box.inbox / "a.edi").write_bytes(b"ISA")
    (box.inbox / "b.edi").write_bytes(b"ISA")
    assert inbox.scan() == []
    assert len(inbox.scan(finished={"a.edi"})) == 1
    assert (box.inbox / "b.edi").exists()
    road.database.close()


def test_file_claimed_while_the_database_was_away_is_taken_in_when_it_is_back(
    box: BoxUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    road = box.open()
    inbox = Inbox(road, "northwind", box.inbox, settle_s=0)
    inbox.scan()
    (box.inbox / "a.edi").write_bytes(b"ISA")

    def away(*_: object) -> str:
        raise StoreUnavailable("the database does not answer")

    with monkeypatch.context() as patched:
        patched.setattr("gateway.channels.folder.receive", away)
        with pytest.raises(StoreUnavailable):
            inbox.scan()
    assert len(inbox.scan()) == 1
    assert inbox.scan() == []
    road.database.close()
