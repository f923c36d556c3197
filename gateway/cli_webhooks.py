"""The commands over webhooks: add, list, rotate, test, remove."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway import webhooks
from gateway.road import Road
from gateway.terminal import FINDINGS, HomeOption, JsonOption, fail, known_errors, opened, screen, show_json, user
from store import webhooks as kept

webhook_app = typer.Typer(no_args_is_help=True, help="Programs that are called when something happens to an order.")
HookId = Annotated[str, typer.Argument(metavar="WEBHOOK")]


@webhook_app.command("add")
def add(
    url: Annotated[str, typer.Argument(metavar="URL")],
    events: Annotated[
        str, typer.Option(help="Events, with commas: order.released,order.shipped; order.*; or *.")
    ] = "*",
    home: HomeOption = None,
) -> None:
    """Call an address from now on. Its secret is shown this once.

    Example: dockgate webhook add https://erp.example.com/hooks --events order.released,order.shipped
    """
    wanted = [one.strip() for one in events.split(",") if one.strip()]
    with opened(home) as road:
        hook = known_errors(lambda: webhooks.add(road, url, wanted, user()))
    screen.print(f"{hook.webhook_id} {hook.secret}", highlight=False, soft_wrap=True)


@webhook_app.command("list")
def listed(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """All of them, without their secrets. Example: dockgate webhook list"""
    with opened(home) as road, road.database.read() as conn:
        for hook in kept.listed(conn):
            if as_json:
                show_json({"webhook_id": hook.webhook_id, "url": hook.url, "events": hook.events})
            else:
                screen.print(f"{hook.webhook_id} {hook.url} {','.join(hook.events)}", highlight=False, markup=False)


@webhook_app.command("rotate")
def rotate(name: HookId, home: HomeOption = None) -> None:
    """A new secret, shown this once; for a day calls are signed with both. Example: dockgate webhook rotate WH-1"""
    with opened(home) as road:
        hook = known_errors(lambda: webhooks.rotate(road, name))
    screen.print(hook.secret, highlight=False, soft_wrap=True)


@webhook_app.command("test")
def try_now(name: HookId, home: HomeOption = None) -> None:
    """Call it now with an event webhook.test. Example: dockgate webhook test WH-1"""
    with opened(home) as road:
        tried = known_errors(lambda: webhooks.try_now(road, name))
    if not tried.is_good:
        fail(f"{name}: {tried.detail}", FINDINGS)
    screen.print(f"{name}: {tried.detail}", highlight=False, markup=False)


@webhook_app.command("remove")
def remove(name: HookId, home: HomeOption = None) -> None:
    """Call it no more; calls under way are dropped. Example: dockgate webhook remove WH-1"""
    with opened(home) as road:
        known_errors(lambda: _remove(road, name))
    screen.print(f"{name} is called no more", highlight=False)


def _remove(road: Road, name: str) -> None:
    with road.database.write() as conn:
        kept.remove(conn, name)
