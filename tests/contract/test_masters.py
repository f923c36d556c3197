"""What orders are completed from, kept and read for one order in two queries."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa

from orders import desk
from orders import masters as m
from orders.completing import completed
from orders.document import Address, Content, PartCrossReference, PurchaseOrder
from orders.masters import Customer
from orders.money import Rounding, RoundingScope
from orders.values import BreakCounting, PriceSource
from store import masters, orders
from store.catalogue import catalogue_for
from store.database import Database
from store.errors import NotFound
from tests import factories
from tests.factories import NOON

ADDRESS = Address(line1="1 Dock Road", city="Toledo", region="OH", postal_code="43604", country="US")
ONE_OF_EACH: dict[str, Content] = {
    "customers": factories.customer(customer_group="RETAIL", price_list="BIG"),
    "ship-tos": m.ShipTo(customer="C-1001", code="0042/7", name="Store 42", address=ADDRESS, carrier_scac="RDWY"),
    "groups": m.CustomerGroup(customer_group="RETAIL", name="Retailers", price_list="RETAIL"),
    "parts": factories.part(gtin="12345678905", conversions={"CS": "12/1"}, decimals={"EA": 0}),
    "cross-references": PartCrossReference(partner="acme", qualifier="BP", customer_part="T/1", our_part="W-100"),
    "price-lists": m.PriceList(price_list="BIG", name="Big retailers"),
    "prices": m.PartPrice(price_list="BIG", part="W-100", offers=(m.Offer(price=Decimal("8.50")),)),
    "contracts": m.Contract(contract="K-7", customer="C-1001", price_list="K-7"),
    "terms": m.PaymentTerms(payment_terms="NET30", net_days=30, discount_percent=Decimal(2), discount_days=10),
    "carriers": m.Carrier(carrier="RDWY", name="Roadway", services=("GND",)),
    "sites": m.Site(site="TOL", name="Toledo works", address=ADDRESS),
    "unit-codes": m.UnitCode(partner="acme", code="CA", uom="CS"),
}


def put(database: Database, *records: Content) -> None:
    with database.write() as conn:
        masters.put(conn, *records)


def known_to(database: Database, document: PurchaseOrder, customer: Customer | None = None) -> m.Catalogue:
    with database.read() as conn:
        return catalogue_for(conn, "acme", document, customer=customer or masters.customer_by_id(conn, "C-1001"))


@pytest.mark.parametrize("name", masters.KINDS)
def test_every_kind_is_kept_replaced_listed_and_taken_away(database: Database, name: str) -> None:
    kind, record = masters.KINDS[name], ONE_OF_EACH[name]
    put(database, record)
    put(database, record)
    key = kind.key_of(record)
    with database.write() as conn:
        assert masters.get(conn, kind, key) == record
        assert masters.listed(conn, kind, begins=key[:2]) == list(masters.every(conn, kind)) == [record]
        assert masters.listed(conn, kind, begins="%") == []
        assert masters.count(conn, kind) == 1
        assert masters.remove(conn, kind, key)
        assert not masters.remove(conn, kind, key)
        with pytest.raises(NotFound, match=f"among the {name}"):
            masters.get(conn, kind, key)


def test_kind_or_key_that_cannot_be_says_what_would_do(database: Database) -> None:
    with pytest.raises(NotFound, match="known: customers, ship-tos"):
        masters.kind_named("widgets")
    with database.read() as conn, pytest.raises(NotFound, match="price_list/part, not 'BIG'"):
        masters.get(conn, masters.KINDS["prices"], "BIG")


def test_order_is_read_with_all_that_prices_it_in_two_queries(database: Database) -> None:
    put(database, *ONE_OF_EACH.values(), m.PriceList(price_list="K-7", name="Contract"))
    put(database, m.PartPrice(price_list="K-7", part="W-100", offers=(m.Offer(price=Decimal(8)),)))
    lines = tuple(factories.line(number, uom="CA", uom_as_received="CA") for number in range(1, 21))
    document = factories.purchase_order(lines=lines, payment_terms="NET30")
    asked: list[str] = []

    def heard(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    with database.read() as conn:
        customer = masters.customer_by_id(conn, "C-1001")
        sa.event.listen(conn, "before_cursor_execute", heard)
        found = catalogue_for(conn, "acme", document, customer=customer)
    assert len(asked) == 2
    assert [(book.price_list.price_list, book.source) for book in found.books] == [
        ("K-7", PriceSource.CONTRACT),
        ("BIG", PriceSource.PRICE_LIST),
    ]
    order = completed(document, found, customer)
    assert {(line.uom, line.unit_price, line.price_source) for line in order.lines} == {
        ("CS", Decimal(96), PriceSource.CONTRACT)
    }
    assert (order.discount_percent, order.discount_days) == (2, 10)


def test_contract_the_order_names_is_asked_first(database: Database) -> None:
    put(database, ONE_OF_EACH["customers"], factories.part())
    for name, price, day in (("K-7", 8, date(2026, 1, 1)), ("K-8", 7, date(2025, 1, 1))):
        put(database, m.PriceList(price_list=name, name=name))
        put(database, m.Contract(contract=name, customer="C-1001", price_list=name, valid_from=day))
        put(database, m.PartPrice(price_list=name, part="W-100", offers=(m.Offer(price=Decimal(price)),)))
    for named, first in ((None, "K-7"), ("K-8", "K-8")):
        document = factories.purchase_order(contract_number=named)
        assert known_to(database, document).books[0].price_list.price_list == first


def test_groups_list_stands_behind_the_customers(database: Database) -> None:
    retail = m.PriceList(price_list="RETAIL", name="Retail")
    put(database, ONE_OF_EACH["customers"], ONE_OF_EACH["groups"], ONE_OF_EACH["price-lists"], retail)
    found = known_to(database, factories.purchase_order())
    assert [book.price_list.price_list for book in found.books] == ["BIG", "RETAIL"]


def test_partners_word_for_a_unit_goes_before_everybodys(database: Database) -> None:
    put(database, m.UnitCode(code="CA", uom="CAN"), m.UnitCode(partner="acme", code="CA", uom="CS"))
    document = factories.purchase_order(lines=(factories.line(uom_as_received="CA"),))
    assert known_to(database, document).units == {"CA": "CS"}


def test_contract_to_date_counts_what_was_ordered_before_but_not_this_order(database: Database) -> None:
    offers = (
        m.Offer(price=Decimal(10)),
        m.Offer(price=Decimal(8), from_qty=Decimal(20), counting=BreakCounting.CONTRACT_TO_DATE),
    )
    put(database, ONE_OF_EACH["customers"], factories.part(), m.PriceList(price_list="K-7", name="Contract"))
    put(database, ONE_OF_EACH["contracts"], m.PartPrice(price_list="K-7", part="W-100", offers=offers))
    prices = []
    for place in (1, 2):
        document = factories.purchase_order(customer_po_number=f"PO-{place}")
        catalogue = known_to(database, document)
        entry = desk.Entry(f"order-{place}", f"SO-{place}", "TR", "x12-850", NOON)
        order = desk.enter(document, entry, catalogue, factories.customer()).order
        with database.write() as conn:
            orders.add(conn, (order, "ann"), at=NOON)
        prices.append(order.content.lines[0].unit_price)
        assert completed(order.content, known_to(database, document), factories.customer()) == order.content
    assert prices == [10, 8]


def test_thousands_of_lines_stay_within_what_a_query_can_bear(database: Database) -> None:
    parts = [factories.part(f"P-{number}") for number in range(12_000)]
    put(database, *parts)
    ids = ({"qualifier": "VP", "value": one.part} for one in parts)
    lines = tuple(factories.line(number, part_as_ordered=(one,)) for number, one in enumerate(ids, 1))
    assert len(known_to(database, factories.purchase_order(lines=lines)).parts) == 12_000


def test_order_without_any_master_is_received_all_the_same(database: Database) -> None:
    found = known_to(database, factories.purchase_order())
    assert completed(factories.purchase_order(), found, None).grand_total == Decimal("92.50")
    assert replace(found, rounding=Rounding(RoundingScope.DOCUMENT)) != found
