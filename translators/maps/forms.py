"""What rules are made of: how one is written, what it has taken, and the run of a map over one document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from translators.findings import Code, Finding, MapError, Where, shown
from translators.maps.conditions import Condition, texts_of
from translators.maps.paths import Parse, Path
from translators.tree import Loop, Segment

MAX_PAIRS = 100
Tables = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Language:
    """What the rules of one map are written in: its tables, and how it names places."""

    tables: Tables
    parse: Parse

    def located(self, text: str, where: str, needs_element: bool = True) -> Path:
        """A path; ``where`` names the key. Raises MapError."""
        try:
            return self.parse(text, needs_element)
        except MapError as error:
            raise MapError(f"{where}: {error}") from None

    def conditions(self, table: Mapping[str, Any], where: str) -> tuple[Condition, ...]:
        """What a rule or row says in ``when`` and ``unless``. Raises MapError."""
        return tuple(
            Condition(self.located(text.removeprefix("/"), where, needs_element=False), wanted, text.startswith("/"))
            for text, wanted in texts_of(table, where)
        )


Target = dict[str, Any]


class Taken(NamedTuple):
    """One value a rule has taken: from which element of which segment, and into which field of what."""

    segment: Segment | None
    """None: from no segment, a default."""
    bits: int
    """The elements of the segment that are used by it."""
    name: str
    label: str
    out: Target
    target: str
    element: int = 0
    how: Convert | Joined | None = None
    """What was done with the text; None when it was taken as it stands."""
    component: int = 0


@dataclass(frozen=True, slots=True)
class Joined:
    """The texts of several segments made one."""

    join: Callable[[list[str]], str | None]


@dataclass(slots=True)
class Run:
    """One document being made: where its fields came from, and what could not be read."""

    offsets: list[int]
    component: str
    findings: list[Finding] = field(default_factory=list)
    provenance: dict[str, str] = field(default_factory=dict)
    pending: list[Taken] = field(default_factory=list)
    """What the row being read has taken. Kept or forgotten together."""
    known: frozenset[tuple[int | None, int | None]] = frozenset()
    """Places (position, element) that already have a finding of their own."""
    kept: list[Taken] | None = None
    """Everything taken for good, when somebody wants to learn from it (:mod:`translators.maps.shortcuts`)."""
    dropped: list[Taken] = field(default_factory=list)
    """What rows had taken that did not stand."""
    is_named: bool = False
    """Whether it reads a file, where a place is a name and no number of an element."""
    ignored: set[tuple[int, int]] = field(default_factory=set)
    """Places (position, element) whose text a rule passes over without a word: no such code, or no value to it."""
    head: Loop = field(default_factory=Loop)
    """The set itself, for conditions that look there."""

    def keep(self) -> None:
        """The row stands: its elements are used and its fields know where they came from."""
        offsets, provenance = self.offsets, self.provenance
        if self.kept is not None:
            self.kept.extend(self.pending)
        for segment, bits, name, label, *_ in self.pending:
            if segment is None:
                provenance[name] = label
            else:
                segment.used |= bits
                provenance[name] = f"{label}@{offsets[segment.position - 1]}"
        self.pending.clear()

    def drop(self) -> None:
        """The row does not stand."""
        if self.kept is not None:
            self.dropped.extend(self.pending)
        self.pending.clear()

    def add(self, code: Code, message: str, segment: Segment, element: int, value: str) -> None:
        if (segment.position, element) not in self.known:
            place = segment.tag if self.is_named else f"{segment.tag}{element:02}"
            where = Where(segment.tag, segment.position, None if self.is_named else element)
            self.findings.append(Finding(code, f"{place} {message}: {shown(value)}", where, value[:100]))

    def add_loose(self, code: Code, message: str) -> None:
        """A finding on no element in particular."""
        self.findings.append(Finding(code, message, Where()))


Apply = Callable[[Loop, Target, str, Run], object]
"""Puts a value into the target, if there is one; the string is the target's path for provenance, with its dot."""

Convert = Callable[[str, Segment, Run], Any]


@dataclass(frozen=True, slots=True)
class Plain:
    """A rule that takes one element of a segment as it finds it; many of them can share one look at the segment.

    ``otherwise`` is what happens when there is nothing to take.
    """

    tag: str
    element: int
    target: str
    convert: Convert | None
    default: Any
    otherwise: Apply
    label: str


@dataclass(frozen=True, slots=True)
class Looks:
    """All the places a rule or section may look at."""

    paths: tuple[Path, ...] = ()
    pairs: tuple[Path, ...] = ()
    """Of these, the ones from which (qualifier, value) pairs begin."""

    def __or__(self, other: Looks) -> Looks:
        return Looks(self.paths + other.paths, self.pairs + other.pairs)


NOWHERE_ELSE = Looks()


@dataclass(frozen=True, slots=True)
class Form:
    """How a rule is written, with everything left out filled in: what reading and writing have in common.

    ``shape`` is value, constant, pairs, pair, composites, jsonata, sum or first; ``codes`` are the qualifiers it names.
    """

    target: str
    shape: str = "value"
    paths: tuple[Path, ...] = ()
    table: dict[str, Any] | None = None
    table_name: str = ""
    nearest: dict[str, Any] | None = None
    """What is written for a value that has no code of its own; it is told as lost all the same."""
    default: Any = None
    unmatched: str = "warn"
    missing: str = "leave"
    codes: tuple[str, ...] = ()
    constant: Any = None
    conditions: tuple[Condition, ...] = ()
    times: Path | None = None
    """Where a number stands that the value is multiplied by."""
    most: int = MAX_PAIRS
    """How many pairs there may be."""
    choices: tuple[Form, ...] = ()
    """Of a ``first``: the rules of which the first with a value gives it."""

    def every(self) -> Iterator[Form]:
        """The form and those inside it."""
        yield self
        for one in self.choices:
            yield from one.every()

    @property
    def is_late(self) -> bool:
        """Whether it can be written only when its neighbours stand."""
        return any(one.conditions or one.times for one in self.every())


@dataclass(frozen=True, slots=True)
class Rule:
    """``tags`` are the segments the rule looks at, so that it is not asked when there is none; empty: always ask."""

    apply: Apply
    form: Form
    tags: frozenset[str] = frozenset()
    plain: Plain | None = None
    looks: Looks = NOWHERE_ELSE
