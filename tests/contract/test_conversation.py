"""We order from a seller who answers as sellers do: a mock trading partner of another house, over HTTP on this machine.

Both sides keep their own books. What we send is judged by his validator, what he sends by ours, and at the end each
must know that the other has heard him.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

import pytest
from mockedi.testing import Mock

from gateway.acknowledged import alarm_overdue
from gateway.intake import Crossing, receive
from gateway.operations import send_by_agreement
from gateway.road import Road
from gateway.settings import Settings
from orders.change import ChangeAction
from orders.document import (
    Document,
    Identifier,
    Invoice,
    LineChange,
    OrderResponse,
    Package,
    PurchaseOrder,
    PurchaseOrderChange,
    ShipNotice,
    ShippedLine,
)
from orders.response import Answer, LineStatement
from orders.values import Purpose
from partners.profile import read_profile
from printing.folder import FolderPrinter
from store import partners, sent, transmissions
from store.archive import Archive
from store.database import Database
from tests.contract.test_operations import work
from tests.factories import NOON, Clock, line, ship_to

DAY_MS = 86_400_000
SELLER = """
partner = "seller"
name = "Mock EDI Supply Co"
our_identifier = {{ qualifier = "ZZ", value = "{us}" }}

[[identifiers]]
qualifier = "ZZ"
value = "MOCKEDI"

[[channels]]
kind = "folder"
inbox = "seller/in"
outbox = "seller/out"
"""
AGREEMENT = """
[[agreements]]
document = "{set_id}"
direction = "{direction}"
map = "{map}"
versions = ["{version}"]
"""
X12 = {"850": "out", "860": "out", "855": "in", "865": "in", "856": "in", "810": "in"}
EDIFACT = {"ORDERS": "out", "ORDCHG": "out", "ORDRSP": "in", "DESADV": "in", "INVOIC": "in"}

Kind = TypeVar("Kind", bound=Document)


class Talk:
    """Our box and the seller's, and the wire between them."""

    def __init__(self, road: Road, seller: Mock, us: str, folder: Path) -> None:
        self.road, self.seller, self.us, self.folder = road, seller, us, folder
        self.transmissions: list[str] = []
        self._carried: set[str] = set()

    def send(self, set_id: str, document: Document) -> str:
        """A document goes out, everything is carried to and fro until both are silent; its transmission."""
        transmission_id = send_by_agreement(self.road, "seller", set_id, document)
        self.carry()
        return transmission_id

    def carry(self) -> None:
        """Carries what either side has to say, until neither has."""
        moved = True
        while moved:
            moved = self._ours() + self._theirs() > 0

    def _ours(self) -> int:
        work(self.road)
        fresh = [path for path in sorted(self.folder.iterdir()) if path.name not in self._carried]
        for path in fresh:
            self._carried.add(path.name)
            self.seller.send(path.read_text("latin-1"))
        return len(fresh)

    def _theirs(self) -> int:
        waiting = self.seller.mailbox(self.us, leave=False)
        for one in waiting:
            name = f"{one['code']}-{one['id']}.edi"
            crossing = Crossing("folder:seller", name, name, self.road.clock())
            self.transmissions.append(receive(self.road, one["payload"].encode("latin-1"), crossing))
        return len(waiting)

    def documents(self) -> list[Document]:
        """What the seller told us, as documents, in the order it came."""
        with self.road.database.read() as conn:
            return [one.content for came in self.transmissions for one in transmissions.documents_of(conn, came)]

    def state_of(self, transmission_id: str) -> str:
        with self.road.database.read() as conn:
            (row,) = [one for one in sent.recent(conn) if one.transmission_id == transmission_id]
        return row.state

    def only(self, kind: type[Kind]) -> Kind:
        (one,) = self.every(kind)
        return one

    def every(self, kind: type[Kind]) -> list[Kind]:
        return [one for one in self.documents() if isinstance(one, kind)]

    def deliveries(self) -> None:
        """Days pass until the seller has done all he promised."""
        self.seller.advance(everything=True)
        self.carry()


