"""XML and JSON: the tree they give, and everything hostile refused."""

from __future__ import annotations

import pytest

from tests.trees import codes, one, plain, read, refused
from translators.detect import Syntax
from translators.files.options import FileOptions
from translators.files.reading import OrderTree, read_file
from translators.limits import MAX_MARKUP_BYTES, MAX_NESTING, MAX_ORDER_NODES

XML = b"""<?xml version="1.0"?>
<Orders>
  <Order no="7"><Date>2026-03-02</Date>
    <Line><Part>AB-1</Part><Qty unit="EA">12</Qty><Note/></Line>
    <Line><Part>AB-2</Part><Qty unit="CA">3</Qty></Line>
  </Order>
  <Order no="8"><Date>2026-03-03</Date></Order>
</Orders>"""
UBL = b"""<o:Order xmlns:o="urn:oasis:names:specification:ubl:schema:xsd:Order-2"
 xmlns="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"
 xmlns:x="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2">
 <ID>PO-7</ID><x:OrderLine><x:LineItem><Quantity unitCode="EA">12</Quantity></x:LineItem></x:OrderLine></o:Order>"""
JSON = b"""{"orders": [
  {"id": 7, "urgent": true, "note": null, "tags": ["a", "b"],
   "lines": [{"part": "AB-1", "qty": 12.50}, {"part": "00017", "qty": 1e2}]},
  {"id": 8, "ship_to": {"name": "Hill \\u00e9"}}]}"""


def test_an_element_with_attributes_or_children_is_a_loop_and_a_bare_text_a_leaf() -> None:
    assert one(XML)["Order"][0] == {
        "@no": "7",
        "Date": "2026-03-02",
        "Line": [
            {"Part": "AB-1", "Note": "", "Qty": [{"Qty": "12", "@unit": "EA"}]},
            {"Part": "AB-2", "Qty": [{"Qty": "3", "@unit": "CA"}]},
        ],
    }


def test_a_loop_holds_its_own_trigger() -> None:
    (tree,), _ = read(XML)
    order = tree.root.loops["Order"][0]
    assert order.segments["Order"][0].elements == ["Order"]
    assert order.loops["Line"][0].loops["Qty"][0].segments["Qty"][0].elements == ["Qty", "12"]


def test_each_element_of_a_path_is_an_order_with_places_of_its_own() -> None:
    trees, _ = read(XML, each="Orders/Order")
    assert [plain(tree.root)["@no"] for tree in trees] == ["7", "8"]
    line = trees[0].root.loops["Line"][1].segments["Part"][0]
    assert XML[trees[0].places[line.position - 1] :].startswith(b"<Part>AB-2")
    assert trees[1].places[0] == XML.index(b'<Order no="8"')


def test_ubl_elements_have_the_prefix_everybody_knows_whatever_the_file_calls_it() -> None:
    assert one(UBL) == {
        "cbc:ID": "PO-7",
        "cac:OrderLine": [{"cac:LineItem": [{"cbc:Quantity": [{"cbc:Quantity": "12", "@unitCode": "EA"}]}]}],
    }


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_xml_is_read_in_the_encoding_it_names(encoding: str) -> None:
    name = encoding.removesuffix("-sig")
    raw = f'<?xml version="1.0" encoding="{name}"?><O><N>Größe</N></O>'.encode(encoding)
    assert one(raw) == {"N": "Größe"}


def test_xml_is_read_in_bites_one_order_at_a_time() -> None:
    def bites() -> object:
        yield b"<Orders>" + b"<Order><No>7</No></Order>" * 5_000
        raise AssertionError("the first order was there to be given")

    found = read_file(bites(), Syntax.XML, FileOptions(each=("Orders", "Order")))  # type: ignore[arg-type]
    assert isinstance(next(found), OrderTree)


