"""What durable state promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from orders import desk
from orders.diff import fingerprint
from orders.document import PartCrossReference, Schedule
from orders.rules import Stop
from orders.values import HoldKind, OrderState
from partners.partner import Identifier
from partners.profile import read_profile
from store import (
    credit,
    events,
    gate,
    masters,
    numbers,
    orders,
    outbox,
    parked,
    partners,
    print_jobs,
    schema,
    transmissions,
)
from store.catalogue import catalogue_for
from store.database import Database
from store.errors import AlreadyExists, Conflict, NotFound
from store.tables import metadata, sales_order
from store.tables import outbox as outbox_table
from tests import factories
from tests.factories import NOON

ACME = """
partner = "acme"
name = "Acme Retail"
[[identifiers]]
qualifier = "ZZ"
value = "ACME"
"""


def test_migrated_schema_is_the_one_the_tables_describe(database: Database) -> None:
    with database.read() as conn:
        opts: dict[str, Any] = {"compare_type": False, "include_object": _is_of_the_engine}
        context = MigrationContext.configure(conn, opts=opts)
        assert compare_metadata(context, metadata) == []


def _is_of_the_engine(index: Any, name: str | None, kind: str, reflected: bool, other: Any) -> bool:
    """Trigrams are PostgreSQL's: they are there, and nowhere else."""
    return kind != "index" or not str(name).endswith("_trigrams")


def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert schema.migrate(database) == (schema.newest(), schema.newest())
    schema.require_newest(database)


def test_what_is_written_in_a_failed_transaction_is_gone(database: Database) -> None:
    with pytest.raises(RuntimeError), database.write() as conn:
        numbers.next_number(conn, "interchange/out/acme")
        raise RuntimeError
    with database.write() as conn:
        assert numbers.next_number(conn, "interchange/out/acme") == 1


def test_control_numbers_have_no_gap_and_no_repeat_under_eight_writers(database: Database) -> None:
    def take(_: int) -> int:
        with database.write() as conn:
            return numbers.next_number(conn, "interchange/out/acme")

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(80)))
    assert sorted(taken) == list(range(1, 81))


def test_control_number_after_the_highest_is_one_again(database: Database) -> None:
    with database.write() as conn:
        assert [numbers.next_number(conn, "n", highest=3) for _ in range(5)] == [1, 2, 3, 1, 2]


def test_order_reads_back_as_it_was_entered(database: Database) -> None:
    schedule = Schedule(schedule_no=1, quantity=Decimal("2.5"), requested_ship_date=NOON.date())
    change = factories.entered(lines=(factories.line(quantity=Decimal("2.5"), schedules=(schedule,)),))
    with database.write() as conn:
        orders.add(conn, (change.order, "system"), at=NOON)
    with database.read() as conn:
        assert orders.order_by_id(conn, change.order.order_id) == change.order
        assert orders.find(conn, change.order.order_number)[0].grand_total == change.order.content.grand_total


def test_second_order_for_the_same_partner_po_and_release_is_refused(database: Database) -> None:
    change = factories.entered(customer_po_number="PO-7")
    other = factories.entered(customer_po_number="PO-7")
    with database.write() as conn:
        orders.add(conn, (change.order, "system"), at=NOON)
    with pytest.raises(AlreadyExists), database.write() as conn:
        orders.add(conn, (other.order, "system"), at=NOON)


def test_order_changed_by_somebody_else_is_a_conflict(database: Database) -> None:
    order = factories.entered().order
    with database.write() as conn:
        orders.add(conn, (order, "system"), at=NOON)
        saved = orders.save(conn, order, is_new_content=False, actor="ann", at=NOON)
        assert saved.version == 2
    with pytest.raises(Conflict), database.write() as conn:
        orders.save(conn, order, is_new_content=False, actor="bob", at=NOON)


def test_every_revision_of_an_order_is_kept(database: Database) -> None:
    order = factories.entered().order
    with database.write() as conn:
        orders.add(conn, (order, "system"), at=NOON)
        changed = order.model_copy(update={"content": order.content.model_copy(update={"rush": True}), "revision": 2})
        orders.save(conn, changed, is_new_content=True, actor="ann", at=NOON, reason="customer rang")
    with database.read() as conn:
        first, second = orders.revisions(conn, order.order_id)
    assert (first.content.rush, second.content.rush) == (None, True)
    assert (second.actor, second.reason) == ("ann", "customer rang")


