"""Storefronts from the command line: the secret is given unseen, and the store asked whether it takes it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gateway.checks import check_box
from gateway.cli import app
from gateway.settings import CREDENTIALS_VARIABLE, FILE_NAME, CredentialMissing, load_settings
from partners.kits import kit
from tests.lab.shops.serving import serving
from tests.lab.shops.woocommerce import WooCommerceShop

runner = CliRunner()


@pytest.fixture
def shop() -> Iterator[WooCommerceShop]:
    shop = WooCommerceShop()
    with serving(shop):
        yield shop


@pytest.fixture
def home(tmp_path: Path, shop: WooCommerceShop) -> Path:
    """A fresh box that may call this machine, and sells by the shop."""
    (tmp_path / FILE_NAME).write_text('[outbound]\nallow = ["127.0.0.1"]\n', "utf-8")
    chosen = kit("woocommerce-store")
    profile = chosen.profile.replace("https://shop.example.com", shop.url).replace("ck_change_me", shop.key)
    (tmp_path / "partner.toml").write_text(profile, "utf-8")
    (tmp_path / "map.toml").write_text(chosen.maps[0], "utf-8")
    run(tmp_path, "migrate")
    run(tmp_path, "partner", "import", str(tmp_path / "partner.toml"), str(tmp_path / "map.toml"))
    return tmp_path


def run(home: Path, *words: str, given: str | None = None, expected: int = 0) -> str:
    result = runner.invoke(app, [*words, "--home", str(home)], input=given)
    assert result.exit_code == expected, result.output
    return result.output


def test_secret_is_given_unseen_kept_for_our_eyes_alone_and_the_store_asked(home: Path, shop: WooCommerceShop) -> None:
    missing = run(home, "storefront", "test", "woocommerce", expected=3)
    assert "dockgate storefront secret" in missing
    said = run(home, "storefront", "secret", "woocommerce", given="wrong\n")
    assert "wrong" not in said
    assert "account or secret" in run(home, "storefront", "test", "woocommerce", expected=1)
    run(home, "storefront", "secret", "woocommerce", given=f"{shop.secret}\n")
    assert "0 orders can be read" in run(home, "storefront", "test", "woocommerce")
    path = home / "credentials" / "storefront-woocommerce"
    assert path.stat().st_mode & 0o777 == 0o600
    assert shop.changes() == []


def test_stores_are_listed_with_what_they_are_told(home: Path, shop: WooCommerceShop) -> None:
    listed = json.loads(run(home, "storefront", "list", "--json"))
    assert listed == {
        "partner": "woocommerce",
        "kind": "woocommerce",
        "url": shop.url,
        "account": shop.key,
        "told": ["answers", "shipments"],
    }
    assert shop.url in run(home, "storefront", "list")


def test_check_says_whose_secret_is_missing(home: Path) -> None:
    (before,) = [one for one in check_box(load_settings(home)) if one.what == "storefront"]
    assert "dockgate storefront secret" in before.problems[0]
    run(home, "storefront", "secret", "woocommerce", given="any\n")
    (after,) = [one for one in check_box(load_settings(home)) if one.what == "storefront"]
    assert after.problems == ()


def test_unknown_partner_is_named(home: Path) -> None:
    assert "nobody" in run(home, "storefront", "secret", "nobody", given="x\n", expected=3)


def test_secret_that_systemd_lays_goes_before_ours(
    home: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = load_settings(home)
    settings.keep_credential("storefront-woocommerce", "ours")
    laid = tmp_path_factory.mktemp("laid")
    monkeypatch.setenv(CREDENTIALS_VARIABLE, str(laid))
    assert settings.credential("storefront-woocommerce") == "ours"
    (laid / "storefront-woocommerce").write_text("laid\n", "utf-8")
    assert settings.credential("storefront-woocommerce") == "laid"
    (laid / "storefront-woocommerce").write_bytes(b"\xff\xfe\xff")
    with pytest.raises(CredentialMissing, match="cannot be read"):
        settings.credential("storefront-woocommerce")
