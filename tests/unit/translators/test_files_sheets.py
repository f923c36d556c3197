from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pytest

from tests.trees import codes, one, plain, read, refused
from tests.workbooks import DAY_STYLE, MAIN, Cell, ods, sheet_xml, xlsx, zipped
from translators.detect import Syntax, detect
from translators.files.options import FileOptions
from translators.files.reading import OrderTree, read_file
from translators.limits import MAX_MEMBERS, MAX_SHARED_TEXTS, RATIO_FREE_BYTES

SAMPLES = Path(__file__).parent / "samples"
HEADINGS: list[Cell] = ["Part", "Qty"]
DAY = f's="{DAY_STYLE}"'


def cell(tail: tuple[str, str] | float) -> str:
    """The text of one cell of a workbook."""
    return str(one(xlsx([HEADINGS, ["A", tail]]))["row"][0].get("Qty", ""))


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        (1.0, "1"),
        (12, "12"),
        (2.5, "2.5"),
        (("", "<v>0.30000000000000004</v>"), "0.3"),
        (("", "<v>1E-2</v>"), "0.01"),
        (("", "<v>12345678905</v>"), "12345678905"),
        (("", "<v>1.2345678905E+10</v>"), "12345678905"),
        ((DAY, "<v>46084</v>"), "2026-03-03"),
        ((DAY, "<v>46084.5</v>"), "2026-03-03T12:00:00"),
        ((DAY, "<v>59</v>"), "1900-02-28"),
        ((DAY, "<v>61</v>"), "1900-03-01"),
        ((DAY, "<v>0.25</v>"), "06:00:00"),
        (('t="d"', "<v>2026-03-03</v>"), "2026-03-03"),
        (('t="b"', "<v>1</v>"), "TRUE"),
        (('t="str"', "<f>A1&amp;B1</f><v>AB</v>"), "AB"),
        (("", "<f>1+1</f><v>2</v>"), "2"),
        (('t="inlineStr"', "<is><r><t>bo</t></r><r><t>ld</t></r></is>"), "bold"),
        (('t="inlineStr"', "<is><t>00017</t></is>"), "00017"),
        (('t="inlineStr"', "<is><t>=cmd|' /C calc'!A0</t></is>"), "=cmd|' /C calc'!A0"),
    ],
)
def test_a_cell_is_read_as_a_person_sees_it(stored: tuple[str, str] | float, text: str) -> None:
    assert cell(stored) == text


def test_days_of_a_workbook_that_counts_from_1904() -> None:
    raw = xlsx([HEADINGS, ["A", (DAY, "<v>44622</v>")]], from_1904=True)
    assert one(raw)["row"] == [{"Part": "A", "Qty": "2026-03-03"}]


def test_shared_texts_are_read_without_their_reading_aids() -> None:
    texts = (
        f'<sst xmlns="{MAIN}"><si><t>A</t></si><si><r><t>東</t></r><rPh><t>ひがし</t></rPh><r><t>京</t></r></si></sst>'
    )
    raw = xlsx([HEADINGS, [('t="s"', "<v>1</v>"), 2]], more={"xl/sharedStrings.xml": texts})
    assert one(raw)["row"] == [{"Part": "東京", "Qty": "2"}]


def test_cells_and_rows_stand_where_their_references_say() -> None:
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="3"><c r="B3" t="str"><v>Part</v></c><c r="D3" t="str"><v>Qty</v>'
        '</c></row><row r="7"><c r="B7" t="str"><v>A</v></c><c r="D7"><v>1</v></c></row></sheetData></worksheet>'
    )
    trees, _ = read(xlsx([], more={"xl/worksheets/sheet1.xml": sheet}))
    assert plain(trees[0].root)["row"] == [{"Part": "A", "Qty": "1"}]
    assert trees[0].places == [7]


def test_hidden_sheets_are_passed_over_with_a_note_and_may_be_asked_for() -> None:
    raw = xlsx([HEADINGS, ["A", 1]], hidden=["Lists", "Old"])
    assert one(raw)["row"] == [{"Part": "A", "Qty": "1"}]
    assert codes(raw) == ["sheet-ignored", "sheet-ignored"]
    assert one(raw, sheet="order")["row"] == [{"Part": "A", "Qty": "1"}]
    found = refused(raw, sheet="Bestellung")
    assert found.code == "sheet-missing" and "Lists, Old, Order" in found.message