BOMB = b"""<!DOCTYPE z [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><z>&b;</z>"""


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'<!DOCTYPE o [<!ENTITY x SYSTEM "file:///etc/passwd">]><o>&x;</o>', "doctype-refused"),
        (b'<!DOCTYPE o [<!ENTITY % x SYSTEM "http://192.0.2.1/x"> %x;]><o/>', "doctype-refused"),
        (b'<!DOCTYPE o SYSTEM "http://192.0.2.1/x.dtd"><o/>', "doctype-refused"),
        (BOMB, "doctype-refused"),
        (BOMB.decode().encode("utf-16"), "doctype-refused"),
        (b'<!DOCTYPE o [<!ENTITY a "' + b"x" * 9_000 + b'">]><o>' + b"&a;" * 700 + b"</o>", "doctype-refused"),
        (b"<o>&undefined;</o>", "file-malformed"),
        (b"<o>" * 100_000, "nesting-limit"),
        (b"<o " + b" ".join(b'a%d="1"' % at for at in range(300)) + b"/>", "elements-limit"),
        (b"<o " + b" ".join(b'a%d="1"' % at for at in range(200_000)) + b"/>", "file-too-large"),
        (b"<o><!--" + b"x" * (MAX_MARKUP_BYTES + 100_000) + b"--></o>", "file-too-large"),
        (b"<o>" + b"<x/>" * MAX_ORDER_NODES + b"</o>", "file-too-large"),
        (b'<o a="1" a="2"/>', "file-malformed"),
        (b"<n:o/>", "file-malformed"),
        (b"<o><a></o>", "file-malformed"),
        (b"<o><a>cut", "file-malformed"),
        (b"<o/><o/>", "file-malformed"),
        (b"<o>\x00</o>", "file-malformed"),
        (b"<o>\xff\xfe</o>", "file-malformed"),
        (b'<?xml version="1.0" encoding="UTF-16"?><o/>', "file-malformed"),
        (b'<?xml version="1.0" encoding="UTF-7"?><o>+ADw-script+AD4-</o>', "encoding-invalid"),
        (b'<?xml version="1.0" encoding="rot13"?><o/>', "encoding-invalid"),
        (b'<?xml version="1.0" encoding="iso-8859-12"?><o/>', "file-malformed"),
    ],
)
def test_b44_to_b46_hostile_xml_is_refused(raw: bytes, code: str) -> None:
    (found,) = read_file(raw, Syntax.XML, FileOptions())
    assert not isinstance(found, OrderTree)
    assert (found.code, found.rejects) == (code, True)


CXML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/schemas/cXML/1.2.014/cXML.dtd">'
)


@pytest.mark.parametrize("bite", [1, 7, 5_000])
def test_the_doctype_of_cxml_is_passed_over_and_moves_no_place(bite: int) -> None:
    raw = f"{CXML}\n<cXML><A>x &amp; y</A></cXML>".encode()
    bites = (raw[at : at + bite] for at in range(0, len(raw), bite))
    (found,) = read_file(bites, Syntax.XML, FileOptions())
    assert isinstance(found, OrderTree)
    assert plain(found.root) == {"A": "x & y"}
    assert found.places == [raw.index(b"<cXML>"), raw.index(b"<A>")]


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/a.dtd" [<!ENTITY x "y">]>',
        '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org/a.dtd"><!DOCTYPE cXML [<!ENTITY x "y">]>',
        '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org.evil.test/a.dtd">',
        '<!DOCTYPE cXML SYSTEM "http://xml.cxml.org@evil.test/a.dtd">',
        '<!DOCTYPE cXML SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE cXML PUBLIC "-//x" "http://xml.cxml.org/a.dtd">',
        '<!DOCTYPE order SYSTEM "http://xml.cxml.org/a.dtd">',
    ],
)
def test_every_other_doctype_of_cxml_is_refused(doctype: str) -> None:
    (found,) = read_file(f"{doctype}<cXML/>".encode(), Syntax.XML, FileOptions())
    assert not isinstance(found, OrderTree)
    assert found.code == "doctype-refused"


def test_cxml_has_no_entities_but_the_five_of_xml() -> None:
    (found,) = read_file(f"{CXML}<cXML>&nbsp;</cXML>".encode(), Syntax.XML, FileOptions())
    assert not isinstance(found, OrderTree)
    assert found.code == "file-malformed"


