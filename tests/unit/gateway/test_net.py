"""Outbound HTTP cannot be turned against the inside network."""

from __future__ import annotations

import ipaddress
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest

from gateway import net
from gateway.net import AddressRefused, NoAnswer
from tests.receiver import receiving

LOCAL = [ipaddress.ip_network("127.0.0.1")]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "192.168.7.20",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1",
        "fd00::1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::",
    ],
)
def test_machine_inside_the_network_is_not_called(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    with pytest.raises(AddressRefused, match="inside the network"):
        net.call(net.Request("POST", f"https://{host}/", b""), ())


def test_public_address_is_public() -> None:
    assert net.is_public(ipaddress.ip_address("93.184.215.14"))
    assert net.is_public(ipaddress.ip_address("64:ff9b::5db8:d70e"))


@pytest.mark.parametrize(
    "url", ["gopher://x/", "file:///etc/passwd", "https://user:secret@example.com/", "https://", "x", "https://[::1"]
)
def test_address_of_another_form_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        net.call(net.Request("POST", url, b""), ())


def test_plain_http_is_for_allowed_addresses_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: _at("93.184.215.14"))
    with pytest.raises(AddressRefused, match="https"):
        net.call(net.Request("POST", "http://example.com/", b""), ())


def test_name_is_resolved_once_and_the_address_that_was_looked_at_is_called(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []

    def resolved(*args: Any, **_: Any) -> list[Any]:
        asked.append(args)
        return _at("127.0.0.1") if len(asked) == 1 else _at("10.0.0.1")

    with receiving() as receiver:
        port = receiver.url.split(":")[2].split("/")[0]
        monkeypatch.setattr(socket, "getaddrinfo", resolved)
        reply = net.call(net.Request("POST", f"http://erp.example.com:{port}/hook", b"{}"), LOCAL)
    assert (reply.status, len(asked)) == (204, 1)
    assert receiver.calls[0].headers["host"] == f"erp.example.com:{port}"


def test_one_inside_address_among_several_refuses_them_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [*_at("93.184.215.14"), *_at("10.0.0.1")])
    with pytest.raises(AddressRefused):
        net.call(net.Request("POST", "https://example.com/", b""), ())


def test_redirect_is_an_answer_and_is_not_followed() -> None:
    with receiving() as receiver, receiving() as other:
        receiver.answer, receiver.location = (lambda call: 307), other.url
        assert net.call(net.Request("POST", receiver.url, b"{}"), LOCAL).status == 307
    assert (len(receiver.calls), other.calls) == (1, [])


def test_long_answer_is_read_no_further_than_the_limit() -> None:
    with receiving() as receiver:
        receiver.answer, receiver.body = (lambda call: 200), b"x" * (1 << 22)
        assert len(net.call(net.Request("POST", receiver.url, b"{}"), LOCAL).body) == net.ANSWER_BYTES


def test_receiver_that_never_answers_is_given_up() -> None:
    with receiving() as receiver:
        receiver.hang = threading.Event()
        with pytest.raises(NoAnswer, match=r"within 0\.2 s"):
            net.call(net.Request("POST", receiver.url, b"{}"), LOCAL, timeout_s=0.2)


def test_receiver_that_is_away_can_be_tried_again() -> None:
    with receiving() as receiver:
        pass
    with pytest.raises(NoAnswer) as caught:
        net.call(net.Request("POST", receiver.url, b"{}"), LOCAL)
    assert caught.value.retry


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and certificate of erp.example.com, in one file, signed by nobody else."""
    folder = tmp_path_factory.mktemp("tls")
    made = folder / "erp.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=erp.example.com"]
    command += ["-addext", "subjectAltName=DNS:erp.example.com", "-keyout", str(folder / "key"), "-out", str(made)]
    subprocess.run(command, check=True, capture_output=True)
    made.write_text(made.read_text() + (folder / "key").read_text())
    return made


@pytest.mark.parametrize(("host", "is_trusted"), [("erp.example.com", True), ("other.example.com", False)])
def test_certificate_must_be_of_the_name_that_was_asked_for(
    certificate: Path, monkeypatch: pytest.MonkeyPatch, host: str, is_trusted: bool
) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with receiving(tls) as receiver:
        url = f"https://{host}:{receiver.url.split(':')[2]}"
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: _at("127.0.0.1"))
        with pytest.raises(NoAnswer, match="certificate"):
            net.call(net.Request("POST", url, b"{}"), LOCAL)
        if is_trusted:
            assert net.call(net.Request("POST", url, b"{}"), LOCAL, ca_file=str(certificate)).is_good
        else:
            with pytest.raises(NoAnswer, match="certificate"):
                net.call(net.Request("POST", url, b"{}"), LOCAL, ca_file=str(certificate))


def _at(address: str) -> list[Any]:
    return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
