"""Which price holds for a part: the customer's contract, their list, their group's list, then the part's own price."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from orders.masters import Book, Catalogue, Offer, Part, is_valid
from orders.units import ONE, factor
from orders.values import BreakCounting, PriceSource


class Asked(NamedTuple):
    """What a price is asked for: a line, on the day of its order.

    ``factor`` says how many of the part's units are in one of the line's, None when nobody knows. Quantities are in the
    part's units where that is known; ``of_the_part`` is what the whole order asks of it.
    """

    uom: str
    factor: Fraction | None
    quantity: Decimal
    of_the_part: Decimal
    on: date
    currency: str | None


class Price(NamedTuple):
    """Our price of one of the line's units, exact: as it is stated, times ``ratio``; and where it stands."""

    stated: Decimal
    ratio: Fraction
    source: PriceSource
    where: str
    counting: BreakCounting = BreakCounting.LINE

    @property
    def per_unit(self) -> Fraction:
        return Fraction(self.stated) if self.ratio is ONE else Fraction(self.stated) * self.ratio


class Answer(NamedTuple):
    """Our price, or why there is none though we have one: another currency, or a unit nobody can convert."""

    price: Price | None = None
    is_barred: bool = False


NO_PRICE = Answer()


def price_of(part: Part, asked: Asked, catalogue: Catalogue) -> Answer:
    """The price that holds, of the first book that has one."""
    is_barred = False
    for book in catalogue.books:
        if part.part not in book.prices or not book.is_open(asked.on):
            continue
        if asked.currency not in (None, book.price_list.currency):
            is_barred = True
            continue
        found = list(_reached(book, part, asked))
        if not found:
            is_barred = is_barred or _is_unit_unknown(book, part, asked)
            continue
        offer, ratio = found[0] if len(found) == 1 else max(found, key=lambda one: _rank(one[0], asked))
        if offer.basis_qty != 1:
            ratio /= Fraction(offer.basis_qty)
        where = f"contract {book.contract.contract}" if book.contract else f"price list {book.price_list.price_list}"
        return Answer(Price(offer.price, ratio, book.source, where, offer.counting))
    if part.list_price is None:
        return Answer(is_barred=is_barred)
    if asked.currency not in (None, part.currency) or asked.factor is None:
        return Answer(is_barred=True)
    return Answer(Price(part.list_price, asked.factor, PriceSource.PRICE_LIST, f"part {part.part}"))


def _rank(offer: Offer, asked: Asked) -> tuple[bool, date, Decimal]:
    """A price for the very unit before one that must be converted; of several the newest; of those the best break."""
    return offer.uom == asked.uom, offer.valid_from or date.min, offer.from_qty


def _reached(book: Book, part: Part, asked: Asked) -> Iterator[tuple[Offer, Fraction]]:
    """The offers that hold, each with how many of its units are in one of the line's."""
    for offer in book.prices[part.part].offers:
        if not is_valid(offer, asked.on):
            continue
        ratio = _ratio(offer, part, asked)
        if ratio is not None and (not offer.from_qty or _counted(offer, book, part, asked, ratio) >= offer.from_qty):
            yield offer, ratio


def _ratio(offer: Offer, part: Part, asked: Asked) -> Fraction | None:
    uom = offer.uom or part.uom
    if uom == asked.uom:
        return ONE
    its = factor(uom, part)
    return None if its is None or asked.factor is None else asked.factor / its


def _counted(offer: Offer, book: Book, part: Part, asked: Asked, ratio: Fraction) -> Decimal | Fraction:
    """What a break counts, in the offer's unit."""
    if offer.counting in (BreakCounting.LINE, BreakCounting.DELIVERY):
        return asked.quantity if ratio is ONE else Fraction(asked.quantity) * ratio
    # The part's units to the line's to the offer's; without a known size the line's own figure stands for all.
    into = ratio / asked.factor if asked.factor else ratio
    before = book.ordered.get(part.part, Decimal(0)) if offer.counting is BreakCounting.CONTRACT_TO_DATE else 0
    return Fraction(asked.of_the_part + before) * into


def _is_unit_unknown(book: Book, part: Part, asked: Asked) -> bool:
    return any(is_valid(one, asked.on) and _ratio(one, part, asked) is None for one in book.prices[part.part].offers)
