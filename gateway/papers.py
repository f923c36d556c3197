"""The papers of an order: which it needs and on which printer, asked for when it is let go to the dock; their pages.

A print job is asked for in the transaction that releases the order; its page is rendered after that. Papers of
an order that leaves the dock again are void: those not printed yet never are, and where one may be out, a stop notice
follows it to the same printer.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from gateway.road import Road
from orders.fulfilling import left_to_ship
from orders.order import SalesOrder
from orders.values import FulfilmentState, OrderState
from partners.partner import TradingPartner
from printing.documents import Kind, Page, Site, packing_slip, pick_list, stop_notice
from printing.printer import PDF
from printing.routing import route
from queues.message import Message
from queues.queue import publish_all
from store import events, print_jobs
from store.database import Connection
from store.events import Event
from store.print_jobs import PrintJob

STOP_NOTICE: Final = "stop-notice"


@dataclass(frozen=True)
class Wanted:
    """One paper an order needs."""

    order: SalesOrder
    profile: TradingPartner
    document: Kind
    transmission_id: str | None


def request_papers(conn: Connection, road: Road, wanted: Sequence[Wanted]) -> None:
    """Ask for one print job for each paper; a repeat asks for nothing."""
    now = road.clock()
    jobs = {job.print_job_id: (job, one) for one in wanted for job in [_job(road, one, now)]}
    new = print_jobs.request(conn, *(job for job, _ in jobs.values()))
    asked = [jobs[name] for name in jobs if name in new]
    if not asked:
        return
    messages = []
    told = []
    for job, one in asked:
        body = {"print_job_id": job.print_job_id}
        messages.append(Message("render", f"render:{job.print_job_id}", body, one.transmission_id))
        told.append(
            Event(
                now,
                "print_job.requested",
                "requested",
                note=f"{job.document} for printer {job.printer}",
                ref=job.print_job_id,
                transmission_id=one.transmission_id,
                order_id=job.order_id,
                print_job_id=job.print_job_id,
            )
        )
    publish_all(conn, messages, now)
    events.record(conn, *told)


def void_papers(
    conn: Connection,
    road: Road,
    order: SalesOrder,
    profile: TradingPartner,
    dock_release: int,
    transmission_id: str | None,
) -> None:
    """Papers of a release are void; where one of them may be out there, the dock is told to stop."""
    now = road.clock()
    print_jobs.void(conn, order.order_id, dock_release, now, "the order was taken off the dock")
    out = [job for job in print_jobs.jobs_of(conn, order.order_id) if job.dock_release == dock_release]
    if any(job.state in ("sending", "printed", "in doubt") and job.document != STOP_NOTICE for job in out):
        of_release = order.model_copy(update={"dock_release": dock_release})
        request_papers(conn, road, [Wanted(of_release, profile, STOP_NOTICE, transmission_id)])


def page_of(road: Road, order: SalesOrder, job: PrintJob, profile: TradingPartner) -> Page | None:
    """The page of a print job; None when the order is no longer at the dock with what the paper would say."""
    is_current = order.order_state is OrderState.RELEASED and order.dock_release == job.dock_release
    if not is_current and job.document != STOP_NOTICE and job.reprint_of is None:
        return None
    return rendered(road, order, profile, job.document, road.clock(), reprint=job.reprint_of is not None)


def rendered(
    road: Road, order: SalesOrder, profile: TradingPartner, document: str, now: datetime, *, reprint: bool = False
) -> Page:
    """One paper of an order as it stands; of a back order, with what is left to ship."""
    company = road.settings.company
    site, day = Site(company.name, company.address), now.date()
    if order.fulfilment_state is FulfilmentState.PARTLY_SHIPPED:
        order = order.model_copy(update={"content": left_to_ship(order)})
    if document == "pick-list":
        return pick_list(order, site, printed_on=day, reprint=reprint)
    if document == "packing-slip":
        with_prices = profile.printing.prices_on_packing_slip
        return packing_slip(order, site, printed_on=day, with_prices=with_prices, reprint=reprint)
    return stop_notice(order, site, printed_on=day, reprint=reprint)


def _job(road: Road, wanted: Wanted, now: datetime) -> PrintJob:
    order, document = wanted.order, wanted.document
    return PrintJob(
        # Unique for ever: a print server remembers names from before a database was restored or replaced.
        print_job_id=f"PJ-{order.order_number}-{order.dock_release}-{document}-{secrets.token_hex(4)}",
        order_id=order.order_id,
        order_revision=order.revision,
        dock_release=order.dock_release,
        document=document,
        printer=_printer_for(road, order, wanted.profile, document),
        media_type=PDF,
        copies=1,
        sha256=None,
        state="intent",
        handle=None,
        reason=None,
        reprint_of=None,
        requested_at=now,
        settled_at=None,
    )


def _printer_for(road: Road, order: SalesOrder, profile: TradingPartner, document: Kind) -> str:
    """A stop notice goes where the pick list went."""
    content = order.content
    return route(
        "pick-list" if document == STOP_NOTICE else document,
        partner=profile.partner,
        carrier=content.carrier_scac or "",
        site=content.ship_from or "",
        rules=road.routing,
    )


def print_message(job: PrintJob, transmission_id: str | None) -> Message:
    """Asks the print step for one job whose page is archived."""
    body = {"print_job_id": job.print_job_id}
    return Message("print", f"print:{job.print_job_id}", body, transmission_id)