@pytest.fixture
def seller() -> Iterator[Mock]:
    delays = {"despatch_delay_ms": DAY_MS, "invoice_delay_ms": 2 * DAY_MS}
    with Mock.start(start_at="2026-03-02T09:00:00Z", **delays) as mock:
        yield mock


def talk(database: Database, folder: Path, seller: Mock, us: str, sets: dict[str, str]) -> Talk:
    """A box that has agreed on these sets with the seller."""
    standard, version = ("x12", "004010") if "850" in sets else ("edifact", "D:96A:UN")
    profile = SELLER.format(us=us) + "".join(
        AGREEMENT.format(set_id=one, direction=direction, map=f"{standard}-{one.lower()}", version=version)
        for one, direction in sets.items()
    )
    printers = {"dock": FolderPrinter("dock", folder / "printed")}
    road = Road(Settings(home=folder), database, Archive(folder / "archive"), printers, clock=Clock())
    with database.write() as conn:
        partners.import_partner(conn, read_profile(profile), NOON, "test")
    outbox = folder / "folders" / "seller" / "out"
    outbox.mkdir(parents=True)
    return Talk(road, seller, us, outbox)


@pytest.fixture
def x12(database: Database, tmp_path: Path, seller: Mock) -> Talk:
    return talk(database, tmp_path, seller, "ACME", X12)


@pytest.fixture
def edifact(database: Database, tmp_path: Path, seller: Mock) -> Talk:
    return talk(database, tmp_path, seller, "EURODIS", EDIFACT)


def order(unit: str = "EA", **quantities: int) -> PurchaseOrder:
    """An order of widgets and panels at the seller's own prices; he has 35 panels."""
    offered = {"widgets": ("WIDGET-001", "12.50"), "panels": ("PANEL-A3", "124.50"), "gears": ("GEAR-100", "8.00")}
    lines = tuple(
        line(
            number,
            customer_line_ref=str(number),
            quantity=Decimal(quantity),
            uom=unit,
            price_as_received=Decimal(offered[name][1]),
            part_as_ordered=(Identifier(qualifier="VP", value=offered[name][0]),),
        )
        for number, (name, quantity) in enumerate(quantities.items(), 1)
    )
    return PurchaseOrder(
        customer_po_number="PO-77",
        customer_po_date=date(2026, 3, 2),
        requested_delivery_date=date(2026, 3, 20),
        currency="USD",
        parties=(ship_to(party_code_qualifier="92"),),
        lines=lines,
    )


def change(action: ChangeAction, quantity: int, *, number: str = "1", unit: str = "EA") -> PurchaseOrderChange:
    """Another quantity of the widgets."""
    widgets = LineChange(
        line_no=1,
        customer_line_ref="1",
        action=action,
        quantity=Decimal(quantity),
        quantity_left=Decimal(quantity),
        uom=unit,
        price_as_received=Decimal("12.50"),
        part_as_ordered=(Identifier(qualifier="VP", value="WIDGET-001"),),
    )
    return PurchaseOrderChange(
        purpose_code=Purpose.CHANGE,
        customer_po_number="PO-77",
        customer_po_date=date(2026, 3, 2),
        change_number=number,
        change_date=date(2026, 3, 3),
        lines=(widgets,),
    )


def statements(response: OrderResponse) -> list[tuple[LineStatement, int]]:
    return [(one.statement, int(one.quantity or 0)) for row in response.lines for one in row.answers]


def shipped(notice: ShipNotice) -> list[int]:
    """What each line ships, whether it stands in a package or not."""
    return [int(one.quantity or 0) for every in notice.orders for one in (*every.lines, *packed(every.packages))]


def packed(packages: Iterable[Package]) -> list[ShippedLine]:
    return [one for package in packages for one in (*package.lines, *packed(package.packages))]


def invoiced(invoice: Invoice) -> list[int]:
    return [int(one.quantity or 0) for one in invoice.lines]


def all_is_heard(talk: Talk) -> bool:
    """The seller waits for no acknowledgment of ours."""
    return not talk.seller.unacknowledged()


