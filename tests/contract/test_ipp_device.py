"""Asking a device that may answer anything at all: it ends in an answer or in PrinterUnavailable, and soon."""

from __future__ import annotations

import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from printing.ipp import MAX_ANSWER_BYTES, IppDevice
from printing.printer import PrinterUnavailable

Answer = Callable[[socket.socket], None]
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/ipp\r\nConnection: close\r\n\r\n"
IPP_OK = struct.pack(">bbhi", 2, 0, 0, 1) + b"\x01"


def attribute(tag: int, name: bytes, value: bytes) -> bytes:
    return struct.pack(">bh", tag, len(name)) + name + struct.pack(">h", len(value)) + value


class Device:
    """A printer that answers as it is told."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._server = socket.create_server(("127.0.0.1", 0))
        self.uri = f"ipp://127.0.0.1:{self._server.getsockname()[1]}/ipp/print"
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._server.accept()
            except OSError:
                return
            with line:
                line.settimeout(5)
                try:
                    line.recv(65536)
                    self._answer(line)
                except OSError:
                    continue

    def stop(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(10)


@pytest.fixture
def device() -> Iterator[Callable[[Answer], IppDevice]]:
    started: list[Device] = []

    def start(answer: Answer) -> IppDevice:
        started.append(Device(answer))
        return IppDevice(started[-1].uri, timeout_s=0.5)

    yield start
    for one in started:
        one.stop()


def silence(line: socket.socket) -> None:
    """Until the other side hangs up."""
    line.recv(1)


def saying(body: bytes) -> Answer:
    return lambda line: line.sendall(HEAD + body)


NESTED = IPP_OK + b"\x02" + b"".join(attribute(0x34, b"c" if depth == 0 else b"", b"") for depth in range(20_000))


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\x00",
        b"<html>login</html>",
        IPP_OK,
        IPP_OK + attribute(0x23, b"job-state", b"\x00\x00\x00\x63") + b"\x03",
        IPP_OK + b"\x02" + attribute(0x31, b"date", b"short"),
        IPP_OK + attribute(0x41, b"\xff\xfe", b"x") + b"\x03",
        struct.pack(">bbhi", 2, 0, 0x0406, 1) + b"\x01" + attribute(0x47, b"attributes-charset", b"utf-8") + b"\x03",
        NESTED,
    ],
    ids=["empty", "one-byte", "html", "cut", "odd-state", "odd-date", "odd-name", "not-found", "nested"],
)
def test_an_answer_that_is_no_answer_is_unavailable(device: Callable[[Answer], IppDevice], body: bytes) -> None:
    with pytest.raises(PrinterUnavailable):
        device(saying(body)).jobs("PJ-1")


def test_an_http_error_is_named(device: Callable[[Answer], IppDevice]) -> None:
    with pytest.raises(PrinterUnavailable, match="HTTP 401"):
        device(lambda line: line.sendall(b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")).reasons()


def test_a_device_that_says_nothing_is_not_waited_for(device: Callable[[Answer], IppDevice]) -> None:
    began = time.monotonic()
    with pytest.raises(PrinterUnavailable):
        device(silence).reasons()
    assert time.monotonic() - began < 2


def test_a_device_that_drips_is_not_waited_for(device: Callable[[Answer], IppDevice]) -> None:
    pause = threading.Event()

    def drip(line: socket.socket) -> None:
        line.sendall(HEAD)
        for _ in range(100):
            pause.wait(0.05)
            line.sendall(b"\x00")

    began = time.monotonic()
    with pytest.raises(PrinterUnavailable, match="did not finish"):
        device(drip).reasons()
    assert time.monotonic() - began < 2


def test_an_endless_answer_is_cut(device: Callable[[Answer], IppDevice]) -> None:
    with pytest.raises(PrinterUnavailable, match=f"more than {MAX_ANSWER_BYTES}"):
        device(saying(b"\x00" * (4 * MAX_ANSWER_BYTES))).reasons()


def test_only_jobs_of_the_name_count(device: Callable[[Answer], IppDevice]) -> None:
    body = IPP_OK + attribute(0x47, b"attributes-charset", b"utf-8")
    for name, state in ((b"PJ-1", 9), (b"PJ-10", 5)):
        body += b"\x02" + attribute(0x42, b"job-name", name) + attribute(0x23, b"job-state", struct.pack(">i", state))
        body += attribute(0x44, b"job-state-reasons", b"one") + attribute(0x44, b"", b"two")
    found = device(saying(body + b"\x03")).jobs("PJ-1")
    assert {(job.state, job.reasons) for job in found} == {(9, ("one", "two"))}
