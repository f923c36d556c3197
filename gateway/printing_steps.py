"""From a print job to paper, once: render, hand over, let out, ask the device.

A page is rendered once and archived; every attempt prints those bytes. The print job is committed as ``sending`` after
the printer holds the page and before it may let it out. Whatever happens after that, the device is asked, never
assumed: if it cannot say, the job is in doubt and a person decides.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime

from gateway.deciding import profile_of
from gateway.papers import STOP_NOTICE, page_of, print_message
from gateway.road import Road
from gateway.telling import Cause, Told, tell
from orders import fulfilling
from orders.outcome import SYSTEM
from orders.values import FulfilmentState
from printing.printer import DeviceStatus, NotHeld, Printer, PrintRequest, UnknownPrinter
from printing.printer import PrintState as DeviceState
from queues.message import Message
from queues.queue import publish
from queues.worker import Write
from store import events, orders, print_jobs
from store.database import Connection
from store.events import Event
from store.print_jobs import PrintJob, PrintState

FOLLOW_DELAYS_S = (0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10)
"""Waits between looks at a page that is on its way; the last repeats for as long as the printer is off or busy."""
ENDS: Mapping[DeviceState, PrintState] = {
    DeviceState.PRINTED: "printed",
    DeviceState.REFUSED: "refused",
    DeviceState.CANCELED: "canceled",
}
"""Words of a device after which nothing more comes out."""
LOOKS_UNTIL_DOUBT = 4
"""Looks at a device that says nothing of the page before a person is asked."""

log = logging.getLogger("dockgate.print")


def render(road: Road, message: Message) -> Write:
    """Render one page and archive it: every attempt to print it takes these bytes."""
    job = _job_of(road, message)
    if job.state in print_jobs.SETTLED:
        return _nothing
    with road.database.read() as conn:
        order = orders.order_by_id(conn, job.order_id)
        profile = profile_of(conn, order)
    page = page_of(road, order, job, profile)
    sha256 = road.archive.store(page.data).sha256 if page else ""

    def write(conn: Connection) -> None:
        now = road.clock()
        if page is None:
            print_jobs.settle(conn, job.print_job_id, "canceled", now, "the order was taken off the dock")
            return
        if not print_jobs.rendered(conn, job.print_job_id, sha256):
            return  # void meanwhile, or rendered by another worker
        publish(conn, print_message(job, message.transmission_id), now)
        note = f"{job.document} for printer {job.printer}"
        events.record(conn, _event("print_job.rendered", "rendered", job, now, message, note, sha256))

    return write


def print_page(road: Road, message: Message) -> Write:
    """Hand one page to its printer and let it out; one that was begun before is looked at, never handed over again."""
    job = _job_of(road, message)
    if job.state in print_jobs.SETTLED:
        return _nothing
    printer, handle = _printer(road, job), job.handle or ""
    if job.state == "intent":
        assert job.sha256 is not None, "a page is printed after it was rendered"
        data = road.archive.load(job.sha256)
        handle = printer.prepare(
            PrintRequest(job.print_job_id, job.document, job.media_type, data, job.sha256, job.copies)
        )
        road.reached("before-print")
        with road.database.write() as conn:
            if not print_jobs.sending(conn, job.print_job_id, handle):
                return _nothing  # another worker was faster; it follows the page
        road.reached("sending")
    return _look(road, message, job.print_job_id, handle, printer, look=0)


def follow(road: Road, message: Message) -> Write:
    """Look again at a page that was on its way."""
    job = _job_of(road, message)
    if job.state in print_jobs.SETTLED or job.handle is None:
        return _nothing
    return _look(road, message, job.print_job_id, job.handle, _printer(road, job), int(message.body["look"]))


def _look(road: Road, message: Message, job_id: str, handle: str, printer: Printer, look: int) -> Write:
    """Ask the device, let the page out if it is still held, and write what is known, or look again later.

    The job is ``sending``: should the page be held, then nothing has let it out yet, in this attempt or an earlier one.
    """
    status = printer.status(handle)
    if status.state is DeviceState.HELD:
        try:
            printer.release(handle)
            road.reached("after-print")
            status = printer.status(handle)
        except NotHeld as error:
            status = DeviceStatus(DeviceState.UNKNOWN, str(error))
    silent = int(message.body.get("silent", 0)) + 1 if status.state is DeviceState.UNKNOWN else 0
    end: PrintState | None = "in doubt" if silent >= LOOKS_UNTIL_DOUBT else ENDS.get(status.state)

    def write(conn: Connection) -> None:
        now = road.clock()
        if end is not None:
            settle_job(conn, road, job_id, end, status.detail, message)
            return
        delay_s = FOLLOW_DELAYS_S[min(look, len(FOLLOW_DELAYS_S) - 1)]
        body = {"print_job_id": job_id, "look": look + 1, "silent": silent}
        following = Message("follow", f"follow:{job_id}:{look + 1}", body, message.transmission_id)
        publish(conn, following, now, delay_s=delay_s)

    return write


def settle_job(conn: Connection, road: Road, job_id: str, end: PrintState, detail: str, message: Message) -> None:
    """A print job has come to its end; a repeat changes nothing."""
    if not print_jobs.settle(conn, job_id, end, road.clock(), detail or None):
        return
    job = print_jobs.job_by_id(conn, job_id)
    if end == "printed":
        page_is_out(conn, road, job, detail, message)
        return
    what = "print_job." + end.replace(" ", "_")
    events.record(conn, _event(what, "in doubt", job, road.clock(), message, detail or job.printer, job_id))
    log.error("a page needs a person", extra={"print_job_id": job_id, "state": end, "reason": detail})


def page_is_out(
    conn: Connection, road: Road, job: PrintJob, detail: str, message: Message, actor: str = SYSTEM
) -> None:
    """A page is out; the order is printed once every paper of its revision is."""
    now = road.clock()
    note = detail or job.printer
    events.record(conn, _event("print_job.printed", "printed", job, now, message, note, job.print_job_id, actor))
    # Locked: two pages that come out at once must not each find the other still missing.
    standing = orders.standing(conn, job.order_id, lock=True)
    jobs = [one for one in print_jobs.jobs_of(conn, job.order_id) if one.dock_release == standing.dock_release]
    settled = {one.reprint_of for one in jobs if one.state == "printed"}
    jobs = [one for one in jobs if one.document != STOP_NOTICE]
    is_out = all(one.state == "printed" or one.print_job_id in settled for one in jobs)
    if is_out and standing.fulfilment_state is FulfilmentState.RELEASED:
        change = fulfilling.printed(orders.order_by_id(conn, job.order_id), now)
        stored = orders.save(conn, change.order, is_new_content=False, actor=actor, at=now)
        tell(conn, [Told(change, stored, Cause(actor, message.transmission_id))], now)


def _job_of(road: Road, message: Message) -> PrintJob:
    with road.database.read() as conn:
        return print_jobs.job_by_id(conn, message.body["print_job_id"])


def _printer(road: Road, job: PrintJob) -> Printer:
    try:
        return road.printers[job.printer]
    except KeyError:
        known = ", ".join(sorted(road.printers)) or "none"
        raise UnknownPrinter(f"no printer {job.printer!r} in the settings; known: {known}") from None


def _event(
    what: str, stage: str, job: PrintJob, at: datetime, message: Message, note: str, ref: str, actor: str = SYSTEM
) -> Event:
    return Event(
        at,
        what,
        stage,
        actor=actor,
        note=note,
        ref=ref,
        transmission_id=message.transmission_id,
        order_id=job.order_id,
        print_job_id=job.print_job_id,
    )


def _nothing(conn: Connection) -> None:
    """The work was done before."""
