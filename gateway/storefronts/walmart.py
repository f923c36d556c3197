"""Walmart Marketplace, Orders API v3 (developer.walmart.com): acknowledge, ship and cancel by line.

An order is acknowledged as a whole, within four hours. Lines are shipped with tracking numbers, by pieces. There is no
way to say a word about a line but to cancel it. A token of the client credentials grant is good for 15 minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from gateway.storefronts.kit import Answer, Line, new_call_id, segment
from gateway.storefronts.words import Parcel, ParcelLine, is_refused, refused_lines
from orders.document import OrderResponse

_NAMED = frozenset({"UPS", "USPS", "FedEx", "OnTrac", "DHL", "LaserShip"})
"""Carriers of ours that Walmart has on its list; the others are told as ``otherCarrier``."""
_CANCEL_REASON = "CANCEL_BY_SELLER"
_SERVICE = "Walmart Marketplace"
_METHOD = "Standard"


class Walmart:
    """One seller's orders."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def look(self) -> str:
        """See whether client id and secret are good; what was found, in words."""
        self._token()
        return "it gives a token"

    def answer(self, order_id: str, response: OrderResponse) -> str:
        """Tell our word on an order; what was done, in words."""
        lines = self._lines(order_id)
        if response.responds_to == "change":
            return "nothing: Walmart hears no answers to changes"
        refused = (
            set(lines) if is_refused(response) else {one.customer_line_ref or "" for one in refused_lines(response)}
        )
        told = []
        if not is_refused(response):
            told.append(self._acknowledged(order_id, lines))
        told += self._cancelled(order_id, [lines[ref] for ref in lines if ref in refused])
        return "; ".join(told) or "nothing: it knows"

    def ship(self, order_id: str, parcels: Sequence[Parcel], *, is_complete: bool) -> str:
        """Tell what has left; what was done, in words."""
        told = []
        for parcel in parcels:
            lines = self._lines(order_id)
            ours = [one for one in parcel.lines if one.ref in lines]
            new = [one for one in ours if parcel.number not in _tracking_of(lines[one.ref])]
            if new:
                shipped = [self._shipped_line(parcel, one) for one in new]
                self._post(order_id, "shipping", {"orderShipment": {"orderLines": {"orderLine": shipped}}})
                told.append(f"tracking {parcel.number}")
            if unknown := len(parcel.lines) - len(ours):
                told.append(f"{unknown} lines of {parcel.number} are not Walmart's")
        return "; ".join(told) or "it knew the tracking numbers"

    def _acknowledged(self, order_id: str, lines: dict[str, dict[str, Any]]) -> str:
        if not any("Created" in _statuses(line) for line in lines.values()):
            return "it was acknowledged before"
        self._post(order_id, "acknowledge", {})
        return "acknowledged"

    def _cancelled(self, order_id: str, lines: Sequence[dict[str, Any]]) -> Iterator[str]:
        """Cancel lines that are neither shipped nor cancelled, where that was agreed."""
        open_lines = [one for one in lines if not {"Shipped", "Delivered", "Cancelled"} & _statuses(one)]
        if not open_lines:
            return
        if self._line.storefront.refused == "tell":
            yield f"{len(open_lines)} refused lines are for a person: Walmart can only be told to cancel them"
            return
        cancelled = [_cancelled_line(one) for one in open_lines]
        self._post(order_id, "cancel", {"orderCancellation": {"orderLines": {"orderLine": cancelled}}})
        yield f"{len(cancelled)} lines cancelled"

    def _shipped_line(self, parcel: Parcel, line: ParcelLine) -> dict[str, Any]:
        if line.quantity != line.quantity.to_integral_value():
            raise self._line.refused(f"line {line.ref} was shipped in a fraction, {line.quantity}: it counts pieces")
        named = {"carrier": parcel.carrier} if parcel.carrier in _NAMED else {"otherCarrier": parcel.carrier or "Other"}
        status = {
            "status": "Shipped",
            "statusQuantity": {"unitOfMeasurement": "EACH", "amount": str(int(line.quantity))},
            "trackingInfo": {
                "shipDateTime": int(parcel.shipped_at.timestamp() * 1000),
                "carrierName": named,
                "methodCode": _METHOD,
                "trackingNumber": parcel.number,
            },
        }
        return {
            "lineNumber": line.ref,
            "intentToCancelOverride": False,
            "orderLineStatuses": {"orderLineStatus": [status]},
        }

    def _lines(self, order_id: str) -> dict[str, dict[str, Any]]:
        """The order's lines as Walmart has them now, by their numbers."""
        answer = self._call("GET", f"/v3/orders/{segment(order_id)}")
        order = answer.data.get("order") if isinstance(answer.data, dict) else None
        if answer.status == 404 or not isinstance(order, dict):
            raise self._line.refused(f"it knows no order {order_id}")
        return {str(one["lineNumber"]): one for one in _inside(order, "orderLines", "orderLine")}

    def _post(self, order_id: str, what: str, body: dict[str, Any]) -> None:
        if self._call("POST", f"/v3/orders/{segment(order_id)}/{what}", body).status == 404:
            raise self._line.refused(f"order {order_id} is gone")

    def _call(self, method: str, path: str, body: Any = None) -> Answer:
        headers = {**_headers(), "WM_SEC.ACCESS_TOKEN": self._token()}
        return self._line.call(method, path, json_body=body, headers=headers)

    def _token(self) -> str:
        return self._line.token(self._ask_token)

    def _ask_token(self) -> tuple[str, float]:
        headers = {**_headers(), "Authorization": self._line.basic()}
        answer = self._line.call("POST", "/v3/token", form={"grant_type": "client_credentials"}, headers=headers)
        if not isinstance(answer.data, dict) or not answer.data.get("access_token"):
            raise self._line.refused("it gave no token")
        return str(answer.data["access_token"]), float(answer.data.get("expires_in") or 0)


def _headers() -> dict[str, str]:
    return {"WM_SVC.NAME": _SERVICE, "WM_QOS.CORRELATION_ID": new_call_id()}


def _cancelled_line(line: dict[str, Any]) -> dict[str, Any]:
    amount = Decimal(str((line.get("orderLineQuantity") or {}).get("amount") or 1))
    status = {
        "status": "Cancelled",
        "cancellationReason": _CANCEL_REASON,
        "statusQuantity": {"unitOfMeasurement": "EACH", "amount": str(int(amount))},
    }
    return {"lineNumber": str(line["lineNumber"]), "orderLineStatuses": {"orderLineStatus": [status]}}


def _statuses(line: dict[str, Any]) -> set[str]:
    return {str(one.get("status")) for one in _inside(line, "orderLineStatuses", "orderLineStatus")}


def _tracking_of(line: dict[str, Any]) -> set[str]:
    found = (one.get("trackingInfo") or {} for one in _inside(line, "orderLineStatuses", "orderLineStatus"))
    return {str(one.get("trackingNumber")) for one in found}


def _inside(data: dict[str, Any], outer: str, inner: str) -> Iterable[dict[str, Any]]:
    """The list two levels down that Walmart's JSON keeps from its XML."""
    found = (data.get(outer) or {}).get(inner) or ()
    return [one for one in found if isinstance(one, dict)]
