"""The console and its API over both databases: every route, every answer, every act a person can do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI

from gateway.app import open_road
from gateway.console.app import create_app
from gateway.console.guard import CONTENT_SECURITY_POLICY, HEADERS
from gateway.road import Road
from gateway.settings import ConsoleSettings, DatabaseSettings, Settings
from store import events, parked, print_jobs, transmissions
from tests.asgi import Client
from tests.browser.seed import HOSTILE, Seeded, open_box, seed, work

HOSTILE_TEXTS = [
    "' OR 1=1 --",
    "%",
    "_",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "\\",
    "\"'><img src=x onerror=x>",
    "𝄞",
]
PAGES = ["/", "/orders", "/transmissions", "/parked", "/parked?show=all", "/print-jobs", "/health"]


@dataclass(frozen=True)
class Box:
    """A seeded box, a browser's requests to it, and a program's."""

    road: Road
    seeded: Seeded
    app: FastAPI
    browser: Client
    program: Client


def _box(road: Road) -> Box:
    app = create_app(road)
    return Box(road, seed(road), app, Client(app, Origin="http://localhost"), Client(app))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def box(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """A seeded box on each database, to look at only."""
    home = tmp_path_factory.mktemp("box")
    url = ""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres").new_database()
    settings = Settings(home=home, database=DatabaseSettings(url=url), console=ConsoleSettings(port=0))
    road = open_road(settings, migrate=True)
    yield _box(road)
    road.database.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Box]:
    """A seeded box of a test's own, to change."""
    road = open_box(tmp_path)
    yield _box(road)
    road.database.close()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Client]:
    """A box nothing has happened in."""
    road = open_box(tmp_path)
    yield Client(create_app(road))
    road.database.close()


NO_SUCH_MASTER = "no/such/master"


def addresses(box: Box) -> dict[str, set[str]]:
    """Every route of the application with its methods, its parameters filled in."""
    values = {
        "name": box.seeded.credit,
        "customer": "C-1001",
        "currency": "EUR",
        "base_currency": "USD",
        "kind": "purchase-order",
        "transmission_id": box.seeded.inbound,
        "parked_id": str(box.seeded.parked),
        "print_job_id": box.seeded.job_printed,
        "key": NO_SUCH_MASTER,
    }
    found: dict[str, set[str]] = {"/static/app.css": {"GET"}, "/static/vendor/htmx.min.js": {"GET"}}
    for path, methods in box.app.openapi()["paths"].items():
        found[path.format(**values)] = {method.upper() for method in methods}
    for path in [*PAGES, "/healthz", "/metrics", "/api/v1/openapi.json"]:
        found[path] = {"GET"}
    for path in (
        "/orders/{name}",
        "/orders/{name}/ship",
        "/transmissions/{transmission_id}",
        "/transmissions/{transmission_id}/bytes",
        "/parked/{parked_id}",
        "/print-jobs/{print_job_id}",
        "/print-jobs/{print_job_id}/page",
    ):
        found[path.format(**values)] = {"GET"}
    for path in (
        "/orders/{name}/release",
        "/parked/{parked_id}/replay",
        "/parked/{parked_id}/discard",
        "/print-jobs/{print_job_id}/came-out",
        "/print-jobs/{print_job_id}/reprint",
    ):
        found[path.format(**values)] = {"POST"}
    return found


# ---------------------------------------------------------------- every route


def test_every_route_answers_with_the_security_headers(box: Box) -> None:
    for address, methods in addresses(box).items():
        answer = box.browser.get(address)
        there_is = 404 if address.endswith(NO_SUCH_MASTER) else 200
        assert answer.status_code == (there_is if "GET" in methods else 405), address
        for name, value in HEADERS.items():
            if name == "Cache-Control" and address.startswith("/static/"):
                continue
            if name == "Content-Security-Policy" and address.endswith("/page"):
                assert answer.headers[name].startswith("default-src 'none'")
                continue
            assert answer.headers[name] == value, (address, name)
        assert "set-cookie" not in answer.headers


