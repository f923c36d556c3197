"""What a person does to the road: release a hold, replay or discard what is parked, decide a print job in doubt.

Console, JSON API and command line all call these; each is one transaction and leaves its mark on the timeline.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from gateway import credit, deciding, printing_steps
from gateway.outbound import send_document
from gateway.papers import print_message, rendered
from gateway.road import Road
from orders import desk
from orders.approving import Leave
from orders.document import Document
from orders.order import OrderError, SalesOrder
from orders.values import HoldKind, OrderState
from queues import parking
from queues.message import Message
from queues.queue import publish
from store import events, orders, parked, partners, print_jobs, transmissions
from store.database import Connection
from store.errors import Conflict, NotFound, StoreError
from store.events import Event
from store.print_jobs import PrintJob


class Ambiguous(OrderError):
    """Several orders have this number; name one by its order number."""

    code = "ambiguous"


class NotInDoubt(StoreError):
    """The print job needs no decision now."""

    code = "not-in-doubt"


def find_order(conn: Connection, name: str) -> SalesOrder:
    """The order a person means by order number, order id or the customer's PO number.

    Raises:
        NotFound: there is none.
        Ambiguous: several customers used the same PO number.
    """
    found = orders.find(conn, name)
    if not found:
        raise NotFound(f"no order {name!r}: give an order number, an order id or the customer's PO number")
    if len(found) > 1:
        numbers = ", ".join(f"{row.order_number} ({row.partner})" for row in found)
        raise Ambiguous(f"{name!r} may mean {numbers}: name one by its order number")
    return orders.order_by_id(conn, found[0].order_id)


def release_order(
    road: Road,
    name: str,
    by: str,
    note: str,
    kind: HoldKind | None = None,
    *,
    seen: frozenset[str] | None = None,
    reason_code: str = "",
) -> SalesOrder:
    """Let go of an order's open holds, of one kind or of all; with none left it goes on to the dock.

    An approved order that was taken back from the dock, or never went, goes there.

    Args:
        seen: ids of the holds the person was shown; a hold set since then is not let go unseen. None: not asked.
        reason_code: why credit is passed over, from the policy's list.

    Raises:
        NotFound, Ambiguous: see :func:`find_order`.
        UnknownHold: the order has no open hold of this kind.
        ApprovalNeeded, ReasonNeeded: the credit policy asks for more.
        Conflict: the order changed meanwhile, or has a hold that was not seen; look at it again.
    """
    with road.database.write() as conn:
        order = find_order(conn, name)
        if seen is not None and {hold.hold_id for hold in order.open_holds(kind)} - seen:
            raise Conflict(f"order {order.order_number} got another hold since it was shown: look at it, then release")
        profile = deciding.profile_of(conn, order)
        now = road.clock()
        if order.order_state is OrderState.APPROVED and not order.open_holds():
            change = credit.release(conn, order, profile, now)
        elif any(hold.kind is HoldKind.CREDIT for hold in order.open_holds(kind)):
            change = credit.give_leave(conn, order, Leave(by, note, reason_code), now, kind)
        else:
            # Credit is asked again: others may have taken the headroom while the order waited.
            change = deciding.decided(conn, desk.let_holds_go(order, kind, by, note, now), profile, now)
        return deciding.keep(road, conn, change, profile, _by(by, order))


def _by(actor: str, order: SalesOrder) -> deciding.Cause:
    return deciding.Cause(actor, order.transmission_ids[0] if order.transmission_ids else None)


def replay_parked(road: Road, parked_id: int, by: str) -> bool:
    """Try a parked message again; False when somebody replayed or discarded it before.

    Raises:
        NotFound: there is no such parked message.
    """
    return _settle_parked(road, parked_id, by, "replayed")


def discard_parked(road: Road, parked_id: int, by: str) -> bool:
    """Give a parked message up; its bytes stay in the archive. False when it was settled before.

    Raises:
        NotFound: there is no such parked message.
    """
    return _settle_parked(road, parked_id, by, "discarded")


def _settle_parked(road: Road, parked_id: int, by: str, how: str) -> bool:
    act = parking.replay if how == "replayed" else parking.discard
    with road.database.write() as conn:
        row = parked.parked_message(conn, parked_id)
        if not act(conn, parked_id, by, road.clock):
            return False
        note = f"{row.step} {row.message_id}"
        told = Event(road.clock(), f"message.{how}", "parked", actor=by, note=note, ref=str(parked_id))
        events.record(conn, replace(told, transmission_id=row.transmission_id))
        if how == "discarded" and row.transmission_id and row.step == "translate":
            transmissions.settle(conn, row.transmission_id, "discarded", reason=row.reason)
    return True


def came_out(road: Road, print_job_id: str, by: str) -> None:
    """A person has seen the page of a job in doubt: it is printed.

    Raises:
        NotFound, NotInDoubt: there is no such job, or nothing to decide about it.
    """
    with road.database.write() as conn:
        job = _in_doubt(conn, print_job_id)
        if not print_jobs.decide(conn, print_job_id, "printed", road.clock(), f"{by} has seen the page"):
            raise NotInDoubt(f"{print_job_id} was decided a moment ago")
        printing_steps.page_is_out(conn, road, job, f"{by} has seen the page", _cause(job), by)


def reprint(road: Road, print_job_id: str, by: str) -> PrintJob:
    """Print a page again, marked as such: a new job that names the first. A second click is answered with that job.

    Raises:
        NotFound: there is no such print job.
    """
    with road.database.read() as conn:
        first = print_jobs.job_by_id(conn, print_job_id)
        for job in print_jobs.jobs_of(conn, first.order_id):
            if job.reprint_of == print_job_id and job.state in ("intent", "sending"):
                return job
        order = orders.order_by_id(conn, first.order_id)
        profile = deciding.profile_of(conn, order)
    now = road.clock()
    page = road.archive.store(rendered(road, order, profile, first.document, now, reprint=True).data).sha256
    with road.database.write() as conn:
        count = sum(job.reprint_of is not None for job in print_jobs.jobs_of(conn, first.order_id))
        job = replace(
            first,
            print_job_id=f"{print_job_id.split('-R')[0]}-R{count + 1}",
            sha256=page,
            state="intent",
            handle=None,
            reason=None,
            reprint_of=print_job_id,
            requested_at=now,
            settled_at=None,
        )
        if not print_jobs.request(conn, job):
            return print_jobs.job_by_id(conn, job.print_job_id)
        publish(conn, print_message(job, None), now)
        events.record(conn, _told(job, now, by))
    return job


def _told(job: PrintJob, now: datetime, by: str) -> Event:
    return Event(
        now,
        "print_job.requested",
        "rendered",
        actor=by,
        note=f"reprint of {job.reprint_of}",
        ref=job.print_job_id,
        order_id=job.order_id,
        print_job_id=job.print_job_id,
    )


def _in_doubt(conn: Connection, print_job_id: str) -> PrintJob:
    job = print_jobs.job_by_id(conn, print_job_id)
    if job.state != "in doubt":
        raise NotInDoubt(f"{print_job_id} is {job.state}: only a job in doubt needs a decision")
    return job


def _cause(job: PrintJob) -> Message:
    return Message("print", f"print:{job.print_job_id}")


def timeline_of(conn: Connection, name: str) -> tuple[SalesOrder | None, list[Event]]:
    """The timeline of what an id names: order, PO, transmission or print job; with the order when there is one.

    Raises:
        NotFound, Ambiguous: the id names nothing, or several orders.
    """
    if name.startswith("TR-"):
        transmissions.transmission_by_id(conn, name)
        return None, events.transmission_timeline(conn, name)
    if name.startswith("PJ-"):
        order = orders.order_by_id(conn, print_jobs.job_by_id(conn, name).order_id)
    else:
        order = find_order(conn, name)
    return order, events.order_timeline(conn, order.order_id)


def send_by_agreement(road: Road, partner: str, wanted: str, document: Document) -> str:
    """Send a document to a partner as was agreed for its set; the transmission's id.

    Raises:
        NotFound: there is no such partner.
        NotAgreed, Unwritable, MapError: see :func:`gateway.outbound.send_document`.
    """
    with road.database.write() as conn:
        profile = partners.partner_by_name(conn, partner)
        return send_document(road, conn, profile, wanted, document)
