"""The commands over review: holds resolved, one or many; rules listed, checked, tried and taken into use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track
from rich.table import Table

from gateway.resolving import Resolution, resolve
from gateway.review_rules import Tried, activate_rules, import_rules, try_rules
from gateway.rule_texts import read_rules
from gateway.terminal import (
    FINDINGS,
    USAGE,
    HomeOption,
    JsonOption,
    fail,
    known_errors,
    opened,
    screen,
    show_json,
    user,
)
from orders.order import SalesOrder
from orders.resolving import Act
from orders.review_policy import ReviewRules, usual
from orders.values import Severity
from partners.profile import read_profile
from store import rules

SHOWN_ORDERS = 50
rule_app = typer.Typer(no_args_is_help=True, help="Review rules: list, show, check, import, activate, try.")
RulesFile = Annotated[Path, typer.Argument(metavar="TOML", exists=True, dir_okay=False)]


def order_resolve(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Orders; all that are meant if none.")
    ] = None,
    act: Annotated[Act, typer.Option("--act", help="What is to become of the holds.")] = Act.ACCEPT,
    rule: Annotated[str | None, typer.Option(help="Only holds of this rule, as R1.")] = None,
    figures: Annotated[
        list[str] | None, typer.Option("--figure", metavar="NAME=VALUE", help="Only holds with this figure.")
    ] = None,
    changes: Annotated[
        list[str] | None, typer.Option("--set", metavar="PATH=VALUE", help="For correct: what is right.")
    ] = None,
    part: Annotated[str, typer.Option(help="For learn of an unknown part: ours.")] = "",
    note: Annotated[str, typer.Option("--note", help="Why; for ask, the question.")] = "",
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Resolve review holds, of one order or of all with the same rule and figures; each order by itself.

    Example: dockgate order resolve --rule R1 --figure part=WG-1001 --figure customer_price=7.50 --act accept
    """
    corrections = dict(_pair(one, "--set") for one in changes or ())
    wanted = Resolution(
        act, user(), rule, dict(_pair(one, "--figure") for one in figures or ()), note, corrections, part
    )
    with opened(home) as road:
        found = known_errors(lambda: resolve(road, wanted, names or ()))
    for one in found:
        if as_json:
            show_json(vars(one))
        else:
            state = one.order_state if one.is_done else "not done"
            screen.print(f"{one.order} {state}: {one.told}", highlight=False, markup=False)
    if not all(one.is_done for one in found):
        raise typer.Exit(FINDINGS)


