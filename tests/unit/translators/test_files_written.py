"""Documents written as customers' files: by the paths that read them, in the partner's own words and habits."""

from __future__ import annotations

import csv
from datetime import date
from decimal import Decimal

import pytest

from gateway.outbound import anybody
from orders.document import Document, Identifier, Note, OrderResponse, ResponseLine
from orders.response import Answer, LineAnswer, LineStatement
from tests import factories
from translators.findings import MapError
from translators.maps.bases import base_map, base_map_text
from translators.maps.engine import compile_map
from translators.outgoing import PROVISIONAL, Written
from translators.writing import write

ERP = """
map      = "erp"
document = "purchase-order"
match    = { standard = "file", set = "csv" }
[file]
group_by = ["Order"]
header   = ["Date", "To"]
[order]
customer_po_number = "Order"
customer_po_date   = "Date | date"
purpose_code       = { value = "original" }
order_type         = { value = "stand-alone" }
currency           = { value = "USD" }
[parties.ship_to]
each = "."
code = "To"
[lines]
each     = "row"
quantity = "Qty | decimal"
uom      = { value = "EA" }
price    = "Price | decimal"
part     = { ids = { VP = "Item" } }
"""


def written(text: str, document: Document | None = None) -> Written:
    document = document or factories.purchase_order(
        customer_po_number="P-1",
        customer_po_date=date(2026, 3, 2),
        parties=(factories.ship_to(name=None, address=None),),
        lines=(factories.line(), factories.line(2, quantity=Decimal("2.50"), price_as_received=Decimal("1040.75"))),
    )
    return write(compile_map(text, base_map_text), document, anybody("file"), PROVISIONAL, factories.NOON)


def text_of(text: str, document: Document | None = None) -> str:
    return written(text, document).data.decode()


def test_an_order_becomes_a_table_with_its_head_in_every_row() -> None:
    assert text_of(ERP).splitlines() == [
        "Order,Date,To,Qty,Price,Item",
        "P-1,2026-03-02,0042,10,9.25,W-100",
        "P-1,2026-03-02,0042,2.5,1040.75,W-100",
    ]
    assert written(ERP).lost == ()


def test_a_table_has_the_partners_headings_marks_and_days() -> None:
    habits = '[file]\ndecimal = ","\ndates = ["DD.MM.YYYY"]\nrename = { Order = ["Bestellnummer", "Auftrag"] }\n'
    assert text_of(ERP.replace("[file]\n", habits)).splitlines()[:3] == [
        "Bestellnummer;Date;To;Qty;Price;Item",
        "P-1;02.03.2026;0042;10;9,25;W-100",
        "P-1;02.03.2026;0042;2,5;1040,75;W-100",
    ]


def test_columns_that_are_listed_come_in_their_order_filled_or_not() -> None:
    columns = '[file]\ncolumns = ["Item", "Qty", "Lot", "Order", "Date", "To", "Price"]\n'
    assert text_of(ERP.replace("[file]\n", columns)).splitlines()[:2] == [
        "Item,Qty,Lot,Order,Date,To,Price",
        "W-100,10,,P-1,2026-03-02,0042,9.25",
    ]


def test_a_table_without_headings_has_only_its_columns() -> None:
    text = ERP.replace(
        "[file]\n", '[file]\nheader_row = "none"\ncolumns = ["Order", "Date", "To", "Item", "Qty", "Price"]\n'
    )
    assert text_of(text).splitlines() == [
        "P-1,2026-03-02,0042,W-100,10,9.25",
        "P-1,2026-03-02,0042,W-100,2.5,1040.75",
    ]


def test_what_a_table_has_no_column_for_is_told_by_name() -> None:
    order = factories.purchase_order(customer_po_number="P-1", department_number="12")
    address = [f"parties.ship_to.{name}" for name in ("name", "line1", "city", "region", "postal_code", "country")]
    assert list(written(ERP, order).lost) == ["department_number", *address]
    assert "department_number has no place in a file by map erp" in [
        one.message for one in written(ERP, order).findings
    ]


