"""What the readers of files give: one tree for each order, and how its parts are made."""

from __future__ import annotations

from dataclasses import dataclass, field

from translators.findings import Code, Finding, Where
from translators.tree import Loop, Segment


@dataclass(slots=True)
class OrderTree:
    """One order as its file has it.

    ``places[segment.position - 1]`` says where a segment stands: the row or line (from 1) of tables and fixed-width
    files, the byte of XML, the character of JSON. ``findings`` are those on this order alone.
    """

    root: Loop
    places: list[int]
    name: str
    findings: list[Finding] = field(default_factory=list)


def opened(name: str, position: int, text: str | None = None) -> Loop:
    """A loop with its trigger."""
    loop = Loop()
    loop.segments[name] = [Segment([name] if text is None else [name, text], position)]
    return loop


def add_leaf(loop: Loop, name: str, text: str, position: int) -> None:
    loop.segments.setdefault(name, []).append(Segment([name, text], position))


def add_loop(loop: Loop, name: str, inner: Loop) -> None:
    loop.loops.setdefault(name, []).append(inner)


def leaf(loop: Loop, name: str) -> str:
    """The text of a leaf, empty without one."""
    found = loop.segments.get(name)
    return found[0].elements[1] if found and len(found[0].elements) > 1 else ""


class Unsound(ValueError):
    """Ends a reader from deep inside; carries the finding that says why. Never leaves this room."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


def unsound(code: Code, message: str, offset: int | None = None) -> Unsound:
    return Unsound(Finding(code, message, Where(offset=offset)))
