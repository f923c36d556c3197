"""Between preparing orders and storing them the world may have moved on; on SQLite and PostgreSQL."""

from __future__ import annotations

from decimal import Decimal
from importlib.resources import files

from gateway import entering
from gateway.app import open_worker
from gateway.intake import Crossing, receive
from gateway.road import Road
from orders.order import SalesOrder
from orders.values import HoldKind
from queues.message import Message
from store import masters, orders, transmissions

ORDER = files("gateway.demo").joinpath("straight.edi").read_text()
PO = next(one for one in ORDER.split("~") if one.lstrip().startswith("BEG*")).split("*")[3]


def translated(road: Road, text: str, name: str) -> Message:
    """A document that waits for the order desk, as the message that asks for it."""
    transmission_id = receive(road, text.encode(), Crossing("folder:northwind", name, name, road.clock()))
    worker = open_worker(road, ["translate"])
    worker.run_until_idle()
    worker.stop()
    with road.database.read() as conn:
        (document,) = transmissions.documents_of(conn, transmission_id)
    return Message("enter", f"enter:{document.document_id}", {"document_id": document.document_id}, transmission_id)


def stored(road: Road) -> list[SalesOrder]:
    with road.database.read() as conn:
        return [orders.order_by_id(conn, row.order_id) for row in reversed(orders.listed(conn))]


def enter(road: Road, message: Message) -> None:
    write = entering.enter(road, [message])
    with road.database.write() as conn:
        write(conn, [message])


def test_an_order_that_was_prepared_before_its_twin_was_stored_is_a_repeat_of_it(road: Road) -> None:
    first, again = translated(road, ORDER, "a.edi"), translated(road, ORDER.replace("000000101", "000000102"), "b.edi")
    write = entering.enter(road, [again])
    enter(road, first)
    with road.database.write() as conn:
        write(conn, [again])
    (order,) = stored(road)
    assert set(order.transmission_ids) == {first.transmission_id, again.transmission_id}


def test_of_orders_that_were_prepared_together_only_those_whose_turn_it_is_are_stored(road: Road) -> None:
    other = ORDER.replace(PO, "PO-OTHER").replace("000000101", "000000102")
    messages = [translated(road, ORDER, "a.edi"), translated(road, other, "b.edi")]
    write = entering.enter(road, messages)
    with road.database.write() as conn:
        write(conn, messages[1:])
    assert [one.content.customer_po_number for one in stored(road)] == ["PO-OTHER"]
    enter(road, messages[0])
    assert [one.content.customer_po_number for one in stored(road)] == ["PO-OTHER", PO]
    assert len({one.order_number for one in stored(road)}) == 2


def test_credit_is_asked_of_the_customer_as_they_stand_when_the_order_is_stored(road: Road) -> None:
    message = translated(road, ORDER, "a.edi")
    write = entering.enter(road, [message])
    with road.database.write() as conn:
        customer = masters.customer_by_id(conn, "C-1001")
        assert customer is not None
        masters.put(conn, customer.model_copy(update={"credit_limit": Decimal(1)}))
        write(conn, [message])
    (order,) = stored(road)
    assert [hold.rule for hold in order.open_holds(HoldKind.CREDIT)] == ["C1"]
