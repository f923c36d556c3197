"""How records look on a terminal: rich tables and short texts. No reading, no deciding."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from rich.console import Group, RenderableType
from rich.progress import track
from rich.table import Table
from rich.text import Text

from gateway.timeline import TimelineRow
from orders.known import Blanket
from orders.order import SalesOrder
from orders.rules import plain
from partners.kits import Kit
from partners.partner import TradingPartner
from store.credit import Decided
from store.orders import OrderRow
from store.parked import Parked
from store.partners import MapRevision

if TYPE_CHECKING:
    from gateway.checks import Check
    from gateway.demo.trips import Trip
    from gateway.maps import Difference

COLOUR_OF_END = {"printed": "green", "credit_hold": "yellow", "review_hold": "yellow", "refused": "red"}


def _table(*columns: str, title: str = "") -> Table:
    """A plain table. A column ``>name`` stands on the right, ``name…`` is folded when there is no room."""
    table = Table(title=title or None, title_justify="left", header_style="bold", box=None, pad_edge=False)
    for column in columns:
        name = column.lstrip(">").rstrip("…")
        justify: Literal["left", "right"] = "right" if column.startswith(">") else "left"
        if column.endswith("…"):
            table.add_column(name, justify=justify, overflow="fold")
        else:
            table.add_column(name, justify=justify, no_wrap=True)
    return table


def progress(items: Sequence[Path], what: str, *, is_shown: bool) -> Iterable[Path]:
    """The items, with a progress bar on a terminal when there are many."""
    return track(items, what, transient=True, disable=not is_shown)


def has_rejects(result: Any) -> bool:
    """Whether any finding anywhere in an ``inspect`` or ``read`` result rejects something."""
    if isinstance(result, dict):
        return result.get("severity") == "reject" or any(has_rejects(value) for value in result.values())
    return isinstance(result, list) and any(has_rejects(value) for value in result)


def trips_table(trips: Sequence[Trip]) -> RenderableType:
    """The trips of the demo: one block for each sample, a line for each stage."""
    table = _table("sample", "PO", "stage", ">ms", "result…")
    for trip in trips:
        for place, stage in enumerate(trip.stages):
            first = place == 0
            table.add_row(
                trip.sample if first else "", trip.po if first else "", stage.stage, str(stage.ms), stage.note
            )
        end = Text(trip.end.replace("_", " "), style=COLOUR_OF_END.get(trip.end, ""))
        table.add_row("", "", "end", "", end)
        for kind, path in trip.documents:
            table.add_row("", "", kind, "", path)
        for path in trip.acknowledgments:
            table.add_row("", "", "997", "", path)
        table.add_section()
        table.add_row()
    return table


def timeline_table(name: str, rows: Sequence[TimelineRow]) -> RenderableType:
    """A timeline: when, how long after the last byte, what, by whom."""
    table = _table("at (UTC)", ">ms", "stage", "what…", "by", "ref…", title=name)
    for row in rows:
        what = f"{row.what}  {row.note}".rstrip()
        ref = row.ref[:12] if row.what == "transmission.received" else row.ref
        table.add_row(f"{row.at:%Y-%m-%d %H:%M:%S}", str(row.ms), row.stage, what, row.actor, ref)
    return table


def orders_table(rows: Sequence[OrderRow]) -> RenderableType:
    """An order list."""
    table = _table("order", "PO", "partner", "state", "credit", "dock", ">lines", ">total", "received (UTC)")
    for row in rows:
        total = f"{plain(row.grand_total)} {row.currency or ''}" if row.grand_total is not None else ""
        table.add_row(
            row.order_number,
            row.customer_po_number,
            row.partner,
            row.order_state,
            row.credit_state,
            row.fulfilment_state,
            str(row.line_count),
            total,
            f"{row.received_at:%Y-%m-%d %H:%M:%S}",
        )
    return table if rows else Text("no orders")


def order_view(order: SalesOrder, blanket: Blanket | None = None) -> RenderableType:
    """One order: how it stands, what holds it, what is ordered, and what is left of its blanket order."""
    content = order.content
    head = Text.assemble(
        (f"{order.order_number}  PO {content.customer_po_number or '-'}  {content.partner or '-'}\n", "bold"),
        f"order {order.order_state} · credit {order.credit_state} · dock {order.fulfilment_state} · "
        f"revision {order.revision}\n",
    )
    holds = _table("hold", "rule", "reason…", "released by")
    for hold in order.holds:
        holds.add_row(hold.kind, hold.rule, hold.reason, hold.released_by or "")
    lines = _table(">line", "part", "description…", ">quantity", "unit", ">price", ">customer's", ">amount")
    for line in content.lines:
        lines.add_row(
            str(line.line_no),
            line.part or "?",
            line.description or "",
            plain(line.quantity).removesuffix(".00"),
            line.uom,
            _amount(line.unit_price),
            _amount(line.price_as_received),
            _amount(line.extended_price),
        )
    total = Text(f"\ntotal {_amount(content.grand_total)} {content.currency or ''}")
    parts: list[RenderableType] = [head, holds, Text(), lines, total] if order.holds else [head, lines, total]
    return Group(*parts, Text(), _blanket_table(blanket)) if blanket else Group(*parts)


def _blanket_table(blanket: Blanket) -> Table:
    table = _table(
        ">line", "part", ">agreed", ">released", ">left", "unit", title=f"blanket order {blanket.order_number}"
    )
    for line in blanket.lines:
        figures = (plain(amount).removesuffix(".00") for amount in (line.agreed, line.drawn, line.left))
        table.add_row(str(line.line_no), line.part or "?", *figures, line.uom)
    return table


def credit_view(view: Mapping[str, Any]) -> RenderableType:
    """A customer's account and what it comes to."""
    account = view["account"]
    head = Text.assemble(
        (f"{account['customer']}  {view['currency']}\n", "bold"),
        f"{view['held_orders']} orders held for credit · figures of {account.get('as_of', 'no known day')}\n",
    )
    table = _table("figure", ">amount")
    for name, amount in view["figures"].items():
        table.add_row(name.replace("_", " "), amount or "none")
    stopped = [f"{name}: {account[name]}\n" for name in ("stop", "denied") if name in account]
    return Group(head, *(Text(line, style="bold red") for line in stopped), table)


