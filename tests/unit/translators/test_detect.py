from __future__ import annotations

import pytest

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
        (b"PK\x03\x04....xl/workbook.xml", Syntax.XLSX),
        (b"PK\x03\x04....orders.csv", Syntax.ZIP),
        (b"%PDF-1.7", Syntax.PDF),
        (b"\x00" * 100, Syntax.BINARY),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x01\x02\x03\x04", Syntax.BINARY),
        (b"Dear Sir, please send us forty widgets.\nKind regards\n", Syntax.TEXT),
        (b"NARCISA GMBH wrote ISAAC a letter", Syntax.TEXT),
    ],
)
def test_syntax_is_told_from_the_first_bytes(head: bytes, syntax: Syntax) -> None:
    assert detect(head) is syntax
