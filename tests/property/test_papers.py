"""Whatever a partner writes, a page comes out, and what can be read of it is what was written."""

from __future__ import annotations

import unicodedata
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from orders.document import Identifier, Line, Note, Party, PurchaseOrder
from orders.values import NoteKind, PartyRole, PrintOn
from printing.documents import packing_slip, pick_list
from printing.wording import clean, paragraph
from tests.unit.printing.orders_to_print import PRINTED_ON, SITE, address, order
from tests.unit.printing.reading import text_of

WORDS = st.text(max_size=60)
LATIN = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=17)
SMALL = Decimal("0.000001")


@st.composite
def purchase_orders(draw: st.DrawFn) -> PurchaseOrder:
    line = Line(
        line_no=draw(st.integers(0, 999_999)),
        quantity=draw(st.decimals(min_value=0, max_value=10**11, places=6)),
        uom=draw(st.text(max_size=3)),
        part=draw(WORDS),
        part_as_ordered=(Identifier(qualifier="BP", value=draw(WORDS)),),
        description=draw(WORDS),
        pack_qty=draw(st.none() | st.decimals(min_value=SMALL, max_value=10**6, places=6)),
        notes=(Note(note_kind=NoteKind.TO_DOCK, note_text=draw(st.text(max_size=2000))),),
    )
    ship_to = Party(
        role=PartyRole.SHIP_TO, name=draw(WORDS), address=address(line1=draw(WORDS), city=draw(st.text(max_size=50)))
    )
    note = Note(note_kind=NoteKind.TO_DOCK, note_text=draw(st.text(max_size=500)), print_on=tuple(PrintOn))
    return PurchaseOrder(
        customer_po_number=draw(st.text(max_size=50)), parties=(ship_to,), notes=(note,), lines=(line,)
    )


@settings(max_examples=60, deadline=None)
@given(purchase_orders())
def test_any_text_makes_a_page(content: PurchaseOrder) -> None:
    for paper in (pick_list, packing_slip):
        page = paper(order(content), SITE, printed_on=PRINTED_ON)
        assert page.data.startswith(b"%PDF-")
        assert 1 <= page.pages <= 60


@settings(max_examples=40, deadline=None)
@given(LATIN)
def test_a_part_number_is_printed_to_the_letter(part: str) -> None:
    line = Line(line_no=1, quantity=Decimal(1), uom="EA", part=part)
    text = text_of(pick_list(order(PurchaseOrder(lines=(line,))), SITE, printed_on=PRINTED_ON).data)
    assert part in "".join(text.split())


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert paragraph(paragraph(text)) == paragraph(text)
    assert not {"Cc", "Cs"} & {unicodedata.category(letter) for letter in clean(text)}, "controls or half letters"
