"""Asks an ASGI application without a server or a socket in between."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
from starlette.types import ASGIApp


class Client:
    """A plain HTTP client whose requests go straight into the application."""

    def __init__(self, app: ASGIApp, base_url: str = "http://localhost", **headers: str) -> None:
        self._app = app
        self._base_url = base_url
        self._headers = headers

    def request(self, method: str, url: str, **options: Any) -> httpx.Response:
        return asyncio.run(self._ask(method, url, options))

    def get(self, url: str, **options: Any) -> httpx.Response:
        return self.request("GET", url, **options)

    def post(self, url: str, **options: Any) -> httpx.Response:
        return self.request("POST", url, **options)

    async def _ask(self, method: str, url: str, options: dict[str, Any]) -> httpx.Response:
        transport = httpx.ASGITransport(self._app)
        async with httpx.AsyncClient(transport=transport, base_url=self._base_url, headers=self._headers) as client:
            return await client.request(method, url, **options)
