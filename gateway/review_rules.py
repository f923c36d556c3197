"""The house's review rules in use: imported as drafts, activated, and tried on past orders before they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from gateway import deciding
from gateway.reviewing import ReviewDesk
from gateway.road import Road
from gateway.rule_texts import read_rules
from orders.order import SalesOrder
from orders.rules import Stop
from orders.values import HoldKind, Severity
from partners.partner import TradingPartner
from store import masters, past_orders, rules

NOT_TRIED = frozenset({"R9", "R20"})
"""Rules whose word depends on what had come when the order came: twins, and what was left of a blanket order."""


@dataclass(frozen=True)
class Tried:
    """What rules would have said of a past order, and the rules that held it then."""

    order_number: str
    partner: str
    customer_po_number: str
    stops: tuple[Stop, ...]
    held_by: tuple[str, ...]

    @property
    def would_hold(self) -> tuple[str, ...]:
        """Codes of the rules that would hold or reject it."""
        return tuple(dict.fromkeys(stop.rule for stop in self.stops if stop.severity is not Severity.NOTE))

    @property
    def is_new(self) -> bool:
        """Whether it would be stopped by a rule that did not hold it then."""
        return bool(set(self.would_hold) - set(self.held_by))


def import_rules(road: Road, text: str, by: str) -> int:
    """Keep a text as a draft; the number of its revision.

    Raises:
        RulesInvalid: it is no set of rules.
    """
    read_rules(text)
    with road.database.write() as conn:
        return rules.import_rules(conn, text, road.clock(), by)


def activate_rules(road: Road, revision: int | None, by: str) -> int:
    """Take a revision into use, a newer or an older one; its number. Orders that come from now on are asked by it.

    Raises:
        NotFound, RulesInvalid: there is none, or it cannot be read any more.
    """
    with road.database.write() as conn:
        chosen = rules.revision_at(conn, revision)
        read_rules(chosen.toml)
        rules.activate(conn, chosen.revision, road.clock(), by)
        return chosen.revision


def try_rules(
    road: Road,
    text: str,
    days: int,
    shown: Callable[[Iterable[SalesOrder], int], Iterable[SalesOrder]] = lambda orders, count: orders,
    policies: dict[str, TradingPartner] | None = None,
) -> Iterator[Tried]:
    """What rules would have said of the orders of the last days, as these stand now. Nothing is changed.

    Args:
        shown: goes through the orders, of which there are so many: a progress bar.
        policies: profiles to be tried in place of the partners' own, by name.

    Raises:
        RulesInvalid: the text is no set of rules.
    """
    house = read_rules(text)
    with road.database.read() as conn:
        since = road.clock() - timedelta(days=days)
        desk = ReviewDesk(conn, house, NOT_TRIED)
        found = past_orders.orders_since(conn, since)
        profiles = dict(policies or {})
        for order in shown(found, past_orders.entered_since(conn, since)):
            content = order.content
            name = content.partner or ""
            if name not in profiles:
                profiles[name] = deciding.profile_named(conn, name)
            came = content.received_at or since
            stops = desk.stops(order, profiles[name], lambda customer: masters.customer_by_id(conn, customer), came)
            held = tuple(dict.fromkeys(hold.rule for hold in order.holds if hold.kind is HoldKind.REVIEW))
            if stops or held:
                yield Tried(order.order_number, name, content.customer_po_number or "", stops, held)
