"""What every printer driver can do, and what may go wrong with it.

Printing has two phases, so that a crash at any moment ends in no paper or one, and never in two::

    handle = printer.prepare(request)   # the bytes are there, and nothing can come out
    ...                                 # the caller commits: from here on a page may be out
    printer.release(handle)             # now it comes out
    printer.status(handle)              # what the device says of it

Before the commit the whole of :meth:`Printer.prepare` may be repeated. After it only ``release`` and ``status`` may be,
and a status that stays :attr:`PrintState.UNKNOWN` is for a person to decide.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

PDF = "application/pdf"
ZPL = "application/vnd.zebra-zpl"
EXTENSIONS = {PDF: ".pdf", ZPL: ".zpl"}
"""What a printer may be given, and the name such a page gets as a file."""

MAX_COPIES = 99
MAX_PAGE_BYTES = 32 * 1024 * 1024
"""A slip of 200 lines has some 100 kB; a page of this size is a mistake."""

_JOB_ID = re.compile(r"PJ-[0-9A-Za-z][0-9A-Za-z-]{0,59}")


class PrintError(Exception):
    """A paper could not be made or printed. The message says what to do next."""

    code = "print-error"
    retry = False


class PrinterUnavailable(PrintError):
    """The printer or its server does not answer now, or takes no jobs; nothing is lost, the same call works later."""

    code = "printer-unavailable"
    retry = True


class UnknownPrinter(PrintError):
    """No printer has this name, or no rule says which printer a paper goes to."""

    code = "unknown-printer"


class PrinterMisconfigured(PrintError):
    """A printer's settings cannot work: a queue name, address or folder that none can have."""

    code = "printer-misconfigured"


class InvalidRequest(PrintError):
    """A print request that no printer may be given: id, kind of page, copies or checksum are wrong."""

    code = "invalid-print-request"


class NotHeld(PrintError):
    """The printer knows nothing of the page that was to be released; a person decides whether it came out."""

    code = "page-not-held"


class PrintState(StrEnum):
    """What is known of one page on one device."""

    HELD = "held"
    """It is there and cannot come out before it is released."""
    WAITING = "waiting"
    """Released, and nothing is known to have come out: printer or server is off, paused or busy. Look again."""
    PRINTING = "printing"
    PRINTED = "printed"
    """The device says so, not only the queue before it."""
    REFUSED = "refused"
    """The device threw it away; nothing more comes out."""
    CANCELED = "canceled"
    UNKNOWN = "unknown"
    """Everybody was asked and nobody knows. If it stays so, the print job is in doubt."""


@dataclass(frozen=True)
class DeviceStatus:
    """What the device says of a page; ``detail`` is for a person and may be empty."""

    state: PrintState
    detail: str = ""


@dataclass(frozen=True)
class PrintRequest:
    """One page for one printer. ``job_id`` is the only name that leaves the house; ``title`` is for our own screens.

    Raises:
        InvalidRequest: a field is out of bounds, or ``sha256`` is not that of ``data``.
    """

    job_id: str
    title: str
    media_type: str
    data: bytes
    sha256: str
    copies: int = 1

    def __post_init__(self) -> None:
        if not _JOB_ID.fullmatch(self.job_id):
            raise InvalidRequest(f"{self.job_id!r} is not a print job id: PJ- and up to 60 letters, digits or dashes")
        if self.media_type not in EXTENSIONS:
            raise InvalidRequest(
                f"{self.job_id}: {self.media_type!r} is not printed here, only {', '.join(EXTENSIONS)}"
            )
        if not 1 <= self.copies <= MAX_COPIES:
            raise InvalidRequest(f"{self.job_id}: {self.copies} copies; 1 to {MAX_COPIES} are possible")
        if not 0 < len(self.data) <= MAX_PAGE_BYTES:
            raise InvalidRequest(f"{self.job_id}: a page of {len(self.data)} bytes; 1 to {MAX_PAGE_BYTES} are possible")
        if hashlib.sha256(self.data).hexdigest() != self.sha256:
            raise InvalidRequest(f"{self.job_id}: the bytes are not those that were archived; make the page again")


class Printer(Protocol):
    """A printer as the dock sees it."""

    @property
    def name(self) -> str:
        """The name routing rules and people use."""

    def prepare(self, request: PrintRequest) -> str:
        """Hand the page over so that it cannot come out yet, and return the handle for it.

        May be repeated for the same job: an earlier attempt that is still held is used or taken back.

        Raises:
            PrinterUnavailable: try again later; nothing can come out.
            PrintError: trying again will not help.
        """

    def release(self, handle: str) -> None:
        """Let the page out. Doing it again changes nothing.

        Raises:
            NotHeld: no page is held and none was released under this handle.
            PrinterUnavailable: it may or may not be released; ask :meth:`status` or release again.
        """

    def status(self, handle: str) -> DeviceStatus:
        """What is known of the page. Never raises for a printer that is off: that is a status too."""

    def cancel(self, handle: str) -> None:
        """Take back a page that is still held. One that was released or is unknown is left alone."""

    def check(self) -> list[str]:
        """What is wrong with the printer now and how to mend it, one sentence each; empty if nothing is."""
