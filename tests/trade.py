"""A box with a store: the order of a kit's sample on its way from the store's bytes to what the store is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from gateway import clerk
from gateway.clerk import Hand
from gateway.intake import Crossing, receive
from gateway.partner_files import import_files
from gateway.road import Road
from gateway.settings import OutboundSettings
from gateway.storefronts.stores import credential_name
from orders.fulfilling import Shipment, ShipmentLine, ShipmentPackage
from orders.order import SalesOrder
from partners.kits import kit
from partners.partner import CreditPolicy, Storefront
from partners.profile import read_profile, write_profile
from store import events, orders, parked
from store.parked import Parked
from tests.contract.test_operations import work
from tests.factories import NOON
from tests.lab.shops.serving import Shop, serving
from tests.lab.shops.shopify import ShopifyShop
from tests.lab.shops.walmart import WalmartShop
from tests.lab.shops.woocommerce import WooCommerceShop

ANN = Hand("ann")
OUTBOUND = OutboundSettings.model_validate({"allow": ["127.0.0.1"], "timeout_s": 5})
KITS = {"woocommerce": "woocommerce-store", "shopify": "shopify-store", "walmart": "walmart-marketplace"}


@dataclass
class Trade:
    """A box with one store, and the order of its kit's sample."""

    road: Road
    shop: Any
    partner: str

    def arrives(self, body: bytes = b"", name: str = "order.json") -> SalesOrder:
        """The store's order, from its bytes to the dock."""
        crossing = Crossing(f"folder:{self.partner}", name, name, self.road.clock())
        receive(self.road, body or self.sample, crossing)
        work(self.road)
        return self.order()

    @property
    def sample(self) -> bytes:
        return kit(KITS[self.partner]).samples[0].data

    def order(self) -> SalesOrder:
        with self.road.database.read() as conn:
            (row,) = orders.listed(conn)
            return orders.order_by_id(conn, row.order_id)

    def ships(self, number: str, *parts: tuple[int, int], tracking: str = "") -> SalesOrder:
        """Pieces of lines leave, in one carton; the tracking number is the shipment's unless told."""
        package = ShipmentPackage(package="1", tracking_number=tracking or f"1Z{number}")
        lines = tuple(ShipmentLine(line_no=no, quantity=Decimal(pieces), package="1") for no, pieces in parts)
        shipment = Shipment(shipment_id=number, shipped_at=NOON, lines=lines, packages=(package,), carrier_scac="UPSN")
        clerk.ship_order(self.road, self.order().order_number, shipment, ANN)
        work(self.road)
        return self.order()

    def told(self) -> list[str]:
        """What the order's timeline has of the store."""
        with self.road.database.read() as conn:
            found = events.order_timeline(conn, self.order().order_id)
        return [one.note for one in found if one.what == "store.told"]

    def parked(self) -> list[Parked]:
        with self.road.database.read() as conn:
            return list(parked.parked_messages(conn))


def a_shop(kind: str) -> Shop:
    """A store that has the order of the kit's sample."""
    if kind == "woocommerce":
        woo = WooCommerceShop()
        woo.add("5127")
        return woo
    if kind == "walmart":
        walmart = WalmartShop()
        walmart.add("1820557340111", {"1": 1, "2": 4})
        return walmart
    shopify = ShopifyShop(client="client")
    shopify.add("6820982911946154508", {"16842341237104": 2, "16842341269872": 1})
    return shopify


def account(shop: Any) -> str:
    return str(getattr(shop, "key", "") or getattr(shop, "client", ""))


@contextmanager
def trading(road: Road, kind: str, tmp_path: Path, shop: Any = None, **terms: Any) -> Iterator[Trade]:
    """The box with the kit's partner; its orders are paid for, and not credit-checked."""
    shop = shop or a_shop(kind)
    road = replace(road, settings=road.settings.model_copy(update={"outbound": OUTBOUND}))
    chosen = kit(KITS[kind])
    profile = read_profile(chosen.profile)
    with serving(shop):
        review = terms.pop("review", profile.review)
        assert profile.storefront
        known = profile.storefront.model_dump(exclude_defaults=True)
        front = Storefront.model_validate(known | {"url": shop.url, "account": account(shop)} | terms)
        profile = profile.model_copy(
            update={"storefront": front, "customer": "C-1001", "credit": CreditPolicy(check=False), "review": review}
        )
        files = [tmp_path / "partner.toml", *(tmp_path / f"{no}.map.toml" for no, _ in enumerate(chosen.maps))]
        for path, text in zip(files, (write_profile(profile), *chosen.maps), strict=True):
            path.write_text(text, "utf-8")
        import_files(road, files, "test")
        road.settings.keep_credential(credential_name(profile.partner), shop.secret)
        yield Trade(road, shop, profile.partner)


def shipped_in(shop: Any) -> dict[str, int]:
    """What a store has as shipped: pieces by tracking number; WooCommerce counts none."""
    if isinstance(shop, WooCommerceShop):
        metas = [meta for order in shop.orders.values() for meta in order["meta_data"]]
        return {item["tracking_number"]: 0 for meta in metas for item in meta["value"]}
    found: dict[str, int] = {}
    if isinstance(shop, WalmartShop):
        for order in shop.orders.values():
            for one in (one for each in order.values() for one in each["shipped"]):
                number = one["info"]["trackingNumber"]
                found[number] = found.get(number, 0) + one["amount"]
        return found
    for order in shop.orders.values():
        for one in order.fulfillments:
            found[one["tracking"]["number"]] = found.get(one["tracking"]["number"], 0) + one["pieces"]
    return found


def heard(shop: Any) -> list[str]:
    """The answers a store has heard, in its own words."""
    if isinstance(shop, WooCommerceShop):
        return [note["note"] for notes in shop.notes.values() for note in notes if not note["customer_note"]]
    if isinstance(shop, WalmartShop):
        return sorted({one["state"] for order in shop.orders.values() for one in order.values()})
    return [tag for order in shop.orders.values() for tag in order.tags]


def is_cancelled(shop: Any) -> bool:
    """Whether the store has its one order as cancelled."""
    (order,) = shop.orders.values()
    if isinstance(shop, WooCommerceShop):
        return bool(order["status"] == "cancelled")
    if isinstance(shop, WalmartShop):
        return all(one["cancelled"] for one in order.values())
    return bool(order.cancelled)
