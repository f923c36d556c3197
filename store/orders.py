"""Sales orders: one row as it stands, its content as append-only revisions, and rows for what is searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from orders.document import HoldRow, Line, PurchaseOrder, Schedule
from orders.exposure import open_amount
from orders.fulfilling import Shipment
from orders.life import ENDED
from orders.order import SalesOrder
from orders.values import AcknowledgmentState, FulfilmentState, HoldKind, OrderState
from store.database import Connection, insert_many, insert_new
from store.errors import AlreadyExists, Conflict, NotFound
from store.tables import hold, order_line, order_number, order_revision, order_schedule, sales_order
from store.tables import shipment as shipment_table
from store.types import Written

FIRST_NUMBER = 100_000
_APART = {"content", "holds"}
"""Parts of an order kept in tables of their own; the rest of it is the ``control`` column."""


@dataclass(frozen=True)
class OrderRow:
    """One line of an order list."""

    order_id: str
    order_number: str
    partner: str
    customer_po_number: str
    order_state: str
    credit_state: str
    fulfilment_state: str
    currency: str | None
    grand_total: Decimal | None
    line_count: int
    received_at: datetime


@dataclass(frozen=True)
class Standing:
    """Where an order stands, without its content."""

    order_state: OrderState
    fulfilment_state: FulfilmentState
    dock_release: int


@dataclass(frozen=True)
class Revision:
    """One revision of an order's content: who wrote it, when and why."""

    revision: int
    actor: str
    reason: str | None
    at: datetime
    content: PurchaseOrder


def new_numbers(conn: Connection, order_ids: Sequence[str]) -> dict[str, str]:
    """Our numbers for new orders: ``SO-100001`` and up, unique, in their order; a rolled-back one may leave a gap."""
    rows = [{"order_id": order_id} for order_id in order_ids]
    taken = sa.insert(order_number).returning(order_number.c.number, sort_by_parameter_order=True)
    numbers = conn.execute(taken, rows).scalars()
    return {order_id: f"SO-{FIRST_NUMBER + number}" for order_id, number in zip(order_ids, numbers, strict=True)}


def add(conn: Connection, *new: tuple[SalesOrder, str], at: datetime) -> None:
    """Store new orders, each with its first revision and the one who entered it.

    Raises:
        AlreadyExists: partner, PO number and release of one have an order already.
    """
    rows = [
        {"order_id": order.order_id, "idempotency_key": order.idempotency_key} | _columns(order) for order, _ in new
    ]
    stored = set(insert_new(conn, sales_order, *rows))
    for order, _ in new:
        if order.order_id not in stored:
            raise AlreadyExists(f"there is an order for {order.idempotency_key} already")
    _add_revisions(conn, [(order, actor, None) for order, actor in new], at)
    if holds := [_hold_row(order, one) for order, _ in new for one in order.holds]:
        insert_new(conn, hold, *holds)


def save(
    conn: Connection, order: SalesOrder, *, is_new_content: bool, actor: str, at: datetime, reason: str | None = None
) -> SalesOrder:
    """Store how an order stands now, if nobody changed it since it was read; the order with its new version.

    Raises:
        Conflict: somebody did.
        AlreadyExists: a typed order was given the partner, PO number and release of another.
    """
    version = order.version
    order = order.model_copy(update={"version": version + 1})
    updated = (
        sa.update(sales_order)
        .where(sales_order.c.order_id == order.order_id, sales_order.c.version == version)
        .values(idempotency_key=order.idempotency_key, **_columns(order))
    )
    try:
        is_mine = conn.execute(updated).rowcount == 1
    except sa.exc.IntegrityError as error:
        raise AlreadyExists(f"there is an order for {order.idempotency_key} already") from error
    if not is_mine:
        raise Conflict(f"order {order.order_number} changed since it was read (version {version})")
    if is_new_content:
        _add_revisions(conn, [(order, actor, reason)], at)
    _sync_holds(conn, order)
    return order


def order_by_id(conn: Connection, order_id: str) -> SalesOrder:
    """The order as it stands, with its latest content and its holds.

    Raises:
        NotFound: there is none.
    """
    return _one(conn, sales_order.c.order_id == order_id, order_id)


def standing(conn: Connection, order_id: str, *, lock: bool = False) -> Standing:
    """Where an order stands.

    Args:
        lock: nobody else may change it until the transaction ends.

    Raises:
        NotFound: there is none.
    """
    columns = (sales_order.c.order_state, sales_order.c.fulfilment_state, sales_order.c.dock_release)
    query = sa.select(*columns).where(sales_order.c.order_id == order_id)
    row = conn.execute(query.with_for_update() if lock else query).first()
    if row is None:
        raise NotFound(f"no order {order_id}")
    return Standing(OrderState(row.order_state), FulfilmentState(row.fulfilment_state), row.dock_release)


