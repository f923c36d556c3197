"""What EDIFACT messages mean where a careless map would get it wrong, read and written."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest

from orders.change import ChangeAction
from orders.document import (
    Document,
    Invoice,
    InvoiceLine,
    LineAnswer,
    LineChange,
    OrderHeader,
    OrderResponse,
    PurchaseOrderChange,
    ResponseLine,
    ShipNotice,
    ShippedLine,
    ShippedOrder,
    TaxLine,
)
from orders.response import LineStatement
from orders.shipment import Package
from orders.values import Purpose, TaxType
from tests.factories import as_order
from translators.findings import Code
from translators.interchange import PartyId
from translators.maps.bases import base_map
from translators.outgoing import PROVISIONAL, Outgoing, Written
from translators.translate import Translation, read, standard_agreement
from translators.writing import write

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
OURS = Outgoing(PartyId("14", "US"), PartyId("14", "THEM"), "D:96A:UN", "UNOC:3")
LINE = "LIN+1++AB-1:SA'QTY+21:12:PCE'"


def translated(kind: str, body: str) -> Translation:
    count = body.count("'") + 2
    text = f"UNB+UNOC:3+THEM:14+US:14+260302:0915+9'UNH+1+{kind}:D:96A:UN'{body}UNT+{count}+1'UNZ+1+9'"
    return read(text.encode(), standard_agreement, AT, "folder")


def document(kind: str, body: str) -> Document:
    translation = translated(kind, body)
    assert [one.message for one in translation.findings if one.rejects] == []
    return translation.documents[0].document


def written(kind: str, made: Any) -> Written:
    return write(base_map(f"edifact-{kind}"), made, OURS, PROVISIONAL, AT)


def test_a_change_message_that_cancels_is_a_cancellation() -> None:
    change = document("ORDERS", f"BGM+230+PO-1+1'DTM+137:20260302:102'{LINE}UNS+S'")
    assert isinstance(change, PurchaseOrderChange)
    assert change.purpose_code is Purpose.CANCEL


def test_a_net_price_is_taken_before_a_gross_one_whichever_comes_first() -> None:
    order = as_order(document("ORDERS", f"BGM+220+PO-1+9'DTM+137:20260302:102'{LINE}PRI+AAB:10'PRI+AAA:8'UNS+S'"))
    assert order.lines[0].price_as_received == 8


def test_a_carrier_named_by_its_gln_does_not_refuse_the_order() -> None:
    order = as_order(
        document("ORDERS", f"BGM+220+PO-1+9'DTM+137:20260302:102'TDT+20++30++4012345000009::9'{LINE}UNS+S'")
    )
    assert order.carrier_scac is None
    assert "4012345000009" in str(order.extensions)


@pytest.mark.parametrize("before", ["GEI+5'", "NAD+DP+4012345000016::9'"])
def test_lines_of_a_forecast_are_read_wherever_they_hang(before: str) -> None:
    body = f"BGM+241+F-1+5'DTM+137:20260302:102'UNS+D'{before}LIN+1++10-44-7:IN'QTY+113:100:PCE'SCC+1'"
    translation = translated("DELFOR", body)
    order = as_order(translation.documents[0].document)
    assert len(order.lines) == 1


def test_a_cumulative_quantity_is_no_quantity_to_deliver() -> None:
    head = "BGM+241+F-1+5'DTM+137:20260302:102'UNS+D'GEI+5'LIN+1++10-44-7:IN'"
    body = f"{head}SCC+1'QTY+3:9999'QTY+1:100'DTM+2:20260309:102'"
    order = as_order(document("DELFOR", body))
    assert [one.quantity for one in order.lines[0].schedules] == [100]


@pytest.mark.parametrize("statement", [LineStatement.REJECTED, LineStatement.REJECTED_UNKNOWN_PART])
def test_a_refused_line_is_written_as_not_accepted(statement: LineStatement) -> None:
    answers = (LineAnswer(statement=statement, quantity=Decimal(12)),)
    line = ResponseLine(line_no=1, customer_line_ref="1", quantity=Decimal(12), uom="EA", answers=answers)
    text = written("ordrsp", OrderResponse(customer_po_number="PO-1", lines=(line,))).data
    assert (b"LIN+1+7'" if statement is LineStatement.REJECTED else b"LIN+1+10'") in text


def notice(**values: Any) -> ShippedOrder:
    return ShippedOrder(packages=(Package(package_no=1, sscc="340123450000000018"),), **values)


def test_a_despatch_advice_names_its_order_and_is_of_one_order_only() -> None:
    one = notice(customer_po_number="PO-1")
    made = written("desadv", ShipNotice(shipment_number="SH-1", orders=(one,)))
    assert b"RFF+ON:PO-1'" in made.data
    two = ShipNotice(shipment_number="SH-1", orders=(one, notice(customer_po_number="PO-2")))
    assert written("desadv", two).data == made.data
    assert written("desadv", two).lost == ("orders[2]",)


HEAD = "BGM+220+PO-1+9'DTM+137:20260302:102'"


Made = TypeVar("Made", bound=OrderHeader)


def again(kind: str, made: Made) -> Made:
    """What the partner reads of what we write; nothing may be lost or found on the way."""
    out = written(kind, made)
    assert out.findings == ()
    back = read(out.data, standard_agreement, AT, "folder").documents[0].document
    assert isinstance(back, type(made))
    return back


@pytest.mark.parametrize(("period", "days"), [("5:3:D:30", 30), ("5:3:CD:30", 30), ("5:3:W:6", 42), (":::10", 10)])
def test_payment_terms_are_told_in_days_whatever_they_are_counted_in(period: str, days: int) -> None:
    order = as_order(document("ORDERS", f"{HEAD}PAT+1++{period}'{LINE}UNS+S'"))
    assert order.net_days == days
    assert b"PAT+1++5:3:D:%d'" % days in written("orders", order).data


def test_payment_terms_in_months_are_no_number_of_days_and_are_told() -> None:
    translation = translated("ORDERS", f"{HEAD}PAT+1++5:3:M:2'{LINE}UNS+S'")
    order = as_order(translation.documents[0].document)
    assert order.net_days is None
    assert "PAT03 is no number of days, the field stays empty" in translation.findings[0].message
    assert order.extensions["PAT"] == [{"01": "1", "03:1": "5", "03:2": "3", "03:3": "M", "03:4": "2"}]


def test_two_dates_under_one_delivery_plan_are_two_deliveries() -> None:
    plan = "SCC+4'RFF+AAN:REL-1'QTY+21:150'DTM+2:20260410:102'QTY+21:250'DTM+2:20260420:102'"
    order = as_order(document("ORDERS", f"{HEAD}LIN+1++AB-1:SA'QTY+21:400:PCE'{plan}UNS+S'"))
    said = [(str(one.quantity), one.requested_delivery_date, one.commitment) for one in order.lines[0].schedules]
    assert said == [("150", date(2026, 4, 10), "planned"), ("250", date(2026, 4, 20), "planned")]
    assert [one.release_number for one in order.lines[0].schedules] == ["REL-1", "REL-1"]
    assert again("orders", order).lines[0].schedules == order.lines[0].schedules


def test_a_forecast_whose_plan_stands_inside_the_quantities_has_deliveries() -> None:
    body = "QTY+113:100:PCE'SCC+1'DTM+2:20260309:102'QTY+113:200:PCE'SCC+4'DTM+2:20260316:102'"
    order = as_order(document("DELFOR", f"BGM+241+F-1+5'DTM+137:20260302:102'UNS+D'LIN+1++10-44-7:IN'{body}"))
    said = [(str(one.quantity), one.commitment) for one in order.lines[0].schedules]
    assert said == [("100", "firm"), ("200", "planned")]
    assert order.lines[0].quantity == 300


def test_taxes_of_an_invoice_are_written_into_its_summary() -> None:
    taxes = (
        TaxLine(tax_type=TaxType.VAT, tax_rate=Decimal(19), tax_amount=Decimal("19"), tax_basis=Decimal(100)),
        TaxLine(tax_type=TaxType.VAT, tax_rate=Decimal(7), tax_amount=Decimal("7"), tax_basis=Decimal(100)),
    )
    line = InvoiceLine(line_no=1, customer_line_ref="1", quantity=Decimal(1), uom="EA")
    invoice = Invoice(invoice_number="I-1", invoice_date=date(2026, 3, 2), lines=(line,), tax_lines=taxes)
    text = written("invoic", invoice).data
    assert text.index(b"UNS+S'") < text.index(b"TAX+7+VAT+++:::19'MOA+124:19'MOA+125:100'")
    assert again("invoic", invoice).tax_lines == taxes


def test_a_tax_in_the_head_of_an_invoice_has_one_amount() -> None:
    body = f"BGM+380+I-1+9'DTM+137:20260302:102'TAX+7+VAT+++:::19'MOA+124:19'MOA+125:100'{LINE}UNS+S'"
    assert [one.code for one in translated("INVOIC", body).findings] == [Code.SEGMENT_REPEATS]


def answer(*said: LineAnswer, **head: Any) -> OrderResponse:
    line = ResponseLine(line_no=1, customer_line_ref="1", quantity=Decimal(12), uom="EA", answers=said)
    return OrderResponse(customer_po_number="PO-1", response_date=date(2026, 3, 3), lines=(line,), **head)


def test_what_is_backordered_is_said_as_a_quantity_of_its_own() -> None:
    made = answer(
        LineAnswer(statement=LineStatement.ACCEPTED, quantity=Decimal(8), uom="EA", delivery_date=date(2026, 4, 1)),
        LineAnswer(statement=LineStatement.BACKORDERED, quantity=Decimal(4), uom="EA"),
    )
    assert b"QTY+83:4:EA'" in written("ordrsp", made).data
    assert again("ordrsp", made).lines[0].answers == made.lines[0].answers


def test_a_backorder_with_a_day_keeps_its_day() -> None:
    made = answer(
        LineAnswer(statement=LineStatement.BACKORDERED, quantity=Decimal(4), uom="EA", delivery_date=date(2026, 5, 1))
    )
    assert again("ordrsp", made).lines[0].answers == made.lines[0].answers


@pytest.mark.parametrize("qualifier", ["PP", "PC"])
def test_an_answer_to_a_change_names_the_change(qualifier: str) -> None:
    body = f"BGM+231+AN-1+4'DTM+137:20260303:102'RFF+ON:PO-1'RFF+{qualifier}:CH-2'{LINE}UNS+S'"
    response = document("ORDRSP", body)
    assert isinstance(response, OrderResponse)
    assert (response.responds_to, response.change_number) == ("change", "CH-2")
    back = again("ordrsp", response)
    assert (back.responds_to, back.change_number) == ("change", "CH-2")


def test_an_answer_to_an_order_that_names_a_change_is_not_written_as_one_in_silence() -> None:
    made = written("ordrsp", answer(change_number="CH-2"))
    assert made.lost == ("responds_to",)


def test_goods_without_a_package_are_despatched_and_read_all_the_same() -> None:
    loose = ShippedLine(line_no=1, customer_line_ref="2", quantity=Decimal(3), uom="EA")
    packed = loose.model_copy(update={"customer_line_ref": "1"})
    package = Package(package_no=1, sscc="340123450000000018", package_count=Decimal(1), lines=(packed,))
    order = ShippedOrder(customer_po_number="PO-1", packages=(package,), lines=(loose,))
    made = ShipNotice(shipment_number="SH-1", notice_date=date(2026, 3, 3), orders=(order,))
    back = again("desadv", made)
    (there,) = back.orders
    assert [(one.customer_line_ref, one.quantity) for one in there.lines] == [("2", 3)]
    assert [(one.customer_line_ref, one.quantity) for one in there.packages[0].lines] == [("1", 3)]
    assert (there.packages[0].sscc, there.packages[0].package_count) == (package.sscc, 1)


def test_the_whole_shipment_is_no_package() -> None:
    head = "BGM+351+SH-1+9'DTM+137:20260310:102'RFF+ON:PO-1'"
    carton = "PAC+1++CT'PCI+33E'GIN+BJ+340123450000000018'LIN+1++AB-1:SA'QTY+12:12:PCE'"
    advice = document("DESADV", f"{head}CPS+1'CPS+2+1'{carton}CPS+3+1'LIN+2++AB-2:SA'QTY+12:5:PCE'")
    assert isinstance(advice, ShipNotice)
    (order,) = advice.orders
    assert [one.sscc for one in order.packages] == ["340123450000000018"]
    assert [str(one.quantity) for one in order.packages[0].lines] == ["12"]
    assert [str(one.quantity) for one in order.lines] == ["5"]


def test_a_long_note_goes_on_in_the_next_text() -> None:
    order = as_order(document("ORDERS", f"{HEAD}FTX+AAI+++1:2:3:4:5'{LINE}UNS+S'"))
    note = order.notes[0].model_copy(update={"note_text": "1\n2\n3\n4\n5\n6\n7"})
    made = written("orders", order.model_copy(update={"notes": (note,)}))
    assert made.findings == ()
    assert b"FTX+AAI+++1:2:3:4:5'FTX+AAI+++6:7'" in made.data


def test_a_line_of_a_note_that_is_too_long_for_its_place_goes_on_in_the_next_line() -> None:
    order = as_order(document("ORDERS", f"{HEAD}FTX+AAI+++1'{LINE}UNS+S'"))
    words = " ".join(["MIND THE STEP"] * 60)
    made = written(
        "orders", order.model_copy(update={"notes": (order.notes[0].model_copy(update={"note_text": words}),)})
    )
    assert made.findings == ()
    (back,) = as_order(read(made.data, standard_agreement, AT, "folder").documents[0].document).notes
    assert back.note_text.replace("\n", " ") == words


def test_free_goods_are_an_allowance_of_the_line() -> None:
    order = as_order(document("ORDERS", f"{HEAD}LIN+1++AB-1:SA'QTY+21:12:PCE'QTY+192:2:PCE'UNS+S'"))
    (free,) = order.lines[0].allowances
    assert (free.is_charge, free.code, free.rate_quantity, free.rate_uom) == (False, "FG", 2, "PCE")
    assert order.lines[0].quantity == 12
    assert b"QTY+21:12:PCE'QTY+192:2:PCE'" in written("orders", order).data


@pytest.mark.parametrize(
    "words",
    [
        "SPADE",
        "GARDEN SPADE WITH ASH HANDLE AND FORGED STEEL BLADE",
        "GARDENSPADEWITHASHHANDLEANDFORGEDSTEELBLADE",
        "GARDENSPADEWITHASHHANDLEANDFORGEDST EELBLADE",
    ],
)
def test_a_description_may_take_two_components(words: str) -> None:
    order = as_order(document("ORDERS", f"{HEAD}{LINE}IMD+F++:::X'UNS+S'"))
    line = order.lines[0].model_copy(update={"description": words})
    out = again("orders", order.model_copy(update={"lines": (line,)}))
    assert out.lines[0].description == words


def test_both_components_of_a_description_are_read() -> None:
    order = as_order(document("ORDERS", f"{HEAD}{LINE}IMD+F++:::GARDEN SPADE:WITH ASH HANDLE'UNS+S'"))
    assert order.lines[0].description == "GARDEN SPADE WITH ASH HANDLE"
    assert order.lines[0].extensions == {}


def changed(action: ChangeAction, **values: Any) -> PurchaseOrderChange:
    line = LineChange(line_no=1, customer_line_ref="1", action=action, **values)
    return PurchaseOrderChange(customer_po_number="PO-1", change_date=date(2026, 3, 2), lines=(line,))


@pytest.mark.parametrize(
    ("action", "values"),
    [
        (ChangeAction.CHANGE_QUANTITY, {"quantity": Decimal(5), "uom": "EA"}),
        (ChangeAction.CHANGE_PRICE, {"price_as_received": Decimal("8.5")}),
        (ChangeAction.CHANGE, {"quantity": Decimal(5), "uom": "EA", "price_as_received": Decimal("8.5")}),
    ],
)
def test_figures_say_what_is_changed_where_the_code_does_not(action: ChangeAction, values: dict[str, Any]) -> None:
    change = changed(action, **values)
    assert b"LIN+1+3'" in written("ordchg", change).data
    back = again("ordchg", change)
    assert back.lines[0].action is action
    assert "LIN" not in back.lines[0].extensions


def test_a_change_the_code_list_cannot_tell_apart_is_written_as_a_change_and_told() -> None:
    change = changed(ChangeAction.CHANGE_PART, quantity=Decimal(5), uom="EA")
    made = written("ordchg", change)
    assert b"LIN+1+3'" in made.data
    assert made.lost == ("lines[1].action",)
    refused = written("ordrsp", answer(LineAnswer(statement=LineStatement.CHANGED_PRICE)))
    assert b"LIN+1+3'" in refused.data
    assert refused.lost == ("lines[1].answers[1].statement",)


def test_a_schedule_that_is_all_that_changes_is_a_changed_date() -> None:
    made = answer(LineAnswer(statement=LineStatement.CHANGED_DATE, delivery_date=date(2026, 5, 1)))
    assert again("ordrsp", made).lines[0].answers == made.lines[0].answers


def test_marks_of_our_own_are_announced() -> None:
    order = document("ORDERS", f"{HEAD}{LINE}PRI+AAA:9.5'UNS+S'")
    made = write(base_map("edifact-orders"), order, replace(OURS, una=b"|*,! ^"), PROVISIONAL, AT)
    assert made.data.startswith(b"UNA|*,! ^UNB*UNOC|3*")
    assert b"PRI*AAA|9,5^" in made.data


def test_a_party_of_a_despatched_line_is_one_party() -> None:
    head = "BGM+351+SH-1+9'DTM+137:20260310:102'RFF+ON:PO-1'CPS+1'PAC+1'"
    advice = document("DESADV", f"{head}LIN+1++AB-1:SA'QTY+12:12:PCE'NAD+UD+4012345000009::9'NAD+UC+0007'")
    assert isinstance(advice, ShipNotice)
    (line,) = advice.orders[0].packages[0].lines
    assert [one.role for one in line.parties] == ["mark-for", "ultimate-consignee"]


def test_an_allowance_without_a_quantity_is_never_written_as_free_goods() -> None:
    order = as_order(document("ORDERS", f"{HEAD}{LINE}ALC+A+++1+DI'UNS+S'"))
    assert b"QTY+192" not in written("orders", order).data


def test_a_day_that_is_not_said_is_no_day() -> None:
    order = as_order(document("ORDERS", f"{HEAD}DTM+2::102'{LINE}UNS+S'"))
    assert order.requested_delivery_date is None
    assert order.extensions["DTM"] == [{"01:1": "2", "01:3": "102"}]


def test_the_weight_of_a_shipment_says_what_is_measured() -> None:
    order = notice(customer_po_number="PO-1", gross_weight=Decimal(7), weight_uom="KGM")
    made = ShipNotice(shipment_number="SH-1", notice_date=date(2026, 3, 3), orders=(order,))
    assert b"MEA+PD+AAD+KGM:7'" in written("desadv", made).data
    assert again("desadv", made).orders[0].gross_weight == 7


def test_a_day_to_pay_by_is_written_with_the_terms_it_belongs_to() -> None:
    order = as_order(document("ORDERS", f"{HEAD}{LINE}UNS+S'")).model_copy(update={"net_due_date": date(2026, 4, 1)})
    assert b"PAT+1'DTM+13:20260401:102'" in written("orders", order).data


@pytest.mark.parametrize(("code", "kind"), [("DEL", "to-dock"), ("INV", "invoice"), ("SUR", "to-dock")])
def test_a_text_says_whom_it_is_for(code: str, kind: str) -> None:
    order = as_order(document("ORDERS", f"{HEAD}FTX+{code}+++MIND THE STEP'{LINE}UNS+S'"))
    assert [one.note_kind for one in order.notes] == [kind]
    assert [one.note_kind for one in again("orders", order).notes] == [kind]


def test_a_description_too_long_for_its_field_refuses_no_order() -> None:
    first, more = "GARDEN SPADE " * 5 + "LONG", "WITH AN ASH HANDLE " * 4 + "AND A BLADE"
    order = as_order(document("ORDERS", f"{HEAD}{LINE}IMD+F++:::{first}:{more}'UNS+S'"))
    assert order.lines[0].description == f"{first} {more}"[:80].rstrip()
    assert order.lines[0].description_long == f"{first} {more}"
    back = again("orders", order).lines[0]
    assert (back.description, back.description_long) == (order.lines[0].description, order.lines[0].description_long)


def test_several_descriptions_are_one_long_one() -> None:
    order = as_order(document("ORDERS", f"{HEAD}{LINE}IMD+F++:::SPADE'IMD+F++:::ASH HANDLE'UNS+S'"))
    assert (order.lines[0].description, order.lines[0].description_long) == ("SPADE", "SPADE\nASH HANDLE")
    assert written("orders", order).data.count(b"IMD+F") == 2
    assert again("orders", order).lines[0].description_long == "SPADE\nASH HANDLE"
