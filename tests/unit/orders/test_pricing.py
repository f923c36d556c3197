"""Which price a line has: ours beside the customer's, from contracts, lists and breaks, in any unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from orders.completing import completed
from orders.correcting import corrected
from orders.document import Line, PartCrossReference, PurchaseOrder, Schedule
from orders.masters import Book, Catalogue, Contract, Offer, Part, PartPrice, PriceList
from orders.money import Rounding, RoundingMode, RoundingScope, extended, minor_unit, round_money
from orders.pricing import matched
from orders.values import BreakCounting, PriceBasis, PriceSource
from tests import factories

MARCH = date(2026, 3, 2)


def order_of(catalogue: Catalogue, *lines: Line, **values: Any) -> PurchaseOrder:
    document = factories.purchase_order(lines=lines or (factories.line(),), customer_po_date=MARCH, **values)
    return completed(document, catalogue, factories.customer())


def priced(line: Line, catalogue: Catalogue, **values: Any) -> Line:
    return order_of(catalogue, line, **values).lines[0]


def offer(price: str, **values: Any) -> Offer:
    return Offer(price=Decimal(price), **values)


def listed(*offers: Offer, name: str = "RETAIL", **values: Any) -> Book:
    price_list = PriceList(price_list=name, name=name, **values)
    return Book(price_list, PriceSource.PRICE_LIST, {"W-100": PartPrice(price_list=name, part="W-100", offers=offers)})


def agreed(*offers: Offer, **values: Any) -> Book:
    contract = Contract(contract="K-7", customer="C-1001", price_list="K-7", **values)
    return replace(listed(*offers, name="K-7"), source=PriceSource.CONTRACT, contract=contract)


def selling(*books: Book, part: Part | None = None) -> Catalogue:
    known = part or factories.part()
    return Catalogue({known.part: known}, books=books)


# ---------------------------------------------------------------- amounts


@pytest.mark.parametrize(
    ("currency", "decimals"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4), (None, 2), ("EUR", 2)]
)
def test_minor_unit_is_that_of_the_currency(currency: str | None, decimals: int) -> None:
    assert minor_unit(currency) == decimals


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [("2.345", "USD", "2.35"), ("2.344", "USD", "2.34"), ("-2.345", "USD", "-2.35"), ("2.5", "JPY", "3")],
)
def test_money_is_rounded_half_up_to_the_minor_unit(amount: str, currency: str, rounded: str) -> None:
    assert round_money(Decimal(amount), currency) == Decimal(rounded)


@pytest.mark.parametrize(("amount", "rounded"), [("2.345", "2.34"), ("2.355", "2.36"), ("2.3451", "2.35")])
def test_partner_may_have_agreed_to_round_halves_to_the_even_coin(amount: str, rounded: str) -> None:
    assert Rounding(mode=RoundingMode.HALF_EVEN).money(Decimal(amount), "USD") == Decimal(rounded)


@pytest.mark.parametrize(
    ("quantity", "price", "basis", "amount"),
    [
        ("7", "9.99", None, "69.93"),
        ("250", "12.50", "100", "31.25"),
        ("1500", "3.333", "1000", "5.00"),
        ("3", "0.333333", "0", "1.00"),
    ],
)
def test_price_is_for_its_basis(quantity: str, price: str, basis: str | None, amount: str) -> None:
    known = Decimal(basis) if basis else None
    assert extended(Decimal(quantity), Decimal(price), known, "USD") == Decimal(amount)


# ---------------------------------------------------------------- whose price


def test_our_list_price_stands_beside_the_customers() -> None:
    line = priced(factories.line(price_as_received=Decimal("9.00")), factories.catalogue())
    assert (line.part, line.unit_price, line.price_as_received) == ("W-100", Decimal("9.25"), Decimal("9.00"))
    assert (line.price_variance, line.price_source) == (Decimal("-0.25"), PriceSource.PRICE_LIST)
    assert line.extended_price == Decimal("92.50")


def test_contract_goes_before_the_customers_list_and_that_before_the_groups_and_the_parts_own_price() -> None:
    books = (agreed(offer("7")), listed(offer("8")), listed(offer("8.50"), name="GROUP"))
    found = [priced(factories.line(), selling(*books[place:])) for place in range(4)]
    assert [line.unit_price for line in found] == [7, 8, Decimal("8.50"), Decimal("9.25")]
    assert [line.price_source for line in found] == [PriceSource.CONTRACT, *[PriceSource.PRICE_LIST] * 3]


def test_order_says_where_each_price_stands() -> None:
    known = selling(listed(offer("8")))
    free = factories.line(2, unit_price=Decimal(1), price_source=PriceSource.QUOTE)
    foreign = factories.line(3, part_as_ordered=())
    told = order_of(known, factories.line(), free, foreign).provenance
    assert [told[f"lines[{number}].unit_price"] for number in (1, 2, 3)] == [
        "price list RETAIL",
        "set by a person",
        "the customer's",
    ]


def test_price_a_person_has_set_stays_and_the_list_is_told_beside_it() -> None:
    line = factories.line(unit_price=Decimal("5"), price_source=PriceSource.MANUAL_OVERRIDE)
    line = priced(line, selling(agreed(offer("7"))))
    assert (line.unit_price, line.price_source, line.price_list_price) == (5, PriceSource.MANUAL_OVERRIDE, 7)
    assert line.extended_price == Decimal("50.00")


def test_price_is_written_without_needless_zeros_and_without_an_exponent() -> None:
    prices = [priced(factories.line(), selling(listed(offer(price)))).unit_price for price in ("9.250", "1200")]
    assert list(map(str, prices)) == ["9.25", "1200"]


def test_without_a_price_of_ours_the_customers_is_taken_and_said_so() -> None:
    line = priced(factories.line(), factories.catalogue(factories.part(list_price=None)))
    assert (line.unit_price, line.price_source, line.price_variance) == (Decimal("9.25"), PriceSource.CUSTOMER, None)


def test_line_of_no_charge_stays_free() -> None:
    line = priced(factories.line(price_basis_code=PriceBasis.NO_CHARGE), factories.catalogue())
    assert (line.unit_price, line.extended_price) == (Decimal(0), Decimal("0.00"))


def test_price_in_another_currency_is_none_and_a_person_must_look() -> None:
    line = priced(factories.line(), factories.catalogue(), currency="EUR")
    assert (line.unit_price, line.price_source, line.extended_price) == (None, None, None)


def test_list_in_the_orders_currency_is_found_behind_one_in_another() -> None:
    books = (listed(offer("8")), listed(offer("7.50"), name="EURO", currency="EUR"))
    assert priced(factories.line(), selling(*books), currency="EUR").unit_price == Decimal("7.50")


def test_price_holds_on_the_day_of_the_order_both_ends_included() -> None:
    old = offer("7", valid_to=date(2026, 3, 1))
    new = offer("8", valid_from=date(2026, 3, 2), valid_to=date(2026, 3, 2))
    later = offer("9", valid_from=date(2026, 3, 3))
    assert priced(factories.line(), selling(listed(old, new, later))).unit_price == 8


def test_newest_price_that_holds_goes_before_an_older_one() -> None:
    older, newer = offer("7", valid_from=date(2025, 1, 1)), offer("8", valid_from=date(2026, 1, 1))
    assert priced(factories.line(), selling(listed(newer, older))).unit_price == 8


def test_expired_contract_is_passed_over() -> None:
    books = (agreed(offer("7"), valid_to=date(2026, 2, 28)), listed(offer("8")))
    assert priced(factories.line(), selling(*books)).unit_price == 8


def test_part_a_clerk_has_set_is_kept_and_priced() -> None:
    line = factories.line(part="W-200", part_match_rule="by hand")
    parts = {one.part: one for one in (factories.part(), factories.part("W-200", list_price=Decimal(4)))}
    line = priced(line, Catalogue(parts))
    assert (line.part, line.part_match_rule, line.unit_price) == ("W-200", "by hand", 4)


def test_price_and_part_a_clerk_corrects_stay_until_they_are_emptied() -> None:
    parts = {one.part: one for one in (factories.part(), factories.part("W-200", list_price=Decimal(4)))}
    order = order_of(Catalogue(parts), factories.line())
    wanted = corrected(order, {"lines[1].part": "W-200"})
    order = completed(wanted, Catalogue(parts), factories.customer())
    assert (order.lines[0].part, order.lines[0].unit_price) == ("W-200", 4)
    order = completed(corrected(order, {"lines[1].unit_price": "3.50"}), Catalogue(parts), factories.customer())
    assert (order.lines[0].unit_price, order.lines[0].price_source) == (Decimal("3.50"), PriceSource.MANUAL_OVERRIDE)
    emptied = corrected(order, {"lines[1].unit_price": None, "lines[1].part": None})
    line = completed(emptied, Catalogue(parts), factories.customer()).lines[0]
    assert (line.part, line.unit_price, line.price_source) == ("W-100", Decimal("9.25"), PriceSource.PRICE_LIST)


def test_part_that_was_set_is_kept_where_nothing_the_customer_sent_is_known() -> None:
    line = priced(factories.line(part="W-100", part_as_ordered=()), factories.catalogue())
    assert (line.part, line.unit_price, line.stock_quantity) == ("W-100", Decimal("9.25"), 10)


def test_superseded_part_is_kept_for_a_person_to_see() -> None:
    assert priced(factories.line(), factories.catalogue(factories.part(superseded_by="W-101"))).part == "W-100"


def test_cross_reference_holds_on_its_days_only() -> None:
    reference = PartCrossReference(
        partner="acme", qualifier="VP", customer_part="W-100", our_part="W-200", valid_from=date(2026, 3, 3)
    )
    parts = {one.part: one for one in (factories.part(), factories.part("W-200"))}
    catalogue = Catalogue(parts, {("VP", "W-100"): reference})
    assert priced(factories.line(), catalogue).part == "W-100"
    found = matched(factories.line(), catalogue, date(2026, 3, 3)).part
    assert found is not None
    assert found.part == "W-200"


def test_cost_and_margin_are_told_where_the_cost_is_known() -> None:
    line = priced(factories.line(), factories.catalogue(factories.part(cost=Decimal("7.40"))))
    assert (line.cost, line.margin_percent) == (Decimal("7.40"), Decimal(20))


# ---------------------------------------------------------------- breaks

BREAKS = (offer("10"), offer("9", from_qty=Decimal(100)), offer("8", from_qty=Decimal(1000)))


@pytest.mark.parametrize(("quantity", "price"), [("1", 10), ("99", 10), ("100", 9), ("999", 9), ("1000", 8)])
def test_break_is_reached_by_the_lines_quantity(quantity: str, price: int) -> None:
    line = priced(factories.line(quantity=Decimal(quantity)), selling(listed(*BREAKS)))
    assert line.unit_price == price


def test_below_the_first_break_the_next_list_is_asked() -> None:
    books = (agreed(offer("7", from_qty=Decimal(100))), listed(offer("8")))
    assert priced(factories.line(), selling(*books)).unit_price == 8


def counting(how: BreakCounting) -> tuple[Offer, ...]:
    return tuple(one.model_copy(update={"counting": how}) for one in BREAKS)


def test_break_may_count_all_lines_of_the_order_for_the_part() -> None:
    lines = (factories.line(1, quantity=Decimal(60)), factories.line(2, quantity=Decimal(40)))
    order = order_of(selling(listed(*counting(BreakCounting.ORDER))), *lines)
    assert [line.unit_price for line in order.lines] == [9, 9]


def test_break_may_count_what_the_contract_has_brought_so_far() -> None:
    book = agreed(*counting(BreakCounting.CONTRACT_TO_DATE))
    assert priced(factories.line(), selling(book)).unit_price == 10
    assert priced(factories.line(), selling(replace(book, ordered={"W-100": Decimal(990)}))).unit_price == 8


def test_break_may_count_each_delivery_and_the_line_is_their_sum() -> None:
    schedules = tuple(Schedule(schedule_no=n, quantity=Decimal(q)) for n, q in enumerate((50, 150), 1))
    line = factories.line(quantity=Decimal(200), schedules=schedules)
    line = priced(line, selling(listed(*counting(BreakCounting.DELIVERY))))
    assert [(one.unit_price, one.price_source) for one in line.schedules] == [
        (10, PriceSource.PRICE_LIST),
        (9, PriceSource.PRICE_LIST),
    ]
    assert line.extended_price == Decimal("1850.00")


def test_delivery_with_the_customers_own_price_makes_the_line_the_sum_of_its_deliveries() -> None:
    schedules = (
        Schedule(schedule_no=1, quantity=Decimal(4), unit_price=Decimal("9.99")),
        Schedule(schedule_no=2, quantity=Decimal(6)),
    )
    line = priced(factories.line(schedules=schedules), factories.catalogue())
    assert line.schedules[0].price_source is PriceSource.CUSTOMER
    assert line.schedules[1].unit_price is None
    assert line.extended_price == Decimal("95.46")


# ---------------------------------------------------------------- units


def test_price_per_hundred_is_compared_per_hundred() -> None:
    line = factories.line(
        price_as_received=Decimal("925"), price_basis_code=PriceBasis.PER_HUNDRED, price_basis_qty=Decimal(100)
    )
    line = priced(line, factories.catalogue())
    assert (line.price_list_price, line.price_variance) == (Decimal("925.00"), Decimal(0))
    assert line.extended_price == Decimal("92.50")


def test_price_of_a_list_may_be_for_a_thousand() -> None:
    line = priced(factories.line(), selling(listed(offer("83.20", basis_qty=Decimal(1000)))))
    assert (line.unit_price, line.extended_price) == (Decimal("0.0832"), Decimal("0.83"))


def test_price_is_converted_against_the_quantity_and_the_amount_stays_the_same() -> None:
    part = factories.part(conversions={"CS": Fraction(12)})
    cases = priced(factories.line(quantity=Decimal(5), uom="CS"), selling(part=part))
    pieces = priced(factories.line(quantity=Decimal(60)), selling(part=part))
    assert (cases.unit_price, pieces.unit_price) == (Decimal("111.00"), Decimal("9.25"))
    assert cases.extended_price == pieces.extended_price == Decimal("555.00")
    assert (cases.stock_uom, cases.uom_factor, cases.stock_quantity) == ("EA", Fraction(12), 60)


def test_price_of_a_case_does_not_change_the_amount_though_a_piece_has_no_even_price() -> None:
    part = factories.part(conversions={"CS": Fraction(3)})
    book = listed(offer("100", uom="CS"))
    line = priced(factories.line(quantity=Decimal(3_000_000)), selling(book, part=part))
    assert (line.unit_price, line.extended_price) == (Decimal("33.333333"), Decimal("100000000.00"))


def test_price_for_the_very_unit_goes_before_one_that_is_converted() -> None:
    part = factories.part(conversions={"CS": Fraction(12)})
    book = listed(offer("9"), offer("100", uom="CS"))
    assert priced(factories.line(uom="CS"), selling(book, part=part)).unit_price == 100


def test_what_was_agreed_with_the_customer_says_how_large_their_case_is() -> None:
    reference = PartCrossReference(partner="acme", qualifier="BP", customer_part="T-1", our_part="W-100")
    reference = reference.model_copy(update={"customer_uom": "CS", "uom_factor": Fraction(10)})
    part = factories.part(conversions={"CS": Fraction(12)})
    catalogue = Catalogue({"W-100": part}, {("BP", "T-1"): reference})
    line = factories.line(uom="CS", part_as_ordered=({"qualifier": "BP", "value": "T-1"},))
    assert priced(line, catalogue).stock_quantity == 100


@pytest.mark.parametrize(("code", "pieces"), [("DZN", 12), ("GRO", 144), ("MIL", 1000), ("PR", 2), ("C62", 1)])
def test_units_that_everybody_knows_need_no_master(code: str, pieces: int) -> None:
    line = priced(factories.line(quantity=Decimal(1), uom=code), factories.catalogue())
    assert line.stock_quantity == pieces


def test_pound_is_exactly_so_many_kilograms() -> None:
    part = factories.part(uom="KGM")
    line = priced(factories.line(quantity=Decimal(100), uom="LBR"), factories.catalogue(part))
    assert (line.uom_factor, line.stock_quantity) == (Fraction(45359237, 100_000_000), Decimal("45.359237"))


def test_unit_nobody_can_convert_has_no_stock_quantity_and_no_price() -> None:
    line = priced(factories.line(uom="CS"), factories.catalogue())
    assert (line.stock_uom, line.uom_factor, line.stock_quantity, line.unit_price) == ("EA", None, None, None)


def test_whole_unit_is_never_rounded() -> None:
    part = factories.part(conversions={"KGM": Fraction(2, 3)})
    line = priced(factories.line(quantity=Decimal(1), uom="KGM"), factories.catalogue(part))
    assert (line.uom_factor, line.stock_quantity) == (Fraction(2, 3), None)


def test_partners_word_for_a_unit_is_read_once_and_a_clerks_correction_stays() -> None:
    part = factories.part(conversions={"CS": Fraction(12), "CA": Fraction(24)})
    catalogue = replace(selling(part=part), units={"CA": "CS"})
    line = priced(factories.line(uom="CA", uom_as_received="CA"), catalogue)
    assert (line.uom, line.uom_as_received, line.stock_quantity) == ("CS", "CA", 120)
    corrected = line.model_copy(update={"uom": "EA"})
    assert priced(corrected, catalogue).uom == "EA"


# ---------------------------------------------------------------- the whole order


def test_document_rounding_keeps_lines_exact_and_rounds_their_sum() -> None:
    catalogue = replace(
        factories.catalogue(factories.part(list_price=Decimal("0.333"))), rounding=Rounding(RoundingScope.DOCUMENT)
    )
    order = order_of(catalogue, *(factories.line(n, quantity=Decimal(1)) for n in (1, 2, 3)))
    assert [line.extended_price for line in order.lines] == [Decimal("0.3330")] * 3
    assert (order.lines_total, order.grand_total) == (Decimal("1.00"), Decimal("1.00"))


def test_completing_twice_changes_nothing() -> None:
    schedules = tuple(
        Schedule(schedule_no=n, quantity=Decimal(5), unit_price=price) for n, price in enumerate((None, Decimal(8)), 1)
    )
    catalogue = selling(listed(*counting(BreakCounting.DELIVERY)))
    once = order_of(catalogue, factories.line(schedules=schedules), factories.line(2, uom="DZN"))
    assert completed(once, catalogue, factories.customer()) == once