def ids_by_key(conn: Connection, keys: Sequence[str]) -> dict[str, str]:
    """The orders there are for partner, PO number and release: key to order id."""
    query = sa.select(sales_order.c.idempotency_key, sales_order.c.order_id)
    return dict(conn.execute(query.where(sales_order.c.idempotency_key.in_(keys))).all())


def order_by_key(conn: Connection, idempotency_key: str) -> SalesOrder | None:
    """The order of a partner, PO number and release, if there is one."""
    try:
        return _one(conn, sales_order.c.idempotency_key == idempotency_key, idempotency_key)
    except NotFound:
        return None


def orders_of_po(conn: Connection, partner: str, customer_po_number: str) -> list[SalesOrder]:
    """Every order of a partner's PO number, the oldest first: one for each release, and for each store where it was
    split."""
    is_of_po = sa.and_(sales_order.c.partner == partner, sales_order.c.customer_po_number == customer_po_number)
    numbered = sa.select(sales_order.c.order_id).where(is_of_po).order_by(sales_order.c.order_number)
    return [order_by_id(conn, order_id) for order_id in conn.execute(numbered).scalars()]


def find(conn: Connection, name: str) -> list[OrderRow]:
    """Orders somebody may mean by an order number, an order id or a customer's PO number."""
    query = _listing().where(
        sa.or_(
            sales_order.c.order_number == name,
            sales_order.c.order_id == name,
            sales_order.c.customer_po_number == name,
        )
    )
    return _rows(conn, query)


