"""A Shopify store as far as we call it: a real GraphQL engine over the part of the Admin API's schema we use.

The schema is written after shopify.dev, version 2026-10. A query that asks for what the API does not have fails here.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from graphql import GraphQLError, build_schema, graphql_sync

from tests.lab.shops.serving import Asked, Said, Shop

SCHEMA = build_schema(
    """
    type Query { shop: Shop! order(id: ID!): Order fulfillmentOrder(id: ID!): FulfillmentOrder }
    type Shop { name: String! }
    type Order {
      cancelledAt: String
      tags: [String!]!
      fulfillments(first: Int): [Fulfillment!]!
      fulfillmentOrders(first: Int, after: String): FulfillmentOrderConnection!
    }
    type Location { id: ID! }
    type FulfillmentTrackingInfo { company: String number: String url: String }
    enum FulfillmentStatus { SUCCESS CANCELLED ERROR FAILURE }
    type Fulfillment {
      id: ID! status: FulfillmentStatus! location: Location trackingInfo(first: Int): [FulfillmentTrackingInfo!]!
    }
    type PageInfo { hasNextPage: Boolean! endCursor: String }
    type FulfillmentOrderConnection { nodes: [FulfillmentOrder!]! pageInfo: PageInfo! }
    enum FulfillmentOrderStatus { OPEN IN_PROGRESS CANCELLED INCOMPLETE CLOSED SCHEDULED ON_HOLD }
    type FulfillmentOrderAssignedLocation { location: Location }
    type FulfillmentOrder {
      id: ID! status: FulfillmentOrderStatus! assignedLocation: FulfillmentOrderAssignedLocation!
      lineItems(first: Int, after: String): FulfillmentOrderLineItemConnection!
    }
    type FulfillmentOrderLineItemConnection { nodes: [FulfillmentOrderLineItem!]! pageInfo: PageInfo! }
    type FulfillmentOrderLineItem { id: ID! remainingQuantity: Int! lineItem: LineItem! }
    type LineItem { id: ID! }
    type UserError { field: [String!] message: String! }
    type Mutation {
      tagsAdd(id: ID!, tags: [String!]!): Payload
      metafieldsSet(metafields: [MetafieldsSetInput!]!): Payload
      orderCancel(orderId: ID!, reason: OrderCancelReason!, restock: Boolean!, notifyCustomer: Boolean,
        staffNote: String, refundMethod: OrderCancelRefundMethodInput): CancelPayload
      fulfillmentCreate(fulfillment: FulfillmentInput!, message: String): FulfillmentCreatePayload
    }
    type Payload { userErrors: [UserError!]! }
    type CancelPayload { orderCancelUserErrors: [UserError!]! }
    type FulfillmentCreatePayload { fulfillment: Fulfillment userErrors: [UserError!]! }
    enum OrderCancelReason { CUSTOMER DECLINED FRAUD INVENTORY OTHER STAFF }
    input OrderCancelRefundMethodInput { originalPaymentMethodsRefund: Boolean }
    input MetafieldsSetInput { ownerId: ID! namespace: String key: String! type: String value: String! }
    input FulfillmentInput {
      lineItemsByFulfillmentOrder: [FulfillmentOrderLineItemsInput!]!
      notifyCustomer: Boolean trackingInfo: FulfillmentTrackingInput
    }
    input FulfillmentOrderLineItemsInput {
      fulfillmentOrderId: ID! fulfillmentOrderLineItems: [FulfillmentOrderLineItemInput!]
    }
    input FulfillmentOrderLineItemInput { id: ID! quantity: Int! }
    input FulfillmentTrackingInput { company: String number: String numbers: [String!] url: String }
    """
)
GID = "gid://shopify/"


@dataclass
class _Order:
    cancelled: bool = False
    tags: list[str] = field(default_factory=list)
    metafields: dict[str, str] = field(default_factory=dict)
    places: list[dict[str, Any]] = field(default_factory=list)
    fulfillments: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class ShopifyShop(Shop):
    """``orders`` by id. ``page`` is the most that a page of a connection has here, to see that all are asked for."""

    client: str = ""
    secret: str = "shpat_test"
    orders: dict[str, _Order] = field(default_factory=dict)
    page: int = 250
    mails: int = 0
    throttle: int = 0
    """How many more calls are answered that the points are used up."""
    _ids: Any = field(default_factory=lambda: itertools.count(7000))
    _token: str = ""

    def add(self, order_id: str, *places: dict[str, int]) -> None:
        """An order, whose lines are kept in some places: pieces by the id of the line."""
        order = _Order()
        for number, lines in enumerate(places, 1):
            items = [
                {
                    "id": f"{GID}FulfillmentOrderLineItem/{next(self._ids)}",
                    "left": left,
                    "line": f"{GID}LineItem/{line}",
                }
                for line, left in lines.items()
            ]
            place = {"id": f"{GID}FulfillmentOrder/{next(self._ids)}", "location": f"{GID}Location/{number}"}
            order.places.append({**place, "items": items})
        self.orders[order_id] = order

    def answer(self, asked: Asked) -> Said:
        if asked.path == "/admin/oauth/access_token":
            wanted = {"grant_type": "client_credentials", "client_id": self.client, "client_secret": self.secret}
            if asked.form != wanted:
                return Said(401, {"error": "invalid_client"})
            self._token = f"token-{next(self._ids)}"
            return Said(200, {"access_token": self._token, "scope": "write_orders", "expires_in": 86399})
        if asked.path != "/admin/api/2026-10/graphql.json":
            return Said(404, {"errors": "Not Found"})
        if asked.headers.get("x-shopify-access-token") != (self._token if self.client else self.secret):
            return Said(401, {"errors": "[API] Invalid API key or access token"})
        if self.throttle:
            self.throttle -= 1
            cost = {"requestedQueryCost": 40, "throttleStatus": {"currentlyAvailable": 10, "restoreRate": 100}}
            errors = [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}]
            return Said(200, {"errors": errors, "extensions": {"cost": cost}})
        result = graphql_sync(SCHEMA, asked.json["query"], _Root(self), variable_values=asked.json["variables"])
        errors = [{"message": one.message} for one in result.errors or ()]
        return Said(200, {"data": result.data, **({"errors": errors} if errors else {})})

    def pages(self, items: list[Any], first: int, after: str | None) -> dict[str, Any]:
        """One page of a connection."""
        start, size = int(after or 0), min(first, self.page)
        has_more = start + size < len(items)
        return {
            "nodes": items[start : start + size],
            "pageInfo": {"hasNextPage": has_more, "endCursor": str(start + size) if has_more else None},
        }


class _Root:
    """The resolvers: what a query or mutation of the schema does."""

    def __init__(self, shop: ShopifyShop) -> None:
        self._shop = shop

    def shop(self, _info: Any) -> dict[str, str]:
        return {"name": "Private shop"}

    def order(self, _info: Any, id: str) -> dict[str, Any] | None:
        order = self._shop.orders.get(id.removeprefix(f"{GID}Order/"))
        if order is None:
            return None
        return {
            "cancelledAt": "2026-03-02T00:00:00Z" if order.cancelled else None,
            "tags": order.tags,
            "fulfillments": lambda _info, first: order.fulfillments[:first],
            "fulfillmentOrders": lambda _info, first, after=None: self._shop.pages(
                [self._place(one) for one in order.places], first, after
            ),
        }

    def fulfillmentOrder(self, _info: Any, id: str) -> dict[str, Any]:  # noqa: N802 - the API's names
        return self._place(self._found(id))

    def tagsAdd(self, _info: Any, id: str, tags: list[str]) -> dict[str, Any]:  # noqa: N802
        order = self._shop.orders[id.removeprefix(f"{GID}Order/")]
        order.tags += [one for one in tags if one not in order.tags]
        return _errors("a tag has 40 characters at most" if any(len(one) > 40 for one in tags) else None)

    def metafieldsSet(self, _info: Any, metafields: list[dict[str, str]]) -> dict[str, Any]:  # noqa: N802
        for one in metafields:
            order = self._shop.orders[one["ownerId"].removeprefix(f"{GID}Order/")]
            order.metafields[f"{one['namespace']}.{one['key']}"] = one["value"]
        return _errors(None)

    def orderCancel(self, _info: Any, orderId: str, notifyCustomer: bool, **_: Any) -> dict[str, Any]:  # noqa: N802, N803
        order = self._shop.orders[orderId.removeprefix(f"{GID}Order/")]
        problem = "Cannot cancel an order that was cancelled" if order.cancelled else None
        order.cancelled = True
        self._shop.mails += notifyCustomer
        return {"orderCancelUserErrors": _errors(problem)["userErrors"]}

    def fulfillmentCreate(self, _info: Any, fulfillment: dict[str, Any]) -> dict[str, Any]:  # noqa: N802
        wanted = fulfillment["lineItemsByFulfillmentOrder"]
        places = [self._found(one["fulfillmentOrderId"]) for one in wanted]
        if len({place["location"] for place in places}) > 1:
            return _errors("All fulfillment orders must be assigned to the same location")
        for place, one in zip(places, wanted, strict=True):
            left = {item["id"]: item for item in place["items"]}
            for item in one["fulfillmentOrderLineItems"]:
                if item["quantity"] > left[item["id"]]["left"]:
                    return _errors("Invalid fulfillment order line item quantity requested.")
                left[item["id"]]["left"] -= item["quantity"]
        made = {
            "id": f"{GID}Fulfillment/{next(self._shop._ids)}",
            "status": "SUCCESS",
            "location": {"id": places[0]["location"]},
            "trackingInfo": lambda _info, first: [fulfillment["trackingInfo"]][:first],
            "tracking": fulfillment["trackingInfo"],
            "pieces": sum(item["quantity"] for one in wanted for item in one["fulfillmentOrderLineItems"]),
        }
        order = next(one for one in self._shop.orders.values() if any(place is places[0] for place in one.places))
        order.fulfillments.append(made)
        self._shop.mails += bool(fulfillment.get("notifyCustomer"))
        return {"fulfillment": made, **_errors(None)}

    def _found(self, place_id: str) -> dict[str, Any]:
        every = (place for order in self._shop.orders.values() for place in order.places)
        for place in every:
            if place["id"] == place_id:
                return place
        raise GraphQLError("invalid id")

    def _place(self, place: dict[str, Any]) -> dict[str, Any]:
        items = [
            {"id": one["id"], "remainingQuantity": one["left"], "lineItem": {"id": one["line"]}}
            for one in place["items"]
        ]
        return {
            "id": place["id"],
            "status": "OPEN" if any(one["left"] for one in place["items"]) else "CLOSED",
            "assignedLocation": {"location": {"id": place["location"]}},
            "lineItems": lambda _info, first, after=None: self._shop.pages(items, first, after),
        }


def _errors(problem: str | None) -> dict[str, Any]:
    return {"userErrors": [{"field": None, "message": problem}] if problem else []}
