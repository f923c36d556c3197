"""Documents we send and what comes back for them, on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from gateway.acknowledged import alarm_overdue
from gateway.intake import Crossing, receive
from gateway.operations import send_by_agreement
from gateway.outbound import NotAgreed, Unwritable
from gateway.road import Road
from gateway.settings import Settings
from orders.document import Invoice, InvoiceLine, OrderResponse, ResponseLine
from orders.response import Answer, LineAnswer, LineStatement
from partners.profile import read_profile
from printing.folder import FolderPrinter
from store import events, partners, sent, transmissions
from store.archive import Archive
from store.database import Database
from tests import factories
from tests.contract.test_operations import work
from tests.factories import NOON, Clock

PARTNER = """
partner = "acme"
name = "Acme Stores"
our_identifier = { qualifier = "ZZ", value = "US" }

[[identifiers]]
qualifier = "01"
value = "007940297"

[[channels]]
kind = "folder"
inbox = "acme/in"
outbox = "acme/out"

[[agreements]]
document = "855"
direction = "out"
map = "x12-855"
versions = ["004010"]

[[agreements]]
document = "810"
direction = "out"
map = "x12-810"
acknowledge = "none"

[[agreements]]
document = "824"
map = "x12-824"

[[agreements]]
document = "csv"
standard = "file"
direction = "out"
map = "csv-order"
"""
RESPONSE = OrderResponse(
    answer=Answer.ACCEPTED,
    customer_po_number="PO-1",
    customer_po_date=date(2026, 3, 2),
    order_number="SO-100001",
    lines=(
        ResponseLine(
            line_no=1,
            customer_line_ref="1",
            quantity=Decimal(12),
            uom="EA",
            answers=(LineAnswer(statement=LineStatement.ACCEPTED, quantity=Decimal(12), uom="EA"),),
        ),
    ),
)
ENVELOPE = (
    "ISA*00*          *00*          *01*007940297      *ZZ*US             *260303*0915*U*00401*{number}*0*P*>~"
    "{body}IEA*{groups}*{number}~"
)


@pytest.fixture
def road(database: Database, tmp_path: Path) -> Road:
    settings = Settings(home=tmp_path)
    printers = {"dock": FolderPrinter("dock", tmp_path / "printed")}
    road = Road(settings, database, Archive(tmp_path / "archive"), printers, clock=Clock())
    with database.write() as conn:
        partners.import_partner(conn, read_profile(PARTNER), NOON, "test")
    return road


def arrives(road: Road, body: str, number: str, groups: int = 1) -> str:
    """A file of the partner's comes in and is worked on."""
    data = ENVELOPE.format(body=body, number=number, groups=groups).encode()
    transmission_id = receive(road, data, Crossing("folder:acme", f"{number}.edi", f"{number}.edi", road.clock()))
    work(road)
    return transmission_id


def functional(body: str, number: str = "1") -> str:
    segments = body.count("~") + 2
    return f"GS*FA*A*US*20260303*0915*{number}*X*004010~ST*997*0001~{body}SE*{segments}*0001~GE*1*{number}~"


def state_of(road: Road, transmission_id: str) -> tuple[str, str | None]:
    with road.database.read() as conn:
        (row,) = [one for one in sent.recent(conn) if one.transmission_id == transmission_id]
    return row.state, row.reason


def test_a_response_goes_out_by_its_agreement_and_waits_for_its_acknowledgment(road: Road, tmp_path: Path) -> None:
    transmission_id = send_by_agreement(road, "acme", "855", RESPONSE)
    work(road)
    (file,) = (tmp_path / "folders" / "acme" / "out").iterdir()
    text = file.read_text()
    assert "*ZZ*US             *01*007940297      *" in text
    assert "~BAK*00*AD*PO-1*20260302****SO-100001~" in text
    assert "~ACK*IA*12*EA~" in text
    assert state_of(road, transmission_id) == ("waiting", None)


def test_an_order_goes_out_as_a_table_that_nobody_acknowledges(road: Road, tmp_path: Path) -> None:
    order = factories.purchase_order(customer_po_number="PO-9")
    transmission_id = send_by_agreement(road, "acme", "csv", order)
    work(road)
    (file,) = (tmp_path / "folders" / "acme" / "out").iterdir()
    assert file.suffix == ".csv"
    assert file.read_text().splitlines()[1].startswith("PO-9,")
    assert state_of(road, transmission_id) == ("not expected", None)


