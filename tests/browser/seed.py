"""A box with something in every list: real samples on the real road, and what no sample brings about by itself."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

from gateway.app import open_road, open_worker
from gateway.demo import load_demo
from gateway.intake import Crossing, receive
from gateway.pipeline import PRINT_STEPS, ROAD_STEPS, STEPS
from gateway.road import Road
from gateway.settings import ConsoleSettings, Settings
from gateway.timeline import order_events
from orders import desk
from orders.document import Note, Reference, Schedule
from orders.rules import Stop
from orders.values import HoldKind, NoteKind
from queues.message import Message
from store import events, orders, outbox, parked, print_jobs, transmissions
from store.events import Event
from tests import factories

HOSTILE = "<script>alert(1)</script>'\"\u202e{{7*7}}"
"""A name only a partner could think of; it must come out as text wherever it shows."""
TRACEBACK = """Traceback (most recent call last):
  File "/opt/dockgate/gateway/translation.py", line 118, in translate
    compiled = compile_map(text)
  File "/opt/dockgate/translators/maps/engine.py", line 96, in compile_map
    raise MapError(f"line {number}: {fault}")
translators.maps.engine.MapError: map northwind-850, line 14: no function 'decimel', did you mean 'decimal'?
"""


@dataclass(frozen=True)
class Seeded:
    """The ids of what was made, by what it is an example of."""

    printed: str
    credit: str
    review: str
    in_doubt: str
    job_printed: str
    job_in_doubt: str
    refused: str
    inbound: str
    answer: str
    parked: int
    binary: str
    odd: str


def open_box(home: Path) -> Road:
    """An empty embedded box whose console takes a free port."""
    return open_road(Settings(home=home, console=ConsoleSettings(port=0)), migrate=True)


def sample(name: str, step: int) -> bytes:
    """A demo sample with control and PO numbers of its own."""
    text = files("gateway.demo").joinpath(f"{name}.edi").read_text("ascii")
    text = re.sub(r"NW-\d{6}", f"NW-{458_800 + step}", text)
    text = re.sub(r"0000001\d\d", f"{100 + step:09d}", text)
    text = re.sub(r"\*1\d\d\*X\*", f"*{100 + step}*X*", text)
    return re.sub(r"GE\*1\*1\d\d~", f"GE*1*{100 + step}~", text).encode("ascii")


def send(road: Road, name: str, data: bytes) -> str:
    """A file of the demo partner comes in; the id of its transmission."""
    return receive(road, data, Crossing("folder:northwind", f"{name}#{len(data)}", name, road.clock()))


def work(road: Road, *steps: str) -> None:
    """Do all there is to do for some steps, or for all."""
    chosen = steps or STEPS
    worker = open_worker(road, chosen)
    while True:
        worker.run_until_idle(0.05)
        with road.database.read() as conn:
            if not set(chosen) & set(outbox.waiting(conn)):
                break
    worker.stop(5)


def seed(road: Road) -> Seeded:
    """Fill every list."""
    load_demo(road)
    sent = {
        name: send(road, f"northwind-{name}-{step}.edi", sample(name, step))
        for step, name in enumerate(("straight", "credit", "review", "refused"), 1)
    }
    work(road)
    send(road, "northwind-straight-5.edi", sample("straight", 5))
    work(road, *ROAD_STEPS)
    in_doubt = _leave_in_doubt(road, "NW-458805")
    work(road, *PRINT_STEPS)
    binary = send(road, f"{HOSTILE}.xlsx", b"PK\x03\x04" + bytes(range(256)))
    work(road)
    number = _park(road)
    odd = _enter_oddly(road)
    with road.database.read() as conn:
        named = {po: orders.find(conn, f"NW-4588{po:02d}")[0] for po in (1, 2, 3, 5)}
        first = print_jobs.jobs_of(conn, named[1].order_id)[0]
        answer = transmissions.answers_to(conn, sent["straight"])[0]
    return Seeded(
        printed=named[1].order_number,
        credit=named[2].order_number,
        review=named[3].order_number,
        in_doubt=named[5].order_number,
        job_printed=first.print_job_id,
        job_in_doubt=in_doubt,
        refused=sent["refused"],
        inbound=sent["straight"],
        answer=answer.transmission_id,
        parked=number,
        binary=binary,
        odd=odd,
    )


def _leave_in_doubt(road: Road, po: str) -> str:
    """The printer has forgotten one page of an order."""
    now = road.clock()
    reason = "printer dock was switched off while it had the page and does not know the job any more"
    with road.database.write() as conn:
        job = print_jobs.jobs_of(conn, orders.find(conn, po)[0].order_id)[0]
        print_jobs.sending(conn, job.print_job_id, "dock-117")
        print_jobs.settle(conn, job.print_job_id, "in doubt", now, reason)
        told = Event(now, "print_job.in_doubt", "in doubt", note=reason, ref=job.print_job_id, order_id=job.order_id)
        events.record(conn, told, Event(**vars(told) | {"print_job_id": job.print_job_id}))
    return job.print_job_id


def _enter_oddly(road: Road) -> str:
    """An order with deliveries, notes, two kinds of hold and a revision, in which a partner put script everywhere."""
    first = factories.purchase_order(
        customer_po_number=f"PO/7 {HOSTILE}"[:50],
        received_at=road.clock(),
        parties=(factories.ship_to(name=HOSTILE, party_code="0042"),),
        notes=(Note(note_kind=NoteKind.TO_DOCK, note_text=f"Ring twice {HOSTILE}"),),
        references=(Reference(ref_type="DP", ref_value=HOSTILE),),
        lines=(
            factories.line(
                1,
                description=HOSTILE,
                quantity=Decimal(1200),
                schedules=(
                    Schedule(schedule_no=1, quantity=Decimal(400), requested_ship_date=date(2026, 3, 9)),
                    Schedule(
                        schedule_no=2, quantity=Decimal(800), requested_ship_date=date(2026, 4, 9), ship_to="0043"
                    ),
                ),
            ),
            factories.line(2, quantity=Decimal("2.5"), uom="LB", price_as_received=Decimal("0.00125")),
        ),
    )
    now = road.clock()
    order = factories.entered(first).order
    stops = (
        Stop(HoldKind.CREDIT, "C8", f"{HOSTILE} has no credit file", figures={"customer": HOSTILE}),
        Stop(HoldKind.REVIEW, "R7", "line 2: quantity 2.5", field_path="lines[2].quantity"),
    )
    with road.database.write() as conn:
        orders.add(conn, (order, HOSTILE[:30]), at=now)
        held = desk.check(order, None, stops, now, lambda: f"H-{secrets.token_hex(8)}")
        line = order.content.lines[0].model_copy(update={"quantity": Decimal(1300)})
        content = order.content.model_copy(update={"lines": (line, *order.content.lines[1:])})
        changed = held.order.model_copy(update={"content": content, "revision": 2})
        orders.save(conn, changed, is_new_content=True, actor="clerk", at=now, reason=HOSTILE)
        events.record(conn, *order_events(held, now, HOSTILE[:30], None))
    return order.order_number


def _park(road: Road) -> int:
    """A message that a broken map has stopped, and one nobody can read."""
    transmission_id = send(road, "northwind-straight-6.edi", sample("straight", 6))
    message = Message("translate", f"translate:{transmission_id}", {"transmission_id": transmission_id})
    reason = "map northwind-850, line 14: no function 'decimel', did you mean 'decimal'?"
    now = road.clock()
    at = now - timedelta(minutes=7)
    with road.database.write() as conn:
        for row in outbox.lease(conn, ["translate"], "seed", 1, now, 60):
            outbox.complete(conn, [row.id], "seed", now)
        parked.park(
            conn,
            step="translate",
            message_id=message.message_id,
            attempt=1,
            body=message.to_json(),
            reason=reason,
            traceback=TRACEBACK,
            transmission_id=transmission_id,
            at=at,
        )
        parked.park(
            conn,
            step="unreadable",
            message_id="unreadable:5f0c",
            attempt=1,
            body=HOSTILE,
            reason=f"not a message: {HOSTILE}",
            traceback="",
            transmission_id=None,
            at=at,
        )
        transmissions.settle(conn, transmission_id, "parked", partner="northwind", reason=reason)
        return next(one.parked_id for one in parked.parked_messages(conn) if one.step == "translate")
