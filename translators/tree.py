"""A set as a tree: loops that hold segments and loops. What maps read, whatever the syntax was."""

from __future__ import annotations

from collections.abc import Iterator


class Segment:
    """One segment. ``elements[0]`` is its tag; ``used`` has a bit for each element a map has taken."""

    __slots__ = ("elements", "position", "used")

    def __init__(self, elements: list[str], position: int) -> None:
        self.elements = elements
        self.position = position
        self.used = 0

    @property
    def tag(self) -> str:
        return self.elements[0]

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

    def walk(self, path: str = "") -> Iterator[tuple[str, Segment]]:
        """Every segment with the path of tags to it; a loop's trigger has the path of its loop."""
        above = path.rstrip("/")
        for tag, segments in self.segments.items():
            name = above if above.rpartition("/")[2] == tag else path + tag
            for segment in segments:
                yield name, segment
        for tag, loops in self.loops.items():
            for loop in loops:
                yield from loop.walk(f"{path}{tag}/")
