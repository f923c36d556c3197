"""Templates: Jinja2 with escaping always on, and with the words of the console at hand."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from gateway.console import words
from gateway.road import Road
from store import orders, parked, print_jobs
from store.database import Connection
from store.errors import StoreError

MOST_ROWS = 400
"""Rows of a timeline, findings or documents on one page: a file with a thousand orders must not become a wall."""
NAV = (
    ("/", "Overview", ""),
    ("/orders", "Orders", "held"),
    ("/transmissions", "Transmissions", ""),
    ("/parked", "Parked", "parked"),
    ("/print-jobs", "Print jobs", "in_doubt"),
    ("/health", "Health", ""),
)
"""Path, name, and which count of waiting work stands beside it."""
DONE = {
    "released": "The hold is released.",
    "replayed": "The message is on its way again.",
    "discarded": "The message is discarded; its bytes stay in the archive.",
    "came-out": "Noted: the page came out.",
    "reprint": "This page is being printed again.",
}
"""What is said after an action; pages name it by its key, so that no text comes in by the address."""


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("gateway.console"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        name: getattr(words, name)
        for name in ("capital", "plain", "figure", "full_time", "clock_time", "span", "size", "amount", "quantity")
    }
    environment.globals |= {
        "word": words.word,
        "age": words.age,
        "stage_tone": words.stage_tone,
        "nav": NAV,
        "assets": _assets_version(),
        "most_rows": MOST_ROWS,
    }
    return environment


def _shown(value: Any) -> Any:
    """What a template puts out: text of anybody with its hidden characters made visible."""
    return words.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _assets_version() -> str:
    """Changes whenever a style or script does, so that browsers may keep what they have."""
    digest = hashlib.sha256()
    for name in ("app.css", "app.js", "vendor/htmx.min.js"):
        digest.update(files("gateway.console").joinpath("static", name).read_bytes())
    return digest.hexdigest()[:12]


ENVIRONMENT = _environment()


def page(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """A whole page: the template within the frame, with the counts of the work that waits for people."""
    road: Road = request.app.state.road
    frame = {
        "path": request.url.path,
        "now": road.clock(),
        "company": road.settings.company.name,
        "waiting": _waiting(road),
        "done": DONE.get(request.query_params.get("done", "")),
    }
    return HTMLResponse(ENVIRONMENT.get_template(template).render(frame | values), status)


def _waiting(road: Road) -> dict[str, int]:
    """What stands beside the names in the navigation; nothing while the database does not answer."""
    try:
        with road.database.read() as conn:
            return dict(waiting_for_people(conn))
    except StoreError:
        return {}


def waiting_for_people(conn: Connection) -> Iterator[tuple[str, int]]:
    """How many orders, messages and pages wait for a decision."""
    yield "held", sum(orders.open_hold_counts(conn).values())
    yield "parked", parked.open_count(conn)
    yield "in_doubt", print_jobs.counts(conn).get("in doubt", 0)
