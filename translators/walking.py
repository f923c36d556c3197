"""The structure of sets we have a schema for, whatever their standard: one walker for each kind of set."""

from __future__ import annotations

from dataclasses import replace

from translators.edifact import elements as edifact
from translators.edifact import schemas as edifact_schemas
from translators.findings import Finding
from translators.guide import Guided
from translators.interchange import Delimiters, Header, SetRead
from translators.nesting import nest
from translators.tradacoms import dialect as tradacoms
from translators.tradacoms import schemas as tradacoms_schemas
from translators.walker import Walked, Walker
from translators.x12 import dialect as x12
from translators.x12 import schemas as x12_schemas

_MAX_WALKERS = 64


class Structure:
    """Walks the sets of a file."""

    def __init__(self) -> None:
        self._delimiters = Delimiters()
        self._standard = ""
        self._walkers: dict[tuple[str, str, Delimiters, int], Walker] = {}

    def begin(self, header: Header) -> None:
        """An interchange with its own separators."""
        self._delimiters, self._standard = header.delimiters, header.standard

    def walk(self, read: SetRead, guide: Guided | None = None) -> Walked | None:
        """The tree and findings of a set, or None when we have no schema for it or it is too large.

        ``guide`` is the structure a partner agreed on, as :func:`translators.guide.guided` gives it.
        """
        if read.body is None:
            return None
        walker = self._walker(read.set_id or "", guide)
        if walker is None:
            return None
        texts = read.body.texts()
        walked = walker.walk(edifact.with_decimal_points(texts) if self._standard == "edifact" else texts)
        if tag := walker.schema.nest:
            told = {(one.where.position, one.where.element) for one in walked.findings}
            nested = nest(walked.root, tag)
            walked.findings += [one for one in nested if (one.where.position, one.where.element) not in told]
        return walked

    def findings(self, read: SetRead) -> tuple[Finding, ...]:
        """What is wrong with the structure of a set."""
        walked = self.walk(read)
        return located(walked.findings, read) if walked and walked.findings else ()

    def _walker(self, set_id: str, guide: Guided | None) -> Walker | None:
        # A walker keeps its schema alive, so that no other gets its id.
        key = (self._standard, set_id, self._delimiters, id(guide[0]) if guide else 0)
        walker = self._walkers.get(key)
        if walker is None:
            if guide and guide[0].set_id == set_id:
                is_x12 = self._standard == "x12"
                walker = Walker(guide[0], x12.Dialect(self._delimiters, guide[1]) if is_x12 else edifact.Dialect())
            elif self._standard == "x12" and x12_schemas.has_schema(set_id):
                walker = Walker(x12_schemas.schema(set_id), x12.Dialect(self._delimiters))
            elif self._standard == "edifact" and edifact_schemas.has_schema(set_id):
                walker = Walker(edifact_schemas.schema(set_id), edifact.Dialect())
            elif self._standard == "tradacoms" and tradacoms_schemas.has_schema(set_id):
                walker = Walker(tradacoms_schemas.schema(set_id), tradacoms.Dialect())
            else:
                return None
            if len(self._walkers) >= _MAX_WALKERS:
                self._walkers.clear()
            self._walkers[key] = walker
        return walker


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
