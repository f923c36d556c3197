"""One suite over all printer drivers: a page comes out once, whatever happens between the two phases."""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from printing.folder import FolderPrinter
from printing.printer import PDF, InvalidRequest, NotHeld, Printer, PrinterMisconfigured, PrintRequest, PrintState
from tests.lab.cups import PrivateCups
from tests.lab.process import wait_until
from tests.unit.printing.hand_made import one_page_pdf

_numbers = itertools.count(1)


def request(text: str = "page", job_id: str | None = None) -> PrintRequest:
    data = one_page_pdf(text)
    sha256 = hashlib.sha256(data).hexdigest()
    return PrintRequest(job_id or f"PJ-C{next(_numbers)}", "Pick list", PDF, data, sha256)


@dataclass
class Bench:
    """A printer, how to see its paper, and the same printer as a process sees it that has just started."""

    printer: Printer
    papers: Callable[[], int]
    after_restart: Callable[[], Printer]


@pytest.fixture(scope="module")
def cups_bench(cups_lab: PrivateCups) -> Bench:
    pytest.importorskip("cups")
    from printing.cups import CupsPrinter

    device = cups_lab.add_printer("CONTRACT", options="?waitjob=false")

    def driver() -> Printer:
        return CupsPrinter("dock", "CONTRACT", server=str(cups_lab.socket_path), device_uri=device.uri)

    return Bench(driver(), lambda: len(device.papers()), driver)


@pytest.fixture(params=["folder", pytest.param("cups", marks=pytest.mark.servers)])
def bench(request: pytest.FixtureRequest, tmp_path: Path) -> Bench:
    if request.param == "cups":
        cups: Bench = request.getfixturevalue("cups_bench")
        return cups
    folder = tmp_path / "paper"

    def driver() -> Printer:
        return FolderPrinter("dock", folder)

    return Bench(driver(), lambda: len(list(folder.glob("PJ-*.pdf"))), driver)


def wait_for(printer: Printer, handle: str, state: PrintState) -> None:
    wait_until(lambda: printer.status(handle).state is state, f"{handle} to be {state}")


def test_a_prepared_page_is_held_and_no_paper_comes(bench: Bench) -> None:
    before = bench.papers()
    handle = bench.printer.prepare(request())
    assert bench.printer.status(handle).state is PrintState.HELD
    assert bench.papers() == before


def test_a_released_page_is_printed_once(bench: Bench) -> None:
    before = bench.papers()
    handle = bench.printer.prepare(request())
    bench.printer.release(handle)
    wait_for(bench.printer, handle, PrintState.PRINTED)
    assert bench.papers() == before + 1


def test_releasing_twice_prints_once(bench: Bench) -> None:
    before = bench.papers()
    handle = bench.printer.prepare(request())
    bench.printer.release(handle)
    bench.printer.release(handle)
    wait_for(bench.printer, handle, PrintState.PRINTED)
    bench.printer.release(handle)
    assert bench.papers() == before + 1


def test_preparing_twice_prints_once(bench: Bench) -> None:
    before = bench.papers()
    page = request()
    bench.printer.prepare(page)
    handle = bench.printer.prepare(page)
    bench.printer.release(handle)
    wait_for(bench.printer, handle, PrintState.PRINTED)
    _let_a_second_page_show(bench)
    assert bench.papers() == before + 1


def test_a_crash_between_the_phases_and_another_try_print_once(bench: Bench) -> None:
    before = bench.papers()
    page = request()
    bench.printer.prepare(page)
    revived = bench.after_restart()
    handle = revived.prepare(page)
    revived.release(handle)
    wait_for(revived, handle, PrintState.PRINTED)
    _let_a_second_page_show(bench)
    assert bench.papers() == before + 1


def test_a_crash_after_the_commit_is_finished_by_another_process(bench: Bench) -> None:
    before = bench.papers()
    handle = bench.printer.prepare(request())
    bench.after_restart().release(handle)
    wait_for(bench.after_restart(), handle, PrintState.PRINTED)
    assert bench.papers() == before + 1


def test_preparing_after_release_prints_no_second_page(bench: Bench) -> None:
    before = bench.papers()
    page = request()
    handle = bench.printer.prepare(page)
    bench.printer.release(handle)
    at_once = bench.printer.prepare(page)
    wait_for(bench.printer, handle, PrintState.PRINTED)
    later = bench.after_restart().prepare(page)
    assert {at_once, later} == {handle}
    assert bench.papers() == before + 1


def _let_a_second_page_show(bench: Bench) -> None:
    """Print another page behind it: a doubled one would have come out first."""
    before = bench.papers()
    handle = bench.printer.prepare(request("behind"))
    bench.printer.release(handle)
    wait_for(bench.printer, handle, PrintState.PRINTED)
    assert bench.papers() == before + 1, "a second paper came out"
    bench.papers = _less_one(bench.papers)


def _less_one(count: Callable[[], int]) -> Callable[[], int]:
    return lambda: count() - 1


def test_two_pages_of_two_jobs_both_come_out(bench: Bench) -> None:
    before = bench.papers()
    handles = [bench.printer.prepare(request(text)) for text in ("one", "two")]
    for handle in handles:
        bench.printer.release(handle)
    for handle in handles:
        wait_for(bench.printer, handle, PrintState.PRINTED)
    assert bench.papers() == before + 2


def test_a_canceled_page_cannot_be_released(bench: Bench) -> None:
    before = bench.papers()
    handle = bench.printer.prepare(request())
    bench.printer.cancel(handle)
    bench.printer.cancel(handle)
    assert bench.printer.status(handle).state is PrintState.UNKNOWN
    with pytest.raises(NotHeld):
        bench.printer.release(handle)
    assert bench.papers() == before


def test_canceling_a_released_page_changes_nothing(bench: Bench) -> None:
    handle = bench.printer.prepare(request())
    bench.printer.release(handle)
    wait_for(bench.printer, handle, PrintState.PRINTED)
    bench.printer.cancel(handle)
    assert bench.printer.status(handle).state is PrintState.PRINTED


def test_a_handle_of_another_kind_of_printer_is_refused(bench: Bench) -> None:
    with pytest.raises(PrinterMisconfigured):
        bench.printer.release("PJ-1 of the printer we had before")


def test_a_working_printer_has_no_problems(bench: Bench) -> None:
    bench.printer.prepare(request())
    assert bench.printer.check() == []


def test_a_page_that_is_not_the_archived_one_is_refused() -> None:
    with pytest.raises(InvalidRequest, match="not those that were archived"):
        PrintRequest("PJ-1", "Pick list", PDF, b"%PDF-1.7", "0" * 64)
