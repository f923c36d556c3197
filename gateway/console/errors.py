"""What an error becomes: one status, and a page or a JSON body with its code and its message."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from gateway.clerk import Outdated
from gateway.console.guard import API
from gateway.console.rendering import page
from gateway.master_tables import MasterInvalid
from gateway.operations import NotInDoubt
from orders.order import OrderError
from partners.partner import PartnerError
from printing.printer import PrintError
from queues.errors import QueueError
from store.errors import AlreadyExists, Conflict, NotFound, StoreError, StoreUnavailable
from store.requests import KeyReused

STATUS: dict[type[Exception], int] = {
    NotFound: 404,
    Conflict: 409,
    AlreadyExists: 409,
    Outdated: 412,
    KeyReused: 422,
    NotInDoubt: 409,
    StoreUnavailable: 503,
    StoreError: 500,
    OrderError: 409,
    MasterInvalid: 422,
    PartnerError: 409,
    QueueError: 409,
    PrintError: 409,
}
"""The status of an error and of all its kinds; the nearest class decides."""
ROOTS = (StoreError, OrderError, PartnerError, QueueError, PrintError)


class SettledBefore(StoreError):
    """Somebody else has decided this a moment ago; look at it again."""

    code = "settled-before"


STATUS[SettledBefore] = 409


def answer_errors(app: FastAPI) -> None:
    """Answer what the rooms raise, what cannot be read, and what is not there."""
    for root in ROOTS:
        app.add_exception_handler(root, _ours)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def status_of(error: Exception) -> int:
    """The status of the nearest class the table knows."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


def _ours(request: Request, error: Exception) -> Response:
    return _answer(request, status_of(error), getattr(error, "code", "error"), str(error))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    faults = "; ".join(f"{_place(one['loc'])}: {one['msg']}" for one in error.errors()[:5])
    return _answer(request, 422, "invalid", faults)


def _place(steps: Sequence[int | str]) -> str:
    """Where in a request a fault is: the field, and in a list the place of its record from 1."""
    inner = [step for step in steps[1:] if step != "body"]
    numbers = [f"record {step + 1}" for step in inner[:1] if isinstance(step, int)]
    return ", ".join([*numbers, str(inner[-1] if inner else steps[-1])]) if len(inner) != len(numbers) else numbers[0]


def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    phrase = HTTPStatus(error.status_code).phrase
    message = "there is no such page" if error.status_code == 404 else str(error.detail)
    response = _answer(request, error.status_code, phrase.lower().replace(" ", "-"), message)
    response.headers.update(error.headers or {})
    return response


def _answer(request: Request, status: int, code: str, message: str) -> Response:
    if request.url.path.startswith(API):
        return JSONResponse({"code": code, "message": message}, status)
    return page(request, "error.html", status, fault={"status": status, "code": code, "message": message})
