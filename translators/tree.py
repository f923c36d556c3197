"""A set as a tree: loops that hold segments and loops. What maps read, whatever the syntax was."""

from __future__ import annotations

LEVEL_B = "\x1f"
"""What joins components when a reader has taken the file's own separators away; it stands in no text."""
BLANKS = " \t\r\n\x0b\x0c\x85\xa0"
"""What is trimmed from a value. Python's own strip takes the separators of level B for blanks, too."""
_STRIDE = 512
"""No segment has so many elements that we read (:data:`translators.limits.MAX_ELEMENTS`)."""


def bit_of(element: int, component: int = 0) -> int:
    """The bit of :attr:`Segment.used` for an element, or for one component of it."""
    return 1 << element + _STRIDE * component


class Segment:
    """One segment. ``elements[0]`` is its tag; ``used`` has a bit for each element or component a map has taken.

    A part of a segment that repeats inside itself is dressed as a segment: from element ``first`` on, its elements
    stand ``moved`` places further on in the file.
    """

    __slots__ = ("elements", "first", "moved", "position", "used")

    def __init__(self, elements: list[str], position: int) -> None:
        self.elements = elements
        self.position = position
        self.used = 0
        self.first = 0
        self.moved = 0

    def origin_of(self, element: int) -> tuple[int, int]:
        """Position in the set and number of an element, as the file has them."""
        return self.position, element + self.moved if element >= self.first else element

    @property
    def tag(self) -> str:
        return self.elements[0]

    def has(self, element: int) -> bool:
        """Whether an element has content."""
        return element < len(self.elements) and bool(self.elements[element].strip(BLANKS))

    def is_left_over(self) -> bool:
        """Whether any element may have been left; quick, and wrong only for blanks."""
        used = self.used >> 1
        for value in self.elements[1:]:
            if value and not used & 1:
                return True
            used >>= 1
        return False

    def unused(self, component: str) -> dict[str, str]:
        """What nobody took of the elements with content: whole ones keyed by two digits, components as ``01:2``."""
        found: dict[str, str] = {}
        is_touched = self.used >= 1 << _STRIDE
        for at, value in enumerate(self.elements):
            if not at or self.used >> at & 1 or not value or not value.strip(BLANKS):
                continue
            if component not in value or not (is_touched or component == LEVEL_B):
                if not self.used & bit_of(at, 1):
                    found[f"{at:02}"] = value
                continue
            for number, part in enumerate(value.split(component), 1):
                if part.strip(BLANKS) and not self.used & bit_of(at, number):
                    found[f"{at:02}:{number}"] = part
        return found


class Loop:
    """One pass of a loop: its segments by tag, in order, and the loops inside it by trigger tag.

    The trigger is among the segments. ``taken`` is set by a map that reads the loop as a row and accounts for it.
    """

    __slots__ = ("loops", "segments", "taken")

    def __init__(self) -> None:
        self.segments: dict[str, list[Segment]] = {}
        self.loops: dict[str, list[Loop]] = {}
        self.taken = False
