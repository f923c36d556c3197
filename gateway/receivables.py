"""The ledger's figures as a file: what each customer owes, or every open invoice; a table of text or a workbook.

A file is taken whole or not at all: its rows are read first, and a row that cannot be is named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal, InvalidOperation

from pydantic import ValidationError

from gateway import credit as desk
from gateway.road import Road
from orders.credit_account import CreditAccount, OpenItem, of_ledger
from orders.order import OrderError
from store import credit, masters
from translators.detect import detect
from translators.files import delimited, sheets
from translators.files.headings import Row, is_filled
from translators.files.options import FileOptions, plain_name
from translators.findings import Finding

HEAD_BYTES = 4096
SHOWN_FAULTS = 10
ITEM_COLUMNS = ("document", "due_on", "amount", "dated_on")
ACCOUNT_COLUMNS = tuple(name for name in CreditAccount.model_fields if name not in ("open_items", "customer"))
COLUMNS = {plain_name(name): name for name in ("customer", *ITEM_COLUMNS, *ACCOUNT_COLUMNS)}
LEDGER_COLUMNS = {"receivables", "unapplied_payments", "past_due", "past_due_days", "amount"}
NUMBERS = {"credit_limit", "temporary_limit", "receivables", "unapplied_payments", "past_due", "amount"}


class ReceivablesInvalid(OrderError):
    """The file is no table of accounts or open items; each line of the message names one fault and its row."""

    code = "receivables-invalid"


@dataclass
class Told:
    """What a file says of one customer."""

    values: dict[str, str] = field(default_factory=dict)
    items: list[OpenItem] = field(default_factory=list)


@dataclass(frozen=True)
class Imported:
    """How many accounts were brought up to date, and how many held orders are checked again."""

    accounts: int
    checked: int


def import_receivables(road: Road, data: bytes, as_of: datetime | None = None) -> Imported:
    """Bring accounts up to date from a file; orders that credit holds are checked again.

    A column that the file does not have stays as it was, and so does a customer it does not name. A column ``document``
    makes it a list of open items: what a customer owes is their sum.

    Args:
        as_of: when the ledger's figures were taken, where the file does not say; now when None.

    Raises:
        ReceivablesInvalid: see the class.
    """
    taken_at = as_of or road.clock()
    told, columns = read_receivables(data)
    with road.database.read() as conn:
        before = {name: credit.account_by_id(conn, name) or CreditAccount(customer=name) for name in told}
    for name, one in told.items():
        _account(name, one, before[name], columns, taken_at)
    checked = 0
    for name, one in told.items():
        # One transaction each: a worker that decides upon one customer never waits for the whole file.
        with road.database.write() as conn:
            masters.lock_customer(conn, name)
            stored = credit.account_by_id(conn, name, lock=True) or CreditAccount(customer=name)
            account = _account(name, one, stored, columns, taken_at)
            checked += desk.put_account(conn, account, road.clock())
    return Imported(len(told), checked)


def read_receivables(data: bytes) -> tuple[dict[str, Told], frozenset[str]]:
    """What a file says of each customer, and which columns it has.

    Raises:
        ReceivablesInvalid: see the class.
    """
    rows = _rows(data)
    head = next(rows, None)
    names = [COLUMNS.get(plain_name(cell), "") for cell in head.cells] if head else []
    unknown = [cell for cell, name in zip(head.cells, names, strict=True) if cell.strip() and not name] if head else []
    if "customer" not in names or unknown:
        wrong = f"column {unknown[0]!r} is not known" if unknown else "there is no column customer"
        raise ReceivablesInvalid(f"{wrong}; known: {', '.join(COLUMNS.values())}")
    told: dict[str, Told] = {}
    faults: list[str] = []
    for row in rows:
        if any(cell.strip() for cell in row.cells[len(names) :]):
            faults.append(f"row {row.number}: more cells than the {len(names)} columns; is a decimal comma unquoted?")
            continue
        cells = {name: cell.strip() for name, cell in zip(names, row.cells, strict=False) if name and cell.strip()}
        faults += [f"row {row.number}: {fault}" for fault in _take(cells, told, is_items="document" in names)]
    if faults:
        more = f"\n{len(faults) - SHOWN_FAULTS} more" if len(faults) > SHOWN_FAULTS else ""
        raise ReceivablesInvalid("\n".join(faults[:SHOWN_FAULTS]) + more)
    return told, frozenset(names)


def _rows(data: bytes) -> Iterator[Row]:
    syntax = detect(data[:HEAD_BYTES])
    found: Iterable[Row | Finding]
    found = sheets.rows(data, syntax) if sheets.is_book(syntax) else delimited.rows(data, FileOptions())
    for row in found:
        if isinstance(row, Finding):
            if row.rejects:
                raise ReceivablesInvalid(row.message)
        elif is_filled(row):
            yield row


def _take(cells: Mapping[str, str], told: dict[str, Told], *, is_items: bool) -> Iterator[str]:
    """Take one row, or say what is wrong with it."""
    name = cells.get("customer", "")
    if not name:
        yield "no customer is named"
        return
    for column in NUMBERS & cells.keys():
        if not _is_number(cells[column]):
            yield f"{column}: {cells[column]!r} is no number such as 1234.50"
            return
    if not is_items and name in told:
        yield f"customer {name} comes twice"
        return
    one = told.setdefault(name, Told())
    item = {column: cells[column] for column in ITEM_COLUMNS if column in cells}
    rest = {column: cell for column, cell in cells.items() if column in ACCOUNT_COLUMNS}
    try:
        if item:
            one.items.append(OpenItem.model_validate(item))
        one.values |= rest
        CreditAccount.model_validate({"customer": name} | one.values)
    except ValidationError as error:
        yield from (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _account(
    name: str, told: Told, stored: CreditAccount, columns: frozenset[str], taken_at: datetime
) -> CreditAccount:
    """The stored account with what the file says; an empty cell of a column empties the field."""
    emptied = {column for column in columns & set(ACCOUNT_COLUMNS) if column not in told.values}
    kept = {key: value for key, value in stored.model_dump(exclude_none=True).items() if key not in emptied}
    if columns & LEDGER_COLUMNS:
        kept |= {"as_of": taken_at, "open_items": ()}
    account = CreditAccount.model_validate(kept | told.values | {"customer": name})
    return of_ledger(account, told.items) if "document" in columns else account
