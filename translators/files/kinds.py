"""What a customer's file is and who it says has sent it, told from its beginning.

A kind is what an agreement names: ``ubl-order``, ``cxml-order``, ``idoc-orders05``, or the syntax where nothing more is
known. The most telling comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from translators.detect import Syntax
from translators.files.markup import HEAD_OF_WRAPPER, PREFIXES, WRAPPER
from translators.files.trees import Unsound
from translators.files.xmlevents import XmlEvents

_ANY = "file"
"""The last kind asked for: any file at all."""
_UBL = "urn:oasis:names:specification:ubl:schema:xsd:"
_KINDS = {
    Syntax.CSV: ("csv", "fixed"),
    Syntax.TSV: ("tsv", "csv", "fixed"),
    Syntax.TEXT: ("fixed", "csv"),
    Syntax.BINARY: ("fixed",),
    Syntax.HTML: ("html", "xls"),
}
_BODIES = ("cac:OrderLine", "E1EDK01")
"""Where the head of a document is over."""
_ENVELOPED = ("Request", "Response", "Message")
"""What in cXML holds the document proper."""
_MAX_KIND = 20
_SENDERS = (
    "cac:BuyerCustomerParty/cac:Party/cbc:EndpointID",
    "cac:BuyerCustomerParty/cac:Party/cac:PartyIdentification/cbc:ID",
    "Header/From/Credential/Identity",
    "IDOC/EDI_DC40/SNDPRN",
)
_MESSAGE_TYPE = "IDOC/EDI_DC40/MESTYP"


class Kind(NamedTuple):
    """``kinds`` are to be asked for in turn; the sender is a scheme and an id, both may be empty."""

    kinds: tuple[str, ...]
    scheme: str = ""
    sender: str = ""


def kind_of(head: Iterable[bytes], syntax: Syntax) -> Kind:
    """The kind of a file by its first bytes. Never raises for any."""
    if syntax is not Syntax.XML:
        return Kind((*_KINDS.get(syntax, (syntax.value,)), _ANY))
    reader = _Head()
    try:
        for part in head:
            reader.feed(part)
            if reader.is_over:
                break
    except Unsound:
        pass
    kind = reader.kind()[:_MAX_KIND]
    return Kind((kind, "xml", _ANY) if kind else ("xml", _ANY), *reader.sender())


class _Head(XmlEvents):
    """The texts at the places above, up to where the body begins."""

    def __init__(self) -> None:
        super().__init__()
        self.is_over = False
        self._root = ("", "")
        self._is_wrapped = False
        self._request = ""
        self._path: list[str] = []
        self._texts: dict[str, str] = {}
        self._schemes: dict[str, str] = {}

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        name = PREFIXES.get(namespace, "") + name
        if self.depth == 1 or (self.depth == 2 and self._is_wrapped and name != HEAD_OF_WRAPPER):
            self._root = (namespace, name)
            self._is_wrapped = name == WRAPPER
            self._path.clear()
            return
        if self._is_wrapped:
            return
        self._path.append(name)
        if self._path[0] in _ENVELOPED and len(self._path) == 2:
            self._request = self._request or name
        self.is_over = self.is_over or bool(self._request) or name in _BODIES
        here = "/".join(self._path)
        scheme = attributes.get("schemeID", attributes.get("domain", ""))
        if scheme:
            self._schemes.setdefault(here, scheme)

    def text(self, text: str) -> None:
        here = "/".join(self._path)
        if not self.is_over and (here in _SENDERS or here == _MESSAGE_TYPE):
            self._texts[here] = (self._texts.get(here, "") + text)[:200]

    def stop(self, name: str) -> None:
        if self._path:
            self._path.pop()

    def kind(self) -> str:
        namespace, root = self._root
        if namespace.startswith(_UBL):
            return f"ubl-{root.lower()}"
        if root == "cXML":
            return f"cxml-{self._request.removesuffix('Request').lower()}" if self._request else ""
        message = self._texts.get(_MESSAGE_TYPE, "").strip().lower()
        if not message:
            return ""
        is_order = message == "orders" and root.startswith("ORDERS0")
        return "idoc-orders05" if is_order else f"idoc-{message}"

    def sender(self) -> tuple[str, str]:
        """The first id there is, with the list it is from."""
        for place in _SENDERS:
            value = self._texts.get(place, "").strip()
            if value:
                scheme = self._schemes.get(place) or self._schemes.get(place.rpartition("/")[0], "")
                return scheme[:10], value[:80]
        return "", ""
