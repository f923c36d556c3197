"""What our masters know of an order, as its partner's profile wants it counted."""

from __future__ import annotations

from orders.document import PurchaseOrder, PurchaseOrderChange
from orders.masters import Catalogue, Customer
from orders.money import Rounding, RoundingMode, RoundingScope
from partners.partner import TradingPartner
from store.catalogue import catalogue_for
from store.database import Connection


def catalogue_of(
    conn: Connection,
    profile: TradingPartner,
    customer: Customer | None,
    *documents: PurchaseOrder | PurchaseOrderChange,
) -> Catalogue:
    """Parts, prices and places that documents of one partner, billed to one customer, can touch."""
    return catalogue_for(conn, profile.partner, *documents, customer=customer, rounding=rounding_of(profile))


def rounding_of(profile: TradingPartner) -> Rounding:
    """How a partner's amounts are rounded."""
    return Rounding(RoundingScope(profile.pricing.rounding), RoundingMode(profile.pricing.halves))
