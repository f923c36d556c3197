"""Review holds are resolved: of one order, or of all that were stopped by the same rule for the same figures.

Each order is a transaction of its own: one that cannot be resolved is told so, and the others are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from gateway import deciding
from gateway.catalogues import catalogue_of
from gateway.deciding import Cause
from gateway.learning import learn
from gateway.operations import find_order
from gateway.road import Road
from orders import amending, desk, resolving
from orders.amending import NothingChanged
from orders.control import HoldRow
from orders.correcting import corrected
from orders.order import SalesOrder
from orders.outcome import Change, OrderEvent
from orders.resolving import Act, CannotResolve
from orders.values import HoldKind
from partners.partner import TradingPartner
from store import masters, orders
from store.database import Connection

MOST_ORDERS = 10_000
"""Orders of one call."""


@dataclass(frozen=True)
class Resolution:
    """What is to become of which holds: those of ``rule``, or of any, whose figures hold ``figures``.

    ``corrections`` are values by path, for ``correct``; for ``ask``, ``note`` is the question; for ``learn`` of a part
    that was unknown, ``part`` is ours.
    """

    act: Act
    by: str
    rule: str | None = None
    figures: Mapping[str, str] = field(default_factory=dict)
    note: str = ""
    corrections: Mapping[str, Any] = field(default_factory=dict)
    part: str = ""


@dataclass(frozen=True)
class Resolved:
    """What happened to one order: how it stands now, or why nothing was done. ``code`` is that of an error."""

    order: str
    is_done: bool
    order_state: str
    told: str
    code: str = ""


def resolve(road: Road, resolution: Resolution, names: Sequence[str] = ()) -> list[Resolved]:
    """Resolve the holds of orders; of all orders that have such holds when none is named.

    Raises:
        CannotResolve: without names a rule is needed: one word must not let everything go.
    """
    if not names:
        names = _held(road, resolution)
    return [_resolved(road, resolution, name) for name in dict.fromkeys(names[:MOST_ORDERS])]


def _held(road: Road, resolution: Resolution) -> list[str]:
    if resolution.rule is None:
        raise CannotResolve("name the orders, or the rule whose holds are meant")
    with road.database.read() as conn:
        held = orders.open_holds(conn, HoldKind.REVIEW, resolution.rule)
    return [one.order_id for one in held if resolving.is_meant(one.hold, resolution.rule, resolution.figures)]


def _resolved(road: Road, resolution: Resolution, name: str) -> Resolved:
    try:
        order, holds = _resolve_one(road, resolution, name)
    except Exception as error:
        code = getattr(error, "code", None)
        if code is None:
            raise
        return Resolved(name, False, "", str(error), code)
    said = "; ".join(f"{hold.rule}: {hold.reason}" for hold in holds)
    return Resolved(order.order_number, True, order.order_state, f"{resolution.act}: {said}")


def _resolve_one(road: Road, resolution: Resolution, name: str) -> tuple[SalesOrder, tuple[HoldRow, ...]]:
    with road.database.write() as conn:
        order = find_order(conn, name)
        holds = resolving.meant(order, resolution.rule, resolution.figures)
        now = road.clock()
        profile = deciding.profile_of(conn, order)
        change = _acted(conn, profile, order, holds, resolution, now)
        change = deciding.decided(conn, change, profile, now)
        cause = Cause(resolution.by, order.transmission_ids[0] if order.transmission_ids else None)
        return deciding.keep(road, conn, change, profile, cause), holds


def _acted(
    conn: Connection,
    profile: TradingPartner,
    order: SalesOrder,
    holds: Sequence[HoldRow],
    resolution: Resolution,
    at: datetime,
) -> Change:
    by, note = resolution.by, resolution.note
    match resolution.act:
        case Act.ACCEPT:
            return resolving.accept(order, holds, Act.ACCEPT, by, note, at)
        case Act.ASK:
            return resolving.ask(order, holds, by, note, at)
        case Act.REJECT_ORDER:
            return desk.reject(resolving.disposed(order, holds, Act.REJECT_ORDER, by, at), f"by {by}: {note}")
    customer = masters.customer_by_id(conn, order.customer)
    if resolution.act is Act.LEARN:
        told = learn(conn, order, holds, at, resolution.part)
        catalogue = catalogue_of(conn, profile, customer, order.content)
        marked = resolving.disposed(order, holds, Act.LEARN, by, at)
        learned = Change(marked, tuple(OrderEvent("master.updated", f"{one}, by {by}") for one in told))
        try:
            return learned.then(amending.amend(marked, order.content, by, at, catalogue, customer, note))
        except NothingChanged:
            return learned.then(resolving.accept(order, holds, Act.LEARN, by, note, at))
    if resolution.act is Act.REJECT_LINE:
        catalogue = catalogue_of(conn, profile, customer, order.content)
        return resolving.reject_lines(order, holds, by, note, at, catalogue, customer)
    if not resolution.corrections:
        raise CannotResolve("what is right? give values by path")
    wanted = corrected(order.content, resolution.corrections)
    catalogue = catalogue_of(conn, deciding.profile_named(conn, wanted.partner), customer, wanted)
    marked = resolving.disposed(order, holds, Act.CORRECT, by, at)
    return amending.amend(marked, wanted, by, at, catalogue, customer, note)
