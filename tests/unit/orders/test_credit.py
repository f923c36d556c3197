"""Credit: what stops an order, with both numbers in the reason and every figure kept."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from orders.credit import CreditDecision, credit_decision
from orders.credit_account import CreditAccount, OpenItem, account_of, of_ledger
from orders.credit_case import Rate, Standing
from orders.credit_policy import CreditRules, HousePolicy, Stage
from orders.document import Schedule
from orders.order import SalesOrder
from orders.values import CreditState, PaymentMethod, PaymentStatus, Severity
from tests import factories
from tests.factories import NOON

TODAY = NOON.date()


def order(total: str = "1000", **values: Any) -> SalesOrder:
    line = factories.line(quantity=Decimal(1), part_as_ordered=(), price_as_received=Decimal(total))
    return factories.entered(**({"lines": (line,), "payment_terms": "NET30"} | values)).order


def standing(others: str = "0", **values: Any) -> Standing:
    account = account_of(factories.customer(), CreditAccount(customer="C-1001", **values))
    return Standing(account, account, (account,), {"USD": Decimal(others)})


def rules(**settings: dict[str, Any]) -> CreditRules:
    return CreditRules.model_validate({"rules": settings})


def decided(
    one: SalesOrder | None = None, known: Standing | None = None, policy: CreditRules | None = None, **values: Any
) -> CreditDecision:
    return credit_decision(one or order(), known or standing(**values), policy or CreditRules(), NOON)


def spoken(decision: CreditDecision) -> list[str]:
    return [stop.rule for stop in decision.stops]


def test_order_within_the_limit_is_ok_and_its_figures_are_kept() -> None:
    decision = decided(others="2000", receivables=Decimal(4000), unapplied_payments=Decimal(500))
    assert (decision.state, decision.stops) == (CreditState.OK, ())
    assert decision.snapshot["exposure"] == "6500.00"
    assert decision.snapshot["checked_at"] == NOON.isoformat()


def test_order_that_meets_the_limit_exactly_is_ok() -> None:
    assert decided(order("10000")).state is CreditState.OK


def test_credit_hold_names_limit_exposure_and_order_total() -> None:
    decision = decided(order("1000.01"), receivables=Decimal(9000))
    assert decision.state is CreditState.HOLD
    (stop,) = decision.stops
    assert stop.rule == "C1"
    assert all(figure in stop.reason for figure in ("10000 USD", "10000.01", "1000.01"))


def test_other_open_orders_count_toward_the_exposure() -> None:
    assert spoken(decided(others="9000.01")) == ["C1"]


def test_what_is_prepaid_is_taken_off_the_exposure() -> None:
    assert decided(order("12000", prepaid_amount=Decimal(2000))).state is CreditState.OK


def test_deliveries_beyond_the_horizon_do_not_count_yet() -> None:
    later = factories.line(
        quantity=Decimal(1),
        part_as_ordered=(),
        price_as_received=Decimal(20_000),
        schedules=(Schedule(schedule_no=1, quantity=Decimal(1), requested_ship_date=TODAY + timedelta(days=31)),),
    )
    assert decided(order(lines=(later,)), policy=CreditRules(horizon_days=30)).state is CreditState.OK
    assert spoken(decided(order(lines=(later,)), policy=CreditRules(horizon_days=31))) == ["C1"]


def test_order_slightly_over_the_limit_goes_on_with_a_note() -> None:
    policy = rules(C2={"percent": "1"})
    decision = decided(order("10100"), policy=policy)
    assert (decision.state, spoken(decision)) == (CreditState.OK, ["C2"])
    assert "10100.00 USD is over the limit of 10000 USD by 100.00 USD" in decision.stops[0].reason
    assert spoken(decided(order("10100.01"), policy=policy)) == ["C1"]


@pytest.mark.parametrize(("days", "expected"), [(10, []), (11, ["C3"])])
def test_old_debt_stops_new_orders(days: int, expected: list[str]) -> None:
    assert spoken(decided(past_due=Decimal(50), past_due_days=days)) == expected
    item = OpenItem(document="INV-1", due_on=TODAY - timedelta(days=days), amount=Decimal(50))
    assert spoken(decided(open_items=(item,), receivables=Decimal(50))) == expected


def test_little_old_debt_stops_nothing() -> None:
    late: dict[str, Any] = {"past_due": Decimal(50), "past_due_days": 60}
    assert spoken(decided(policy=rules(C3={"amount": "50"}), **late)) == []
    assert "50 USD past due for up to 60 days" in decided(**late).stops[0].reason


def test_one_old_item_or_too_much_overdue_stops() -> None:
    old = OpenItem(
        document="A", due_on=TODAY - timedelta(days=5), dated_on=TODAY - timedelta(days=95), amount=Decimal(30)
    )
    new = OpenItem(document="B", due_on=TODAY + timedelta(days=5), amount=Decimal(70))
    items: dict[str, Any] = {"open_items": (old, new), "receivables": Decimal(100)}
    assert "95 days old; 90 are allowed" in decided(policy=rules(C4={"days": 90}), **items).stops[0].reason
    assert spoken(decided(policy=rules(C4={"days": 95}), **items)) == []
    assert "30.0 % of the balance is overdue" in decided(policy=rules(C5={"percent": "29"}), **items).stops[0].reason
    assert spoken(decided(policy=rules(C5={"percent": "30"}), **items)) == []


def test_order_larger_than_any_may_be_stops() -> None:
    assert spoken(decided(policy=rules(C6={"amount": "999.99"}))) == ["C6"]
    assert spoken(decided(policy=rules(C6={"amount": "1000"}))) == []


def test_first_order_on_account_stops_where_the_house_wants_that() -> None:
    account = account_of(factories.customer(), None)
    new = Standing(account, account, (account,), is_first=True)
    assert spoken(decided(known=new, policy=rules(C7={"on": True}))) == ["C7"]
    assert spoken(decided(known=new)) == []


@pytest.mark.parametrize("customer", [None, factories.customer(credit_limit=None)])
def test_customer_without_a_credit_file_is_held(customer: Any) -> None:
    account = account_of(customer, None) if customer else None
    known = Standing(account, account, (account,) if account else ())
    assert spoken(decided(known=known)) == ["C8"]


def test_limit_whose_review_is_overdue_is_held() -> None:
    assert spoken(decided(review_on=TODAY)) == []
    assert "2026-03-01" in decided(review_on=TODAY - timedelta(days=1)).stops[0].reason


def test_stopped_and_denied_accounts_stop_even_what_is_paid() -> None:
    paid = order(payment_method=PaymentMethod.MARKETPLACE)
    assert spoken(decided(paid, stop="owner has died")) == ["C9"]
    assert "on a sanctions list" in decided(paid, denied="on a sanctions list").stops[0].reason


def test_worse_terms_than_agreed_are_noted() -> None:
    decision = decided(order(net_days=60))
    assert (decision.state, decision.stops[0].reason) == (
        CreditState.OK,
        "60 days to pay are asked for, 30 are on file",
    )


def test_temporary_limit_counts_until_its_last_day() -> None:
    limits: dict[str, Any] = {"temporary_limit": Decimal(20_000), "temporary_until": TODAY}
    assert spoken(decided(order("15000"), **limits)) == []
    ended = limits | {"temporary_until": TODAY - timedelta(days=1)}
    assert spoken(decided(order("15000"), **ended)) == ["C1", "C12"]
    assert spoken(decided(order("5000"), **ended)) == []


def test_too_much_or_too_many_in_a_month_stops() -> None:
    account = account_of(factories.customer(), None)
    busy = Standing(account, account, (account,), month_orders=3, month_amounts={"USD": Decimal(5000)})
    assert spoken(decided(known=busy, policy=rules(C13={"amount": "5999.99"}))) == ["C13"]
    assert (
        "order 4 of this month; 3 are allowed" in decided(known=busy, policy=rules(C13={"orders": 3})).stops[0].reason
    )
    assert spoken(decided(known=busy, policy=rules(C13={"amount": "6000", "orders": 4}))) == []


def test_order_in_another_currency_needs_a_rate() -> None:
    euros = order(currency="EUR")
    assert spoken(decided(euros)) == ["C14"]
    account = account_of(factories.customer(), None)
    known = Standing(account, account, (account,), rates={"EUR": Rate(Decimal("1.085"), date(2026, 3, 1))})
    decision = decided(euros, known)
    assert (decision.state, decision.snapshot["exposure"]) == (CreditState.OK, "1085.00")
    assert decision.snapshot["rate_EUR"] == "1.085 of 2026-03-01"


def test_old_receivables_are_noted_or_held_as_the_house_wants() -> None:
    old: dict[str, Any] = {"as_of": NOON - timedelta(hours=25), "receivables": Decimal(1)}
    assert decided(policy=rules(C15={"hours": 24}), **old).state is CreditState.OK
    held = decided(policy=rules(C15={"hours": 24, "severity": "hold"}), **old)
    assert (held.state, "25 hours old" in held.stops[0].reason) == (CreditState.HOLD, True)
    assert spoken(decided(policy=rules(C15={"hours": 24}))) == ["C15"]


def test_family_shares_the_limit_of_its_parent() -> None:
    own = account_of(factories.customer(), CreditAccount(customer="C-1001", receivables=Decimal(4000)))
    head = CreditAccount(customer="C-1", currency="USD", credit_limit=Decimal(6000), receivables=Decimal(2000))
    decision = decided(known=Standing(own, head, (own, head)))
    assert spoken(decision) == ["C1"]
    assert (decision.snapshot["exposure"], decision.snapshot["limit_of"]) == ("7000.00", "C-1")


def test_captured_prepaid_order_needs_no_credit() -> None:
    paid = order(payment_method=PaymentMethod.PREPAID_CARD, payment_status=PaymentStatus.CAPTURED)
    assert decided(paid, Standing(None, None)).state is CreditState.NOT_REQUIRED


def test_prepaid_order_whose_payment_is_pending_is_held() -> None:
    assert spoken(decided(order(payment_method=PaymentMethod.PREPAID_CARD), Standing(None, None))) == ["C10"]


def test_marketplace_order_needs_no_credit() -> None:
    assert decided(order(payment_method=PaymentMethod.MARKETPLACE), Standing(None, None)).stops == ()


def test_rule_that_rejects_rejects() -> None:
    assert decided(order("10001"), policy=rules(C1={"severity": "reject"})).state is CreditState.REJECTED


def test_each_level_says_only_what_it_does_differently() -> None:
    policy = HousePolicy.model_validate(
        {
            "horizon_days": 60,
            "rules": {"C3": {"days": 5}, "C6": {"amount": "100"}},
            "groups": {"retail": {"rules": {"C3": {"amount": "10"}}}},
            "customers": {"C-1": {"rules": {"C6": {"on": False}}}},
            "partners": {"acme": {"horizon_days": 30}},
            "channels": {"shop": {"rules": {"C3": {"severity": "note"}}}},
            "order_types": {"sample": {"check": False}},
        }
    )
    found = policy.rules_for(group="retail", customer="C-1", partner="acme", channel="shop", order_type="sample")
    late = found.rules.C3
    assert (late.days, late.amount, late.severity) == (5, 10, Severity.NOTE)
    assert (found.horizon_days, found.rules.C6.on, found.rules.C6.amount, found.check) == (30, False, 100, False)
    assert policy.rules_for(customer="C-2").rules.C6.on


def test_rules_are_asked_at_their_stage_only() -> None:
    policy = rules(C6={"amount": "1", "stages": ["ship"]})
    assert spoken(decided(policy=policy)) == []
    shipping = credit_decision(order(), standing(), policy, NOON, frozenset({Stage.SHIP}))
    assert spoken(shipping) == ["C6"]


def test_open_items_are_what_is_owed() -> None:
    items = [OpenItem(document=name, due_on=TODAY, amount=Decimal(5)) for name in "AB"]
    account = of_ledger(CreditAccount(customer="C-1", past_due=Decimal(9)), items)
    assert (account.receivables, account.past_due, len(account.open_items)) == (10, None, 2)


def test_figures_of_the_ledger_are_never_mixed_with_those_of_the_customer_record() -> None:
    record = factories.customer(receivables=Decimal(5), past_due=Decimal(5), past_due_days=99)
    assert account_of(record, CreditAccount(customer="C-1001", receivables=Decimal(1))).past_due is None
    assert account_of(record, CreditAccount(customer="C-1001")).past_due == 5
    assert account_of(factories.customer(customer_group="retail"), None).group == "retail"
