"""Review for the orders of one transaction: what its rules need to know is read once for all, and only if one asks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from gateway.catalogues import rounding_of
from gateway.rule_texts import read_rules
from orders.document import PurchaseOrder
from orders.known import Blanket, BlanketLine, Known, Past
from orders.masters import Catalogue, Customer, Part
from orders.order import SalesOrder
from orders.own_rules import ReadyRule, RuleText, ready
from orders.price_policy import settled
from orders.review import Asked, asked_by, review
from orders.review_policy import Setting
from orders.rules import Stop
from orders.values import OrderType, PartyRole
from partners.partner import ReviewPolicy, TradingPartner
from store import masters, past_orders, rules
from store.database import Connection
from store.past_orders import LikeOrder

DAYS_BACK = 365
_OF_PARTS = ("R4", "R5", "R6", "R7")
_OF_CUSTOMERS = ("R13", "R17")


class ReviewDesk:
    """Asks the rules, and remembers what was read for them and what it has seen in this transaction."""

    def __init__(self, conn: Connection, house: RuleText | None = None, without: frozenset[str] = frozenset()) -> None:
        """With other rules of the house than those in use, or without some: what-if."""
        self._conn = conn
        self._house = house
        self._without = without
        self._by_policy: dict[str, tuple[Asked, tuple[ReadyRule, ...]]] = {}
        self._parts: dict[str, Part | None] = {}
        self._past: dict[str, Mapping[tuple[str, str], Past]] = {}
        self._past_read: set[tuple[str, str]] = set()
        self._last: dict[str, list[LikeOrder]] = {}
        self._contents: dict[str, PurchaseOrder] = {}
        self._blankets: dict[tuple[str, str], Blanket | None] = {}

    def asked(self, profile: TradingPartner) -> tuple[Asked, tuple[ReadyRule, ...]]:
        """The rules that are asked of a partner's orders: ours, and the house's own."""
        if profile.partner not in self._by_policy:
            if self._house is None:
                self._house = read_rules(rules.active_text(self._conn))
            self._by_policy[profile.partner] = asked_of(self._house, profile.review, self._without)
        return self._by_policy[profile.partner]

    def with_agreed_prices(self, order: SalesOrder, profile: TradingPartner) -> SalesOrder:
        """The order with the customer's prices where it was agreed to take them."""
        if not profile.review.check:
            return order
        content = settled(order.content, self.asked(profile)[0].setting("R1"), rounding_of(profile))
        return order if content is order.content else order.model_copy(update={"content": content})

    def read_for(
        self, orders: Sequence[tuple[SalesOrder, TradingPartner]], catalogues: Iterable[Catalogue], at: datetime
    ) -> None:
        """Read what the rules will need of the store for these orders; parts in a catalogue are known already."""
        for catalogue in catalogues:
            self._parts.update(catalogue.parts)
        wanted = [(order, self.asked(profile)[0]) for order, profile in orders if profile.review.check]
        self._read_parts(order for order, asked in wanted if _asks(asked, _OF_PARTS))
        usual = [
            (order, setting) for order, asked in wanted if (setting := asked.setting("R7")) and setting.times_median
        ]
        self._read_past(usual, at)

    def _read_parts(self, orders: Iterable[SalesOrder]) -> None:
        numbers = {line.part for order in orders for line in order.content.lines} - self._parts.keys()
        if named := {number for number in numbers if number}:
            self._parts |= dict.fromkeys(named) | masters.parts(self._conn, named)

    def _read_past(self, usual: Sequence[tuple[SalesOrder, Any]], at: datetime) -> None:
        keys = {(o.content.partner or "", line.part) for o, _ in usual for line in o.content.lines if line.part}
        if keys <= self._past_read:
            return
        since = at - timedelta(days=max(setting.days_back or DAYS_BACK for _, setting in usual))
        partners, parts = {partner for partner, _ in keys}, {part for _, part in keys}
        these = [order.order_id for order, _ in usual]
        for partner, past in past_orders.usual_quantities(self._conn, partners, parts, since, these).items():
            self._past[partner] = {**self._past.get(partner, {}), **past}
        self._past_read |= keys

    def stops(
        self,
        order: SalesOrder,
        profile: TradingPartner,
        customer: Callable[[str | None], Customer | None],
        at: datetime,
    ) -> tuple[Stop, ...]:
        """What the rules have to say of an order."""
        if not profile.review.check:
            return ()
        asked, own = self.asked(profile)
        self.read_for([(order, profile)], (), at)
        content, name = order.content, order.content.partner or ""
        known = Known(
            at=at,
            parts=self._parts,
            customer=customer(order.customer) if _asks(asked, _OF_CUSTOMERS) else None,
            past=self._past.get(name, {}),
            twins=self._twins(order, asked, at),
            blanket=self._blanket(order) if content.order_type is OrderType.RELEASE else None,
        )
        return review(content, asked, known, own)

    def _twins(self, order: SalesOrder, asked: Asked, at: datetime) -> tuple[str, ...]:
        """Numbers of orders that came a moment ago with the same ship-to and total."""
        setting, partner = asked.setting("R9"), order.content.partner or ""
        if setting is None or setting.minutes is None:
            return ()
        if partner not in self._last:
            self._last[partner] = past_orders.last_orders(self._conn, partner)
        total, since = order.content.grand_total, at - timedelta(minutes=setting.minutes)
        alike = [
            one
            for one in self._last[partner]
            if one.total == total and one.received_at >= since and one.order_id != order.order_id
        ]
        unread = [one.order_id for one in alike if one.order_id not in self._contents]
        self._contents |= past_orders.contents(self._conn, unread) if unread else {}
        self._contents[order.order_id] = order.content
        received = order.content.received_at or at
        self._last[partner].append(LikeOrder(order.order_id, order.order_number, total, received))
        place = _place(order.content)
        return tuple(one.order_number for one in alike if _place(self._contents[one.order_id]) == place)

    def _blanket(self, order: SalesOrder) -> Blanket | None:
        """The blanket order a release draws on, as the releases before this one have left it."""
        partner, po = order.content.partner or "", order.content.customer_po_number or ""
        if (partner, po) not in self._blankets:
            self._blankets[partner, po] = blanket_of(self._conn, partner, po, (order.order_id,), lock=True)
        blanket = self._blankets[partner, po]
        if blanket is not None:
            asked: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
            for line in order.content.lines:
                asked[line.part or "", line.uom] += line.quantity
            self._blankets[partner, po] = replace(blanket, lines=_drawn_from(blanket.lines, asked))
        return blanket


