"""Settings: one TOML file in the box's home folder, and a few environment variables over it. The only reader of both.

A box without a settings file is the embedded default: SQLite, embedded queue, a folder as printer.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork

from partners.partner import Identifier, Name
from partners.strict_toml import read_strict

FILE_NAME = "dockgate.toml"
CREDENTIALS = "credentials"
"""The folder below ``home`` with secrets, one file each."""
HOME_VARIABLE = "DOCKGATE_HOME"
DATABASE_VARIABLE = "DOCKGATE_DATABASE_URL"
QUEUE_VARIABLE = "DOCKGATE_QUEUE_URL"
CREDENTIALS_VARIABLE = "CREDENTIALS_DIRECTORY"
"""Where systemd lays what LoadCredential= names."""


class SettingsError(Exception):
    """The settings cannot be used. The message says which key, in which file, and what would do."""

    code = "settings-error"
    retry = False


class CredentialMissing(SettingsError):
    """The box has no secret of this name. The message says where it is looked for, and how to give it."""

    code = "credential-missing"


class Table(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Company(Table):
    """Who we are: on papers, and to partners."""

    name: str = Field(default="Dockgate", description="our name on papers")
    address: tuple[str, ...] = Field(default=(), description="our address on papers, one string for each line")
    identifiers: tuple[Identifier, ...] = Field(default=(), description="the ids partners send to")


class DatabaseSettings(Table):
    url: str = Field(
        default="",
        repr=False,
        description="`postgresql+psycopg2://user:password@host/name`; empty: SQLite in the home folder",
    )


class QueueSettings(Table):
    url: str = Field(default="", repr=False, description="`amqp://user:password@host/vhost`; empty: the embedded queue")


class ConsoleSettings(Table):
    host: str = Field(default="127.0.0.1", description="address the console listens on")
    port: int = Field(default=8080, ge=0, le=65535, description="its port; 0 takes a free one")


class WorkSettings(Table):
    threads: int = Field(default=2, ge=1, le=64, description="threads that do the steps before printing")
    drain_s: float = Field(default=30, gt=0, description="seconds a stopping worker may finish what it began")


class FolderSettings(Table):
    root: str = Field(default="folders", description="where partners' folders are, below the home folder")
    settle_s: float = Field(
        default=0.25, gt=0, le=600, description="a file whose size and time of change stay this long is whole"
    )


class OutboundSettings(Table):
    """Calls to other machines' HTTP, such as webhooks."""

    allow: tuple[IPvAnyNetwork, ...] = Field(
        default=(),
        description="addresses or networks inside that may be called all the same, such as `192.168.7.20`",
    )
    ca_file: str = Field(default="", description="certificates of a CA of your own (PEM), beside those of the system")
    timeout_s: float = Field(default=10, gt=0, le=60, description="seconds one call may take in all")
    threads: int = Field(default=2, ge=1, le=16, description="threads that call webhooks, beside those of the road")


class FolderPrinterSettings(Table):
    """Prints into a folder: the embedded default."""

    driver: Literal["folder"] = "folder"
    name: Name
    folder: str = "printed"


class CupsPrinterSettings(Table):
    """Prints through CUPS, and asks the printer itself what became of a page."""

    driver: Literal["cups"]
    name: Name
    queue: str = Field(description="the queue in CUPS")
    server: str = Field(default="localhost:631", description="`host:port`, or the path of CUPS's socket")
    device: str = Field(default="", description="`ipp://host:port/path` of the printer itself; empty: ask CUPS only")


PrinterSettings = Annotated[FolderPrinterSettings | CupsPrinterSettings, Field(discriminator="driver")]


class RoutingRule(Table):
    """One rule of which printer a paper goes to; what is left out does not matter. The first rule that fits decides."""

    printer: Name
    site: str | None = None
    document: str | None = None
    partner: str | None = None
    carrier: str | None = None


class Settings(Table):
    """Everything one box needs to know. Paths that are not absolute lie below ``home``."""

    home: Path = Field(default=Path(), exclude=True)
    company: Company = Company()
    database: DatabaseSettings = DatabaseSettings()
    queue: QueueSettings = QueueSettings()
    console: ConsoleSettings = ConsoleSettings()
    work: WorkSettings = WorkSettings()
    folders: FolderSettings = FolderSettings()
    outbound: OutboundSettings = OutboundSettings()
    printers: tuple[PrinterSettings, ...] = (FolderPrinterSettings(name="dock"),)
    routing: tuple[RoutingRule, ...] = (RoutingRule(printer="dock"),)

    @property
    def database_url(self) -> str:
        return self.database.url or f"sqlite:///{self.home / 'dockgate.db'}"

    def credential(self, name: str) -> str:
        """A secret, read anew each time: one that was changed needs no restart.

        It is the text of the file of its name where systemd lays credentials, else below ``home``.

        Raises:
            CredentialMissing: there is no such file, or it cannot be read, or is empty.
        """
        for folder in self._credential_folders():
            try:
                if secret := (folder / name).read_text("utf-8").strip():
                    return secret
            except FileNotFoundError:
                continue
            except (OSError, UnicodeDecodeError) as error:
                raise CredentialMissing(f"{folder / name} cannot be read: {error}") from None
        looked = " or ".join(str(folder / name) for folder in self._credential_folders())
        raise CredentialMissing(f"no secret in {looked}: give it with dockgate storefront secret, then replay")

    def keep_credential(self, name: str, secret: str) -> Path:
        """Keep a secret below ``home``, for our own user's eyes alone; its file."""
        folder = self.home / CREDENTIALS
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path, new = folder / name, folder / f".{name}.new"
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            file.write(secret + "\n")
        new.replace(path)
        return path

    def _credential_folders(self) -> list[Path]:
        laid = os.environ.get(CREDENTIALS_VARIABLE)
        return [*([Path(laid)] if laid else []), self.home / CREDENTIALS]

    @property
    def is_embedded(self) -> bool:
        """Whether the queue is the embedded one."""
        return not self.queue.url

    @property
    def folder_root(self) -> Path:
        return self.home / self.folders.root


def load_settings(home: Path | None = None) -> Settings:
    """Read the settings of a box.

    Args:
        home: the box's folder; else ``DOCKGATE_HOME``, else ``home`` in the working directory.

    Raises:
        SettingsError: the file cannot be read, or something in it cannot be.
    """
    home = (home or Path(os.environ.get(HOME_VARIABLE, "home"))).expanduser().absolute()
    path = home / FILE_NAME
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        text = ""
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path} cannot be read: {error}") from None
    try:
        settings = read_strict(text, Settings)
    except ValueError as error:
        raise SettingsError(f"{path}: {error}") from None
    return _with_environment(settings).model_copy(update={"home": home})


def _with_environment(settings: Settings) -> Settings:
    update: dict[str, object] = {}
    if url := os.environ.get(DATABASE_VARIABLE):
        update["database"] = settings.database.model_copy(update={"url": url})
    if url := os.environ.get(QUEUE_VARIABLE):
        update["queue"] = settings.queue.model_copy(update={"url": url})
    return settings.model_copy(update=update)