def test_control_numbers_have_no_gap_when_a_document_could_not_be_written(road: Road) -> None:
    send_by_agreement(road, "acme", "855", RESPONSE)
    with pytest.raises(Unwritable, match="BAK04"):
        send_by_agreement(road, "acme", "855", RESPONSE.model_copy(update={"customer_po_date": None}))
    send_by_agreement(road, "acme", "855", RESPONSE)
    with road.database.read() as conn:
        assert [one.interchange_control_number for one in sent.recent(conn)] == ["2", "1"]


def test_a_set_nobody_agreed_on_is_not_sent(road: Road) -> None:
    with pytest.raises(NotAgreed, match="856; agreed for sending: 855, 810, csv"):
        send_by_agreement(road, "acme", "856", RESPONSE)


def test_a_997_says_what_became_of_the_response(road: Road) -> None:
    transmission_id = send_by_agreement(road, "acme", "855", RESPONSE)
    arrives(road, functional("AK1*PR*1~AK2*855*0001~AK5*A~AK9*A*1*1*1~"), "000000071")
    assert state_of(road, transmission_id) == ("accepted", None)


def test_a_997_that_rejects_gives_the_reason_in_words(road: Road) -> None:
    transmission_id = send_by_agreement(road, "acme", "855", RESPONSE)
    arrives(road, functional("AK1*PR*1~AK2*855*0001~AK3*ACK*4**8~AK4*1**7*ZZ~AK5*R*5~AK9*R*1*1*0~"), "000000072")
    state, reason = state_of(road, transmission_id)
    assert state == "rejected"
    assert reason
    assert "ACK" in reason
    with road.database.read() as conn:
        told = [event.what for event in events.transmission_timeline(conn, transmission_id)]
    assert "acknowledgment.rejected" in told


def test_a_ta1_speaks_for_the_whole_interchange(road: Road) -> None:
    transmission_id = send_by_agreement(road, "acme", "855", RESPONSE)
    arrives(road, "TA1*000000001*260303*0915*R*006~", "000000073", groups=0)
    assert state_of(road, transmission_id)[0] == "rejected"


def test_an_acknowledgment_of_nothing_we_sent_is_told(road: Road) -> None:
    came = arrives(road, functional("AK1*PR*9~AK2*855*0009~AK5*A~AK9*A*1*1*1~"), "000000074")
    with road.database.read() as conn:
        told = [event.what for event in events.transmission_timeline(conn, came)]
        answers = transmissions.answers_to(conn, came)
    assert "acknowledgment.unmatched" in told
    assert answers == []


def test_an_application_advice_is_matched_by_the_business_number(road: Road) -> None:
    invoice = Invoice(
        invoice_number="INV-1",
        invoice_date=date(2026, 3, 3),
        customer_po_number="PO-1",
        total_due=Decimal("111.00"),
        lines=(InvoiceLine(line_no=1, quantity=Decimal(12), uom="EA", unit_price=Decimal("9.25")),),
    )
    transmission_id = send_by_agreement(road, "acme", "810", invoice)
    assert state_of(road, transmission_id)[0] == "not expected"
    advice = "BGN*00*ADV-1*20260303~OTI*TR*PO*PO-1*******810~TED*007*PRICE DIFFERS~"
    body = f"GS*AG*A*US*20260303*0915*3*X*004010~ST*824*0001~{advice}SE*5*0001~GE*1*3~"
    arrives(road, body, "000000075")
    assert state_of(road, transmission_id) == ("rejected", "PRICE DIFFERS")


def test_an_acknowledgment_that_does_not_come_is_an_alarm_once_and_still_taken_later(road: Road) -> None:
    transmission_id = send_by_agreement(road, "acme", "855", RESPONSE)
    now = road.clock()
    with road.database.write() as conn:
        assert alarm_overdue(conn, now + timedelta(hours=23)) == []
        (overdue,) = alarm_overdue(conn, now + timedelta(hours=25))
        assert alarm_overdue(conn, now + timedelta(hours=26)) == []
    assert overdue.transmission_id == transmission_id
    assert state_of(road, transmission_id)[0] == "overdue"
    arrives(road, functional("AK1*PR*1~AK2*855*0001~AK5*A~AK9*A*1*1*1~"), "000000076")
    assert state_of(road, transmission_id)[0] == "accepted"