def decisions_table(found: Sequence[Decided]) -> RenderableType:
    """Every credit decision about an order."""
    table = _table("at (UTC)", ">rev", "asked at", "credit", ">exposure", ">limit", ">order", "said…")
    for one in found:
        figures = one.figures
        said = "; ".join(f"{stop['rule']} ({stop['severity']}): {stop['reason']}" for stop in one.stops)
        amounts = (figures.get(name, "") for name in ("exposure", "credit_limit", "order_total"))
        table.add_row(f"{one.at:%Y-%m-%d %H:%M:%S}", str(one.revision), one.stage, one.state, *amounts, said)
    return table if found else Text("credit was not looked at")


def _amount(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def parked_table(rows: Sequence[Parked]) -> RenderableType:
    """Parked messages."""
    table = _table(">no.", "step", "parked (UTC)", "transmission", "reason…")
    for row in rows:
        at = f"{row.parked_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(str(row.parked_id), row.step, at, row.transmission_id or "", row.reason)
    return table if rows else Text("nothing is parked")


def partners_table(profiles: Sequence[TradingPartner]) -> RenderableType:
    """Partners with what was agreed."""
    table = _table("partner", "name…", "identifiers…", "documents…")
    for profile in profiles:
        documents = ", ".join(f"{one.document} {one.direction} by {one.map}" for one in profile.agreements)
        table.add_row(profile.partner, profile.name, ", ".join(map(str, profile.identifiers)), documents)
    return table if profiles else Text("no partners yet: dockgate partner import FILE.toml")


def maps_table(revisions: Sequence[MapRevision], bases: Sequence[str]) -> RenderableType:
    """The box's maps, and what they may extend."""
    table = _table("map", ">revision", "in use", "imported (UTC)", "by")
    for row in revisions:
        at = f"{row.imported_at:%Y-%m-%d %H:%M:%S}"
        table.add_row(row.map, str(row.revision), "yes" if row.is_active else "", at, row.imported_by)
    below = Text(f"base maps: {', '.join(bases)}")
    return Group(table, Text(), below) if revisions else below


def replay_table(found: Sequence[Difference]) -> RenderableType:
    """What a draft would change."""
    table = _table("transmission", "document", "field…", "now…", "with the draft…")
    for one in found:
        for place, (path, before, after) in enumerate(one.fields):
            first = (one.transmission_id, one.document) if place == 0 else ("", "")
            table.add_row(*first, path, before or "", after or "")
    return table if found else Text("nothing would change")


def kits_table(kits: Sequence[Kit]) -> RenderableType:
    """Ready-made partners."""
    table = _table("kit", "title…", "about…", ">samples")
    for one in kits:
        table.add_row(one.name, one.title, one.about, str(len(one.samples)))
    return table


def printers_table(problems: Mapping[str, Sequence[str]]) -> RenderableType:
    """Printers and what is wrong with them."""
    table = _table("printer", "state…")
    for name, found in problems.items():
        table.add_row(name, Text("; ".join(found), style="red") if found else Text("ready", style="green"))
    return table


def checks_table(checks: Sequence[Check]) -> RenderableType:
    """What ``dockgate check`` found."""
    table = _table("", "…", "what is wrong and how to mend it…")
    for check in checks:
        style = "red" if check.problems else "green"
        table.add_row(Text(check.what, style=style), check.fact, "; ".join(check.problems) or "fine")
    return table


def inspections_table(results: Sequence[dict[str, Any]]) -> RenderableType:
    """What files hold: a line for each interchange, and each finding below."""
    table = _table("file…", "syntax", "sender", "receiver", "control no.", "sets", ">segments", "findings…")
    for result in results:
        if not result["interchanges"]:
            table.add_row(result["file"], result["syntax"], "", "", "", "", "", _findings(result))
        for interchange in result["interchanges"]:
            sets = [one for group in interchange["groups"] for one in group["transaction_sets"]]
            table.add_row(
                result["file"],
                result["syntax"],
                interchange["sender"] or "",
                interchange["receiver"] or "",
                interchange["control_number"] or "",
                ", ".join(str(one["id"]) for one in sets[:5]) + (" …" if len(sets) > 5 else ""),
                str(sum(one["segments"] for one in sets)),
                _findings(interchange),
            )
    return table


def verdicts_table(results: Sequence[dict[str, Any]]) -> RenderableType:
    """How many files there were of each syntax or none, and how they stand."""
    counts: dict[tuple[str, str], int] = {}
    for result in results:
        weights = {one["severity"] for one in _all_findings(result)}
        verdict = next((one for one in ("reject", "warning", "note") if one in weights), "fine")
        key = (str(result.get("syntax", "read")), verdict)
        counts[key] = counts.get(key, 0) + 1
    table = _table("files", "worst finding", ">count")
    for (syntax, verdict), count in sorted(counts.items()):
        table.add_row(syntax, verdict, str(count))
    return table


def readings_table(results: Sequence[dict[str, Any]]) -> RenderableType:
    """What files were read to: documents, findings and acknowledgments."""
    table = _table("file…", "PO", ">lines", "findings…")
    for result in results:
        for document in result["documents"] or [{}]:
            po, lines = document.get("customer_po_number", ""), document.get("lines")
            table.add_row(result["file"], po, "" if lines is None else str(len(lines)), _findings(result))
    acknowledgments = [Text(text) for result in results for text in result["acknowledgments"]]
    return Group(table, *acknowledgments)


def _findings(result: dict[str, Any]) -> str:
    return "\n".join(f"{one['severity']} {one['code']}: {one['message']}" for one in _all_findings(result)) or "none"


def _all_findings(value: Any) -> Iterable[dict[str, Any]]:
    if isinstance(value, dict):
        if "severity" in value and "code" in value:
            yield value
        else:
            for inner in value.values():
                yield from _all_findings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _all_findings(inner)