def listed(
    conn: Connection,
    *,
    state: str | None = None,
    partner: str | None = None,
    customer: str | None = None,
    held: HoldKind | None = None,
    search: str | None = None,
    before: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[OrderRow]:
    """Orders, those entered last first.

    Args:
        held: with an open hold of this kind.
        search: a part of our or the customer's number, a whole part number of ours, or a whole customer id.
        before: only orders entered before the one of this id: the page after it, however deep.
    """
    wanted = [
        sales_order.c[name] == value
        for name, value in (("order_state", state), ("partner", partner), ("customer", customer))
        if value is not None
    ]
    if held is not None:
        open_holds = sa.select(hold.c.order_id).where(hold.c.kind == str(held), hold.c.released_at.is_(None))
        wanted.append(sales_order.c.order_id.in_(open_holds))
    if before is not None:
        wanted.append(sales_order.c.order_id < before)
    query = _listing().where(*wanted).limit(limit).offset(offset)
    if search is not None:
        query = query.where(sales_order.c.order_id.in_(_meant_by(search, wanted, limit + offset)))
    return _rows(conn, query)


def _meant_by(search: str, wanted: list[sa.ColumnElement[bool]], limit: int) -> sa.CompoundSelect[Any]:
    """The last orders that a search text may mean, by each of its meanings: each is read from an index of its own."""
    pattern = "%" + search.replace("/", "//").replace("%", "/%").replace("_", "/_") + "%"
    of_part = sa.select(order_line.c.order_id).join(sales_order).where(order_line.c.part == search)
    meanings = [
        sa.select(sales_order.c.order_id).where(sales_order.c.order_number.ilike(pattern, escape="/")),
        sa.select(sales_order.c.order_id).where(sales_order.c.customer_po_number.ilike(pattern, escape="/")),
        sa.select(sales_order.c.order_id).where(sales_order.c.customer == search),
        of_part,
    ]
    last = [one.where(*wanted).order_by(sales_order.c.order_id.desc()).limit(limit).subquery() for one in meanings]
    return sa.union(*map(sa.select, last))


def revisions(conn: Connection, order_id: str) -> list[Revision]:
    """Every revision of an order's content, oldest first."""
    query = sa.select(order_revision).where(order_revision.c.order_id == order_id).order_by(order_revision.c.revision)
    return [_revision(row) for row in conn.execute(query)]


def revision_of(conn: Connection, order_id: str, revision: int) -> Revision:
    """One revision of an order's content.

    Raises:
        NotFound: there is no such revision.
    """
    is_it = sa.and_(order_revision.c.order_id == order_id, order_revision.c.revision == revision)
    row = conn.execute(sa.select(order_revision).where(is_it)).first()
    if row is None:
        raise NotFound(f"order {order_id} has no revision {revision}")
    return _revision(row)


def _revision(row: sa.Row[Any]) -> Revision:
    content = PurchaseOrder.model_validate_json(row.content)
    return Revision(row.revision, row.actor, row.reason, row.at, content)


def add_shipment(conn: Connection, order_id: str, shipment: Shipment) -> bool:
    """Record what left the dock; False when a shipment of this id is recorded already."""
    row = {"shipment_id": shipment.shipment_id, "order_id": order_id, "shipped_at": shipment.shipped_at}
    return bool(insert_new(conn, shipment_table, row | {"record": shipment.model_dump(mode="json", exclude_none=True)}))


def shipment_by_id(conn: Connection, shipment_id: str) -> Shipment:
    """What left the dock at once.

    Raises:
        NotFound: there is no such shipment.
    """
    query = sa.select(shipment_table.c.record).where(shipment_table.c.shipment_id == shipment_id)
    record = conn.execute(query).scalar()
    if record is None:
        raise NotFound(f"no shipment {shipment_id}")
    return Shipment.model_validate(record)


def shipments_of(conn: Connection, order_id: str) -> list[Shipment]:
    """What has left of an order, in the order it did."""
    query = sa.select(shipment_table.c.record).where(shipment_table.c.order_id == order_id)
    rows = conn.execute(query.order_by(shipment_table.c.shipped_at)).scalars()
    return [Shipment.model_validate(record) for record in rows]


def answers_overdue(conn: Connection, now: datetime, limit: int = 100) -> list[str]:
    """Ids of orders whose customer should have our answer by now, and for which nobody was told so yet."""
    query = sa.select(sales_order.c.order_id).where(sales_order.c.answer_due_at < now)
    return list(conn.execute(query.order_by(sales_order.c.answer_due_at).limit(limit)).scalars())


def holds_expired(conn: Connection, now: datetime, limit: int = 100) -> list[tuple[str, int]]:
    """Orders with an open hold whose time is over, by id and version, the oldest first."""
    over = sa.select(hold.c.order_id).where(hold.c.released_at.is_(None), hold.c.expires_at < now)
    query = sa.select(sales_order.c.order_id, sales_order.c.version).where(sales_order.c.order_id.in_(over))
    return [(row.order_id, row.version) for row in conn.execute(query.order_by(sales_order.c.order_id).limit(limit))]


def counts(conn: Connection) -> dict[str, int]:
    """How many orders stand in each state that is no end: what has ended is history, and there is a lot of it."""
    under_way = [str(state) for state in OrderState if state not in ENDED]
    query = sa.select(sales_order.c.order_state, sa.func.count()).where(sales_order.c.order_state.in_(under_way))
    return dict(conn.execute(query.group_by(sales_order.c.order_state)).all())


def open_hold_counts(conn: Connection) -> dict[str, int]:
    """How many holds of each kind wait for a person."""
    query = sa.select(hold.c.kind, sa.func.count()).where(hold.c.released_at.is_(None)).group_by(hold.c.kind)
    return dict(conn.execute(query).all())


@dataclass(frozen=True)
class OpenHold:
    """An open hold with the order it stops."""

    order_id: str
    order_number: str
    partner: str
    customer_po_number: str
    hold: HoldRow


def open_holds(
    conn: Connection, kind: HoldKind, rule: str | None = None, *, limit: int | None = None, after: str = ""
) -> list[OpenHold]:
    """Open holds of a kind, of one rule or of all, the oldest first; ``after`` is the hold the last page ended with."""
    columns = (sales_order.c.order_id, sales_order.c.order_number, sales_order.c.partner)
    query = (
        sa.select(*columns, sales_order.c.customer_po_number, hold.c.record)
        .join(sales_order, sales_order.c.order_id == hold.c.order_id)
        .where(hold.c.kind == str(kind), hold.c.released_at.is_(None), hold.c.hold_id > after)
        .order_by(hold.c.hold_id)
        .limit(limit)
    )
    if rule is not None:
        query = query.where(hold.c.rule == rule)
    return [OpenHold(*row[:-1], HoldRow.model_validate(row[-1])) for row in conn.execute(query)]


def _one(conn: Connection, condition: sa.ColumnElement[bool], name: str) -> SalesOrder:
    joined = sa.select(sales_order.c.control, order_revision.c.content).join(
        order_revision,
        sa.and_(
            order_revision.c.order_id == sales_order.c.order_id,
            order_revision.c.revision == sales_order.c.revision,
        ),
    )
    row = conn.execute(joined.where(condition)).first()
    if row is None:
        raise NotFound(f"no order {name}")
    control, content = row
    of_order = sa.select(hold.c.record).where(hold.c.order_id == control["order_id"]).order_by(hold.c.set_at)
    holds = [HoldRow.model_validate(record) for record in conn.execute(of_order).scalars()]
    return SalesOrder.model_validate(control | {"content": PurchaseOrder.model_validate_json(content), "holds": holds})


def _columns(order: SalesOrder) -> dict[str, Any]:
    content = order.content
    at_risk = open_amount(order)
    return {
        "order_number": order.order_number,
        "partner": content.partner or "",
        "customer": order.customer,
        "customer_po_number": content.customer_po_number or "",
        "release_number": content.release_number,
        "order_state": str(order.order_state),
        "credit_state": str(order.credit_state),
        "fulfilment_state": str(order.fulfilment_state),
        "version": order.version,
        "revision": order.revision,
        "currency": content.currency,
        "grand_total": content.grand_total,
        "dock_release": order.dock_release,
        "answer_due_at": order.answer_due_at if order.acknowledgment_state is AcknowledgmentState.DUE else None,
        "line_count": len(content.lines),
        "received_at": content.received_at,
        "open_amount": at_risk.total or None,
        "open_latest": at_risk.latest,
        "open_dated": {day.isoformat(): str(amount) for day, amount in at_risk.dated.items()} or None,
        "control": Written(order.model_dump_json(exclude=_APART, exclude_none=True)),
    }


def _add_revisions(conn: Connection, new: Sequence[tuple[SalesOrder, str, str | None]], at: datetime) -> None:
    """Append revisions, and put their lines and deliveries in place of those before."""
    revisions = [
        {
            "order_id": order.order_id,
            "revision": order.revision,
            # With its empty lists: to compare each Decimal with a default costs more than they do.
            "content": order.content.model_dump_json(exclude_none=True),
            "actor": actor,
            "reason": reason,
            "at": at,
        }
        for order, actor, reason in new
    ]
    insert_many(conn, order_revision, revisions)
    if changed := [order.order_id for order, _, _ in new if order.revision > 1]:
        conn.execute(sa.delete(order_schedule).where(order_schedule.c.order_id.in_(changed)))
        conn.execute(sa.delete(order_line).where(order_line.c.order_id.in_(changed)))
    lines = [_line_row(order.order_id, line) for order, _, _ in new for line in order.content.lines]
    schedules = [
        _schedule_row(order.order_id, line.line_no, schedule)
        for order, _, _ in new
        for line in order.content.lines
        for schedule in line.schedules
    ]
    insert_many(conn, order_line, lines)
    insert_many(conn, order_schedule, schedules)


def _line_row(order_id: str, line: Line) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "line_no": line.line_no,
        "part": line.part,
        "description": line.description,
        "quantity": line.quantity,
        "uom": line.uom,
        "stock_quantity": line.stock_quantity,
        "unit_price": line.unit_price,
        "extended_price": line.extended_price,
    }


