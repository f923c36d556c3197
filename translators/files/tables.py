"""Rows to orders: headings, rows to pass over, rows that make one order, header fields that come in every row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain

from translators.files.headings import Headings, Row, headings_of, is_filled
from translators.files.options import FileOptions, plain_name
from translators.files.text import at_row
from translators.files.trees import OrderTree, add_leaf, add_loop, opened
from translators.findings import Code, Finding, Severity, Where, shown
from translators.limits import (
    MAX_COLUMNS,
    MAX_FINDINGS_PER_SET,
    MAX_HEADING_ROWS,
    MAX_ORDER_NODES,
    MAX_ROWS,
    MAX_ROWS_HELD,
)

_TOTALS = frozenset(
    ("total", "totals", "subtotal", "grandtotal", "sum", "summe", "gesamt", "gesamtsumme", "zwischensumme")
) | {"totaal", "subtotaal", "totale", "soustotal"}
"""What the first cell of a row of sums says, in :func:`plain_name`'s spelling."""
_SCIENTIFIC = re.compile(r"[0-9](?:[.,][0-9]+)?[Ee]\+[0-9]{2}")
_KEPT_AS_TEXT = re.compile(r"'(?:[0-9]+|[=@+-].*)", re.DOTALL)
"""An apostrophe that told a spreadsheet to keep the zeros, or to run no formula; some exports leave it in."""


def orders(
    rows: Iterable[Row | Finding], options: FileOptions, name: str = "file", is_sheet: bool = False
) -> Iterator[OrderTree | Finding]:
    """The orders of a table. After a rejecting finding none of them counts.

    A sheet leaves out empty cells at the end of a row, and has notes beside its table; in a text file either means that
    a separator is too few or too many.
    """
    left = iter(rows)
    first: list[Row] = []
    for row in left:
        if isinstance(row, Finding):
            yield row
            if row.rejects:
                return
        elif is_filled(row):
            first.append(row)
            if len(first) == MAX_HEADING_ROWS:
                break
    headings = headings_of(first, options)
    if isinstance(headings, Finding):
        yield headings
        return
    body = chain((row for row in first if row.number > headings.row), left)
    yield from _Table(options, headings, name, is_sheet).orders(body)


@dataclass(slots=True)
class _Order:
    """An order that rows are still put to."""

    tree: OrderTree
    said: dict[str, tuple[str, int]] = field(default_factory=dict)
    """Header fields: the first value and its row."""
    nodes: int = 0


