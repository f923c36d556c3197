"""The map language: what each form means, and how a mistake in a map is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from orders.document import PurchaseOrder
from partners.partner import Agreement
from tests.factories import as_order, group_answers
from translators.findings import Finding, MapError
from translators.maps.bases import base_map_names, base_map_text
from translators.maps.engine import compile_map
from translators.translate import Agreed, read

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
Wire = Callable[..., bytes]
Ordered = Callable[..., tuple[PurchaseOrder, list[Finding]]]

HEAD = 'map = "acme-850"\nextends = "x12-850"\n'


@pytest.fixture
def ordered(wire: Wire) -> Ordered:
    """The order a body gives, by the base map or by an overlay on it."""

    def make(body: str, overlay: str = "") -> tuple[PurchaseOrder, list[Finding]]:
        compiled = compile_map(HEAD + overlay, base_map_text)
        agreed = Agreed("acme", Agreement(document="850", map="acme-850"), compiled)
        translation = read(wire(body), lambda _: agreed, AT, "folder-acme")
        (document,) = translation.documents
        return as_order(document.document), list(document.findings)

    return make


def map_error(text: str) -> str:
    with pytest.raises(MapError) as error:
        compile_map(text, base_map_text)
    return str(error.value)


# ---------------------------------------------------------------- the base map


def test_every_base_map_compiles() -> None:
    for name in base_map_names():
        assert compile_map(base_map_text(name), base_map_text).name == name


RICH = """BEG*00*RL*PO-1001*REL-9*20260302
CUR*BY*USD
REF*DP*038
REF*IA*VENDOR7
REF*ZZ*LOOSE*WORDS
FOB*PP*OR*DOCK**EXW*OR*TOLEDO
CSH*SC
SAC*A*F810***1234*Z*5**EA*2**02***EARLY BIRD
ITD*14*3*2.5**10**30*****2,5 IN TEN DAYS
DTM*001*20260501
DTM*002*20260420
DTM*010*20260410
TD5**2*UPSN*M*GROUND
TD3*TL
N9*ZZ*GATE
MSG*RING TWICE
MSG*ASK FOR BOB
N1*ST*HILLTOP STORE 7*92*0007
N2*RECEIVING
N3*7 MILL LANE*REAR
N3*DOOR 4
N4*RIVERTON*OH*44101*USA
PER*IC*BOB*TE*555-1234*EM*bob@hilltop.example
N1*BY*HILLTOP INC*9*0079402970000
N1*QQ*SOMEBODY
PO1*10*12*CA*925*HP*UP*012345678905*VN*AB-100*SZ*XL*BO*RED
CTP**RES*14.99
PID*F****GARDEN SPADE
PID*F****ASH HANDLE
PO4*6**EA*CTN**18.5*LB*******2
SCH*4*CA***002*20260420
SCH*8*CA***002*20260427
N9*ZZ*1
MSG*THIS SIDE UP
SAC*C*D240***500
N1*Z7*STORE 9*92*0009
PO1*20*30*EA**NC*IN*778
SDQ*EA*92*0001*10*0002*20
CTT*2*42
AMT*TT*1234.56"""


def test_the_header_of_a_rich_order_lands_in_its_fields(ordered: Ordered) -> None:
    order, _ = ordered(RICH)
    assert order.customer_po_number == "PO-1001"
    assert order.customer_po_date == date(2026, 3, 2)
    assert (order.purpose_code, order.order_type, order.release_number) == ("original", "release", "REL-9")
    assert (order.currency, order.department_number, order.internal_vendor_no) == ("USD", "038", "VENDOR7")
    assert (order.freight_payment, order.incoterm, order.incoterm_place) == ("prepaid", "EXW", "TOLEDO")
    assert order.title_passage_location == "DOCK"
    assert (order.ship_complete, order.carrier_scac, order.carrier_service_requested) == (
        "complete-order",
        "UPSN",
        "GROUND",
    )
    assert (order.discount_percent, order.discount_days, order.net_days) == (Decimal("2.5"), 10, 30)
    assert (order.cancel_after, order.requested_delivery_date) == (date(2026, 5, 1), date(2026, 4, 20))
    assert order.requested_ship_date == date(2026, 4, 10)
    assert (order.line_count_as_received, order.hash_total_as_received) == (2, Decimal(42))
    assert order.total_as_received == Decimal("1234.56")
    assert order.test_indicator is False


def test_the_envelope_fills_channel_partner_and_a_stable_id(ordered: Ordered) -> None:
    order, _ = ordered(RICH)
    assert (order.channel, order.partner, order.received_at) == ("folder-acme", "acme", AT)
    assert order.channel_order_id == "01:007940297/000000001/77/0001"


def test_parties_have_role_code_address_and_contact(ordered: Ordered) -> None:
    order, _ = ordered(RICH)
    ship_to, buyer, other = order.parties
    assert (ship_to.role, ship_to.party_code, ship_to.party_code_qualifier) == ("ship-to", "0007", "92")
    assert (ship_to.name, ship_to.name2, ship_to.store_number) == ("HILLTOP STORE 7", "RECEIVING", "0007")
    assert ship_to.address is not None
    assert (ship_to.address.line1, ship_to.address.line2, ship_to.address.line3) == ("7 MILL LANE", "REAR", "DOOR 4")
    assert (ship_to.address.city, ship_to.address.region, ship_to.address.country) == ("RIVERTON", "OH", "US")
    assert (ship_to.contact_name, ship_to.phone, ship_to.email) == ("BOB", "555-1234", "bob@hilltop.example")
    assert (buyer.role, buyer.store_number, buyer.address) == ("buyer", None, None)
    assert (other.role, other.name) == ("other", "SOMEBODY")


def test_an_implied_decimal_allowance_is_not_a_hundredfold(ordered: Ordered) -> None:
    order, _ = ordered(RICH)
    (allowance,) = order.allowances
    assert (allowance.is_charge, allowance.code, allowance.amount) == (False, "F810", Decimal("12.34"))
    assert (allowance.percent, allowance.handling_method, allowance.description) == (5, "off-invoice", "EARLY BIRD")
    (charge,) = order.lines[0].allowances
    assert (charge.is_charge, charge.amount) == (True, Decimal(5))


def test_notes_reach_the_papers_of_the_dock(ordered: Ordered) -> None:
    order, _ = ordered(RICH)
    (note,) = order.notes
    assert (note.note_heading, note.note_text) == ("GATE", "RING TWICE\nASK FOR BOB")
    assert set(note.print_on) == {"packing-slip", "pick-list"}
    assert [note.note_text for note in order.lines[0].notes] == ["THIS SIDE UP"]


def test_a_line_keeps_every_id_unit_pack_and_price_basis(ordered: Ordered) -> None:
    line = ordered(RICH)[0].lines[0]
    assert [(one.qualifier, one.value) for one in line.part_as_ordered] == [
        ("VN", "AB-100"), ("UP", "012345678905"), ("SZ", "XL"), ("BO", "RED"),
    ]  # fmt: skip
    assert (line.line_no, line.customer_line_ref, line.quantity, line.uom) == (1, "10", 12, "CA")
    assert (line.price_as_received, line.price_basis_code, line.price_basis_qty) == (925, "per-hundred", 100)
    assert (line.size, line.colour, line.retail_price) == ("XL", "RED", Decimal("14.99"))
    assert (line.description, line.description_long) == ("GARDEN SPADE", "GARDEN SPADE\nASH HANDLE")
    assert (line.pack_qty, line.inner_pack, line.gross_weight, line.weight_uom) == (6, 2, Decimal("18.5"), "LB")
    assert [(party.role, party.party_code) for party in line.parties] == [("mark-for", "0009")]
    assert (line.part, line.unit_price) == (None, None)


def test_deliveries_become_schedules_with_quantity_and_date(ordered: Ordered) -> None:
    schedules = ordered(RICH)[0].lines[0].schedules
    assert [(one.schedule_no, one.quantity, one.requested_delivery_date) for one in schedules] == [
        (1, 4, date(2026, 4, 20)), (2, 8, date(2026, 4, 27)),
    ]  # fmt: skip


def test_store_quantities_become_schedules_with_a_ship_to(ordered: Ordered) -> None:
    line = ordered(RICH)[0].lines[1]
    assert [(one.ship_to, one.quantity, one.uom) for one in line.schedules] == [("0001", 10, "EA"), ("0002", 20, "EA")]
    assert (line.price_as_received, line.price_basis_code) == (None, "no-charge")


def test_dates_on_a_line_without_deliveries_make_one_schedule_of_the_whole(ordered: Ordered, order: str) -> None:
    dated = order.replace("CTT*1", "DTM*010*20260401\nDTM*002*20260405\nCTT*1")
    (schedule,) = ordered(dated)[0].lines[0].schedules
    assert (schedule.quantity, schedule.requested_ship_date) == (12, date(2026, 4, 1))
    assert schedule.requested_delivery_date == date(2026, 4, 5)
    assert ordered(order)[0].lines[0].schedules == ()


def test_references_keep_type_value_and_words(ordered: Ordered) -> None:
    order, _ = ordered(RICH)
    assert [(one.ref_type, one.ref_value) for one in order.references] == [
        ("DP", "038"), ("IA", "VENDOR7"), ("ZZ", "LOOSE"),
    ]  # fmt: skip
    assert order.references[2].ref_description == "WORDS"


def test_every_field_knows_the_element_and_the_byte_it_came_from(ordered: Ordered, wire: Wire) -> None:
    order, _ = ordered(RICH)
    raw = wire(RICH)
    assert order.provenance["customer_po_number"] == f"BEG.03@{raw.index(b'BEG*')}"
    assert order.provenance["parties.ship_to.city"] == f"N4.01@{raw.index(b'N4*')}"
    assert order.provenance["lines[2].quantity"] == f"PO1.02@{raw.index(b'PO1*20')}"
    assert order.provenance["lines[2].price_as_received"] == "price-list"
    assert order.provenance["lines[2].schedules[2].ship_to"] == f"SDQ.03@{raw.index(b'SDQ*')}"


def test_what_no_rule_took_is_kept_beside_the_order_and_its_line(ordered: Ordered) -> None:
    order, _ = ordered(RICH)
    assert order.extensions["TD3"] == [{"01": "TL"}]
    assert order.extensions["FOB"] == [{"02": "OR", "06": "OR"}]
    assert order.extensions["SAC"] == [{"06": "Z"}]
    assert order.lines[0].extensions["PID"] == [{"01": "F"}, {"01": "F"}]


def element_texts(value: Any) -> set[str]:
    """Every text anywhere in a document."""
    if isinstance(value, dict):
        return set().union(*(element_texts(one) for key, one in value.items() if key != "provenance"))
    if isinstance(value, list):
        return set().union(*(element_texts(one) for one in value))
    return set(str(value).split("\n"))


def test_no_word_of_the_input_is_lost(ordered: Ordered) -> None:
    order, _ = ordered(RICH)
    words = element_texts(order.model_dump(mode="json"))
    sent = {one for line in RICH.splitlines() for one in line.split("*")[1:] if one and any(map(str.isalpha, one))}
    translated = {"HP", "NC", "RL", "PP", "USA", "A", "C", "SC", "ST", "BY", "QQ", "Z7", "IC", "TE", "EM", "RES", "TT"}
    assert sent - words - translated == set()


def test_an_unknown_code_is_told_and_kept(ordered: Ordered, order: str) -> None:
    made, found = ordered(order.replace("*SA*", "*XX*"))
    assert made.order_type == "stand-alone"
    assert [one.code.value for one in found] == ["code-not-in-table"]
    assert made.extensions["BEG"] == [{"02": "XX"}]


def test_a_row_that_is_not_whole_leaves_its_input_to_the_extensions(ordered: Ordered, order: str) -> None:
    made, _ = ordered(order.replace("N1*ST", "SAC*N*B840***19998\nN1*ST"))
    assert made.allowances == ()
    assert made.extensions["SAC"] == [{"01": "N", "02": "B840", "05": "19998"}]


def test_text_that_is_not_utf8_is_read_one_character_for_each_byte(ordered: Ordered, order: str) -> None:
    made, _ = ordered(order.replace("RIVERTON", "K\xf6LN"))
    assert made.parties[0].address is not None
    assert made.parties[0].address.city == "K\xf6LN"


# ---------------------------------------------------------------- overlays


def test_an_overlay_changes_one_rule_and_keeps_the_rest(ordered: Ordered, order: str) -> None:
    made, _ = ordered(order, '[order]\ncustomer_po_number = "BEG.03 | lower"\n')
    assert made.customer_po_number == "po-1001"
    assert made.customer_po_date == date(2026, 3, 2)


def test_an_overlay_takes_a_rule_away(ordered: Ordered, order: str) -> None:
    made, _ = ordered(order, "[order]\ncustomer_po_date = false\n[parties]\nstore_number = false\n")
    assert made.customer_po_date is None
    assert made.extensions["BEG"] == [{"05": "20260302"}]
    assert made.parties[0].store_number is None


def test_an_overlay_brings_its_own_table_and_literal(ordered: Ordered, order: str) -> None:
    overlay = """