def _schedule_row(order_id: str, line_no: int, schedule: Schedule) -> dict[str, Any]:
    return {
        "order_id": order_id,
        "line_no": line_no,
        "schedule_no": schedule.schedule_no,
        "quantity": schedule.quantity,
        "requested_ship_date": schedule.requested_ship_date,
        "requested_delivery_date": schedule.requested_delivery_date,
        "ship_to": schedule.ship_to,
    }


def _sync_holds(conn: Connection, order: SalesOrder) -> None:
    """Holds are few and only ever added or let go: insert the new ones, update those that were released."""
    for one in order.holds:
        row = _hold_row(order, one)
        if not insert_new(conn, hold, row) and (one.question or not one.is_open):
            conn.execute(
                sa.update(hold)
                .where(hold.c.hold_id == one.hold_id, hold.c.released_at.is_(None))
                .values(released_at=one.released_at, record=row["record"])
            )


def _hold_row(order: SalesOrder, one: HoldRow) -> dict[str, Any]:
    record = one.model_dump(mode="json", exclude_none=True)
    row: dict[str, Any] = {"hold_id": one.hold_id, "order_id": order.order_id, "kind": str(one.kind)}
    row |= {"rule": one.rule, "set_at": one.set_at, "released_at": one.released_at, "expires_at": one.expires_at}
    return row | {"record": record}


def _listing() -> sa.Select[Any]:
    columns = [sales_order.c[name] for name in OrderRow.__dataclass_fields__]
    return sa.select(*columns).order_by(sales_order.c.order_id.desc())


def _rows(conn: Connection, query: sa.Select[Any]) -> list[OrderRow]:
    return [OrderRow(*row) for row in conn.execute(query)]
