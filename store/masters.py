"""Parts, prices, customers and the like: what an order is completed from. Imported or synchronised, never required.

Every kind of record is kept the same way: its key and what is searched have columns, the rest is its JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from orders import masters as m
from orders.document import Content, PartCrossReference
from store import tables as t
from store.database import Connection
from store.errors import NotFound

KEY_SEPARATOR = "/"


@dataclass(frozen=True)
class Kind:
    """A kind of master record: its name in commands and addresses, its model and its table."""

    name: str
    model: type[Content]
    table: sa.Table
    about: str

    @cached_property
    def key_columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.table.primary_key)

    def key_of(self, record: Content) -> str:
        """The record's key as one text; where it has several parts only the last may hold a slash."""
        return KEY_SEPARATOR.join(str(getattr(record, name)) for name in self.key_columns)

    def where(self, key: str) -> dict[str, str]:
        """The columns of a key.

        Raises:
            NotFound: the text has too few parts.
        """
        parts = key.split(KEY_SEPARATOR, len(self.key_columns) - 1)
        if len(parts) != len(self.key_columns):
            raise NotFound(f"a key of {self.name} is {KEY_SEPARATOR.join(self.key_columns)}, not {key!r}")
        return dict(zip(self.key_columns, parts, strict=True))

    def row(self, record: Content) -> dict[str, Any]:
        """The row that keeps a record."""
        columns = {column.name: getattr(record, column.name) for column in self.table.c if column.name != "record"}
        return columns | {"record": record.model_dump(mode="json", exclude_none=True, exclude_defaults=True)}


KINDS = {
    kind.name: kind
    for kind in (
        Kind("customers", m.Customer, t.customer, "who is billed, their terms and their account"),
        Kind("ship-tos", m.ShipTo, t.ship_to, "places a customer has goods sent to, by their code"),
        Kind("groups", m.CustomerGroup, t.customer_group, "customers who buy from one list"),
        Kind("parts", m.Part, t.part, "what we sell, its units and its list price"),
        Kind("cross-references", PartCrossReference, t.part_cross_reference, "customers' names of our parts"),
        Kind("price-lists", m.PriceList, t.price_list, "lists of prices, each in one currency"),
        Kind("prices", m.PartPrice, t.part_price, "what a list says of a part, with its breaks"),
        Kind("contracts", m.Contract, t.contract, "lists that were agreed with one customer"),
        Kind("terms", m.PaymentTerms, t.payment_terms, "payment terms"),
        Kind("carriers", m.Carrier, t.carrier, "carriers and their services"),
        Kind("sites", m.Site, t.site, "our places that ship"),
        Kind("unit-codes", m.UnitCode, t.unit_code, "what a partner means by a unit code"),
    )
}
_OF_MODEL = {kind.model: kind for kind in KINDS.values()}
_ROWS_AT_ONCE = 500


def kind_named(name: str) -> Kind:
    """A kind by its name.

    Raises:
        NotFound: there is none; the message names those there are.
    """
    if name not in KINDS:
        raise NotFound(f"there are no master records called {name!r}; known: {', '.join(KINDS)}")
    return KINDS[name]


def put(conn: Connection, *records: Content) -> None:
    """Add records, or replace those with the same key."""
    rows: dict[Kind, list[dict[str, Any]]] = {}
    for record in records:
        kind = _OF_MODEL[type(record)]
        rows.setdefault(kind, []).append(kind.row(record))
    for kind, of_kind in rows.items():
        conn.execute(_upsert(kind.table, conn.dialect.name == "postgresql"), of_kind)


def _upsert(table: sa.Table, is_postgresql: bool) -> sa.Insert:
    keys = [column.name for column in table.primary_key]
    statement = postgresql.insert(table) if is_postgresql else sqlite.insert(table)
    rest = {column.name: statement.excluded[column.name] for column in table.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=rest)


