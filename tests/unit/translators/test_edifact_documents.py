"""What EDIFACT messages mean where a careless map would get it wrong, read and written."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from orders.document import (
    Document,
    LineAnswer,
    OrderResponse,
    PurchaseOrderChange,
    ResponseLine,
    ShipNotice,
    ShippedOrder,
)
from orders.response import LineStatement
from orders.shipment import Package
from orders.values import Purpose
from tests.factories import as_order
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


def written(kind: str, made: Document) -> Written:
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