def test_quotes_line_ends_and_separators_in_a_cell_stay_what_they_are() -> None:
    text = ERP.replace("part     = {", 'description = "Text"\npart     = {')
    line = factories.line(description='12" pipe, bent\nby hand')
    order = factories.purchase_order(parties=(), lines=(line,))
    assert '"12"" pipe, bent\nby hand"' in text_of(text, order)
    assert written(text, order).lost == ()


def test_one_cell_takes_one_of_two_notes_and_the_other_is_told() -> None:
    notes = (Note(note_kind="to-dock", note_text="ring"), Note(note_kind="to-dock", note_text="knock"))
    text = (
        ERP.replace('"To"]', '"To", "Note"]') + '[notes]\neach = "Note"\ntext = "Note"\nkind = { value = "to-dock" }\n'
    )
    order = factories.purchase_order(parties=(), notes=notes)
    assert "ring" in text_of(text, order)
    assert [one for one in written(text, order).lost if one.startswith("notes")] == ["notes[2]"]


def test_letters_an_encoding_lacks_are_told() -> None:
    order = factories.purchase_order(customer_po_number="PŁ-1", parties=())
    made = written(ERP.replace("[file]\n", '[file]\nencoding = "latin-1"\n'), order)
    assert b"P?-1" in made.data
    assert made.findings[0].message == "latin-1 lacks letters of the document; question marks were written"
    assert "customer_po_number" in made.lost


XML = """
map      = "answer"
document = "order-response"
match    = { standard = "file", set = "xml" }
[file]
format    = "xml"
root      = "OrderAnswers"
each      = "*/Answer"
namespace = "urn:example:answers"
order     = ["Header", "Items"]
[response]
customer_po_number = "Header/PO"
purpose_code       = { value = "original" }
write              = { "Header/@made" = { now = "date" }, "Header/Lines" = { count = "lines" }, "Version" = "2" }
[lines]
each        = "Items/Item"
customer_line_ref = "@no"
part        = { ids = { VP = "Part", BP = "Part[@of=buyer]" } }
quantity    = "Ordered | decimal"
uom         = "Ordered/@unit"
"""


def response(number: str = "P-1") -> OrderResponse:
    line = ResponseLine(
        line_no=1,
        customer_line_ref="1",
        quantity=Decimal(10),
        uom="EA",
        part_as_ordered=(Identifier(qualifier="VP", value="A<1>"), Identifier(qualifier="BP", value="B&1")),
    )
    return OrderResponse(customer_po_number=number, lines=(line,))


def test_a_response_becomes_xml_by_the_paths_it_would_be_read_from() -> None:
    assert text_of(XML, response()).splitlines() == [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<OrderAnswers xmlns="urn:example:answers">',
        "  <Answer>",
        "    <Version>2</Version>",
        '    <Header made="2026-03-02">',
        "      <PO>P-1</PO>",
        "      <Lines>1</Lines>",
        "    </Header>",
        "    <Items>",
        '      <Item no="1">',
        "        <Part>A&lt;1&gt;</Part>",
        '        <Part of="buyer">B&amp;1</Part>',
        '        <Ordered unit="EA">10</Ordered>',
        "      </Item>",
        "    </Items>",
        "  </Answer>",
        "</OrderAnswers>",
    ]
    assert written(XML, response()).lost == ()


def test_xml_without_a_name_for_its_outermost_element_is_a_mistake_of_the_map() -> None:
    with pytest.raises(MapError, match=r"file\.root: say what the outermost element is called"):
        written(XML.replace("root ", "# root "), response())


def test_a_name_that_xml_cannot_have_is_a_mistake_of_the_map() -> None:
    with pytest.raises(MapError, match="'Our PO' can be no name in XML"):
        written(XML.replace("Header/PO", "Header/Our PO"), response())


def test_xml_in_a_small_encoding_writes_other_letters_as_numbers() -> None:
    made = written(XML.replace("[file]\n", '[file]\nencoding = "latin-1"\n'), response("Ł"))
    assert b"<PO>&#321;</PO>" in made.data
    assert made.lost == ()


