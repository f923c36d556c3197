"""One order for many stores becomes an order for each, and nothing is ordered twice or charged twice."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Literal

import pytest

from orders.desk import idempotency_key
from orders.document import PurchaseOrder
from orders.values import PartyRole
from partners.partner import Agreement
from tests.factories import as_order
from translators.maps.bases import base_map
from translators.splitting import split, uneven
from translators.translate import Agreed, Translation, read

AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
Wire = Callable[..., bytes]
Stores = Literal["none", "per-store", "per-store-mark-for"]

BODY = """BEG*00*SA*PO-1001**20260302
SAC*A*F800***2500
N1*BY*OAKLINE*92*HQ
N1*ST*OAKLINE DC*92*0900
N3*1 LOGISTICS WAY
PO1*1*36*EA*12.5*PE*VN*LMP-9
SAC*C*D240***500
SAC*A*C310****6*5
SDQ*EA*92*0101*12*0102*24
PO1*2*10*EA*3*PE*VN*BLB-60
SDQ*EA*92*0102*10
PO1*3*4*EA*8*PE*VN*CRD-2
N1*ST*STORE 102*92*0102
N3*2 SIDE STREET
CTT*3*50
AMT*TT*512"""


def translated(raw: bytes, stores: Stores) -> Translation:
    agreed = Agreed("acme", Agreement(document="850", map="x12-850", stores=stores), base_map("x12-850"))
    return read(raw, lambda _: agreed, AT, "folder")


@pytest.fixture
def parts(wire: Wire) -> Callable[[Stores], list[PurchaseOrder]]:
    return lambda stores: [as_order(one.document) for one in translated(wire(BODY), stores).documents]


Parts = Callable[[Stores], list[PurchaseOrder]]


def test_without_an_agreement_on_stores_the_order_stays_one(parts: Parts) -> None:
    (whole,) = parts("none")
    assert whole.store is None
    assert [len(line.schedules) for line in whole.lines] == [2, 1, 0]


def test_each_store_gets_its_own_lines_and_quantities_and_the_rest_goes_on_as_it_was(parts: Parts) -> None:
    told = [(one.store, [(line.customer_line_ref, line.quantity) for line in one.lines]) for one in parts("per-store")]
    assert told == [(None, [("3", 4)]), ("0101", [("1", 12)]), ("0102", [("1", 24), ("2", 10)])]


def test_no_quantity_is_lost_or_ordered_twice(parts: Parts) -> None:
    (whole,) = parts("none")
    for stores in ("per-store", "per-store-mark-for"):
        for line in whole.lines:
            given = [one.quantity for part in parts(stores) for one in part.lines if one.line_no == line.line_no]
            assert sum(given) == line.quantity


def test_per_store_ships_to_the_store_as_the_order_tells_of_it_anywhere(parts: Parts) -> None:
    rest, first, second = (one.party(PartyRole.SHIP_TO) for one in parts("per-store"))
    assert rest and first and second
    assert (rest.party_code, first.party_code, second.party_code) == ("0900", "0101", "0102")
    assert (first.party_code_qualifier, first.store_number, first.address) == ("92", "0101", None)
    assert second.address
    assert (second.name, second.address.line1) == ("STORE 102", "2 SIDE STREET")


def test_mark_for_ships_to_the_distribution_centre_and_marks_for_the_store(parts: Parts) -> None:
    _, first, second = parts("per-store-mark-for")
    for one, store in ((first, "0101"), (second, "0102")):
        ship_to, mark_for = one.party(PartyRole.SHIP_TO), one.party(PartyRole.MARK_FOR)
        assert ship_to and mark_for
        assert (ship_to.party_code, mark_for.party_code) == ("0900", store)


def test_the_po_number_is_one_and_the_desk_takes_every_part(parts: Parts) -> None:
    made = parts("per-store")
    assert {one.customer_po_number for one in made} == {"PO-1001"}
    assert len({idempotency_key(one) for one in made}) == 3
    assert len({one.channel_order_id for one in made}) == 3


def test_allowances_and_charges_of_an_amount_are_made_once(parts: Parts) -> None:
    made = parts("per-store")
    assert [len(one.allowances) for one in made] == [1, 0, 0]
    charged = [[one.amount or one.percent for one in part.lines[0].allowances] for part in made[1:]]
    assert charged == [[Decimal(5), Decimal(5)], [Decimal(5)]]


def test_the_customers_totals_are_kept_beside_each_part_and_not_held_against_it(parts: Parts) -> None:
    for one in parts("per-store"):
        assert (one.total_as_received, one.line_count_as_received) == (None, None)
        assert one.extensions["whole-order"] == {
            "total_as_received": "512", "line_count_as_received": "3", "hash_total_as_received": "50",
        }  # fmt: skip


def test_every_field_of_a_part_still_knows_where_it_came_from(parts: Parts, wire: Wire) -> None:
    second = parts("per-store")[2]
    assert second.provenance["lines[2].customer_line_ref"] == f"PO1.01@{wire(BODY).index(b'PO1*2')}"
    assert not any("schedules" in name or name.startswith("lines[3]") for name in second.provenance)


def test_dated_deliveries_to_a_store_keep_their_dates(wire: Wire) -> None:
    body = BODY.replace("SDQ*EA*92*0102*10", "SCH*4*EA*92*0102*002*20260401\nSCH*6*EA*92*0102*002*20260408")
    made = [as_order(one.document) for one in translated(wire(body), "per-store").documents][2]
    dated = [(one.quantity, str(one.requested_delivery_date), one.ship_to) for one in made.lines[1].schedules]
    assert dated == [(4, "2026-04-01", None), (6, "2026-04-08", None)]


def test_stores_that_get_another_quantity_than_the_line_orders_are_told_of_and_believed(wire: Wire) -> None:
    raw = wire(BODY.replace("*0102*24", "*0102*20"))
    translation = translated(raw, "per-store")
    (finding,) = translation.findings
    assert (finding.code.value, finding.where.segment, finding.where.element) == ("stores-uneven", "PO1", 2)
    assert finding.where.offset == raw.index(b"PO1*1")
    assert "orders 36, its stores get 32" in finding.message
    assert [
        len(translation.documents),
        *(line.quantity for line in as_order(translation.documents[1].document).lines),
    ] == [3, 12]


def test_an_order_that_is_refused_or_withdrawn_is_withdrawn_in_all_its_parts(wire: Wire) -> None:
    assert translated(wire(BODY, trailer=("GE*2*77", "IEA*1*000000001")), "per-store").documents == ()
    assert len(translated(wire(BODY), "per-store").documents) == 3


def test_splitting_is_pure(parts: Parts) -> None:
    (whole,) = parts("none")
    before = whole.model_dump_json()
    assert split(whole, "none") == (whole,)
    assert split(whole, "per-store") == split(whole, "per-store")
    assert uneven(whole) == ()
    assert whole.model_dump_json() == before
