"""A good order and its bad twins: what the structure says about each, and where a map finds what."""

from __future__ import annotations

import pytest

from translators.edifact import reader
from translators.edifact.schemas import elements, schema, segment_specs
from translators.findings import Finding, SchemaMissing
from translators.interchange import InterchangeOpened, SetRead
from translators.structures import build
from translators.translate import inspect
from translators.tree import Loop
from translators.walking import Structure

MESSAGES = ("APERAK", "CONTRL", "DELFOR", "DESADV", "INVOIC", "ORDCHG", "ORDERS", "ORDRSP")
ORDER = """BGM+220+PO-1001+9
DTM+137:20260302:102
RFF+CT:C-1
NAD+BY+4012345000009::9
NAD+DP+4012345000016::9
CTA+OC+:ANN
COM+5551234:TE
CUX+2:EUR:9
LIN+1++4000862141404:EN
PIA+1+SPD-1:SA+B-1:IN
QTY+21:12
MOA+203:111
PRI+AAA:9.25
RFF+ON:PO-1001:1
ALC+A
PCD+3:5
LIN+2++4000862141411:EN
QTY+21:7,5
UNS+S
MOA+86:180.38
CNT+2:2"""


def wire(body: str = ORDER, set_id: str = "ORDERS", syntax: str = "UNOC:3") -> bytes:
    segments = body.splitlines()
    lines = [
        f"UNB+{syntax}+4012345000009:14+5098765000001:14+260302:1200+REF77",
        f"UNH+1+{set_id}:D:96A:UN:EAN008",
        *segments,
        f"UNT+{len(segments) + 2}+1",
        "UNZ+1+REF77",
    ]
    return "".join(line + "'" for line in lines).encode()


def findings(raw: bytes) -> list[Finding]:
    return list(inspect(raw).all_findings())


def told(raw: bytes) -> list[tuple[str, str | None, int | None, int | None, int | None]]:
    return [
        (one.code.value, one.where.segment, one.where.position, one.where.element, one.where.component)
        for one in findings(raw)
    ]


def tree(raw: bytes) -> Loop:
    structure = Structure()
    for event in reader.read(raw):
        if isinstance(event, InterchangeOpened):
            structure.begin(event.header)
        if isinstance(event, SetRead):
            walked = structure.walk(event)
            assert walked is not None
            return walked.root
    raise AssertionError("there is no message")


def at(loop: Loop, tag: str, element: int, component: int = 1) -> str:
    return loop.segments[tag][0].elements[element].split("\x1f")[component - 1]


def test_every_message_has_a_structure_and_every_segment_in_it_is_described() -> None:
    for set_id in MESSAGES:
        assert schema(set_id).first_tag == "UNH"
        assert schema(set_id).last_tag == "UNT"
        assert schema(set_id).tags - {set_id} <= segment_specs().keys()


def test_groups_hang_on_their_triggers() -> None:
    root = tree(wire())
    assert at(root, "BGM", 2) == "PO-1001"
    buyer, delivery = root.loops["NAD"]
    assert (at(buyer, "NAD", 2), at(delivery, "NAD", 2)) == ("4012345000009", "4012345000016")
    assert at(delivery.loops["CTA"][0], "COM", 1) == "5551234"
    first, second = root.loops["LIN"]
    assert (at(first, "LIN", 3), at(second, "LIN", 3)) == ("4000862141404", "4000862141411")
    assert at(first.loops["PRI"][0], "PRI", 1, 2) == "9.25"
    assert at(first.loops["RFF"][0], "RFF", 1, 2) == "PO-1001"
    assert at(first.loops["ALC"][0].loops["PCD"][0], "PCD", 1, 2) == "5"
    assert at(first, "MOA", 1, 2) == "111"
    assert at(root, "MOA", 1, 2) == "180.38"
    assert findings(wire()) == []


def test_numbers_have_a_point_whatever_the_wire_has_and_text_keeps_its_comma() -> None:
    root = tree(wire(ORDER.replace("QTY+21:12", "QTY+21:1,5").replace("C-1", "1,5")))
    assert at(root.loops["LIN"][0], "QTY", 1, 2) == "1.5"
    assert at(root.loops["LIN"][1], "QTY", 1, 2) == "7.5"
    assert at(root.loops["RFF"][0], "RFF", 1, 2) == "1,5"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("BGM+220+PO-1001+9\n", "", ("segment-missing", "BGM", 2, None, None)),
        ("DTM+137:20260302:102\n", "", ("segment-missing", "DTM", 3, None, None)),
        ("CUX+2:EUR:9", "ZZZ+1", ("segment-unknown", "ZZZ", 9, None, None)),
        ("CUX+2:EUR:9", "CPS+1", ("segment-not-in-set", "CPS", 9, None, None)),
        ("CTA+OC", "FII+BF\nCTA+OC", None),
        ("BGM+220", "BGM+220+A\nBGM+220", ("segment-repeats", "BGM", 3, None, None)),
        ("DTM+137:20260302", "DTM+137:20260230", ("date-invalid", "DTM", 3, 1, 2)),
        ("DTM+137:20260302:102", "DTM+137:202603022460:203", ("time-invalid", "DTM", 3, 1, 2)),
        ("DTM+137:20260302:102", "DTM+137:20260302:203", ("element-too-short", "DTM", 3, 1, 2)),
        ("DTM+137:20260302:102", "DTM+137:202603021200:102", ("element-too-long", "DTM", 3, 1, 2)),
        ("DTM+137:20260302:102", "DTM+137:20260302-20260331:718", None),
        ("DTM+137:20260302:102", "DTM+137:202610:616", None),
        ("DTM+137:20260302:102", "DTM+137:20260331:102", None),
        ("DTM+137:20260302:102", "DTM+137:202603311530:203", None),
        ("DTM+137:20260302", "DTM+:20260302", ("element-missing", "DTM", 3, 1, 1)),
        ("DTM+137:20260302:102", "DTM", ("element-missing", "DTM", 3, 1, None)),
        ("QTY+21:12", "QTY+21:twelve", ("number-invalid", "QTY", 12, 1, 2)),
        ("QTY+21:12", "QTY+21", ("element-missing", "QTY", 12, 1, 2)),
        ("QTY+21:12", "QTY+21:12:PCE:X", ("elements-too-many", "QTY", 12, 1, 4)),
        ("CUX+2:EUR:9", "CUX+2:EUR:9+++A+B", ("elements-too-many", "CUX", 9, 5, None)),
        ("BGM+220", "BGM+2200", ("element-too-long", "BGM", 2, 1, 1)),
        ("CUX+2:EUR:9", "CUX+2:E\x07R:9", ("character-invalid", "CUX", 9, 1, 2)),
        ("CUX+2:EUR:9", "CUX+2:EUR:::+++", None),
    ],
)
def test_one_slip_gives_one_finding_at_its_place(
    old: str, new: str, expected: tuple[str, str, int, int | None, int | None] | None
) -> None:
    assert old in ORDER
    assert told(wire(ORDER.replace(old, new, 1))) == ([expected] if expected else [])


