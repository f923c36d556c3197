"""The document carries every field of the order model, and says what is still missing."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from pydantic import ValidationError

from orders import document as model
from orders.document import Address, Content, Party, PurchaseOrder, missing_to_approve
from orders.values import PartyRole
from tests import factories

FIELD_LIST = Path(__file__).with_name("fields.txt")


def every_field() -> set[str]:
    parts = [part for part in vars(model).values() if isinstance(part, type) and issubclass(part, Content)]
    return {name for part in parts for name in part.model_fields}


def test_every_field_of_the_order_model_is_there() -> None:
    wanted = set(FIELD_LIST.read_text("ascii").split())
    assert len(wanted) > 300
    assert wanted - every_field() == set()


def test_every_field_of_the_purchase_order_says_what_it_means() -> None:
    silent = [
        name
        for part in (PurchaseOrder, model.Line, model.Schedule, Party, Address, model.OrderControl)
        for name, field in part.model_fields.items()
        if not field.description and name not in {"kind"} and part is not model.OrderControl
    ]
    assert silent == []


def test_unknown_key_is_refused() -> None:
    with pytest.raises(ValidationError, match="Extra inputs"):
        PurchaseOrder.model_validate({"customer_po": "1"})


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "1e400"])
def test_amounts_that_are_no_numbers_are_refused(amount: str) -> None:
    with pytest.raises(ValidationError):
        PurchaseOrder.model_validate({"grand_total": amount})


def test_decimals_are_strings_on_our_json_and_read_back_exactly() -> None:
    order = factories.purchase_order(grand_total=Decimal("1234.50"))
    text = order.model_dump_json(exclude_none=True)
    assert '"grand_total":"1234.50"' in text
    assert PurchaseOrder.model_validate_json(text) == order


def test_time_without_an_offset_is_refused() -> None:
    with pytest.raises(ValidationError, match="offset"):
        PurchaseOrder.model_validate({"received_at": "2026-03-02T12:00:00"})


def test_json_schema_can_be_published() -> None:
    schema = PurchaseOrder.model_json_schema()
    assert schema["properties"]["customer_po_number"]["needed_to"] == "approve"


def test_complete_order_misses_nothing_before_approval() -> None:
    order = factories.entered().order.content
    assert list(missing_to_approve(order)) == []


def test_what_is_missing_before_approval_is_named_by_path() -> None:
    party = factories.ship_to(address=Address(line1="1 Dock Road"))
    order = factories.purchase_order(customer_po_number=None, parties=(party,), lines=())
    missing = set(missing_to_approve(order))
    assert {"customer_po_number", "parties.ship_to.address.city", "lines", "payment_terms"} <= missing


def test_order_without_ship_to_says_so() -> None:
    order = factories.purchase_order(parties=(Party(role=PartyRole.BUYER),))
    assert "parties.ship_to" in list(missing_to_approve(order))


def test_copy_knows_what_was_filled_and_leaves_the_first_as_it_was() -> None:
    order = factories.purchase_order()
    copied = order.model_copy(update={"rush": True})
    assert (order.rush, copied.rush) == (None, True)
    assert copied.model_fields_set == order.model_fields_set | {"rush"}
    assert copied == PurchaseOrder.model_validate(order.model_dump() | {"rush": True})
    assert order.model_copy(deep=True) == order
