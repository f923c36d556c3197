"""The order's life: what each verb does, and what the table forbids."""

from __future__ import annotations

import itertools
from dataclasses import replace
from decimal import Decimal

import pytest

from orders import desk
from orders.completing import completed
from orders.credit import CreditDecision, credit_decision
from orders.credit_account import account_of
from orders.credit_case import Standing
from orders.credit_policy import CreditRules
from orders.diff import differences, fingerprint
from orders.document import Identifier, PartCrossReference
from orders.masters import Catalogue
from orders.order import SalesOrder, UnknownHold
from orders.outcome import Change
from orders.rules import Stop
from orders.values import CreditState, FulfilmentState, HoldKind, OrderState, Severity
from tests import factories
from tests.factories import NOON

CREDIT_STOP = Stop(HoldKind.CREDIT, "C1", "limit exceeded")
REVIEW_STOP = Stop(HoldKind.REVIEW, "R1", "price differs")
_ids = itertools.count()


def new_id() -> str:
    return f"H-{next(_ids)}"


def checked(*stops: Stop, order: SalesOrder | None = None) -> Change:
    credit_stops = tuple(stop for stop in stops if stop.kind is HoldKind.CREDIT)
    is_held = any(stop.severity is Severity.HOLD for stop in credit_stops)
    credit = CreditDecision(CreditState.HOLD if is_held else CreditState.OK, credit_stops, {"exposure": "1"})
    others = tuple(stop for stop in stops if stop.kind is HoldKind.REVIEW)
    return desk.check(order or factories.entered().order, credit, others, NOON, new_id)


def test_document_becomes_a_validated_order_with_our_prices_and_totals() -> None:
    change = factories.entered()
    order = change.order
    assert order.order_state is OrderState.VALIDATED
    assert order.content.grand_total == Decimal("92.50")
    assert order.content.payment_terms == "NET30"
    assert order.content.provenance["payment_terms"] == "customer record C-1001"
    assert change.is_new_content


def test_address_on_file_is_taken_when_the_customer_sends_only_a_code() -> None:
    document = factories.purchase_order(parties=(factories.ship_to(name=None, address=None),))
    ship_to = completed(document, factories.places("0042"), factories.customer()).parties[0]
    assert (ship_to.name, ship_to.party_ref) == ("Store on file", "C-1001/0042")
    assert ship_to.address is not None
    assert ship_to.address.city == "Dayton"


def test_address_the_customer_sent_is_not_overwritten() -> None:
    ship_to = completed(factories.purchase_order(), factories.places("0042"), factories.customer()).parties[0]
    assert ship_to.address is not None
    assert ship_to.address.city == "Toledo"


def test_what_the_customer_sent_is_never_overwritten() -> None:
    document = factories.purchase_order(payment_terms="THEIRS", net_days=0)
    content = completed(document, factories.catalogue(), factories.customer())
    assert (content.payment_terms, content.net_days) == ("THEIRS", 0)


def test_order_with_no_hold_goes_straight_to_the_dock() -> None:
    change = checked()
    assert change.order.order_state is OrderState.RELEASED
    assert change.order.fulfilment_state is FulfilmentState.RELEASED
    assert [event.what for event in change.events] == ["order.approved", "order.released"]


def test_credit_hold_stops_the_order_before_review() -> None:
    change = checked(CREDIT_STOP, REVIEW_STOP)
    assert change.order.order_state is OrderState.IN_CREDIT
    assert [hold.rule for hold in change.order.open_holds()] == ["C1", "R1"]
    assert change.order.credit_snapshot == {"exposure": "1"}


def test_credit_note_stops_nothing_and_is_told() -> None:
    change = checked(replace(CREDIT_STOP, severity=Severity.NOTE, rule="C2"))
    assert change.order.order_state is OrderState.RELEASED
    assert [event.note for event in change.events if event.what == "credit.noted"] == ["C2: limit exceeded"]


def test_note_stops_nothing() -> None:
    change = checked(replace(REVIEW_STOP, severity=Severity.NOTE))
    assert change.order.order_state is OrderState.RELEASED
    assert [result.severity for result in change.order.review_results] == [Severity.NOTE]


def test_order_goes_on_only_when_the_last_hold_is_released() -> None:
    held = checked(CREDIT_STOP, REVIEW_STOP).order
    first = desk.release_holds(held, HoldKind.CREDIT, "ann", "paid", NOON).order
    assert (first.order_state, first.credit_state) == (OrderState.IN_REVIEW, CreditState.WAIVED)
    second = desk.release_holds(first, HoldKind.REVIEW, "bob", "", NOON).order
    assert second.order_state is OrderState.RELEASED
    assert [(hold.released_by, hold.release_note) for hold in second.holds] == [("ann", "paid"), ("bob", None)]


def test_releasing_without_an_open_hold_says_so() -> None:
    with pytest.raises(UnknownHold, match="no open credit hold"):
        desk.release_holds(checked(REVIEW_STOP).order, HoldKind.CREDIT, "ann", "", NOON)


