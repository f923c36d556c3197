"""The structure of a file, read off the map that writes it: it has the places its map names, in their order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from translators.maps.engine import CompiledMap
from translators.maps.forms import Form
from translators.maps.paths import Path, Place
from translators.maps.sections import Fields, Rows
from translators.structures import Node

ROW = "row"
"""The rows of a table, in its tree."""
_NUMBERS = frozenset({"decimal", "integer"})


@dataclass(slots=True)
class Named(Node):
    """A place by name. ``is_many`` where a section has its rows; the other two say what a text is, where JSON asks."""

    is_many: bool = False
    is_number: bool = False
    is_flag: bool = False
    inner: list[Named] = field(default_factory=list)
    """The children but for the trigger, as what they are."""


def outline(wanted: CompiledMap) -> Named:
    """The places of a file."""
    top = Named("file", must=True, most=1)
    _fields(wanted.header, top)
    for section in wanted.rows:
        _section(section, top)
    if wanted.file and wanted.file_format in ("csv", "tsv"):
        top.inner = list(_of_table(top, wanted.file.header_columns))
    if wanted.file and wanted.file_format in ("csv", "tsv", "fixed"):
        _make_single(top, {one.name for one in wanted.file.records})
    top.children = list(top.inner)
    return top


def _of_table(top: Named, columns: frozenset[str]) -> Iterator[Named]:
    """The rows, and beside them only columns that are read for the whole order."""
    for one in top.inner:
        if one.tag == ROW or (not one.inner and (not columns or one.tag in columns)):
            yield one


def _make_single(node: Named, records: set[str]) -> None:
    """A cell or field has one text; a line of fixed width is a loop even where only one of its fields is named."""
    for one in node.inner:
        if one.tag in records and one.is_many and not one.children:
            one.children.append(Named(one.tag, must=True, most=1, parent=one))
        if one.is_loop:
            _make_single(one, records)
        else:
            one.most = 1


def _section(section: Rows, above: Named) -> None:
    for row in section.rows:
        home = _home(row.each, above) if row.each else above
        if row.each:
            home = _step(home, row.each.place)
            home.is_many = True
        _fields(row.fields, home)
        for child in section.children:
            _section(child, home)


def _fields(fields: Fields, home: Named) -> None:
    for form in fields.forms:
        for path in _paths(form):
            place = _leaf(path, home)
            place.is_number = place.is_number or not _NUMBERS.isdisjoint(path.words)
            place.is_flag = place.is_flag or "yes" in path.words
    for constant in fields.constants:
        _leaf(constant.path, home, must=True)


def _paths(form: Form) -> Iterator[Path]:
    for one in form.every():
        yield from one.paths
        yield from (one.times,) if one.times else ()


def _leaf(path: Path, home: Named, *, must: bool = False) -> Named:
    """The node of a path. One that must be there is made with all above it; an attribute, where its element stands."""
    node = home
    for step in path.loops:
        node = _step(node, step)
        node.must = node.must or (must and not path.place.tag.startswith("@"))
    if not path.loops and path.place.tag == home.tag and home.parent is not None:
        return home  # the text of the row itself
    node = _step(node, path.place)
    node.must = node.must or must
    return node


def _home(path: Path, above: Named) -> Named:
    node = above
    for step in path.loops:
        node = _step(node, step)
    return node


def _step(above: Named, place: Place) -> Named:
    """The node of a step, and of the leaf that chooses it."""
    found = _child(above, place.tag)
    if place.key:
        _child(found, place.key)
    return found


def _child(above: Named, tag: str) -> Named:
    found = next((one for one in above.inner if one.tag == tag), None)
    if found is None:
        found = Named(tag, parent=above, most=1) if tag.startswith("@") else Named(tag, parent=above)
        above.inner.append(found)
        if above.parent is not None and not above.children:
            above.children.append(Named(above.tag, must=True, most=1, parent=above))
        above.children.append(found)
    return found
