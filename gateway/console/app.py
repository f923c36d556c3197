"""The console as one ASGI application: pages, JSON API, health and metrics, behind the guard."""

from __future__ import annotations

from importlib.metadata import version
from importlib.resources import files

from fastapi import FastAPI
from starlette.responses import FileResponse, Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from gateway.console import api
from gateway.console.errors import answer_errors
from gateway.console.guard import API, Guard
from gateway.console.pages import health, orders, overview, parked, print_jobs, shipping, transmissions
from gateway.road import Road


class Assets(StaticFiles):
    """Styles and scripts; a browser may keep them, because their address changes when they do."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == 200:
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def create_app(road: Road) -> FastAPI:
    """The console of one box.

    Nothing of it needs the network: styles and scripts come from the package.
    """
    app = FastAPI(
        title="Dockgate",
        version=version("dockgate"),
        description="What the console shows and does, for programs. There is no login yet: keep it on 127.0.0.1.",
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{API}v1/openapi.json",
    )
    app.state.road = road
    for pages in (overview, orders, shipping, transmissions, parked, print_jobs, health):
        app.include_router(pages.router, include_in_schema=False)
    app.include_router(api.router)
    mark = str(files("gateway.console").joinpath("static", "dockgate.svg"))
    app.add_api_route("/favicon.ico", lambda: FileResponse(mark), include_in_schema=False)
    app.router.routes.append(Mount("/static", Assets(directory=str(files("gateway.console").joinpath("static")))))
    answer_errors(app)
    app.add_middleware(Guard, host=road.settings.console.host)
    return app