def test_every_changing_route_refuses_a_request_from_another_site_and_changes_nothing(box: Box) -> None:
    """B54."""
    foreign = [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}]
    for address, methods in addresses(box).items():
        if "POST" not in methods:
            continue
        for headers in foreign:
            assert box.program.post(address, headers=headers, json={}).status_code == 403, address
    assert f"Parked message {box.seeded.parked}" in box.browser.get(f"/parked/{box.seeded.parked}").text
    assert "Replay" in box.browser.get(f"/parked/{box.seeded.parked}").text


def test_there_is_no_page_with_a_script_or_style_of_its_own(box: Box) -> None:
    for address in [one for one in addresses(box) if not one.startswith(("/static", "/api"))]:
        answer = box.browser.get(address)
        if not answer.headers["content-type"].startswith("text/html"):
            continue
        assert answer.headers["Content-Security-Policy"] == CONTENT_SECURITY_POLICY
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", answer.text, re.IGNORECASE), address
        assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", answer.text)), address
        assert not re.search(r"(?:src|href)=\"(?:https?:)?//", answer.text), address


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_hostile_text_is_literal_in_every_filter_and_id(box: Box, text: str) -> None:
    """B52, B53."""
    filters = [
        ("/orders", ("search", "state", "held")),
        ("/transmissions", ("direction", "state")),
        ("/parked", ("show",)),
    ]
    for path, names in [*filters, ("/print-jobs", ("state",)), ("/", ("done",))]:
        for name in names:
            answer = box.browser.get(path, params={name: text})
            assert answer.status_code == 200, (path, name)
            assert "<script>alert" not in answer.text
            assert "<img src=x" not in answer.text
    for prefix in ("/api/v1/orders", "/api/v1/transmissions", "/api/v1/print-jobs"):
        assert box.program.get(prefix, params={"state": text}).json() == []
    for path in ("/orders", "/transmissions", "/print-jobs", "/api/v1/orders", "/api/v1/transmissions"):
        answer = box.browser.get(f"{path}/{text.replace('%', '%25').replace('/', '')}")
        assert answer.status_code == 404, path
        if answer.headers["content-type"] != "application/json":
            assert "<script>alert" not in answer.text


def test_what_a_partner_sends_is_text_on_every_page(box: Box) -> None:
    """B53: a file name and a parked message that are a script."""
    for address in (
        "/transmissions",
        f"/transmissions/{box.seeded.binary}",
        "/parked",
        "/parked/2",
        f"/orders/{box.seeded.odd}",
    ):
        text = box.browser.get(address).text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text, address
        assert "⟨202E⟩{{7*7}}" in text, address
        assert "<script>alert" not in text
        assert "\u202e" not in text


def test_partner_bytes_come_as_a_file_no_browser_opens(box: Box) -> None:
    """B16, B60."""
    answer = box.browser.get(f"/transmissions/{box.seeded.binary}/bytes")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment; ")
    assert HOSTILE not in answer.headers["content-disposition"]
    assert answer.content.startswith(b"PK\x03\x04")


def test_a_page_of_ours_is_shown_as_pdf(box: Box) -> None:
    answer = box.browser.get(f"/print-jobs/{box.seeded.job_printed}/page")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].startswith(f'inline; filename="{box.seeded.job_printed}.pdf"')
    assert answer.content.startswith(b"%PDF")


def test_an_address_may_carry_too_much_or_nonsense_and_is_told_so(box: Box) -> None:
    for address in ("/orders?page=0", "/orders?page=x", f"/orders?search={'x' * 101}", "/parked/x", f"/parked/{2**60}"):
        assert box.browser.get(address).status_code == 422, address
    assert box.browser.get("/parked/999").status_code == 404
    assert box.browser.get("/nowhere").status_code == 404
    assert box.browser.get("/orders?search=a%0Ab%1B").status_code == 422
    assert box.browser.get("/static/../app.py").status_code == 404


# ---------------------------------------------------------------- what pages show


def test_an_empty_box_says_what_will_be_there(empty: Client) -> None:
    for address in PAGES:
        answer = empty.get(address)
        assert answer.status_code == 200
        if address != "/health":
            assert 'class="none"' in answer.text


def test_overview_counts_what_waits_and_times_the_last_trips(box: Box) -> None:
    text = box.browser.get("/").text
    for count, name in ((2, "credit holds"), (3, "review holds"), (2, "parked messages"), (1, "page in doubt")):
        assert f'<span class="number">{count}</span> <span class="name">{name}</span>' in text
    assert box.seeded.printed in text
    assert re.search(r"<td class=\"num strong\">[\d.]+ m?s</td>", text)


