"""Loops that name the loop they stand in: HL of X12 (BSN sets), CPS of EDIFACT (DESADV).

In the file they follow one another; the walk leaves them flat. Here each is moved into the one it names, so that a map
finds the items of a pack below the pack. Element 1 of the trigger is a loop's own number, element 2 its parent's.
"""

from __future__ import annotations

from bisect import bisect_left

from translators.findings import Code, Finding, Severity, Where, shown
from translators.limits import MAX_FINDINGS_PER_SET, MAX_NESTING
from translators.tree import Loop


def nest(root: Loop, tag: str, own: int = 1, parent: int = 2) -> list[Finding]:
    """Moves the loops ``root.loops[tag]`` under their parents, in the order of the file, and says what is wrong.

    ``root.loops[tag]`` then holds those without a parent. What does not fit stays among them: nothing is lost.
    """
    if tag not in root.loops:
        return []
    hierarchy = _Hierarchy(root.loops[tag], tag, own, parent)
    parents = hierarchy.named()
    hierarchy.straighten(parents)
    tops: list[Loop] = []
    for at, loop in enumerate(hierarchy.loops):
        above = parents[at]
        siblings = tops if above is None else hierarchy.loops[above].loops.setdefault(tag, [])
        siblings.append(loop)
    root.loops[tag] = tops
    return hierarchy.findings


class _Hierarchy:
    """The flat loops and what is wrong with their numbers. A loop is known by its place among them."""

    def __init__(self, loops: list[Loop], tag: str, own: int, parent: int) -> None:
        self.loops = loops
        self.findings: list[Finding] = []
        self._tag, self._own, self._parent = tag, own, parent
        self._too_deep = False

    def named(self) -> list[int | None]:
        """The parent each loop names: of several with one number the last before it, else one that comes later."""
        places: dict[str, list[int]] = {}
        for at in range(len(self.loops)):
            number = self._number(at, self._own)
            places.setdefault(number, []).append(at)
            if not number:
                self._tell(at, self._own, "has no number of its own", Severity.WARNING)
            elif len(places[number]) > 1:
                self._tell(at, self._own, "has a number that came before", Severity.WARNING)
        return [self._place_named(at, places) for at in range(len(self.loops))]

    def _place_named(self, at: int, places: dict[str, list[int]]) -> int | None:
        number = self._number(at, self._parent)
        if not number:
            return None
        found = places.get(number, [])
        if not found:
            # A first loop that names a parent (often 0) can only be the top.
            self._tell(at, self._parent, "names a parent that is not there", None if at else Severity.WARNING)
            return None
        if len(found) > 1:
            self._tell(at, self._parent, "names a parent whose number came several times", None)
        before = bisect_left(found, at)
        if not before and found[0] != at:
            self._tell(at, self._parent, "comes before its parent", Severity.WARNING)
        return found[before - 1] if before else found[0]

    def straighten(self, parents: list[int | None]) -> None:
        """Cuts circles, and hangs what is too deep under the deepest place there may be."""
        depths = [0] * len(parents)
        for start in range(len(parents)):
            path: list[int] = []
            on_path: set[int] = set()
            at: int | None = start
            while at is not None and not depths[at]:
                path.append(at)
                on_path.add(at)
                above = parents[at]
                if above in on_path:
                    self._tell(at, self._parent, "stands, by its parents, inside itself", None)
                    parents[at] = above = None
                at = above
            for at in reversed(path):
                self._set_depth(at, parents, depths)

    def _set_depth(self, at: int, parents: list[int | None], depths: list[int]) -> None:
        above = parents[at]
        if above is None:
            depths[at] = 1
        elif depths[above] < MAX_NESTING:
            depths[at] = depths[above] + 1
        else:
            if not self._too_deep:
                self._too_deep = True
                message = f"{self._tag} stands more than {MAX_NESTING} levels deep"
                where = Where(self._tag, self.loops[at].segments[self._tag][0].position)
                self.findings.append(Finding(Code.HIERARCHY_TOO_DEEP, message, where))
            parents[at], depths[at] = parents[above], MAX_NESTING

    def _number(self, at: int, element: int) -> str:
        """As it is compared: leading zeros do not count."""
        elements = self.loops[at].segments[self._tag][0].elements
        value = elements[element].strip() if element < len(elements) else ""
        return value.lstrip("0") or value

    def _tell(self, at: int, element: int, message: str, weight: Severity | None) -> None:
        segment = self.loops[at].segments[self._tag][0]
        value = segment.elements[element] if element < len(segment.elements) else ""
        text = f"{self._tag}{element:02} {message}" + (f": {shown(value)}" if value else "")
        where = Where(self._tag, segment.position, element)
        finding = Finding(Code.HIERARCHY_WRONG, text, where, value[:100], weight)
        if len(self.findings) < MAX_FINDINGS_PER_SET or (finding.rejects and not self.findings[-1].rejects):
            self.findings.append(finding)
