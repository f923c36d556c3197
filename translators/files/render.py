"""The tree of a file as text: CSV, TSV, XML, JSON and fixed width. What these cannot say is found by reading again."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from translators.files.markup import PREFIXES
from translators.files.options import FileOptions, Record
from translators.findings import MapError
from translators.maps.outline import ROW, Named
from translators.tree import Loop, Segment

_XML_NAME = re.compile(r"(?:c[ab]c:|ext:)?[^\W\d][\w.-]*")
_NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_OWN_ATTRIBUTES = {"lang": "xml:lang", "space": "xml:space"}
_INDENT = "  "


def text_of_file(root: Loop, top: Named, options: FileOptions, form: str) -> str:
    """One order as the text of a file. Raises MapError when the map's ``[file]`` does not say enough for the format."""
    writer = _WRITERS.get(form)
    if writer is None:
        known = ", ".join(sorted(_WRITERS))
        raise MapError(f"file.format: {form or 'a file of no format'} is not written; written are {known}")
    return writer(root, top, options)


def _texts(loop: Loop, name: str) -> list[str]:
    return [_text(one) for one in loop.segments.get(name, ())]


def _text(segment: Segment) -> str:
    return segment.elements[1] if len(segment.elements) > 1 else ""


def _leaf(loop: Loop, name: str) -> str:
    return next(iter(_texts(loop, name)), "")


def _is_empty(loop: Loop) -> bool:
    has_text = any(_text(one) for segments in loop.segments.values() for one in segments)
    return not has_text and all(_is_empty(inner) for loops in loop.loops.values() for inner in loops)


# ---------------------------------------------------------------- tables


def _csv(root: Loop, top: Named, options: FileOptions) -> str:
    """Where commas are decimal marks, semicolons separate, as spreadsheets there have it."""
    usual = ";" if options.decimal == "," else ","
    return _table(root, top, options, usual if options.separator == "auto" else options.separator)


def _tsv(root: Loop, top: Named, options: FileOptions) -> str:
    return _table(root, top, options, "\t")


def _table(root: Loop, top: Named, options: FileOptions, separator: str) -> str:
    """A row for each line, with what is the whole order's in every one of them."""
    head = {one.tag: _leaf(root, one.tag) for one in top.inner if not one.inner}
    lines = root.loops.get(ROW) or [Loop()]
    names = dict.fromkeys((*head, *(inner.tag for one in top.inner if one.tag == ROW for inner in one.inner)))
    rows = [{name: _leaf(line, name) or head.get(name, "") for name in names} for line in lines]
    columns = _columns(options, [name for name in names if any(row[name] for row in rows)])
    out = io.StringIO()
    quoting: Literal[0, 3] = csv.QUOTE_MINIMAL if options.quote else csv.QUOTE_NONE
    writer = csv.writer(
        out, delimiter=separator, quotechar=options.quote or None, quoting=quoting, lineterminator="\r\n"
    )
    if options.header_row != "none":
        writer.writerow([options.rename.get(name, (name,))[0] for name in columns])
    for row in rows:
        cells = [_harmless(row.get(name, "")) for name in columns]
        writer.writerow(
            cells if options.quote else [cell.translate(_UNQUOTED | {ord(separator): " "}) for cell in cells]
        )
    return out.getvalue()


def _harmless(cell: str) -> str:
    """A text that a spreadsheet would run, with the apostrophe that keeps it a text; it is taken off when read."""
    return f"'{cell}" if cell[:1] in "=@+-" and cell and not _PLAIN.fullmatch(cell) else cell


_PLAIN = re.compile(r"[-+][0-9 .,()/-]*")
"""Numbers with a sign, and of telephones."""
_UNQUOTED = {ord("\n"): " ", ord("\r"): " "}
"""In a file without quotes."""


def _columns(options: FileOptions, used: list[str]) -> list[str]:
    """Those the map lists, filled or not; without a list all that have a text, in the order of the map."""
    if options.columns:
        return list(options.columns)
    if options.header_row == "none":
        numbers = [int(name[1:]) for name in used if re.fullmatch("c[1-9][0-9]{0,2}", name)]
        return [f"c{number}" for number in range(1, max(numbers, default=0) + 1)]
    return used


# ---------------------------------------------------------------- XML


def _xml(root: Loop, top: Named, options: FileOptions) -> str:
    way = [options.root if at == 0 and step == "*" else step for at, step in enumerate(options.each or ("*",))]
    if "" in way or "*" in way:
        raise MapError('file.root: say what the outermost element is called, root = "Order"')
    spaces = f" xmlns={quoteattr(options.namespace)}" if options.namespace else ""
    tags = {tag.partition(":")[0] for tag in _tags(top)}
    spaces += "".join(f' xmlns:{one[:-1]}="{uri}"' for uri, one in PREFIXES.items() if one[:-1] in tags)
    lines = ['<?xml version="1.0" encoding="' + _xml_encoding(options) + '"?>']
    if options.doctype:
        lines.append(f"<!DOCTYPE {way[0]} SYSTEM {quoteattr(options.doctype)}>")
    for depth, name in enumerate(way[:-1]):
        lines.append(f"{_INDENT * depth}<{_checked(name)}{spaces if not depth else ''}>")
    body = _Markup({name: at for at, name in enumerate(options.order)})
    lines += body.element(root, top, way[-1], len(way) - 1, "" if way[:-1] else spaces)
    lines += [f"{_INDENT * depth}</{name}>" for depth, name in reversed(list(enumerate(way[:-1])))]
    return "\n".join(lines) + "\n"


def _xml_encoding(options: FileOptions) -> str:
    """The encoding by the name that XML has for it."""
    name = options.encoding.replace("auto", "utf-8").replace("latin-1", "iso8859-1")
    return name.replace("iso8859", "ISO-8859").replace("cp125", "windows-125").upper()


