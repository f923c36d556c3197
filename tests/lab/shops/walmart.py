"""Walmart's Orders API as far as we call it: a token, acknowledge, shipping and cancel by line; pieces are counted."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

from tests.lab.shops.serving import Asked, Said, Shop


@dataclass
class WalmartShop(Shop):
    """``lines`` by order and line number: pieces by status, and the tracking numbers of what was shipped."""

    client: str = "client"
    secret: str = "secret"
    orders: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    token_s: int = 900

    def add(self, order_id: str, lines: dict[str, int]) -> None:
        """An order that was released to the seller: how many pieces each line is."""
        self.orders[order_id] = {
            number: {"amount": amount, "left": amount, "state": "Created", "shipped": [], "cancelled": 0}
            for number, amount in lines.items()
        }

    def answer(self, asked: Asked) -> Said:
        if not asked.headers.get("wm_qos.correlation_id") or not asked.headers.get("wm_svc.name"):
            return _error(400, "INVALID_REQUEST_HEADER", "WM_QOS.CORRELATION_ID and WM_SVC.NAME are needed")
        if asked.path == "/v3/token":
            return self._token(asked)
        if asked.headers.get("wm_sec.access_token") not in self.tokens:
            return _error(401, "UNAUTHORIZED.GMP_GATEWAY_API", "Unauthorized token")
        way = asked.path.removeprefix("/v3/orders/").split("/")
        if way[0] not in self.orders:
            return _error(404, "INVALID_REQUEST_CONTENT.GMP_ORDER_API", "Unable to find purchase order")
        lines = self.orders[way[0]]
        if way[1:] == ["acknowledge"]:
            for line in lines.values():
                line["state"] = "Acknowledged"
        elif way[1:] == ["shipping"]:
            problem = self._ship(lines, asked.json["orderShipment"]["orderLines"]["orderLine"])
            if problem:
                return problem
        elif way[1:] == ["cancel"]:
            for one in asked.json["orderCancellation"]["orderLines"]["orderLine"]:
                line = lines[one["lineNumber"]]
                (status,) = one["orderLineStatuses"]["orderLineStatus"]
                line["cancelled"], line["left"] = int(status["statusQuantity"]["amount"]), 0
        return Said(200, {"order": self._shown(way[0])})

    def _token(self, asked: Asked) -> Said:
        wanted = "Basic " + base64.b64encode(f"{self.client}:{self.secret}".encode()).decode()
        if asked.headers.get("authorization") != wanted or asked.form != {"grant_type": "client_credentials"}:
            return _error(401, "UNAUTHORIZED.GMP_GATEWAY_API", "Client ID is invalid")
        token = f"token-{len(self.tokens) + 1}"
        self.tokens.add(token)
        return Said(200, {"access_token": token, "token_type": "Bearer", "expires_in": self.token_s})

    @staticmethod
    def _ship(lines: dict[str, dict[str, Any]], shipped: list[dict[str, Any]]) -> Said | None:
        for one in shipped:
            line = lines[one["lineNumber"]]
            if line["state"] != "Acknowledged":
                return _error(400, "INVALID_REQUEST_CONTENT.GMP_ORDER_API", "acknowledge the order first")
            for status in one["orderLineStatuses"]["orderLineStatus"]:
                info, amount = status["trackingInfo"], int(status["statusQuantity"]["amount"])
                if amount > line["left"] or len(info["carrierName"]) != 1 or len(str(info["shipDateTime"])) != 13:
                    return _error(400, "INVALID_REQUEST_CONTENT.GMP_ORDER_API", f"line {one['lineNumber']} is wrong")
                line["left"] -= amount
                line["shipped"].append({"amount": amount, "info": info})
        return None

    def _shown(self, order_id: str) -> dict[str, Any]:
        return {
            "purchaseOrderId": order_id,
            "orderLines": {"orderLine": [_line(number, line) for number, line in self.orders[order_id].items()]},
        }


def _line(number: str, line: dict[str, Any]) -> dict[str, Any]:
    statuses = [{"status": "Shipped", **_pieces(one["amount"]), "trackingInfo": one["info"]} for one in line["shipped"]]
    if line["cancelled"]:
        statuses.append({"status": "Cancelled", **_pieces(line["cancelled"])})
    if line["left"]:
        statuses.append({"status": line["state"], **_pieces(line["left"])})
    return {
        "lineNumber": number,
        "orderLineQuantity": {"unitOfMeasurement": "EACH", "amount": str(line["amount"])},
        "orderLineStatuses": {"orderLineStatus": statuses},
    }


def _pieces(amount: int) -> dict[str, Any]:
    return {"statusQuantity": {"unitOfMeasurement": "EACH", "amount": str(amount)}}


def _error(status: int, code: str, info: str) -> Said:
    return Said(status, {"errors": {"error": [{"code": code, "info": info, "severity": "ERROR"}]}})
