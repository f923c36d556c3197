"""Archived bytes on their way to a browser: partner bytes always as a file, never as something it would run."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from starlette.responses import Response, StreamingResponse

from store.archive import BLOCK_BYTES, Archive
from store.errors import NotFound

SHOWN_INLINE = frozenset({"application/pdf"})
"""Media types of our own papers that a browser may show; everything else is a file to keep."""


VIEWER_POLICY = "default-src 'none'; style-src 'unsafe-inline'; object-src 'self'; frame-ancestors 'none'"
"""What a browser's own viewer of papers needs, and no more."""


def partner_bytes(archive: Archive, sha256: str, name: str) -> Response:
    """Raw bytes as a file that no browser opens by itself.

    Raises:
        NotFound: the archive holds nothing under this hash.
    """
    return streamed(archive.open(sha256), "application/octet-stream", disposition("attachment", name))


def paper(archive: Archive, sha256: str | None, media_type: str, name: str) -> Response:
    """A page we rendered ourselves, checked against its hash.

    Raises:
        NotFound, ArchiveDamaged: the page is not there, or not what was archived.
    """
    if sha256 is None:
        raise NotFound(f"{name} is not rendered yet: look again in a moment")
    is_inline = media_type in SHOWN_INLINE
    how = disposition("inline" if is_inline else "attachment", name)
    data = archive.load(sha256)
    headers = {"Content-Disposition": how} | ({"Content-Security-Policy": VIEWER_POLICY} if is_inline else {})
    return Response(data, 200, headers, media_type if is_inline else "application/octet-stream")


def disposition(how: str, name: str) -> str:
    """A Content-Disposition header by RFC 6266: a plain name for old programs, the whole one for the others."""
    label = "".join(char for char in name.replace("\\", "/").rsplit("/", 1)[-1] if char.isprintable())[:150]
    label = label.strip(". ") or "download"
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode()
    plain = "".join(char if char.isalnum() or char in " .-_()" else "_" for char in plain).strip() or "download"
    return f"{how}; filename=\"{plain}\"; filename*=UTF-8''{quote(label, safe='')}"


def streamed(file: BinaryIO, media_type: str, how: str) -> Response:
    """An open file block by block; it is closed at its end."""
    return StreamingResponse(_blocks(file), 200, {"Content-Disposition": how}, media_type)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(BLOCK_BYTES):
            yield block
