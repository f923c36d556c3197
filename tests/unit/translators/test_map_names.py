"""Maps for customers' files: places are names, and names may hold what paths are made of."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from partners.partner import Agreement
from tests.factories import as_order
from translators.findings import MapError
from translators.maps.engine import compile_map
from translators.maps.paths import parse_named
from translators.translate import Agreed, Envelope, Translation, read

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
MAP = """
map   = "acme-csv"
match = { standard = "file", set = "csv" }
[file]
decimal = ","
dates   = "dmy"
[order]
customer_po_number = "'PO / Ref'"
customer_po_date   = "'Date (d.m.y)' | date"
[lines]
each     = "row"
quantity = "'Qty [pcs]' | decimal"
uom      = { value = "EA" }
price    = "'Price = net' | decimal"
part     = { ids = { VP = "'No. | SKU'" } }
"""
WIRE = b"PO / Ref;Date (d.m.y);No. | SKU;Qty [pcs];Price = net\nA-1;02.03.2026;AB-1;1.200;0,125\n"


def translated(raw: bytes, text: str = MAP) -> Translation:
    chosen = compile_map(text, lambda name: name)

    def agree(envelope: Envelope) -> Agreed:
        return Agreed("acme", Agreement(document=envelope.set_id, standard="file", map=chosen.name), chosen)

    return read(raw, agree, AT, "portal")


def test_headings_with_marks_of_paths_are_named_in_quotes() -> None:
    (one,) = translated(WIRE).documents
    line = as_order(one.document).lines[0]
    assert (one.document.customer_po_number, str(one.document.customer_po_date)) == ("A-1", "2026-03-02")
    assert (line.quantity, str(line.price_as_received)) == (1200, "0.125")
    assert one.document.provenance["lines[1].quantity"] == "Qty [pcs]@2"
    assert [(part.qualifier, part.value) for part in line.part_as_ordered] == [("VP", "AB-1")]


@pytest.mark.parametrize("text", ["Qty / each/", "a[b", "a=b", "'open", "a(0)", "''"])
def test_marks_of_paths_outside_quotes_are_no_names(text: str) -> None:
    with pytest.raises(MapError, match="is no path"):
        parse_named(text)


def test_a_number_that_cannot_be_read_names_its_row_and_heading() -> None:
    translation = translated(WIRE.replace(b"0,125", b"0.12,5"))
    assert translation.documents == ()
    (finding,) = translation.findings
    assert finding.message.startswith("row 2: Price = net")
    assert finding.where.offset == 2


def test_a_file_map_says_what_an_unreadable_file_table_is() -> None:
    with pytest.raises(MapError, match="decimal"):
        compile_map(MAP.replace('decimal = ","', 'decimal = ";"'), lambda name: name)


def test_a_file_map_says_what_an_orders_id_is_where_it_came_from() -> None:
    told = translated(WIRE, MAP.replace("[order]\n", "[order]\nchannel_order_id = \"'No. | SKU'\"\n"))
    assert [as_order(one.document).channel_order_id for one in told.documents] == ["AB-1"]
    assert [as_order(one.document).channel_order_id for one in translated(WIRE).documents] == ["csv/A-1"]


def test_a_map_for_edi_cannot_say_what_its_control_numbers_say() -> None:
    text = 'map = "m"\nmatch = { set = "850" }\n[order]\nchannel_order_id = "BEG.03"\n[lines]\neach = "PO1"\n'
    with pytest.raises(MapError, match=r"order\.channel_order_id"):
        compile_map(text, lambda name: name)
