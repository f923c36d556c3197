"""How fast a paper is made: data to PDF, without archive and printer."""

from __future__ import annotations

import time
from statistics import median

from bench.results import Entry, entry
from printing.documents import packing_slip
from tests.unit.printing.orders_to_print import PRINTED_ON, SITE, line, order, short

WARM_UP = 5
ROUNDS = 100
LINES, SHEETS = 40, 2


def slip() -> list[Entry]:
    """The median time for a packing slip of forty lines on two sheets, once fonts and template are loaded."""
    lines = tuple(line(number) for number in range(1, LINES + 1))
    content = short().content.model_copy(update={"lines": lines})
    took_ms = []
    for number in range(WARM_UP + ROUNDS):
        # Another order number each time: the template engine remembers what it made of the same data.
        one = order(content, number=f"SO-{100_000 + number}")
        began = time.perf_counter()
        page = packing_slip(one, SITE, printed_on=PRINTED_ON)
        took_ms.append((time.perf_counter() - began) * 1000)
        assert page.pages == SHEETS
    return [entry("print.slip", median(took_ms[WARM_UP:]), "ms", ROUNDS)]
