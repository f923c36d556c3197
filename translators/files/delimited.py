"""CSV and its cousins: lines to rows (RFC 4180, with any separator, read strictly where a quote is concerned)."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from itertools import chain, islice
from typing import TYPE_CHECKING

from translators.files.headings import Row
from translators.files.options import FileOptions
from translators.files.text import Lines, at_row
from translators.findings import Code, Finding
from translators.source import Source

if TYPE_CHECKING:
    import _csv

SEPARATORS = ",;\t|"
_SAMPLE_LINES = 20


def rows(source: Source, options: FileOptions, separator: str = "") -> Iterator[Row | Finding]:
    """The rows of a file, numbered by the line they begin on. A broken file ends with a rejecting finding."""
    lines = Lines(source, options.codec)
    sample = list(islice(lines, _SAMPLE_LINES))
    separator = separator or options.separator
    skipped = 0
    if sample and sample[0].lower().startswith("sep=") and len(sample[0]) == 6:
        separator, skipped = sample[0][4], 1
    if separator == "auto":
        separator = separator_of(sample, options.quote)
    reader = _reader(chain(sample[skipped:], lines), separator, options.quote)
    before = skipped
    try:
        for cells in reader:
            yield from _taken(lines.findings)
            yield Row(before + 1, cells)
            before = skipped + reader.line_num
    except csv.Error as reason:
        yield from _taken(lines.findings)
        number = before + 1
        message = f"row {number} cannot be read ({reason}): is a quote opened and not closed, or not doubled?"
        yield Finding(Code.FILE_MALFORMED, message, at_row(number))
    yield from _taken(lines.findings)


def separator_of(sample: list[str], quote: str = '"') -> str:
    """The separator that divides most lines into equally many cells; of several, the one that gives most cells."""

    def score(separator: str) -> tuple[int, int]:
        try:
            widths = [len(cells) for cells in _reader(iter(sample), separator, quote, strict=False)]
        except csv.Error:
            return 0, 0
        common = Counter(width for width in widths if width > 1).most_common(1)
        return (common[0][1], common[0][0]) if common else (0, 0)

    return max(SEPARATORS, key=score)


def _reader(lines: Iterator[str], separator: str, quote: str, strict: bool = True) -> _csv.Reader:
    return csv.reader(
        lines,
        delimiter=separator,
        quotechar=quote or None,
        quoting=csv.QUOTE_MINIMAL if quote else csv.QUOTE_NONE,
        skipinitialspace=not separator.isspace(),
        strict=strict,
    )


def _taken(findings: list[Finding]) -> list[Finding]:
    """Those nobody has told yet."""
    told, findings[:] = list(findings), []
    return told
