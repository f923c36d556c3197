"""Customers' files at the front door: whatever the bytes, reading ends; and nothing of a file is lost in silence."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from partners.partner import Agreement
from tests.workbooks import xlsx, zipped
from translators.agreed import Agreed, Envelope
from translators.maps.bases import base_map_text
from translators.maps.engine import CompiledMap, compile_map
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


TREE_MAP = """
map   = "tree"
match = { standard = "file", set = "KIND" }
[file]
FILE
[order]
customer_po_number = { from = "number", missing = "reject" }
department_number  = "head/department"
terms_text         = "head/@terms"
[parties.ship_to]
each = "head/place"
name = "name"
[notes]
each = "note"
kind = { value = "to-dock" }
text = "note"
[lines]
each        = "line"
quantity    = "quantity | decimal"
uom         = { value = "EA" }
description = ["text", "line"]
part        = { ids = { VP = "sku" } }
"""
NAMES = st.sampled_from(
    ["number", "head", "department", "place", "name", "note", "line", "text", "sku", "shelf", "other"]
)
LEAVES = st.lists(WORDS, max_size=2)
Tree = dict[str, Any]
TREES: st.SearchStrategy[Tree] = st.recursive(
    st.dictionaries(NAMES, LEAVES, max_size=4),
    lambda inner: st.dictionaries(NAMES, LEAVES | st.lists(inner, min_size=1, max_size=2), max_size=4),
    max_leaves=8,
)


def tree_map(kind: str, file: str) -> CompiledMap:
    return compile_map(TREE_MAP.replace("KIND", kind).replace("FILE", file), base_map_text)


def told_of(raw: bytes, chosen: CompiledMap) -> tuple[set[str], str]:
    """Every text of the documents, and what the findings say."""

    def agree(envelope: Envelope) -> Agreed:
        return Agreed("anybody", Agreement(document=envelope.set_id, standard="file", map="tree"), chosen)

    shown = read(raw, agree, AT, "folder").to_json("x", AT)
    assume(shown["documents"])  # what is refused is kept as it came
    return set(texts(shown["documents"])), " ".join(finding["message"] for finding in shown["findings"])


def words_of(tree: Any) -> set[str]:
    return {text for text in texts(tree) if text}


def whole(tree: Tree) -> Tree:
    """The tree as an order that is not refused: with a number, and on each line a quantity and a part."""
    lines = [one for one in tree.get("line", ()) if isinstance(one, dict)] or [{}]
    return {**tree, "number": ["w1"], "line": [{**one, "quantity": ["3"], "sku": ["wA"]} for one in lines]}


def element(name: str, inside: Any) -> str:
    """An element, its shelf as an attribute where it is a text."""
    if isinstance(inside, str):
        return f"<{name}>{inside}</{name}>"
    shelf = next((one for one in inside.get("shelf", ()) if isinstance(one, str)), None)
    attribute = "" if shelf is None else f' shelf="{shelf}"'
    body = "".join(element(key, one) for key, values in inside.items() for one in values if one is not shelf)
    return f"<{name}{attribute}>{body}</{name}>"


@given(TREES)
@settings(max_examples=120, deadline=None)
def test_every_text_of_an_xml_file_is_in_a_field_in_extensions_or_in_a_finding(tree: Tree) -> None:
    tree = whole(tree)
    kept, told = told_of(f"<?xml version='1.0'?>{element('order', tree)}".encode(), tree_map("xml", 'format = "xml"'))
    assert {word for word in words_of(tree) if word not in kept and word not in told} == set()


@given(TREES)
@settings(max_examples=120, deadline=None)
def test_every_text_of_a_json_file_is_in_a_field_in_extensions_or_in_a_finding(tree: Tree) -> None:
    tree = whole(tree)
    kept, told = told_of(json.dumps(tree).encode(), tree_map("json", 'format = "json"'))
    assert {word for word in words_of(tree) if word not in kept and word not in told} == set()


RECORDS = """
format = "fixed"
[[file.records]]
name   = "order"
tag    = "H"
fields = { number = [2, 10], shelf = [12, 10] }
[[file.records]]
name   = "line"
tag    = "L"
fields = { sku = [2, 10], quantity = [12, 5], other = [17, 10] }
"""
LONG = st.lists(WORDS | st.just(""), max_size=3)


@given(LONG, st.lists(LONG, max_size=3), st.lists(WORDS, max_size=1))
@settings(max_examples=120, deadline=None)
def test_every_text_of_a_fixed_width_file_is_in_a_field_in_extensions_or_in_a_finding(
    head: list[str], lines: list[list[str]], odd: list[str]
) -> None:
    records = [f"H{'w1':<10}" + "".join(f"{word:<10}" for word in head)]
    records += [f"L{'wA':<10}{3:<5}" + "".join(f"{word:<10}" for word in line) for line in lines]
    raw = "".join(f"{record}\n" for record in [*records, *odd])
    kept, told = told_of(raw.encode(), tree_map("fixed", RECORDS))
    seen = " ".join(kept) + told
    words = " ".join((*head, *odd, *(word for line in lines for word in line))).split()
    assert [word for word in words if word not in seen] == []