def _tags(node: Named) -> Iterator[str]:
    for one in node.inner:
        yield one.tag
        yield from _tags(one)


class _Markup:
    def __init__(self, ranks: dict[str, int]) -> None:
        self._ranks = ranks

    def element(self, loop: Loop, node: Named, name: str, depth: int, spaces: str = "") -> Iterator[str]:
        """The lines of an element and all inside it; siblings stand in the order the map gives, or the map's own."""
        own = "" if node.parent is None else _leaf(loop, node.tag)
        attributes = spaces + "".join(
            f" {_checked(_OWN_ATTRIBUTES.get(one.tag[1:], one.tag[1:]))}={_quoted(_leaf(loop, one.tag))}"
            for one in node.inner
            if one.tag.startswith("@") and _leaf(loop, one.tag)
        )
        inside: list[str] = []
        for one in sorted(node.inner, key=self._rank):
            if not one.tag.startswith("@"):
                inside += self._siblings(loop, one, depth + 1)
        start = f"{_INDENT * depth}<{_checked(name)}{attributes}"
        if inside:
            yield f"{start}>{_escaped(own)}"
            yield from inside
            yield f"{_INDENT * depth}</{name}>"
        else:
            yield f"{start}>{_escaped(own)}</{name}>" if own else f"{start}/>"

    def _rank(self, node: Named) -> int:
        """Those the map does not name: texts first, what holds others last."""
        return self._ranks.get(node.tag, len(self._ranks) if node.inner else -1)

    def _siblings(self, loop: Loop, node: Named, depth: int) -> Iterator[str]:
        texts = _texts(loop, node.tag)
        while texts and not texts[-1]:
            texts.pop()
        for text in texts:
            name = _checked(node.tag)
            yield f"{_INDENT * depth}<{name}>{_escaped(text)}</{name}>" if text else f"{_INDENT * depth}<{name}/>"
        for inner in loop.loops.get(node.tag, ()):
            if not _is_empty(inner):
                yield from self.element(inner, node, node.tag, depth)


def _checked(name: str) -> str:
    if not _XML_NAME.fullmatch(name.removeprefix("xml:")):
        raise MapError(f"{name!r} can be no name in XML; write the paths of the map as the file is to have them")
    return name


def _escaped(text: str) -> str:
    return escape(_NO_XML.sub(" ", text), {"\r": "&#13;"})


def _quoted(text: str) -> str:
    return quoteattr(_NO_XML.sub(" ", text))


# ---------------------------------------------------------------- JSON


def _json(root: Loop, top: Named, options: FileOptions) -> str:
    text = _object(root, top, len(options.each))
    for depth, name in reversed(list(enumerate(options.each))):
        text = f"{{\n{_INDENT * (depth + 1)}{json.dumps(name, ensure_ascii=False)}: {text}\n{_INDENT * depth}}}"
    return text + "\n"


def _object(loop: Loop, node: Named, depth: int) -> str:
    inside = _INDENT * (depth + 1)
    pairs = [
        f"{inside}{json.dumps(one.tag, ensure_ascii=False)}: {value}"
        for one in node.inner
        if (value := _value(loop, one, depth + 1))
    ]
    return "{\n" + ",\n".join(pairs) + f"\n{_INDENT * depth}}}" if pairs else "{}"


def _value(loop: Loop, node: Named, depth: int) -> str:
    """A text, number or object; an array of them where a section has its rows, or there are several."""
    texts = _texts(loop, node.tag)
    values = [_scalar(text, node) for text in texts if text]
    inner = [one for one in loop.loops.get(node.tag, ()) if not _is_empty(one)]
    is_many = node.is_many or len(values) + len(inner) > 1
    deeper = depth + 1 if is_many else depth
    values += [_object(one, node, deeper) for one in inner]
    if not values or not is_many:
        return "".join(values)
    inside = _INDENT * deeper
    return "[\n" + ",\n".join(inside + one for one in values) + f"\n{_INDENT * depth}]"


def _scalar(text: str, node: Named) -> str:
    is_bare = (node.is_number and _JSON_NUMBER.fullmatch(text)) or (node.is_flag and text in ("true", "false"))
    return text if is_bare else json.dumps(text, ensure_ascii=False)


# ---------------------------------------------------------------- fixed width


def _fixed(root: Loop, top: Named, options: FileOptions) -> str:
    if not options.records:
        raise MapError("file.records: fixed width is written by the types of lines in [[file.records]]")
    first = options.records[0]
    return "".join(f"{line}\n" for line in _lines(root, top, first, options.records))


def _lines(loop: Loop, node: Named, record: Record, records: tuple[Record, ...]) -> Iterator[str]:
    numbers = {one.tag for one in node.inner if one.is_number}
    line = _put("", record.at, record.tag)
    for field in record.fields:
        text = " ".join(_leaf(loop, field.name).split("\n"))[: field.length]
        line = _put(line, field.start, text.rjust(field.length) if field.name in numbers else text)
    yield line.rstrip()
    for one in records:
        inner_node = next((inner for inner in node.inner if inner.tag == one.name), None)
        if one.inside == record.name and inner_node is not None:
            for inner in loop.loops.get(one.name, ()):
                yield from _lines(inner, inner_node, one, records)


def _put(line: str, start: int, text: str) -> str:
    """The line with a text from a character on, counted from 1."""
    return line[: start - 1].ljust(start - 1) + text + line[start - 1 + len(text) :] if text else line


_WRITERS: dict[str, Callable[[Loop, Named, FileOptions], str]] = {
    "csv": _csv,
    "tsv": _tsv,
    "xml": _xml,
    "json": _json,
    "fixed": _fixed,
}
