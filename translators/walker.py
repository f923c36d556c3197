"""Walks a set along its structure: a tree for the map, and findings that a 997 or CONTRL can carry.

From each place of the structure a tag leads to one other place; that step is worked out once and remembered. A segment
that fits nowhere ahead is looked for behind: then it is out of place, told once, and the walk goes on from there, so
that one slip does not drag a trail of findings after it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from translators.findings import Code, Finding, Severity, Where, shown
from translators.limits import MAX_FINDINGS_PER_SET
from translators.nesting import nest
from translators.structures import Node, Schema
from translators.tree import Loop, Segment

Match = Callable[[str], re.Match[str] | None]


class Fault(NamedTuple):
    """One thing wrong inside a segment: element and component count from 1 behind the tag."""

    code: Code
    element: int
    message: str
    value: str = ""
    component: int | None = None


class Dialect(Protocol):
    """What a walk has to know of the standard and the separators in use."""

    @property
    def element(self) -> str:
        """The element separator."""

    def matcher(self, tag: str) -> Match | None:
        """Says whether a whole segment of this tag has nothing wrong with it; None when the tag is not known."""

    def faults(self, elements: list[str]) -> Iterator[Fault]:
        """Everything wrong in a segment."""


@dataclass(frozen=True, slots=True)
class _Step:
    """How one gets to a node: loops to leave, loops to open, places that had to be filled on the way."""

    node: Node
    up: int
    down: tuple[Node, ...]
    skipped: tuple[tuple[int, Node], ...]
    backwards: bool = False
    is_used: bool = True


@dataclass(slots=True)
class Walked:
    root: Loop
    findings: list[Finding] = field(default_factory=list)
    missed: set[tuple[int, str]] = field(default_factory=set)
    """Loops (by identity) and tags of what was told as missing, so that it is told once."""


class Walker:
    """The walk for one schema and one choice of separators; made once, used for every set."""

    def __init__(self, schema: Schema, dialect: Dialect) -> None:
        self.schema = schema
        self._dialect = dialect
        self._ends = (schema.first_tag, schema.last_tag)
        self._steps: dict[int, dict[str, _Step | None]] = {}
        self._matches: dict[str, Match] = {}

    def walk(self, texts: list[str]) -> Walked:
        """The tree of a set, given its segments as text, and what is wrong with it."""
        root = Loop()
        walked = Walked(root)
        stack = [root]
        node, separator, matches = self.schema.root.children[0], self._dialect.element, self._matches
        for position, text in enumerate(texts, 1):
            elements = text.split(separator)
            tag = elements[0]
            match = matches.get(tag) or self._matcher(tag)
            if match is None or match(text) is None:
                self._look_into(elements, position, walked)
            if position == 1:
                root.segments[tag] = [Segment(elements, 1)]
                continue
            step = self._step(node, tag)
            if step is None:
                self._misfit(elements, position, stack[-1], walked)
                continue
            node = step.node
            self._follow(step, elements, position, stack, walked)
        if node.tag != self.schema.last_tag:
            self._missing(self._ahead(node), stack, len(texts), walked)
        if self.schema.nest:
            told = {(one.where.position, one.where.element) for one in walked.findings}
            nested = nest(root, self.schema.nest)
            walked.findings += [one for one in nested if (one.where.position, one.where.element) not in told]
        return walked

    def _matcher(self, tag: str) -> Match | None:
        found = self._dialect.matcher(tag)
        if found is not None:
            self._matches[tag] = found
        return found

    def _follow(self, step: _Step, elements: list[str], position: int, stack: list[Loop], walked: Walked) -> None:
        """Puts the segment where the step leads."""
        if step.backwards:
            message = f"{elements[0]} stands behind a segment it should come before"
            _add(walked, Code.SEGMENT_OUT_OF_PLACE, elements[0], position, message)
        if step.skipped:
            self._missing(step.skipped, stack, position, walked)
        if step.up:
            del stack[-step.up :]
        if not step.is_used:
            _add(walked, Code.SEGMENT_NOT_USED, elements[0], position, f"the guide has no {elements[0]} here")
        for opened in step.down:
            loop = Loop()
            siblings = stack[-1].loops.setdefault(opened.tag, [])
            siblings.append(loop)
            stack.append(loop)
            if len(siblings) > opened.most:
                message = f"loop {opened.tag} comes more than {opened.most} times"
                _add(walked, Code.LOOP_REPEATS, elements[0], position, message)
        here = stack[-1].segments
        tag = elements[0]
        if tag in here:
            here[tag].append(Segment(elements, position))
            if len(here[tag]) > step.node.most:
                message = f"{tag} comes more than {step.node.most} times here"
                _add(walked, Code.SEGMENT_REPEATS, tag, position, message)
        else:
            here[tag] = [Segment(elements, position)]

    def _step(self, node: Node, tag: str) -> _Step | None:
        steps = self._steps.setdefault(id(node), {})
        if tag not in steps:
            if len(steps) > 200:
                return self._find(node, tag)
            steps[tag] = self._find(node, tag)
        return steps[tag]

    def _find(self, node: Node, tag: str) -> _Step | None:
        opens_a_loop = node.index == 0 and node.parent is not None and node.parent.parent is not None
        if tag == node.tag and not opens_a_loop:
            return _Step(node, 0, (), (), is_used=node.is_used)
        loop, after, up = node.parent, node.index, 0
        skipped = [(0, node)] if node.least > 1 else []
        while loop is not None:
            for child in loop.children[after + 1 :]:
                if child.tag == tag:
                    across = any(place.is_border for _, place in skipped)
                    return (across and self._behind(node, tag, only_in_loops=True)) or _down(child, up, tuple(skipped))
                if child.must or child.is_border or child.least:
                    skipped.append((up, child))
            if loop.tag == tag and loop.parent is not None:
                return _down(loop, up + 1, tuple(skipped))
            if loop.least > 1:
                skipped.append((up + 1, loop))
            after, up, loop = loop.index, up + 1, loop.parent
        return self._behind(node, tag)

    def _behind(self, node: Node, tag: str, only_in_loops: bool = False) -> _Step | None:
        """The innermost place behind. In loops only when the other choice is a place across a missing border."""
        loop, up = node.parent, 0
        while loop is not None and not (only_in_loops and loop.parent is None):
            for child in loop.children:
                if child.tag == tag and tag not in self._ends:
                    found = _down(child, up, ())
                    return replace(found, backwards=True)
            up, loop = up + 1, loop.parent
        return None

    def _ahead(self, node: Node) -> tuple[tuple[int, Node], ...]:
        found = self._find(node, self.schema.last_tag)
        return found.skipped if found else ()

    def _missing(self, places: tuple[tuple[int, Node], ...], stack: list[Loop], position: int, walked: Walked) -> None:
        for up, place in places:
            loop = stack[-1 - up]
            count = len(loop.segments.get(place.tag, ())) or len(loop.loops.get(place.tag, ()))
            if (id(loop), place.tag) in walked.missed:
                continue
            if count < max(place.least, place.must or place.is_border):
                walked.missed.add((id(loop), place.tag))
            if not count and (place.must or place.is_border):
                weight = Severity.WARNING if place.is_border else None
                _add(walked, Code.SEGMENT_MISSING, place.tag, position, f"{place.tag} must come before this", weight)
            elif count < place.least:
                code = Code.LOOP_TOO_SELDOM if place.is_loop else Code.SEGMENT_TOO_SELDOM
                message = f"the guide wants {place.tag} {place.least} times before this, it came {count} times"
                _add(walked, code, place.tag, position, message)

    def _misfit(self, elements: list[str], position: int, loop: Loop, walked: Walked) -> None:
        """A segment with no place in the set. It stays in the tree, so that nothing of the input is lost."""
        tag = elements[0]
        loop.segments.setdefault(tag, []).append(Segment(elements, position))
        if tag in self.schema.tags:
            code, message = Code.SEGMENT_UNEXPECTED, "is not expected here"
        elif tag in self._matches:
            code, message = Code.SEGMENT_NOT_IN_SET, f"has no place in a {self.schema.set_id}"
        else:
            code, message = Code.SEGMENT_UNKNOWN, "is not known"
        _add(walked, code, tag[:3], position, f"segment {shown(tag)} {message}; it was kept aside")

    def _look_into(self, elements: list[str], position: int, walked: Walked) -> None:
        for fault in self._dialect.faults(elements):
            place = f"{shown(elements[0])}{fault.element:02}" + (f":{fault.component}" if fault.component else "")
            text = f"{place} {fault.message}" + (f": {shown(fault.value)}" if fault.value else "")
            where = Where(elements[0][:3], position, fault.element, fault.component)
            _keep(walked, Finding(fault.code, text, where, fault.value))


def _down(child: Node, up: int, skipped: tuple[tuple[int, Node], ...]) -> _Step:
    if child.is_loop:
        return _Step(child.children[0], up, (child,), skipped, is_used=child.is_used)
    return _Step(child, up, (), skipped, is_used=child.is_used)


def _add(walked: Walked, code: Code, tag: str, position: int, message: str, weight: Severity | None = None) -> None:
    _keep(walked, Finding(code, message, Where(tag, position), severity=weight))


def _keep(walked: Walked, finding: Finding) -> None:
    if len(walked.findings) < MAX_FINDINGS_PER_SET or (finding.rejects and not walked.findings[-1].rejects):
        walked.findings.append(finding)
