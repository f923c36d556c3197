from __future__ import annotations

from pathlib import Path

import pytest

from tests.workbooks import xlsx, zipped
from translators.detect import Syntax, detect
from translators.encodings import foreign_encoding, rewritten
from translators.files.peek import Peek, peek
from translators.interchange import InterchangeOpened
from translators.x12 import reader as x12

UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
ORDER = f"""<Order xmlns="{UBL}Order-2" xmlns:cbc="{UBL}CommonBasicComponents-2"
 xmlns:cac="{UBL}CommonAggregateComponents-2">
<cbc:ID>PO-7</cbc:ID>
<cac:BuyerCustomerParty><cac:Party><cbc:EndpointID schemeID="0088">5000000000011</cbc:EndpointID></cac:Party>
</cac:BuyerCustomerParty><cac:SellerSupplierParty><cac:Party><cbc:EndpointID>WIDGETS</cbc:EndpointID></cac:Party>
</cac:SellerSupplierParty></Order>"""
ISA = "ISA*00*          *00*          *01*007940297      *ZZ*DOCKGATE       *260302*1200*U*00401*000000001*0*P*>~"


def look(raw: bytes) -> Peek:
    return peek(raw, detect(raw[:16384]))


def test_a_ubl_order_shows_its_root_its_number_and_who_sends_to_whom() -> None:
    assert look(ORDER.encode()).to_json() == {
        "root": "Order",
        "namespace": f"{UBL}Order-2",
        "order": "PO-7",
        "sender": "5000000000011",
        "receiver": "WIDGETS",
    }


def test_tables_show_their_headings_and_workbooks_their_sheets() -> None:
    assert look(b"Part;Qty\nA;1\nB;2\n").headings == ("Part", "Qty")
    book = look(xlsx([["Part", "Qty"], ["A", 1]], hidden=["Lists"]))
    assert (book.headings, book.sheets) == (("Part", "Qty"), ("Order",))
    old = look((Path(__file__).parent / "samples" / "orders.xls").read_bytes())
    assert (old.headings, old.sheets) == (("PO Number", "Part", "Qty", "Wanted"), ("Order",))
    assert look(zipped({"a.csv": "x"})).sheets == ("a.csv",)


def test_a_large_table_is_looked_at_in_its_first_lines_only() -> None:
    def bites() -> object:
        yield b"Part,Qty\n" + b"A,1\n" * 20_000
        raise AssertionError("the first lines are enough")

    assert peek(bites(), Syntax.CSV).headings == ("Part", "Qty")  # type: ignore[arg-type]


def test_json_shows_the_keys_of_its_first_object() -> None:
    assert look(b'[{"id": 1, "lines": [{"part": "A"}]}]').headings == ("id", "lines")


@pytest.mark.parametrize("syntax", list(Syntax))
def test_broken_files_show_nothing_and_raise_nothing(syntax: Syntax) -> None:
    for raw in (b"", b"\x00", b"<", b"{", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\xff" * 600):
        assert peek(raw, syntax).syntax is syntax


@pytest.mark.parametrize(("encoding", "told"), [("cp037", "cp037"), ("cp500", "cp037"), ("utf-16", "utf-16-le")])
def test_edi_from_a_mainframe_is_rewritten_for_its_reader(encoding: str, told: str) -> None:
    raw = ISA.encode(encoding)
    assert foreign_encoding(raw) == told
    (opened, *_) = x12.read(rewritten(raw, told))
    assert isinstance(opened, InterchangeOpened)
    assert str(opened.header.sender) == "01:007940297"


def test_files_with_ascii_letters_are_not_taken_for_foreign() -> None:
    for raw in (
        ISA.encode(),
        b"",
        b"Part,Qty\n",
        "Größe;Menge\n".encode(),
        "Заказ\nномер\n".encode("cp1251"),
        b"\x00" * 99,
    ):
        assert foreign_encoding(raw) is None
