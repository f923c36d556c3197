"""Trees of orders as plain data, and the short way to read a file in a test."""

from __future__ import annotations

from typing import Any

from translators.detect import detect
from translators.files.options import FileOptions, file_options
from translators.files.reading import OrderTree, read_file
from translators.findings import Finding
from translators.limits import HEAD_BYTES
from translators.tree import Loop

Plain = dict[str, Any]


def plain(loop: Loop) -> Plain:
    """Texts by name (a list where a name comes twice), loops as lists by name, a trigger's own text under ``=``."""
    out: Plain = {}
    for name, segments in loop.segments.items():
        texts = [segment.elements[1] for segment in segments if len(segment.elements) > 1]
        if texts:
            out[name] = texts[0] if len(texts) == 1 else texts
    for name, loops in loop.loops.items():
        out[name] = [plain(inner) for inner in loops]
    return out


def read(raw: bytes, /, **table: Any) -> tuple[list[OrderTree], list[Finding]]:
    """Trees and the findings on the file, by the ``[file]`` table given as words."""
    options = file_options(table) if table else FileOptions()
    found = list(read_file(raw, detect(raw[:HEAD_BYTES]), options))
    return [one for one in found if isinstance(one, OrderTree)], [one for one in found if isinstance(one, Finding)]


def one(raw: bytes, /, **table: Any) -> Plain:
    """The only order of a file that has nothing to refuse."""
    trees, findings = read(raw, **table)
    assert [finding for finding in findings if finding.rejects] == []
    assert len(trees) == 1
    assert [finding for finding in trees[0].findings if finding.rejects] == []
    return plain(trees[0].root)


def codes(raw: bytes, /, **table: Any) -> list[str]:
    """The codes of all findings, those on the file first."""
    trees, findings = read(raw, **table)
    return [str(finding.code) for finding in (*findings, *(inner for tree in trees for inner in tree.findings))]


def refused(raw: bytes, /, **table: Any) -> Finding:
    """The finding that refuses the file."""
    _, findings = read(raw, **table)
    return next(finding for finding in findings if finding.rejects)
