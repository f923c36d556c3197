"""A real Chromium, private to each test module: Playwright's loop must be gone before others start one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import skip_or_fail
from tests.lab.process import ServerMissing

CHROMIUM = Path(os.environ.get("DOCKGATE_CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser of the machine; none is ever downloaded."""
    if not CHROMIUM.exists():
        skip_or_fail(ServerMissing(f"a browser ({CHROMIUM})", "chromium"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()