def test_holds_are_rows_that_are_added_and_let_go(database: Database) -> None:
    order = factories.entered().order
    stop = Stop(HoldKind.REVIEW, "R3", "no part of ours")
    with database.write() as conn:
        orders.add(conn, (order, "system"), at=NOON)
        held = orders.save(
            conn,
            desk.check(order, None, (stop,), NOON, lambda: "H-1").order,
            is_new_content=False,
            actor="system",
            at=NOON,
        )
        assert orders.open_hold_counts(conn) == {"review": 1}
        assert [row.order_id for row in orders.listed(conn, held=HoldKind.REVIEW)] == [order.order_id]
        freed = desk.release_holds(held, None, "ann", "fine", NOON).order
        orders.save(conn, freed, is_new_content=False, actor="ann", at=NOON)
        assert orders.open_hold_counts(conn) == {}
        assert orders.order_by_id(conn, order.order_id).holds[0].released_by == "ann"


def test_open_orders_total_counts_only_other_approved_orders_to_the_cent(database: Database) -> None:
    with database.write() as conn:
        for state, price in ((OrderState.RELEASED, "0.10"), (OrderState.APPROVED, "0.20"), (OrderState.REJECTED, "9")):
            line = factories.line(quantity=Decimal(1), part_as_ordered=(), price_as_received=Decimal(price))
            order = factories.entered(lines=(line,)).order.model_copy(update={"order_state": state})
            orders.add(conn, (order, "system"), at=NOON)
        assert credit.open_orders(conn, ["C-1001"], None, "none") == {"USD": Decimal("0.30")}
        assert credit.open_orders(conn, ["C-1001"], None, order.order_id) == {"USD": Decimal("0.30")}


def test_partner_is_found_by_identifier_and_keeps_its_revisions(database: Database) -> None:
    profile = read_profile(ACME)
    with database.write() as conn:
        assert partners.import_partner(conn, profile, NOON, "ann") == 1
        assert partners.import_partner(conn, profile, NOON, "ann") == 1
        renamed = profile.model_copy(update={"name": "Acme Stores"})
        assert partners.import_partner(conn, renamed, NOON, "ann") == 2
        found = partners.partner_by_identifier(conn, Identifier(qualifier="ZZ", value="ACME"))
        assert found == renamed
        assert partners.partner_by_identifier(conn, Identifier(qualifier="01", value="ACME")) is None


def test_two_partners_cannot_share_an_identifier(database: Database) -> None:
    profile = read_profile(ACME)
    with database.write() as conn:
        partners.import_partner(conn, profile, NOON, "ann")
    other = profile.model_copy(update={"partner": "other"})
    with pytest.raises(partners.IdentifierTaken, match="ZZ:ACME belongs to partner acme"), database.write() as conn:
        partners.import_partner(conn, other, NOON, "ann")


def test_catalogue_finds_parts_by_cross_reference_number_and_gtin(database: Database) -> None:
    reference = PartCrossReference(partner="acme", customer_part="CB-1", qualifier="CB", our_part="W-200")
    with database.write() as conn:
        masters.put(conn, factories.part("W-100"))
        masters.put(conn, factories.part("W-200"))
        masters.put(conn, factories.part("W-300", gtin="12345678901"))
        masters.put(conn, factories.part("W-999"))
        masters.put(conn, reference)
        ids = [("VP", "W-100"), ("CB", "CB-1"), ("UP", "012345678901")]
        lines = tuple(
            factories.line(n, part_as_ordered=({"qualifier": qualifier, "value": value},))
            for n, (qualifier, value) in enumerate(ids, 1)
        )
        found = catalogue_for(conn, "acme", factories.purchase_order(lines=lines))
        assert set(found.parts) == {"W-100", "W-200", "W-300"}
        assert [found.resolve(one.part_as_ordered)[1] for one in lines] == [
            "our part number",
            "cross-reference CB",
            "gtin",
        ]


def test_interchange_is_recorded_once_even_by_two_racing_workers(database: Database) -> None:
    header = {"standard": "x12", "sender": "ZZ:A", "receiver": "ZZ:B", "control_number": "000000007", "is_test": False}
    start = threading.Barrier(2)

    def record(number: int) -> str | None:
        start.wait(10)
        with database.write() as conn:
            transmissions.add(conn, transmission(f"TR-{number}"))
            return transmissions.add_interchange(conn, f"TR-{number}", **header)  # type: ignore[arg-type]

    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(record, (1, 2))
    assert (first is None) != (second is None)


def test_transmission_crosses_a_channel_once(database: Database) -> None:
    with database.write() as conn:
        assert transmissions.add(conn, transmission("TR-1"))
        assert not transmissions.add(conn, transmission("TR-2", transport_id="TR-1"))
        assert transmissions.by_transport_id(conn, "folder:acme", "in", "TR-1") == transmission("TR-1")


