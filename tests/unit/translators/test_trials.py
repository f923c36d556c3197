"""A map's own tests over files: texts as they are, workbooks in base64, and what a map writes."""

from __future__ import annotations

import base64

import pytest

from tests.workbooks import xlsx
from translators.findings import MapError
from translators.maps.bases import base_map_text
from translators.maps.engine import compile_map
from translators.trials import Trial, trials

MAP = 'map = "own"\nextends = "csv-order"\n[[tests]]\nname = "theirs"\n'
WORKBOOK = base64.encodebytes(xlsx([["PO", "SKU", "Qty"], ["7", "A", 2]])).decode()


def ran(test: str) -> Trial:
    (trial,) = trials(compile_map(MAP + test, base_map_text))
    return trial


def test_a_workbook_is_a_sample_in_base64() -> None:
    sample = f"sample_base64 = '''\n{WORKBOOK}'''\n"
    assert ran(sample + 'expect = { customer_po_number = "7", "lines[1].quantity" = "2" }').faults == ()
    assert ran(sample + 'expect = { customer_po_number = "8" }').faults == ("customer_po_number is '7', expected '8'",)


def test_a_table_is_a_sample_as_it_is() -> None:
    assert ran("sample = '''\nPO,SKU,Qty\n7,A,2\n'''\nexpect = { customer_po_number = \"7\" }").passed


def test_a_sample_that_is_no_base64_is_a_mistake_of_the_map() -> None:
    with pytest.raises(MapError, match="sample_base64 is no base64"):
        ran('sample_base64 = "no!"')


def test_what_a_map_writes_into_a_file_can_be_tested_too() -> None:
    line = '{ line_no = 1, quantity = "2", uom = "EA", part_as_ordered = [{ qualifier = "VP", value = "A" }] }'
    document = f'document = {{ kind = "purchase-order", customer_po_number = "7", lines = [{line}] }}\n'
    assert ran(document + 'writes = ["PO Number,", "7,"]').faults == ()
