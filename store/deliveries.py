"""The deliveries of orders as rows of a table: a schedule of a line, or a line without schedules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from store.database import Connection
from store.tables import order_line, order_schedule


@dataclass(frozen=True)
class DeliveryRow:
    """One delivery of one line."""

    order_id: str
    line_no: int
    schedule_no: int
    part: str | None
    description: str | None
    quantity: Decimal
    uom: str
    unit_price: Decimal | None
    extended_price: Decimal | None
    requested_ship_date: date | None
    requested_delivery_date: date | None
    ship_to: str | None


def deliveries_of(conn: Connection, order_ids: Sequence[str]) -> list[DeliveryRow]:
    """Every delivery of every line of some orders, in the order of their lines."""
    line, schedule = order_line.c, order_schedule.c
    is_of_line = sa.and_(schedule.order_id == line.order_id, schedule.line_no == line.line_no)
    columns: dict[str, sa.ColumnElement[Any]] = {
        name: (schedule if name in schedule and name not in line else line)[name]
        for name in DeliveryRow.__dataclass_fields__
    }
    columns["schedule_no"] = sa.func.coalesce(schedule.schedule_no, 1)
    columns["quantity"] = sa.func.coalesce(schedule.quantity, line.quantity, type_=line.quantity.type)
    query = sa.select(*(column.label(name) for name, column in columns.items()))
    of_orders = query.select_from(order_line.outerjoin(order_schedule, is_of_line)).where(line.order_id.in_(order_ids))
    ordered = of_orders.order_by(line.order_id, line.line_no, schedule.schedule_no)
    return [DeliveryRow(**row._mapping) for row in conn.execute(ordered)]
