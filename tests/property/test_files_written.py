"""Whatever an order says: a file that we write is read as the same order, but for the fields told lost."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.outbound import anybody
from orders.document import Address, Document, Identifier, Line, Note, Party, PurchaseOrder
from orders.values import PartyRole
from translators.agreed import Agreed, Envelope, standard_agreement
from translators.documents import flat
from translators.maps.bases import base_map
from translators.outgoing import PROVISIONAL
from translators.translate import read
from translators.writing import write

T = TypeVar("T")
AT = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)
MAPS = ("csv-order", "json-order", "ubl-order", "cxml-order", "idoc-orders05")
WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zs", "Zl", "Zp")), min_size=1, max_size=12)
TEXTS = st.lists(WORDS, min_size=1, max_size=3).map(" ".join) | st.sampled_from(
    [
        '12" pipe',
        "a,b;c",
        "'007",
        "1.2E+11",
        "=1+1",
        "<a> & b",
        "]]>",
        "total",
        "null",
        "\\u0041",
        "-",
        "ä\tb",
        "two\nlines",
    ]
)
NUMBERS = st.decimals(Decimal("0.01"), 99999, places=2, allow_nan=False)
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def maybe(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | values


PARTS = st.tuples(st.builds(Identifier, qualifier=st.sampled_from(("VP", "BP", "EN", "ZZ")), value=WORDS))
LINES: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    quantity=NUMBERS,
    uom=st.sampled_from(("EA", "CS", "KG")),
    price_as_received=maybe(NUMBERS),
    part_as_ordered=PARTS,
    description=maybe(TEXTS),
    customer_line_ref=maybe(WORDS),
)
ADDRESSES = st.builds(
    Address, line1=maybe(TEXTS), city=maybe(TEXTS), postal_code=maybe(WORDS), country=maybe(st.just("DE"))
)
ROLES = st.sampled_from((PartyRole.SHIP_TO, PartyRole.BUYER, PartyRole.BILL_TO))
PARTIES = st.builds(Party, role=ROLES, party_code=maybe(WORDS), name=maybe(TEXTS), address=maybe(ADDRESSES))
NOTES = st.builds(Note, note_kind=st.just("to-dock"), print_on=st.just(("packing-slip", "pick-list")), note_text=TEXTS)
ORDERS = st.builds(
    PurchaseOrder,
    customer_po_number=WORDS,
    customer_po_date=maybe(DAYS),
    requested_delivery_date=maybe(DAYS),
    currency=maybe(st.sampled_from(("EUR", "USD"))),
    terms_text=maybe(TEXTS),
    parties=st.lists(PARTIES, max_size=2, unique_by=lambda one: one.role).map(tuple),
    notes=st.lists(NOTES, max_size=2).map(tuple),
    lines=st.lists(LINES, min_size=1, max_size=3).map(
        lambda rows: tuple(Line(line_no=number, **row) for number, row in enumerate(rows, 1))
    ),
)


def values(document: Document, lost: tuple[str, ...]) -> set[tuple[str, str]]:
    """Every value of an order that a file can say, but for the fields told lost."""
    ours = ("extensions", "channel", "partner", "received_at", "test_indicator", *lost)
    return {
        (name, format(Decimal(text).normalize(), "f") if "quantity" in name or "price" in name else text)
        for name, text in flat(document).items()
        if not name.startswith(ours) and ".uom_as_received" not in name and ".extensions" not in name
    }


@pytest.mark.parametrize("name", MAPS)
@given(order=ORDERS)
@settings(max_examples=30, deadline=None)
def test_a_file_we_write_is_read_as_the_order_it_was(name: str, order: PurchaseOrder) -> None:
    def agree(envelope: Envelope) -> Agreed:
        return Agreed("anybody", standard_agreement(envelope).agreement, base_map(name))

    written = write(base_map(name), order, anybody("file"), PROVISIONAL, AT)
    if any(finding.rejects for finding in written.findings):
        return  # the sender is told, and nothing goes out
    (again,) = read(written.data, agree, AT, "folder").documents
    assert values(order, written.lost) <= values(again.document, written.lost)
