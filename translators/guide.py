"""A partner's guide: what one agreement makes of a set's structure, tighter or looser than the standard.

It is a small TOML table. A place of the structure is the tags on the way to it, an element is its tag and number:

    [structure]
    "PO1/PID" = { use = "must", most = 1 }
    "TXI" = { use = "not used" }

    [elements]
    "BEG.02" = { codes = ["SA", "NE"] }
    "BEG.03" = { most = 10 }

``use`` is must, may or not used; ``least`` and ``most`` count how often a segment or loop comes, and the characters of
an element. A set against its guide is told as such: a 999 has codes of its own for it.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from typing import Any

from translators.findings import GuideInvalid
from translators.structures import Node, Schema
from translators.x12.schemas import ElementSpec, Specs

Guided = tuple[Schema, Specs]
"""A set's structure and the descriptions of segments as the guide has them."""

_USES = ("must", "may", "not used")
_ELEMENT = re.compile(r"(?P<tag>[A-Z][A-Z0-9]{1,2})\.(?P<at>[0-9]{2})")


def guided(schema: Schema, specs: Specs, guide: Mapping[str, Any]) -> Guided:
    """The structure and segments of a set as a guide wants them; what is given stays as it is. Raises GuideInvalid."""
    _check_keys("the guide", guide, ("structure", "elements"))
    root = copy.deepcopy(schema.root)
    places = _places(root)
    for place, rule in _rules(guide, "structure"):
        if place not in places:
            raise GuideInvalid(f"structure {place!r}: a {schema.set_id} has no such place{_nearest(place, places)}")
        _check_keys(place, rule, ("use", "least", "most"))
        for node in places[place]:
            _change_place(place, node, rule)
    changed = dict(specs)
    for place, rule in _rules(guide, "elements"):
        _change_element(place, changed, rule)
    return replace(schema, root=root), changed


def _places(root: Node, way: str = "") -> dict[str, list[Node]]:
    """Every place by its tags; a loop's trigger is the loop's."""
    found: dict[str, list[Node]] = {}
    for child in root.children[1:] if way else root.children:
        place = f"{way}{child.tag}"
        found.setdefault(place, []).append(child)
        for inner, nodes in _places(child, f"{place}/").items() if child.is_loop else ():
            found.setdefault(inner, []).extend(nodes)
    return found


def _change_place(place: str, node: Node, rule: Mapping[str, Any]) -> None:
    use = _use(place, rule)
    if use in ("may", "not used"):
        node.must, node.is_border = False, False
    node.is_used = use != "not used"
    node.least = _count(place, rule, "least", 1 if use == "must" else 0)
    node.most = _count(place, rule, "most", max(node.most, node.least))
    if node.least > node.most:
        raise GuideInvalid(f"{place}: at least {node.least} times and at most {node.most} cannot both be")


def _change_element(place: str, specs: dict[str, tuple[ElementSpec, ...]], rule: Mapping[str, Any]) -> None:
    match = _ELEMENT.fullmatch(place)
    if match is None:
        raise GuideInvalid(f"elements {place!r}: an element is a tag and two digits, BEG.02 for instance")
    tag, at = match["tag"], int(match["at"])
    if tag not in specs:
        raise GuideInvalid(f"elements {place!r}: no such segment is known{_nearest(tag, specs)}")
    if not 1 <= at <= len(specs[tag]):
        raise GuideInvalid(f"elements {place!r}: {tag} has the elements 01 to {len(specs[tag]):02}")
    _check_keys(place, rule, ("use", "least", "most", "codes"))
    spec, use = specs[tag][at - 1], _use(place, rule)
    codes = rule.get("codes")
    if codes is not None and not (isinstance(codes, list) and codes and all(isinstance(one, str) for one in codes)):
        raise GuideInvalid(f"{place}: codes must be a list of texts")
    least = _count(place, rule, "least", spec.least)
    spec = replace(
        spec,
        must=spec.must if use is None else use == "must",
        is_used=use != "not used",
        least=least,
        most=_count(place, rule, "most", max(spec.most, least)),
        codes=spec.codes if codes is None else frozenset(codes),
        is_of_guide=codes is not None,
    )
    if spec.least > spec.most:
        raise GuideInvalid(f"{place}: at least {spec.least} and at most {spec.most} characters cannot both be")
    specs[tag] = (*specs[tag][: at - 1], spec, *specs[tag][at:])


def _rules(guide: Mapping[str, Any], part: str) -> Iterable[tuple[str, Mapping[str, Any]]]:
    table = guide.get(part, {})
    if not isinstance(table, Mapping):
        raise GuideInvalid(f"{part}: must be a table")
    for place, rule in table.items():
        if not isinstance(rule, Mapping):
            raise GuideInvalid(f'{part} {place!r}: must be a table, {{ use = "must" }} for instance')
        yield place, rule


def _use(place: str, rule: Mapping[str, Any]) -> str | None:
    use = rule.get("use")
    if use is not None and use not in _USES:
        raise GuideInvalid(f"{place}: use is one of {', '.join(_USES)}; got {use!r}{_nearest(str(use), _USES)}")
    return use


def _count(place: str, rule: Mapping[str, Any], key: str, otherwise: int) -> int:
    count = rule.get(key, otherwise)
    if not isinstance(count, int) or isinstance(count, bool) or count < 0 or (key == "most" and not count):
        raise GuideInvalid(f"{place}: {key} must be a count, got {count!r}")
    return count


def _check_keys(where: str, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            raise GuideInvalid(f"{where}: unknown key {key!r}{_nearest(key, known)}")


def _nearest(name: str, known: Iterable[str]) -> str:
    close = get_close_matches(name, list(known), 1, 0.4)
    return f"; did you mean {close[0]!r}?" if close else ""
