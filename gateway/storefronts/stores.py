"""Which store a partner's orders come from, and the line to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from gateway.road import Road
from gateway.storefronts.kit import Line, Memory
from gateway.storefronts.shopify import Shopify
from gateway.storefronts.walmart import Walmart
from gateway.storefronts.woocommerce import WooCommerce
from gateway.storefronts.words import Parcel
from orders.document import OrderResponse
from partners.partner import PartnerError, TradingPartner


class NoStorefront(PartnerError):
    """The partner's profile has no storefront (any more): add one and replay the message, or discard it."""

    code = "no-storefront"


class Store(Protocol):
    """One store. Each of its answers says in words what was done; told again, a store knows it and nothing is doubled.

    ``order_id`` is the order's id in the store. All raise the errors of :meth:`gateway.storefronts.kit.Line.call`.
    """

    def look(self) -> str:
        """See whether address, account and secret are good."""

    def answer(self, order_id: str, response: OrderResponse) -> str:
        """Tell our word on an order, or on a change of it."""

    def ship(self, order_id: str, parcels: Sequence[Parcel], *, is_complete: bool) -> str:
        """Tell what has left. ``is_complete``: nothing of the order is left to ship."""


KINDS: Mapping[str, Callable[[Line], Store]] = {
    "shopify": Shopify,
    "woocommerce": WooCommerce,
    "walmart": Walmart,
}
"""The stores we know how to speak to, by the ``kind`` of a profile's storefront."""


def credential_name(partner: str) -> str:
    """Under which name the box keeps the secret of a partner's store."""
    return f"storefront-{partner}"


class Stores:
    """The stores of all partners. One for a process: it remembers tokens, and who asked to be let alone."""

    def __init__(self, road: Road) -> None:
        self._settings = road.settings
        self._memory = Memory(road.clock)

    def open(self, profile: TradingPartner) -> Store:
        """The partner's store, for the calls of one step.

        Raises:
            NoStorefront: the profile has none.
            CredentialMissing: the box has no secret for it.
        """
        if profile.storefront is None:
            raise NoStorefront(f"partner {profile.partner} has no storefront: add one, then replay this")
        secret = self._settings.credential(credential_name(profile.partner))
        line = Line(profile.partner, profile.storefront, secret, self._settings.outbound, self._memory)
        return KINDS[profile.storefront.kind](line)
