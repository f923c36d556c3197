"""Rules for fields that are named by a qualifier beside them: pairs of elements (PO1), composites (PIA)."""

from __future__ import annotations

from typing import Any

from translators.findings import MapError
from translators.maps.forms import Apply, Form, Language, Run, Taken, Target
from translators.maps.paths import Path
from translators.tree import BLANKS, Loop, Segment, bit_of

ROWS_OF_VALUES = ("pairs", "pair", "composites", "ids")
"""The words that make such a rule: every (qualifier, value) pair, the value of one, every value:qualifier composite,
every value at a qualifier's places."""


def values_rule(form: Form) -> Apply:
    """The rule of such a form."""
    if form.shape == "ids":
        return _every_id(form)
    make = {"pairs": _every_pair, "pair": _one_pair, "composites": _every_composite}[form.shape]
    return make(form)


def _segments(path: Path, loop: Loop, run: Run) -> list[Segment]:
    homes = path.home(loop, run.component) if path.loops else [loop]
    return [segment for home in homes for segment in path.place.segments(home, run.component)]


def _pairs(path: Path, loop: Loop, run: Run, most: int) -> list[tuple[Segment, int, str, str]]:
    found = []
    for segment in _segments(path, loop, run):
        elements = segment.elements
        for at in range(path.element, min(len(elements) - 1, path.element + 2 * most), 2):
            qualifier, value = elements[at].strip(), elements[at + 1].strip()
            if qualifier and value:
                found.append((segment, at, qualifier, value))
    return found


def _every_pair(form: Form) -> Apply:
    target, paths, most = form.target, form.paths, form.most
    rank = {qualifier: at for at, qualifier in enumerate(form.codes)}
    last = len(rank)

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        found = [pair for path in paths for pair in _pairs(path, loop, run, most)]
        if not found:
            return
        if len(found) > 1:
            found.sort(key=lambda pair: rank.get(pair[2], last))
        rows = [{"qualifier": qualifier, "value": value} for _, _, qualifier, value in found]
        out[target] = rows
        name = prefix + target
        for (segment, at, _, _), row in zip(reversed(found), reversed(rows), strict=True):
            label = f"{segment.elements[0]}.{at:02}"
            run.pending.append(Taken(segment, 3 << at, name, label, row, "value", at + 1))

    return apply


def _one_pair(form: Form) -> Apply:
    target, paths, wanted, most = form.target, form.paths, form.codes, form.most
    seek = frozenset(wanted)

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        found: dict[str, tuple[Segment, int, str, str]] = {}
        for path in paths:
            if any(not seek.isdisjoint(segment.elements) for segment in _segments(path, loop, run)):
                for pair in _pairs(path, loop, run, most):
                    found.setdefault(pair[2], pair)
        if not found:
            return
        for qualifier in wanted:
            if qualifier in found:
                segment, at, _, value = found[qualifier]
                out[target] = value
                label = f"{segment.tag}.{at + 1:02}"
                run.pending.append(Taken(segment, 3 << at, prefix + target, label, out, target, at + 1))
                return

    return apply


def _every_composite(form: Form) -> Apply:
    """Composites that hold a value and its qualifier, such as C212 of LIN and PIA, wherever the paths point."""
    target, paths = form.target, form.paths
    rank = {qualifier: at for at, qualifier in enumerate(form.codes)}
    last = len(rank)

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        found: list[tuple[dict[str, Any], Segment, Path]] = []
        for path in paths:
            for segment in _segments(path, loop, run):
                at = path.element
                value, _, rest = (segment.elements[at] if at < len(segment.elements) else "").partition(run.component)
                qualifier = rest.partition(run.component)[0].strip()
                if value.strip() and qualifier:
                    found.append(({"qualifier": qualifier, "value": value.strip()}, segment, path))
        if not found:
            return
        found.sort(key=lambda one: rank.get(one[0]["qualifier"], last))
        out[target] = [row for row, _, _ in found]
        for row, segment, path in reversed(found):
            bits = path.place.bits | bit_of(path.element, 1) | bit_of(path.element, 2)
            run.pending.append(Taken(segment, bits, prefix + target, path.label, row, "value", path.element))

    return apply


def ids_form(target: str, places: Any, language: Language, where: str) -> Form:
    """``ids = { VP = "SKU", BP = ["Your item", "Item"] }``: the qualifier is known by the place. Raises MapError."""
    if not isinstance(places, dict) or not places:
        raise MapError(f'{where}: write ids = {{ VP = "SKU" }}, a qualifier and where its value stands')
    pairs = [(code, path) for code, paths in places.items() for path in (paths if isinstance(paths, list) else [paths])]
    if not all(isinstance(path, str) for _, path in pairs):
        raise MapError(f"{where}: the places of ids are paths")
    located = tuple(language.located(path, where) for _, path in pairs)
    return Form(target, "ids", paths=located, codes=tuple(code for code, _ in pairs))


def _every_id(form: Form) -> Apply:
    """Each value once under a qualifier, in the order the map names them."""
    target, ways = form.target, tuple(zip(form.codes, form.paths, strict=True))

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        rows: list[dict[str, Any]] = []
        for code, path in ways:
            for segment in _segments(path, loop, run):
                value = _part(segment, path, run.component)
                if value:
                    row = {"qualifier": code, "value": value}
                    rows += [] if row in rows else [row]
                    bits = path.place.bits | bit_of(path.element, path.component)
                    run.pending.append(Taken(segment, bits, prefix + target, path.label, row, "value", path.element))
        if rows:
            out[target] = rows

    return apply


def _part(segment: Segment, path: Path, mark: str) -> str:
    """The text of an element, or of one of its components."""
    value = segment.elements[path.element] if path.element < len(segment.elements) else ""
    if path.component:
        parts = value.split(mark)
        value = parts[path.component - 1] if path.component <= len(parts) else ""
    return value.strip(BLANKS)
