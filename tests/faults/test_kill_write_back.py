"""kill -9 while a store is told: after the restart it was told once, whatever it had heard before (F01)."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from gateway.road import Road
from gateway.settings import FILE_NAME
from store import parked, transmissions
from tests.box import BoxUnderTest, wait_for
from tests.lab.process import end
from tests.trade import KITS, Trade, heard, trading

HEARD = "after-write-back"
"""The store has heard, and the box has not noted it: what a store is asked first differs from store to store."""
KILLS = [*((HEARD, kind) for kind in KITS), *((f"{when}-commit:write-back", "walmart") for when in ("before", "after"))]


@pytest.mark.parametrize(("point", "kind"), KILLS)
def test_store_is_told_once_though_the_box_is_killed_while_it_tells(
    box: BoxUnderTest, tmp_path: Path, point: str, kind: str
) -> None:
    with (box.home / FILE_NAME).open("a", encoding="utf-8") as settings:
        settings.write('\n[outbound]\nallow = ["127.0.0.1"]\n')
    road = box.open()
    try:
        with trading(road, kind, tmp_path) as trade:
            box.drop("order.json", trade.sample, kind)
            process = box.start(kill_at=point)
            assert process.wait(60) == -signal.SIGKILL, box.log()[-3000:]
            process = box.start()
            try:
                wait_for(lambda: is_told(road, trade), f"the store to be told after a kill {point}", box)
            finally:
                end(process)
            assert len(heard(trade.shop)) == 1
    finally:
        road.database.close()


def is_told(road: Road, trade: Trade) -> bool:
    with road.database.read() as conn:
        assert parked.parked_messages(conn) == []
        (answer,) = transmissions.recent(conn, direction="out")
    return answer.state == "sent" and bool(trade.told())
