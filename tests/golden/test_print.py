"""Papers against golden text: ``print/<order>/order.json`` gives ``<paper>.txt``, and its bar codes can be scanned.

A new case is a folder with an ``order.json``; ``pytest tests/golden/test_print.py --bless`` writes the texts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import pytest

from orders.order import SalesOrder
from printing.documents import Page, Site, packing_slip, pick_list
from tests.unit.printing.reading import bar_codes, page_texts, pictures

CASES = sorted(path.parent for path in (Path(__file__).parent / "print").glob("*/order.json"))
SITE = Site("Cascade Fittings Manufacturing", ("2100 NW Industrial St", "Portland, OR 97210"))
PAPERS: dict[str, Callable[..., Page]] = {
    "pick-list": pick_list,
    "packing-slip": packing_slip,
    "packing-slip-with-prices": partial(packing_slip, with_prices=True),
    "packing-slip-reprint": partial(packing_slip, reprint=True),
}


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_paper_says_what_was_reviewed(case: Path, paper: str, bless: bool) -> None:
    order = SalesOrder.model_validate_json((case / "order.json").read_text())
    page = PAPERS[paper](order, SITE, printed_on=date(2026, 11, 24))
    text = "\n\f\n".join(page_texts(page.data)) + "\n"
    golden = case / f"{paper}.txt"
    if bless:
        golden.write_text(text)
    assert text == golden.read_text()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_order_and_parts_scan_from_the_picture_of_the_page(case: Path) -> None:
    order = SalesOrder.model_validate_json((case / "order.json").read_text())
    page = pick_list(order, SITE, printed_on=date(2026, 11, 24))
    found = set().union(*(bar_codes(picture) for picture in pictures(page.data, dpi=300)))
    assert found == {order.order_number, *(line.part for line in order.content.lines if line.part)}
