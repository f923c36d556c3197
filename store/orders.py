"""Sales orders: one row as it stands, its content as append-only revisions, and rows for what is searched."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from orders.document import HoldRow, PurchaseOrder
from orders.exposure import open_amount
from orders.fulfilling import Shipment
from orders.order import SalesOrder
from orders.values import AcknowledgmentState, FulfilmentState, HoldKind, OrderState
from store.database import Connection, insert_new
from store.errors import AlreadyExists, Conflict, NotFound
from store.tables import hold, order_line, order_number, order_revision, order_schedule, sales_order
from store.tables import shipment as shipment_table

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


def new_number(conn: Connection, order_id: str) -> str:
    """Our number for a new order: ``SO-100001`` and up, unique; a rolled-back one may leave a gap."""
    taken = sa.insert(order_number).values(order_id=order_id).returning(order_number.c.number)
    return f"SO-{FIRST_NUMBER + conn.execute(taken).scalar_one()}"


def add(conn: Connection, order: SalesOrder, actor: str, at: datetime, reason: str | None = None) -> None:
    """Store a new order with its first revision.

    Raises:
        AlreadyExists: partner, PO number and release have an order already.
    """
    row = {"order_id": order.order_id, "idempotency_key": order.idempotency_key} | _columns(order)
    if not insert_new(conn, sales_order, row):
        raise AlreadyExists(f"there is an order for {order.idempotency_key} already")
    _add_revision(conn, order, actor, at, reason)
    _sync_holds(conn, order)


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
        _add_revision(conn, order, actor, at, reason)
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


def order_by_key(conn: Connection, idempotency_key: str) -> SalesOrder | None:
    """The order of a partner, PO number and release, if there is one."""
    try:
        return _one(conn, sales_order.c.idempotency_key == idempotency_key, idempotency_key)
    except NotFound:
        return None


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
    held: HoldKind | None = None,
    search: str | None = None,
    limit: int = 100,
    offset: int = 0,
) -> list[OrderRow]:
    """Orders, newest first; by state, partner, an open hold of one kind, or a part of our or the customer's number."""
    query = _listing().limit(limit).offset(offset)
    if search is not None:
        numbers = (sales_order.c.order_number, sales_order.c.customer_po_number)
        query = query.where(sa.or_(*(number.icontains(search, autoescape=True) for number in numbers)))
    if state is not None:
        query = query.where(sales_order.c.order_state == state)
    if partner is not None:
        query = query.where(sales_order.c.partner == partner)
    if held is not None:
        open_holds = sa.select(hold.c.order_id).where(hold.c.kind == str(held), hold.c.released_at.is_(None))
        query = query.where(sales_order.c.order_id.in_(open_holds))
    return _rows(conn, query)


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


def counts(conn: Connection) -> dict[str, int]:
    """How many orders stand in each state."""
    query = sa.select(sales_order.c.order_state, sa.func.count()).group_by(sales_order.c.order_state)
    return dict(conn.execute(query).all())


def open_hold_counts(conn: Connection) -> dict[str, int]:
    """How many holds of each kind wait for a person."""
    query = sa.select(hold.c.kind, sa.func.count()).where(hold.c.released_at.is_(None)).group_by(hold.c.kind)
    return dict(conn.execute(query).all())


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
        "control": order.model_dump(mode="json", exclude=_APART, exclude_none=True),
    }


def _add_revision(conn: Connection, order: SalesOrder, actor: str, at: datetime, reason: str | None) -> None:
    content = order.content
    revision = {
        "order_id": order.order_id,
        "revision": order.revision,
        "content": content.model_dump_json(exclude_none=True, exclude_defaults=True),
        "actor": actor,
        "reason": reason,
        "at": at,
    }
    conn.execute(sa.insert(order_revision), revision)
    if order.revision > 1:
        conn.execute(sa.delete(order_schedule).where(order_schedule.c.order_id == order.order_id))
        conn.execute(sa.delete(order_line).where(order_line.c.order_id == order.order_id))
    lines = [
        {
            "order_id": order.order_id,
            "line_no": line.line_no,
            "part": line.part,
            "description": line.description,
            "quantity": line.quantity,
            "uom": line.uom,
            "unit_price": line.unit_price,
            "extended_price": line.extended_price,
        }
        for line in content.lines
    ]
    schedules = [
        {
            "order_id": order.order_id,
            "line_no": line.line_no,
            "schedule_no": schedule.schedule_no,
            "quantity": schedule.quantity,
            "requested_ship_date": schedule.requested_ship_date,
            "requested_delivery_date": schedule.requested_delivery_date,
            "ship_to": schedule.ship_to,
        }
        for line in content.lines
        for schedule in line.schedules
    ]
    if lines:
        conn.execute(sa.insert(order_line), lines)
    if schedules:
        conn.execute(sa.insert(order_schedule), schedules)


def _sync_holds(conn: Connection, order: SalesOrder) -> None:
    """Holds are few and only ever added or let go: insert the new ones, update those that were released."""
    for one in order.holds:
        record = one.model_dump(mode="json", exclude_none=True)
        row: dict[str, Any] = {"hold_id": one.hold_id, "order_id": order.order_id, "kind": str(one.kind)}
        row |= {"rule": one.rule, "set_at": one.set_at, "released_at": one.released_at, "record": record}
        if not insert_new(conn, hold, row) and not one.is_open:
            conn.execute(
                sa.update(hold)
                .where(hold.c.hold_id == one.hold_id, hold.c.released_at.is_(None))
                .values(released_at=one.released_at, record=record)
            )


def _listing() -> sa.Select[Any]:
    columns = [sales_order.c[name] for name in OrderRow.__dataclass_fields__]
    return sa.select(*columns).order_by(sales_order.c.received_at.desc(), sales_order.c.order_number.desc())


def _rows(conn: Connection, query: sa.Select[Any]) -> list[OrderRow]:
    return [OrderRow(*row) for row in conn.execute(query)]