def test_timeline_of_an_order_holds_its_transmission_and_the_answer(database: Database) -> None:
    order = factories.entered().order
    with database.write() as conn:
        transmissions.add(conn, transmission("TR-1"))
        orders.add(conn, (order, "system"), at=NOON)
        document = transmissions.StoredDocument("D-1", "TR-1", "purchase-order", "acme", "PO", "m", order.content, None)
        transmissions.add_document(conn, document)
        transmissions.link_orders(conn, {"D-1": order.order_id})
        answer = {"interchange_control_number": "7", "group_control_number": "1", "kind": "997", "verdict": "A"}
        assert transmissions.add_acknowledgment(conn, "TR-1", answered_by="TR-2", **answer)
        assert not transmissions.add_acknowledgment(conn, "TR-1", answered_by="TR-3", **answer)
        events.record(
            conn,
            events.Event(NOON, "transmission.received", "received", transmission_id="TR-1"),
            events.Event(NOON, "order.entered", "entered", order_id=order.order_id),
            events.Event(NOON, "transmission.sent", "acknowledged", transmission_id="TR-2"),
            events.Event(NOON, "transmission.received", "received", transmission_id="TR-9"),
        )
        told = [event.what for event in events.order_timeline(conn, order.order_id)]
    assert told == ["transmission.received", "order.entered", "transmission.sent"]


def test_many_rows_at_once_are_the_same_as_one_by_one(database: Database) -> None:
    odd = ("plain", 'quote " and \\ back', "tab\tand\nlines\r", "\\N", "żółw 龜", "{1,2}", "%s %(a)s :rows", "")
    rows = [
        outbox.OutboxRow(f"m-{place}", 1, "enter", text, NOON + timedelta(microseconds=place))
        for place, text in enumerate(odd * 2)
    ]
    with database.write() as conn:
        assert outbox.put(conn, rows[3]) == 1
        assert outbox.put(conn, *rows) == len(rows) - 1
        assert outbox.put(conn, *rows) == 0
        query = sa.select(outbox_table).order_by(outbox_table.c.available_at)
        kept = [(row.message_id, row.body, row.available_at, row.sent_at) for row in conn.execute(query)]
    assert kept == [(row.message_id, row.body, row.available_at, None) for row in rows]


def test_many_new_orders_at_once_read_back_as_they_were_entered(database: Database) -> None:
    entered = [factories.entered(customer_po_number=f"PO-{number}").order for number in range(12)]
    with database.write() as conn:
        orders.add(conn, *((order, "system") for order in entered), at=NOON)
        assert [orders.order_by_id(conn, order.order_id) for order in entered] == entered
        with pytest.raises(AlreadyExists):
            orders.add(conn, *((order, "system") for order in entered), at=NOON)


def test_document_is_kept_with_the_fingerprint_of_what_was_ordered(database: Database) -> None:
    order = factories.entered().order
    with database.write() as conn:
        transmissions.add(conn, transmission("TR-1"))
        document = transmissions.StoredDocument("D-1", "TR-1", "purchase-order", "acme", "PO", "m", order.content, None)
        transmissions.add_document(conn, document)
        kept = transmissions.document_by_id(conn, "D-1")
    assert kept.content == order.content
    assert kept.fingerprint == fingerprint(order.content)


def test_print_job_leaves_intent_once_and_ends_once(database: Database) -> None:
    order = factories.entered().order
    with database.write() as conn:
        orders.add(conn, (order, "system"), at=NOON)
        assert print_jobs.request(conn, print_job("PJ-1", order.order_id))
        assert not print_jobs.request(conn, print_job("PJ-2", order.order_id))
        assert print_jobs.request(conn, print_job("PJ-3", order.order_id, reprint_of="PJ-1"))
        assert print_jobs.sending(conn, "PJ-1", "handle")
        assert not print_jobs.sending(conn, "PJ-1", "another")
        assert print_jobs.settle(conn, "PJ-1", "printed", NOON)
        assert not print_jobs.settle(conn, "PJ-1", "in doubt", NOON)
        assert print_jobs.job_by_id(conn, "PJ-1").state == "printed"


def test_numbers_of_many_messages_go_on_where_each_key_was(database: Database) -> None:
    with database.write() as conn:
        assert gate.issue(conn, "enter", "b") == 1
        assert gate.issue_many(conn, "enter", ["a", "b", "a", "c", "b"]) == [1, 2, 2, 1, 3]
        assert gate.issue_many(conn, "enter", []) == []
        assert gate.issue(conn, "enter", "a") == 3


def test_gate_lets_messages_of_a_key_pass_in_the_order_they_were_issued(database: Database) -> None:
    with database.write() as conn:
        first, second = gate.issue(conn, "enter", "k"), gate.issue(conn, "enter", "k")
        assert gate.turns(conn, "enter", {"k": second}) == {"k": gate.Turn.LATER}
        gate.keep(conn, "enter", "k", second, gate.GatedMessage("m2", 1, "{}"))
        assert gate.turns(conn, "enter", {"k": first}) == {"k": gate.Turn.NOW}
        assert gate.pass_on(conn, "enter", {"k": first}) == [gate.GatedMessage("m2", 1, "{}")]
        assert gate.turns(conn, "enter", {"k": first}) == {"k": gate.Turn.PAST}
        assert gate.turns(conn, "enter", {"k": second}) == {"k": gate.Turn.NOW}