def test_a_formula_without_a_stored_value_refuses_the_order_and_names_the_cell() -> None:
    trees, _ = read(xlsx([HEADINGS, ["A", ("", "<f>B1*2</f>")], ["B", ('t="e"', "<f>1/0</f><v>#DIV/0!</v>")]]))
    found = trees[0].findings
    assert [(one.code, one.rejects, one.where.offset, one.where.element) for one in found] == [
        ("formula-without-value", True, 2, 2),
        ("formula-without-value", True, 3, 2),
    ]


def test_a_number_that_has_lost_digits_is_told() -> None:
    assert codes(xlsx([HEADINGS, [("", "<v>1.2345678901234567E+19</v>"), 1]])) == ["number-scientific"]


@pytest.mark.parametrize("value", ["NaN", "1e999", "INF", "１２", "-5000000", "x" * 50])
def test_b49_a_number_or_day_that_is_none_is_told(value: str) -> None:
    assert codes(xlsx([HEADINGS, ["A", (DAY, f"<v>{value}</v>")]])) == ["number-invalid"]


def test_notes_beside_the_table_are_told_and_short_rows_are_not() -> None:
    trees, _ = read(xlsx([HEADINGS, ["A"], ["B", 1, "", "ask Jim"]]))
    assert plain(trees[0].root)["row"] == [{"Part": "A"}, {"Part": "B", "Qty": "1"}]
    assert [(finding.code.value, finding.rejects) for finding in trees[0].findings] == [("row-ragged", False)]


def test_b49_macros_and_links_are_not_followed_and_a_warning_says_so() -> None:
    more: dict[str, bytes | str] = {"xl/vbaProject.bin": b"x", "xl/externalLinks/externalLink1.xml": "<x/>"}
    raw = xlsx([HEADINGS, ["A", ("", "<f>[1]Prices!A1</f><v>9</v>")]], more=more)
    assert one(raw)["row"] == [{"Part": "A", "Qty": "9"}]
    assert codes(raw) == ["active-content"]


