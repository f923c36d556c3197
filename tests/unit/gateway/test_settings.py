"""Settings: the embedded default without a file, and a named key when something is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.settings import FILE_NAME, Settings, SettingsError, load_settings

APPLIANCE = """
[company]
name = "Works"
identifiers = [{ qualifier = "ZZ", value = "WORKS" }]
[database]
url = "postgresql+psycopg2://box@db/box"
[queue]
url = "amqp://box@broker/dockgate"
[[printers]]
driver = "cups"
name = "dock"
queue = "DOCK1"
[[printers]]
driver = "folder"
name = "office"
[[routing]]
document = "packing-slip"
printer = "office"
[[routing]]
printer = "dock"
"""


def write(home: Path, text: str) -> Path:
    (home / FILE_NAME).write_text(text, "utf-8")
    return home


def test_box_without_a_settings_file_is_the_embedded_default(tmp_path: Path) -> None:
    settings = load_settings(tmp_path)
    assert settings.is_embedded
    assert settings.database_url == f"sqlite:///{tmp_path}/dockgate.db"
    assert [printer.driver for printer in settings.printers] == ["folder"]
    assert (settings.console.host, settings.console.port) == ("127.0.0.1", 8080)


def test_appliance_is_read_from_its_file(tmp_path: Path) -> None:
    settings = load_settings(write(tmp_path, APPLIANCE))
    assert not settings.is_embedded
    assert settings.database_url.startswith("postgresql+psycopg2://")
    assert [printer.name for printer in settings.printers] == ["dock", "office"]


def test_environment_goes_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKGATE_DATABASE_URL", "postgresql+psycopg2://other@db/box")
    monkeypatch.setenv("DOCKGATE_QUEUE_URL", "amqp://other@broker/x")
    settings = load_settings(write(tmp_path, APPLIANCE))
    assert "other@db" in settings.database_url
    assert "other@broker" in settings.queue.url


def test_home_comes_from_the_environment_when_it_is_not_given(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKGATE_HOME", str(tmp_path))
    assert load_settings().home == tmp_path


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[consol]\nport = 1", "consol: unknown key; did you mean 'console'?"),
        ("[console]\nport = 99999", "console.port"),
        ("[[printers]]\nname = 'x'\ndriver = 'laser'", "printers[1]"),
        ("[[printers]]\nname = 'x'\ndriver = 'cups'", "queue: this key is needed"),
        ("not toml", "not a TOML text"),
        ("[folders]\nsettle_s = 0", "folders.settle_s"),
    ],
)
def test_fault_in_the_settings_names_file_and_key(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(SettingsError) as caught:
        load_settings(write(tmp_path, text))
    assert told in str(caught.value)
    assert FILE_NAME in str(caught.value)


def test_settings_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(tmp_path)


def test_secrets_are_not_in_what_a_log_would_show(tmp_path: Path) -> None:
    settings = Settings.model_validate({"queue": {"url": "amqp://box:secret@broker/x"}})
    assert "secret" not in repr(settings)
