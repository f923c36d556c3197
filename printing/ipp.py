"""Asks a printer itself what became of a job: IPP over HTTP, read only, bounded in time and size.

A print server can only repeat what it heard; "completed" from CUPS has been said of pages that never came out. The
device knows. The encoding is pyipp's, its asynchronous client is not used.
"""

from __future__ import annotations

import http.client
import ssl
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from printing.printer import PrinterMisconfigured, PrinterUnavailable

MAX_ANSWER_BYTES = 1024 * 1024
MAX_JOBS = 200
_DEFAULT_PORT = 631
_JOB_FIELDS = ["job-id", "job-name", "job-state", "job-state-reasons"]


@dataclass(frozen=True)
class DeviceJob:
    """A job as the device sees it; ``state`` is the number of RFC 8011, 3 pending to 9 completed."""

    name: str
    state: int
    reasons: tuple[str, ...]


class IppDevice:
    """One printer on the network, by an address from the settings."""

    def __init__(self, uri: str, *, timeout_s: float = 5) -> None:
        try:
            parts = urlsplit(uri)
            port = parts.port or _DEFAULT_PORT
        except ValueError as problem:
            raise PrinterMisconfigured(f"{uri!r} is not a printer's address: {problem}") from problem
        if parts.scheme not in ("ipp", "ipps") or not parts.hostname or parts.username is not None:
            raise PrinterMisconfigured(f"{uri!r} is not a printer's address; it looks like ipp://dock1.local/ipp/print")
        self.uri, self._timeout_s = uri, timeout_s
        self._secure, self._host, self._port = parts.scheme == "ipps", parts.hostname, port
        self._path = parts.path or "/"

    def jobs(self, name: str) -> list[DeviceJob]:
        """All jobs of this name the device remembers, those that are over included.

        Raises:
            PrinterUnavailable: it does not answer, or not with IPP.
        """
        found = []
        for which in ("not-completed", "completed"):
            wanted = {"which-jobs": which, "my-jobs": False, "limit": MAX_JOBS, "requested-attributes": _JOB_FIELDS}
            for job in self._ask("GET_JOBS", wanted)["jobs"]:
                if job.get("job-name") == name:
                    found.append(DeviceJob(name, int(job.get("job-state", 0)), _texts(job.get("job-state-reasons"))))
        return found

    def reasons(self) -> tuple[str, ...]:
        """Why it stands still or soon will: ``media-empty-error`` and the like."""
        printers = self._ask("GET_PRINTER_ATTRIBUTES", {"requested-attributes": ["printer-state-reasons"]})["printers"]
        given = _texts(printers[0].get("printer-state-reasons")) if printers else ()
        return tuple(reason for reason in given if reason != "none")

    def _ask(self, operation: str, attributes: dict[str, Any]) -> dict[str, Any]:
        # pyipp pulls in an HTTP client we never use, so it is loaded only where a device is asked
        from pyipp.enums import IppOperation
        from pyipp.parser import parse
        from pyipp.serializer import encode_dict

        request = {
            "version": (2, 0),
            "operation": IppOperation[operation],
            "request-id": 1,
            "operation-attributes-tag": {
                "attributes-charset": "utf-8",
                "attributes-natural-language": "en",
                "printer-uri": self.uri,
                "requesting-user-name": "dockgate",
                **attributes,
            },
        }
        answer = self._post(encode_dict(request))
        try:
            parsed: dict[str, Any] = parse(answer)
        except Exception as problem:  # whatever a device may send, it is a device that does not answer
            raise PrinterUnavailable(f"{self.uri} does not answer with IPP: {problem!r}") from problem
        if not 0 <= parsed["status-code"] < 0x100:
            raise PrinterUnavailable(f"{self.uri} answers {operation} with status {parsed['status-code']:#06x}")
        return parsed

    def _post(self, body: bytes) -> bytes:
        give_up_at = time.monotonic() + self._timeout_s
        line: http.client.HTTPConnection
        if self._secure:
            context = ssl.create_default_context()
            line = http.client.HTTPSConnection(self._host, self._port, timeout=self._timeout_s, context=context)
        else:
            line = http.client.HTTPConnection(self._host, self._port, timeout=self._timeout_s)
        try:
            line.request("POST", self._path, body, {"Content-Type": "application/ipp"})
            response = line.getresponse()
            if response.status != http.client.OK:
                raise PrinterUnavailable(f"{self.uri} answers HTTP {response.status} {response.reason}")
            return self._read(response, give_up_at)
        except (OSError, http.client.HTTPException) as problem:
            raise PrinterUnavailable(f"{self.uri} does not answer: {problem or type(problem).__name__}") from problem
        finally:
            line.close()

    def _read(self, response: http.client.HTTPResponse, give_up_at: float) -> bytes:
        """The body, piece by piece: a device that drips a byte a second is not waited for."""
        body = bytearray()
        while piece := response.read1(65536):
            body += piece
            if len(body) > MAX_ANSWER_BYTES:
                raise PrinterUnavailable(f"{self.uri} answers with more than {MAX_ANSWER_BYTES} bytes")
            if time.monotonic() > give_up_at:
                raise PrinterUnavailable(f"{self.uri} did not finish its answer in {self._timeout_s} s")
        return bytes(body)


def _texts(value: object) -> tuple[str, ...]:
    """One value or many: IPP does not tell them apart."""
    if value is None:
        return ()
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)
