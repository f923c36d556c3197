"""Customers' files at the front door: who is asked for, what stands, what falls, and where it is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from orders.document import PurchaseOrderChange
from partners.partner import Agreement
from tests.factories import ordered_lines
from tests.workbooks import zipped
from translators.agreed import Agree, Agreed, Envelope, standard_agreement
from translators.detect import Syntax
from translators.files.options import FileOptions
from translators.files.reading import OrderTree, read_file
from translators.findings import MapError
from translators.maps.bases import base_map_text
from translators.maps.engine import CompiledMap, compile_map
from translators.maps.paths import parse_named
from translators.splitting import Stores
from translators.translate import Translation, Withdrawn, inspect, read, stream

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
TABLE = b"PO,SKU,Qty\n1,A,2\n2,B,x\n3,C,4\n"
UBL = """<Order xmlns="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
 xmlns:b="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:a="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"><b:ID>U-1</b:ID>
 <a:BuyerCustomerParty><a:Party><b:EndpointID schemeID="0088">500</b:EndpointID></a:Party></a:BuyerCustomerParty>
 <a:OrderLine><a:LineItem><b:Quantity>1</b:Quantity></a:LineItem></a:OrderLine></Order>"""
CXML = """<?xml version="1.0"?>
<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">
<cXML><Header><From><Credential domain="NetworkID"><Identity>AN1</Identity></Credential></From></Header>
<Request><OrderRequest><OrderRequestHeader orderID="C-1"><Comments>&amp;</Comments></OrderRequestHeader>
<ItemOut quantity="1"><ItemID><SupplierPartID>A</SupplierPartID></ItemID></ItemOut></OrderRequest></Request></cXML>"""


def codes(translation: Translation) -> list[str]:
    return [finding.code.value for finding in translation.findings]


def opened(raw: bytes, agree: Any = standard_agreement) -> Translation:
    return read(raw, agree, AT, "folder-acme")


def own_map(more: str) -> CompiledMap:
    return compile_map(f'map = "own"\nextends = "csv-order"\n{more}', base_map_text)


def asked(raw: bytes) -> list[Envelope]:
    found: list[Envelope] = []

    def agree(envelope: Envelope) -> Agreed:
        found.append(envelope)
        return Agreed("acme")

    opened(raw, agree)
    return found


def test_one_bad_order_of_a_file_leaves_the_others() -> None:
    translation = opened(TABLE)
    assert [one.document.customer_po_number for one in translation.documents] == ["1", "3"]
    (finding,) = translation.findings
    assert (finding.code, finding.where.offset) == ("number-invalid", 3)
    assert finding.message == "row 3: quantity is not a number: x"
    sets = translation.interchanges[0].interchange.groups[0].transaction_sets
    assert [len(one.findings) for one in sets] == [0, 1, 0]
    assert translation.answers == ()


def test_a_file_that_breaks_takes_its_orders_back() -> None:
    outcomes = list(stream(b"PO,SKU,Qty\n1,A,2\n2,B,3\n" + b'3,"C', standard_agreement, AT))
    assert any(isinstance(one, Withdrawn) for one in outcomes) or opened(TABLE + b'4,"D').documents == ()
    assert codes(opened(TABLE + b'4,"D')) == ["file-malformed"]


def test_the_most_telling_kind_is_asked_for_first() -> None:
    assert [one.set_id for one in asked(UBL.encode())] == ["ubl-order", "xml", "file"]
    assert [one.set_id for one in asked(CXML.encode())] == ["cxml-order", "xml", "file"]
    assert [one.set_id for one in asked(TABLE)] == ["csv", "fixed", "file"]
    assert [one.set_id for one in asked(b'{"a": 1}')] == ["json", "file"]


def test_the_sender_is_the_one_the_file_names_else_the_channel() -> None:
    assert [str(asked(raw.encode())[0].sender) for raw in (UBL, CXML)] == ["0088:500", "NetworkID:AN1"]
    (first, *_) = asked(TABLE)
    assert (str(first.sender), first.channel, first.standard) == ("channel:folder-acme", "folder-acme", "file")


def test_a_sender_behind_a_large_attachment_is_found() -> None:
    attachment = "<a:AdditionalDocumentReference><b:ID>" + "x" * 200_000 + "</b:ID></a:AdditionalDocumentReference>"
    raw = UBL.replace(" <a:Buyer", attachment + "<a:Buyer", 1).encode()
    assert str(asked(raw)[0].sender) == "0088:500"


def test_a_file_of_nobody_we_know_is_told_with_its_channel() -> None:
    (finding,) = opened(TABLE, lambda _: None).findings
    assert finding.code == "unknown-sender"
    assert "channel:folder-acme" in finding.message


def test_every_field_knows_its_row() -> None:
    order = opened(TABLE).documents[1].document
    assert order.provenance["customer_po_number"] == "po_number@4"
    assert order.provenance["lines[1].quantity"] == "quantity@4"


def test_what_the_document_cannot_take_is_told_with_its_row() -> None:
    (finding,) = opened(b"PO,SKU,Qty,Country\n1,A,2,Atlantis\n").findings
    assert (finding.code, finding.where.segment, finding.where.offset) == ("value-refused", "ship_to_country", 2)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('.dtd">', '.dtd" []>'),
        ("http://xml.cxml.org/", "http://xml.cxml.org.evil.example/"),
        ('SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd"', ""),
        ("DOCTYPE cXML", "DOCTYPE order"),
        ('SYSTEM "', 'PUBLIC "x" "'),
        ("<!DOCTYPE cXML", '<!DOCTYPE x [<!ENTITY e "v">]><!DOCTYPE cXML'),
    ],
)
def test_only_the_doctype_that_every_cxml_bears_is_let_pass(old: str, new: str) -> None:
    assert "doctype-refused" in [one.code.value for one in inspect(CXML.replace(old, new).encode()).findings]


def test_a_cxml_order_is_read_whatever_the_bites_it_comes_in() -> None:
    raw = CXML.encode()
    whole = opened(raw)
    assert [one.document.customer_po_number for one in whole.documents] == ["C-1"]
    bitten = read((raw[at : at + 1] for at in range(len(raw))), standard_agreement, AT, "folder-acme")
    assert bitten.documents == whole.documents


def test_cxml_has_no_entities_but_those_of_xml() -> None:
    for text in (CXML.replace("&amp;", "&e;"), CXML.replace('orderID="C-1"', 'orderID="C-1&e;"')):
        assert opened(text.encode()).documents == ()


def test_edi_in_the_letters_of_mainframes_and_utf_16_is_read(wire: Any) -> None:
    plain = opened(wire()).documents[0].document
    for raw in (wire().decode().encode("cp037"), b"\xff\xfe" + wire().decode().encode("utf-16-le")):
        translation = opened(raw)
        assert codes(translation) == ["encoding-guessed"]
        assert translation.documents[0].document.customer_po_number == plain.customer_po_number


def test_a_zip_that_lies_gives_none_of_its_orders() -> None:
    raw = zipped({"a.csv": TABLE, "b.csv": TABLE})
    assert len(opened(raw).documents) == 4
    assert opened(raw[:60] + b"\xff\xff" + raw[62:]).documents == ()


def test_inspect_says_what_a_file_is_and_what_is_broken() -> None:
    shown = inspect(b"PO,SKU,Qty\n1,A\n").to_json("a.csv")
    assert (shown["syntax"], shown["interchanges"]) == ("csv", [])
    assert [one["code"] for one in shown["findings"]] == ["file-seen", "row-ragged"]
    assert shown["findings"][0]["message"] == "csv: headings PO, SKU, Qty"


def test_names_with_marks_of_their_own_stand_in_quotes() -> None:
    path = parse_named("'Qty / each [net]' | decimal")
    assert (path.place.tag, path.words) == ("Qty / each [net]", ("decimal",))
    assert parse_named("'A/B'['x=y'=1|2]/C").loops[0].key == "x=y"
    raw = b"PO,SKU,Qty / each (net)\n1,A,2\n"
    chosen = own_map("[lines]\nquantity = \"'Qty / each (net)' | decimal\"")
    translation = opened(raw, lambda envelope: Agreed("acme", standard_agreement(envelope).agreement, chosen))
    assert [str(line.quantity) for line in translation.documents[0].document.lines] == ["2"]  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["'open", "", "a//b", "a[b]", "a | nothing"])
def test_a_path_that_names_nothing_is_told(path: str) -> None:
    with pytest.raises(MapError):
        parse_named(path)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ('[file]\nseparater = ";"', "separator"),
        ('match = { standard = "fiel" }', "did you mean 'file'"),
        ('[lines]\npart = { ids = "SKU" }', "a qualifier and where its value stands"),
    ],
)
def test_a_wrong_file_map_is_told(more: str, told: str) -> None:
    with pytest.raises(MapError, match=told):
        own_map(more)


def test_numbers_and_days_are_read_as_the_map_says_the_partner_writes_them() -> None:
    chosen = own_map('[file]\ndecimal = ","\ndates = "dmy"')
    raw = b"PO;PO Date;SKU;Qty;Price\n1;03.04.2026;A;1.200;9,25\n"
    translation = opened(raw, lambda envelope: Agreed("acme", standard_agreement(envelope).agreement, chosen))
    order = translation.documents[0].document
    assert str(order.customer_po_date) == "2026-04-03"
    assert codes(opened(raw)) == ["date-ambiguous", "number-invalid"]


def test_the_message_at_the_head_of_a_tradacoms_file_gives_its_orders_their_parties() -> None:
    raw = b"""STX=ANA:1+5000000000011+5010000000022+260302:120000+417++ORDHDR'MHD=1+ORDHDR:9'TYP=0430'
