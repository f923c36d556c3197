"""The short way through a map gives what the long way gives: document, provenance, findings, acknowledgment."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from partners.partner import Agreement
from tests.factories import as_order, ordered_lines
from translators.maps.bases import base_map_text
from translators.maps.engine import CompiledMap, compile_map
from translators.maps.shortcuts import Shortcuts
from translators.translate import Agreed, Translation, read

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
ISA = "ISA*00*          *00*          *ZZ*ACME           *ZZ*DOCKGATE       *260302*1200*U*00401*000000001*0*P*>"

DATES = st.sampled_from(["20260402", "20260403", "20281231"])
NUMBERS = st.sampled_from(["1", "12", "9.25", "0.001", "30"])
WORDS = st.sampled_from(["SPADE", "AA", "AB-1", "0007", "ROAD 1"])
UNITS = st.sampled_from(["EA", "CA"])
BASES = st.sampled_from(["PE", "WE", ""])
LISTS = st.sampled_from(["VN", "UP", "ZZ"])
TEXTS = ["7", "99999", "1.2.3", "-3", "100000000000000", "1234567890.1234567", "20260405", "20260231", "260402", "002"]
TEXTS += ["SPADE", "EA", "ST", "HP", "UP", "N", "92", "", " ", " AA", "AA ", "X" * 11, "X" * 31, "X" * 61, "X" * 90]
TEXTS += ["T\xd6RE", "A>B", "\t", "\xa0", "A\x1cB"]
CHANGES = st.sampled_from(TEXTS)


def segment(tag: str, *elements: str | st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    parts = [one if isinstance(one, st.SearchStrategy) else st.just(one) for one in elements]
    return st.tuples(*parts).map(lambda values: "*".join((tag, *values)).rstrip("*"))


def joined(*rows: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    return st.tuples(*rows).map(lambda rows: [one for row in rows for one in row])


def always(*choices: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.tuples(*choices).map(list)


def some(*choices: st.SearchStrategy[str], most: int = 1) -> st.SearchStrategy[list[str]]:
    """Each of them or not, in order."""
    return joined(*(st.lists(one, max_size=most) for one in choices))


def group(first: st.SearchStrategy[str], *others: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    """A loop or nothing."""
    return st.just([]) | joined(always(first), some(*others, most=2))


NOTE = group(segment("N9", "ZZ", WORDS), segment("MTX", "", WORDS), segment("MSG", WORDS))
PARTY = group(
    segment("N1", st.sampled_from(["ST", "BY", "QQ"]), WORDS, st.sampled_from(["92", "9"]), WORDS),
    segment("N3", WORDS, WORDS),
    segment("N4", WORDS, st.sampled_from(["OH", "ME"]), st.just("44101"), st.sampled_from(["US", "USA"])),
    segment("PER", "IC", WORDS, "TE", WORDS, "EM", WORDS),
)
SAC = segment("SAC", st.sampled_from(["A", "C", "N"]), "F800", "", "", st.sampled_from(["500", "12"]), "", "", NUMBERS)
HEADER = joined(
    always(segment("BEG", st.sampled_from(["00", "05"]), st.sampled_from(["SA", "RL"]), WORDS, WORDS, DATES)),
    some(
        segment("CUR", "BY", st.sampled_from(["USD", "EUR"])),
        segment("REF", st.sampled_from(["DP", "IA", "CT", "ZZ"]), WORDS, WORDS),
        segment("FOB", st.sampled_from(["PP", "CC"]), "", "", "", st.sampled_from(["", "EXW", "FCA"])),
        segment("CSH", st.sampled_from(["SC", "P2"])),
        SAC,
        segment("ITD", "14", "3", NUMBERS, DATES, st.sampled_from(["10", "30"])),
        segment("DTM", st.sampled_from(["001", "002", "010", "063"]), DATES),
        segment("TD5", "", st.sampled_from(["2", "91"]), st.sampled_from(["UPSN", "RDWY"]), "M", WORDS),
    ),
    NOTE,
    PARTY,
)
LINE = joined(
    always(segment("PO1", NUMBERS, NUMBERS, UNITS, NUMBERS, BASES, LISTS, WORDS, LISTS, WORDS)),
    some(segment("CTP", "", st.sampled_from(["RES", "RTL", "MSR", "ABC"]), NUMBERS)),
    some(segment("PID", "F", "", "", "", WORDS), most=2),
    some(segment("PO4", st.sampled_from(["6", "12"]), NUMBERS, UNITS), SAC),
    some(segment("SDQ", "EA", "92", WORDS, NUMBERS, WORDS, NUMBERS)),
    some(segment("DTM", st.sampled_from(["002", "010", "064"]), DATES), most=2),
    some(segment("SCH", NUMBERS, UNITS, "", "", st.sampled_from(["002", "010", "063"]), DATES), most=2),
    NOTE,
    PARTY,
    some(segment("AMT", "1", NUMBERS)),
)
ORDER = joined(
    HEADER,
    st.lists(LINE, min_size=1, max_size=3).map(lambda lines: [one for line in lines for one in line]),
    some(segment("CTT", st.sampled_from(["1", "2"]), NUMBERS)),
)


def wire(orders: list[list[str]], end: str) -> bytes:
    lines = [ISA, "GS*PO*A*B*20260302*1200*7*X*004010"]
    for number, body in enumerate(orders, 1):
        lines += [f"ST*850*{number:04}", *body, f"SE*{len(body) + 2}*{number:04}"]
    lines += [f"GE*{len(orders)}*7", "IEA*1*000000001", ""]
    return end.join(lines).encode()


def translated(raw: bytes, chosen: CompiledMap) -> Translation:
    agreed = Agreed("acme", Agreement(document="850", map="x12-850"), chosen)
    return read(raw, lambda _: agreed, AT, "folder")


def compiled(overlay: str = "") -> CompiledMap:
    return compile_map(f'map = "acme"\nextends = "x12-850"\n{overlay}', base_map_text)


def check_alike(raw: bytes, chosen: CompiledMap) -> None:
    short, long = translated(raw, chosen), translated(raw, replace(chosen, memory=None))
    assert json.dumps(short.to_json("any", AT)) == json.dumps(long.to_json("any", AT))
    for one, other in zip(short.documents, long.documents, strict=True):
        assert one == other
        assert one.document.model_dump() == other.document.model_dump()
        assert repr(one.document) == repr(other.document)
        assert one.document.model_fields_set == other.document.model_fields_set
        lines = [[line.model_fields_set for line in ordered_lines(made.document)] for made in (one, other)]
        assert lines[0] == lines[1]
        assert type(one.document).model_validate(one.document.model_dump()) == one.document


@st.composite
def files(draw: st.DrawFn) -> list[list[str]]:
    """Some orders, and each of them again with one text changed: the form is the same or only nearly so."""
    orders = draw(st.lists(ORDER, min_size=1, max_size=2))
    for order in list(orders):
        for _ in range(draw(st.integers(1, 3))):
            at = draw(st.integers(0, len(order) - 1))
            elements = order[at].split("*")
            if len(elements) > 1:
                elements[draw(st.integers(1, len(elements) - 1))] = draw(CHANGES)
            orders.append([*order[:at], "*".join(elements), *order[at + 1 :]])
    return orders + orders


LEARNED = compiled()


@given(files(), st.sampled_from(["~", "~\n", "\n", "~\r\n  "]))
@settings(max_examples=100, deadline=None)
def test_orders_of_any_form_are_read_alike_both_ways(orders: list[list[str]], end: str) -> None:
    raw = wire(orders, end)
    check_alike(raw, compiled())
    check_alike(raw, LEARNED)


OVERLAYS = [
    '[order]\nchannel_order_ref = "N1[01=ST]/N4.03"\npriority = { value = "high" }\n',
    '[order]\nvalid_from = "PO1/DTM[01=010].02 | date"\n',
    '[order]\nquote_number = "REF.03:2"\nproject = "BEG.03 | lower"\n',
    '[lines]\nbrand = "PID.05 | first-word"\nhazmat = { from = "PO4.03", table = "hm", unmatched = "leave" }\n'
    "[tables.hm]\nEA = true\nCA = false\n",
    '[lines]\nmodel = ["PID(2).05", "MTX.02", "PO1.01"]\n',
    '[lines]\neach = "PO1[03=EA]"\n',
    "references = false\nnotes = false\nallowances = false\n",
]


@given(files(), st.sampled_from(OVERLAYS))
@settings(max_examples=100, deadline=None)
def test_partners_maps_are_followed_alike_both_ways(orders: list[list[str]], overlay: str) -> None:
    check_alike(wire(orders, "~"), compiled(overlay))


RICH = """BEG*00*RL*PO-1001*REL-9*20260302|CUR*BY*USD|REF*DP*038|REF*IA*VENDOR7*MORE|FOB*PP*OR*DOCK**EXW*OR*TOLEDO
CSH*P2|SAC*A*F810***1234*Z*5**EA*2**02***77|SAC*N*F810***1234**********88|ITD*14*3*2.5*20260402*10**30*****IN TEN DAYS
DTM*001*20260501|TD5**2*UPSN*M*GROUND|N9*ZZ*GATE|MTX**AND|MSG*RING|MSG*TWICE|N1*ST*HILL*92*0007|N2*RECEIVING
N3*7 MILL LANE*REAR|N4*RIVERTON*OH*44101*USA|PER*IC*BOB*TE*555-1234*EM*bob@hill.example|N1*BY*HILL INC*9*00794
PO1*10*12*CA*925*HP*UP*012345678905*VN*AB-100*SZ*XL*BO*RED|CTP**RES*14.99|PID*F****SPADE|PID*F****ASH HANDLE
PO4*6**EA*CTN**18.5*LB*******2|SCH*4*CA***002*20260420|N9*ZZ*1|MSG*THIS SIDE UP
PO1*20*30*EA**WE*IN*778|SAC*C*D240***500|SDQ*EA*92*0001*10*0002*20|DTM*010*20260401|CTT*2*42|AMT*TT*1234.56"""


STRICTER = """[allowances]
description = "SAC.15 | digits"
[order]
customer_po_date = false
project = "BEG.05 | upper"
"""


@pytest.mark.parametrize("overlay", ["", STRICTER])
def test_whatever_one_element_of_a_known_order_becomes_it_is_read_alike_both_ways(overlay: str) -> None:
    rich = RICH.replace("\n", "|").split("|")
    chosen = compiled(overlay)
    assert translated(wire([rich], "~"), chosen).findings == ()
    for at, text in enumerate(rich):
        elements = text.split("*")
        changed = [
            [*rich[:at], "*".join([*elements[:element], change, *elements[element + 1 :]]), *rich[at + 1 :]]
            for element in range(1, len(elements))
            for change in TEXTS
        ]
        check_alike(wire(changed, "~"), chosen)


PLAIN = (
    "BEG*00*SA*PO-{n}**20260302|N1*ST*HILL {n}*92*0007|N3*{n} ROAD|N4*TOWN*OH*44101*US|"
    "PO1*1*{n}*EA*9.25*PE*VN*AB-{n}|CTT*1"
)


@pytest.mark.parametrize("end", ["~", "~\n", "~\r\n  ", "\n"])
def test_a_second_order_of_a_known_form_is_not_read_the_long_way(end: str, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = compiled()
    assert len(translated(wire([PLAIN.format(n=1).split("|")], end), chosen).documents) == 1
    monkeypatch.setattr(CompiledMap, "apply", None)
    (made,) = translated(wire([PLAIN.format(n=22).split("|")], end), chosen).documents
    order = as_order(made.document)
    assert (order.customer_po_number, order.lines[0].quantity) == ("PO-22", 22)
    assert order.lines[0].part_as_ordered[0].value == "AB-22"


def test_a_map_that_meets_a_new_form_each_time_soon_learns_no_more() -> None:
    chosen = compiled()
    for count in range(1, 40):
        body = PLAIN.format(n=1).split("|")
        body[1:1] = [f"REF*ZZ*{word}" for word in range(count)]
        translated(wire([body], "~"), chosen)
    assert chosen.memory is not None
    (learned,) = chosen.memory.values()
    assert isinstance(learned, Shortcuts)
    assert sum(map(len, learned.headers.values())) <= 20
    assert not learned.wants_lessons
