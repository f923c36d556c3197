"""What the dock's papers say, and what they never say."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from orders.control import HoldRow
from orders.document import Note, Party
from orders.order import SalesOrder
from orders.values import (
    CancelReason,
    FulfilmentState,
    HoldKind,
    LineStatus,
    LineType,
    NoteKind,
    OrderState,
    PartyRole,
)
from printing.barcodes import BarcodeRefused
from printing.documents import Page, packing_slip, pick_list, printer_test_page, stop_notice
from tests.unit.printing.orders_to_print import PRINTED_ON, SITE, address, hostile, line, order, ordinary, short
from tests.unit.printing.reading import bar_codes, page_texts, pictures, text_of


def picked(of: SalesOrder, *, reprint: bool = False) -> Page:
    return pick_list(of, SITE, printed_on=PRINTED_ON, reprint=reprint)


def slip(of: SalesOrder, *, with_prices: bool = False, reprint: bool = False) -> Page:
    return packing_slip(of, SITE, printed_on=PRINTED_ON, with_prices=with_prices, reprint=reprint)


def changed(base: SalesOrder, **content: object) -> SalesOrder:
    return base.model_copy(update={"content": base.content.model_copy(update=content)})


def test_the_same_order_gives_the_same_bytes() -> None:
    first, other, again = picked(ordinary(5)), picked(short()), picked(ordinary(5))
    assert first == again
    assert first.sha256 == hashlib.sha256(first.data).hexdigest()
    assert first.sha256 != other.sha256


def test_a_page_knows_its_kind_and_length() -> None:
    page = slip(ordinary(40))
    assert (page.kind, page.title, page.media_type) == ("packing-slip", "Packing slip SO-100042", "application/pdf")
    assert page.pages == len(page_texts(page.data)) > 1


def test_what_is_missing_in_the_order_is_missing_on_the_paper() -> None:
    for page in (picked(short()), slip(short())):
        text = text_of(page.data)
        assert page.pages == 1
        assert not re.search(r"None|null|nan|TEST", text)
        for label in ("CARRIER", "CANCEL AFTER", "MARK FOR", "NOTES", "CUSTOMER\n"):
            assert label not in text


def test_an_order_without_any_party_or_line_still_prints() -> None:
    bare = changed(short(), parties=(), lines=(), customer_po_number=None, partner=None)
    assert "Nothing to pick." in text_of(picked(bare).data)
    assert "Nothing to ship." in text_of(slip(bare).data)


def test_the_head_says_who_where_when_and_how() -> None:
    text = text_of(picked(ordinary(3)).data)
    for said in (
        "SO-100042",
        "4500123456",
        "Big Box Distribution Center 6094",
        "Zoë Müller · +1 206 555 0142",
        "Call 30 min ahead; gate code 4471#.",
        "Big Box Stores, Inc.",
        "Store 1187",
        "01–05 Dec 2026",
        "08 Dec 2026",
        "UPSN · UPS Freight",
        "Third party",
        "A1B2C3",
        "042",
        "Ship complete order",
        "Signature required",
        "Cascade Fittings Manufacturing",
        "Printed 24 Nov 2026",
        "Page 1 of 1",
    ):
        assert said in text, said


def test_a_line_says_all_its_numbers_and_rules() -> None:
    text = text_of(picked(ordinary(3)).data)
    for said in (
        "CF-1001-B",
        "8800001",
        "061414100001",
        "5 per carton: 2 cartons + 2",
        "Record lot",
        "Wipe flux residue off before packing.",
        "ship 08 Dec 2026 · to DC 6095",
        "deliver 21 Dec 2026, 06:00-10:00 · door 14",
        "DANGEROUS GOODS UN1993",
        "Record serial numbers",
        "0.5",
        "3 lines",
        "36 EA",
    ):
        assert said in text, said


def test_rules_for_the_picker_do_not_go_to_the_customer() -> None:
    text = text_of(slip(ordinary(3)).data)
    assert "DANGEROUS GOODS UN1993" in text
    for inside in ("Record lot", "Wipe flux", "Floor-load", "Margin", "PRIORITY"):
        assert inside not in text


def test_internal_notes_are_on_no_paper() -> None:
    secret = Note(note_kind=NoteKind.INTERNAL, note_text="They pay late.")
    noted = changed(ordinary(2), notes=(secret,))
    assert "They pay late" not in text_of(picked(noted).data) + text_of(slip(noted).data)
    assert "Margin is thin" not in text_of(picked(ordinary(2)).data)


def test_freight_is_one_of_the_charges_and_printed_once() -> None:
    of = ordinary(2)
    charged = {"charges_total": Decimal("12.50"), "freight_total": Decimal("12.50")}
    only_freight = of.model_copy(update={"content": of.content.model_copy(update=charged)})
    told = text_of(slip(only_freight, with_prices=True).data)
    assert (told.count("12.50"), "harges" in told) == (1, False)
    charged["charges_total"] = Decimal("15.00")
    more = of.model_copy(update={"content": of.content.model_copy(update=charged)})
    assert "Other charges 2.50" in text_of(slip(more, with_prices=True).data)


def test_prices_are_printed_only_when_asked_for_and_never_in_a_gift() -> None:
    assert "4.25" not in text_of(slip(ordinary(2)).data)
    priced = text_of(slip(ordinary(2), with_prices=True).data)
    assert "4.25" in priced
    assert "Total USD" in priced
    assert "42,130.50" in priced
    gift = changed(ordinary(2), gift=True, gift_message="Happy birthday!")
    gift_text = text_of(slip(gift, with_prices=True).data)
    assert "4.25" not in gift_text
    assert "Happy birthday!" in gift_text


def test_a_price_per_hundred_says_so() -> None:
    priced = changed(short(), lines=(line(1, unit_price=Decimal("31.5"), price_basis_qty=Decimal(100)),))
    assert "31.50 / 100" in text_of(slip(priced, with_prices=True).data)


def test_cancelled_lines_and_services_are_not_picked() -> None:
    mixed = changed(
        short(),
        lines=(
            line(1),
            line(2, line_status=LineStatus.CANCELLED),
            line(3, line_type=LineType.SERVICE, description="Engraving"),
            line(4, line_type=LineType.COMMENT, description="Spare parts follow later"),
        ),
    )
    text = text_of(picked(mixed).data)
    assert "CF-1002-B" not in text
    assert "Engraving" not in text
    assert "Spare parts follow later" in text
    assert "1 line" in text


def test_shipped_and_back_ordered_quantities_are_on_the_slip_when_known() -> None:
    partly = changed(short(), lines=(line(1, quantity_shipped=Decimal(7), quantity_backordered=Decimal(5)),))
    assert "BACK ORDER" in text_of(slip(partly).data)
    assert "BACK ORDER" not in text_of(slip(short()).data)


def test_a_reprint_says_so_on_every_page() -> None:
    for page in (picked(ordinary(40), reprint=True), slip(ordinary(40), reprint=True)):
        assert all("REPRINT" in text for text in page_texts(page.data))
    assert "REPRINT" not in text_of(picked(ordinary(40)).data)


def test_a_rush_order_and_an_open_hold_are_marked_on_the_pick_list() -> None:
    hold = HoldRow(
        hold_id="h1",
        kind=HoldKind.CREDIT,
        rule="limit",
        reason="Limit 10,000",
        set_by="system",
        set_at=datetime(2026, 11, 24, tzinfo=UTC),
    )
    marked = changed(short(), rush=True).model_copy(update={"holds": (hold,)})
    text = text_of(picked(marked).data)
    assert "RUSH" in text
    assert "CREDIT HOLD" in text
    assert "10,000" not in text, "the customer's limit is nobody's business on the dock"


def test_two_hundred_lines_all_come_out_once_under_a_repeated_head() -> None:
    for page in (picked(ordinary(200)), slip(ordinary(200))):
        texts = page_texts(page.data)
        for number, text in enumerate(texts, 1):
            assert f"Page {number} of {page.pages}" in text
            assert "DESCRIPTION" in text
            assert "SO-100042" in text
        everything = "\n".join(texts)
        found = re.findall(r"CF-1(\d{3})-B", everything)
        assert found == [f"{number:03}" for number in range(1, 201)]
        assert "200 lines" in everything


def test_a_long_order_number_can_still_be_scanned() -> None:
    number = "SO-1000421234567890-ABCDEFGHIJ"
    assert number in bar_codes(pictures(picked(order(short().content, number)).data, dpi=300)[0])


def test_an_order_number_no_bar_code_can_carry_is_refused() -> None:
    with pytest.raises(BarcodeRefused):
        picked(order(short().content, "SO-é"))


def test_what_a_partner_writes_is_text_and_nothing_else() -> None:
    text = text_of(picked(hostile()).data)
    assert '#panic("x")$x$*a*_b_`c`<d>@e=f\\"g"{{7*7}}${HOME}%s#{1+1}//n/*o*/' in "".join(text.split())
    assert "%-12345X@PJL ^XA^FDx^XZ evil end" in text
    assert not re.search("[\x1b\u202e]", text)


@pytest.mark.parametrize("dress", [picked, slip])
def test_nothing_runs_over_the_edge_of_the_sheet(dress: object) -> None:
    assert callable(dress)
    for base in (hostile(), ordinary(40)):
        for picture in pictures(dress(base).data, dpi=40, last=6):
            width, height = picture.size
            edge = 12  # 0.3 in: laser printers reach to a quarter
            for strip in ((0, 0, edge, height), (width - edge, 0, width, height), (0, height - edge, width, height)):
                assert picture.crop(strip).getextrema()[0] == 255


def test_the_papers_need_no_font_of_the_machine() -> None:
    data = picked(ordinary(5)).data
    assert set(re.findall(rb"/FontName ?/[A-Z]{6}\+([A-Za-z-]+)", data)) == {
        b"IBMPlexSans-Regular",
        b"IBMPlexSans-SemiBold",
    }


def test_a_test_page_names_its_printer_and_scans() -> None:
    page = printer_test_page("dock-1", "2026-11-24 12:00:00 UTC")
    text = text_of(page.data)
    assert "dock-1" in text
    assert "2026-11-24 12:00:00 UTC" in text
    assert page.pages == 1
    assert bar_codes(pictures(page.data, dpi=300)[0]) == {"DOCKGATE-1"}


def test_an_address_abroad_names_its_country_and_ours_does_not() -> None:
    abroad = Party(
        role=PartyRole.SHIP_TO,
        name="Müller GmbH",
        address=address(line1="Straße 1", city="Köln", region=None, postal_code="50667", country="DE"),
    )
    assert "50667 Köln\nDE" in text_of(slip(changed(short(), parties=(abroad,))).data)
    assert "\nUS\n" not in text_of(slip(short()).data)


def test_a_single_date_is_said_once_a_window_with_both_ends() -> None:
    dated = changed(short(), requested_ship_date=date(2026, 12, 1), deliver_no_later=date(2026, 12, 9))
    text = text_of(picked(dated).data)
    assert "SHIP ON\n01 Dec 2026" in text
    assert "by 09 Dec 2026" in text


@pytest.mark.parametrize(
    ("state", "sentence", "step"),
    [
        (OrderState.CANCELLED, "The order is cancelled.", "Put goods already taken back"),
        (OrderState.IN_REVIEW, "The order is being changed.", "Wait for the new pick list"),
    ],
)
def test_a_stop_notice_says_that_papers_are_void_and_what_to_do(state: OrderState, sentence: str, step: str) -> None:
    stopped = short().model_copy(update={"order_state": state, "cancel_reason": CancelReason.CUSTOMER_REQUEST})
    page = stop_notice(stopped, SITE, printed_on=PRINTED_ON)
    text = text_of(page.data)
    assert (page.kind, page.pages) == ("stop-notice", 1)
    for said in ("STOP", stopped.order_number, sentence, step, "Customer request"):
        assert said in text
    assert stopped.order_number in bar_codes(pictures(page.data)[0])


def test_papers_of_a_second_release_say_that_they_replace_the_first_or_are_for_the_rest() -> None:
    again = short().model_copy(update={"dock_release": 2})
    assert "REPLACES EARLIER PAPERS" in text_of(picked(again).data)
    rest = again.model_copy(update={"fulfilment_state": FulfilmentState.PARTLY_SHIPPED})
    assert "BACK ORDER" in text_of(picked(rest).data)
    assert "REPLACES" not in text_of(picked(short()).data)