def test_b49_two_cells_at_opposite_corners_do_not_make_a_rectangle() -> None:
    sheet = (
        f'<worksheet xmlns="{MAIN}"><sheetData><row r="1"><c r="A1" t="str"><v>Part</v></c></row>'
        '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )
    assert refused(xlsx([], more={"xl/worksheets/sheet1.xml": sheet})).code == "file-too-large"


BIG = b"<row/>" * 300_000
BROKEN = [
    ({"xl/worksheets/sheet1.xml": b"<a>" + BIG}, "archive-refused"),
    (
        {"xl/worksheets/sheet1.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>'},
        "doctype-refused",
    ),
    ({"xl/worksheets/sheet1.xml": "<worksheet><sheetData><row>"}, "file-malformed"),
    ({"xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><row r="2"/><row r="1"/></worksheet>'}, "file-malformed"),
    ({"xl/workbook.xml": "<workbook/>"}, "sheet-missing"),
    ({"xl/workbook.xml": "no xml"}, "file-malformed"),
    ({"xl/sharedStrings.xml": "<sst>" + "<si/>" * (MAX_SHARED_TEXTS + 1) + "</sst>"}, "archive-refused"),
    ({"xl/workbook.bin": b""}, "syntax-not-read"),
]


@pytest.mark.parametrize(("more", "code"), BROKEN)
def test_b49_a_hostile_workbook_is_refused(more: dict[str, bytes | str], code: str) -> None:
    found = list(read_file(xlsx([HEADINGS, ["A", 1]], more=more), Syntax.XLSX, FileOptions()))
    assert not any(isinstance(one, OrderTree) for one in found)
    assert [one.code.value for one in found if not isinstance(one, OrderTree) and one.rejects] == [code]


def test_an_old_workbook_is_read_with_its_dates_zeros_and_hidden_sheet() -> None:
    raw = (SAMPLES / "orders.xls").read_bytes()
    assert detect(raw) is Syntax.XLS
    assert one(raw, group_by="PO Number")["row"] == [
        {"PO Number": "PO-1", "Part": "00017", "Qty": "12", "Wanted": "2026-04-02"},
        {"PO Number": "PO-1", "Part": "=1+1", "Qty": "2.5", "Wanted": "2026-04-02"},
    ]
    assert codes(raw) == ["sheet-ignored"]


def test_an_old_workbook_cut_or_changed_anywhere_is_refused_or_read() -> None:
    raw = (SAMPLES / "orders.xls").read_bytes()
    for at in range(0, len(raw), 97):
        list(read_file(raw[:at], Syntax.XLS, FileOptions()))
        list(read_file(raw[:at] + b"\xff\xff\x7f" + raw[at + 3 :], Syntax.XLS, FileOptions()))


def test_an_old_workbook_whose_sectors_go_in_a_circle_is_refused_soon() -> None:
    raw = bytearray((SAMPLES / "orders.xls").read_bytes())
    (fat,) = struct.unpack_from("<I", raw, 76)
    start = (fat + 1) * 512
    raw[start : start + 512] = b"".join(struct.pack("<I", number // 2) for number in range(128))
    assert refused(bytes(raw)).code == "file-malformed"


def test_a_workbook_with_a_password_says_so() -> None:
    raw = bytearray((SAMPLES / "orders.xls").read_bytes())
    at = raw.index("Workbook".encode("utf-16-le"))
    raw[at : at + 32] = "EncryptedPackage".encode("utf-16-le")
    raw[at + 64] = 34
    assert refused(bytes(raw)).code == "password-protected"


TEXT = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
NUMBER = '<table:table-cell office:value-type="float" office:value="{}"><text:p>shown</text:p></table:table-cell>'


def table(*rows: str, more: str = "") -> str:
    body = "".join(f"<table:table-row>{row}</table:table-row>" for row in rows)
    return f'<table:table table:name="Order" {more}>{body}</table:table>'


def test_an_opendocument_sheet_is_read_by_its_stored_values() -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="2026-03-03"/>'
    flag = '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    note = (
        '<table:table-cell office:value-type="string"><office:annotation><text:p>psst</text:p></office:annotation>\n'
        '<text:p>two</text:p>\n<text:p>li<text:s text:c="2"/>nes</text:p></table:table-cell>'
    )
    heads = "".join(map(TEXT.format, ("Part", "Qty", "Wanted", "Note", "Rush")))
    raw = ods(table(heads, TEXT.format("00017") + NUMBER.format("12") + day + note + flag))
    assert detect(raw) is Syntax.ODS
    assert one(raw)["row"] == [
        {"Part": "00017", "Qty": "12", "Wanted": "2026-03-03", "Note": "two\nli  nes", "Rush": "TRUE"}
    ]


def test_repeated_cells_and_rows_of_an_opendocument_sheet_stand_where_they_should() -> None:
    gap = '<table:table-cell table:number-columns-repeated="2"/>'
    rows = (
        f"<table:table-row>{TEXT.format('Part')}{gap}{TEXT.format('Qty')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="3"><table:table-cell/></table:table-row>'
        '<table:table-row table:number-rows-repeated="2">'
        f"{TEXT.format('A')}{gap}{NUMBER.format('1.0')}</table:table-row>"
        '<table:table-row table:number-rows-repeated="1048570">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    trees, _ = read(ods(f'<table:table table:name="Order">{rows}</table:table>'))
    assert plain(trees[0].root)["row"] == [{"Part": "A", "Qty": "1"}] * 2
    assert trees[0].places == [5, 6]


def test_a_hidden_opendocument_sheet_is_passed_over() -> None:
    hidden = '<style:style style:name="ta2"><style:table-properties table:display="false"/></style:style>'
    first = table(TEXT.format("secret"), more='table:style-name="ta2"').replace("Order", "Lists")
    raw = ods(first + table(TEXT.format("Part") + TEXT.format("Qty"), TEXT.format("A") + NUMBER.format(1)), hidden)
    assert one(raw)["row"] == [{"Part": "A", "Qty": "1"}]


def test_b49_a_repeated_cell_or_row_is_no_bomb() -> None:
    wide = NUMBER.format(1).replace("<table:table-cell", '<table:table-cell table:number-columns-repeated="16384"')
    assert refused(ods(table(TEXT.format("Part"), wide))).code == "file-too-large"
    many = f'<table:table-row table:number-rows-repeated="9999">{NUMBER.format(1)}</table:table-row>' * 5_000
    raw = ods(
        f'<table:table table:name="Order"><table:table-row>{TEXT.format("Part")}</table:table-row>{many}</table:table>'
    )
    assert refused(raw).code == "file-too-large"
    tall = f'<table:table-row table:number-rows-repeated="9000000">{NUMBER.format(1)}</table:table-row>'
    raw = ods(
        f'<table:table table:name="Order"><table:table-row>{TEXT.format("Part")}</table:table-row>{tall}</table:table>'
    )
    assert refused(raw).code == "file-too-large"


CSV = "Part,Qty\nA,1\n"


def test_each_file_of_an_archive_gives_its_orders() -> None:
    trees, findings = read(zipped({"a.csv": CSV, "sub/b.json": '[{"id": 7}]', "c.xlsx": xlsx([HEADINGS, ["B", 2]])}))
    assert findings == []
    assert [tree.name for tree in trees] == ["a.csv: file", "sub/b.json: file", "c.xlsx: Order"]


def test_b50_names_in_an_archive_are_labels() -> None:
    trees, _ = read(zipped({"../../etc/passwd": CSV, "/etc/shadow": CSV, "C:\\x\r\ny": CSV}))
    assert [tree.name for tree in trees] == ["../../etc/passwd: file", "/etc/shadow: file", "C:\\x??y: file"]


def _link() -> bytes:
    entry = zipfile.ZipInfo("orders.csv")
    entry.external_attr = 0o120777 << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(entry, "/etc/passwd")
    return out.getvalue()


def _encrypted() -> bytes:
    raw = bytearray(zipped({"orders.csv": CSV}))
    at = raw.index(b"PK\x01\x02") + 8
    raw[at : at + 2] = struct.pack("<H", 1)
    return bytes(raw)


def _overlapping() -> bytes:
    """Two entries of the table of contents with one and the same member."""
    raw = zipped({"a.csv": CSV})
    start, end = raw.index(b"PK\x01\x02"), raw.index(b"PK\x05\x06")
    entry = raw[start:end]
    tail = raw[end : end + 8] + struct.pack("<HHII", 2, 2, 2 * len(entry), start) + b"\x00\x00"
    return raw[:start] + entry + entry.replace(b"a.csv", b"b.csv") + tail


def _wrong_size() -> bytes:
    raw = bytearray(zipped({"a.csv": CSV}))
    at = raw.index(b"PK\x01\x02") + 24
    raw[at : at + 4] = struct.pack("<I", 5)
    return bytes(raw)


def _nameless() -> bytes:
    raw = zipped({"a.csv": CSV}, zipfile.ZIP_STORED)
    at = raw.index(b"PK\x01\x02")
    entry = bytearray(raw[at : at + 46])
    entry[28] = 0
    end = raw.index(b"PK\x05\x06")
    return raw[:at] + bytes(entry) + raw[end : end + 12] + struct.pack("<II", 46, at) + b"\x00\x00"


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (_link(), "archive-refused"),
        (_encrypted(), "password-protected"),
        (_overlapping(), "archive-refused"),
        (_wrong_size(), "archive-refused"),
        (_nameless(), "archive-refused"),
        (zipped({"a.csv": CSV, "b.csv": CSV}).replace(b"b.csv", b"a.csv"), "archive-refused"),
        (zipped({"inner.zip": zipped({"a.csv": CSV})}), "archive-refused"),
        (zipped({"a.csv": b"0" * (RATIO_FREE_BYTES * 4)}), "archive-refused"),
        (zipped({f"{at}.csv": "" for at in range(MAX_MEMBERS + 1)}), "archive-refused"),
        (zipped({"a.csv": CSV}, zipfile.ZIP_LZMA), "archive-refused"),
        (zipped({"a.csv": CSV})[:-30], "archive-refused"),
        (zipped({"a.csv": CSV}, zipfile.ZIP_STORED).replace(b"Part", b"Pxrt"), "archive-refused"),
        (zipped({"a.pdf": b"%PDF-1.7"}), "syntax-not-read"),
        (zipped({}), "no-order"),
    ],
)
def test_b50_a_hostile_archive_is_refused(raw: bytes, code: str) -> None:
    found = list(read_file(raw, Syntax.ZIP, FileOptions()))
    assert [str(one.code) for one in found if not isinstance(one, OrderTree) and one.rejects] == [code]


def test_b50_the_ratio_counts_what_was_unpacked_and_not_what_was_promised() -> None:
    sheet = sheet_xml([HEADINGS]) + " " * (RATIO_FREE_BYTES * 3)
    assert refused(xlsx([], more={"xl/worksheets/sheet1.xml": sheet})).code == "archive-refused"
