"""Customers' files: whatever the bytes, reading ends with trees or findings; and what CSV writes, we read."""

from __future__ import annotations

import csv
import io
from contextlib import suppress
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.trees import plain
from tests.workbooks import ods, xlsx, zipped
from translators.detect import Syntax, detect
from translators.files.options import Field, FileOptions, Record
from translators.files.peek import peek
from translators.files.reading import OrderTree, read_file
from translators.files.values import read_day, read_number
from translators.findings import Finding
from translators.numbers import Unreadable
from translators.tradacoms import reader as tradacoms

XLS = (Path(__file__).parents[1] / "unit" / "translators" / "samples" / "orders.xls").read_bytes()
SAMPLES = [
    b'PO,Part,Qty\n1,"A, B",12\n1,C,3\n2,D,1\n',
    b'<?xml version="1.0"?><Orders><Order no="7"><Part>A</Part></Order></Orders>',
    b'{"orders": [{"id": 1, "lines": [{"part": "A\\u00e9", "qty": 12.5}]}]}',
    xlsx([["Part", "Qty"], ["A", 1]], hidden=["x"]),
    ods('<table:table table:name="T"><table:table-row><table:table-cell office:value-type="float" office:value="1"/>'
        "</table:table-row></table:table>"),
    zipped({"a.csv": b"Part,Qty\nA,1\n", "b.json": b"{}"}),
    XLS,
    b"STX=ANA:1+A:B+C:D+260302:120000+1'MHD=1+ORDERS:9'ORD=7::260302'MTR=3'END=1'",
    b"H0001ACME\nLAB-1   12\n",
    b"<table><tr><th>Part<th>Qty</tr><tr><td rowspan=2>A</td><td>1</td></tr><tr><td colspan=2>2</td></tr></table>",
]  # fmt: skip
FIXED = (Record("h", "H", 1, (Field("po", 2, 4),)), Record("l", "L", 1, (Field("part", 2, 6),), "h"))
OPTIONS = [
    FileOptions(),
    FileOptions(group_by=("PO",), header=("PO",)),
    FileOptions(each=("Orders", "Order")),
    FileOptions(each=("orders",)),
    FileOptions(header_row="none", quote="", sorted=True),
    FileOptions(format="fixed", records=FIXED),
]


def check(raw: bytes, syntax: Syntax, options: FileOptions) -> None:
    """The contract of the doors."""
    for one in read_file(raw, syntax, options):
        assert isinstance(one, OrderTree | Finding)
        if isinstance(one, OrderTree):
            plain(one.root)
            assert one.places
    peek(raw, syntax)


@given(st.binary(max_size=300), st.sampled_from(list(Syntax)), st.sampled_from(OPTIONS))
@settings(max_examples=400)
def test_any_bytes_are_read_to_their_end_as_any_syntax(raw: bytes, syntax: Syntax, options: FileOptions) -> None:
    check(raw, syntax, options)
    list(tradacoms.read(raw))


@given(
    st.sampled_from(SAMPLES), st.integers(0, 6000), st.binary(max_size=4), st.integers(0, 4), st.sampled_from(OPTIONS)
)
@settings(max_examples=600)
def test_a_file_with_some_bytes_changed_is_read_to_its_end(
    sample: bytes, at: int, put: bytes, gone: int, options: FileOptions
) -> None:
    at %= len(sample)
    raw = sample[:at] + put + sample[at + gone :]
    check(raw, detect(sample), options)
    check(raw, detect(raw), options)
    list(tradacoms.read(raw))


TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.just("\n"), max_size=12)


@given(st.lists(st.lists(TEXT, min_size=3, max_size=3), min_size=1, max_size=8), st.sampled_from(",;\t|"))
def test_what_a_csv_writer_writes_is_read_back(rows: list[list[str]], separator: str) -> None:
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, quoting=csv.QUOTE_ALL)
    writer.writerow(["alpha", "beta", "gamma"])
    writer.writerows(rows)
    raw = out.getvalue().encode()
    found = list(read_file(raw, Syntax.CSV, FileOptions(encoding="utf-8", separator=separator, header_row=1)))
    trees = [one for one in found if isinstance(one, OrderTree)]
    kept = [
        {name: cell.strip() for name, cell in zip(("alpha", "beta", "gamma"), row, strict=True) if cell.strip()}
        for row in rows
        if any(cell.strip() for cell in row)
    ]
    skipped = sum(isinstance(one, Finding) and one.code == "row-skipped" for one in found)
    read = plain(trees[0].root)["row"] if trees else []
    assert len(read) + skipped == len(kept)
    if not skipped and all(not cell.startswith("'") for row in kept for cell in row.values()):
        assert read == kept


@given(st.text(max_size=20), st.sampled_from([".", ",", "auto"]))
def test_any_text_is_a_number_or_unreadable(text: str, mark: str) -> None:
    with suppress(Unreadable):
        assert read_number(text, mark).is_finite()


@given(
    st.text("0123456789/-. :TZJanFebr", max_size=20),
    st.sampled_from([(), ("dmy",), ("mdy",), ("ymd",), ("DD.MM.YYYY",)]),
)
def test_any_text_is_a_day_or_unreadable(text: str, orders: tuple[str, ...]) -> None:
    with suppress(Unreadable):
        assert 1950 <= read_day(text, orders).year < 2100