def test_an_order_becomes_a_confirmation_a_ship_notice_and_an_invoice(x12: Talk) -> None:
    sent_order = x12.send("850", order(widgets=100, panels=10))
    assert x12.state_of(sent_order) == "accepted"
    response = x12.only(OrderResponse)
    assert (response.answer, response.responds_to) == (Answer.ACCEPTED, "order")
    assert statements(response) == [(LineStatement.ACCEPTED, 100), (LineStatement.ACCEPTED, 10)]
    x12.deliveries()
    notice, invoice = x12.only(ShipNotice), x12.only(Invoice)
    assert [one.customer_po_number for one in notice.orders] == ["PO-77"]
    assert (shipped(notice), invoiced(invoice)) == ([100, 10], [100, 10])
    assert invoice.total_due == Decimal("2495.00")
    assert (invoice.shipment_number, invoice.order_number) == (notice.shipment_number, response.order_number)
    assert all_is_heard(x12)


def test_what_is_not_in_stock_follows_with_a_notice_and_an_invoice_of_its_own(x12: Talk) -> None:
    x12.send("850", order(panels=100))
    assert statements(x12.only(OrderResponse)) == [(LineStatement.CHANGED_QUANTITY, 35)]
    x12.deliveries()
    assert [shipped(one) for one in x12.every(ShipNotice)] == [[35], [65]]
    assert [invoiced(one) for one in x12.every(Invoice)] == [[35], [65]]
    assert len({one.invoice_number for one in x12.every(Invoice)}) == 2
    assert all_is_heard(x12)


def test_a_price_the_seller_does_not_accept_comes_back_changed(x12: Talk) -> None:
    x12.send("850", order(gears=10))
    response = x12.only(OrderResponse)
    assert statements(response) == [(LineStatement.CHANGED_PRICE, 10)]
    assert response.lines[0].agreed_price == Decimal("8.90")


def test_a_seller_who_ships_less_confirms_and_invoices_less(x12: Talk) -> None:
    x12.seller.behaviour("ACME", "short-ship")
    x12.send("850", order(widgets=100))
    ((statement, confirmed),) = statements(x12.only(OrderResponse))
    assert statement is LineStatement.CHANGED_QUANTITY
    assert 0 < confirmed < 100
    x12.deliveries()
    assert shipped(x12.only(ShipNotice)) == invoiced(x12.only(Invoice)) == [confirmed]
    assert all_is_heard(x12)


def test_a_seller_who_ships_more_than_he_confirmed_is_read_as_he_speaks(x12: Talk) -> None:
    x12.seller.behaviour("ACME", "over-ship")
    x12.send("850", order(widgets=100))
    x12.deliveries()
    assert statements(x12.only(OrderResponse)) == [(LineStatement.ACCEPTED, 100)]
    assert shipped(x12.only(ShipNotice)) == invoiced(x12.only(Invoice)) == [130]


def test_a_line_the_seller_refuses_is_neither_shipped_nor_invoiced(x12: Talk) -> None:
    x12.seller.behaviour("ACME", "reject-line")
    x12.send("850", order(widgets=100, panels=10))
    response = x12.only(OrderResponse)
    assert response.answer is Answer.ACCEPTED_WITH_CHANGES
    refused = [
        place for place, (statement, _) in enumerate(statements(response)) if statement is LineStatement.REJECTED
    ]
    assert len(refused) == 1
    x12.deliveries()
    left = [quantity for place, quantity in enumerate((100, 10)) if place not in refused]
    assert shipped(x12.only(ShipNotice)) == invoiced(x12.only(Invoice)) == left


def test_an_order_that_is_refused_brings_nothing_more(x12: Talk) -> None:
    x12.seller.behaviour("ACME", "reject-all")
    sent_order = x12.send("850", order(widgets=100))
    x12.deliveries()
    assert x12.state_of(sent_order) == "accepted"  # its syntax; the answer to its meaning is the response
    assert x12.only(OrderResponse).answer is Answer.REJECTED
    assert len(x12.documents()) == 1
    assert all_is_heard(x12)