def test_orders_are_filtered_by_state_hold_and_number(box: Box) -> None:
    def numbers(query: str) -> set[str]:
        return set(re.findall(r"SO-\d+(?=</a>)", box.browser.get(f"/orders?{query}").text))

    seeded = box.seeded
    assert numbers("") == {seeded.printed, seeded.credit, seeded.review, seeded.in_doubt, seeded.odd}
    assert numbers("held=credit") == {seeded.credit, seeded.odd}
    assert numbers("state=in+review") == {seeded.review}
    assert numbers("search=nw-458801") == {seeded.printed}
    assert numbers("search=458801&state=in+credit") == set()
    assert numbers("page=2") == set()


def test_an_order_shows_its_holds_lines_papers_and_its_way(box: Box) -> None:
    credit = box.browser.get(f"/orders/{box.seeded.credit}").text
    assert "credit limit 25000 USD exceeded" in credit
    assert "<dt>Exposure</dt><dd>33,655.80</dd>" in credit
    printed = box.browser.get(f"/orders/{box.seeded.printed}").text
    for told in ("Widget, blue, box of ten", "1,515.80 USD", "transmission.received", "order.printed", "997-0000"):
        assert told in printed
    assert f'href="/print-jobs/{box.seeded.job_printed}/page"' in printed
    assert "Release</button>" in credit
    assert "Release</button>" not in printed


def test_deliveries_small_prices_notes_and_revisions_are_shown(box: Box) -> None:
    text = box.browser.get(f"/orders/{box.seeded.odd}").text
    for told in ("Delivery 2, ship on 2026-04-09, to 0043", "800 EA", "0.00125", "Ring twice", "Revision 2", "2.5 LB"):
        assert told in text
    assert "<code>lines[1].quantity</code> 1200 → 1300" in text


def test_a_finding_leads_to_its_segment(box: Box) -> None:
    text = box.browser.get(f"/transmissions/{box.seeded.refused}").text
    assert '<a href="#segment-8">segment 8</a>' in text
    assert '<tr id="segment-8"><td class="no">8</td><td class="text"><b>SE</b>*9*0001~</td></tr>' in text


def test_lost_bytes_are_told_and_the_page_stands(fresh: Box) -> None:
    with fresh.road.database.read() as conn:
        sha256 = transmissions.transmission_by_id(conn, fresh.seeded.inbound).sha256
    fresh.road.archive.path(sha256).unlink()
    answer = fresh.browser.get(f"/transmissions/{fresh.seeded.inbound}")
    assert answer.status_code == 200
    assert "restore it from a backup" in answer.text
    assert fresh.browser.get(f"/transmissions/{fresh.seeded.inbound}/bytes").status_code == 404


# ---------------------------------------------------------------- health


def test_health_is_ok_and_metrics_count_the_store(box: Box) -> None:
    answer = box.program.get("/healthz")
    assert (answer.status_code, answer.json()["status"], answer.json()["problems"]) == (200, "ok", [])
    assert 'dockgate_print_jobs{state="in doubt"} 1.0' in box.program.get("/metrics").text


def test_health_names_what_is_wrong(fresh: Box, tmp_path: Path) -> None:
    (tmp_path / "archive").rename(tmp_path / "elsewhere")
    answer = fresh.program.get("/healthz")
    assert answer.status_code == 503
    assert any(one.startswith("archive: ") for one in answer.json()["problems"])


# ---------------------------------------------------------------- what a person does


def test_release_lets_the_order_go_to_the_dock_and_keeps_the_note(fresh: Box) -> None:
    seen = seen_holds(fresh, fresh.seeded.credit)
    form = {"kind": "credit", "note": "paid today", "seen": seen}
    answer = fresh.browser.post(f"/orders/{fresh.seeded.credit}/release", data=form)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/orders/{fresh.seeded.credit}?done=released")
    work(fresh.road)
    text = fresh.browser.get(answer.headers["location"]).text
    for told in ("The hold is released.", "Released by console", "paid today", "order.printed"):
        assert told in text
    again = fresh.browser.post(f"/orders/{fresh.seeded.credit}/release", data={"kind": "credit"})
    assert again.status_code == 409
    assert "has no open credit hold" in again.text


