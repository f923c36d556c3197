"""Masters for programs: an ERP keeps parts, prices and customers here as it has them, record by record or many at once.

Putting a record adds it or replaces the one with its key, so doing it twice is doing it once. Every kind has addresses
of its own, and the description says field by field what its records hold.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Body, Path, Query, Response
from pydantic import AfterValidator, BaseModel, Field

from gateway.console.api.desk import ExactRoute
from gateway.console.context import Filter, TheRoad, printable
from gateway.master_tables import MasterInvalid
from orders.document import Content
from store import masters
from store.errors import NotFound
from store.masters import KINDS, Kind

router = APIRouter(prefix="/masters", tags=["masters"], route_class=ExactRoute)

MOST_AT_ONCE = 10_000
PAGE_SIZE = 1_000
MasterKey = Annotated[str, Path(max_length=400), AfterValidator(printable)]


class KindRow(BaseModel):
    kind: str
    about: str
    key: list[str] = Field(description="fields that make the key; in an address they are joined by slashes")
    records: int


class Taken(BaseModel):
    taken: int = Field(description="records that were added or replaced")


@router.get("")
def kinds(road: TheRoad) -> list[KindRow]:
    """The kinds of masters and how many records there are of each."""
    with road.database.read() as conn:
        return [
            KindRow(kind=kind.name, about=kind.about, key=list(kind.key_columns), records=masters.count(conn, kind))
            for kind in KINDS.values()
        ]


def _routes(kind: Kind) -> None:
    """The addresses of one kind. Its model is known only here, so the annotations are set by hand."""
    model: Any = kind.model

    def some(road: TheRoad, begins: Filter = "", limit: Any = 100, offset: Any = 0) -> list[Content]:
        with road.database.read() as conn:
            return masters.listed(conn, kind, begins=begins, limit=limit, offset=offset)

    def one(road: TheRoad, key: MasterKey) -> Content:
        with road.database.read() as conn:
            return masters.get(conn, kind, key)

    def put(road: TheRoad, key: MasterKey, record: Any) -> Content:
        if kind.key_of(record) != key:
            raise MasterInvalid(f"the record says {kind.key_of(record)!r}, the address {key!r}: they must be the same")
        with road.database.write() as conn:
            masters.put(conn, record)
        taken: Content = record
        return taken

    def put_many(road: TheRoad, records: Any) -> Taken:
        keys = [kind.key_of(record) for record in records]
        if len(set(keys)) < len(keys):
            twice = next(key for key in keys if keys.count(key) > 1)
            raise MasterInvalid(f"{twice!r} stands in the list twice: which one counts?")
        with road.database.write() as conn:
            masters.put(conn, *records)
        return Taken(taken=len(records))

    def remove(road: TheRoad, key: MasterKey) -> Response:
        with road.database.write() as conn:
            if not masters.remove(conn, kind, key):
                raise NotFound(f"there is no {key!r} among the {kind.name}")
        return Response(status_code=204)

    some.__annotations__ |= {
        "limit": Annotated[int, Query(ge=1, le=PAGE_SIZE)],
        "offset": Annotated[int, Query(ge=0, le=10_000_000)],
        "return": list[model],
    }
    one.__annotations__["return"] = put.__annotations__["return"] = model
    put.__annotations__["record"] = model
    put_many.__annotations__["records"] = Annotated[list[model], Body(max_length=MOST_AT_ONCE)]

    name, at = kind.name, f"/{kind.name}/{{key:path}}"
    key = "/".join(kind.key_columns)
    usual: dict[str, Any] = {"response_model_exclude_none": True}
    router.get(f"/{name}", summary=f"{name}: {kind.about}", name=f"list {name}", **usual)(some)
    router.get(at, summary=f"One of the {name}, by {key}", name=f"get {name}", **usual)(one)
    router.put(at, summary=f"Add or replace one of the {name}, by {key}", name=f"put {name}", **usual)(put)
    router.post(f"/{name}", summary=f"Add or replace many {name}, all or none", name=f"put many {name}")(put_many)
    router.delete(at, summary=f"Take one of the {name} away", name=f"remove {name}", status_code=204)(remove)


for _kind in KINDS.values():
    _routes(_kind)
