"""Print jobs for programs."""

from __future__ import annotations

from fastapi import APIRouter, Response

from gateway import operations
from gateway.console.api.models import PrintJobRow
from gateway.console.context import ACTOR, Filter, Key, TheRoad
from gateway.console.download import paper
from gateway.console.pages.print_jobs import MAX_ROWS, extension
from store import print_jobs

router = APIRouter(prefix="/print-jobs", tags=["print jobs"])


@router.get("")
def job_list(road: TheRoad, state: Filter = "") -> list[PrintJobRow]:
    """The newest 200 print jobs, of one state or of all."""
    with road.database.read() as conn:
        found = print_jobs.recent(conn, state=state or None, limit=MAX_ROWS)
    return [PrintJobRow.model_validate(row) for row in found]


@router.get("/{print_job_id}")
def one_job(road: TheRoad, print_job_id: Key) -> PrintJobRow:
    """One print job."""
    with road.database.read() as conn:
        return PrintJobRow.model_validate(print_jobs.job_by_id(conn, print_job_id))


@router.get("/{print_job_id}/page", response_class=Response)
def job_paper(road: TheRoad, print_job_id: Key) -> Response:
    """The page itself, as it went to the printer."""
    with road.database.read() as conn:
        job = print_jobs.job_by_id(conn, print_job_id)
    return paper(road.archive, job.sha256, job.media_type, f"{job.print_job_id}{extension(job)}")


@router.post("/{print_job_id}/came-out")
def came_out(road: TheRoad, print_job_id: Key) -> PrintJobRow:
    """A person has seen the page of a job in doubt."""
    operations.came_out(road, print_job_id, ACTOR)
    return one_job(road, print_job_id)


@router.post("/{print_job_id}/reprint")
def reprint(road: TheRoad, print_job_id: Key) -> PrintJobRow:
    """Print the page again, marked as a reprint; the new print job."""
    return PrintJobRow.model_validate(operations.reprint(road, print_job_id, ACTOR))
