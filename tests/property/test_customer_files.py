"""Customers' files at the front door: whatever the bytes, reading ends; and no cell of a table is lost in silence."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.workbooks import xlsx, zipped
from translators.translate import inspect, read, standard_agreement

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
GOLDEN = Path(__file__).parents[1] / "golden"
SAMPLES = [path.read_bytes() for path in sorted(GOLDEN.glob("file-*/*/wire.*"))]
SAMPLES += [xlsx([["PO", "SKU", "Qty"], ["1", "A", 2]]), zipped({"a.csv": b"PO,SKU,Qty\n1,A,2\n", "b.json": b"{}"})]


def check(raw: bytes) -> None:
    read(raw, standard_agreement, AT, "folder").to_json("x", AT)
    inspect(raw).to_json("x")


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_are_read_to_their_end(raw: bytes) -> None:
    check(raw)


@given(st.sampled_from(SAMPLES), st.integers(0, 6000), st.binary(max_size=4), st.integers(0, 4))
@settings(max_examples=150, deadline=None)
def test_a_file_with_some_bytes_changed_is_read_to_its_end(sample: bytes, at: int, put: bytes, gone: int) -> None:
    at %= len(sample)
    check(sample[:at] + put + sample[at + gone :])


def texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    else:
        yield str(value)


HEADINGS = ["PO Number", "SKU", "Quantity", "Ship To Name", "Notes", "Line Notes", "Size", "Shelf", "Our own word"]
WORDS = st.text("abcXYZ 0123456789-", min_size=1, max_size=9).map(lambda word: f"w{word.strip()}")


@given(st.lists(st.tuples(*[WORDS] * (len(HEADINGS) - 1)), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_every_cell_is_in_a_field_in_extensions_or_in_a_finding(rows: list[tuple[str, ...]]) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(HEADINGS)
    for po, sku, *more in rows:
        writer.writerow([po, sku, "3", *more])
    shown = read(out.getvalue().encode(), standard_agreement, AT, "folder").to_json("x", AT)
    kept = set(texts(shown["documents"]))
    told = " ".join(finding["message"] for finding in shown["findings"])
    assert [cell for row in rows for cell in row if cell not in kept and cell not in told] == []
