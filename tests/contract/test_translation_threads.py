"""Workers translate side by side; what a map learns in one thread is nothing to another."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from gateway.translation import _compiled
from translators.maps.bases import base_map_text

WORKERS = 4


def test_each_thread_has_its_own_map_and_keeps_it() -> None:
    text, together = base_map_text("x12-850"), Barrier(WORKERS)

    def compiled(_: int) -> tuple[int, int]:
        together.wait(30)
        first, second = _compiled(text, base_map_text), _compiled(text, base_map_text)
        together.wait(30)
        kept.append(first)
        return id(first), id(second)

    kept: list[object] = []
    with ThreadPoolExecutor(WORKERS) as pool:
        ids = list(pool.map(compiled, range(WORKERS)))
    assert all(first == second for first, second in ids)
    assert len({first for first, _ in ids}) == WORKERS