def get(conn: Connection, kind: Kind, key: str) -> Content:
    """One record.

    Raises:
        NotFound: there is none with this key.
    """
    record = conn.execute(sa.select(kind.table.c.record).where(*_is(kind, key))).scalar()
    if record is None:
        raise NotFound(f"there is no {key!r} among the {kind.name}")
    return kind.model.model_validate(record)


def remove(conn: Connection, kind: Kind, key: str) -> bool:
    """Take a record away; False when there was none."""
    return conn.execute(sa.delete(kind.table).where(*_is(kind, key))).rowcount > 0


def _is(kind: Kind, key: str) -> list[sa.ColumnElement[bool]]:
    return [kind.table.c[name] == value for name, value in kind.where(key).items()]


def listed(conn: Connection, kind: Kind, *, begins: str = "", limit: int = 50, offset: int = 0) -> list[Content]:
    """Records by key, a page of them; ``begins`` is what the first part of the key begins with."""
    keys = [kind.table.c[name] for name in kind.key_columns]
    query = sa.select(kind.table.c.record).order_by(*keys).limit(limit).offset(offset)
    if begins:
        query = query.where(keys[0].startswith(begins, autoescape=True))
    return [kind.model.model_validate(record) for record in conn.execute(query).scalars()]


def count(conn: Connection, kind: Kind) -> int:
    """How many records of a kind there are."""
    return conn.execute(sa.select(sa.func.count()).select_from(kind.table)).scalar_one()


def every(conn: Connection, kind: Kind) -> Iterator[Content]:
    """All records of a kind, by key, in the memory of a few."""
    keys = [kind.table.c[name] for name in kind.key_columns]
    query = sa.select(kind.table.c.record).order_by(*keys)
    for record in conn.execute(query, execution_options={"yield_per": _ROWS_AT_ONCE}).scalars():
        yield kind.model.model_validate(record)


VALUES_AT_ONCE = 5_000
"""Values in one query: SQLite takes 32,766 parameters in all."""


def chunked(values: Iterable[str]) -> Iterator[Sequence[str]]:
    """The values in portions that one query can bear; at least one, which may be empty."""
    left = iter(values)
    yield list(islice(left, VALUES_AT_ONCE))
    while some := list(islice(left, VALUES_AT_ONCE)):
        yield some


# ---------------------------------------------------------------- customers and parts by themselves


def customer_by_id(conn: Connection, name: str | None) -> m.Customer | None:
    """A customer's record, or None."""
    record = conn.execute(sa.select(t.customer.c.record).where(t.customer.c.customer == name)).scalar()
    return None if record is None else m.Customer.model_validate(record)


def carrier_by_code(conn: Connection, scac: str | None) -> m.Carrier | None:
    """A carrier's record, by its code (SCAC); None when there is none."""
    record = conn.execute(sa.select(t.carrier.c.record).where(t.carrier.c.carrier == scac)).scalar() if scac else None
    return None if record is None else m.Carrier.model_validate(record)


def lock_customer(conn: Connection, name: str | None) -> m.Customer | None:
    """A customer's record, locked until the transaction ends, so that two credit decisions cannot cross."""
    query = sa.select(t.customer.c.record).where(t.customer.c.customer == name).with_for_update()
    record = conn.execute(query).scalar()
    return None if record is None else m.Customer.model_validate(record)


def parts(conn: Connection, numbers: Iterable[str]) -> dict[str, m.Part]:
    """Part records by our number; those we do not know are left out."""
    found: dict[str, m.Part] = {}
    for some in chunked(sorted(set(numbers))):
        records = conn.execute(sa.select(t.part.c.record).where(t.part.c.part.in_(some))).scalars()
        found |= {one.part: one for one in map(m.Part.model_validate, records)}
    return found


def contracts_of(conn: Connection, name: str) -> list[m.Contract]:
    """A customer's contracts, the newest first."""
    records = conn.execute(sa.select(t.contract.c.record).where(t.contract.c.customer == name)).scalars()
    found = map(m.Contract.model_validate, records)
    return sorted(found, key=lambda one: (one.valid_from or date.min, one.contract), reverse=True)
