"""Rules that hold only under a condition, rules of which the first with a value counts, and values multiplied."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from orders.document import PurchaseOrder
from partners.partner import Agreement
from tests.factories import as_order
from translators.findings import MapError
from translators.interchange import PartyId
from translators.maps.bases import base_map_text
from translators.maps.engine import CompiledMap, compile_map
from translators.outgoing import PROVISIONAL, Outgoing
from translators.translate import Agreed, read
from translators.writing import write

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
HEAD = 'map = "acme-850"\nextends = "x12-850"\n'
OURS = Outgoing(PartyId("ZZ", "DOCKGATE"), PartyId("01", "007940297"), "004010", "00401")
Wire = Callable[..., bytes]
Ordered = Callable[..., PurchaseOrder]


def overlaid(overlay: str) -> CompiledMap:
    return compile_map(HEAD + overlay, base_map_text)


def orders(raw: bytes, wanted: CompiledMap) -> list[PurchaseOrder]:
    agreed = Agreed("acme", Agreement(document="850", map="acme-850"), wanted)
    return [as_order(one.document) for one in read(raw, lambda _: agreed, AT, "folder-acme").documents]


@pytest.fixture
def ordered(wire: Wire) -> Ordered:
    return lambda body, overlay="": orders(wire(body), overlaid(overlay))[0]


def segments(order: PurchaseOrder, wanted: CompiledMap) -> list[str]:
    made = write(wanted, order, OURS, PROVISIONAL, AT)
    assert made.lost == ()
    return made.data.decode().split("~")


# ---------------------------------------------------------------- when and unless


RELEASES = """
[order]
release_number = { from = "BEG.04", when = "BEG[02=RL]" }
contract_number = { from = "BEG.04", when = "BEG[02=BK]" }
"""


@pytest.mark.parametrize(
    ("order_type", "release", "contract"), [("RL", "R-7", None), ("BK", None, "R-7"), ("SA", None, None)]
)
def test_a_rule_with_when_holds_only_where_the_code_stands(
    ordered: Ordered, order: str, order_type: str, release: str | None, contract: str | None
) -> None:
    made = ordered(order.replace("*SA*PO-1001*", f"*{order_type}*PO-1001*R-7"), RELEASES)
    assert (made.release_number, made.contract_number) == (release, contract)


def test_a_condition_holds_for_writing_too(ordered: Ordered, order: str) -> None:
    made = ordered(order.replace("*SA*PO-1001*", "*RL*PO-1001*R-7"), RELEASES)
    assert "BEG*00*RL*PO-1001*R-7*20260302" in segments(made, overlaid(RELEASES))
    stand_alone = made.model_copy(update={"order_type": "stand-alone"})
    assert write(overlaid(RELEASES), stand_alone, OURS, PROVISIONAL, AT).lost == ("release_number",)


def test_a_condition_on_a_line_may_look_at_the_head_of_the_set(wire: Wire, order: str) -> None:
    overlay = '[lines]\nlead_time_days = { value = 3, when = "/BEG[02=RO]" }\n'
    wanted = overlaid(overlay)
    rush = order.replace("*SA*", "*RO*")
    days = [orders(wire(body), wanted)[0].lines[0].lead_time_days for body in (rush, order, rush, order)]
    assert days == [3, None, 3, None]


def test_a_row_with_unless_leaves_what_it_is_not_for(ordered: Ordered, order: str) -> None:
    overlay = '[parties.buyer]\neach = "N1[01=BY]"\nunless = "N4"\n'
    body = order.replace("PO1*1", "N1*BY*HEAD OFFICE\nN1*BY*BRANCH\nN4*TOLEDO\nPO1*1")
    assert [party.name for party in ordered(body, overlay).parties] == ["HILLTOP STORE 7", "HEAD OFFICE"]


def test_a_condition_without_a_path_is_told(order: str) -> None:
    with pytest.raises(MapError, match=r"order\.release_number\.when: write a path"):
        overlaid('[order]\nrelease_number = { from = "BEG.04", when = 2 }\n')


# ---------------------------------------------------------------- the price


PRICES = [
    ("PO1*1*12*EA*9.25*PE*VN*AB-100", "CTP**UCP*8", "9.25"),
    ("PO1*1*12*EA***VN*AB-100", "CTP**UCP*8", "8"),
    ("PO1*1*12*EA*0*PE*VN*AB-100", "CTP**CON*7.5", "7.5"),
    ("PO1*1*12*EA*9.25*CT*VN*AB-100", "CTP**CON*7.5", "7.5"),
    ("PO1*1*12*EA*9.25*CT*VN*AB-100", "CTP**RES*19.99", "9.25"),
    ("PO1*1*12*EA*0*PE*VN*AB-100", "CTP**RES*19.99", "0"),
    ("PO1*1*12*EA**NC*VN*AB-100", "CTP**UCP*8", None),
]


@pytest.mark.parametrize(("line", "ctp", "price"), PRICES)
def test_the_price_is_looked_for_where_the_partner_put_it(
    ordered: Ordered, order: str, line: str, ctp: str, price: str | None
) -> None:
    body = order.replace("PO1*1*12*EA*9.25*PE*VN*AB-100*UP*012345678905", f"{line}\n{ctp}")
    received = ordered(body).lines[0].price_as_received
    assert received == (None if price is None else Decimal(price))


def test_prices_found_in_turn_are_never_mixed_up_by_the_short_way(wire: Wire, order: str) -> None:
    bodies = [
        order.replace("PO1*1*12*EA*9.25*PE*VN*AB-100*UP*012345678905", f"{line}\n{ctp}") for line, ctp, _ in PRICES
    ]
    wanted = overlaid("")
    for _ in range(3):
        received = [orders(wire(body), wanted)[0].lines[0].price_as_received for body in bodies]
        assert received == [price and Decimal(price) for *_, price in PRICES]


# ---------------------------------------------------------------- packs


PACKS = """
[lines]
quantity             = { from = "PO1.02 | decimal", times = "PO4.01" }
quantity_as_received = "PO1.02 | decimal"
uom                  = { from = ["PO4.03", "PO1.03"], table = "units", unmatched = "keep" }
"""


def test_cases_priced_per_each_are_counted_in_eaches_and_the_cases_are_kept(ordered: Ordered, order: str) -> None:
    body = order.replace("*12*EA*", "*12*CA*").replace("CTT", "PO4*6*1*EA\nCTT")
    line = ordered(body, PACKS).lines[0]
    assert (line.quantity, line.uom, line.pack_qty) == (72, "EA", 6)
    assert (line.quantity_as_received, line.uom_as_received, line.price_as_received) == (12, "CA", Decimal("9.25"))


def test_a_line_without_a_pack_is_counted_as_it_came(ordered: Ordered, order: str) -> None:
    assert ordered(order, PACKS).lines[0].quantity == 12


def test_eaches_are_written_as_the_cases_they_came_in_and_a_broken_case_is_told(ordered: Ordered, order: str) -> None:
    body = order.replace("*12*EA*", "*12*CA*").replace("CTT", "PO4*6*1*EA\nCTT")
    made = ordered(body, PACKS)
    assert "PO1*1*12*CA*9.25*PE*VN*AB-100*UP*012345678905" in segments(made, overlaid(PACKS))
    seven = made.lines[0].model_copy(update={"quantity": Decimal(7), "quantity_as_received": None})
    broken = write(overlaid(PACKS), made.model_copy(update={"lines": (seven,)}), OURS, PROVISIONAL, AT)
    assert broken.lost == ("lines[1].quantity",)


def test_two_orders_of_one_form_with_other_packs_have_their_own_quantities(wire: Wire, order: str) -> None:
    wanted = overlaid(PACKS)
    bodies = [order.replace("CTT", f"PO4*{pack}*1*EA\nCTT") for pack in (6, 24, 6, 10)]
    assert [orders(wire(body), wanted)[0].lines[0].quantity for body in bodies] == [72, 288, 72, 120]


# ---------------------------------------------------------------- what lines are made up of


SLN = """SLN*1**I*2*EA*12*PE**VN*SHIRT-S*UP*071234560011
PID*F****SHIRT SMALL
N1*SU*MILL 4*92*M4
SLN*2**A*1*EA****VN*HANGER
SLN*3**D*1*EA****VN*BAG"""


def test_the_pieces_of_a_prepack_are_components_of_its_line(ordered: Ordered, order: str) -> None:
    small, hanger, bag = ordered(order.replace("CTT", f"{SLN}\nCTT")).lines[0].components
    assert (small.component_no, small.relationship, small.quantity, small.uom) == (1, "included", 2, "EA")
    assert (small.price_as_received, small.price_basis_code, small.description) == (12, "each", "SHIRT SMALL")
    assert [(one.qualifier, one.value) for one in small.part_as_ordered] == [("VN", "SHIRT-S"), ("UP", "071234560011")]
    assert [(party.role, party.party_code) for party in small.parties] == [("supplier", "M4")]
    assert (hanger.relationship, bag.relationship) == ("added", "deleted")


def test_components_are_written_as_they_came(ordered: Ordered, order: str) -> None:
    written = segments(ordered(order.replace("CTT", f"{SLN}\nCTT")), overlaid(""))
    at = next(number for number, one in enumerate(written) if one.startswith("SLN"))
    assert written[at : at + 5] == SLN.splitlines()


def test_components_of_one_form_are_read_alike_by_both_ways(wire: Wire, order: str) -> None:
    wanted, body = overlaid(""), order.replace("CTT", f"{SLN}\nCTT")
    first = orders(wire(body), wanted)[0].lines[0].components
    second = orders(wire(body.replace("M4", "M5").replace("SHIRT-S", "SHIRT-X")), wanted)[0].lines[0].components
    assert [one.parties[0].party_code for one in (first[0], second[0])] == ["M4", "M5"]
    assert second[0].part_as_ordered[0].value == "SHIRT-X"
    assert second[1:] == first[1:]


# ---------------------------------------------------------------- other things a retailer says


def test_of_several_terms_each_field_has_the_first_that_says_it_and_the_rest_is_kept(
    ordered: Ordered, order: str
) -> None:
    made = ordered(order.replace("N1*ST", "ITD*01*3***10**30\nITD*02*3*1**20**60\nN1*ST", 1))
    assert (made.discount_percent, made.discount_days, made.net_days) == (1, 10, 30)
    assert made.extensions["ITD"] == [{"01": "01", "02": "3"}, {"01": "02", "02": "3", "05": "20", "07": "60"}]


def test_a_ship_to_on_a_line_stands_beside_the_one_of_the_order(ordered: Ordered, order: str) -> None:
    made = ordered(order.replace("CTT", "N1*ST*STORE 9*92*0009\nN3*9 SIDE STREET\nCTT"))
    assert [party.party_code for party in made.parties] == ["0007"]
    (party,) = made.lines[0].parties
    assert (party.role, party.party_code, party.address and party.address.line1) == ("ship-to", "0009", "9 SIDE STREET")


@pytest.mark.parametrize(
    ("code", "kind"), [("WHI", "to-dock"), ("LAB", "to-label"), ("INV", "invoice"), ("QQ", "to-dock")]
)
def test_a_note_says_by_its_code_whom_it_is_for(ordered: Ordered, order: str, code: str, kind: str) -> None:
    (note,) = ordered(order.replace("N1*ST", f"NTE*{code}*RING TWICE\nN1*ST", 1)).notes
    assert (note.note_kind, note.note_text) == (kind, "RING TWICE")


@pytest.mark.parametrize(("sent", "country"), [("DEU", "DE"), ("GBR", "GB"), ("USA", "US"), ("FR", "FR")])
def test_a_country_of_three_letters_is_known_by_its_two(ordered: Ordered, order: str, sent: str, country: str) -> None:
    address = ordered(order.replace("*US\n", f"*{sent}\n")).parties[0].address
    assert address is not None
    assert address.country == country


@pytest.mark.parametrize("version", ["003020", "003040", "003060"])
def test_dates_of_six_digits_are_read_in_versions_that_have_them(wire: Wire, order: str, version: str) -> None:
    raw = wire(order.replace("20260302", "260302").replace("PO1*1", "DTM*010*260401\nPO1*1")).replace(
        b"*20260302*1200*77*X*004010", f"*260302*1200*77*X*{version}".encode()
    )
    (made,) = orders(raw, overlaid(""))
    assert str(made.customer_po_date) == "2026-03-02"


# ---------------------------------------------------------------- what EDIFACT taught, for any map


@pytest.mark.parametrize(
    ("overlay", "said"),
    [
        ("[lines.schedules.whole]\napart = 7", "apart: write the tag"),
        ('[lines.write]\n"PID.01" = { text = "F", must = "yes" }', "must is true"),
        ('[lines]\nuom = { from = "PO1.03", table = "units", nearest = "unitz" }', "did you mean 'units'"),
    ],
)
def test_mistakes_in_what_a_map_writes_and_splits_are_told(overlay: str, said: str) -> None:
    with pytest.raises(MapError, match=said):
        overlaid(overlay)


def test_a_loop_without_some_segment_may_be_meant(ordered: Ordered, order: str) -> None:
    overlay = '[order]\nquote_number = "N9[!MSG].02"'
    assert ordered(order.replace("PO1*1", "N9*ZZ*1\nMSG*HELLO\nN9*QU*2\nPO1*1", 1), overlay).quote_number == "2"


def test_what_has_no_code_of_its_own_is_written_as_the_nearest_and_told(ordered: Ordered, order: str) -> None:
    wanted = overlaid(
        '[lines]\nuom = { from = "PO1.03", table = "few", nearest = "near" }\n'
        '[tables.few]\nEA = "EA"\n[tables.near]\nBX = "CT"'
    )
    first = ordered(order)
    line = first.lines[0].model_copy(update={"uom": "BX", "uom_as_received": None})
    made = write(wanted, first.model_copy(update={"lines": (line,)}), OURS, PROVISIONAL, AT)
    assert b"*CT*9.25*" in made.data
    assert made.lost == ("lines[1].uom",)


@pytest.mark.parametrize(("text", "quote"), [("PO-7>X", "1"), ("PO-7", None), ("PO-7>", None)])
def test_a_condition_may_ask_for_a_component(ordered: Ordered, order: str, text: str, quote: str | None) -> None:
    overlay = '[order]\nquote_number = { from = "REF[01=DP].02", when = "REF[01=PO].04:2" }'
    beginning, rest = order.strip().split("\n", 1)
    made = ordered(f"{beginning}\nREF*DP*1\nREF*PO*2**{text}\n{rest}", overlay)
    assert made.quote_number == quote
