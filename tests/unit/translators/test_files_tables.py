from __future__ import annotations

import pytest

from tests.trees import codes, one, plain, read, refused
from translators.detect import Syntax, detect
from translators.encodings import EBCDIC
from translators.files.options import ENCODINGS, FileOptions, plain_name
from translators.files.reading import OrderTree, read_file
from translators.findings import Finding
from translators.maps.bases import base_map

CSV = b"PO Number,Ship to,Part,Qty\nPO-1,Hill,AB-1,12\nPO-1,Hill,AB-2,3\nPO-2,Dale,AB-1,1\n"


def test_a_csv_without_options_is_one_order_with_a_row_for_each_line() -> None:
    order = one(b"Part,Qty\nAB-1,12\nAB-2,3\n")
    assert order == {"Part": "AB-1", "Qty": "12", "row": [{"Part": "AB-1", "Qty": "12"}, {"Part": "AB-2", "Qty": "3"}]}


def test_rows_with_the_same_po_number_make_one_order() -> None:
    trees, findings = read(CSV, group_by="PO Number", header=["Ship to"])
    assert findings == []
    assert [tree.name for tree in trees] == ["PO-1", "PO-2"]
    assert plain(trees[0].root) == {
        "PO Number": "PO-1",
        "Ship to": "Hill",
        "row": [{"Part": "AB-1", "Qty": "12"}, {"Part": "AB-2", "Qty": "3"}],
    }


def test_rows_of_one_order_may_stand_apart() -> None:
    apart = b"PO,Part\n1,A\n2,B\n1,C\n"
    trees, _ = read(apart, group_by="PO")
    assert [len(tree.root.loops["row"]) for tree in trees] == [2, 1]


def test_a_sorted_file_whose_order_comes_again_is_refused() -> None:
    found = refused(b"PO,Part\n1,A\n2,B\n1,C\n", group_by="PO", sorted=True)
    assert (found.code, found.where.offset) == ("row-out-of-group", 4)


def test_places_say_in_which_row_each_line_stands() -> None:
    trees, _ = read(CSV, group_by="PO Number")
    assert [tree.places for tree in trees] == [[2, 3], [4]]
    line = trees[0].root.loops["row"][1]
    assert trees[0].places[line.segments["Part"][0].position - 1] == 3
    assert line.segments["row"][0].elements == ["row"]


def test_header_fields_that_contradict_each_other_name_both_rows_and_the_first_counts() -> None:
    trees, _ = read(CSV.replace(b"Hill,AB-2", b"Dale,AB-2"), group_by="PO Number", header="Ship to")
    assert plain(trees[0].root)["Ship to"] == "Hill"
    assert [finding.code.value for finding in trees[0].findings] == ["rows-contradict"]
    assert "row 2" in trees[0].findings[0].message and "row 3" in trees[0].findings[0].message


def test_headings_are_known_by_other_names_without_case_blanks_or_accents() -> None:
    raw = "BESTELL-NR;Artikel;Menge;Größe\n7;AB-1;12;M\n".encode()
    order = one(raw, rename={"po": ["Bestell Nr."], "part": "artikel", "size": ["grosse", "große", "Grosse", "GRÖSSE"]})
    assert order["row"] == [{"po": "7", "part": "AB-1", "Menge": "12", "size": "M"}]


@pytest.mark.parametrize(
    "raw",
    [
        b"Part,Qty\nA,1\n",
        b"Part;Qty\nA;1\n",
        b"Part\tQty\nA\t1\n",
        b"Part|Qty\nA|1\n",
        b"\xef\xbb\xbfPart,Qty\r\nA,1\r\n",
        b"Part,Qty\rA,1\r",
        b"sep=;\r\nPart;Qty\r\nA;1\r\n",
        "Part,Qty\nA,1\n".encode("utf-16"),
        "Part,Qty\nA,1\n".encode("utf-16-le"),
        "Part,Qty\nA,1\n".encode("utf-16-be"),
        b'"Part","Qty"\n"A","1"\n',
        b"Part,Qty,,\nA,1,,\n",
        b"\n\nPart,Qty\n\n,\nA,1\n\n",
        b"ACME purchase order\nPart,Qty\nA,1\n",
    ],
)
def test_the_same_table_however_it_is_written(raw: bytes) -> None:
    assert one(raw, format="csv")["row"] == [{"Part": "A", "Qty": "1"}]