[order]
order_type = { from = "BEG.02", table = "acme-types" }
priority   = { value = "high" }
[lines]
uom = { from = "PO1.03", table = "units", unmatched = "keep" }
[tables.acme-types]
SA = "rush"
[tables.units]
EA = "PCE"
"""
    made, _ = ordered(order, overlay)
    assert (made.order_type, made.priority, made.lines[0].uom, made.lines[0].uom_as_received) == (
        "rush",
        "high",
        "PCE",
        "EA",
    )


def test_a_rule_may_reach_into_a_loop_and_choose_by_qualifier(ordered: Ordered, order: str) -> None:
    overlay = '[order]\nchannel_order_ref = "N1[01=ST|BY]/N4.03"\n'
    made, _ = ordered(order, overlay)
    assert made.channel_order_ref == "44101"


def test_a_missing_value_may_refuse_the_set(wire: Wire, order: str) -> None:
    compiled = compile_map(HEAD + '[order]\nrelease_number = { from = "BEG.04", missing = "reject" }\n', base_map_text)
    agreed = Agreed("acme", Agreement(document="850", map="acme-850"), compiled)
    translation = read(wire(order), lambda _: agreed, AT)
    assert translation.documents == ()
    (finding,) = translation.findings
    assert (finding.code.value, finding.where.segment, finding.where.element) == ("element-missing", "BEG", 4)


def test_a_value_the_order_cannot_take_is_a_finding_with_its_place(wire: Wire, order: str) -> None:
    body = order.replace("*US\n", "*UXY\n")
    compiled = compile_map(HEAD, base_map_text)
    agreed = Agreed("acme", Agreement(document="850", map="acme-850"), compiled)
    translation = read(wire(body), lambda _: agreed, AT)
    assert translation.documents == ()
    (finding,) = translation.findings
    assert finding.code.value == "value-refused"
    assert (finding.where.segment, finding.where.position, finding.where.element) == ("N4", 5, 4)
    assert "parties.ship_to.country" in finding.message
    assert [one.verdict for one in group_answers(translation)] == ["R"]


# ---------------------------------------------------------------- mistakes


@pytest.mark.parametrize(
    ("overlay", "parts"),
    [
        ('[order]\ncancel_aftr = "DTM.02"\n', ["line 4", "order.cancel_aftr", "'cancel_after'"]),
        ('[order]\ncancel_after = "DTM.02 | dat"\n', ["line 4", "no function 'dat'", "'date'"]),
        ('[order]\ncancel_after = "DTM[01-001].02"\n', ["line 4", "order.cancel_after", "is no path"]),
        ('[order]\ncancel_after = "DTM"\n', ["line 4", "no element"]),
        ('[order]\norder_type = { from = "BEG.02", tabel = "x" }\n', ["line 4", "'tabel'", "'table'"]),
        ('[order]\norder_type = { from = "BEG.02", table = "order-typs" }\n', ["tables.order-typs", "'order-types'"]),
        ('[order]\norder_type = { from = "BEG.02", missing = "panic" }\n', ["missing must be one of"]),
        ('[parties.shipto]\neach = "N1[01=ST]"\n', ["line 3", "parties.shipto", "'ship_to'"]),
        ('[parties.ship_to]\neach = "N1[01=ST"\n', ["parties.ship_to.each", "is no path"]),
        ('[lines]\nquantiy = "PO1.02"\n', ["line 4", "'quantity'"]),
        ('[lines]\nunit_price = "PO1.04"\n', ["lines.unit_price"]),
        ('[lines.schedules.deliveries]\ndeliver = "SCH.06"\n', ["lines.schedules.deliveries.deliver", "'deliver_by'"]),
        ('[notes.n9]\ntext = "MSG.01 | join"\n', ["[*] needs join"]),
        ('[linez]\neach = "PO1"\n', ["line 3", "'linez'", "'lines'"]),
        ('match = { sett = "850" }\n', ["line 3", "'sett'", "'set'"]),
        ('match = { sender = "ACME" }\n', ["a qualifier and an id"]),
        ("[tables]\nx = 1\n", ["tables.x"]),
        ("[order\n", ["no TOML"]),
    ],
)
def test_a_mistake_in_a_map_is_told_with_line_key_and_nearest_name(overlay: str, parts: list[str]) -> None:
    message = map_error(HEAD + overlay)
    for part in parts:
        assert part in message


def test_a_map_needs_a_name_an_order_and_lines() -> None:
    assert "needs a name" in map_error("[order]\n")
    assert "[lines]" in map_error('map = "x"\n[order]\n')
    assert "[order]" in map_error('map = "x"\n[lines]\neach = "PO1"\n')


def test_a_base_that_does_not_exist_is_told() -> None:
    assert "'x12-850'" in map_error('map = "x"\nextends = "x12-0850"\n')


def test_maps_that_extend_each_other_in_a_circle_are_refused() -> None:
    with pytest.raises(MapError, match="circle"):
        compile_map('map = "a"\nextends = "b"\n', lambda name: f'map = "{name}"\nextends = "a"\n')
