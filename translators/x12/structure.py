"""The structure of sets we have a schema for: walkers, one for each choice of separators and set."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from translators.findings import Finding
from translators.interchange import Delimiters, Header, SetRead
from translators.nesting import nest
from translators.walker import Fault, Match, Walked, Walker
from translators.x12.elements import faults, pattern
from translators.x12.header import readable_text
from translators.x12.schemas import has_schema, schema

_MAX_WALKERS = 64


class Dialect:
    """X12 with the separators of one interchange."""

    def __init__(self, delimiters: Delimiters) -> None:
        self.element = readable_text(delimiters.element)
        self._separators = (readable_text(delimiters.component), readable_text(delimiters.repetition))

    def matcher(self, tag: str) -> Match | None:
        found = pattern(tag, self.element, *self._separators)
        return found.fullmatch if found else None

    def faults(self, elements: list[str]) -> Iterator[Fault]:
        return (Fault(*one) for one in faults(elements, "".join(self._separators)))


class Structure:
    """Walks the sets of a file."""

    def __init__(self) -> None:
        self._delimiters = Delimiters()
        self._standard = ""
        self._walkers: dict[tuple[str, Delimiters], Walker] = {}

    def begin(self, header: Header) -> None:
        """An interchange with its own separators."""
        self._delimiters, self._standard = header.delimiters, header.standard

    def walk(self, read: SetRead) -> Walked | None:
        """The tree and findings of a set, or None when we have no schema for it or it is too large."""
        set_id = read.set_id or ""
        if read.body is None or self._standard != "x12":
            return None
        key = (set_id, self._delimiters)
        if key not in self._walkers:
            if not has_schema(set_id):
                return None
            if len(self._walkers) >= _MAX_WALKERS:
                self._walkers.clear()
            self._walkers[key] = Walker(schema(set_id), Dialect(self._delimiters))
        walked = self._walkers[key].walk(read.body.texts())
        if tag := schema(set_id).nest:
            told = {(one.where.position, one.where.element) for one in walked.findings}
            nested = nest(walked.root, tag)
            walked.findings += [one for one in nested if (one.where.position, one.where.element) not in told]
        return walked

    def findings(self, read: SetRead) -> tuple[Finding, ...]:
        """What is wrong with the structure of a set."""
        walked = self.walk(read)
        return located(walked.findings, read) if walked and walked.findings else ()


def located(findings: list[Finding], read: SetRead) -> tuple[Finding, ...]:
    """The findings with the offset of their segment, which nobody computes while all is well."""
    if not findings or read.body is None:
        return tuple(findings)
    offsets = read.body.offsets()
    return tuple(
        replace(one, where=replace(one.where, offset=offsets[one.where.position - 1]))
        if one.where.offset is None and one.where.position and one.where.position <= len(offsets)
        else one
        for one in findings
    )
