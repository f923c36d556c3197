"""The commands over storefronts: list them, give a secret, see whether a store lets us in."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from gateway import net
from gateway.road import Road
from gateway.storefronts.kit import StorefrontError
from gateway.storefronts.stores import Stores, credential_name
from gateway.terminal import FINDINGS, USAGE, HomeOption, JsonOption, fail, known_errors, opened, screen, show_json
from partners.partner import TradingPartner
from store import partners

storefront_app = typer.Typer(
    no_args_is_help=True, help="Stores and marketplaces that are told what becomes of their orders."
)
PartnerName = Annotated[str, typer.Argument(metavar="PARTNER")]


@storefront_app.command("list")
def listed(home: HomeOption = None, as_json: JsonOption = False) -> None:
    """Partners with a store, where it is, and what it is told. Example: dockgate storefront list"""
    with opened(home) as road, road.database.read() as conn:
        for profile in partners.partners(conn):
            if (front := profile.storefront) is None:
                continue
            told = [word for word, is_so in (("answers", front.answers), ("shipments", front.shipments)) if is_so]
            if as_json:
                shown = {"partner": profile.partner, "kind": front.kind, "url": front.url, "account": front.account}
                show_json(shown | {"told": told})
            else:
                line = f"{profile.partner} {front.kind} {front.url} {','.join(told) or 'nothing'}"
                screen.print(line, highlight=False, markup=False)


@storefront_app.command("secret")
def secret(name: PartnerName, home: HomeOption = None) -> None:
    """Give the secret of a partner's store, typed unseen or from a pipe; the one before is replaced, nothing restarts.

    Example: dockgate storefront secret woocommerce
    """
    with opened(home) as road:
        _profile(road, name)
        given = _unseen(f"secret of {name}'s store").strip()
        if not given:
            fail("a secret cannot be empty", USAGE)
        path = known_errors(lambda: road.settings.keep_credential(credential_name(name), given))
    screen.print(f"kept in {path}; see whether it is right with dockgate storefront test {name}", highlight=False)


@storefront_app.command("test")
def try_now(name: PartnerName, home: HomeOption = None) -> None:
    """See whether a store lets us in; nothing is changed there. Example: dockgate storefront test woocommerce"""
    with opened(home) as road:
        store = known_errors(lambda: Stores(road).open(_profile(road, name)))
        try:
            found = store.look()
        except (StorefrontError, net.NetError) as error:
            fail(str(error), FINDINGS)
    screen.print(f"{name}: {found}", highlight=False, markup=False)


def _unseen(what: str) -> str:
    """What a person types without showing it, or the first line of a pipe."""
    if not sys.stdin.isatty():
        return sys.stdin.readline()
    return str(typer.prompt(what, hide_input=True, err=True))


def _profile(road: Road, name: str) -> TradingPartner:
    def found() -> TradingPartner:
        with road.database.read() as conn:
            return partners.partner_by_name(conn, name)

    return known_errors(found)
