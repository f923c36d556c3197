"""kill -9 at every named point of the road, then a restart: one order, one 997, each paper once or in doubt (F01)."""

from __future__ import annotations

import signal
from datetime import timedelta
from importlib.resources import files

import pytest

from gateway.road import Road
from orders.values import FulfilmentState
from store import orders, outbox, parked, print_jobs, transmissions
from tests.box import BoxUnderTest, wait_for
from tests.lab.process import end

POINTS = [
    ("after-archive", 1),
    ("after-intake", 1),
    ("before-commit:translate", 1),
    ("after-commit:translate", 1),
    ("before-commit:enter", 1),
    ("after-commit:enter", 1),
    ("after-commit:render", 2),
    ("before-commit:render", 1),
    ("after-commit:render", 1),
    ("before-ack", 1),
    ("before-ack", 4),
    ("before-print", 1),
    ("sending", 1),
    ("after-print", 1),
    ("after-print", 2),
    ("before-commit:print", 1),
    ("after-commit:print", 2),
    ("after-send", 1),
    ("after-commit:send", 1),
]
SAMPLE = files("gateway.demo").joinpath("straight.edi").read_bytes()
PAPERS = 2


@pytest.mark.parametrize(("point", "times"), POINTS, ids=[f"{point}-{times}" for point, times in POINTS])
def test_box_killed_at_any_point_leaves_one_order_one_997_and_each_paper_once(
    box: BoxUnderTest, point: str, times: int
) -> None:
    box.drop("po.edi", SAMPLE)
    process = box.start(kill_at=point, times=times)
    assert process.wait(60) == -signal.SIGKILL, box.log()[-3000:]
    process = box.start()
    road = box.open()
    try:
        wait_for(lambda: is_over(road), f"the trip to end after a kill {point}", box)
        check_invariants(road, box)
    finally:
        end(process)
        road.database.close()


def is_over(road: Road) -> bool:
    with road.database.read() as conn:
        rows = orders.listed(conn)
        if not rows or parked.open_count(conn):
            return bool(rows) and bool(parked.open_count(conn))
        jobs = print_jobs.jobs_of(conn, rows[0].order_id)
        answers = [one for one in transmissions.recent(conn) if one.direction == "out"]
        idle = not outbox.under_way(conn, road.clock() - timedelta(hours=1))
        are_settled = len(jobs) == PAPERS and all(job.state in print_jobs.SETTLED for job in jobs)
        return idle and are_settled and bool(answers) and all(answer.state == "sent" for answer in answers)


def check_invariants(road: Road, box: BoxUnderTest) -> None:
    with road.database.read() as conn:
        assert parked.parked_messages(conn) == []
        (order,) = orders.listed(conn)
        crossed = transmissions.recent(conn)
        (inbound,) = [one for one in crossed if one.direction == "in"]
        (answer,) = [one for one in crossed if one.direction == "out"]
        jobs = print_jobs.jobs_of(conn, order.order_id)
    assert road.archive.load(inbound.sha256) == SAMPLE
    assert [path.read_bytes() for path in box.outbox.iterdir()] == [road.archive.load(answer.sha256)]
    assert b"AK5*A" in road.archive.load(answer.sha256)
    assert answer.name == "997-000000001.edi"
    states = sorted(job.state for job in jobs)
    in_doubt = states.count("in doubt")
    assert set(states) <= {"printed", "in doubt"}
    assert PAPERS - in_doubt <= box.papers() <= PAPERS
    if not in_doubt:
        assert order.fulfilment_state == FulfilmentState.PRINTED
    assert list((box.inbox / ".claimed").iterdir()) == []
    assert len(list((box.inbox / "done").iterdir())) == 1