SDT=5010000000022:417'CDT=5000000000011+HILLTOP'FIL=1+1+260302'MTR=6'
MHD=2+ORDERS:9'CLO=5000000000099'ORD=P-1::260302'OLD=1+:AB-100++++3'OTR=1'MTR=6'MHD=3+ORDTLR:9'OFT=1'MTR=3'END=3'"""
    translation = opened(raw)
    (order,) = (one.document for one in translation.documents)
    assert {party.role.value: party.party_code for party in order.parties} == {
        "ship-to": "5000000000099",
        "buyer": "5000000000011",
        "supplier": "5010000000022",
    }
    assert codes(translation) == ["header-message", "header-message"]
    at = int(order.provenance["parties.buyer.name"].partition("@")[2])
    assert raw[at:].startswith(b"CDT=")


def test_a_name_with_and_without_attributes_is_read_in_the_order_of_the_file() -> None:
    notes = '<b:Note>one</b:Note><b:Note languageID="en">two</b:Note><b:Note>three</b:Note>'
    (order,) = opened(UBL.replace("<b:ID>U-1</b:ID>", "<b:ID>U-1</b:ID>" + notes).encode()).documents
    assert [note.note_text for note in order.document.notes] == ["one", "two", "three"]


STORES = b"PO,SKU,Qty,Line Store,Ship To,Ship To Name\n1,A,2,S1,DC9,Depot\n1,A,3,S2,DC9,Depot\n1,B,4,S1,DC9,Depot\n"


def for_stores(how: Stores) -> Agree:
    def agree(envelope: Envelope) -> Agreed:
        return Agreed("acme", Agreement(document="csv", standard="file", map="own", stores=how), own_map(""))

    return agree


def test_a_table_for_many_stores_becomes_an_order_for_each_as_was_agreed() -> None:
    found = [one.document for one in opened(STORES, for_stores("per-store")).documents]
    assert [one.store for one in found] == ["S1", "S2"]
    assert [[line.quantity for line in ordered_lines(one)] for one in found] == [[2, 4], [3]]
    assert [one.channel_order_id for one in found] == ["csv/1/S1", "csv/1/S2"]
    assert [party.party_code for one in found for party in one.parties if party.role == "ship-to"] == ["S1", "S2"]


def test_a_table_for_many_stores_may_be_marked_for_them_or_stay_whole() -> None:
    first, _ = (one.document for one in opened(STORES, for_stores("per-store-mark-for")).documents)
    assert [(one.role, one.party_code) for one in first.parties] == [("ship-to", "DC9"), ("mark-for", "S1")]
    (whole,) = (one.document for one in opened(STORES, for_stores("none")).documents)
    assert [line.schedules[0].ship_to for line in ordered_lines(whole)] == ["S1", "S2", "S1"]


@pytest.mark.parametrize(("word", "action"), [("update", "replace"), ("delete", "delete")])
def test_a_file_that_says_it_changes_an_earlier_order_is_a_change(word: str, action: str) -> None:
    raw = CXML.replace('orderID="C-1"', f'orderID="C-1" type="{word}"').encode()
    (document,) = (one.document for one in opened(raw).documents)
    assert isinstance(document, PurchaseOrderChange)
    assert [line.action for line in document.lines] == [action]


WRAPPED = (
    '<StandardBusinessDocument xmlns="urn:sbdh"><StandardBusinessDocumentHeader><Sender><Identifier>0192:9</Identifier>'
    f"</Sender></StandardBusinessDocumentHeader>{UBL}</StandardBusinessDocument>"
).encode()


def test_a_document_in_its_wrapper_is_read_as_if_it_stood_alone() -> None:
    bare, wrapped = opened(UBL.encode()), opened(b"<?xml version='1.0'?>" + WRAPPED)
    assert [str(one.sender) for one in asked(b"<?xml version='1.0'?>" + WRAPPED)][:1] == ["0088:500"]
    first, second = (one.documents[0].document.model_copy(update={"provenance": {}}) for one in (bare, wrapped))
    assert first == second


@pytest.mark.parametrize("each", ["Order", "*", "StandardBusinessDocument/Order"])
def test_the_way_to_an_order_may_name_the_wrapper_or_not(each: str) -> None:
    options = FileOptions(format="xml", each=tuple(each.split("/")))
    found = [one for one in read_file(WRAPPED, Syntax.XML, options) if isinstance(one, OrderTree)]
    assert [one.name for one in found] == ["Order"]