def test_a_price_before_its_amount_is_told_and_stays_with_its_line() -> None:
    raw = wire(ORDER.replace("MOA+203:111\nPRI+AAA:9.25", "PRI+AAA:9.25\nMOA+203:111"))
    assert [(one.code.value, one.rejects) for one in findings(raw)] == [("segment-out-of-place", False)]
    first = tree(raw).loops["LIN"][0]
    assert at(first, "MOA", 1, 2) == "111"
    assert at(first.loops["RFF"][0], "RFF", 1, 2) == "PO-1001"


def test_a_missing_uns_is_told_and_refuses_nothing() -> None:
    raw = wire(ORDER.replace("UNS+S\nMOA+86:180.38\n", ""))
    (finding,) = findings(raw)
    assert (finding.code.value, finding.where.segment, finding.rejects) == ("segment-missing", "UNS", False)
    assert at(tree(raw), "CNT", 1, 2) == "2"


def test_repetitions_of_syntax_version_4_are_looked_into_one_by_one() -> None:
    good = ORDER.replace("LIN+1++4000862141404:EN", "LIN+1++4000862141404:EN*4000862141411:EN")
    assert findings(wire(good, syntax="UNOC:4").replace(b"+260302:", b"+20260302:")) == []
    bad = wire(good.replace("*4000", "*" + "4" * 40), syntax="UNOC:4")
    assert told(bad) == [("element-too-long", "LIN", 10, 3, 1)]


def test_a_despatch_advice_has_its_lines_in_its_packages() -> None:
    body = """BGM+351+D-1+9
DTM+137:20260302:102
RFF+ON:PO-1
NAD+DP+4012345000016::9
CPS+1
PAC+2++CT
CPS+2+1
PAC+1++CT
PCI+33E
GIN+BJ+340123450000000018
LIN+1++4000862141404:EN
QTY+12:12
CNT+2:1"""
    raw = wire(body, "DESADV")
    assert findings(raw) == []
    (whole,) = tree(raw).loops["CPS"]
    (carton,) = whole.loops["CPS"]
    assert at(whole, "CPS", 1) == "1"
    assert (at(carton, "CPS", 1), at(carton, "CPS", 2)) == ("2", "1")
    assert at(carton.loops["PAC"][0].loops["PCI"][0].loops["GIN"][0], "GIN", 2) == "340123450000000018"
    assert at(carton.loops["LIN"][0], "QTY", 1, 2) == "12"


def test_an_invoice_a_forecast_and_a_report_walk_without_a_finding() -> None:
    invoice = """BGM+380+I-1+9
DTM+137:20260302:102
RFF+ON:PO-1
NAD+SU+4012345000009::9
TAX+7+VAT+++:::19,00
LIN+1++4000862141404:EN
QTY+47:12
MOA+203:111
PRI+AAA:9.25
UNS+S
MOA+77:132.09
TAX+7+VAT+++:::19
MOA+124:21.09"""
    forecast = """BGM+241+F-1+5
DTM+137:20260302:102
NAD+BY+4012345000009::9
UNS+D
NAD+ST+4012345000016::9
LIN+1++4000862141404:EN
QTY+113:12
SCC+1
DTM+2:20260420:102
UNS+S"""
    report = """UCI+REF77+A:14+B:14+7
UCM+1+ORDERS:D:96A:UN+4+29+UNT+2
UCS+5
UCD+37+2:2"""
    for set_id, body in (("INVOIC", invoice), ("DELFOR", forecast), ("CONTRL", report)):
        assert told(wire(body, set_id)) == [], set_id


def test_a_message_without_structure_is_told_by_name() -> None:
    with pytest.raises(SchemaMissing, match="EDIFACT 'PRICAT'"):
        schema("PRICAT")
    with pytest.raises(SchemaMissing, match="cannot read"):
        elements("an3 ?")
    with pytest.raises(SchemaMissing, match="cannot read 'lin'"):
        build("ORDERS", ["UNH! 1", ["lin", "QTY"]])
