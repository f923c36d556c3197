"""Prints through CUPS. The queue holds the page until it is released; the device itself is asked what became of it.

Three things CUPS does not do by itself, and that this driver is built around:

* its "completed" may be said of a page that never came out, so with ``device_uri`` the device has the last word;
* job ids start again at 1 when its cache is lost, so a job is known by its uuid;
* it may stop answering, and pycups then waits for ever, so every call has a thread of its own that can be left behind.
"""

from __future__ import annotations

import contextlib
import http
import re
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from printing.ipp import DeviceJob, IppDevice
from printing.printer import (
    ZPL,
    DeviceStatus,
    InvalidRequest,
    NotHeld,
    PrinterMisconfigured,
    PrintError,
    PrinterUnavailable,
    PrintRequest,
    PrintState,
    UnknownPrinter,
)

if TYPE_CHECKING:
    import cups

Answer = TypeVar("Answer")

DEFAULT_SERVER = "/run/cups/cups.sock"
MAX_CALLS = 4
"""Calls of one printer that may wait for cupsd at the same time; more are refused at once, a stuck one counts."""

LATEST_JOBS = 100
"""Finished jobs of the whole server that are searched for an earlier attempt, newest first."""

_CHUNK_BYTES = 64 * 1024
_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,126}")
_SERVER = re.compile(r"/[!-~]{1,100}|[A-Za-z0-9.-]{1,253}:[0-9]{1,5}")
_HANDLE = re.compile(r"(PJ-[0-9A-Za-z-]{1,60}) ([0-9]{1,10}) (urn:uuid:[0-9a-f-]{36})")
_JOB_FIELDS = [
    "job-id",  # without it pycups returns no job at all
    "job-name",
    "job-uuid",  # without it the names of finished jobs are missing
    "job-state",
    "job-printer-state-message",
    "job-printer-state-reasons",
    "number-of-documents",
]
_PENDING, _HELD, _PROCESSING, _STOPPED, _CANCELED, _ABORTED, _COMPLETED = range(3, 10)
_STATES = {
    _PENDING: PrintState.WAITING,
    _HELD: PrintState.WAITING,
    _PROCESSING: PrintState.PRINTING,
    _STOPPED: PrintState.WAITING,
    _CANCELED: PrintState.CANCELED,
    _ABORTED: PrintState.REFUSED,
    _COMPLETED: PrintState.PRINTED,
}
_FORGOTTEN = "cups-ipp-missing-job-history"
"""The device no longer knew the job when CUPS asked: a power cut, with or without paper."""


@dataclass(frozen=True)
class _Handle:
    """Our name for the job, and the two CUPS has for it."""

    name: str
    number: int
    uuid: str

    def __str__(self) -> str:
        return f"{self.name} {self.number} {self.uuid}"

    @classmethod
    def read(cls, text: str) -> _Handle:
        match = _HANDLE.fullmatch(text)
        if match is None:
            raise PrinterMisconfigured(f"{text!r} is not a job of a CUPS printer; was the printer's driver changed?")
        return cls(match[1], int(match[2]), match[3])