def test_sent_message_nobody_heard_of_is_sent_again(database: Database) -> None:
    with database.write() as conn:
        for name in ("lost", "done", "parked", "retried"):
            outbox.put(conn, outbox.OutboxRow(name, 1, "enter", "{}", NOON))
        outbox.put(conn, outbox.OutboxRow("retried", 2, "enter", "{}", NOON + timedelta(days=1)))
        outbox.mark_sent(conn, [row.id for row in outbox.due(conn, NOON, 10)], NOON)
        outbox.first_times(conn, "enter", ["done"], NOON)
        parked.park(
            conn,
            step="enter",
            message_id="parked",
            attempt=1,
            body="{}",
            reason="r",
            traceback="",
            transmission_id=None,
            at=NOON,
        )
        day = timedelta(days=1)
        assert outbox.send_again(conn, NOON - day, NOON - timedelta(seconds=1)) == 0
        assert outbox.under_way(conn, NOON - day) == 2
        assert outbox.send_again(conn, NOON - day, NOON) == 1
        assert [row.message_id for row in outbox.due(conn, NOON, 10)] == ["lost"]


def test_what_is_not_there_says_so(database: Database) -> None:
    with database.read() as conn:
        for look in (orders.order_by_id, transmissions.transmission_by_id, print_jobs.job_by_id):
            with pytest.raises(NotFound, match="nothing"):
                look(conn, "nothing")
        with pytest.raises(NotFound):
            parked.parked_message(conn, 99)


def test_reading_connection_cannot_write(database: Database) -> None:
    with pytest.raises(sa.exc.DBAPIError, match=r"read-?only"), database.read() as conn:
        conn.execute(sa.delete(sales_order))


def transmission(transmission_id: str, transport_id: str | None = None) -> transmissions.Transmission:
    return transmissions.Transmission(
        transmission_id,
        "in",
        "folder:acme",
        transport_id or transmission_id,
        None,
        "po.edi",
        "0" * 64,
        10,
        "received",
        None,
        None,
        NOON,
    )


def print_job(print_job_id: str, order_id: str, reprint_of: str | None = None) -> print_jobs.PrintJob:
    return print_jobs.PrintJob(
        print_job_id=print_job_id,
        order_id=order_id,
        order_revision=1,
        dock_release=1,
        document="pick-list",
        printer="dock",
        media_type="application/pdf",
        copies=1,
        sha256="0" * 64,
        state="intent",
        handle=None,
        reason=None,
        reprint_of=reprint_of,
        requested_at=NOON,
        settled_at=None,
    )


def test_orders_are_found_by_a_part_of_either_number_and_signs_of_sql_are_literal(database: Database) -> None:
    with database.write() as conn:
        for number in ("AB-100", "AB-200", "X_Z%"):
            order = factories.entered(customer_po_number=number).order
            orders.add(conn, (order, "system"), at=NOON)
    with database.read() as conn:
        found = {search: len(orders.listed(conn, search=search)) for search in ("ab-", "_Z%", "%", "_", "' OR 1=1 --")}
        assert found == {"ab-": 2, "_Z%": 1, "%": 1, "_": 1, "' OR 1=1 --": 0}
        assert [len(orders.listed(conn, limit=2, offset=offset)) for offset in (0, 2, 4)] == [2, 1, 0]


def test_oldest_message_that_could_be_done_is_known(database: Database) -> None:
    with database.write() as conn:
        assert outbox.oldest_due(conn, NOON) is None
        for minutes in (-5, -3, 5):
            at = NOON + timedelta(minutes=minutes)
            outbox.put(conn, outbox.OutboxRow(f"m{minutes}", 1, "check", "{}", at))
        assert outbox.oldest_due(conn, NOON) == NOON - timedelta(minutes=5)


def test_next_message_that_becomes_due_by_itself_is_known(database: Database) -> None:
    with database.write() as conn:
        for name, step, delay_s in (("m1", "enter", -5), ("m2", "enter", 300), ("m3", "follow", 2)):
            outbox.put(conn, outbox.OutboxRow(name, 1, step, "{}", NOON + timedelta(seconds=delay_s)))
    with database.read() as conn:
        assert outbox.next_due_in_s(conn, NOON) == 2
        assert outbox.next_due_in_s(conn, NOON, ["enter"]) == 300
        assert outbox.next_due_in_s(conn, NOON, ["send"]) is None