class _Table:
    def __init__(self, options: FileOptions, headings: Headings, name: str, is_sheet: bool) -> None:
        self._options = options
        self._names = headings.names
        self._width = max((at for at, one in enumerate(headings.names, 1) if one), default=0)
        self._name = name
        self._is_sheet = is_sheet
        self._header = options.header_columns
        self._by = [headings.names.index(one) for one in options.group_by if one in headings.names]
        self._skip = [(headings.names.index(one), one, words) for one, words in options.skip.items()]
        self._heading_names = [one for one in headings.names if one] if headings.row else []
        self._titles = headings.titles
        self._count = self._passed = 0

    def orders(self, rows: Iterable[Row | Finding]) -> Iterator[OrderTree | Finding]:
        open_orders: dict[tuple[str, ...], _Order] = {}
        key: tuple[str, ...] = ()
        closed: set[tuple[str, ...]] = set()
        for row in rows:
            if isinstance(row, Finding):
                yield row
                if row.rejects:
                    return
                continue
            if not is_filled(row):
                continue
            if (stop := self._too_much(row, len(open_orders))) is not None:
                yield stop
                return
            cells = [_cell(cell) for cell in row.cells]
            if (why := self._passed_over(cells)) is not None:
                self._passed += 1
                if self._passed <= MAX_FINDINGS_PER_SET:
                    yield Finding(Code.ROW_SKIPPED, f"row {row.number} was passed over: {why}", at_row(row.number))
                continue
            key = self._key(cells) or key
            if key not in open_orders:
                if self._options.sorted:
                    closed.update(open_orders)
                    yield from (one.tree for one in open_orders.values())
                    open_orders.clear()
                open_orders[key] = self._opened(key, row.number)
                if key in closed:
                    message = f"row {row.number}: {shown(', '.join(key))} comes again though [file] says sorted = true"
                    yield Finding(Code.ROW_OUT_OF_GROUP, message, at_row(row.number))
                    return
            order = open_orders[key]
            self._put(row, cells, order)
            if order.nodes > MAX_ORDER_NODES:
                message = f"one order has more than {MAX_ORDER_NODES} cells"
                yield Finding(Code.FILE_TOO_LARGE, message, at_row(row.number))
                return
        yield from (one.tree for one in open_orders.values())
        if not open_orders:
            yield Finding(Code.NO_ORDER, "below the headings there is no row of an order")

    def _key(self, cells: list[str]) -> tuple[str, ...]:
        """What makes the order of a row. Empty below a merged cell: then it belongs to the order above."""
        key = tuple(cells[at] if at < len(cells) else "" for at in self._by)
        return key if any(key) else ()

    def _too_much(self, row: Row, open_orders: int) -> Finding | None:
        self._count += 1
        if self._count > MAX_ROWS:
            return Finding(Code.FILE_TOO_LARGE, f"the table has more than {MAX_ROWS} rows", at_row(row.number))
        if len(row.cells) > MAX_COLUMNS:
            message = f"row {row.number} has more than {MAX_COLUMNS} cells"
            return Finding(Code.FILE_TOO_LARGE, message, at_row(row.number))
        if open_orders > 1 and self._count > MAX_ROWS_HELD:
            message = f"more than {MAX_ROWS_HELD} rows: sort them by order and say sorted = true in [file]"
            return Finding(Code.FILE_TOO_LARGE, message, at_row(row.number))
        return None

    def _passed_over(self, cells: list[str]) -> str | None:
        """Why a row is none of an order's."""
        if [cell for cell in cells if cell] == self._heading_names or cells == self._names:
            return "it repeats the headings"
        first = next(cell for cell in [*cells, " "] if cell)
        if plain_name(first) in _TOTALS:
            return f"it is a row of sums ({shown(first)})"
        for at, name, words in self._skip:
            text = (cells[at] if at < len(cells) else "").casefold()
            if any(text.startswith(word.casefold()) if word else not text for word in words):
                return f"{name} is {shown(text) or 'empty'}"
        return None

    def _opened(self, key: tuple[str, ...], number: int) -> _Order:
        tree = OrderTree(opened("file", 1), [number], " ".join(filter(None, key)) or self._name)
        for name, text, row in self._titles:
            tree.places.append(row)
            add_leaf(tree.root, name, text, len(tree.places))
        return _Order(tree)

    def _put(self, row: Row, cells: list[str], order: _Order) -> None:
        tree = order.tree
        is_first = "row" not in tree.root.loops
        if not is_first:
            tree.places.append(row.number)
        position = 1 if is_first else len(tree.places)
        self._check(row, cells, position, tree)
        line = opened("row", position)
        for name, cell in zip(self._names, cells, strict=False):
            if not cell or not name:
                continue
            order.nodes += 1
            if name in self._header:
                self._say(name, cell, row.number, position, order)
                continue
            add_leaf(line, name, cell, position)
            if is_first and not self._header:
                add_leaf(tree.root, name, cell, position)
        add_loop(tree.root, "row", line)

    def _say(self, name: str, cell: str, number: int, position: int, order: _Order) -> None:
        """A field of the whole order: the first row that has it counts."""
        said, at = order.said.setdefault(name, (cell, number))
        if at == number and said is cell:
            add_leaf(order.tree.root, name, cell, position)
        elif said != cell:
            message = f"{name} is {shown(said)} in row {at} and {shown(cell)} in row {number}; the first counts"
            _add(order.tree, Finding(Code.ROWS_CONTRADICT, message, Where("row", position, offset=number), cell[:100]))

    def _check(self, row: Row, cells: list[str], position: int, tree: OrderTree) -> None:
        """What is wrong with the row as such. It stays in the tree: the order is refused as a whole or not at all."""
        for one in row.findings:
            _add(tree, one)
        where = Where("row", position, offset=row.number)
        has_more = any(cells[len(self._names) :])
        if has_more or (len(cells) < self._width and not self._is_sheet):
            message = f"row {row.number} has {len(cells)} cells, the headings have {self._width}"
            severity = Severity.WARNING if self._is_sheet else None
            _add(tree, Finding(Code.ROW_RAGGED, message, where, severity=severity))
        for at, cell in enumerate(cells[: len(self._names)]):
            if len(cell) < 16 and "+" in cell and _SCIENTIFIC.fullmatch(cell):
                message = (
                    f"row {row.number}, {self._names[at]}: {cell}: a spreadsheet has turned a number into scientific "
                    "notation; format the column as text"
                )
                place = Where("row", position, at + 1, offset=row.number)
                _add(tree, Finding(Code.NUMBER_SCIENTIFIC, message, place, cell, Severity.WARNING))


def _cell(text: str) -> str:
    """A cell without what surrounds it. Nothing else is done to it: ``=1+1`` and ``@x`` are texts like any other."""
    text = text.strip()
    return text[1:] if text[:1] == "'" and _KEPT_AS_TEXT.fullmatch(text) else text


def _add(tree: OrderTree, finding: Finding) -> None:
    """Past the limit only what rejects, once."""
    kept = tree.findings
    if len(kept) < MAX_FINDINGS_PER_SET or (finding.rejects and not any(one.rejects for one in kept)):
        kept.append(finding)
