"""Which printer a paper goes to. Rules are read from the top and the first that fits decides; nobody guesses.

A rule says what it is for and leaves out what does not matter::

    [[rules]]
    document = "packing-slip"
    partner  = "bigbox"
    printer  = "dock-2"

    [[rules]]
    printer  = "dock-1"      # everything else
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields

from printing.printer import PrinterMisconfigured, UnknownPrinter


@dataclass(frozen=True)
class Rule:
    """Papers that fit every condition given here go to ``printer``. Upper and lower case do not matter."""

    printer: str
    site: str | None = None
    document: str | None = None
    partner: str | None = None
    carrier: str | None = None

    def fits(self, paper: Mapping[str, str | None]) -> bool:
        return all(_same(wanted, paper[name]) for name, wanted in self._conditions())

    def covers(self, other: Rule) -> bool:
        """Whether every paper the other rule fits is taken by this one first."""
        theirs = dict(other._conditions())
        return all(name in theirs and _same(wanted, theirs[name]) for name, wanted in self._conditions())

    def _conditions(self) -> list[tuple[str, str]]:
        given = ((name, getattr(self, name)) for name in CONDITIONS)
        return [(name, value) for name, value in given if value is not None]

    def __str__(self) -> str:
        conditions = ", ".join(f"{name} {value}" for name, value in self._conditions())
        return f"{conditions or 'everything'} → {self.printer}"


CONDITIONS = ("site", "document", "partner", "carrier")


def route(
    document_kind: str,
    *,
    rules: Iterable[Rule],
    partner: str | None = None,
    carrier: str | None = None,
    site: str | None = None,
    fallback: str | None = None,
) -> str:
    """Name of the printer for a paper: the first rule that fits, else ``fallback``.

    Raises:
        UnknownPrinter: no rule fits and there is no fallback.
    """
    paper = {"site": site, "document": document_kind, "partner": partner, "carrier": carrier}
    for rule in rules:
        if rule.fits(paper):
            return rule.printer
    if fallback:
        return fallback
    known = ", ".join(f"{name} {value}" for name, value in paper.items() if value)
    raise UnknownPrinter(f"no rule says where to print {known}; add one, or a last rule with nothing but a printer")


def rules_from(tables: Iterable[Mapping[str, object]]) -> tuple[Rule, ...]:
    """Rules from settings, strictly.

    Raises:
        PrinterMisconfigured: an unknown key (the nearest known one is named), a value that is no text, or no printer.
    """
    known = [field.name for field in fields(Rule)]
    rules = []
    for number, table in enumerate(tables, 1):
        for key, value in table.items():
            if key not in known:
                near = difflib.get_close_matches(key, known, 1)
                hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
                raise PrinterMisconfigured(f"printing rule {number}: unknown key {key!r}; {hint}")
            if not isinstance(value, str) or not value.strip():
                raise PrinterMisconfigured(f"printing rule {number}: {key} must be a text, not {value!r}")
        if "printer" not in table:
            raise PrinterMisconfigured(f"printing rule {number}: says no printer")
        rules.append(Rule(**{key: str(value).strip() for key, value in table.items()}))
    return tuple(rules)


def rule_problems(rules: Sequence[Rule], printers: Iterable[str]) -> list[str]:
    """What ``dockgate check`` says: rules to printers that are not there, and rules no paper can reach."""
    there = set(printers)
    problems = []
    for number, rule in enumerate(rules, 1):
        if rule.printer not in there:
            problems.append(f"printing rule {number} ({rule}): there is no printer {rule.printer!r}")
        shade = next((before for before in rules[: number - 1] if before.covers(rule)), None)
        if shade is not None:
            problems.append(f"printing rule {number} ({rule}) is never used: ({shade}) stands before it")
    return problems


def _same(wanted: str, given: str | None) -> bool:
    return given is not None and wanted.casefold() == given.casefold()