class CupsPrinter:
    """A CUPS queue, reached over a unix socket (``/run/cups/cups.sock``) or ``host:port``.

    ``device_uri`` is the printer behind the queue, if it speaks IPP; the queue then should not wait for its pages
    (``?waitjob=false``, see docs/printing.md). Without it the queue's word has to do.
    """

    def __init__(
        self,
        name: str,
        queue: str,
        *,
        server: str = DEFAULT_SERVER,
        device_uri: str | None = None,
        timeout_s: float = 15,
    ) -> None:
        if not _QUEUE.fullmatch(queue):
            raise PrinterMisconfigured(f"printer {name}: {queue!r} cannot be a CUPS queue; lpstat -e lists yours")
        if not _SERVER.fullmatch(server):
            raise PrinterMisconfigured(f"printer {name}: {server!r} is neither a socket's path nor host:port")
        self._name, self._queue, self._server, self._timeout_s = name, queue, server, timeout_s
        self._device = IppDevice(device_uri, timeout_s=min(timeout_s, 5)) if device_uri else None
        self._free_calls = threading.Semaphore(MAX_CALLS)

    @property
    def name(self) -> str:
        return self._name

    def prepare(self, request: PrintRequest) -> str:
        media_type = "application/vnd.cups-raw" if request.media_type == ZPL else request.media_type
        options = {"job-hold-until": "indefinite", "copies": str(request.copies)}

        def work(server: cups.Connection, wanted: threading.Event) -> str:
            for number, job in _jobs_named(server, request.job_id).items():
                if job["job-state"] == _HELD:
                    server.cancelJob(number, purge_job=True)
                elif job["job-state"] not in (_CANCELED, _ABORTED):
                    return str(_Handle(request.job_id, number, job["job-uuid"]))  # released before: never a second one
            number = server.createJob(self._queue, request.job_id, options)
            try:
                _send(server, self._queue, number, request, media_type, wanted)
                job = server.getJobAttributes(number, _JOB_FIELDS)
                if (job["job-state"], job["number-of-documents"]) != (_HELD, 1):
                    raise PrinterUnavailable(f"printer {self._name}: the queue did not keep the page on hold")
            except BaseException:
                with contextlib.suppress(Exception):  # a held job that stays is found by its name the next time
                    _connect(self._server).cancelJob(number, purge_job=True)
                raise
            return str(_Handle(request.job_id, number, job["job-uuid"]))

        self._queue_attributes()  # says plainly that there is no such queue; createJob would not
        return self._call(work)

    def release(self, handle: str) -> None:
        page = _Handle.read(handle)

        def work(server: cups.Connection, wanted: threading.Event) -> None:
            found = _find(server, page)
            if found is None:
                raise NotHeld(
                    f"printer {self._name}: CUPS has no job {page}; look at the printer before printing again"
                )
            number, job = found
            if job["job-state"] == _HELD and wanted.is_set():
                server.setJobHoldUntil(number, "no-hold")

        self._call(work)

    def status(self, handle: str) -> DeviceStatus:
        page = _Handle.read(handle)
        try:
            found = self._call(lambda server, _: _find(server, page))
        except PrinterUnavailable as problem:
            queue = DeviceStatus(PrintState.WAITING, str(problem))
        else:
            queue = _in_queue(found[1] if found else None)
        if self._device is None or queue.state is PrintState.HELD:
            return queue
        return _on_device(self._device, page.name, queue)

    def cancel(self, handle: str) -> None:
        page = _Handle.read(handle)

        def work(server: cups.Connection, wanted: threading.Event) -> None:
            found = _find(server, page)
            if found and found[1]["job-state"] == _HELD and wanted.is_set():
                server.cancelJob(found[0], purge_job=True)

        self._call(work)

    def check(self) -> list[str]:
        problems = []
        try:
            queue = self._queue_attributes()
        except PrintError as problem:
            queue = {}
            problems.append(str(problem))
        if "paused" in _listed(queue.get("printer-state-reasons")):
            problems.append(f"printer {self._name}: queue {self._queue} is paused; cupsenable {self._queue}")
        if self._device is not None:
            try:
                reasons = self._device.reasons()
            except PrinterUnavailable as problem:
                problems.append(f"printer {self._name}: {problem}; is it on and in the network?")
            else:
                problems += [
                    f"printer {self._name} says {reason}" for reason in reasons if not reason.endswith("-report")
                ]
        return problems + self._waiting_problems(str(queue.get("device-uri", "")))

    def _waiting_problems(self, device_uri: str) -> list[str]:
        """Whether exactly one of the two, CUPS or we, waits for the device to say that a page is out."""
        if not device_uri.startswith(("ipp:", "ipps:")):
            return []
        address, _, options = device_uri.partition("?")
        cups_waits = "waitjob=false" not in options.lower()
        if self._device is not None and cups_waits:
            return [
                f"printer {self._name}: queue {self._queue} waits for each page, which costs a second and"
                f" prints it twice if cupsd dies meanwhile; lpadmin -p {self._queue} -v '{address}?waitjob=false'"
            ]
        if self._device is None and not cups_waits:
            return [f"printer {self._name}: nobody asks whether a page came out; set its device to {address}"]
        return []

    def _queue_attributes(self) -> dict[str, Any]:
        """What CUPS says of the queue, if there is one and it takes jobs."""
        wanted = ["printer-state-reasons", "printer-is-accepting-jobs", "device-uri"]
        try:
            queue = self._call(lambda server, _: server.getPrinterAttributes(self._queue, requested_attributes=wanted))
        except NotHeld as problem:
            raise UnknownPrinter(
                f"printer {self._name}: CUPS has no queue {self._queue}; lpstat -e lists those it has"
            ) from problem
        if not queue["printer-is-accepting-jobs"]:
            raise PrinterUnavailable(
                f"printer {self._name}: queue {self._queue} takes no jobs; cupsaccept {self._queue} lets it"
            )
        return queue

    def _call(self, work: Callable[[cups.Connection, threading.Event], Answer]) -> Answer:
        """Run with a connection of its own, for at most ``timeout_s``; ``wanted`` is set while we still wait.

        A new thread each time: pycups keeps the server's name per thread, and one that hangs cannot be ended.
        """
        if not self._free_calls.acquire(blocking=False):
            raise PrinterUnavailable(f"printer {self._name}: cupsd at {self._server} hangs; see its error_log")
        answer: Future[Answer] = Future()
        wanted = threading.Event()
        wanted.set()

        def run() -> None:
            try:
                answer.set_result(work(_connect(self._server), wanted))
            except BaseException as problem:
                answer.set_exception(problem)
            finally:
                self._free_calls.release()

        threading.Thread(target=run, name=f"cups-{self._queue}", daemon=True).start()
        try:
            return answer.result(self._timeout_s)
        except TimeoutError as problem:
            wanted.clear()
            raise PrinterUnavailable(
                f"printer {self._name}: cupsd at {self._server} did not answer in {self._timeout_s} s"
            ) from problem
        except Exception as problem:
            ours = _as_print_error(problem, f"printer {self._name}, cupsd at {self._server}")
            if ours is None:
                raise
            raise ours from problem