def test_b44_stylesheets_and_xincludes_are_not_followed() -> None:
    raw = (
        b'<?xml-stylesheet href="http://192.0.2.1/x.xsl"?><o xmlns:xi="http://www.w3.org/2001/XInclude">'
        b'<xi:include href="file:///etc/passwd" parse="text"/></o>'
    )
    assert one(raw) == {"include": [{"@href": "file:///etc/passwd", "@parse": "text"}]}


def test_a_path_that_leads_nowhere_is_told() -> None:
    found = refused(XML, each="Orders/Bestellung")
    assert found.code == "no-order" and "Orders/Bestellung" in found.message


def test_json_objects_are_loops_and_scalars_keep_their_text() -> None:
    trees, findings = read(JSON, each="orders")
    assert findings == []
    assert plain(trees[0].root) == {
        "id": "7",
        "urgent": "true",
        "tags": ["a", "b"],
        "lines": [{"part": "AB-1", "qty": "12.50"}, {"part": "00017", "qty": "1e2"}],
    }
    assert plain(trees[1].root) == {"id": "8", "ship_to": [{"name": "Hill é"}]}


def test_places_of_json_are_characters_of_the_text() -> None:
    trees, _ = read(JSON, each="orders")
    part = trees[0].root.loops["lines"][1].segments["part"][0]
    assert JSON.decode()[trees[0].places[part.position - 1] :].startswith('"00017"')


def test_each_object_of_an_outermost_array_is_an_order() -> None:
    trees, _ = read(b'[{"id": 1}, {"id": 2}]')
    assert [plain(tree.root) for tree in trees] == [{"id": "1"}, {"id": "2"}]
    assert trees[0].root.segments["file"][0].elements == ["file"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_json_in_any_unicode_encoding_is_read(encoding: str) -> None:
    assert one('{"größe": "M"}'.encode(encoding)) == {"größe": "M"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b'{"qty": 1, "qty": 1000}', "key-repeated"),
        (b'{"qty": 1, "q\\u0074y": 1000}', "key-repeated"),
        (b'{"qty": NaN}', "file-malformed"),
        (b'{"qty": -Infinity}', "file-malformed"),
        (b'{"qty": 1e400}', "number-invalid"),
        (b'{"qty": ' + b"9" * 5_000 + b"}", "number-invalid"),
        (b'{"qty": 01}', "file-malformed"),
        (b'{"qty": +1}', "file-malformed"),
        (b'{"a": "\\ud800"}', "character-invalid"),
        (b'{"a": "\\u0000"}', "character-invalid"),
        (b'{"a": "\n"}', "file-malformed"),
        (b"{\"a\": 'b'}", "file-malformed"),
        (b'{"a": "b",}', "file-malformed"),
        (b'{"a" "b"}', "file-malformed"),
        (b'{"a": 1} x', "file-malformed"),
        (b'{"a": 1', "file-malformed"),
        (b'{"a": "\xff"}', "encoding-invalid"),
        (b'{"a": // comment\n 1}', "file-malformed"),
        (b"[" * 100_000, "nesting-limit"),
        (b'{"a":' * 100_000, "nesting-limit"),
        (b'{"a":[' + b"1," * MAX_ORDER_NODES + b"1]}", "file-too-large"),
        (b"[" + b'{"a":1},' * MAX_ORDER_NODES + b"1]", "file-too-large"),
        (b'{"a": "' + b"x" * 17_000_000 + b'"}', "file-too-large"),
        (b"[1, 2]", "no-order"),
        (b'{"orders": []}', "no-order"),
    ],
)
def test_b51_hostile_json_is_refused(raw: bytes, code: str) -> None:
    (found,) = read_file(raw, Syntax.JSON, FileOptions(each=("orders",) if code == "no-order" else ()))
    assert not isinstance(found, OrderTree)
    assert (found.code, found.rejects) == (code, True)


def test_json_may_nest_up_to_the_limit() -> None:
    inner = b'{"a":' * (MAX_NESTING - 1) + b"1" + b"}" * (MAX_NESTING - 1)
    assert codes(inner) == []