@pytest.mark.parametrize(("action", "quantity"), [(ChangeAction.INCREASE, 120), (ChangeAction.DECREASE, 80)])
def test_a_changed_quantity_is_confirmed_and_then_shipped(x12: Talk, action: ChangeAction, quantity: int) -> None:
    x12.send("850", order(widgets=100, panels=10))
    sent_change = x12.send("860", change(action, quantity))
    assert x12.state_of(sent_change) == "accepted"
    _, answer = x12.every(OrderResponse)
    assert (answer.responds_to, answer.change_number, answer.answer) == ("change", "1", Answer.ACCEPTED)
    assert statements(answer) == [(LineStatement.ACCEPTED, quantity)]
    x12.deliveries()
    assert shipped(x12.only(ShipNotice)) == invoiced(x12.only(Invoice)) == [quantity, 10]
    assert all_is_heard(x12)


def test_an_order_that_is_cancelled_is_not_shipped(x12: Talk) -> None:
    x12.send("850", order(widgets=100))
    cancelled = change(ChangeAction.DELETE, 0).model_copy(update={"purpose_code": Purpose.CANCEL, "lines": ()})
    x12.send("860", cancelled)
    assert x12.seller.order("PO-77", "ACME")["status"] == "cancelled"
    x12.deliveries()
    assert [one.responds_to for one in x12.every(OrderResponse)] == ["order", "change"]
    assert (x12.every(ShipNotice), x12.every(Invoice)) == ([], [])


def test_a_change_that_comes_after_the_invoice_changes_nothing(x12: Talk) -> None:
    x12.send("850", order(widgets=100))
    x12.deliveries()
    assert x12.state_of(x12.send("860", change(ChangeAction.DECREASE, 80))) == "accepted"
    x12.deliveries()
    assert [one.responds_to for one in x12.every(OrderResponse)] == ["order"]
    assert invoiced(x12.only(Invoice)) == [100]


def test_broken_documents_give_nothing_and_their_sender_is_told(x12: Talk) -> None:
    x12.seller.behaviour("ACME", "corrupt")
    sent_order = x12.send("850", order(widgets=100))
    x12.deliveries()
    assert x12.state_of(sent_order) == "accepted"
    assert x12.documents() == []
    assert all_is_heard(x12)


def test_a_translator_that_rejects_all_we_send_shows_in_its_state(x12: Talk) -> None:
    x12.seller.behaviour("ACME", "reject-ack")
    assert x12.state_of(x12.send("850", order(widgets=100))) == "rejected"
    assert x12.documents() == []


def test_a_seller_who_says_nothing_becomes_an_alarm(x12: Talk) -> None:
    x12.seller.behaviour("ACME", "no-ack")
    sent_order = x12.send("850", order(widgets=100))
    with x12.road.database.write() as conn:
        assert [one.transmission_id for one in alarm_overdue(conn, x12.road.clock() + timedelta(hours=25))]
    assert x12.state_of(sent_order) == "overdue"


def test_an_answer_that_comes_before_the_acknowledgment_loses_nothing(x12: Talk) -> None:
    x12.seller.behaviour("ACME", "out-of-order")
    sent_order = x12.send("850", order(widgets=100))
    x12.deliveries()
    assert x12.state_of(sent_order) == "accepted"
    assert {one.kind for one in x12.documents()} == {"order-response", "ship-notice", "invoice"}


def test_an_invoice_sent_twice_is_read_twice_under_one_number(x12: Talk) -> None:
    x12.seller.behaviour("ACME", "duplicate-invoice")
    x12.send("850", order(widgets=100))
    x12.deliveries()
    first, second = x12.every(Invoice)
    assert first.invoice_number == second.invoice_number


def test_the_same_conversation_in_edifact(edifact: Talk) -> None:
    sent_order = edifact.send("ORDERS", order("PCE", widgets=100, panels=100))
    assert edifact.state_of(sent_order) == "accepted"
    assert statements(edifact.only(OrderResponse))[0] == (LineStatement.ACCEPTED, 100)
    edifact.send("ORDCHG", change(ChangeAction.CHANGE, 80, unit="PCE"))
    edifact.deliveries()
    first, second = edifact.every(ShipNotice)
    assert (shipped(first), shipped(second)) == ([80, 35], [65])
    assert [invoiced(one) for one in edifact.every(Invoice)] == [[80, 35], [65]]
    assert all_is_heard(edifact)
