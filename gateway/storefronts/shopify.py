"""Shopify, Admin API in GraphQL (shopify.dev): a tag and a metafield with our word, a fulfillment for each parcel.

An app of the Dev Dashboard has a client id and a secret, and gets a token for 24 hours (client credentials grant);
without a client id the secret is a token itself. What may still be fulfilled is in the order's *fulfillment orders*,
one or more for each place goods leave from; a fulfillment holds lines of one place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from gateway.storefronts.kit import Line
from gateway.storefronts.words import Parcel, is_refused, sentences, verdict
from orders.document import OrderResponse

VERSION = "2026-10"
"""Of the API; a version is served for a year."""
_NAMESPACE = "dockgate"
_OPEN = frozenset({"OPEN", "IN_PROGRESS"})
_UNDONE = frozenset({"CANCELLED", "ERROR", "FAILURE"})

LOOK = "query { shop { name } }"
ORDER = """
query Order($id: ID!, $after: String) {
  order(id: $id) {
    cancelledAt
    fulfillments(first: 250) { status location { id } trackingInfo(first: 20) { number } }
    fulfillmentOrders(first: 50, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id status assignedLocation { location { id } } }
    }
  }
}
"""
LINES = """
query Lines($id: ID!, $after: String) {
  fulfillmentOrder(id: $id) {
    lineItems(first: 100, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id remainingQuantity lineItem { id } }
    }
  }
}
"""
SAY = """
mutation Say($id: ID!, $tags: [String!]!, $metafields: [MetafieldsSetInput!]!) {
  tagsAdd(id: $id, tags: $tags) { userErrors { field message } }
  metafieldsSet(metafields: $metafields) { userErrors { field message } }
}
"""
CANCEL = """
mutation Cancel($id: ID!, $notify: Boolean, $staffNote: String) {
  orderCancel(orderId: $id, reason: OTHER, restock: true, notifyCustomer: $notify, staffNote: $staffNote,
              refundMethod: {originalPaymentMethodsRefund: true}) {
    orderCancelUserErrors { field message }
  }
}
"""
FULFIL = """
mutation Fulfil($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    fulfillment { id }
    userErrors { field message }
  }
}
"""


@dataclass
class _Part:
    """One line in one fulfillment order, and how many of it may still be fulfilled there."""

    fulfillment_order: str
    location: str
    item: str
    left: int


class Shopify:
    """One store's orders."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def look(self) -> str:
        """See whether address, account and secret are good; what was found, in words."""
        return f"the store calls itself {self._ask(LOOK, {})['shop']['name']}"

    def answer(self, order_id: str, response: OrderResponse) -> str:
        """Tell our word on an order or a change; what was done, in words."""
        order = self._order(order_id)
        text = {"namespace": _NAMESPACE, "key": "answer", "type": "multi_line_text_field", "value": sentences(response)}
        metafields = [{"ownerId": _gid("Order", order_id), **text}]
        tags = [f"Dockgate: {verdict(response)}"]
        self._ask(SAY, {"id": _gid("Order", order_id), "tags": tags, "metafields": metafields})
        is_to_end = is_refused(response) and response.responds_to == "order"
        if not is_to_end or self._line.storefront.refused == "tell":
            return f"a tag and a metafield: {verdict(response)}"
        if order["cancelledAt"]:
            return f"a tag and a metafield: {verdict(response)}; it was cancelled there before"
        notify = self._line.storefront.notify_buyer
        self._ask(CANCEL, {"id": _gid("Order", order_id), "notify": notify, "staffNote": sentences(response)[:255]})
        return f"a tag and a metafield: {verdict(response)}; cancelled there, and refunded"

    def ship(self, order_id: str, parcels: Sequence[Parcel], *, is_complete: bool) -> str:
        """Tell what has left; what was done, in words."""
        order = self._order(order_id)
        known = set(_known(order))
        parts = self._parts(order["fulfillmentOrders"])
        told = []
        for parcel in parcels:
            done = {location for number, location in known if number == parcel.number}
            wanted = _placed(parcel, parts, done, self._line)
            for orders in wanted.values():
                self._ask(FULFIL, {"fulfillment": self._fulfillment(parcel, orders)})
            if wanted:
                told.append(f"tracking {parcel.number}")
            elif not done:
                told.append(f"nothing of {parcel.number}: the store has nothing left to fulfil for its lines")
        return "; ".join(told) or "it knew the tracking numbers"

    def _fulfillment(self, parcel: Parcel, orders: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
        return {
            "notifyCustomer": self._line.storefront.notify_buyer,
            "trackingInfo": {"number": parcel.number, "company": parcel.carrier or None},
            "lineItemsByFulfillmentOrder": [
                {"fulfillmentOrderId": one, "fulfillmentOrderLineItems": items} for one, items in orders.items()
            ],
        }

    def _order(self, order_id: str) -> dict[str, Any]:
        """The order with all its fulfillment orders, in one list."""
        found: dict[str, Any] = {}
        nodes: list[dict[str, Any]] = []
        after = None
        while True:
            found = self._ask(ORDER, {"id": _gid("Order", order_id), "after": after})["order"]
            if found is None:
                raise self._line.refused(f"it knows no order {order_id}")
            page = found["fulfillmentOrders"]
            nodes += page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return {**found, "fulfillmentOrders": nodes}
            after = page["pageInfo"]["endCursor"]

    def _parts(self, orders: Sequence[dict[str, Any]]) -> dict[str, list[_Part]]:
        """Where lines are fulfilled, by the store's id of the line."""
        found: dict[str, list[_Part]] = {}
        for one in orders:
            location = _location(one.get("assignedLocation"))
            for item in self._items(one["id"]):
                left = int(item["remainingQuantity"]) if one["status"] in _OPEN else 0
                part = _Part(one["id"], location, item["id"], left)
                found.setdefault(_plain_id(item["lineItem"]["id"]), []).append(part)
        return found

    def _items(self, fulfillment_order: str) -> Iterator[dict[str, Any]]:
        after = None
        while True:
            page = self._ask(LINES, {"id": fulfillment_order, "after": after})["fulfillmentOrder"]["lineItems"]
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def _ask(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        headers = {"X-Shopify-Access-Token": self._token()}
        path = f"/admin/api/{VERSION}/graphql.json"
        answer = self._line.call("POST", path, json_body={"query": query, "variables": variables}, headers=headers)
        data = answer.data if isinstance(answer.data, dict) else {}
        if errors := data.get("errors"):
            if "THROTTLED" in str(errors):
                raise self._line.later(_restored_s(data))
            raise self._line.refused(_messages(errors))
        if not isinstance(data.get("data"), dict):
            raise self._line.refused(f"{answer.status}: there is no Admin API {VERSION} at this address")
        for payload in data["data"].values():
            for name in ("userErrors", "orderCancelUserErrors"):
                if isinstance(payload, dict) and payload.get(name):
                    raise self._line.refused(_messages(payload[name]))
        return dict(data["data"])

    def _token(self) -> str:
        return self._line.token(self._ask_token) if self._line.storefront.account else self._line.secret

    def _ask_token(self) -> tuple[str, float]:
        form = {"grant_type": "client_credentials", "client_id": self._line.storefront.account}
        form["client_secret"] = self._line.secret
        answer = self._line.call("POST", "/admin/oauth/access_token", form=form)
        if not isinstance(answer.data, dict) or not answer.data.get("access_token"):
            raise self._line.refused("it gave no token")
        return str(answer.data["access_token"]), float(answer.data.get("expires_in") or 0)


def _placed(
    parcel: Parcel, parts: Mapping[str, list[_Part]], done: Collection[str], line: Line
) -> dict[str, dict[str, list[dict[str, Any]]]]:
    """Which pieces of a parcel are fulfilled where: by location, then by fulfillment order. What is left shrinks.

    Locations in ``done`` have a fulfillment for the parcel: a line that is kept there is told already.
    """
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for one in parcel.lines:
        if one.quantity != one.quantity.to_integral_value():
            raise line.refused(f"line {one.ref} was shipped in a fraction, {one.quantity}: it counts pieces")
        wanted = int(one.quantity)
        places = parts.get(one.ref, ())
        if any(part.location in done for part in places):
            continue
        for part in places:
            if taken := min(wanted, part.left):
                items = found.setdefault(part.location, {}).setdefault(part.fulfillment_order, [])
                items.append({"id": part.item, "quantity": taken})
                part.left -= taken
                wanted -= taken
    return found


def _known(order: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for one in order["fulfillments"]:
        if one["status"] in _UNDONE:
            continue
        for tracking in one["trackingInfo"]:
            yield str(tracking["number"]), _location(one)


def _location(holder: dict[str, Any] | None) -> str:
    return str(((holder or {}).get("location") or {}).get("id") or "")


def _gid(kind: str, order_id: str) -> str:
    """The global id: webhooks and files have the plain one."""
    return order_id if order_id.startswith("gid://") else f"gid://shopify/{kind}/{order_id}"


def _plain_id(gid: str) -> str:
    return gid.rpartition("/")[2]


def _messages(errors: Any) -> str:
    listed = errors if isinstance(errors, list) else [errors]
    return "; ".join(str(one.get("message", one)) if isinstance(one, dict) else str(one) for one in listed)


def _restored_s(data: dict[str, Any]) -> float | None:
    """Seconds until the points are there that the query costs."""
    cost = (data.get("extensions") or {}).get("cost") or {}
    status = cost.get("throttleStatus") or {}
    rate = Decimal(str(status.get("restoreRate") or 0))
    if not rate:
        return None
    missing = Decimal(str(cost.get("requestedQueryCost") or 0)) - Decimal(str(status.get("currentlyAvailable") or 0))
    return float(max(missing, Decimal(1)) / rate)
