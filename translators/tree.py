"""A set as a tree: loops that hold segments and loops. What maps read, whatever the syntax was."""

from __future__ import annotations


class Segment:
    """One segment. ``elements[0]`` is its tag; ``used`` has a bit for each element a map has taken.

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

    def is_left_over(self) -> bool:
        """Whether any element may have been left; quick, and wrong only for blanks."""
        used = self.used >> 1
        for value in self.elements[1:]:
            if value and not used & 1:
                return True
            used >>= 1
        return False

    def unused(self) -> dict[str, str]:
        """The elements with content that nobody took, keyed by two digits."""
        return {
            f"{at:02}": value
            for at, value in enumerate(self.elements)
            if at and value and not self.used >> at & 1 and value.strip()
        }


class Loop:
    """One pass of a loop: its segments by tag, in order, and the loops inside it by trigger tag.

    The trigger is among the segments. ``taken`` is set by a map that has read the loop as a party.
    """

    __slots__ = ("loops", "segments", "taken")

    def __init__(self) -> None:
        self.segments: dict[str, list[Segment]] = {}
        self.loops: dict[str, list[Loop]] = {}
        self.taken = False
