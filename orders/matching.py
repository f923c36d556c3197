"""A change against its order: which line each change speaks of, and what does not fit.

A line is known by the customer's line number, else by its part; what several lines could be is no match. Nothing is
changed here: the order desk, or a person, decides what becomes of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from orders.change import ChangeAction, LineChange, PurchaseOrderChange
from orders.document import Line, PurchaseOrder
from orders.line import LineContent
from orders.values import Purpose

MatchedBy = Literal["line number", "part", "absence", "nothing"]
Meaning = Literal["total", "difference"]
"""What a partner's new quantity is: all that is ordered now, or what is added or taken away (facts differ by guide)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about a change that does not fit its order; ``code`` is stable, ``message`` for a person."""

    code: str
    line: str
    message: str


@dataclass(frozen=True, slots=True)
class MatchedLine:
    """One change and the order's line it speaks of; None: a line the order does not have."""

    change: LineChange
    line: Line | None
    by: MatchedBy


@dataclass(frozen=True, slots=True)
class Matched:
    """A change laid beside its order."""

    lines: tuple[MatchedLine, ...]
    problems: tuple[Problem, ...]
    is_cancellation: bool = False
    """The whole order is to be cancelled."""

    @property
    def summary(self) -> str:
        """For a timeline: how many lines are added, changed, cancelled, and what does not fit."""
        if self.is_cancellation:
            return "the whole order is to be cancelled"
        counts: dict[str, int] = {}
        for one in self.lines:
            if one.change.action is not ChangeAction.NO_CHANGE:
                counts[one.change.action.value] = counts.get(one.change.action.value, 0) + 1
        told = ", ".join(f"{count} x {action}" for action, count in sorted(counts.items())) or "no line is changed"
        return told + (f"; {len(self.problems)} do not fit: {self.problems[0].message}" if self.problems else "")


def match(change: PurchaseOrderChange, order: PurchaseOrder) -> Matched:
    """Finds the line each change speaks of. Lines of the order that a whole replacement does not name are deleted."""
    found: list[MatchedLine] = []
    problems = [Problem("unplaced", "", message) for message in change.unplaced or ()]
    taken: set[int] = set()
    for one in change.lines:
        matched = _line_of(one, order.lines, problems)
        problems += _misfits(one, matched.line, taken)
        if matched.line is not None:
            taken.add(matched.line.line_no)
        found.append(matched)
    if change.is_whole and change.purpose_code is not Purpose.CANCEL:
        for line in order.lines:
            if line.line_no not in taken:
                gone = LineChange(
                    line_no=len(found) + 1, action=ChangeAction.DELETE, part_as_ordered=line.part_as_ordered
                )
                found.append(MatchedLine(gone, line, "absence"))
    return Matched(tuple(found), tuple(problems), change.purpose_code is Purpose.CANCEL)


def new_quantity(matched: MatchedLine, meaning: Meaning = "total") -> Decimal | None:
    """What a line's quantity becomes; None when the change says nothing of it. Never below zero.

    ``meaning`` is what the partner's guide says of the figures beside "increase" and "decrease".
    """
    change, line = matched.change, matched.line
    if change.action is ChangeAction.DELETE:
        return Decimal(0)
    if change.quantity is None or line is None or meaning == "total":
        return change.quantity
    if change.action is ChangeAction.INCREASE:
        return line.quantity + change.quantity
    if change.action is ChangeAction.DECREASE:
        return max(Decimal(0), line.quantity - change.quantity)
    return change.quantity


def _line_of(change: LineChange, lines: Iterable[Line], problems: list[Problem]) -> MatchedLine:
    every = list(lines)
    reference = _bare(change.customer_line_ref)
    if reference:
        by_number = [line for line in every if _bare(line.customer_line_ref) == reference]
        if len(by_number) == 1:
            return MatchedLine(change, by_number[0], "line number")
    if change.action is ChangeAction.ADD:
        return MatchedLine(change, None, "nothing")
    by_part = [line for line in every if _is_same_part(change, line)]
    if len(by_part) == 1:
        return MatchedLine(change, by_part[0], "part")
    if len(by_part) > 1:
        numbers = ", ".join(str(line.line_no) for line in by_part)
        message = f"line {_name(change)} may be any of lines {numbers}, which have the same part"
        problems.append(Problem("line-ambiguous", _name(change), message))
    return MatchedLine(change, None, "nothing")


def _misfits(change: LineChange, line: Line | None, taken: set[int]) -> list[Problem]:
    name = _name(change)
    adds = change.action is ChangeAction.ADD
    if line is None:
        known = change.action in (ChangeAction.ADD, ChangeAction.REPLACE)
        return [] if known else [Problem("line-unknown", name, f"line {name} is not in the order")]
    found = []
    if adds:
        found.append(Problem("line-exists", name, f"line {name} is to be added, and is line {line.line_no} already"))
    if line.line_no in taken:
        found.append(Problem("line-twice", name, f"line {line.line_no} of the order is spoken of twice"))
    changes_part = change.action in (ChangeAction.CHANGE_PART, ChangeAction.REPLACE)
    if change.part_as_ordered and line.part_as_ordered and not changes_part and not _is_same_part(change, line):
        message = f"line {name} names another part than line {line.line_no} of the order"
        found.append(Problem("part-differs", name, message))
    return found


def _is_same_part(one: LineContent, other: LineContent) -> bool:
    """Whether two lines name a part alike. Lists of part numbers differ by sender, so the number alone may decide."""
    return not {part.value for part in one.part_as_ordered}.isdisjoint(part.value for part in other.part_as_ordered)


def _bare(reference: str | None) -> str:
    return (reference or "").strip().lstrip("0")


def _name(change: LineChange) -> str:
    return change.customer_line_ref or str(change.line_no)