def asked_of(
    house: RuleText, policy: ReviewPolicy, without: frozenset[str] = frozenset()
) -> tuple[Asked, tuple[ReadyRule, ...]]:
    """What is asked by a house's rules and a partner's policy, without some rules."""
    own = (replace(ready(one), severity=policy.own.get(one.code, one.severity)) for one in house.rules)
    settings = policy.settings.over(house.review)
    if without:
        settings = settings.model_copy(update={code: Setting(severity="off") for code in without})
    return asked_by(settings), tuple(one for one in own if one.severity != "off")


def blanket_of(
    conn: Connection, partner: str, po: str, without: Sequence[str] = (), *, lock: bool = False
) -> Blanket | None:
    """The blanket order of a PO with what its releases have drawn of it; None when there is none.

    Args:
        without: releases that are not counted.
        lock: no other release is measured against it until the transaction ends.
    """
    found = past_orders.blankets(conn, partner, po, lock=lock)
    one = next((one for one in found if one[2].order_type is OrderType.BLANKET), None)
    if one is None:
        return None
    _, number, content = one
    lines = tuple(
        BlanketLine(line.line_no, line.part, line.customer_line_ref, line.uom, line.quantity) for line in content.lines
    )
    drawn = past_orders.drawn(conn, partner, po, without)
    return Blanket(number, _drawn_from(lines, drawn), content.valid_from, content.valid_until)


def blanket_for(conn: Connection, order: SalesOrder) -> Blanket | None:
    """The blanket order this one is, or draws on, as its releases have left it."""
    if order.content.order_type not in (OrderType.BLANKET, OrderType.RELEASE):
        return None
    return blanket_of(conn, order.content.partner or "", order.content.customer_po_number or "")


def _drawn_from(lines: Sequence[BlanketLine], drawn: Mapping[tuple[str, str], Decimal]) -> tuple[BlanketLine, ...]:
    """Lines after something was drawn: of several for one part the first are emptied first, and the last overdrawn."""
    left = dict(drawn)
    last = {(one.part or "", one.uom): one.line_no for one in lines}
    found = []
    for one in lines:
        key = one.part or "", one.uom
        rest = left.get(key, Decimal(0))
        taken = rest if last[key] == one.line_no else min(rest, max(one.left, Decimal(0)))
        left[key] = rest - taken
        found.append(replace(one, drawn=one.drawn + taken))
    return tuple(found)


def _asks(asked: Asked, codes: Sequence[str]) -> bool:
    return any(asked.setting(code) is not None for code in codes)


def _place(content: PurchaseOrder) -> object:
    ship_to = content.party(PartyRole.SHIP_TO)
    return (ship_to.party_code, ship_to.address) if ship_to else None