def test_a_hold_that_nobody_has_seen_is_not_released(fresh: Box) -> None:
    answer = fresh.browser.post(f"/orders/{fresh.seeded.credit}/release", data={"kind": "credit", "seen": "H-other"})
    assert answer.status_code == 409
    assert "got another hold since it was shown" in answer.text


def test_one_kind_of_hold_is_released_and_the_other_stays(fresh: Box) -> None:
    path = f"/orders/{fresh.seeded.odd}"
    assert "All open holds" in fresh.browser.get(path).text
    form = {"kind": "credit", "seen": seen_holds(fresh, fresh.seeded.odd)}
    assert fresh.browser.post(f"{path}/release", data=form).status_code == 303
    text = fresh.browser.get(path).text
    assert "waits until a person lets go of its review hold" in text
    assert "All open holds" not in text


def seen_holds(box: Box, number: str) -> str:
    """What the page of an order says it shows."""
    found = re.search(r'name="seen" value="([^"]+)"', box.browser.get(f"/orders/{number}").text)
    assert found
    return found[1]


def test_a_form_may_name_no_state_and_no_other_field(fresh: Box) -> None:
    """B57."""
    path = f"/api/v1/orders/{fresh.seeded.credit}/release"
    for body in (
        {"order_state": "released"},
        {"credit_limit": "1"},
        {"note": 5},
        {"note": "x" * 401},
        {"note": "\x1b"},
    ):
        assert fresh.program.post(path, json=body).status_code == 422, body
    assert fresh.program.post(path, json={"kind": "gift"}).status_code == 404


def test_replay_sends_a_parked_message_on_and_discard_gives_one_up(fresh: Box) -> None:
    number = fresh.seeded.parked
    answer = fresh.browser.post(f"/parked/{number}/replay")
    assert answer.headers["location"] == f"/parked/{number}?done=replayed"
    again = fresh.browser.post(f"/api/v1/parked/{number}/replay")
    assert (again.status_code, again.json()["code"]) == (409, "settled-before")
    assert fresh.browser.post(f"/parked/{number}/replay").status_code == 409
    assert fresh.browser.post("/parked/2/replay").status_code == 409  # nobody can read it
    assert fresh.browser.post("/parked/2/discard").status_code == 303
    assert fresh.browser.post("/parked/999/discard").status_code == 404
    with fresh.road.database.read() as conn:
        assert {one.state for one in parked.parked_messages(conn, only_open=False)} == {"replayed", "discarded"}
    work(fresh.road)
    assert "NW-458806" in fresh.browser.get("/orders").text


def test_a_page_in_doubt_came_out_and_the_order_is_printed(fresh: Box) -> None:
    job = fresh.seeded.job_in_doubt
    assert fresh.browser.post(f"/print-jobs/{job}/came-out").status_code == 303
    assert fresh.browser.post(f"/print-jobs/{job}/came-out").status_code == 409
    with fresh.road.database.read() as conn:
        done = print_jobs.job_by_id(conn, job)
        assert (done.state, done.reason) == ("printed", "console has seen the page")
        assert "order.printed" in {one.what for one in events.order_timeline(conn, done.order_id)}


def test_a_page_in_doubt_printed_again_is_a_new_job_and_a_second_click_the_same_one(fresh: Box) -> None:
    job = fresh.seeded.job_in_doubt
    first, second = (fresh.browser.post(f"/print-jobs/{job}/reprint").headers["location"] for _ in range(2))
    assert first == second == f"/print-jobs/{job}-R1?done=reprint"
    work(fresh.road)
    text = fresh.browser.get(first).text
    assert "Printed" in text
    assert f'<a href="/print-jobs/{job}">{job}</a>' in text


# ---------------------------------------------------------------- the API


