"""WooCommerce, REST API v3 (developer.woocommerce.com): notes, the status of the order, and tracking numbers.

Answers are notes for the shop's people. Tracking numbers go into the order's meta where the plugins Shipment Tracking
and Advanced Shipment Tracking keep them, and into a note to the buyer; a shop without a plugin has the note. Woo knows
no shipments of parts: the order is completed once all of it has left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from gateway.storefronts.kit import Answer, Line, segment
from gateway.storefronts.words import Parcel, is_refused, sentences
from orders.document import OrderResponse

_TRACKING = "_wc_shipment_tracking_items"
_ENDED = frozenset({"completed", "cancelled", "refunded", "trash"})


class WooCommerce:
    """One store's orders."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def look(self) -> str:
        """See whether address, key and secret are good; what was found, in words."""
        answer = self._call("GET", "orders?per_page=1")
        if answer.status == 404:
            raise self._line.refused("there is no WooCommerce API v3 at this address")
        return f"{answer.headers.get('x-wp-total', 'its')} orders can be read"

    def answer(self, order_id: str, response: OrderResponse) -> str:
        """Tell our word on an order or a change; what was done, in words."""
        order = self._order(order_id)
        done = self._note(order_id, sentences(response), to_buyer=False)
        is_to_end = is_refused(response) and response.responds_to == "order"
        if not is_to_end or self._line.storefront.refused == "tell":
            return done
        if order.get("status") in _ENDED:
            return f"{done}; the order is {order['status']} there"
        self._changed(order_id, {"status": "cancelled"})
        return f"{done}; cancelled there"

    def ship(self, order_id: str, parcels: Sequence[Parcel], *, is_complete: bool) -> str:
        """Tell what has left; what was done, in words."""
        order = self._order(order_id)
        kept = _tracking_of(order)
        known = {str(one.get("tracking_number")) for one in kept}
        new = [one for one in parcels if one.number not in known]
        for parcel in new:
            text = f"Shipped with {parcel.carrier}: {parcel.number}" if parcel.carrier else f"Shipped: {parcel.number}"
            self._note(order_id, text, to_buyer=self._line.storefront.notify_buyer)
        change: dict[str, Any] = {}
        if new:
            items = [*kept, *(_item(order_id, one) for one in new)]
            change["meta_data"] = [{"key": _TRACKING, "value": items}]
        if is_complete and order.get("status") not in _ENDED:
            change["status"] = "completed"
        if change:
            self._changed(order_id, change)
        told = f"tracking {', '.join(one.number for one in new)}" if new else "it knew the tracking numbers"
        return f"{told}; completed there" if "status" in change else told

    def _order(self, order_id: str) -> dict[str, Any]:
        answer = self._call("GET", f"orders/{segment(order_id)}")
        if answer.status == 404 or not isinstance(answer.data, dict):
            raise self._line.refused(f"it knows no order {order_id}")
        return answer.data

    def _changed(self, order_id: str, change: dict[str, Any]) -> None:
        if self._call("PUT", f"orders/{segment(order_id)}", change).status == 404:
            raise self._line.refused(f"order {order_id} is gone")

    def _note(self, order_id: str, text: str, *, to_buyer: bool) -> str:
        """Put a note on the order, unless it is there: a note is known by its words."""
        path = f"orders/{segment(order_id)}/notes"
        notes = self._call("GET", path).data
        if any(isinstance(one, dict) and _plain(str(one.get("note"))) == _plain(text) for one in notes or ()):
            return "it had our note"
        self._call("POST", path, {"note": text, "customer_note": to_buyer})
        return "a note on the order"

    def _call(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {"Authorization": self._line.basic()}
        return self._line.call(method, f"/wp-json/wc/v3/{path}", json_body=body, headers=headers)


def _tracking_of(order: dict[str, Any]) -> list[dict[str, Any]]:
    """What a tracking plugin, or we, have kept in the order's meta."""
    values = [one.get("value") for one in order.get("meta_data") or () if one.get("key") == _TRACKING]
    return [item for value in values if isinstance(value, list) for item in value if isinstance(item, dict)]


def _item(order_id: str, parcel: Parcel) -> dict[str, str]:
    """A tracking number as the plugins keep it; the time is in seconds of the epoch."""
    return {
        "tracking_provider": "",
        "custom_tracking_provider": parcel.carrier,
        "custom_tracking_link": "",
        "tracking_number": parcel.number,
        "date_shipped": str(int(parcel.shipped_at.timestamp())),
        "tracking_id": hashlib.sha256(f"{order_id}/{parcel.number}".encode()).hexdigest()[:32],
    }


def _plain(text: str) -> str:
    """Words alone: Woo gives line breaks back as it likes."""
    return " ".join(text.replace("<br />", " ").replace("<br>", " ").split())
