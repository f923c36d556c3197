"""The console as people use it: a real browser, the real policy, no error, and nothing axe-core objects to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from gateway.road import Road
from gateway.serve import ConsoleServer, start_console
from tests.browser.seed import Seeded, open_box, sample, seed, send, work

pytestmark = pytest.mark.servers

AXE = Path(__file__).parent / "vendor" / "axe.min.js"
LISTS = ("/", "/orders", "/transmissions", "/parked", "/parked?show=all", "/print-jobs", "/health")
WINDOW = {"width": 1280, "height": 720}
ZOOMED = {"width": 640, "height": 360}
"""What is left of the window at 200 % zoom."""


@dataclass
class Desk:
    """A person at the console, with everything their browser complained about."""

    road: Road
    url: str
    page: Page
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        self.page.goto(self.url + path)

    def violations(self) -> list[str]:
        """What axe-core objects to on the page as it stands."""
        self.page.evaluate(AXE.read_text("utf-8"))
        found: dict[str, Any] = self.page.evaluate("axe.run()")
        return [f"{one['id']}: {[node['html'][:120] for node in one['nodes'][:3]]}" for one in found["violations"]]


def _desk(road: Road, server: ConsoleServer, browser: Browser) -> Desk:
    page = browser.new_page(viewport=WINDOW)  # type: ignore[arg-type]
    desk = Desk(road, server.url, page)
    page.on("console", lambda message: desk.complaints.append(message.text))
    page.on("pageerror", lambda error: desk.complaints.append(str(error)))
    page.on("dialog", lambda dialog: desk.complaints.append(f"dialog: {dialog.message}"))
    page.on("requestfailed", lambda request: desk.complaints.extend(_broken(request)))
    return desk


def _broken(request: Request) -> list[str]:
    """A request that failed, unless the person had already gone on to another page."""
    return [] if request.failure == "net::ERR_ABORTED" else [f"{request.failure}: {request.url}"]


@pytest.fixture
def desk(tmp_path: Path, browser: Browser) -> Iterator[Desk]:
    """A fresh box on a port of its own; at the end the browser must have had nothing to complain about."""
    road = open_box(tmp_path)
    server = start_console(road)
    desk = _desk(road, server, browser)
    yield desk
    desk.page.close()
    server.stop()
    road.database.close()
    assert desk.complaints == []


@pytest.fixture
def seeded(desk: Desk) -> Seeded:
    return seed(desk.road)


def every_page(seeded: Seeded) -> list[str]:
    return [
        *LISTS,
        *(f"/orders/{one}" for one in (seeded.printed, seeded.credit, seeded.review, seeded.in_doubt, seeded.odd)),
        *(f"/transmissions/{one}" for one in (seeded.inbound, seeded.answer, seeded.refused, seeded.binary)),
        f"/parked/{seeded.parked}",
        "/parked/2",
        f"/print-jobs/{seeded.job_printed}",
        f"/print-jobs/{seeded.job_in_doubt}",
        "/orders?search=nothing-like-it",
        "/orders?search=%3Cscript%3Ealert(1)%3C/script%3E",
    ]


def test_every_page_of_an_empty_box_is_accessible(desk: Desk) -> None:
    for path in LISTS:
        desk.open(path)
        assert desk.violations() == [], path


def test_every_page_of_a_full_box_is_accessible_and_fits_at_200_percent(desk: Desk, seeded: Seeded) -> None:
    for path in every_page(seeded):
        desk.page.set_viewport_size(WINDOW)  # type: ignore[arg-type]
        desk.open(path)
        assert desk.violations() == [], path
        desk.page.set_viewport_size(ZOOMED)  # type: ignore[arg-type]
        assert desk.page.evaluate("document.documentElement.scrollWidth") <= ZOOMED["width"], path


def test_an_error_is_a_page_with_a_way_on(desk: Desk) -> None:
    desk.open("/orders/SO-1")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Not there")
    assert desk.violations() == []
    desk.page.get_by_role("link", name="To the overview").click()
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Overview")
    desk.complaints[:] = [one for one in desk.complaints if "404" not in one]  # the browser tells of the page itself


def test_a_clerk_releases_a_credit_hold_and_sees_the_papers_come(desk: Desk, seeded: Seeded) -> None:
    desk.open("/")
    desk.page.get_by_role("link", name="2 credit holds").click()
    desk.page.get_by_role("link", name=seeded.credit).click()
    expect(desk.page.get_by_text("credit limit 25000 USD exceeded").first).to_be_visible()
    desk.page.get_by_label("Note, kept with the hold").fill("paid today, says accounting")
    desk.page.get_by_role("button", name="Release").click()
    expect(desk.page.get_by_role("status").filter(has_text="The hold is released.")).to_be_visible()
    expect(desk.page.get_by_text("Released by console")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Release")).to_have_count(0)
    work(desk.road)
    desk.page.evaluate("htmx.trigger(document.body, 'tick')")
    expect(desk.page.get_by_role("link", name=re.compile(rf"^PJ-{seeded.credit}-1-pick-list"))).to_be_visible()
    expect(desk.page.locator(".axes .state").nth(2)).to_have_text("Printed")
    assert desk.violations() == []


def test_an_operator_replays_one_parked_message_and_discards_another_with_a_second_click(
    desk: Desk, seeded: Seeded
) -> None:
    desk.open(f"/parked/{seeded.parked}")
    desk.page.get_by_role("button", name="Replay").click()
    expect(desk.page.get_by_text("The message is on its way again.")).to_be_visible()
    work(desk.road)
    desk.open("/orders?search=458806")
    expect(desk.page.get_by_role("row")).to_have_count(2)
    desk.open("/parked/2")
    discard = desk.page.get_by_role("button", name="Discard this message")
    expect(discard).to_be_hidden()
    desk.page.get_by_text("Discard …").click()
    assert desk.violations() == []
    discard.click()
    expect(desk.page.get_by_text("The message is discarded; its bytes stay in the archive.")).to_be_visible()
    desk.open("/parked")
    expect(desk.page.get_by_text("Nothing is parked.")).to_be_visible()


def test_the_dock_decides_a_page_in_doubt(desk: Desk, seeded: Seeded) -> None:
    desk.open("/print-jobs")
    desk.page.get_by_role("button", name="It came out").click()
    expect(desk.page.get_by_text("Noted: the page came out.")).to_be_visible()
    desk.open(f"/orders/{seeded.in_doubt}")
    expect(desk.page.locator(".axes .state").nth(2)).to_have_text("Printed")
    desk.open(f"/print-jobs/{seeded.job_in_doubt}")
    desk.page.get_by_role("button", name="Reprint").click()
    expect(desk.page.get_by_text("This page is being printed again.")).to_be_visible()
    work(desk.road)
    desk.page.evaluate("htmx.trigger(document.body, 'tick')")
    expect(desk.page.locator("h1")).to_contain_text("-R1")
    expect(desk.page.get_by_text("print_job.printed")).to_be_visible()


def test_a_list_refreshes_by_itself_but_not_under_the_hands_of_its_reader(desk: Desk, seeded: Seeded) -> None:
    desk.open("/orders")
    rows = desk.page.get_by_role("row")
    expect(rows).to_have_count(6)
    send(desk.road, "northwind-straight-7.edi", sample("straight", 7))
    work(desk.road)
    desk.page.get_by_label("PO or order number").focus()
    for _ in range(4):
        desk.page.keyboard.press("Tab")
    assert desk.page.evaluate("document.getElementById('list').contains(document.activeElement)")
    desk.page.evaluate("htmx.trigger(document.body, 'tick')")
    expect(rows).to_have_count(6)
    desk.page.get_by_label("PO or order number").focus()
    expect(rows).to_have_count(7, timeout=8000)  # rung by the page's own clock


def test_a_refresh_keeps_the_note_that_is_being_written(desk: Desk, seeded: Seeded) -> None:
    desk.open(f"/orders/{seeded.review}")
    desk.page.get_by_label("Note, kept with the hold").fill("half a thou")
    desk.page.get_by_label("Refresh by itself").focus()
    with desk.page.expect_response(lambda response: response.url.endswith(seeded.review)):
        desk.page.evaluate("htmx.trigger(document.body, 'tick')")
    expect(desk.page.get_by_label("Note, kept with the hold")).to_have_value("half a thou")


def test_the_console_is_used_by_keyboard(desk: Desk, seeded: Seeded) -> None:
    desk.open("/orders")
    desk.page.keyboard.press("Tab")
    expect(desk.page.get_by_role("link", name="Skip to the content")).to_be_focused()
    desk.page.keyboard.press("Enter")
    assert desk.page.evaluate("document.activeElement.id") == "main"
    desk.page.keyboard.press("/")
    desk.page.keyboard.type("458802")
    desk.page.keyboard.press("Enter")
    expect(desk.page.get_by_role("row")).to_have_count(2)
    desk.page.get_by_role("link", name=seeded.credit).press("Enter")
    expect(desk.page.get_by_role("heading", level=1)).to_contain_text(seeded.credit)


def test_a_finding_lights_up_its_segment(desk: Desk, seeded: Seeded) -> None:
    desk.open(f"/transmissions/{seeded.refused}")
    desk.page.get_by_role("link", name="segment 8").click()
    row = desk.page.locator("#segment-8")
    expect(row).to_be_in_viewport()
    expect(row).to_have_css("background-color", "rgb(252, 237, 203)")


def test_bytes_are_downloaded_under_the_senders_name(desk: Desk, seeded: Seeded) -> None:
    desk.open(f"/transmissions/{seeded.inbound}")
    with desk.page.expect_download() as download:
        desk.page.get_by_role("link", name="Download the bytes").click()
    assert download.value.suggested_filename == "northwind-straight-1.edi"
    assert Path(download.value.path()).read_bytes() == sample("straight", 1)


def test_a_console_that_is_away_is_told_on_the_page(tmp_path: Path, browser: Browser) -> None:
    road = open_box(tmp_path)
    server = start_console(road)
    desk = _desk(road, server, browser)
    desk.open("/orders")
    server.stop()
    desk.page.evaluate("htmx.trigger(document.body, 'tick')")
    expect(desk.page.get_by_text("The console does not answer.")).to_be_visible()
    desk.page.close()
    road.database.close()
