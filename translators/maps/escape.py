"""The escape of a map: one JSONata expression over what is here, for what no path can say.

The expression sees the loop as JSON: ``{"BEG": [{"03": "PO-1"}], "N1": [{"N1": [...], "N4": [...]}]}``. It runs in
bounds of time and depth, reads nothing else, and its value goes into the field like any other.
"""

from __future__ import annotations

from typing import Any

from jsonata import Jsonata

from translators.findings import Code, MapError
from translators.maps.forms import Apply, Run, Taken, Target
from translators.tree import Loop

_TIME_MS = 200
_DEPTH = 100


def jsonata_rule(target: str, text: Any, where: str) -> Apply:
    """The rule that evaluates an expression. Raises MapError for one that does not parse."""
    if not isinstance(text, str):
        raise MapError(f"{where}: jsonata is an expression in quotes")
    try:
        expression = Jsonata(text)
    except Exception as error:  # its own error type says no more than its text
        raise MapError(f"{where}: the JSONata expression does not parse: {error}") from None

    def apply(loop: Loop, out: Target, prefix: str, run: Run) -> None:
        bounds = Jsonata.Frame(None)
        bounds.set_runtime_bounds(_TIME_MS, _DEPTH)
        try:
            value = expression.evaluate(as_json(loop), bounds)
        except Exception as error:  # whatever the expression made of this input is a finding on it
            run.add_loose(Code.VALUE_REFUSED, f"the expression for {target} fails here: {error}")
            return
        if value is not None:
            out[target] = value
            run.pending.append(Taken(None, 0, prefix + target, "jsonata", out, target))

    return apply


def as_json(loop: Loop) -> dict[str, Any]:
    """A loop as plain data: segments by tag as their elements by number, inner loops by tag."""
    found: dict[str, Any] = {}
    for tag, segments in loop.segments.items():
        found[tag] = [
            {f"{at:02}": value for at, value in enumerate(segment.elements) if at and value} for segment in segments
        ]
    for tag, loops in loop.loops.items():
        found.setdefault(tag, []).extend(as_json(inner) for inner in loops)
    return found