def _connect(server: str) -> cups.Connection:
    import cups

    if server.startswith("/"):
        return cups.Connection(host=server, port=0, encryption=cups.HTTP_ENCRYPT_NEVER)
    host, port = server.rsplit(":", 1)
    # Both, or libcups takes the connection for a device and finds no queue in it. They hold for this thread only.
    cups.setServer(host)
    cups.setPort(int(port))
    return cups.Connection(host=host, port=int(port))


def _send(
    server: cups.Connection, queue: str, number: int, request: PrintRequest, media_type: str, wanted: threading.Event
) -> None:
    expected = (http.HTTPStatus.CONTINUE, http.HTTPStatus.OK)
    if server.startDocument(queue, number, request.job_id, media_type, 1) not in expected:
        raise PrinterUnavailable(f"queue {queue} does not take the page of {request.job_id}")
    for start in range(0, len(request.data), _CHUNK_BYTES):
        block = request.data[start : start + _CHUNK_BYTES]
        if not wanted.is_set() or server.writeRequestData(block, len(block)) not in expected:
            raise PrinterUnavailable(f"queue {queue} stopped taking the page of {request.job_id}")
    server.finishDocument(queue)


def _jobs_named(server: cups.Connection, name: str) -> dict[int, dict[str, Any]]:
    """Jobs that are not over, and the latest of those that are: older ones are not worth the search at every page."""
    wanted: dict[str, Any] = {"my_jobs": False, "requested_attributes": _JOB_FIELDS}
    jobs = server.getJobs(which_jobs="not-completed", **wanted)
    jobs |= server.getJobs(which_jobs="completed", limit=LATEST_JOBS, **wanted)
    return {number: job for number, job in jobs.items() if job.get("job-name") == name}


