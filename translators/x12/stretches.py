"""Stretches of segments by their form: one expression for a whole header or line, elements and all.

Two stretches have the same form when they have the same segments, content in the same elements, and the same text in
those elements that a map chooses by. One match then proves a stretch sound and divides it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from translators.interchange import Delimiters
from translators.x12.elements import never_in_text, value_pattern
from translators.x12.header import readable_text
from translators.x12.schemas import ElementSpec, has_schema, schema, segment_specs

Place = tuple[int, int]
"""Position of a segment in its set, number of an element."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How segments and elements are divided. ``joint`` is the terminator and the blanks every segment is led by."""

    element: str
    joint: str
    others: str
    """Terminator, component and repetition separators."""


def layout(delimiters: Delimiters, joint: str) -> Layout:
    others = (delimiters.segment, delimiters.component, delimiters.repetition)
    return Layout(readable_text(delimiters.element), joint, "".join(map(readable_text, others)))


@dataclass(frozen=True, slots=True)
class Form:
    """``match`` takes a stretch at a place of a text, ``groups`` says which group is which element, and ``heads`` from
    which group and how far before it each segment begins."""

    match: Callable[..., re.Match[str] | None]
    groups: dict[Place, int]
    heads: dict[int, tuple[int, int]]


@lru_cache(maxsize=64)
def closing_tags(set_id: str, tag: str) -> tuple[str, ...]:
    """The tags that end the last pass of a loop of the set and stand nowhere in it; none when there is no such loop."""
    if not has_schema(set_id):
        return ()
    children = schema(set_id).root.children
    index = next((at for at, one in enumerate(children) if one.tag == tag and one.is_loop), len(children))
    if any(one.tag == tag for one in children[:index]):
        return ()
    inside: set[str] = set()
    todo = children[index : index + 1]
    while todo:
        node = todo.pop()
        inside.add(node.tag)
        todo += node.children
    return tuple(one.tag for one in children[index + 1 :] if one.tag not in inside)


def spec_of(tag: str, element: int) -> ElementSpec:
    """What an element looks like. ValueError when nobody says."""
    specs = segment_specs().get(tag)
    if specs is None or element > len(specs):
        raise ValueError(f"{tag}{element:02} is not described")
    return specs[element - 1]


def form(
    segments: Mapping[int, list[str]],
    laid: Layout,
    pinned: Callable[[int, str, int], bool],
    limits: Mapping[Place, int],
    loose: frozenset[Place],
    after: tuple[str, ...],
) -> Form:
    """The form of a stretch of at least one segment.

    ``limits`` are lengths texts may have, ``loose`` are elements whose content is checked elsewhere, ``after`` the tags
    of which one must follow; none when the set ends here.
    """
    separator, bad = re.escape(laid.element), never_in_text(laid.element + laid.others)
    groups: dict[Place, int] = {}
    heads: dict[int, tuple[int, int]] = {}
    texts: list[str] = []
    for position, elements in segments.items():
        tag = elements[0]
        text, before = re.escape(tag), len(tag)
        for element, value in enumerate(elements[1:], 1):
            text, before = text + separator, before + 1
            if value:
                place = (position, element)
                groups[place] = len(groups)
                heads.setdefault(position, (groups[place] + 1, before))
                if pinned(position, tag, element):
                    one = re.escape(value)
                elif place in loose:
                    one = f"[0-9]{{{len(value)}}}"
                else:
                    one = _limited(spec_of(tag, element), separator, bad, limits.get(place))
                text += f"({one})"
        texts.append(text)
    whole = re.escape(laid.joint).join(texts)
    if after:
        whole += re.escape(laid.joint) + "(?=" + "|".join(re.escape(tag + laid.element) for tag in after) + ")"
        return Form(re.compile(whole).match, groups, heads)
    return Form(re.compile(whole).fullmatch, groups, heads)


def is_text(spec: ElementSpec) -> bool:
    """Whether an element may hold any text, so that a form can guard its length."""
    return spec.kind in ("an", "id", "b", "c") and not spec.codes


def _limited(spec: ElementSpec, separator: str, bad: str, limit: int | None) -> str:
    if limit is None or not is_text(spec):
        return value_pattern(spec, separator, bad)
    if spec.kind in ("b", "c"):
        return f"[^{bad}]{{1,{limit}}}"
    return f"[^{bad}]{{{spec.least},{min(spec.most, limit)}}}"
