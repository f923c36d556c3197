"""A WooCommerce shop as far as we call it: orders, notes, meta, the status; HTTP Basic with a consumer key."""

from __future__ import annotations

import base64
import itertools
from dataclasses import dataclass, field
from typing import Any

from tests.lab.shops.serving import Asked, Said, Shop

API = "/wp-json/wc/v3/"
STATUSES = {"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed"}


@dataclass
class WooCommerceShop(Shop):
    """``orders`` by id, ``notes`` by order, newest first as Woo lists them."""

    key: str = "ck_test"
    secret: str = "cs_test"
    orders: dict[str, dict[str, Any]] = field(default_factory=dict)
    notes: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    mails: list[str] = field(default_factory=list)
    """What buyers were written."""
    _ids: Any = field(default_factory=lambda: itertools.count(1000))

    def add(self, order_id: str) -> None:
        """An order that was paid."""
        self.orders[order_id] = {"id": int(order_id), "status": "processing", "meta_data": []}
        self.notes[order_id] = []

    def answer(self, asked: Asked) -> Said:
        wanted = "Basic " + base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        if asked.headers.get("authorization") != wanted:
            return Said(401, {"code": "woocommerce_rest_cannot_view", "message": "Sorry, you cannot view this."})
        if not asked.path.startswith(API):
            return Said(404, {"code": "rest_no_route"})
        way = asked.path.removeprefix(API).split("/")
        if way == ["orders"] and asked.method == "GET":
            return Said(200, list(self.orders.values())[:1], {"X-WP-Total": str(len(self.orders))})
        if way[0] != "orders" or way[1] not in self.orders:
            return Said(404, {"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."})
        if way[2:] == ["notes"]:
            return self._note(way[1], asked)
        return self._order(way[1], asked)

    def _note(self, order_id: str, asked: Asked) -> Said:
        if asked.method == "GET":
            return Said(200, self.notes[order_id])
        note = {"id": next(self._ids), "author": "WooCommerce", **asked.json}
        self.notes[order_id].insert(0, note)
        if note.get("customer_note"):
            self.mails.append(note["note"])
        return Said(201, note)

    def _order(self, order_id: str, asked: Asked) -> Said:
        order = self.orders[order_id]
        if asked.method == "PUT":
            status = asked.json.get("status", order["status"])
            if status not in STATUSES:
                return Said(400, {"code": "rest_invalid_param", "message": "Invalid parameter(s): status"})
            order["status"] = status
            for meta in asked.json.get("meta_data", ()):
                self._put_meta(order["meta_data"], meta)
        return Said(200, order)

    def _put_meta(self, kept: list[dict[str, Any]], meta: dict[str, Any]) -> None:
        """As ``update_meta_data``: the value of a key that is there is replaced."""
        for one in kept:
            if one["key"] == meta["key"]:
                one["value"] = meta["value"]
                return
        kept.append({"id": next(self._ids), **meta})