JSON = (
    ERP.replace('"csv"', '"json"')
    .replace('group_by = ["Order"]', 'each = "feed/order"')
    .replace('header   = ["Date", "To"]', "")
)


def test_json_has_numbers_as_numbers_rows_in_arrays_and_the_way_to_the_order() -> None:
    assert text_of(JSON).splitlines()[:8] == [
        "{",
        '  "feed": {',
        '    "order": {',
        '      "Order": "P-1",',
        '      "Date": "2026-03-02",',
        '      "To": "0042",',
        '      "row": [',
        "        {",
    ]
    assert '          "Price": 1040.75,' in text_of(JSON).splitlines()
    assert written(JSON).lost == ()


FIXED = """
[[file.records]]
name   = "order"
tag    = "H"
fields = { Order = [2, 10], Date = [12, 10], To = [22, 6] }
[[file.records]]
name   = "row"
tag    = "D"
fields = { Item = [2, 8], Qty = [10, 8], Price = [18, 10] }
"""


def test_fixed_width_has_a_line_for_each_record_and_tells_what_was_too_long() -> None:
    text = ERP.replace('"csv"', '"fixed"').replace('group_by = ["Order"]', 'format = "fixed"')
    text = text.replace('header   = ["Date", "To"]', FIXED)
    assert text_of(text).splitlines() == [
        "HP-1       2026-03-020042",
        "DW-100         10      9.25",
        "DW-100        2.5   1040.75",
    ]
    assert written(text).lost == ()
    long = factories.purchase_order(customer_po_number="P-123456789012", parties=())
    assert "customer_po_number" in written(text, long).lost


def test_a_workbook_is_not_written() -> None:
    with pytest.raises(MapError, match=r"file\.format: xlsx is not written; written are csv, fixed, json, tsv, xml"):
        written(ERP.replace('"csv"', '"xlsx"'))


def test_a_map_for_any_file_must_say_which_format_it_writes() -> None:
    with pytest.raises(MapError, match=r"file\.format: a file of no format is not written"):
        written(ERP.replace(', set = "csv"', ""))


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+cmd|' /C calc'!A0", "'-2+cmd|' /C calc'!A0"),
        ("+47 (1) 23-45", "+47 (1) 23-45"),
        ("-12.50", "-12.50"),
    ],
)
def test_a_text_that_a_spreadsheet_would_run_is_kept_a_text(text: str, cell: str) -> None:
    chosen = ERP.replace("part     = {", 'description = "Text"\npart     = {')
    order = factories.purchase_order(parties=(), lines=(factories.line(description=text),))
    assert next(csv.DictReader(text_of(chosen, order).splitlines()))["Text"] == cell
    assert written(chosen, order).lost == ()


def test_a_ubl_response_says_what_is_confirmed_and_tells_what_it_cannot_say() -> None:
    line = ResponseLine(
        line_no=1,
        customer_line_ref="10",
        quantity=Decimal(12),
        uom="EA",
        answers=(LineAnswer(statement=LineStatement.BACKORDERED, quantity=Decimal(5), uom="EA"),),
    )
    answer = OrderResponse(answer=Answer.ACCEPTED, customer_po_number="P-1", order_number="SO-7", lines=(line,))
    made = write(base_map("ubl-orderresponse"), answer, anybody("file"), PROVISIONAL, factories.NOON)
    bare = "".join(one.strip() for one in made.data.decode().splitlines())
    assert "<cbc:ID>SO-7</cbc:ID><cbc:SalesOrderID>SO-7</cbc:SalesOrderID><cbc:IssueDate>2026-03-02<" in bare
    assert "<cbc:ID>10</cbc:ID><cbc:LineStatusCode>3</cbc:LineStatusCode>" in bare
    assert '<cbc:Quantity unitCode="EA">5</cbc:Quantity>' in bare
    assert "<cac:OrderLineReference><cbc:LineID>10</cbc:LineID></cac:OrderLineReference>" in bare
    assert made.lost == ("lines[1].quantity", "lines[1].answers[1].statement")