def _pair(text: str, option: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        fail(f"{option} {text!r}: write NAME=VALUE", USAGE)
    return name.strip(), value


@rule_app.command("list")
def rule_list(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """The revisions of the house's rules, newest first. Example: dockgate rule list"""
    with opened(home) as road, road.database.read() as conn:
        found = rules.revisions(conn)
    if as_json:
        for one in found:
            show_json({name: value for name, value in vars(one).items() if name != "toml"})
        return
    table = Table("revision", "imported (UTC)", "by", "in use", box=None, pad_edge=False)
    for one in found:
        in_use = "yes" if one.is_active else ""
        table.add_row(str(one.revision), f"{one.imported_at:%Y-%m-%d %H:%M}", one.imported_by, in_use)
    screen.print(table if found else "no rules of the house's own: the usual ones are in use")


@rule_app.command("show")
def rule_show(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Every rule in use: how hard it is, and what it is for. Example: dockgate rule show"""
    with opened(home) as road, road.database.read() as conn:
        house = known_errors(lambda: read_rules(rules.active_text(conn)))
    rows = []
    for code, about in ReviewRules.model_fields.items():
        setting = getattr(house.review, code)
        told = setting.model_dump(mode="json", exclude_none=True, exclude={"severity"})
        rows.append((code, setting.severity or usual(code), about.description or "", told))
    rows += [(one.code, one.severity, one.message, {"when": one.when}) for one in house.rules]
    if as_json:
        for code, severity, meaning, told in rows:
            show_json({"rule": code, "severity": severity, "about": meaning, "settings": told})
        return
    table = Table("rule", "severity", "speaks when", "settings", box=None, pad_edge=False)
    for code, severity, meaning, told in rows:
        table.add_row(code, severity, meaning, ", ".join(f"{name} {value}" for name, value in told.items()))
    screen.print(table, markup=False)


@rule_app.command("check")
def rule_check(file: RulesFile) -> None:
    """Check a file of rules, before importing it. Needs no box. Example: dockgate rule check rules.toml"""
    house = known_errors(lambda: read_rules(file.read_text("utf-8")))
    screen.print(f"{file}: {len(house.rules)} own rules can be used", highlight=False)


@rule_app.command("import")
def rule_import(file: RulesFile, home: HomeOption = None) -> None:
    """Keep a file of rules as a draft; it is asked once it is activated. Example: dockgate rule import rules.toml"""
    with opened(home) as road:
        revision = known_errors(lambda: import_rules(road, file.read_text("utf-8"), user()))
    screen.print(f"rules: revision {revision} is kept; `dockgate rule activate` takes it into use", highlight=False)


@rule_app.command("activate")
def rule_activate(
    revision: Annotated[int | None, typer.Option(help="A revision; the newest when none is named.")] = None,
    home: HomeOption = None,
) -> None:
    """Take a revision into use, a newer or an older one. Example: dockgate rule activate --revision 2"""
    with opened(home) as road:
        number = known_errors(lambda: activate_rules(road, revision, user()))
    screen.print(f"rules: revision {number} is in use", highlight=False)


@rule_app.command("try")
def rule_try(
    file: RulesFile,
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far back.")] = 30,
    partners: Annotated[
        list[Path] | None, typer.Option("--partner", metavar="TOML", help="A profile to be tried with them.")
    ] = None,
    home: HomeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Which orders of the last days would have been held by these rules. Changes nothing.

    Example: dockgate rule try rules.toml --days 30
    """
    profiles = known_errors(lambda: [read_profile(path.read_text("utf-8")) for path in partners or ()])

    def shown(orders: Iterable[SalesOrder], count: int) -> Iterable[SalesOrder]:
        return track(orders, "orders", total=count, transient=True, disable=as_json or not screen.is_terminal)

    policies = {one.partner: one for one in profiles}
    with opened(home) as road:
        text = file.read_text("utf-8")
        found = known_errors(lambda: list(try_rules(road, text, days, shown, policies)))
    if as_json:
        for one in found:
            stops = [{"rule": stop.rule, "severity": stop.severity, "reason": stop.reason} for stop in one.stops]
            order = {"order": one.order_number, "partner": one.partner, "po": one.customer_po_number}
            show_json(order | {"would_hold": one.would_hold, "held_by": one.held_by, "stops": stops})
    else:
        _show_tried(found)
    if any(one.is_new for one in found):
        raise typer.Exit(FINDINGS)


def _show_tried(found: list[Tried]) -> None:
    would, did = (
        Counter(code for one in found for code in one.would_hold),
        Counter(c for one in found for c in one.held_by),
    )
    noted = Counter(stop.rule for one in found for stop in one.stops if stop.severity is Severity.NOTE)
    counts = Table("rule", "would hold", "would note", "held then", box=None, pad_edge=False)
    for code in sorted({*would, *did, *noted}, key=lambda code: (code[0], len(code), code)):
        counts.add_row(code, str(would[code]), str(noted[code]), str(did[code]))
    screen.print(counts)
    new = [one for one in found if one.is_new]
    for one in new[:SHOWN_ORDERS]:
        said = "; ".join(f"{stop.rule}: {stop.reason}" for stop in one.stops if stop.rule not in one.held_by)
        screen.print(
            f"{one.order_number} ({one.partner}, PO {one.customer_po_number}): {said}", highlight=False, markup=False
        )
    more = len(new) - SHOWN_ORDERS
    screen.print(f"{len(new)} orders more would be held" + (f", {more} of them not shown" if more > 0 else ""))
