"""Maps as drafts, tested before they are taken into use, replayed over traffic; on SQLite and PostgreSQL."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import pytest

from gateway import maps
from gateway.intake import Crossing, receive
from gateway.partner_files import MapTestFailed, import_files
from gateway.road import Road
from partners.kits import UnknownKit
from store import partners
from store.errors import NotFound
from tests.contract.test_operations import work

SAMPLE = files("gateway.demo").joinpath("straight.edi").read_text()
CHANGED = """
map = "northwind-850"
extends = "x12-850"
match = { sender = ["ZZ", "NORTHWIND"], set = "850" }

[order]
promo_code = { value = "AUTUMN" }
"""
TEST = f"""
[[tests]]
name = "the usual order"
sample = '''{SAMPLE}'''
expect = {{ promo_code = "%s", "lines[1].line_no" = 1 }}
"""


def imported(road: Road, tmp_path: Path, text: str, *, as_draft: bool) -> list[str]:
    path = tmp_path / "map.toml"
    path.write_text(text, "utf-8")
    return import_files(road, [path], "test", as_draft=as_draft)


def in_use(road: Road) -> int:
    with road.database.read() as conn:
        stored = partners.map_text(conn, "northwind-850")
    assert stored
    return stored[1]


def test_a_draft_is_not_in_use_until_it_is_activated_and_can_be_taken_back(road: Road, tmp_path: Path) -> None:
    assert imported(road, tmp_path, CHANGED, as_draft=True) == ["map northwind-850, revision 2, a draft"]
    assert in_use(road) == 1
    assert maps.activate_map(road, "northwind-850", None, "test") == 2
    assert in_use(road) == 2
    maps.activate_map(road, "northwind-850", 1, "test")
    assert in_use(road) == 1


def test_a_map_that_fails_its_own_tests_is_not_taken_into_use(road: Road, tmp_path: Path) -> None:
    with pytest.raises(MapTestFailed, match="the usual order: promo_code is 'AUTUMN', expected 'SUMMER'"):
        imported(road, tmp_path, CHANGED + TEST % "SUMMER", as_draft=False)
    imported(road, tmp_path, CHANGED + TEST % "SUMMER", as_draft=True)
    with pytest.raises(MapTestFailed):
        maps.activate_map(road, "northwind-850", None, "test")
    assert in_use(road) == 1
    imported(road, tmp_path, CHANGED + TEST % "AUTUMN", as_draft=False)
    assert in_use(road) == 3
    assert [one.passed for one in maps.own_tests(road, "northwind-850")] == [True]


def test_a_draft_replayed_over_recent_traffic_shows_what_it_would_change(road: Road, tmp_path: Path) -> None:
    crossing = Crossing("folder:northwind", "1", "straight.edi", road.clock())
    transmission_id = receive(road, SAMPLE.encode(), crossing)
    work(road)
    imported(road, tmp_path, CHANGED, as_draft=True)
    (difference,) = maps.replay(road, "northwind-850", None, days=30)
    assert difference.transmission_id == transmission_id
    assert ("promo_code", "SPRING", "AUTUMN") in difference.fields
    assert list(maps.replay(road, "northwind-850", 1, days=30)) == []
    assert in_use(road) == 1


def test_a_map_or_kit_that_is_not_there_is_told_with_what_there_is(road: Road) -> None:
    with pytest.raises(NotFound, match="dockgate map list"):
        maps.activate_map(road, "nobody", None, "test")
    with pytest.raises(UnknownKit):
        import_files(road, [Path("kit:nobody")], "test")
