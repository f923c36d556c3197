"""What CUPS and its printers do wrong, and what the driver says then. Every case was seen on a real CUPS."""

from __future__ import annotations

import itertools
import os
import signal
import time
from dataclasses import dataclass

import pytest

from printing.printer import PrinterMisconfigured, PrinterUnavailable, PrintState, UnknownPrinter
from tests.contract.test_printers import request, wait_for
from tests.lab.cups import IppPrinter, PrivateCups
from tests.lab.process import wait_until

pytest.importorskip("cups")
from printing.cups import CupsPrinter

pytestmark = pytest.mark.servers
_numbers = itertools.count(1)


@dataclass
class Dock:
    """One printer of its own for one test: device, queue, and the driver with and without the device's word."""

    lab: PrivateCups
    device: IppPrinter
    printer: CupsPrinter
    deaf: CupsPrinter

    def jam(self) -> str:
        """Handle of a page the printer has all bytes of, and no paper is out."""
        self.device.set_fault("jam")
        handle = self.printer.prepare(request())
        self.printer.release(handle)
        wait_for(self.printer, handle, PrintState.PRINTING)
        return handle


@pytest.fixture
def dock(cups_lab: PrivateCups) -> Dock:
    return _dock(cups_lab)


@pytest.fixture
def brisk(cups_lab: PrivateCups) -> Dock:
    """As we set queues up: CUPS hands the page over and does not wait for it; the driver asks the device."""
    return _dock(cups_lab, "?waitjob=false")


def _dock(cups_lab: PrivateCups, options: str = "") -> Dock:
    queue = f"FAULT{next(_numbers)}"
    device = cups_lab.add_printer(queue, options=options)
    server = str(cups_lab.socket_path)
    return Dock(
        cups_lab,
        device,
        CupsPrinter("dock", queue, server=server, device_uri=device.uri),
        CupsPrinter("dock", queue, server=f"{cups_lab.host}:{cups_lab.port}"),
    )


def test_host_and_port_work_as_well_as_the_socket(dock: Dock) -> None:
    handle = dock.deaf.prepare(request())
    dock.deaf.release(handle)
    wait_for(dock.deaf, handle, PrintState.PRINTED)
    assert len(dock.device.papers()) == 1
    assert dock.printer.status(handle).state is PrintState.PRINTED


def test_a_page_the_printer_aborts_is_refused_and_never_printed(dock: Dock) -> None:
    dock.device.set_fault("abort")
    handle = dock.printer.prepare(request())
    dock.printer.release(handle)
    wait_for(dock.printer, handle, PrintState.REFUSED)
    assert dock.device.papers() == []


def test_a_page_waits_for_a_printer_that_is_off_and_then_comes_out_once(dock: Dock) -> None:
    dock.device.cut_power()
    handle = dock.printer.prepare(request())
    dock.printer.release(handle)
    status = dock.printer.status(handle)
    assert status.state is PrintState.WAITING
    assert "does not answer" in status.detail
    dock.device.start()
    wait_for(dock.printer, handle, PrintState.PRINTED)
    assert len(dock.device.papers()) == 1


def test_a_paused_queue_keeps_the_page_waiting(dock: Dock) -> None:
    handle = dock.printer.prepare(request())
    dock.lab.disable_queue(dock.device.name)
    dock.printer.release(handle)
    assert dock.printer.status(handle).state is PrintState.WAITING
    assert "is paused" in dock.printer.check()[0]
    dock.lab.enable_queue(dock.device.name)
    wait_for(dock.printer, handle, PrintState.PRINTED)


def test_a_jam_is_named_and_the_page_comes_out_once_when_it_is_cleared(dock: Dock) -> None:
    handle = dock.jam()
    wait_until(lambda: "media-jam" in dock.printer.status(handle).detail, "the jam to be named")
    assert any("media-jam" in problem for problem in dock.printer.check())
    dock.device.clear_fault("jam")
    wait_for(dock.printer, handle, PrintState.PRINTED)
    assert len(dock.device.papers()) == 1


def test_a_power_cut_before_paper_is_never_called_printed(dock: Dock) -> None:
    """CUPS says completed here."""
    handle = dock.jam()
    dock.device.cut_power()
    dock.device.clear_fault("jam")
    dock.device.start()
    wait_for(dock.printer, handle, PrintState.UNKNOWN)
    assert "does not remember" in dock.printer.status(handle).detail or "forgot" in dock.printer.status(handle).detail
    assert dock.deaf.status(handle).state is PrintState.UNKNOWN
    assert dock.device.papers() == []


def test_a_brisk_queue_does_not_keep_the_next_page_waiting_for_a_second(brisk: Dock) -> None:
    began = time.monotonic()
    for _ in range(4):
        handle = brisk.printer.prepare(request())
        brisk.printer.release(handle)
        wait_for(brisk.printer, handle, PrintState.PRINTED)
    assert time.monotonic() - began < 3, "CUPS polls once a second when it waits for its job"
    assert len(brisk.device.papers()) == 4


def test_a_brisk_queue_tells_the_same_truth(brisk: Dock) -> None:
    brisk.device.set_fault("abort")
    aborted = brisk.printer.prepare(request())
    brisk.printer.release(aborted)
    wait_for(brisk.printer, aborted, PrintState.REFUSED)
    brisk.device.clear_fault("abort")
    lost = brisk.jam()
    brisk.device.cut_power()
    assert brisk.printer.status(lost).state is PrintState.WAITING
    brisk.device.clear_fault("jam")
    brisk.device.start()
    wait_for(brisk.printer, lost, PrintState.UNKNOWN)
    assert brisk.device.papers() == []


