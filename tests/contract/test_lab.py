"""The lab's servers are real, private, and gone afterwards."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pika
import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from tests.conftest import skip_or_fail
from tests.lab.cups import PrivateCups, RawSink
from tests.lab.postgres import PrivatePostgres
from tests.lab.process import ServerMissing, is_alive, newest, running, wait_until
from tests.lab.rabbit import PrivateRabbit

pytestmark = pytest.mark.servers


def _publish_one(url: str, queue: str) -> int:
    """Messages in the queue after one more was published to it."""
    connection = pika.BlockingConnection(pika.URLParameters(url))
    try:
        channel = connection.channel()
        channel.queue_declare(queue, durable=True)
        channel.confirm_delivery()
        persistent = pika.BasicProperties(delivery_mode=2)
        channel.basic_publish("", queue, b"work", persistent, mandatory=True)
        return int(channel.queue_declare(queue, passive=True).method.message_count)
    finally:
        connection.close()


def test_two_tests_never_share_a_virtual_host(rabbit: PrivateRabbit) -> None:
    first, second = rabbit.new_vhost(), rabbit.new_vhost()
    assert first != second
    assert _publish_one(first, "orders") == 1
    assert _publish_one(second, "orders") == 1


def test_vhosts_last_longer_than_one_batch(rabbit: PrivateRabbit) -> None:
    urls = {rabbit.new_vhost() for _ in range(18)}
    assert len(urls) == 18


def test_broker_keeps_durable_messages_over_a_kill(rabbit: PrivateRabbit, amqp_url: str) -> None:
    assert _publish_one(amqp_url, "orders") == 1
    rabbit.kill()
    rabbit.start()
    assert _publish_one(amqp_url, "orders") == 2


@pytest.mark.parametrize("turn", [1, 2])
def test_each_test_gets_an_empty_database(postgres_url: str, turn: int) -> None:
    engine = create_engine(postgres_url, poolclass=NullPool)
    with engine.begin() as connection:
        assert connection.execute(text("select count(*) from pg_class where relname = 'mark'")).scalar() == 0
        connection.execute(text("create table mark (n int)"))


def test_a_killed_durable_database_keeps_what_was_committed() -> None:
    try:
        server = PrivatePostgres(durable=True)
    except ServerMissing as problem:
        skip_or_fail(problem)
    with server as postgres:
        engine = create_engine(postgres.new_database(), poolclass=NullPool)
        with engine.begin() as connection:
            connection.execute(text("create table kept as select 7 as n"))
        postgres.kill()
        postgres.start()
        with engine.begin() as connection:
            assert connection.execute(text("select n from kept")).scalar() == 7
    assert not postgres.folder.exists()


def test_an_ipp_printer_puts_out_paper(cups_lab: PrivateCups, tmp_path: Path) -> None:
    printer = cups_lab.add_printer("LAB1")
    page = tmp_path / "page.txt"
    page.write_text("A page\n")
    _lp(cups_lab, "LAB1", page)
    wait_until(printer.papers, "paper")


def test_a_raw_sink_keeps_the_bytes(cups_lab: PrivateCups, tmp_path: Path) -> None:
    sink = cups_lab.add_raw_sink("LABZ")
    label = tmp_path / "label.zpl"
    label.write_bytes(b"^XA^FDHELLO^FS^XZ")
    _lp(cups_lab, "LABZ", label)
    wait_until(sink.papers, "a label")
    assert sink.papers()[0].read_bytes() == b"^XA^FDHELLO^FS^XZ"


def _lp(lab: PrivateCups, queue: str, file: Path) -> None:
    subprocess.run(["lp", "-h", f"{lab.host}:{lab.port}", "-d", queue, str(file)], check=True, capture_output=True)


def test_a_sink_that_is_off_refuses(tmp_path: Path) -> None:
    sink = RawSink(tmp_path / "sink")
    sink.start()
    sink.stop()
    assert sink.papers() == []


def test_a_missing_server_names_its_package() -> None:
    with pytest.raises(ServerMissing, match="apt-get install nosuch-server"):
        newest("usr/lib/nosuch/*/bin", "NoSuch", "nosuch-server")


def test_a_missing_server_skips_here_and_fails_where_all_are_required(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = ServerMissing("NoSuch", "nosuch-server")
    monkeypatch.delenv("DOCKGATE_REQUIRE_SERVICES", raising=False)
    with pytest.raises(pytest.skip.Exception, match="apt-get install nosuch-server"):
        skip_or_fail(problem)
    monkeypatch.setenv("DOCKGATE_REQUIRE_SERVICES", "1")
    with pytest.raises(pytest.fail.Exception, match="apt-get install nosuch-server"):
        skip_or_fail(problem)


_RUN_AND_PRINT_PIDS = """
import sys
from tests.conftest import skip_or_fail
from tests.lab.cups import PrivateCups
from tests.lab.postgres import PrivatePostgres
with PrivatePostgres() as postgres, PrivateCups() as lab:
    printer = lab.add_printer("ORPHAN")
    printer.set_fault("jam")
    import subprocess
    page = lab.folder / "page.txt"
    page.write_text("stuck")
    subprocess.run(["lp", "-s", "-h", f"{lab.host}:{lab.port}", "-d", "ORPHAN", str(page)], check=True)
    from tests.lab.process import wait_until
    log = lab.folder / "log" / "ORPHAN.log"
    wait_until(lambda: "media-jam" in log.read_text(errors="replace"), "the jam")
    print(postgres.pid, postgres.folder, lab.folder, flush=True)
    sys.stdin.read()
"""


def test_nothing_outlives_a_test_run_that_was_killed(cups_lab: PrivateCups, postgres: PrivatePostgres) -> None:
    """Killed in the middle of a print: the scheduler, its backend, the printer and the database all go."""
    root = Path(__file__).resolve().parents[2]
    run = subprocess.Popen(
        [sys.executable, "-c", _RUN_AND_PRINT_PIDS], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert run.stdout
    assert run.stdin
    pid, *folders = run.stdout.readline().decode().split()
    assert _living_in(folders[1])
    run.send_signal(signal.SIGKILL)
    run.wait()
    run.stdout.close()
    run.stdin.close()
    wait_until(lambda: not is_alive(int(pid)), "the database to be gone")
    wait_until(lambda: not any(Path(folder).exists() for folder in folders), "the folders to be swept")
    assert [_living_in(folder) for folder in folders] == [[], []]


def _living_in(folder: str) -> list[int]:
    """Processes with the folder's name in their environment."""
    found = []
    for pid in running():
        try:
            environment = Path(f"/proc/{pid}/environ").read_bytes()
        except OSError:
            continue
        if folder.encode() in environment and is_alive(pid):
            found.append(pid)
    return found