def test_test_order_stops_before_the_dock() -> None:
    order = factories.entered(test_indicator=True).order
    change = checked(order=order)
    assert change.order.order_state is OrderState.APPROVED
    assert "order.released" not in [event.what for event in change.events]


def test_test_order_does_not_reach_the_dock_by_releasing_its_hold_either() -> None:
    held = checked(CREDIT_STOP, order=factories.entered(test_indicator=True).order).order
    assert desk.release_holds(held, None, "ann", "", NOON).order.order_state is OrderState.APPROVED


def test_same_document_again_creates_nothing() -> None:
    document = factories.purchase_order()
    order = factories.entered(document).order
    later = document.model_copy(update={"channel_order_id": "other", "provenance": {"x": "y"}})
    change = desk.repeated(order, later, "TR-2", NOON, new_id())
    assert [event.what for event in change.events] == ["order.repeated"]
    assert change.order.open_holds() == ()
    assert change.order.transmission_ids[-1] == "TR-2"


def test_other_content_under_the_same_po_is_held_and_the_order_stays_as_it_is() -> None:
    document = factories.purchase_order()
    order = factories.entered(document).order
    changed = document.model_copy(update={"lines": (factories.line(quantity=Decimal(99)),)})
    change = desk.repeated(order, changed, "TR-2", NOON, new_id())
    assert change.order.order_state is OrderState.IN_REVIEW
    assert change.order.content == order.content
    (hold,) = change.order.open_holds()
    assert hold.rule == "R9"
    assert "lines[1].quantity" in hold.reason


def test_other_content_is_refused_where_the_agreement_says_so_and_the_order_goes_its_way() -> None:
    document = factories.purchase_order()
    order = factories.entered(document).order
    changed = document.model_copy(update={"rush": True})
    change = desk.repeated(order, changed, "TR-2", NOON, new_id(), refuse=True)
    assert [event.what for event in change.events] == ["document.refused"]
    assert (change.order.order_state, change.order.open_holds()) == (OrderState.VALIDATED, ())
    assert change.order.content == order.content


def test_documents_without_a_po_number_are_not_taken_for_each_other() -> None:
    first, second = (factories.purchase_order(customer_po_number=None, channel_order_id=name) for name in "ab")
    assert desk.idempotency_key(first) != desk.idempotency_key(second)


def test_repeat_after_the_dock_has_started_is_held_without_taking_the_order_back() -> None:
    document = factories.purchase_order()
    order = checked(order=factories.entered(document).order).order
    changed = document.model_copy(update={"rush": True})
    change = desk.repeated(order, changed, "TR-2", NOON, new_id())
    assert change.order.order_state is OrderState.RELEASED
    assert len(change.order.open_holds()) == 1
    let_go = desk.release_holds(change.order, None, "ann", "", NOON)
    assert let_go.order.order_state is OrderState.RELEASED


def test_fingerprint_is_of_what_was_ordered_not_of_how_it_came() -> None:
    document = factories.purchase_order()
    same = document.model_copy(update={"received_at": None, "channel": "as2", "provenance": {"a": "b"}})
    assert fingerprint(document) == fingerprint(same)
    assert fingerprint(document) != fingerprint(document.model_copy(update={"rush": True}))


def test_difference_names_the_line_and_both_values() -> None:
    before = factories.purchase_order(lines=(factories.line(1), factories.line(2)))
    after_ = before.model_copy(update={"lines": (factories.line(1), factories.line(2, uom="CA"))})
    (difference,) = differences(before, after_)
    assert (difference.path, difference.before, difference.after) == ("lines[2].uom", "EA", "CA")


@pytest.mark.parametrize(
    ("ids", "part", "rule"),
    [
        ([("BP", "NW-77"), ("VP", "W-100")], "W-200", "cross-reference BP"),
        ([("VP", "W-100")], "W-100", "our part number"),
        ([("UP", "0012345678905")], "W-300", "gtin"),
        ([("BP", "W-100")], None, ""),
        ([], None, ""),
    ],
)
def test_part_is_found_by_cross_reference_then_number_then_gtin(
    ids: list[tuple[str, str]], part: str | None, rule: str
) -> None:
    parts = {one.part: one for one in map(factories.part, ("W-100", "W-200"))}
    parts["W-300"] = factories.part("W-300", gtin="12345678905")
    reference = PartCrossReference(partner="acme", qualifier="BP", customer_part="NW-77", our_part="W-200")
    catalogue = Catalogue(parts, {("BP", "NW-77"): reference})
    found, how = catalogue.resolve(Identifier(qualifier=qualifier, value=value) for qualifier, value in ids)
    assert (found.part if found else None, how) == (part, rule)


def test_credit_decision_feeds_the_desk() -> None:
    order = factories.entered().order
    account = account_of(factories.customer(credit_limit=Decimal(1)), None)
    credit = credit_decision(order, Standing(account, account, (account,)), CreditRules(), NOON)
    change = desk.check(order, credit, (), NOON, new_id)
    assert change.order.credit_state is CreditState.HOLD
