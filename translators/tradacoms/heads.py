"""Messages on a whole file (ORDHDR, ORDTLR): no documents, but what they say holds for every order between them."""

from __future__ import annotations

from dataclasses import dataclass

from translators.tree import Loop, Segment

HEADER_MESSAGES = frozenset({"ORDHDR", "ORDTLR", "RSGRSG"})
_OWN = frozenset({"MHD", "MTR"})
"""Segments that only frame a message."""


@dataclass(frozen=True, slots=True)
class Above:
    """The tree of a message on the whole file, and where its segments begin."""

    root: Loop
    offsets: list[int]

    def put_above(self, order: Loop, offsets: list[int]) -> list[int]:
        """Gives an order copies of these segments; returns the offsets of both, the order's first."""
        for tag, segments in self.root.segments.items():
            if tag not in _OWN:
                copies = [Segment(list(one.elements), len(offsets) + one.position) for one in segments]
                order.segments.setdefault(tag, []).extend(copies)
        return [*offsets, *self.offsets]
