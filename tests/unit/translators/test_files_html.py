"""The HTML pages that call themselves .xls."""

from __future__ import annotations

import pytest

from tests.trees import codes, one, read, refused
from translators.detect import Syntax
from translators.files.options import FileOptions
from translators.files.reading import OrderTree, read_file

PAGE = """<html><head><style>td {mso-number-format:"\\@"}</style></head><body>
<!-- <tr><td>no row</td></tr> -->
<table border=1><tr><th>PO<th>Part<th>Qty</tr>
<tr><td rowspan="2">7</td><td><b>AB&amp;C</b><br>red</td><td align=right>12</td></tr>
<tr><td>00017</td><td>=1+1</td></tr>
<TR><TD COLSPAN=2>Total</TD><TD>13</TD></TR></table></body></html>"""


def test_the_table_of_a_page_is_read_with_its_merged_cells_where_they_stand() -> None:
    order = one(PAGE.encode(), group_by="PO")
    assert order["row"] == [{"PO": "7", "Part": "AB&C red", "Qty": "12"}, {"Part": "00017", "Qty": "=1+1"}]
    assert codes(PAGE.encode()) == ["row-skipped"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_page_is_read_in_the_encodings_that_occur(encoding: str) -> None:
    raw = PAGE.replace("00017", "Größe").encode(encoding)
    assert one(raw, format="xls", group_by="PO")["row"][1]["Part"] == "Größe"


@pytest.mark.parametrize(
    "raw",
    [
        b"<table>" + b"<" * 400_000,
        b"<table>" + b"<!--" * 200_000,
        b"<table>" + b"<script>" * 100_000,
        b"<table><tr><td " + b"a=" * 400_000,
        b"<table>" + b"<table><tr><td>" * 60_000,
        b"<table>" + b"&#" * 200_000,
        b"<td>outside of any row",
    ],
)
def test_a_hostile_page_is_read_to_its_end(raw: bytes) -> None:
    found = list(read_file(raw, Syntax.HTML, FileOptions()))
    assert any(not isinstance(one, OrderTree) and one.rejects for one in found)


def test_spans_and_nul_bytes_are_no_bombs() -> None:
    assert refused(PAGE.replace("COLSPAN=2", "colspan=99999").encode()).code == "file-too-large"
    trees, _ = read(PAGE.replace('rowspan="2"', 'rowspan="99999"').encode())
    assert len(trees[0].root.loops["row"]) == 2
    assert next(iter(read_file(b"<table>\x00", Syntax.HTML, FileOptions()))).code == "character-invalid"  # type: ignore[union-attr]
