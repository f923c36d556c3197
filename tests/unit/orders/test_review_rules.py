"""Rules R4 ... R26: each speaks of what it is for, with its figures, and of nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from orders import completing
from orders.document import Address, AllowanceCharge, Line, Note, PurchaseOrder, Schedule
from orders.known import Blanket, BlanketLine, Known, Past
from orders.price_policy import settled
from orders.review import asked_by, review
from orders.review_policy import Price, ReviewRules, usual
from orders.rules import Stop
from orders.values import NoteKind, OrderType, PartyRole, PriceSource, Severity, ShipComplete
from tests import factories
from tests.factories import NOON

DOCS = Path(__file__).parents[3] / "docs" / "review.md"
TODAY = NOON.date()
SOON = TODAY + timedelta(days=1)
KNOWN = Known(at=NOON, parts=factories.catalogue().parts, customer=factories.customer())


def completed(**values: Any) -> PurchaseOrder:
    return completing.completed(factories.purchase_order(**values), factories.catalogue(), factories.customer())


def one_line(**values: Any) -> PurchaseOrder:
    """An order of one line, with fields that our masters would fill set by hand."""
    order = completed()
    return order.model_copy(update={"lines": (order.lines[0].model_copy(update=values),)})


def said(order: PurchaseOrder, known: Known = KNOWN, **settings: Mapping[str, Any]) -> list[Stop]:
    """What the rules say, R13 aside: the usual ship-to is not on file."""
    rules = ReviewRules.model_validate({"R13": {"severity": "off"}} | settings)
    return list(review(order, asked_by(rules), known))


def codes(order: PurchaseOrder, known: Known = KNOWN, **settings: Mapping[str, Any]) -> list[str]:
    return [stop.rule for stop in said(order, known, **settings)]


def goes_to(**address: Any) -> PurchaseOrder:
    place: dict[str, Any] = {"line1": "1 Dock Road", "city": "Toledo", "region": "OH", "postal_code": "43604"}
    party = factories.ship_to(address=Address(**place | {"country": "US"} | address))
    return completed(parties=(party,), carrier_scac="RDWY")


def test_order_as_usual_is_not_spoken_of() -> None:
    assert said(completed()) == []


def test_part_that_is_not_sold_any_more_names_its_successor() -> None:
    gone = factories.part(is_active=False, superseded_by="W-101")
    (stop,) = said(completed(), Known(parts={"W-100": gone}))
    assert (stop.rule, stop.figures) == ("R4", {"part": "W-100", "successor": "W-101"})


def test_unit_nobody_can_convert_is_held() -> None:
    assert codes(one_line(uom="CS", uom_factor=None, stock_quantity=None)) == ["R6"]
    assert codes(one_line(uom="CS", uom_factor=Fraction(12), stock_quantity=Decimal(120))) == []


def test_part_sold_in_multiples_and_within_bounds_is_held_otherwise() -> None:
    part = factories.part(pack_multiple=Decimal(4), min_qty=Decimal(12), max_qty=Decimal(20), revision="B")
    known = Known(parts={"W-100": part})
    assert codes(one_line(stock_quantity=Decimal(16)), known) == []
    assert codes(one_line(stock_quantity=Decimal(8)), known) == ["R7"]
    assert codes(one_line(stock_quantity=Decimal(22)), known) == ["R6", "R7"]
    (stop,) = said(one_line(stock_quantity=Decimal(16), revision_level="A"), known)
    assert stop.figures == {"part": "W-100", "asked": "A", "made": "B"}


def test_broken_pack_is_held_where_packs_must_be_whole() -> None:
    order = one_line(pack_qty=Decimal(4))
    assert codes(order) == []
    assert codes(order, R6={"whole_packs": True}) == ["R6"]
    assert codes(one_line(pack_qty=Decimal(5)), R6={"whole_packs": True}) == []


@pytest.mark.parametrize(
    ("quantity", "setting", "is_held"),
    [
        ("9", {"least": 10}, True),
        ("10", {"least": 10, "most": 10}, False),
        ("11", {"most": 10}, True),
        ("41", {"times_median": 4}, True),
        ("40", {"times_median": 4}, False),
        ("2.5", {"times_median": 4}, False),
        ("2", {"times_median": 4}, True),
        ("41", {"times_median": 4, "orders_seen": 6}, False),
        ("41", {}, False),
    ],
)
def test_quantity_out_of_bounds_or_far_from_the_usual_is_held(
    quantity: str, setting: dict[str, Any], is_held: bool
) -> None:
    known = Known(past={("W-100", "EA"): Past(5, Decimal(10))})
    assert ("R7" in codes(one_line(quantity=Decimal(quantity)), known, R7=setting)) is is_held


@pytest.mark.parametrize(
    ("dates", "setting", "told"),
    [
        ({"requested_ship_date": TODAY}, {}, ""),
        ({"requested_ship_date": TODAY - timedelta(days=1)}, {}, "has passed"),
        ({"requested_delivery_date": SOON}, {"lead_days": 2}, "we need 2 days"),
        ({"requested_delivery_date": SOON}, {"lead_days": 1}, ""),
        ({"requested_ship_date": date(2026, 3, 7)}, {"ship_days": ["mon", "tue"]}, "sat 2026-03-07"),
        ({"requested_ship_date": date(2026, 3, 9)}, {"ship_days": ["mon", "tue"]}, ""),
        ({"requested_ship_date": date(2026, 3, 9)}, {"closed_on": ["2026-03-09"]}, "mon 2026-03-09"),
        ({"ship_not_before": SOON, "ship_no_later": TODAY}, {}, "-1 days, 0 are needed"),
        ({"deliver_not_before": TODAY, "deliver_no_later": SOON}, {"transit_days": 3}, "1 days, 3 are needed"),
    ],
)
def test_dates_that_cannot_be_kept_are_told(dates: dict[str, Any], setting: dict[str, Any], told: str) -> None:
    stops = said(completed(**dates), R8=setting)
    assert [stop.severity for stop in stops] == ([Severity.NOTE] if told else [])
    assert told in "".join(stop.reason for stop in stops)


def test_lead_time_of_a_line_counts_for_its_deliveries() -> None:
    schedules = (Schedule(schedule_no=1, quantity=Decimal(10), requested_ship_date=SOON),)
    assert codes(one_line(schedules=schedules, lead_time_days=5)) == ["R8"]


def test_twin_within_minutes_is_noted() -> None:
    (stop,) = said(completed(), Known(twins=("SO-7",)), R9={"minutes": 10})
    assert (stop.rule, stop.severity, stop.figures) == ("R9", Severity.NOTE, {"orders": "SO-7"})


def test_margin_under_the_floor_is_held() -> None:
    order = one_line(margin_percent=Decimal("11.5"))
    assert codes(order) == []
    assert codes(order, R11={"percent": "11.5"}) == []
    assert codes(order, R11={"percent": 12}) == ["R11"]


def test_allowance_that_was_not_agreed_is_held() -> None:
    order = completed(allowances=(AllowanceCharge(is_charge=False, code="C310", amount=Decimal(10)),))
    assert codes(order) == []
    assert codes(order, R12={"agreed": ["C310"]}) == []
    assert codes(order, R12={"agreed": []}) == ["R12"]
    assert codes(order, R12={"most_percent": 10}) == ["R12"]
    assert codes(order, R12={"most_percent": 11}) == []


@pytest.mark.parametrize(
    ("address", "setting", "told"),
    [
        ({}, {}, ""),
        ({"line1": "P.O. Box 12"}, {}, "RDWY does not deliver to P.O. Box 12"),
        ({"line1": "P.O. Box 12"}, {"parcel_carriers": ["RDWY"]}, ""),
        ({"region": "NY"}, {}, "postal code 43604 is in OH, not in NY"),
        ({"country": "CA"}, {"countries": ["US"]}, "nothing is shipped to CA"),
        ({"country": "KP"}, {"barred_countries": ["KP"]}, "nothing is shipped to KP"),
        ({"address_status": "undeliverable"}, {}, "cannot be delivered to"),
        ({}, {"forwarders": ["store 42"]}, "go to a forwarder"),
    ],
)
def test_ship_to_that_cannot_be_reached_is_told(address: dict[str, Any], setting: dict[str, Any], told: str) -> None:
    stops = said(goes_to(**address), Known(), R13=setting)
    assert len(stops) == bool(told)
    assert told in "".join(stop.reason for stop in stops)


def test_country_that_is_barred_stops_even_where_the_rule_is_a_note() -> None:
    (stop,) = said(goes_to(country="KP"), Known(), R13={"barred_countries": ["KP"], "severity": "note"})
    assert stop.severity is Severity.HOLD


def test_ship_to_that_is_not_on_file_is_noted() -> None:
    (stop,) = said(completed(), R13={"severity": "note"})
    assert stop.figures["ship_to"] == "0042"


def test_what_the_partner_will_want_back_is_asked_for_at_entry() -> None:
    needs = {"needs": ["department_number", "lines.customer_line_ref", "parties[ship-to].store_number"]}
    assert [stop.field_path for stop in said(completed(), R14=needs)] == [
        "department_number",
        "lines[1].customer_line_ref",
        "parties[ship-to].store_number",
    ]
    assert codes(completed(department_number="217"), R14={"needs": ["department_number"]}) == []


def test_total_that_differs_as_much_as_prices_do_is_only_noted() -> None:
    order = completed(lines=(factories.line(price_as_received=Decimal(9)),), total_as_received=Decimal(90))
    assert [(stop.rule, stop.severity) for stop in said(order)] == [("R1", Severity.HOLD), ("R15", Severity.NOTE)]


def test_terms_that_were_not_agreed_are_told_with_both() -> None:
    (stop,) = said(completed(payment_terms="NET90"))
    assert (stop.rule, stop.figures) == ("R17", {"asked": "NET90", "agreed": "NET30"})


def test_carrier_that_is_not_offered_is_held() -> None:
    order = completed(carrier_scac="UPSN", service_level="2D")
    assert codes(order) == []
    assert codes(order, R18={"carriers": ["FDEG", "UPSN:2D"]}) == []
    assert codes(order, R18={"carriers": ["FDEG", "UPSN:ND"]}) == ["R18"]


def test_goods_that_need_care_are_told() -> None:
    (stop,) = said(one_line(hazmat=True, un_number="1263", certificates_required=("COA",)))
    assert stop.reason == "line 1: dangerous goods 1263, certificates COA"
    assert codes(goes_to(country="CA"), Known(), R19={"home_country": "US"}) == ["R19"]


def blanket(**values: Any) -> Known:
    lines = (BlanketLine(1, "W-100", None, "EA", Decimal(100), Decimal(95)),)
    return Known(at=NOON, blanket=Blanket("SO-1", lines, **values))


def release(*quantities: int) -> PurchaseOrder:
    lines = tuple(factories.line(n, quantity=Decimal(q)) for n, q in enumerate(quantities, 1))
    return completed(order_type=OrderType.RELEASE, release_number="3", lines=lines)


def test_release_of_more_than_is_left_is_held_with_the_figures() -> None:
    (stop,) = said(release(3, 3), blanket())
    assert (stop.rule, stop.field_path) == ("R20", "lines[2].quantity")
    assert stop.figures == {"asked": "6", "left": "5", "agreed": "100", "drawn": "95", "blanket": "SO-1"}
    assert codes(release(2, 3), blanket()) == []


def test_release_needs_a_blanket_order_that_holds_and_has_the_part() -> None:
    assert "no blanket order" in said(release(1), Known())[0].reason
    assert "holds from" in said(release(1), blanket(valid_until=TODAY - timedelta(days=1)))[0].reason
    other = Known(blanket=Blanket("SO-1", ()))
    assert "has no such part" in said(release(1), other)[0].reason


def test_note_is_put_before_a_person_only_where_that_was_asked_for() -> None:
    order = completed(notes=(Note(note_kind=NoteKind.TO_DOCK, note_text="ring first"),))
    assert codes(order) == []
    assert codes(order, R21={"severity": "hold"}) == ["R21"]
    assert codes(order, R21={"severity": "hold", "channels": ["store:"]}) == []
    assert codes(order, R21={"severity": "hold", "kinds": ["internal"]}) == []


def test_short_stock_is_held_where_nothing_may_come_later() -> None:
    def order(ready: date, complete: ShipComplete) -> PurchaseOrder:
        late = one_line(available_to_promise_date=ready)
        return late.model_copy(update={"requested_ship_date": SOON, "ship_complete": complete})

    assert codes(order(SOON + timedelta(days=1), ShipComplete.NO_BACKORDER)) == ["R22"]
    assert codes(order(SOON + timedelta(days=1), ShipComplete.BACKORDER_OK)) == []
    assert codes(order(SOON, ShipComplete.NO_BACKORDER)) == []


def test_currency_that_was_not_agreed_is_held() -> None:
    assert codes(completed(), R23={"currencies": ["EUR", "USD"]}) == []
    assert codes(completed(), R23={"currencies": ["EUR"]}) == ["R23"]


def test_typed_order_above_its_enterers_limit_is_held() -> None:
    setting = {"limit": 92, "limits": {"ann": "92.5"}}
    typed = {"channel": "typed"}
    assert codes(completed(**typed, entered_by="ann"), R24=setting) == []
    assert codes(completed(**typed, entered_by="bob"), R24=setting) == ["R24"]
    assert codes(completed(entered_by="bob"), R24=setting) == []


def test_order_whose_last_day_has_passed_is_held() -> None:
    assert codes(completed(cancel_after=TODAY)) == []
    assert codes(completed(cancel_after=TODAY - timedelta(days=1))) == ["R25"]


@pytest.mark.parametrize(
    ("values", "is_held"),
    [
        ({"extensions": {"IsBuyerRequestedCancel": "true"}}, True),
        ({"extensions": {"intentToCancel": True}}, True),
        ({"extensions": {"is_buyer_request_cancel": False}}, False),
        ({"tags": ("buyer-asked-to-cancel",)}, True),
    ],
)
def test_order_its_buyer_asked_to_cancel_is_held(values: dict[str, Any], is_held: bool) -> None:
    assert codes(completed(**values)) == (["R26"] if is_held else [])


def test_each_rule_is_as_hard_as_it_is_set() -> None:
    order = completed(cancel_after=TODAY - timedelta(days=1))
    assert [stop.severity for stop in said(order, R25={"severity": "reject"})] == [Severity.REJECT]
    assert [stop.severity for stop in said(order, R25={"severity": "note"})] == [Severity.NOTE]
    assert said(order, R25={"severity": "off"}) == []


def test_wrong_price_basis_is_a_price_that_differs_where_that_rule_is_off() -> None:
    order = completed(lines=(factories.line(price_as_received=Decimal(925)),))
    assert codes(order) == ["R2"]
    assert codes(order, R2={"severity": "off"}) == ["R1"]


def priced(theirs: str, **setting: Any) -> tuple[Line, list[Severity]]:
    order = completed(lines=(factories.line(price_as_received=Decimal(theirs)),))
    taken = settled(order, Price(**setting))
    (line,) = taken.lines
    assert taken.grand_total == line.extended_price
    return line, [stop.severity for stop in said(taken, R1=setting)]


def test_their_price_is_taken_where_that_was_agreed_and_says_whose_it_is() -> None:
    line, told = priced("9", against_us="theirs")
    assert (line.unit_price, line.price_source, line.extended_price) == (9, PriceSource.CUSTOMER, 90)
    assert told == [Severity.NOTE]


def test_our_price_is_taken_where_that_was_agreed_and_only_noted() -> None:
    line, told = priced("9", against_us="ours")
    assert (line.unit_price, told) == (Decimal("9.25"), [Severity.NOTE])


def test_in_our_favour_and_against_us_are_two_policies() -> None:
    setting = {"in_our_favour": "theirs", "percent": 0, "amount": 0}
    assert priced("9.5", **setting)[0].unit_price == Decimal("9.5")
    line, told = priced("9", **setting)
    assert (line.unit_price, told) == (Decimal("9.25"), [Severity.HOLD])
    assert priced("9.30", within="theirs")[0].unit_price == Decimal("9.30")


def test_price_for_another_number_of_units_is_never_taken() -> None:
    line, told = priced("925", in_our_favour="theirs")
    assert (line.unit_price, told) == (Decimal("9.25"), [Severity.HOLD])


def test_tolerance_may_be_narrower_for_the_value_of_the_line_and_wider_in_our_favour() -> None:
    assert priced("9.30", line_amount="0.5")[1] == []
    assert priced("9.30", line_amount="0.49")[1] == [Severity.HOLD]
    assert priced("9.70", favour_percent=5)[1] == []
    assert priced("8.80", favour_percent=5)[1] == [Severity.HOLD]


def test_partner_says_only_what_it_does_differently_from_the_box() -> None:
    house = ReviewRules.model_validate({"R1": {"amount": 1, "against_us": "ours"}, "R25": {"severity": "reject"}})
    partner = ReviewRules.model_validate({"R1": {"amount": 0}, "R25": {"severity": "note"}})
    both = partner.over(house)
    assert (both.R1.amount, both.R1.against_us, both.R25.severity) == (0, "ours", "note")
    assert ReviewRules().over(house) == house


def test_parties_beside_the_ship_to_do_not_matter() -> None:
    order = completed(parties=(factories.ship_to(role=PartyRole.BILL_TO),))
    assert codes(order) == []


def test_every_rule_and_every_parameter_stands_in_the_docs() -> None:
    rows = {row.split(" ")[1]: row for row in DOCS.read_text("utf-8").splitlines() if row.startswith("| R")}
    for code, field in ReviewRules.model_fields.items():
        rows_of = " ".join(line for line in DOCS.read_text("utf-8").splitlines() if line.startswith(f"| {code} |"))
        assert f"| {usual(code)} |" in rows_of, f"{code} is usually {usual(code)}"
        for name in type(field.default).model_fields:
            assert name == "severity" or f"`{name}`" in rows_of, f"{code} has {name}"
    assert len(rows) == 26
