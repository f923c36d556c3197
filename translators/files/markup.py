"""XML to orders, element by element, in memory for one order at a time."""

from __future__ import annotations

from collections.abc import Iterator

from translators.files.options import FileOptions
from translators.files.trees import OrderTree, Unsound, add_leaf, add_loop, opened, unsound
from translators.files.xmlevents import XmlEvents
from translators.findings import Code, Finding, Where
from translators.limits import MAX_ORDER_NODES, MAX_ORDER_TEXT
from translators.source import Source, chunks
from translators.tree import Loop

_UBL = "urn:oasis:names:specification:ubl:schema:xsd:Common"
PREFIXES = {
    f"{_UBL}BasicComponents-2": "cbc:",
    f"{_UBL}AggregateComponents-2": "cac:",
    f"{_UBL}ExtensionComponents-2": "ext:",
}
"""Names are local names; those of UBL 2 keep the prefix everybody knows, whatever the file calls it."""

WRAPPER, HEAD_OF_WRAPPER = "StandardBusinessDocument", "StandardBusinessDocumentHeader"
"""What PEPPOL and GS1 put around a document, and what there is in it beside: an envelope, read no further."""


def orders(source: Source, options: FileOptions) -> Iterator[OrderTree | Finding]:
    """The orders of an XML file. After a rejecting finding none of them counts."""
    reader = _Orders(options.each)
    count = 0
    try:
        for chunk in chunks(source):
            reader.feed(chunk)
            count += len(reader.found)
            yield from reader.found
            reader.found.clear()
        reader.end()
    except Unsound as refusal:
        yield refusal.finding
        return
    if not count:
        wanted = "/".join(options.each)
        yield Finding(Code.NO_ORDER, f"there is no element {wanted}; see each in [file]", Where(offset=0))


class _Element:
    """An element that is still open. It becomes a loop when it turns out to be more than a text."""

    __slots__ = ("loop", "name", "position", "texts")

    def __init__(self, name: str, position: int) -> None:
        self.name = name
        self.position = position
        self.texts: list[str] = []
        self.loop: Loop | None = None

    def as_loop(self) -> Loop:
        if self.loop is None:
            self.loop = opened(self.name, self.position)
        return self.loop

    def take_text(self) -> str:
        """The text, put into the trigger when there is a loop."""
        text = "".join(self.texts).strip()
        if self.loop is not None and text:
            self.loop.segments[self.name][0].elements.append(text)
        return text


class _Orders(XmlEvents):
    """Builds a tree for each element at the path ``each``, or for the outermost one."""

    def __init__(self, each: tuple[str, ...]) -> None:
        super().__init__()
        self.found: list[OrderTree] = []
        self._each = each
        self._is_wrapped = False
        self._path: list[str] = []
        self._open: list[_Element] = []
        self._places: list[int] = []
        self._size = 0

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        name = PREFIXES.get(namespace, "") + name
        self._path.append(name)
        if self.depth == 1 and name == WRAPPER:
            self._is_wrapped = True
            return
        if not self._open and not self._is_order():
            return
        self._places.append(self.offset)
        position = len(self._places)
        if position > MAX_ORDER_NODES:
            message = f"one order has more than {MAX_ORDER_NODES} elements; see each in [file]"
            raise unsound(Code.FILE_TOO_LARGE, message, self.offset)
        element = _Element(name, position)
        self._open.append(element)
        for key, value in attributes.items():
            self._weigh(value)
            add_leaf(element.as_loop(), f"@{key}", value.strip(), position)

    def _is_order(self) -> bool:
        """Whether an order begins here: at the path wanted, in which ``*`` is any name, or as the outermost element."""
        if self._is_wrapped and self._path[-1] == HEAD_OF_WRAPPER:
            return False
        each = self._each or ("*",)
        return any(
            len(each) == len(path) and all(step in ("*", name) for step, name in zip(each, path, strict=True))
            for path in (self._path, self._path[self._is_wrapped :])
        )

    def text(self, text: str) -> None:
        if self._open:
            self._weigh(text)
            self._open[-1].texts.append(text)

    def stop(self, name: str) -> None:
        self._path.pop()
        if not self._open:
            return
        element = self._open.pop()
        text = element.take_text()
        if not self._open:
            root = element.as_loop()
            self.found.append(OrderTree(root, self._places, element.name))
            self._places, self._size = [], 0
        elif element.loop is None:
            add_leaf(self._open[-1].as_loop(), element.name, text, element.position)
        else:
            add_loop(self._open[-1].as_loop(), element.name, element.loop)

    def _weigh(self, text: str) -> None:
        self._size += len(text)
        if self._size > MAX_ORDER_TEXT:
            raise unsound(Code.FILE_TOO_LARGE, f"one order has more than {MAX_ORDER_TEXT} characters", self.offset)


class _Root(XmlEvents):
    def __init__(self) -> None:
        super().__init__()
        self.root = ("", "")

    def start(self, namespace: str, name: str, attributes: dict[str, str]) -> None:
        if self.depth == 1:
            self.root = (namespace, name)


def root_of(head: bytes) -> tuple[str, str]:
    """Namespace and local name of the outermost element, as far as the first bytes tell; empty when they do not."""
    reader = _Root()
    try:
        reader.feed(head)
    except Unsound:
        return reader.root
    return reader.root
