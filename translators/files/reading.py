"""The front door to customers' files: bytes in, a tree for each order out.

Nothing is raised for any bytes. A :class:`Finding` that comes by itself speaks of the file; after one that rejects none
of the orders counts, those that came before it included. What is wrong with one order stands with its tree.
"""

from __future__ import annotations

from collections.abc import Iterator

from translators.detect import Syntax, detect
from translators.files import delimited, fixed, jsontext, markup, sheets, tables
from translators.files.archive import Archive, whole
from translators.files.options import FileOptions
from translators.files.trees import OrderTree, Unsound
from translators.findings import Code, Finding, shown
from translators.limits import HEAD_BYTES, MAX_ARCHIVE_BYTES
from translators.source import Source

__all__ = ["OrderTree", "read_file"]

_SHEETS = (Syntax.XLSX, Syntax.XLS, Syntax.ODS, Syntax.HTML)


def read_file(source: Source, syntax: Syntax, options: FileOptions) -> Iterator[OrderTree | Finding]:
    """The orders of a file of a syntax (:func:`translators.detect.detect`), read as its partner writes them.

    A zip gives the orders of all its files. ``options.format`` says what is expected; a file that plainly is something
    else is refused, for then it is not the file the partner's map was made for.
    """
    if syntax is Syntax.ZIP:
        yield from _archive(source, options)
        return
    wanted = options.format or _format(syntax)
    if wanted not in _may_be(syntax, options):
        message = f"this is {syntax.value}, not {wanted or 'a file of orders'}"
        yield Finding(Code.SYNTAX_NOT_READ, message)
    elif wanted in ("csv", "tsv"):
        separator = "\t" if wanted == "tsv" else ""
        yield from tables.orders(delimited.rows(source, options, separator), options)
    elif wanted == "fixed":
        yield from fixed.orders(source, options)
    elif wanted == "xml":
        yield from markup.orders(source, options)
    elif wanted == "json":
        yield from jsontext.orders(source, options)
    else:
        yield from sheets.orders(source, syntax, options)


def _format(syntax: Syntax) -> str:
    if syntax is Syntax.HTML:
        return "xls"
    return syntax.value if syntax in (Syntax.XML, Syntax.JSON, Syntax.CSV, Syntax.TSV, *_SHEETS) else ""


def _may_be(syntax: Syntax, options: FileOptions) -> tuple[str, ...]:
    """The formats a file may be read as. Whether a text is CSV or fixed width cannot be seen for sure.

    Neither can it be seen that bytes are a text when they are of an encoding that only the partner's map knows.
    """
    is_named = syntax is Syntax.BINARY and options.encoding != "auto"
    if is_named or syntax in (Syntax.CSV, Syntax.TSV, Syntax.TEXT):
        return ("csv", "tsv", "fixed")
    if syntax in _SHEETS:
        return ("xlsx", "xls", "ods")
    return (syntax.value,) if syntax in (Syntax.XML, Syntax.JSON) else ()


def _archive(source: Source, options: FileOptions) -> Iterator[OrderTree | Finding]:
    try:
        archive = Archive(whole(source, MAX_ARCHIVE_BYTES))
        if not archive.names:
            yield Finding(Code.NO_ORDER, "the archive is empty")
        for name in archive.names:
            raw = b"".join(archive.read(name))
            syntax = detect(raw[:HEAD_BYTES])
            if syntax is Syntax.ZIP:
                yield Finding(Code.ARCHIVE_REFUSED, f"{shown(name)} is an archive inside the archive; pack once")
                return
            for one in read_file(raw, syntax, options):
                if isinstance(one, OrderTree):
                    one.name = f"{shown(name)}: {one.name}"
                yield one
    except Unsound as refusal:
        yield refusal.finding
