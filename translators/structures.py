"""The order of segments in a set, as data: the notation every standard's schemas are written in.

A text is a segment: ``TAG`` may come as often as it likes, ``TAG!`` must come, ``TAG 3`` comes at most three times.
``TAG?`` is the border between two sections of a set: it should come, and its absence is told but refuses nothing.
``TAG*`` is the one of several places of a tag that is written to; else that is the first. A list is a loop; its first
entry is the trigger that opens each pass.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from translators.findings import SchemaMissing
from translators.limits import MAX_LOOP_REPEATS


@dataclass(slots=True)
class Node:
    """A segment's place in a set, or a loop's when it has children; the first child opens the loop."""

    tag: str
    must: bool = False
    most: int = MAX_LOOP_REPEATS
    children: list[Node] = field(default_factory=list)
    parent: Node | None = None
    index: int = 0
    is_border: bool = False
    is_home: bool = False
    """Of several places of its tag the one to write to."""
    nests: bool = False
    """A loop whose passes stand inside each other: each names the one it belongs to (HL, CPS)."""
    least: int = 0
    """How often a partner's guide wants it; the standard never says more than ``must``."""
    is_used: bool = True
    """Whether the guide has it at all."""

    @property
    def is_loop(self) -> bool:
        return bool(self.children)


@dataclass(frozen=True, slots=True)
class Schema:
    """One set's structure; its last segment ends the set."""

    set_id: str
    root: Node
    tags: frozenset[str]
    functional_id: str = ""
    """The X12 group (GS01) a set of this kind belongs in."""
    nest: str = ""
    """The trigger of loops that name the loop they stand in (HL, CPS), where the set has such."""

    @property
    def first_tag(self) -> str:
        return self.root.children[0].tag

    @property
    def last_tag(self) -> str:
        return self.root.children[-1].tag


_PLACE = re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,2})(?P<mark>[!?*])?(?: (?P<most>[0-9]+))?")


def build(set_id: str, structure: list[str | list[Any]], nest: str = "") -> Schema:
    """The structure of a set from its notation. Raises SchemaMissing when it cannot be read."""
    root = Node(set_id, must=True, most=1)
    root.children = [_node(entry, root, index) for index, entry in enumerate(structure)]
    for node in root.children:
        node.nests = node.tag == nest and node.is_loop
    return Schema(set_id, root, frozenset(_tags(root)), nest=nest)


def _node(entry: str | list[Any], parent: Node, index: int) -> Node:
    """A string is a segment; a list is a loop, and its first entry, the trigger, says how often it may come."""
    text = entry if isinstance(entry, str) else entry[0]
    match = _PLACE.fullmatch(text)
    if match is None:
        raise SchemaMissing(f"{parent.tag}: cannot read {text!r}")
    mark, most = match["mark"], int(match["most"] or MAX_LOOP_REPEATS)
    node = Node(match["tag"], mark == "!", most, parent=parent, index=index, is_border=mark == "?", is_home=mark == "*")
    if isinstance(entry, list):
        trigger = Node(node.tag, must=True, most=1, parent=node)
        node.children = [trigger, *(_node(child, node, at + 1) for at, child in enumerate(entry[1:]))]
    return node


def _tags(node: Node) -> set[str]:
    return {node.tag}.union(*(_tags(child) for child in node.children)) if node.children else {node.tag}