def test_a_cupsd_killed_in_mid_print_doubles_no_page_of_a_brisk_queue(brisk: Dock) -> None:
    """With a queue that waits for its job, CUPS starts the job again and two papers come out."""
    brisk.device.set_fault("slow")
    handle = brisk.printer.prepare(request())
    brisk.printer.release(handle)
    wait_until(brisk.device.papers, "paper")
    wait_until(lambda: brisk.deaf.status(handle).state is PrintState.PRINTED, "CUPS to be done with it")
    brisk.lab.kill_cupsd()
    brisk.lab.start_cupsd()
    brisk.device.clear_fault("slow")
    wait_for(brisk.printer, handle, PrintState.PRINTED)
    behind = brisk.printer.prepare(request("behind"))
    brisk.printer.release(behind)
    wait_for(brisk.printer, behind, PrintState.PRINTED)
    assert len(brisk.device.papers()) == 2


def test_a_doubled_page_is_seen(dock: Dock) -> None:
    """The known hole of a queue that waits: it is named, so that a person takes one of the two papers away."""
    dock.device.set_fault("slow")
    handle = dock.printer.prepare(request())
    dock.printer.release(handle)
    wait_until(dock.device.papers, "paper")
    dock.lab.kill_cupsd()
    dock.lab.start_cupsd()
    dock.device.clear_fault("slow")
    wait_until(lambda: "printed it 2 times" in dock.printer.status(handle).detail, "the second paper to be named")
    assert len(dock.device.papers()) == 2


def test_a_job_of_another_name_at_the_same_number_is_not_taken_for_ours(dock: Dock) -> None:
    handle = dock.printer.prepare(request())
    name, number, uuid = handle.split()
    stranger = f"{name} {number} {uuid[:-4]}0000"
    assert dock.printer.status(stranger).state is PrintState.UNKNOWN
    dock.printer.cancel(stranger)
    assert dock.printer.status(handle).state is PrintState.HELD


def test_a_handle_survives_job_numbers_that_start_again(dock: Dock) -> None:
    handle = dock.printer.prepare(request())
    name, number, uuid = handle.split()
    dock.printer.release(f"{name} {int(number) + 5000} {uuid}")
    wait_for(dock.printer, handle, PrintState.PRINTED)


def test_a_held_page_survives_a_killed_cupsd(dock: Dock) -> None:
    handle = dock.printer.prepare(request())
    dock.lab.kill_cupsd()
    with pytest.raises(PrinterUnavailable):
        dock.printer.release(handle)
    assert dock.printer.status(handle).state is PrintState.WAITING, "a server that is off is no reason for doubt"
    assert dock.deaf.status(handle).state is PrintState.WAITING
    dock.lab.start_cupsd()
    dock.printer.release(handle)
    wait_for(dock.printer, handle, PrintState.PRINTED)
    assert len(dock.device.papers()) == 1


def test_a_cupsd_that_hangs_is_not_waited_for(dock: Dock) -> None:
    impatient = CupsPrinter("dock", dock.device.name, server=str(dock.lab.socket_path), timeout_s=0.3)
    handle = dock.printer.prepare(request())
    os.kill(dock.lab.cupsd_pid, signal.SIGSTOP)
    try:
        for _ in range(4):
            with pytest.raises(PrinterUnavailable, match=r"did not answer in 0\.3 s"):
                impatient.release(handle)
        with pytest.raises(PrinterUnavailable, match="hangs"):
            impatient.release(handle)
    finally:
        os.kill(dock.lab.cupsd_pid, signal.SIGCONT)
    assert dock.printer.status(handle).state is PrintState.HELD, "a call that was given up took effect later"


def test_an_unknown_queue_is_named(cups_lab: PrivateCups) -> None:
    nobody = CupsPrinter("dock", "NOSUCH", server=str(cups_lab.socket_path))
    with pytest.raises(UnknownPrinter, match="no queue NOSUCH"):
        nobody.prepare(request())
    assert "no queue NOSUCH" in nobody.check()[0]


def test_check_says_when_both_wait_for_a_page_or_nobody_does(dock: Dock, brisk: Dock) -> None:
    assert "?waitjob=false'" in dock.printer.check()[-1]
    assert dock.deaf.check() == []
    assert brisk.printer.check() == []
    assert f"set its device to {brisk.device.uri}" in brisk.deaf.check()[-1]


def test_check_names_a_printer_that_is_off_and_a_server_that_is_off(dock: Dock) -> None:
    dock.device.cut_power()
    assert "is it on and in the network?" in dock.printer.check()[0]
    off = CupsPrinter("dock", "FAULT1", server="127.0.0.1:9", timeout_s=2)
    assert "127.0.0.1:9" in off.check()[0]


@pytest.mark.parametrize("queue", ["", "DOCK 1", "DOCK;reboot", "-o", "../DOCK", "DOCK\nX", "DOCK#1", "ＤＯＣＫ"])
def test_a_queue_name_that_could_be_more_than_a_name_is_refused(queue: str) -> None:
    with pytest.raises(PrinterMisconfigured):
        CupsPrinter("dock", queue)


@pytest.mark.parametrize("server", ["localhost", "host:port", "http://host:631", "/run/cups sock", ""])
def test_a_server_that_is_no_address_is_refused(server: str) -> None:
    with pytest.raises(PrinterMisconfigured):
        CupsPrinter("dock", "DOCK1", server=server)


@pytest.mark.parametrize(
    "uri", ["file:///etc/passwd", "http://dock1/", "ipp://user@dock1/", "ipp:///x", "ipp://h:99999/"]
)
def test_a_device_address_that_is_no_printer_is_refused(uri: str) -> None:
    with pytest.raises(PrinterMisconfigured):
        CupsPrinter("dock", "DOCK1", device_uri=uri)
