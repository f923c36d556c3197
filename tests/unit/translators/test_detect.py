from __future__ import annotations

from zipfile import ZIP_STORED

import pytest

from tests.workbooks import ods, zipped
from translators.detect import Syntax, detect

ISA = b"ISA*00*          *00*          *01*007940297      *ZZ*DOCKGATE       *260302*1200*U*00401*000000001*0*P*>~"


@pytest.mark.parametrize(
    ("head", "syntax"),
    [
        (b"", Syntax.EMPTY),
        (b" \r\n\t", Syntax.EMPTY),
        (b"\xef\xbb\xbf", Syntax.EMPTY),
        (ISA, Syntax.X12),
        (b"\xef\xbb\xbf" + ISA, Syntax.X12),
        (b"\r\n\r\n  " + ISA, Syntax.X12),
        (b"//JOB 17 FROM MAINFRAME\n" + ISA, Syntax.X12),
        (b"GS*PO*A*B*20260302*1200*1*X*004010~ST*850*1~", Syntax.X12),
        (b"UNA:+.? 'UNB+UNOA:1+A+B+260302:1200+1'", Syntax.EDIFACT),
        (b"UNB+UNOA:1+A+B+260302:1200+1'", Syntax.EDIFACT),
        (b"UNH+1+ORDERS:D:96A:UN'", Syntax.EDIFACT),
        (b"STX=ANA:1+5000000000000:US+5010000000000:THEM", Syntax.TRADACOMS),
        (b"<?xml version='1.0'?><Order/>", Syntax.XML),
        (b"\xff\xfe<\x00?\x00", Syntax.XML),
        (b'{"order": 1}', Syntax.JSON),
        (b'[{"ISA": "ISA*00*"}]', Syntax.JSON),
        (b"PO,Part,Qty\n1,A,2\n1,B,3\n", Syntax.CSV),
        (b"PO;Part;Qty\n1;A;2\n", Syntax.CSV),
        (zipped({"[Content_Types].xml": "", "xl/workbook.xml": ""}), Syntax.XLSX),
        (zipped({"xl/workbook.xml": "", "xl/vbaProject.bin": ""}), Syntax.XLSX),
        (zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""}), Syntax.XLSB),
        (zipped({"[Content_Types].xml": "", "word/document.xml": ""}), Syntax.ZIP),
        (zipped({"orders.csv": ""}), Syntax.ZIP),
        (zipped({"order.xlsx": zipped({"xl/workbook.xml": ""})}, ZIP_STORED), Syntax.ZIP),
        (ods(""), Syntax.ODS),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, Syntax.XLS),
        (b"<html><body><table><tr><td>Part</td></tr></table></body></html>", Syntax.HTML),
        (b"<table border='1'><tr><td>Part</td></tr></table>", Syntax.HTML),
        (b"Part\tQty\nA\t1\nB\t2\n", Syntax.TSV),
        (b"ACME Ltd\nPurchase order\nPart;Name;Qty\nA;x;1\nB;y;2\nC;z;3\nD;z;3\n", Syntax.CSV),
        (b"Dear Sir,\n\nplease send us, if you can, forty widgets.\nThey were fine.\nRegards\n", Syntax.TEXT),
        (b"Part,Qty\rA,1\rB,2\r", Syntax.CSV),
        (ISA.decode().encode("cp037"), Syntax.X12),
        (ISA.decode().encode("cp500"), Syntax.X12),
        (ISA.decode().encode("utf-16"), Syntax.X12),
        ("PART,QTY\x85AB-1,12\x85AB-2,3\x85".encode("cp037"), Syntax.CSV),
        ("Part,Qty\nA,1\nB,2\n".encode("utf-16-le"), Syntax.CSV),
        ("Заказ номер один\n".encode("cp1251"), Syntax.TEXT),
        (b"%PDF-1.7", Syntax.PDF),
        (b"\x00" * 100, Syntax.BINARY),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x01\x02\x03\x04", Syntax.BINARY),
        (b"Dear Sir, please send us forty widgets.\nKind regards\n", Syntax.TEXT),
        (b"NARCISA GMBH wrote ISAAC a letter", Syntax.TEXT),
    ],
)
def test_syntax_is_told_from_the_first_bytes(head: bytes, syntax: Syntax) -> None:
    assert detect(head) is syntax