def _find(server: cups.Connection, page: _Handle) -> tuple[int, dict[str, Any]] | None:
    """The job by its uuid: at its old number if that still is the same job, else wherever it is now."""
    import cups

    try:
        job = server.getJobAttributes(page.number, _JOB_FIELDS)
        if job["job-uuid"] == page.uuid:
            return page.number, job
    except cups.IPPError as problem:
        if problem.args[0] != cups.IPP_NOT_FOUND:
            raise
    jobs = server.getJobs(which_jobs="all", my_jobs=False, requested_attributes=_JOB_FIELDS)
    return next(((number, job) for number, job in jobs.items() if job.get("job-uuid") == page.uuid), None)


def _as_print_error(problem: Exception, where: str) -> PrintError | None:
    """What pycups raised, as ours; None if it is no trouble of CUPS."""
    if isinstance(problem, ImportError):
        return PrinterMisconfigured(f"{where}: pycups is missing; pip install 'dockgate[cups]'")
    import cups

    if not isinstance(problem, cups.IPPError):
        trouble = isinstance(problem, (cups.HTTPError, RuntimeError, OSError))
        return PrinterUnavailable(f"{where}: {problem}") if trouble else None
    code, text = problem.args[0], problem.args[-1]
    if code == cups.IPP_NOT_FOUND:
        return NotHeld(f"{where}: not found")
    if code in (cups.IPP_DOCUMENT_FORMAT, cups.IPP_ATTRIBUTES):
        return InvalidRequest(f"{where}: the queue cannot print this kind of page ({text})")
    return PrinterUnavailable(f"{where}: {text}")


def _listed(value: object) -> list[str]:
    return [str(entry) for entry in value] if isinstance(value, list) else [str(value)]


def _in_queue(job: dict[str, Any] | None) -> DeviceStatus:
    """What CUPS says: all there is to know without a device to ask."""
    if job is None:
        return DeviceStatus(PrintState.UNKNOWN, "CUPS no longer knows the job")
    if job["job-state"] == _HELD:
        return DeviceStatus(PrintState.HELD)
    state = _STATES[job["job-state"]]
    if state is not PrintState.PRINTED:
        return DeviceStatus(state, str(job.get("job-printer-state-message") or ""))
    if _FORGOTTEN in _listed(job.get("job-printer-state-reasons")):
        return DeviceStatus(PrintState.UNKNOWN, "the printer forgot the job: a power cut, with or without paper")
    return DeviceStatus(PrintState.PRINTED, "as CUPS says; the printer itself was not asked")


def _on_device(device: IppDevice, name: str, queue: DeviceStatus) -> DeviceStatus:
    """The device's word first; where it has none, what the queue can still say without guessing."""
    on_its_way = queue.state in (PrintState.WAITING, PrintState.PRINTING)
    try:
        seen = device.jobs(name)
        trouble = "" if _is_over(seen) else ", ".join(device.reasons())
    except PrinterUnavailable as problem:
        return DeviceStatus(PrintState.WAITING, str(problem))
    if seen:
        return _verdict(seen, trouble)
    if on_its_way:
        return DeviceStatus(PrintState.WAITING, trouble or queue.detail)
    if queue.state is PrintState.PRINTED:
        return DeviceStatus(PrintState.UNKNOWN, "CUPS says completed, and the printer does not remember the job")
    return queue


def _is_over(jobs: list[DeviceJob]) -> bool:
    return any(job.state >= _CANCELED for job in jobs)


def _verdict(jobs: list[DeviceJob], detail: str) -> DeviceStatus:
    """Of several jobs of one name the one that says most: paper that is out is out."""
    best = max(jobs, key=lambda job: (job.state == _COMPLETED, job.state < _CANCELED, job.state))
    printed = sum(job.state == _COMPLETED for job in jobs)
    if printed > 1:
        detail = f"the printer printed it {printed} times"
    state = _STATES.get(best.state, PrintState.UNKNOWN)
    return DeviceStatus(state, detail or ", ".join(reason for reason in best.reasons if reason != "none"))
