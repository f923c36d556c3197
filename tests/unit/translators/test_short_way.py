"""The parts of the short way: fields, forms, and what may be learned."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orders.document import Identifier, Line, Party, PurchaseOrder, Reference
from translators.interchange import Delimiters
from translators.maps.bases import base_map_text
from translators.maps.engine import compile_map
from translators.maps.parts import Part, PartRows, Values, check, text_limit
from translators.maps.shortcuts import shortcuts
from translators.x12.body import Body
from translators.x12.stretches import closing_tags, form, layout

LAID = layout(Delimiters(), "~\n")


@pytest.mark.parametrize(
    ("model", "field", "limit"),
    [
        (PurchaseOrder, "customer_po_number", 50),
        (Reference, "ref_type", 3),
        (Line, "description_long", 10_000),
        (Line, "quantity", None),
        (Party, "role", None),
        (PurchaseOrder, "customer_po_date", None),
    ],
)
def test_the_length_of_a_text_field_is_known_and_of_no_other(model: type, field: str, limit: int | None) -> None:
    assert text_limit(model, field) == limit


def test_a_field_is_checked_as_the_model_checks_it() -> None:
    assert check(Line, "quantity")(Decimal("1.5")) == Decimal("1.5")
    with pytest.raises(ValueError, match="decimal"):
        check(Line, "quantity")(Decimal("1.1234567"))


def test_a_value_is_worked_out_once_for_each_text() -> None:
    asked: list[str] = []

    def work_out(text: str) -> int:
        asked.append(text)
        return int(text)

    values = Values(work_out)
    assert [values["1"], values["1"], values["2"]] == [1, 1, 2]
    assert asked == ["1", "2"]
    with pytest.raises(ValueError, match="invalid"):
        values["x"]


def test_a_part_is_the_sample_with_other_values() -> None:
    part = Part(Identifier(qualifier="VN", value="AB-1"), {"value": 1}, {}, {})
    assert part.make(("", "AB-2")) == Identifier(qualifier="VN", value="AB-2")
    rows = PartRows([part, part], {})
    assert rows.make(("", "A")) is rows.make(("", "A"))
    assert rows.make(("", "B"))[1].value == "B"


def test_parts_never_share_what_can_be_changed() -> None:
    sample = Line(line_no=1, quantity=Decimal(1), uom="EA", extensions={"PID": [{"01": "F"}]})
    part = Part(sample, {}, {}, {"PID": ((("01",), (0,)),)})
    one, other = part.make(("F",)), part.make(("F",))
    assert one == sample
    one.extensions["PID"][0]["01"] = "X"
    one.options["a"] = 1
    assert other == sample


def test_a_form_takes_what_has_the_same_elements_and_qualifiers_and_nothing_else() -> None:
    segments = {5: ["PO1", "1", "2", "EA", "", "", "VN", "AB-1"], 6: ["PID", "F", "", "", "", "SPADE"]}
    made = form(segments, LAID, lambda _, tag, at: (tag, at) == ("PO1", 6), {(6, 5): 9}, frozenset(), ("PO1", "SE"))
    match = made.match("ST*850~\nPO1*2*30*CA***VN*XY-22~\nPID*F****FORK~\nSE*5", 8)
    assert match is not None
    assert match.groups() == ("2", "30", "CA", "VN", "XY-22", "F", "FORK")
    assert made.groups[6, 5] == 6
    group, before = made.heads[6]
    assert match.start(group) - before == match.string.index("PID")
    for other in (
        "PO1*2*30*CA***UP*XY-22~\nPID*F****FORK~\nSE*5",
        "PO1*2*30*CA*1**VN*XY-22~\nPID*F****FORK~\nSE*5",
        "PO1*2*x*CA***VN*XY-22~\nPID*F****FORK~\nSE*5",
        "PO1*2*30*CA***VN*XY-22~\nPID*F****TEN LETTERS~\nSE*5",
        "PO1*2*30*CA***VN*XY-22~\nPID*F****FORK~\nSCH*5",
        "PO1*2*30*CA***VN*XY-22~PID*F****FORK~\nSE*5",
    ):
        assert made.match(other, 0) is None


def test_only_a_loop_of_the_set_itself_can_be_taken_line_by_line() -> None:
    assert closing_tags("850", "PO1") == ("CTT", "SE")
    assert closing_tags("850", "DTM") == ()
    assert closing_tags("999", "PO1") == ()


@pytest.mark.parametrize(
    ("raw", "is_plain"),
    [(b"ST*850~SE*2", True), (b"ST*850 ~SE*2", False), (b"ST* 850~SE*2", False), (b"ST*\xd6~SE*2", False)],
)
def test_a_set_with_anything_odd_in_it_is_not_plain(raw: bytes, is_plain: bool) -> None:
    assert (Body(raw, b"*", b"~", None, 0).plain() is not None) == is_plain


def test_a_set_with_a_guide_of_its_own_never_goes_the_short_way() -> None:
    text = 'map = "acme"\nextends = "x12-850"\n'
    guide = '[guide.structure]\nCTT = { use = "must" }\n'
    plain, guided = (compile_map(text + more, base_map_text) for more in ("", guide))
    assert shortcuts(plain, "850", Delimiters(), "~") is not None
    assert shortcuts(guided, "850", Delimiters(), "~") is None
