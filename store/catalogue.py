"""What of our masters one order can touch, in two queries however many lines it has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from orders import masters as m
from orders.document import PartCrossReference, PurchaseOrder, PurchaseOrderChange
from orders.money import Rounding
from orders.values import BreakCounting, OrderState, PartyRole, PriceSource
from store import tables as t
from store.database import Connection
from store.masters import chunked

Ordered = PurchaseOrder | PurchaseOrderChange
NOT_BOUGHT = (OrderState.DRAFT, OrderState.CANCELLED, OrderState.REJECTED)
"""States of an order that counts for no contract."""


def catalogue_for(
    conn: Connection,
    partner: str,
    *documents: Ordered,
    customer: m.Customer | None = None,
    rounding: Rounding | None = None,
) -> m.Catalogue:
    """The parts documents can mean, with all that prices them: by cross-reference, by our number, by GTIN.

    Args:
        conn: a connection.
        partner: whose cross-references and unit codes hold.
        documents: orders and changes of one customer.
        customer: who is billed; without one there are no lists, contracts, ship-tos or terms.
        rounding: how the partner's amounts are rounded.
    """
    lines = [line for document in documents for line in document.lines]
    sent = {(one.qualifier, one.value) for line in lines for one in line.part_as_ordered}
    values = sorted({value for _, value in sent} | {part for line in lines if (part := line.part)})
    facts = _Facts()
    for place, some in enumerate(chunked(values)):
        queries = [_references(partner, some)]
        if place == 0:
            queries.append(_unit_codes(partner, lines))
            queries += _of_the_customer(customer, documents) if customer else ()
        for kind, record in conn.execute(sa.union_all(*queries)):
            facts.take(kind, record)
    references = {key: one for key, one in facts.references.items() if key in sent}
    books = _books(facts, customer, {one.contract_number for one in documents})
    numbers = sorted({*values, *(one.our_part for one in references.values())})
    parts, prices = _parts_and_prices(conn, numbers, [book.price_list.price_list for book in books])
    books = tuple(replace(book, prices=prices.get(book.price_list.price_list, {})) for book in books)
    return m.Catalogue(
        parts=parts,
        cross_references=references,
        books=tuple(_with_history(conn, book, partner, documents) for book in books),
        ship_tos=facts.ship_tos,
        units=facts.units,
        terms=facts.terms,
        rounding=rounding or Rounding(),
    )


@dataclass
class _Facts:
    """What is on record about a partner and a customer, by kind and key."""

    references: dict[tuple[str, str], PartCrossReference] = field(default_factory=dict)
    unit_codes: list[m.UnitCode] = field(default_factory=list)
    ship_tos: dict[str, m.ShipTo] = field(default_factory=dict)
    terms: dict[str, m.PaymentTerms] = field(default_factory=dict)
    groups: list[m.CustomerGroup] = field(default_factory=list)
    contracts: list[m.Contract] = field(default_factory=list)
    price_lists: dict[str, m.PriceList] = field(default_factory=dict)

    def take(self, kind: str, record: Any) -> None:
        """Put a record where its kind belongs."""
        match kind:
            case "reference":
                reference = PartCrossReference.model_validate(record)
                self.references[reference.qualifier, reference.customer_part] = reference
            case "unit":
                self.unit_codes.append(m.UnitCode.model_validate(record))
            case "ship-to":
                ship_to = m.ShipTo.model_validate(record)
                self.ship_tos[ship_to.code] = ship_to
            case "terms":
                terms = m.PaymentTerms.model_validate(record)
                self.terms[terms.payment_terms] = terms
            case "group":
                self.groups.append(m.CustomerGroup.model_validate(record))
            case "contract":
                self.contracts.append(m.Contract.model_validate(record))
            case "list":
                price_list = m.PriceList.model_validate(record)
                self.price_lists[price_list.price_list] = price_list

    @property
    def units(self) -> dict[str, str]:
        """What the codes mean: the partner's own word goes before everybody's."""
        own_last = sorted(self.unit_codes, key=lambda one: one.partner != m.EVERYBODY)
        return {one.code: one.uom for one in own_last}


def _record(kind: str, table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.Select[Any]:
    return sa.select(sa.literal_column(f"'{kind}'").label("kind"), table.c.record).where(*where)


def _references(partner: str, values: Iterable[str]) -> sa.Select[Any]:
    table = t.part_cross_reference
    return _record("reference", table, table.c.partner == partner, table.c.customer_part.in_(values))


def _unit_codes(partner: str, lines: Iterable[Any]) -> sa.Select[Any]:
    codes = sorted({code for line in lines if (code := line.uom_as_received)})
    table = t.unit_code
    return _record("unit", table, table.c.partner.in_((partner, m.EVERYBODY)), table.c.code.in_(codes))


def _of_the_customer(customer: m.Customer, documents: Iterable[Ordered]) -> Iterator[sa.Select[Any]]:
    places, terms = set(), {customer.payment_terms}
    for document in documents:
        party = document.party(PartyRole.SHIP_TO)
        places |= {party.party_code} if party and party.party_code else set()
        terms |= {document.payment_terms} if document.payment_terms else set()
    ship_to, contract = t.ship_to.c, t.contract.c
    yield _record("ship-to", t.ship_to, ship_to.customer == customer.customer, ship_to.code.in_(sorted(places)))
    yield _record("terms", t.payment_terms, t.payment_terms.c.payment_terms.in_(sorted(terms)))
    yield _record("contract", t.contract, contract.customer == customer.customer)
    lists = [
        t.price_list.c.price_list == customer.price_list,
        t.price_list.c.price_list.in_(sa.select(contract.price_list).where(contract.customer == customer.customer)),
    ]
    if customer.customer_group:
        is_theirs = t.customer_group.c.customer_group == customer.customer_group
        yield _record("group", t.customer_group, is_theirs)
        lists.append(t.price_list.c.price_list.in_(sa.select(t.customer_group.c.price_list).where(is_theirs)))
    yield _record("list", t.price_list, sa.or_(*lists))


def _books(facts: _Facts, customer: m.Customer | None, named: set[str | None]) -> tuple[m.Book, ...]:
    """The lists in the order they are asked: a contract the order names, the newest contract, the customer's list, the
    group's. A list that is named but not there is passed over.
    """
    if customer is None:
        return ()
    newest = sorted(facts.contracts, key=lambda one: (one.valid_from or date.min, one.contract), reverse=True)
    newest.sort(key=lambda one: one.contract not in named)
    books = [
        m.Book(facts.price_lists[one.price_list], PriceSource.CONTRACT, contract=one)
        for one in newest
        if one.price_list in facts.price_lists
    ]
    for name in (customer.price_list, *(group.price_list for group in facts.groups)):
        if name in facts.price_lists:
            books.append(m.Book(facts.price_lists[name], PriceSource.PRICE_LIST))
    return tuple(books)


def _parts_and_prices(
    conn: Connection, numbers: Iterable[str], lists: list[str]
) -> tuple[dict[str, m.Part], dict[str, dict[str, m.PartPrice]]]:
    """Parts by our number or GTIN, each with what the lists say of it: one query for all of them."""
    part, price = t.part, t.part_price
    parts: dict[str, m.Part] = {}
    prices: dict[str, dict[str, m.PartPrice]] = {}
    joined = part.outerjoin(price, sa.and_(price.c.part == part.c.part, price.c.price_list.in_(lists)))
    for some in chunked(numbers):
        gtins = sorted({value.lstrip("0") for value in some if value.isdecimal()})
        wanted = sa.or_(part.c.part.in_(some), part.c.gtin.in_(gtins))
        query = sa.select(part.c.part, part.c.record, price.c.price_list, price.c.record).select_from(joined)
        for number, record, price_list, priced in conn.execute(query.where(wanted)):
            if number not in parts:
                parts[number] = m.Part.model_validate(record)
            if priced is not None:
                prices.setdefault(price_list, {})[number] = m.PartPrice.model_validate(priced)
    return parts, prices


def _with_history(conn: Connection, book: m.Book, partner: str, documents: Iterable[Ordered]) -> m.Book:
    """The book with what was bought by its contract before; asked only where a break counts it."""
    counted = [
        part
        for part, one in book.prices.items()
        if any(offer.counting is BreakCounting.CONTRACT_TO_DATE for offer in one.offers)
    ]
    if not counted or book.contract is None:
        return book
    these = [one.customer_po_number for one in documents if one.customer_po_number]
    order, line = t.sales_order, t.order_line
    query = (
        sa.select(line.c.part, line.c.stock_quantity)
        .join_from(line, order, order.c.order_id == line.c.order_id)
        .where(
            order.c.customer == book.contract.customer,
            line.c.part.in_(counted),
            line.c.stock_quantity.is_not(None),
            order.c.order_state.not_in(NOT_BOUGHT),
            sa.not_(sa.and_(order.c.partner == partner, order.c.customer_po_number.in_(these))),
        )
    )
    if book.contract.valid_from:
        query = query.where(order.c.received_at >= _midnight(book.contract.valid_from))
    if book.contract.valid_to:
        query = query.where(order.c.received_at < _midnight(book.contract.valid_to) + timedelta(days=1))
    ordered: dict[str, Decimal] = {}
    for part, quantity in conn.execute(query):  # added here: SQLite would add as floats
        ordered[part] = ordered.get(part, Decimal(0)) + quantity
    return replace(book, ordered=ordered)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)