def test_a_csv_from_a_mainframe_is_known_and_read() -> None:
    raw = "PART,QTY\nAB-1,12\nAB-2,3\n".replace("\n", "\x85").encode("cp037")
    assert detect(raw) is Syntax.CSV
    assert one(raw)["row"] == [{"PART": "AB-1", "QTY": "12"}, {"PART": "AB-2", "QTY": "3"}]


def test_a_windows_file_is_read_as_such_and_a_note_says_so() -> None:
    raw = "Part,Name\nA,Größe\n".encode("cp1252")
    assert one(raw)["row"] == [{"Part": "A", "Name": "Größe"}]
    assert codes(raw) == ["encoding-guessed"]


def test_a_file_that_is_not_in_the_encoding_agreed_is_refused_with_the_line() -> None:
    found = refused("Part,Name\nA,Größe\n".encode("cp1252"), encoding="utf-8")
    assert found.code == "encoding-invalid"


def test_a_file_without_headings_gets_names_by_number_or_from_the_map() -> None:
    assert one(b"A,1\nB,2\n", header_row="none")["row"] == [{"c1": "A", "c2": "1"}, {"c1": "B", "c2": "2"}]
    assert one(b"A,1\nB,2\n", header_row="none", columns=["part"])["row"][0] == {"part": "A", "c2": "1"}


def test_rows_of_sums_and_repeated_headings_are_passed_over_with_a_note() -> None:
    raw = b"Part,Qty\nA,1\nSubtotal:,1\nPart,Qty\nB,2\nGrand Total,3\n"
    assert [row["Part"] for row in one(raw)["row"]] == ["A", "B"]
    _, findings = read(raw)
    assert [(finding.code, finding.where.offset) for finding in findings] == [("row-skipped", row) for row in (3, 4, 6)]


def test_a_row_that_does_not_say_its_order_belongs_to_the_one_above_as_below_a_merged_cell() -> None:
    trees, _ = read(b"PO,Part\n1,A\n,B\n2,C\n,D\n1,E\n", group_by="PO")
    parts = [[plain(row)["Part"] for row in tree.root.loops["row"]] for tree in trees]
    assert parts == [["A", "B", "E"], ["C", "D"]]


def test_what_an_order_form_says_above_its_table_is_read_by_name() -> None:
    raw = b"ACME Ltd;;\nOrder no.:;4711;\nDate:;3 March;Ship to;Hill\nTerms: 30 days;;\n\nPart;Qty;\nA;1;\nB;2;\n"
    trees, _ = read(raw, rename={"po": "order no", "part": "Part"})
    assert plain(trees[0].root) == {
        "po": "4711",
        "Date": "3 March",
        "Ship to": "Hill",
        "Terms": "30 days",
        "part": "A",
        "Qty": "1",
        "row": [{"part": "A", "Qty": "1"}, {"part": "B", "Qty": "2"}],
    }
    po = trees[0].root.segments["po"][0]
    assert trees[0].places[po.position - 1] == 2
    assert trees[0].places[trees[0].root.loops["row"][1].segments["row"][0].position - 1] == 8


def test_columns_are_named_in_the_map_without_minding_case_and_blanks() -> None:
    trees, _ = read(b"PO-NUMBER,SHIP TO,PART\n1,Hill,A\n", group_by="PO Number", header="Ship-to")
    assert plain(trees[0].root) == {"PO Number": "1", "Ship-to": "Hill", "row": [{"PART": "A"}]}


def test_rows_are_passed_over_by_the_words_of_the_map() -> None:
    raw = b"Part,Name\nA,Spade\n,carried over\nB,Page 2\n"
    assert [row["Part"] for row in one(raw, skip={"Part": "", "Name": ["page"]})["row"]] == ["A"]


