"""Parts, cross-references and customers: what an order is completed from. Imported, never required."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from orders.document import Identifier, PartCrossReference, PurchaseOrder, PurchaseOrderChange
from orders.masters import Catalogue, Customer, Part
from store.database import Connection
from store.tables import customer, part, part_cross_reference


def put_part(conn: Connection, record: Part) -> None:
    """Add or replace a part."""
    conn.execute(sa.delete(part).where(part.c.part == record.part))
    values = {"part": record.part, "gtin": record.gtin, "record": record.model_dump(mode="json", exclude_none=True)}
    conn.execute(sa.insert(part).values(**values))


def put_cross_reference(conn: Connection, record: PartCrossReference) -> None:
    """Add or replace a customer's name for one of our parts."""
    table = part_cross_reference
    key = {"partner": record.partner, "qualifier": record.qualifier, "customer_part": record.customer_part}
    conn.execute(sa.delete(table).where(*(table.c[name] == value for name, value in key.items())))
    rest = {"our_part": record.our_part, "record": record.model_dump(mode="json", exclude_none=True)}
    conn.execute(sa.insert(table).values(**key, **rest))


def put_customer(conn: Connection, record: Customer) -> None:
    """Add or replace a customer with their ship-tos and the state of their account."""
    conn.execute(sa.delete(customer).where(customer.c.customer == record.customer))
    values = {"customer": record.customer, "record": record.model_dump(mode="json", exclude_none=True)}
    conn.execute(sa.insert(customer).values(**values))


def customer_by_id(conn: Connection, name: str | None) -> Customer | None:
    """A customer's record, or None."""
    record = conn.execute(sa.select(customer.c.record).where(customer.c.customer == name)).scalar()
    return None if record is None else Customer.model_validate(record)


def catalogue_for(conn: Connection, partner: str, *documents: PurchaseOrder | PurchaseOrderChange) -> Catalogue:
    """The parts documents can mean: by the partner's cross-references, by our number, by GTIN."""
    lines = [line for document in documents for line in document.lines]
    ids = {one for line in lines for one in line.part_as_ordered}
    values = sorted({one.value for one in ids} | {line.part for line in lines if line.part})
    references = _cross_references(conn, partner, ids, values)
    wanted = sa.or_(
        part.c.part.in_(sorted({*values, *references.values()})),
        part.c.gtin.in_(sorted({value.lstrip("0") for value in values})),
    )
    records = conn.execute(sa.select(part.c.record).where(wanted)).scalars()
    parts = {one.part: one for one in map(Part.model_validate, records)}
    return Catalogue(parts, references)


def parts(conn: Connection, numbers: Iterable[str]) -> dict[str, Part]:
    """Part records by our number; those we do not know are left out."""
    query = sa.select(part.c.record).where(part.c.part.in_(sorted(set(numbers))))
    return {one.part: one for one in map(Part.model_validate, conn.execute(query).scalars())}


def _cross_references(
    conn: Connection, partner: str, ids: set[Identifier], values: list[str]
) -> dict[tuple[str, str], str]:
    table = part_cross_reference
    query = sa.select(table.c.qualifier, table.c.customer_part, table.c.our_part).where(
        table.c.partner == partner, table.c.customer_part.in_(values)
    )
    sent = {(one.qualifier, one.value) for one in ids}
    rows = conn.execute(query)
    return {(qualifier, theirs): ours for qualifier, theirs, ours in rows if (qualifier, theirs) in sent}


def lock_customer(conn: Connection, name: str | None) -> Customer | None:
    """A customer's record, locked until the transaction ends, so that two credit decisions cannot cross."""
    query = sa.select(customer.c.record).where(customer.c.customer == name).with_for_update()
    record = conn.execute(query).scalar()
    return None if record is None else Customer.model_validate(record)
