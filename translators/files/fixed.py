"""Fixed-width files to orders: each line is a record of a type, and types stand inside each other."""

from __future__ import annotations

from collections.abc import Iterator

from translators.files.options import FileOptions, Record
from translators.files.text import Lines, at_row
from translators.files.trees import OrderTree, add_leaf, add_loop, opened
from translators.findings import Code, Finding, Where, shown
from translators.limits import MAX_FINDINGS_PER_SET, MAX_ORDER_NODES
from translators.source import Source
from translators.tree import Loop

_FILE = "file"
"""What stands around all orders: headers and trailers of the file, which are passed over."""


def orders(source: Source, options: FileOptions) -> Iterator[OrderTree | Finding]:
    """The orders of a fixed-width file. After a rejecting finding none of them counts."""
    lines = Lines(source, options.codec)
    reader = _Reader(options.records)
    count = 0
    for line in lines:
        text = line.rstrip("\n\x1a")
        if text.strip():
            done = reader.take(text, lines.number)
            if isinstance(done, OrderTree):
                count += 1
            if done is not None:
                yield done
                if isinstance(done, Finding) and done.rejects:
                    return
    yield from lines.findings
    if lines.is_broken:
        return
    if reader.tree is not None:
        count += 1
        yield reader.tree
    if not count:
        tag = options.records[0].tag if options.records else ""
        yield Finding(Code.NO_ORDER, f"no line begins an order (with {tag!r}); see records in [file]", at_row(1))


class _Reader:
    def __init__(self, records: tuple[Record, ...]) -> None:
        self.tree: OrderTree | None = None
        self._records = records
        self._open: list[tuple[str, Loop]] = []
        self._nodes = 0

    def take(self, text: str, number: int) -> OrderTree | Finding | None:
        """One line; gives the order that it ends, or what is wrong with the line."""
        record = next((one for one in self._records if one.fits(text)), None)
        if record is None:
            return self._told(Code.RECORD_UNKNOWN, f"line {number} is of no type we know: {shown(text[:20])}", number)
        if record.inside == _FILE:
            return None
        if not record.inside:
            done, self.tree = self.tree, OrderTree(opened(record.name, 1), [number], record.name)
            self._open = [(record.name, self.tree.root)]
            self._nodes = 0
            self._fill(self.tree.root, record, text, number, 1)
            return done
        while self._open and self._open[-1][0] != record.inside:
            self._open.pop()
        if not self._open or self.tree is None:
            self._open = [(self.tree.name, self.tree.root)] if self.tree else []
            message = f"line {number}: a {record.name} stands here without the {record.inside} it belongs to"
            return self._told(Code.SEGMENT_OUT_OF_PLACE, message, number)
        self.tree.places.append(number)
        position = len(self.tree.places)
        loop = opened(record.name, position)
        add_loop(self._open[-1][1], record.name, loop)
        self._open.append((record.name, loop))
        self._fill(loop, record, text, number, position)
        if self._nodes > MAX_ORDER_NODES:
            return Finding(Code.FILE_TOO_LARGE, f"one order has more than {MAX_ORDER_NODES} fields", at_row(number))
        return None

    def _fill(self, loop: Loop, record: Record, text: str, number: int, position: int) -> None:
        self._nodes += 1 + len(record.fields)
        if "\t" in text and self.tree:
            message = f"line {number} holds a tab, which moves all columns behind it; ask for blanks"
            self._add(Finding(Code.ROW_RAGGED, message, Where(record.name, position, offset=number)))
        for one in record.fields:
            if value := one.text(text):
                add_leaf(loop, one.name, value, position)
        for columns, value in record.unnamed(text):
            add_leaf(loop, columns, value, position)

    def _told(self, code: Code, message: str, number: int) -> Finding | None:
        finding = Finding(code, message, at_row(number))
        if self.tree is None:
            return finding
        self._add(finding)
        return None

    def _add(self, finding: Finding) -> None:
        assert self.tree is not None
        if len(self.tree.findings) < MAX_FINDINGS_PER_SET:
            self.tree.findings.append(finding)
