"""Print jobs: every paper asked for, those in doubt first, and the decisions a person takes about them."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gateway import operations
from gateway.console.context import ACTOR, Filter, Key, TheRoad
from gateway.console.download import paper
from gateway.console.pages.orders import steps_of
from gateway.console.rendering import page
from gateway.console.words import PRINT
from store import events, orders, print_jobs
from store.print_jobs import PrintJob

router = APIRouter(prefix="/print-jobs")

MAX_ROWS = 200


@router.get("")
def job_list(request: Request, road: TheRoad, state: Filter = "") -> HTMLResponse:
    with road.database.read() as conn:
        in_doubt = [] if state else print_jobs.recent(conn, state="in doubt", limit=MAX_ROWS)
        found = [one for one in print_jobs.recent(conn, state=state or None, limit=MAX_ROWS) if one not in in_doubt]
    return page(request, "print_jobs.html", in_doubt=in_doubt, rows=found, state=state, states=list(PRINT))


@router.get("/{print_job_id}")
def job_page(request: Request, road: TheRoad, print_job_id: Key) -> HTMLResponse:
    with road.database.read() as conn:
        job = print_jobs.job_by_id(conn, print_job_id)
        of_order = events.order_timeline(conn, job.order_id)
        return page(
            request,
            "print_job.html",
            job=job,
            order=orders.order_by_id(conn, job.order_id),
            reprints=[one for one in print_jobs.jobs_of(conn, job.order_id) if one.reprint_of == print_job_id],
            timeline=[one for one in steps_of(of_order) if one.href == _path(job)],
        )


@router.get("/{print_job_id}/page")
def job_paper(road: TheRoad, print_job_id: Key) -> Response:
    with road.database.read() as conn:
        job = print_jobs.job_by_id(conn, print_job_id)
    return paper(road.archive, job.sha256, job.media_type, f"{job.print_job_id}{extension(job)}")


@router.post("/{print_job_id}/came-out")
def came_out(road: TheRoad, print_job_id: Key) -> Response:
    operations.came_out(road, print_job_id, ACTOR)
    return RedirectResponse(f"/print-jobs/{quote(print_job_id, safe='')}?done=came-out", 303)


@router.post("/{print_job_id}/reprint")
def reprint(road: TheRoad, print_job_id: Key) -> Response:
    job = operations.reprint(road, print_job_id, ACTOR)
    return RedirectResponse(f"{_path(job)}?done=reprint", 303)


def extension(job: PrintJob) -> str:
    """What the file of a page is called at its end."""
    return ".pdf" if job.media_type == "application/pdf" else ".txt"


def _path(job: PrintJob) -> str:
    return f"/print-jobs/{quote(job.print_job_id, safe='')}"
