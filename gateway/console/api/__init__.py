"""The JSON API beside the pages: ``/api/v1``, described at ``/api/v1/openapi.json``."""

from __future__ import annotations

from fastapi import APIRouter

from gateway.console.api import (
    changes,
    credit,
    desk,
    export,
    holds,
    masters,
    orders,
    parked,
    print_jobs,
    schemas,
    shipments,
    transmissions,
    webhooks,
)
from gateway.console.api.models import Problem

router = APIRouter(
    prefix="/api/v1",
    responses={
        403: {"model": Problem, "description": "The request came from another site."},
        404: {"model": Problem, "description": "There is no such thing."},
        409: {"model": Problem, "description": "As it stands now, this cannot be done."},
        422: {"model": Problem, "description": "The request cannot be read."},
        503: {"model": Problem, "description": "The database does not answer now."},
    },
)
for part in (
    export,
    orders,
    desk,
    shipments,
    changes,
    webhooks,
    credit,
    holds,
    masters,
    schemas,
    transmissions,
    parked,
    print_jobs,
):
    router.include_router(part.router)