def test_api_lists_and_shows_what_the_pages_do(box: Box) -> None:
    seeded, get = box.seeded, box.program.get
    listed = get("/api/v1/orders", params={"held": "review", "partner": "northwind"}).json()
    assert [one["order_number"] for one in listed] == [seeded.review]
    assert listed[0]["grand_total"] == "293.00"
    order = get(f"/api/v1/orders/{seeded.printed}").json()
    assert order["content"]["lines"][2]["quantity"] == "200"
    assert order["content"]["parties"][1]["address"]["city"] == "Toledo"
    assert "cost" not in order["content"]["lines"][0]
    way = get(f"/api/v1/orders/{seeded.printed}/timeline").json()
    assert way["order"] == seeded.printed
    assert set(way["events"][0]) == {"at", "ms", "stage", "actor", "what", "ref"}
    crossing = get(f"/api/v1/transmissions/{seeded.refused}").json()
    assert crossing["findings"][0]["code"] == "segment-count-wrong"
    assert len(crossing["answered_by"]) == 1
    assert get(f"/api/v1/transmissions/{seeded.inbound}/bytes").content.startswith(b"ISA")
    assert get("/api/v1/transmissions", params={"direction": "out"}).json()[0]["state"] == "sent"
    assert {one["parked_id"] for one in get("/api/v1/parked").json()} == {"1", "2"}
    assert get(f"/api/v1/parked/{seeded.parked}").json()["traceback"].startswith("Traceback")
    assert get("/api/v1/print-jobs", params={"state": "in doubt"}).json()[0]["print_job_id"] == seeded.job_in_doubt
    assert get(f"/api/v1/print-jobs/{seeded.job_printed}/page").content.startswith(b"%PDF")


def test_api_does_what_the_pages_do(fresh: Box) -> None:
    seeded, post = fresh.seeded, fresh.program.post
    released = post(f"/api/v1/orders/{seeded.review}/release", json={"note": "agreed by telephone"}).json()
    assert released["order_state"] == "released"
    assert {one["release_note"] for one in released["holds"]} == {"agreed by telephone"}
    assert post(f"/api/v1/parked/{seeded.parked}/replay").json()["state"] == "replayed"
    assert post("/api/v1/parked/2/discard").json()["state"] == "discarded"
    again = post(f"/api/v1/print-jobs/{seeded.job_printed}/reprint").json()
    assert again["reprint_of"] == seeded.job_printed
    assert post(f"/api/v1/print-jobs/{seeded.job_in_doubt}/came-out").json()["state"] == "printed"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("orders/SO-1/release", 404, "not-found"),
        ("orders/{printed}/release", 409, "unknown-hold"),
        ("parked/999/replay", 404, "not-found"),
        ("parked/2/replay", 409, "undecodable"),
        ("parked/x/replay", 422, "invalid"),
        ("print-jobs/PJ-1/reprint", 404, "not-found"),
        ("print-jobs/{job_printed}/came-out", 409, "not-in-doubt"),
        ("nothing", 404, "not-found"),
    ],
)
def test_api_errors_have_a_code_and_a_message(box: Box, path: str, status: int, code: str) -> None:
    answer = box.program.post(f"/api/v1/{path.format(**vars(box.seeded))}", json={})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]
    assert set(answer.json()) == {"code", "message"}


def test_openapi_describes_every_answer_field_by_field(box: Box) -> None:
    described = box.program.get("/api/v1/openapi.json").json()
    assert "/api/v1/orders/{name}/release" in described["paths"]
    assert not [path for path in described["paths"] if not path.startswith("/api/v1/")]
    assert (
        described["components"]["schemas"]["OrderSummary"]["properties"]["grand_total"]["anyOf"][0]["type"] == "string"
    )


def test_what_has_left_is_told_by_a_form_and_a_second_click_ships_nothing_more(fresh: Box) -> None:
    name = fresh.seeded.printed
    form = fresh.browser.get(f"/orders/{name}/ship").text
    fields = dict(re.findall(r'name="([\w.-]+)" (?:value|maxlength="4" size="6" value)="([^"]*)"', form))
    first = next(field for field in fields if field.startswith("quantity-"))
    wanted = {"shipment_id": fields["shipment_id"], first: "1", "carrier": "UPSN", "tracking": "1Z999"}
    for _ in range(2):
        assert fresh.browser.post(f"/orders/{name}/ship", data=wanted).status_code == 303
    order = fresh.program.get(f"/api/v1/orders/{name}").json()
    assert order["fulfilment_state"] == "partly shipped"
    wrong = fresh.browser.post(f"/orders/{name}/ship", data=wanted | {"shipment_id": "x", first: "many"})
    assert (wrong.status_code, "is no quantity" in wrong.text) == (422, True)
