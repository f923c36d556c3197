"""Orders as a file of rows."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response, StreamingResponse

from gateway import export
from gateway.console.api.models import Problem
from gateway.console.context import Filter, TheRoad
from gateway.console.download import disposition, streamed
from gateway.console.pages.orders import as_kind
from gateway.export import Format, Rows, Wanted
from store.errors import NotFound

router = APIRouter(prefix="/orders", tags=["orders"])
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@router.get("/export", response_class=Response, responses={404: {"model": Problem}})
def exported(
    road: TheRoad,
    wanted: Annotated[Format, Query(alias="format")] = Format.CSV,
    rows: Annotated[Rows, Query(description="a row for each order, or for each delivery of each line")] = Rows.ORDER,
    state: Filter = "",
    partner: Filter = "",
    held: Filter = "",
    search: Filter = "",
) -> Response:
    """All orders that the filters of the list let through, as CSV or Excel, those entered last first."""
    if held and as_kind(held) is None:
        raise NotFound(f"there is no {held!r} hold: credit or review")
    found = export.table(road, Wanted(state or None, partner or None, as_kind(held), search or None), rows)
    name = disposition("attachment", f"orders.{wanted}")
    if wanted is Format.XLSX:
        return streamed(export.as_xlsx(found), XLSX, name)
    return StreamingResponse(export.as_csv(found), 200, {"Content-Disposition": name}, "text/csv; charset=utf-8")