@pytest.mark.parametrize("cell", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("x")'])
def test_b47_a_cell_that_looks_like_a_formula_is_a_text(cell: str) -> None:
    raw = f"Part\tQty\n{cell.replace(chr(34), '')}\t1\n".encode()
    assert one(raw)["row"][0]["Part"] == cell.replace('"', "")


def test_an_apostrophe_that_kept_the_zeros_is_taken_away() -> None:
    assert one(b"Part,Qty\n'00017,1\n'tis,1\n")["row"] == [{"Part": "00017", "Qty": "1"}, {"Part": "'tis", "Qty": "1"}]


def test_a_part_number_in_scientific_notation_is_told() -> None:
    trees, _ = read(b"Part,Qty\n1.23E+11,1\n")
    (finding,) = trees[0].findings
    assert (finding.code, finding.rejects, finding.where.element) == ("number-scientific", False, 1)
    assert "row 2, Part" in finding.message


def test_a_separator_in_a_quoted_text_is_text() -> None:
    assert one(b'Part,Name,Qty\nA,"Spade, ""big""\nred",1\nB,Rake,2\n')["row"][0]["Name"] == 'Spade, "big"\nred'


def test_the_rows_behind_a_text_of_two_lines_keep_their_numbers() -> None:
    trees, _ = read(b'Part,Name\nA,"two\nlines"\nB,one\n')
    assert trees[0].places == [2, 4]


def test_b48_a_ragged_row_refuses_its_order_alone() -> None:
    trees, findings = read(b"PO,Part,Qty\n1,A,1\n2,B,1,5\n3,C,1\n4,D\n", group_by="PO")
    assert findings == []
    assert [[finding.code.value for finding in tree.findings] for tree in trees] == [
        [],
        ["row-ragged"],
        [],
        ["row-ragged"],
    ]
    assert "row 3" in trees[1].findings[0].message


@pytest.mark.parametrize(
    ("raw", "code", "row"),
    [
        (b'Part,Qty\nA,1\n"B,2\nC,3\n', "file-malformed", 3),
        (b'Part,Qty\n"A"x,1\n', "file-malformed", 2),
        (b"Part,Qty\nA,1\n" + b'"' + b"x" * 131_073 + b'",2\n', "file-malformed", 3),
        (b"Part,Part\nA,1\n", "heading-repeated", 1),
        (b"Part,Qty\n", "no-order", None),
        (b"1,2\n3,4\n", "headings-missing", None),
    ],
)
def test_b48_a_broken_table_is_refused_with_its_row(raw: bytes, code: str, row: int | None) -> None:
    found = refused(raw, format="csv")
    assert (found.code, found.where.offset) == (code, row)


def test_b48_a_nul_byte_is_refused_with_its_line() -> None:
    (found,) = read_file(b"Part,Qty\nA,1\nB\x00,2\n", Syntax.CSV, FileOptions())
    assert isinstance(found, Finding)
    assert (found.code, found.where.offset) == ("character-invalid", 3)


def test_a_column_the_map_needs_and_the_file_lacks_is_named() -> None:
    found = refused(b"Part,Qty\nA,1\n", group_by="PO Number")
    assert found.code == "headings-missing"
    assert "'PO Number'" in found.message and "Part, Qty" in found.message


def test_a_table_comes_bite_by_bite() -> None:
    bites = (CSV[at : at + 7] for at in range(0, len(CSV), 7))
    found = list(read_file(bites, Syntax.CSV, FileOptions(group_by=("PO Number",))))
    assert [one.name for one in found if isinstance(one, OrderTree)] == ["PO-1", "PO-2"]


def test_a_sorted_table_gives_its_orders_before_its_end() -> None:
    def bites() -> object:
        yield b"PO,Part\n" + b"".join(b"%d,A\n" % number for number in range(40_000))
        raise AssertionError("the first order was there to be given")

    found = read_file(bites(), Syntax.CSV, FileOptions(group_by=("PO",), sorted=True))  # type: ignore[arg-type]
    assert isinstance(next(found), OrderTree)


def test_fixed_width_records_stand_inside_each_other() -> None:
    raw = b"X 2026\nH0001ACME \nLAB-1   12\nN spare parts\nLAB-2    3\nH0002BETA \nLAB-1    1\nZ 2\n"
    records = [
        {"name": "header", "tag": "H", "fields": {"po": [2, 4], "buyer": [6, 5]}},
        {"name": "line", "tag": "L", "fields": {"part": [2, 6], "qty": [8, 3]}},
        {"name": "note", "tag": "N", "inside": "line", "fields": {"text": [3, 20]}},
        {"name": "frame", "tag": "X", "inside": "file"},
    ]
    trees, findings = read(raw, format="fixed", records=records)
    assert findings == []
    assert plain(trees[0].root) == {
        "po": "0001",
        "buyer": "ACME",
        "line": [{"part": "AB-1", "qty": "12", "note": [{"text": "spare parts"}]}, {"part": "AB-2", "qty": "3"}],
    }
    assert [finding.code.value for finding in trees[1].findings] == ["record-unknown"]
    assert trees[0].places == [2, 3, 4, 5]


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_table_in_every_encoding_of_the_list_is_read(encoding: str) -> None:
    codec = FileOptions(encoding=encoding).codec.replace("auto", "utf-8")
    raw = "Part,Qty\nAB-1,12\n".replace("\n", "\x85" if codec in EBCDIC else "\n").encode(codec)
    assert one(raw, format="csv", encoding=encoding)["row"] == [{"Part": "AB-1", "Qty": "12"}]


def test_fixed_width_in_the_partners_own_ebcdic_is_read_by_its_characters() -> None:
    records = [{"name": "header", "tag": "H", "fields": {"po": [2, 4], "buyer": [6, 6]}}]
    raw = "H0001Größe!\x85".encode("cp273")
    assert one(raw, format="fixed", records=records, encoding="cp1141") == {"po": "0001", "buyer": "Größe!"}


def test_a_line_without_its_header_and_a_tab_are_told() -> None:
    records = [{"name": "header", "tag": "H", "fields": {"po": [2, 4]}}, {"name": "line", "tag": "L"}]
    assert codes(b"LAB\nH0001\nL\tAB\n", format="fixed", records=records) == ["segment-out-of-place", "row-ragged"]


def test_of_two_columns_that_are_one_of_ours_the_more_telling_counts_and_the_other_keeps_its_heading() -> None:
    rename = {"sku": ["Vendor Part", "Part", "Item"], "po": ["PO"]}
    assert one(b"ITEM,vendor-part,Qty\nX,A,1\n", rename=rename)["row"] == [{"ITEM": "X", "sku": "A", "Qty": "1"}]
    assert refused(b"Part,PART #\nA,1\n", rename=rename).code == "heading-repeated"


def test_no_heading_of_the_base_map_means_two_things() -> None:
    options = base_map("csv-order").file
    assert options is not None
    plain_names = [plain_name(name) for names in options.rename.values() for name in names]
    assert sorted({name for name in plain_names if plain_names.count(name) > 1}) == []


@pytest.mark.parametrize(
    ("heading", "ours"),
    [
        ("PO #", "po_number"),
        ("cust. p.o.", "po_number"),
        ("SHIP-TO ZIP", "ship_to_zip"),
        ("Qty Ord", "quantity"),
        ("Unit cost", "price"),
        ("Stk.-Preis", ""),
        ("Stückpreis", "price"),
        ("Bestell-Nr.", "po_number"),
        ("QTE", "quantity"),
        ("Prix unitaire H.T.", "price"),
        ("Direccion", "ship_to_address"),
        ("n.º de pedido", "po_number"),
    ],
)
def test_the_base_map_knows_what_customers_call_their_columns(heading: str, ours: str) -> None:
    options = base_map("csv-order").file
    assert options is not None
    known = {plain_name(name): our for our, names in options.rename.items() for name in names}
    assert known.get(plain_name(heading), "") == ours
